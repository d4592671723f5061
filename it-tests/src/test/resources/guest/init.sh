#!/usr/bin/busybox sh
# The guest's first process. Builds a root from the host's (read-only, a tmpfs overlay takes the writes), shares the scratch
# directory read-write at its own path, runs SCRATCH/job there and leaves its output and exit status in SCRATCH.
# guest.env beside this file sets SCRATCH, MODULES (the kernel's modules) and PRELOAD (modules to load first).
. "${0%/*}/guest.env"
bb() { /usr/bin/busybox "$@"; }
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb SCRATCH

bb mount -t proc proc /proc
bb mount -t tmpfs tmpfs /mnt
bb mkdir /mnt/writes /mnt/work /mnt/root
bb insmod "$MODULES/kernel/fs/overlayfs/overlay.ko" 2>/dev/null
bb mount -t overlay -o lowerdir=/,upperdir=/mnt/writes,workdir=/mnt/work overlay /mnt/root

root=/mnt/root
bb mount -t proc proc $root/proc
bb mount -t sysfs sysfs $root/sys
bb mount -t devtmpfs dev $root/dev
bb mkdir -p $root/dev/pts $root/dev/shm $root/dev/mapper
bb mount -t devpts devpts $root/dev/pts
bb mount -t tmpfs shm $root/dev/shm
bb mount -t tmpfs run $root/run
bb ln -s /proc/self/fd $root/dev/fd
bb mkdir -p "$root$SCRATCH" $root/lib/modules
bb ln -s "$MODULES" "$root/lib/modules/$(bb uname -r)"
bb mount -t hostfs -o "$SCRATCH" none "$root$SCRATCH"
bb ifconfig lo 127.0.0.1 up

# The kernel runs this outside the overlay, where there is no /lib/modules.
echo "${0%/*}/modprobe" > /proc/sys/kernel/modprobe
[ -z "$PRELOAD" ] || bb chroot $root /sbin/modprobe -a $PRELOAD

bb chroot $root /bin/sh -c 'cd /tmp && /bin/sh "$SCRATCH/job" > "$SCRATCH/out" 2> "$SCRATCH/err" < /dev/null; echo $? > "$SCRATCH/rc"'
bb sync
bb poweroff -f
