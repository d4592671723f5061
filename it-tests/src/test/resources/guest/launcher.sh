# The same commands by the C tool and by our launcher: what they print goes to one file each.
theirs=/usr/sbin/dmsetup
ours=$DIST/bin/dmsetup
session() {
    exec 4>&1
    "$1" create x -u some-uuid --table '0 100 zero'; echo "status $?"
    "$1" create x --table '0 100 zero'; echo "status $?"
    echo "0 100 linear /dev/loop1 0" | "$1" load x; echo "status $?"
    "$1" info x; echo "status $?"
    "$1" suspend x; "$1" resume x; "$1" table x; echo "status $?"
    "$1" ls; "$1" deps x; "$1" status; "$1" targets; "$1" version; echo "status $?"
    "$1" create 'été x' --table '0 8 error'; "$1" info -v 'été x'; echo "status $?"
    "$1" remove 'été x'; "$1" rename x y; "$1" remove -u some-uuid; echo "status $?"
    "$1" remove nosuch; echo "status $?"
    "$1" -Z; echo "status $?"
    "$1" ls --exec 'echo found'; echo "status $?"
    # Streams that are closed, full, or a pipe that nobody reads.
    "$1" create closed <&-; echo "status $?"
    "$1" load closed <&-; echo "status $?"
    "$1" create --concise <&-; echo "status $?"
    "$1" info closed >&- 2>&-; echo "status $?"
    "$1" info -c > /dev/full; echo "status $?"
    { sleep 1; "$1" ls; echo "status $?" >&4; } | true
    ( trap '' PIPE; { sleep 1; "$1" ls; echo "status $?" >&4; } | true )
    "$1" remove closed
    # A table whose name is no text, and a directory that is gone.
    echo '0 8 zero' > "$(printf '\377')"; "$1" create x "$(printf '\377')"; echo "status $?"; "$1" table; "$1" remove x
    mkdir gone && cd gone && rmdir ../gone; "$1" ls; echo "status $?"; cd ..
}
( session "$theirs" ) > theirs.out 2> theirs.err
( session "$ours" ) > ours.out 2> ours.err
echo 'standard output:'
diff theirs.out ours.out && echo same
echo 'lines of standard error that ours does not have:'
grep -v -x -F -f ours.err theirs.err | grep -v "^$theirs:"
exit 0
