# Leeuw's tutorial as he gives it, with two disks of odd sizes. What it prints must be the same in both worlds.
set -e
echo "0 $(blockdev --getsize /dev/loop1) linear /dev/loop1 0" | dmsetup create new_name
blockdev --getsize /dev/mapper/new_name
dmsetup table new_name | cut -d' ' -f1-3,5
echo 'hello from the tutorial' | dd of=/dev/mapper/new_name conv=fsync status=none
head -c 24 /dev/loop1
dmsetup remove new_name
test ! -e /dev/mapper/new_name

cat > two-as-one <<END
0 $(blockdev --getsize /dev/loop1) linear /dev/loop1 0
$(blockdev --getsize /dev/loop1) $(blockdev --getsize /dev/loop2) linear /dev/loop2 0
END
dmsetup create twoasone two-as-one
blockdev --getsize /dev/mapper/twoasone
mkfs.ext4 -q /dev/mapper/twoasone && mkdir mnt && mount /dev/mapper/twoasone mnt
cp two-as-one mnt/ && umount mnt && mount /dev/mapper/twoasone mnt && cmp two-as-one mnt/two-as-one && echo 'read back'
umount mnt
dmsetup remove twoasone

# Half a disk, then one and a half.
echo "0 $(($(blockdev --getsize /dev/loop1) / 2)) linear /dev/loop1 0" | dmsetup create half
blockdev --getsize /dev/mapper/half
dmsetup create oneandhalf <<END
0 $(blockdev --getsize /dev/loop2) linear /dev/loop2 0
$(blockdev --getsize /dev/loop2) $(($(blockdev --getsize /dev/loop1) / 2)) linear /dev/loop1 $(($(blockdev --getsize /dev/loop1) / 2))
END
blockdev --getsize /dev/mapper/oneandhalf
dmsetup remove half
dmsetup remove oneandhalf

# As the kernel's own documentation does it.
size1=`blockdev --getsize /dev/loop1`
size2=`blockdev --getsize /dev/loop2`
echo "0 $size1 linear /dev/loop1 0
$size1 $size2 linear /dev/loop2 0" | dmsetup create joined
dmsetup status joined
dmsetup info joined | grep -v -e Major -e Ahead
dmsetup ls | cut -f1
dmsetup remove joined
dmsetup ls
