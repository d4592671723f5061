# Sourced by bin/try and bin/test: what this machine has, getting what it lacks, and building.

PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/sbin:/sbin # where mkfs and losetup are, also for users
missing=
busy=   # what quietly is at
failed= # whether anything that it did failed, which the log then tells of
ticker=

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

is_root() {
  [ "$(id -u)" = 0 ]
}

# want COMMAND PACKAGE: the Debian package PACKAGE is missing if there is no COMMAND.
want() {
  command -v "$1" >/dev/null 2>&1 || miss "$2"
}

miss() {
  case "$missing " in
    *" $1 "*) ;;
    *) missing="$missing $1" ;;
  esac
}

# The compiler must be 17 or newer; a JAVA_HOME that is not is passed over, as Maven would take it.
want_jdk() {
  for javac in ${JAVA_HOME:+"$JAVA_HOME/bin/javac"} javac; do
    version=$("$javac" -version 2>&1) || continue
    version=${version#javac }
    [ "${version%%.*}" -lt 17 ] || return 0
    [ "$javac" = javac ] || unset JAVA_HOME
  done 2>/dev/null
  miss openjdk-17-jdk-headless
}

# Installs what is missing, where that can be done without asking anybody for a password.
install_missing() {
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    die "This machine lacks what these Debian packages hold, and has no apt-get to install them:" " $missing"
  if is_root; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    die 'Some packages are missing. Please have them installed, and run this again:' "  apt-get install$missing"
  fi
  quietly "Installing$missing" apt_install || exit
  missing=
}

apt_install() {
  $as_root apt-get update
  case $missing in
    *openjdk-17*) apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1 ||
      missing=$(printf '%s' "$missing" | sed 's/openjdk-17-jdk-headless/default-jdk-headless/') ;;
  esac
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

# quietly WHAT COMMAND...: runs a long COMMAND with its output in $log; shows WHAT and, on a terminal, the seconds so far, below it
# so that the line which changes is short. While it runs, $busy says what it is.
quietly() {
  busy=$1
  shift
  begun=$(date +%s)
  printf '%s ...\n' "$busy"
  if [ -t 1 ]; then
    (
      trap 'exit 0' TERM
      while :; do
        printf '\r  %s s ' $(($(date +%s) - begun))
        sleep 1
      done
    ) &
    ticker=$!
  fi
  "$@" >>"$log" 2>&1 </dev/null
  status=$?
  stop_ticker
  if [ "$status" -ne 0 ]; then
    failed=yes
    printf '%s failed. The end of %s:\n' "$busy" "$log" >&2
    tail -n 25 "$log" >&2
  fi
  busy=
  return "$status"
}

# Also for who is interrupted: a job in the background is left alone by Ctrl-C.
stop_ticker() {
  [ -n "$ticker" ] || return 0
  kill "$ticker"
  wait "$ticker" 2>/dev/null
  ticker=
  printf '\r  %s s\n' $(($(date +%s) - begun))
}
