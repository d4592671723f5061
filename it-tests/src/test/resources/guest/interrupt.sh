# create, interrupted: nothing half done is left, and the command ends by the signal.
theirs=/usr/sbin/dmsetup
ours=$DIST/bin/dmsetup
export JDMSETUP_BACKEND=kernel
modprobe dm-snapshot

# What is left of the device: nothing, or all of it.
left() {
    $theirs table "$1" > table 2> /dev/null
    if [ -s table ] && [ -b "/dev/mapper/$1" ]; then
        echo whole
    elif [ ! -s table ] && [ ! -e "/dev/mapper/$1" ] && ! $theirs info "$1" > info; then
        echo nothing
    else
        echo "half: $(cat info) $(ls -l /dev/mapper)"
    fi
}

# A table that takes its time: the exceptions of a snapshot are read from a suspended device while it is loaded.
$theirs create cow --table '0 2048 linear /dev/loop2 0'
dd if=/dev/zero of=/dev/mapper/cow bs=4k count=4 conv=fsync 2> /dev/null
for signal in HUP INT TERM; do
    $theirs suspend cow
    # A shell lets what it leaves running ignore SIGINT.
    env --default-signal "$ours" create slow --table '0 1024 snapshot /dev/loop1 /dev/mapper/cow P 8' &
    until grep -q '^State:.*D' /proc/"$!"/task/*/status && $theirs info slow > info; do :; done 2> /dev/null
    kill -"$signal" "$!"
    until grep -q '^ShdPnd:.*0000000000000000' /proc/"$!"/status; do :; done
    $theirs resume cow
    wait "$!"
    echo "$signal: status $?, $(left slow)"
done 2> /dev/null
$theirs remove cow

# A table whose rules are many: the signal comes at any time after the device is there.
awk 'BEGIN { for (i = 0; i < 20000; i++) print i * 8, 8, "linear /dev/loop3 0" }' > many
for wait in 0 0 0 1 2 3 5 8; do
    "$ours" create many many &
    until $theirs info many > info; do :; done
    i=0
    while [ $i -lt "$wait" ]; do $theirs info many > info; i=$((i + 1)); done
    kill "$!"
    wait "$!"
    echo "$wait: status $?, $(left many)" >> attempts
    $theirs remove many
done 2> /dev/null
sed -E 's/^[0-9]+: //; s/^status (0|143), (whole|nothing)$/as it should be/' attempts | sort -u
cp attempts "$SCRATCH"
cat attempts >&2
