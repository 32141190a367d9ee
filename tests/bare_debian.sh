#!/bin/sh
# bare_debian.sh DIRECTORY SUITE [PACKAGE...]: makes a bare Debian with these packages in DIRECTORY, from where
# this machine's own apt gets its packages. The SUITE "own" is this machine's. Nothing is done where DIRECTORY is
# there. Needs root and mmdebstrap; says in its last line what is missing.
set -u
directory=$1 suite=$2
shift 2
[ ! -d "$directory" ] || exit 0

give_up() {
    echo "$1"
    exit 1
}

[ "$(id -u)" -eq 0 ] || give_up 'only root may make a bare Debian'
command -v mmdebstrap >/dev/null || give_up 'mmdebstrap is not installed'

# The archive that serves this machine's own release serves the others as well.
own=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
[ "$suite" != own ] || suite=$own
# shellcheck disable=SC2016  # apt's variables
archive=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$own //p" | head -n 1)
[ -n "$archive" ] || give_up 'apt has no package list of this release, run apt-get update'

mkdir -p "$(dirname "$directory")" && new=$(mktemp -d "$directory.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$new" "$new.conf"' EXIT
trap 'kill $child 2>/dev/null; wait; exit 1' HUP INT TERM
# How this machine's apt reaches it: proxies, and checks of dates and certificates.
apt-config dump | grep -E '^Acquire::(Check-|Retries|https?::)' >"$new.conf"
mmdebstrap --quiet --variant=minbase --aptopt="$new.conf" ${1:+"--include=$(echo "$*" | tr ' ' ,)"} \
    "$suite" "$new" "deb $archive $suite main" &
child=$!
wait $child || exit 1
# without name resolution that works, apt gets nothing
cp -L /etc/resolv.conf /etc/hosts "$new/etc/"
chmod 755 "$new"
mv "$new" "$directory"
