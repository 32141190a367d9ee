#!/bin/sh
# boot.sh ROOT OVER CGROUP: boots the systemd in the directory ROOT, as the first process of namespaces of its
# own, without a network. ROOT is not changed: what is written goes into memory, over it in the directory OVER.
# CGROUP is a new directory below /sys/fs/cgroup or, with cgroups of version 1, /sys/fs/cgroup/systemd.
# Ends, and all that was started in it, when unshare is killed, which this becomes.
set -eu
case ${3-} in
?*)
    echo $$ >"$3/cgroup.procs"
    exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child sh "$0" "$1" "$2"
    ;;
esac

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
cd "$2/root"
hostname engine
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
else
    mount -t cgroup2 cgroup2 sys/fs/cgroup
fi
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
: >dev/console
mkdir .old
pivot_root . .old
umount -l .old
rmdir .old
exec env -i container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=console \
    --unit=multi-user.target
