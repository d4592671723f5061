# One turn with a snapshot and its origin, the same in every world: round.sh NODES ORIGIN COW NUMBER
set -e
nodes=$1 disk=$2 cow=$3 number=$4
dmsetup create round-origin --table "0 8000 snapshot-origin $disk"
dmsetup create round-snap --table "0 8000 snapshot $disk $cow P 8"
i=0
while [ $i -lt 36 ]; do
  at=$(((number * 7919 + i * 10473) % 7970))
  device=round-origin
  [ $((i % 3)) = 0 ] && device=round-snap
  seq $((at * 10)) $((at * 10 + 4000)) |
    dd of="$nodes/$device" bs=512 seek=$at count=$((i % 24 + 1)) iflag=fullblock oflag=direct conv=notrunc status=none
  i=$((i + 1))
done
dmsetup status round-snap
dd if="$nodes/round-snap" bs=4000k count=1 iflag=direct,fullblock status=none | sha256sum
dd if="$nodes/round-origin" bs=4000k count=1 iflag=direct,fullblock status=none | sha256sum
dmsetup remove round-snap
dmsetup remove round-origin
