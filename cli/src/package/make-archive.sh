# make-archive [--all]: makes the class archive with which the commands of this package start fast, for the Java that they
# would take now; with --all also for every other one in $JAVA25_HOME and /usr/lib/jvm that is new enough and starts. An archive
# that is there already stays. Sourced by the launcher: it has found that Java, and knows the options that the commands run with.
case ${1-} in
  --all)
    "$0" || exit
    for JAVA_HOME in ${JAVA25_HOME:+"$JAVA25_HOME"} /usr/lib/jvm/*; do
      export JAVA_HOME
      [ ! -x "$JAVA_HOME/bin/java" ] || "$0"
    done
    exit 0
    ;;
  '') ;;
  *) fail 'usage: make-archive [--all]' ;;
esac
[ -n "$jvm" ] || fail "$java does not say which JVM it is: there is no file named release beside it"
[ -z "$use" ] || exit 0

work=$archive.$$
mkdir -p "${archive%/*}" || exit
trap 'rm -f "$work" "$work.classes" "$work.log"' EXIT
rehearse() {
  (become_java -XX:TieredStopAtLevel=1 -Xmx1g "$@" -cp "$jar" org.jdmsetup.cli.Rehearsal) </dev/null >>"$work.log" 2>&1
}
case $archive in
  *.aot)
    rehearse --enable-native-access=ALL-UNNAMED -XX:AOTMode=record "-XX:AOTConfiguration=$work.classes" &&
      rehearse -XX:AOTMode=create "-XX:AOTConfiguration=$work.classes" "-XX:AOTCache=$work"
    ;;
  *) rehearse "-XX:ArchiveClassesAtExit=$work" ;;
esac && [ -s "$work" ] || fail "$java made no class archive:
$(cat "$work.log")"
chmod 644 "$work" && mv "$work" "$archive"
