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
    # What a program that is run for each device inherits.
    "$1" create "$(printf 'n\377\376')" --table '0 8 zero'; "$1" ls --exec 'printf %q\n'; "$1" table --exec "$(printf 'echo \377')"
    "$1" remove "$(printf 'n\377\376')"
    "$1" create x --table '0 8 zero'
    echo inherited > file
    "$1" ls --exec 'cat /proc/self/fd/3' 3< file 2> /dev/null
    "$1" ls --exec 'readlink /proc/self/fd/3 /proc/self/fd/9' 3< file 9< file 2> /dev/null
    JAVA_TOOL_OPTIONS=-ea _JAVA_OPTIONS='-esa -ea' LC_ALL=C "$1" ls --exec 'cat /proc/self/environ' 2> /dev/null | tr '\0' '\n' | grep -a -e JAVA -e LC_ALL -e JDMSETUP_S | sort
    ( trap '' PIPE; "$1" ls --exec 'grep -c SigIgn.*1...$ /proc/self/status' )
    printf 'echo "script $1"\n' > script; chmod +x script; "$1" ls --exec ./script; "$1" remove x
    # A table that comes by a number which the launcher could want.
    echo '0 8 zero' > table; "$1" create x /dev/fd/9 9< table; echo "status $?"; "$1" remove x
    # Signals end it as they end any program: the caller can tell.
    mkfifo fifo
    for signal in HUP INT TERM QUIT; do
        perl -e '$SIG{$ARGV[0]} = "DEFAULT"; defined($p = fork) or die; $p or exec @ARGV[1..$#ARGV]; open F, ">", "fifo"; kill $ARGV[0], $p;
            waitpid $p, 0; print "$ARGV[0]: signal ", $? & 127, ", status ", $? >> 8, "\n"' "$signal" "$1" create x fifo
    done
    perl -e '$SIG{QUIT} = "IGNORE"; defined($p = fork) or die; $p or exec @ARGV; open F, ">", "fifo"; kill "QUIT", $p; sleep 1;
        close F; waitpid $p, 0; print "QUIT, ignored: signal ", $? & 127, ", status ", $? >> 8, "\n"' "$1" create x fifo
    "$1" remove x
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
diff -a theirs.out ours.out && echo same
echo 'lines of standard error that ours does not have:'
grep -v -x -F -f ours.err theirs.err | grep -v "^$theirs:"
exit 0
