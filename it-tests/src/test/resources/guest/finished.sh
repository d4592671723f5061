# Merges and mirrors that take their time, waited for and taken away too early. What is printed must be the same in both worlds.
amounts() { sed 's/[0-9.]* [KM]iB/SIZE/'; }
slow() { echo "0 8192 delay /dev/loop1 0 0 /dev/loop1 0 $1"; }
speed() { dmsetup load slow --table "$(slow "$1")" && dmsetup resume slow; }
shows() { for i in $(seq 300); do grep -q "$2" "$1" 2> /dev/null && return; sleep 0.1; done; cat "$1"; }

dd if=/dev/zero of=/dev/loop2 bs=4k count=16 oflag=direct status=none
dmsetup create slow --table "$(slow 500)"
dmsetup create data --table "0 8192 snapshot-origin /dev/loop1"
dmsetup create before --table "0 8192 snapshot /dev/loop1 /dev/loop2 P 16"
for chunk in $(seq 1 2 200); do
  dd if=/dev/zero of=/dev/mapper/data bs=8k count=1 seek="$chunk" oflag=direct status=none
done
dmsetup remove before
dmsetup remove data
merge="0 8192 snapshot-merge /dev/mapper/slow /dev/loop2 P 16"

dmsetup create data --table "$merge"
dmsetup remove data 2>&1 | amounts
dmsetup create data --table "$merge"
dmsetup load data --table "0 8192 snapshot-origin /dev/mapper/slow"
dmsetup resume data 2>&1 | amounts
dmsetup remove data
dmsetup create data --table "$merge"
dmsetup wipe_table data 2>&1 | amounts
dmsetup remove data

# A signal ends the wait and nothing else; who has the device removed meanwhile is told.
dmsetup create data --table "$merge"
dmsetup suspend data
timeout --preserve-status -s INT 1 dmsetup wait --finished data 2> /dev/null
echo "interrupted $?"
dmsetup wait --finished data 2> said &
shows said suspended
dmsetup remove data 2>&1 | amounts
wait $!
echo "removed $?"
cat said

# A terminal shows how far it is.
dmsetup create data --table "$merge"
script -q -e -f -c 'dmsetup wait --finished data' terminal < /dev/null > /dev/null &
terminal=$!
shows terminal 'data: merge [0-9]* %, [0-9.]* [KM]iB left'
speed 0
wait $terminal
echo "finished $?"
dmsetup status data
dmsetup wait --finished data
echo "finished $?"
dmsetup remove data

speed 500
mirror="0 4096 mirror core 1 1024 2 /dev/loop2 0 /dev/mapper/slow 0"
dmsetup create pair --table "$mirror"
dmsetup load pair --table "0 4096 linear /dev/loop2 0"
dmsetup resume pair 2>&1 | amounts
dmsetup remove pair
dmsetup create pair --table "$mirror"
dmsetup wait --finished pair
echo "finished $?"
dmsetup status pair | cut -d' ' -f 3,4,7
dmsetup remove pair

# A leg that cannot be written.
dmsetup create bad --table "0 8192 error"
dmsetup create pair --table "0 8192 mirror core 1 1024 2 /dev/loop2 0 /dev/mapper/bad 0 1 handle_errors"
dmsetup wait --finished pair 2>&1 | sed 's/leg [^ ]*/leg N/'
dmsetup remove pair
dmsetup remove_all
dmsetup ls
