# make-archive [--all]: makes the class archive with which the commands of this package start fast, for the Java that they
# would take now; with --all also for every other one in $JAVA25_HOME and /usr/lib/jvm that is new enough and starts. An archive
# that is there already stays. Sourced by the launcher: it has found that Java, and knows the options that the commands run with.
case ${1-} in
  --all)
    eval "exec $number<&-" # so that those below have the number for themselves
    "$0" || exit
    for JAVA_HOME in ${JAVA25_HOME:+"$JAVA25_HOME"} /usr/lib/jvm/*; do
      export JAVA_HOME
      ! runtime_in "$JAVA_HOME" || ! "$java" -version >/dev/null 2>&1 || "$0" || exit
    done
    exit 0
    ;;
  '') ;;
  *) fail 'usage: make-archive [--all]' ;;
esac
[ -n "$jvm" ] || fail "$java does not say which JVM it is: there is no file named release beside it"
[ -z "$use" ] || exit 0
[ "$number" = 9 ] || fail "the file descriptor 9 is open, which the package needs for itself"

# Java 17 leaves out the classes of a jar in whose path anything is that URLs escape. So it sees a copy of the jar, of the same
# age, in a directory without such characters.
plain=$(mktemp -d /tmp/jdmsetup-archive.XXXXXX) || exit
trap 'rm -rf "$plain"' EXIT
cp -p "$home/lib/jdmsetup.jar" "$plain/jdmsetup.jar" && ln -s "$home/lib/native" "$plain/native" || exit
exec 9<"$plain"
rehearse() {
  (with_options become_java $brief -XX:TieredStopAtLevel=1 -Xmx1g "$@" -cp "$lib/jdmsetup.jar" org.jdmsetup.cli.Rehearsal) \
    </dev/null >>"$plain/log" 2>&1
}
case $archive in
  *.aot)
    rehearse --enable-native-access=ALL-UNNAMED -XX:AOTMode=record "-XX:AOTConfiguration=$lib/rehearsed" &&
      rehearse -XX:AOTMode=create "-XX:AOTConfiguration=$lib/rehearsed" "-XX:AOTCache=$lib/classes"
    ;;
  *) rehearse "-XX:ArchiveClassesAtExit=$lib/classes" ;;
esac && [ -s "$plain/classes" ] || fail "$java made no class archive:
$(cat "$plain/log")"
mkdir -p "$home/lib/${archive%/*}" && cp "$plain/classes" "$home/lib/$archive.$$" &&
  chmod 644 "$home/lib/$archive.$$" && mv "$home/lib/$archive.$$" "$home/lib/$archive" || exit

# A JVM that cannot use an archive says nothing and is slow.
JDMSETUP_JAVA_OPTIONS="-Xlog:class+load:file=$plain/loaded" JAVA_HOME=${java%/bin/java} "$home/bin/dmsetup" help 9<&- 2>"$plain/log"
grep -q '^.*\] org\.jdmsetup\.cli\.Main source: shared objects file' "$plain/loaded" &&
  ! grep 'source: .*jdmsetup\.jar' "$plain/loaded" >>"$plain/log" || {
  rm -f "$home/lib/$archive"
  fail "the class archive that $java made does not hold what 'dmsetup help' needs:
$(cat "$plain/log")"
}
