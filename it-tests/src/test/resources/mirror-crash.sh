# Copies legs and log of a mirror at a moment when a write to region 7 has reached the first leg and not the
# second, and spoils regions 7 and 20 of the second leg's copy.
# Arguments: the directory of nodes, legs and log as tables name them, and the directory of their files.
set -e
nodes=$1 a=$2 b=$3 log=$4 files=$5
bits() {
  dd if=$log bs=512 skip=2 count=1 iflag=direct status=none | od -An -tx1 -N8 | tr -d ' \n'
}
seq 1 300000 | head -c 1M > $files/data
dmsetup create leg --table "0 2048 linear $b 0"
dmsetup create pair --table "0 2048 mirror disk 3 $log 64 nosync 2 $a 0 $nodes/leg 0"
dd if=$files/data of=$nodes/pair bs=64k oflag=direct conv=fsync status=none
until [ "$(bits)" = ffffffff00000000 ]; do :; done
dmsetup suspend leg
dd if=$files/data of=$nodes/pair bs=4k count=1 skip=3 seek=57 oflag=direct status=none &
until [ "$(bits)" = 7fffffff00000000 ]; do :; done
dd if=$files/data bs=4k count=1 skip=3 of=$files/chunk status=none
until dd if=$a bs=4k skip=57 count=1 iflag=direct status=none | cmp -s - $files/chunk; do :; done
for disk in a b log; do cp $files/$disk $files/$disk.crash; done
for region in 7 20; do
  yes spoilt | head -c 4096 | dd of=$files/b.crash bs=4k seek=$((8 * region)) iflag=fullblock conv=notrunc status=none
done
dmsetup resume leg
wait
dmsetup remove pair
dmsetup remove leg
