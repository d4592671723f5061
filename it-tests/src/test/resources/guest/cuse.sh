# The C dmsetup and LVM2, on the kernel and then on the engine through its control node: what they print must be the same but for
# device numbers. The engine's world is a mount namespace, in which that node is /dev/mapper/control and /proc/devices says that
# mapped devices are loop devices.
modprobe -a fuse cuse
modprobe brd rd_nr=2 rd_size=49152

# libdevmapper 1.02.185 opens no control node that is not 10:236, which a kernel gives to no device of CUSE.
cc -O2 -shared -fPIC -o control.so -x c - <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
int stat64(const char *path, struct stat64 *to) {
    int result = fstatat64(AT_FDCWD, path, to, 0);
    if (result == 0 && S_ISCHR(to->st_mode) && strcmp(path, "/dev/mapper/control") == 0)
        to->st_rdev = makedev(10, 236);
    return result;
}
END

cat > dmsetup.sh <<'END'
d() { echo "# dmsetup $*"; timeout 30 /usr/sbin/dmsetup "$@"; status=$?; [ $status = 0 ] || echo "status $status"; }
d version
d create x -u some-uuid --table "0 2048 linear /dev/ram0 16"
d table; d info x; d ls; d deps x; d status
dd if=/dev/urandom of=random bs=64k count=1 status=none
dd if=random of=/dev/mapper/x bs=64k oflag=direct conv=fsync status=none
dd if=/dev/ram0 bs=512 skip=16 count=128 iflag=direct status=none | cmp - random && echo written
d load x --table "0 2048 striped 2 8 /dev/ram0 0 /dev/ram1 0"
d info x; d table x; d table --inactive x; d suspend x; d info x; d resume x; d table x; d status x
d create x --table "0 8 zero"
d create bad --table "0 2048 linear /dev/nosuch 16"
d create bad --table "0 2048 dust /dev/ram0 0 100"
cd /dev && d create relative --table "0 8 linear ram0 0"; cd - > /dev/null; d table relative; d remove relative
d create dusty --table "0 2048 dust /dev/ram0 0 512"
d message dusty 0 addbadblock 60; d message dusty 0 enable; d message dusty 0 listbadblocks; d message dusty 0 nonsense; d status dusty
d remove dusty
awk 'BEGIN { for (i = 0; i < 800; i++) print i * 8, 8, "linear /dev/ram0", i * 8 }' > many.table
d create many many.table; d table many > many.printed; cksum < many.printed; d remove many
timeout 30 /usr/sbin/dmsetup wait -u some-uuid 0 & waiting=$!
d rename x y; wait $waiting; echo "waited: $?"
d rename y x; timeout 2 /usr/sbin/dmsetup wait -u some-uuid 2; echo "interrupted: $?"
d ls; d info -c --noheadings -o name,uuid,events,segments,attr
d create low --table "0 64 zero"; d create high --table "0 64 linear /dev/mapper/low 0"; d remove low; d ls --tree; d remove high low
d clear x; d mknodes; d remove x; d remove nosuch; d remove_all; d ls
END

cat > lvm.sh <<'END'
config='devices { external_device_info_source="none" use_devicesfile=0 filter=["a|^/dev/ram[01]$|","r|.*|"] types=["ramdisk",1] }
    activation { udev_sync=0 udev_rules=0 monitoring=0 verify_udev_operations=1 } backup { backup=0 archive=0 }
    global { event_activation=0 use_lvmpolld=0 }'
l() { echo "# $*"; command=$1; shift; timeout 60 lvm "$command" --config "$config" "$@"; status=$?; [ $status = 0 ] || echo "status $status"; }
d() { echo "# dmsetup $*"; timeout 30 /usr/sbin/dmsetup "$@"; }
l pvcreate -y /dev/ram0 /dev/ram1
l vgcreate vg /dev/ram0 /dev/ram1
l lvcreate -y -l 2 -n lin vg; d table
l lvcreate -y -l 2 -i 2 -n str vg; d table; d deps vg-str
dd if=/dev/urandom of=random bs=64k count=2 status=none
dd if=random of=/dev/vg/str bs=64k oflag=direct conv=fsync status=none; dd if=/dev/vg/str bs=64k count=2 iflag=direct status=none | cmp - random && echo written
l lvextend -l +1 vg/lin; d table vg-lin
l lvrename vg/lin vg/renamed; l lvchange -an vg/renamed; d ls; l lvchange -ay vg/renamed; d ls
l lvcreate -y -s -l 1 -n snap vg/str; d table; d status vg-snap
dd if=/dev/zero of=/dev/vg/str bs=64k count=1 oflag=direct conv=fsync,notrunc status=none; dd if=/dev/vg/snap bs=64k count=2 iflag=direct status=none | cmp - random && echo snapshot
l lvs -o name,attr,size,origin,segtype
l lvremove -y vg/snap; d table
l lvcreate -y --nosync --type mirror -m 1 --mirrorlog core -l 1 -n mir vg; d table; d status vg-mir
l lvconvert -y -m 0 vg/mir; d table
l vgchange -an vg; d ls; l vgchange -ay vg; d ls; l vgchange -an vg
l vgremove -y vg; l pvremove /dev/ram0 /dev/ram1
END

cat > play.sh <<'END'
for session in dmsetup lvm; do
    sh $session.sh 2>&1 | sed -E 's/\<(7|25[0-9]|1)(:|, )[0-9]+/DEVICE/g; s/Read Ahead: .*/Read Ahead:/' > $session.$1
done
END

sh play.sh kernel

mkdir -m 700 engine
JDMSETUP_CUSE=dm-engine "$DIST/lib/engine" "$PWD/engine" > ready 2> engine.log & daemon=$!
until [ -s ready ] || ! kill -0 $daemon 2>/dev/null; do sleep 0.1; done
echo "the daemon: $(cat ready)"
printf 'Character devices:\n 10 misc\n\nBlock devices:\n  1 ramdisk\n  7 device-mapper\n' > devices
unshare --mount sh -s <<'END'
mount --bind devices /proc/devices
mount --bind /dev/dm-engine /dev/mapper/control
export LD_PRELOAD="$PWD/control.so"
sh play.sh engine
END
echo "dmsetup, $(grep -x written dmsetup.engine):"; diff dmsetup.kernel dmsetup.engine && echo same
echo "LVM2, $(grep -x snapshot lvm.engine):"; diff lvm.kernel lvm.engine && echo same
kill $daemon; wait $daemon
[ -e /dev/dm-engine ] || [ -e engine/control.sock ] || echo 'the daemon has gone, and its node'
cat engine.log >&2
exit 0
