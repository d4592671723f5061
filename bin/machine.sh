# Sourced by bin/try and bin/test: what this machine has, getting what it lacks, and building.

PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/sbin:/sbin # where mkfs and losetup are, also for users
missing=

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

# quietly WHAT COMMAND...: runs a long COMMAND with its output in $log; shows WHAT and, on a terminal, the seconds so far.
quietly() {
  what=$1
  shift
  begun=$(date +%s)
  if [ -t 1 ]; then
    (
      while :; do
        printf '\r%s ... %s s ' "$what" $(($(date +%s) - begun))
        sleep 1
      done
    ) &
    ticker=$!
  else
    printf '%s ...\n' "$what"
  fi
  "$@" >>"$log" 2>&1 </dev/null
  status=$?
  if [ -t 1 ]; then
    kill "$ticker"
    wait "$ticker" 2>/dev/null
    printf '\r%s: %s s    \n' "$what" $(($(date +%s) - begun))
  fi
  if [ "$status" -ne 0 ]; then
    printf '%s failed. The end of %s:\n' "$what" "$log" >&2
    tail -n 25 "$log" >&2
  fi
  return "$status"
}
