#!/bin/sh
# overlay.sh ROOT SHARED COMMAND...: runs COMMAND as root in the system that lies in the directory ROOT,
# with the directory SHARED at /mnt there. ROOT is not changed: what is written goes into memory, and is
# gone afterwards, as are the mounts and any process left running. The network is the machine's.
# Ends with the status of COMMAND, or with 125 where this cannot be done (no root, no right to mount).
# `sh tests/overlay.sh / / true` asks whether it can.
set -u
root=$1 shared=$2
shift 2
over=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-overlay.XXXXXX") || exit 125
inside=''
trap 'rmdir "$over"' EXIT
# all that runs inside dies with unshare
trap 'kill $inside 2>/dev/null; wait; exit 1' HUP INT TERM

# A first unshare asks whether a second may; a refusal by the command itself would look the same.
unshare --mount --pid --fork --kill-child true 2>/dev/null || exit 125

# shellcheck disable=SC2016  # for the inner shell
unshare --mount --pid --fork --kill-child sh -c '
    root=$1 shared=$2 over=$3
    shift 3
    mount --make-rprivate / &&
        mount -t tmpfs tmpfs "$over" &&
        mkdir "$over/upper" "$over/work" "$over/root" &&
        mount -t overlay overlay -o "lowerdir=$root,upperdir=$over/upper,workdir=$over/work" "$over/root" &&
        mount -t proc proc "$over/root/proc" &&
        mount --rbind /dev "$over/root/dev" &&
        mount -t tmpfs -o mode=1777 tmpfs "$over/root/tmp" &&
        mount --bind "$shared" "$over/root/mnt" || exit 125
    exec env -i HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        chroot "$over/root" "$@"
' sh "$root" "$shared" "$over" "$@" &
inside=$!
wait $inside
