# A real udevd: the same session by the C tool and by ours. What they do goes to one file each, semaphore ids, cookies and times made alike.
theirs=/usr/sbin/dmsetup
ours=$DIST/bin/dmsetup
# The guest's root is a chroot, where udevadm would do nothing.
export JDMSETUP_BACKEND=kernel SYSTEMD_IGNORE_CHROOT=1
unset DM_DISABLE_UDEV

nodes() {
    for node in /dev/mapper/[!c]*; do
        [ ! -e "$node" ] || echo "node $(stat -c '%N %A %U %G' "$node") $(stat -L -c '%t:%T' "$node")"
    done
}
run() {
    echo "\$ dmsetup $*"
    "$dmsetup" "$@" < /dev/null
    echo "status $?"
}
alike() {
    sed -E -e 's/0x0D4D[0-9A-F]{4}/COOKIE/g' -e 's/0xd4d[0-9a-f]{4}/cookie/g' -e 's/cookie value [0-9]+/cookie value N/' \
        -e 's/semid [0-9]+/semid N/' -e 's/^(cookie +)[0-9]+ +/\1ID /' -e 's/[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} 2[0-9]{3}/TIME/g'
}
session() {
    dmsetup=$1
    # one change at a time
    run create x --table '0 8 zero'; nodes
    run udevcookies
    run rename x y; nodes
    run rename --setuuid y some-uuid
    run load y --table '0 16 error'
    run resume -v y
    run resume y
    run wipe_table y
    run create y --table '0 8 zero'
    run create z --table '0 8 linear /dev/nosuch 0'
    run remove nosuch
    run create n --notable; nodes
    run remove n
    run remove -f y; nodes
    run udevcookies
    # several under one cookie
    cookie=$("$dmsetup" udevcreatecookie); echo "$cookie"
    run udevcookies
    run create a --udevcookie "$cookie" --table '0 8 zero'
    export DM_UDEV_COOKIE="$cookie"
    run create b --verifyudev --table '0 8 zero'
    run create b --table '0 8 zero'
    unset DM_UDEV_COOKIE
    run remove -f b --udevcookie "$cookie"
    run udevreleasecookie "$cookie"; nodes
    run udevcookies
    run udevreleasecookie "$cookie"
    run remove a --udevcookie "$cookie"
    run remove a --udevcookie 0x1234
    # completed too often
    cookie=$("$dmsetup" udevcreatecookie)
    run udevcomplete "$cookie"
    run udevcomplete "$cookie"
    run udevreleasecookie "$cookie"
    run udevcookies
    # other ways
    run create v --noudevrules --verifyudev --table '0 8 zero'; nodes
    run rename v w --verifyudev; nodes
    run resume a --verifyudev
    run create u --noudevrules --table '0 8 zero'; nodes
    run resume u --verifyudev; nodes
    run remove u --verifyudev; nodes
    run remove w --noudevsync; udevadm settle; nodes
    export DM_DISABLE_UDEV=1
    run create d --table '0 8 error'
    run udevcreatecookie
    run --noudevsync ls
    run remove d
    unset DM_DISABLE_UDEV
    run remove a
    udevadm settle; nodes
    echo '250 32000 32 0' > /proc/sys/kernel/sem
    run create a --table '0 8 zero'
    run udevcreatecookie
    echo '250 32000 32 128' > /proc/sys/kernel/sem
    run ls
    run udevcookies
}
# Ended while it waits: the C tool leaves the cookie to udev, and so do we.
interrupted() {
    dmsetup=$1
    kill -STOP "$udevd"
    "$dmsetup" create late --table '0 8 zero' &
    # 1: the device is there, and the command has begun to wait
    until $theirs info late 2> /dev/null | grep -q LIVE && $theirs udevcookies | grep -q '^0x[0-9a-f]* *[0-9]* *1 '; do :; done
    kill "$!"; wait "$!" 2> /dev/null; echo "status $?"
    $theirs udevcookies
    kill -CONT "$udevd"
    udevadm settle; nodes
    $theirs udevcookies
    $theirs udevcomplete_all -y
    $theirs remove late; nodes
}
# The flags that the kernel was given, from its own events.
told() {
    sed -n -E -e 's/^KERNEL\[[^]]*\] ([a-z]+) .*\/(dm-[0-9]+) .*/\1 \2/p' -e 's/^DM_COOKIE=([0-9]+)$/\1/p' "$1" | while read -r word device; do
        case $word in
            [0-9]*) printf 'flags %#x, %s\n' $((word >> 16)) "$([ $((word & 65535)) = 0 ] && echo no cookie || echo a cookie)" ;;
            *) echo "$word $device" ;;
        esac
    done
}

echo 'without udev:'
for dmsetup in "$theirs" "$ours"; do
    run create x --table '0 8 zero'; nodes
    run udevcreatecookie
    run remove x; nodes
done

/lib/systemd/systemd-udevd 2> udevd.err &
udevd=$!
until [ -e /run/udev/control ]; do :; done
for who in theirs ours; do
    : > "$who.events"
    stdbuf -oL udevadm monitor --kernel --property --subsystem-match=block > "$who.events" & monitor=$!
    until grep -q KERNEL "$who.events"; do :; done
    eval "tool=\$$who"
    session "$tool" 2>&1 | alike > "$who.out"
    kill "$monitor"; wait "$monitor" 2> /dev/null
    told "$who.events" > "$who.told"
    interrupted "$tool" 2>&1 | alike > "$who.interrupted"
done
kill "$udevd"; wait "$udevd"

echo 'the session:'
# Our reasons are lines of their own, and begin so.
grep -v '^dmsetup: ' ours.out | diff theirs.out - && echo same
echo "$(grep -c '^\$' theirs.out) commands"
echo 'what udev was told:'
diff theirs.told ours.told && echo same
sort -u theirs.told
echo 'interrupted:'
diff theirs.interrupted ours.interrupted && echo same
cat theirs.interrupted
cp theirs.out ours.out theirs.told "$SCRATCH"
exit 0
