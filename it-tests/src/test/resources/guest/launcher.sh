# The same commands by the C tool and by our launcher: what they print goes to one file each.
theirs=/usr/sbin/dmsetup
ours=$DIST/bin/dmsetup
session() {
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
}
session "$theirs" > theirs.out 2> theirs.err
session "$ours" > ours.out 2> ours.err
echo 'standard output:'
diff theirs.out ours.out && echo same
echo 'lines of standard error that ours does not have:'
grep -v -x -F -f ours.err theirs.err | grep -v "^$theirs:"
exit 0
