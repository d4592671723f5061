# What the suite runs in its guest. JAVA, CASES, SHARE, CASE_CLASSES, DISKS, SIZES, DIST and SCRIPTS are set above this; results go to $SCRATCH.
mkdir -p /run/disks /run/cases
set -- $SIZES
for disk in $DISKS; do
    truncate -s $(($1 * 512)) "/run/disks/${disk##*/}" && losetup "$disk" "/run/disks/${disk##*/}"
    shift
done

export LC_ALL=C.UTF-8
cd /run/cases
timeout --kill-after=5 1200 "$JAVA" $JVM "-Dit.cases=$CASES" -cp "$CASE_CLASSES" org.jdmsetup.it.cases.CaseDriver \
    "$SCRATCH/results" kernel C,OURS,C_THEN_OURS,OURS_THEN_C "$SHARE" $DISKS \
    > "$SCRATCH/cases.out" 2> "$SCRATCH/cases.err" < /dev/null
echo $? > "$SCRATCH/cases.rc"

# The same devices, to other scripts: the disks, nothing on them.
export PATH="$DIST/bin:$PATH" JAVA_HOME="${JAVA%/bin/java}" JDMSETUP_JAVA_OPTIONS="$JVM" DM_DISABLE_UDEV=1
export DIST
for script in $SCRIPTS; do
    mkdir "/run/$script" && cd "/run/$script"
    timeout --kill-after=5 240 /bin/sh "$SCRATCH/$script.sh" > "$SCRATCH/$script.out" 2> "$SCRATCH/$script.err" < /dev/null
    echo $? > "$SCRATCH/$script.rc"
    /usr/sbin/dmsetup remove_all --force
done
