# Which driver it is where device mapper is a module that nobody has loaded, and nobody has made the control node.
theirs=/usr/sbin/dmsetup
ours=$DIST/bin/dmsetup
unset JDMSETUP_BACKEND
unload() {
    while lsmod | grep -q '^dm_mod '; do
        for module in $(lsmod | awk '/^dm_/ { print $1 }'); do rmmod "$module" 2> /dev/null; done
    done
    rm -f /dev/mapper/control
}
for dmsetup in "$theirs" "$ours"; do
    unload
    "$dmsetup" create x --table '0 8 zero'; echo "status $?"
    ls -l /dev/mapper/control | cut -d ' ' -f 1,5-6
    "$theirs" table
    "$theirs" remove x
done
# Nothing to load: the engine, and no node that leads nowhere.
unload
echo /bin/false > /proc/sys/kernel/modprobe
JDMSETUP_RUN_DIR=$PWD/run "$ours" create x --table '0 8 zero'; echo "status $?"
ls /dev/mapper/control
JDMSETUP_RUN_DIR=$PWD/run "$ours" remove x
exit 0
