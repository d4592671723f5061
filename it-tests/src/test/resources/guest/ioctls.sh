# Plays sequences of ioctls. JAVA, CLASSES, MAJOR (of mapped devices), MODULES (of targets) and DISKS (MINOR:BYTES:BLOCKSIZE:OPTIONS of
# each) are set above this; plan and results are in $SCRATCH.
mkdir -p /run/disks
for disk in $DISKS; do
    IFS=: read -r minor bytes block options <<END
$disk
END
    truncate -s "$bytes" "/run/disks/$minor"
    losetup --sector-size "$block" $options "/dev/loop$minor" "/run/disks/$minor" || exit
done
modprobe dm-mod "major=$MAJOR" && modprobe -a $MODULES || exit
# A type that is not there is not there: no module is looked for, which takes a tenth of a second.
echo > /proc/sys/kernel/modprobe
exec "$JAVA" -XX:UseAVX=2 -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp "$CLASSES" org.jdmsetup.it.ioctl.GuestPlayer \
    "$SCRATCH/plan" "$SCRATCH/results" $(for disk in $DISKS; do echo "${disk%%:*}"; done) > "$SCRATCH/progress"
