# Makes a mirror of what mirror-crash.sh left, and ends it when it is in sync.
# Arguments: the directory of nodes, legs and log as tables name them.
set -e
nodes=$1 a=$2 b=$3 log=$4
dmsetup create pair --table "0 2048 mirror disk 2 $log 64 2 $a 0 $b 0"
until dmsetup status pair | grep -q 32/32; do :; done
yes | head -c 4096 | dd of=$nodes/pair bs=4k seek=100 iflag=fullblock oflag=direct status=none
dmsetup remove pair
