# Folds a snapshot back: fold.sh NODES ORIGIN COW whole|begin
set -e
nodes=$1 disk=$2 cow=$3 how=$4
dmsetup create round-merge --table "0 8000 snapshot-merge $disk $cow P 8"
if [ $how = begin ]; then
  dmsetup suspend round-merge
  dmsetup remove round-merge
  exit
fi
i=0
while [ $i -lt 300 ] && ! dmsetup status round-merge | grep -q ' 16/[0-9]* 16$'; do
  sleep 0.1
  i=$((i + 1))
done
dmsetup status round-merge
dd if="$nodes/round-merge" bs=4000k count=1 iflag=direct,fullblock status=none | sha256sum
dmsetup remove round-merge
