#!/bin/sh
# make dist: dist.sh TARBALL, from the top directory. Packs the files that git tracks, as they stand
# here; where there is no .git, in an unpacked tarball, every file but the build directory, which makes
# the same tarball again. The same files give the same bytes: order, owners, modes and times are fixed.
# The time is SOURCE_DATE_EPOCH, else that of the last commit, else that of the newest file.
set -eu
tarball=$1
name=$(basename "$tarball" .tar.gz)
build=$(dirname "$tarball")

tar --version 2>/dev/null | grep -q 'GNU tar' || {
    echo 'make dist: needs GNU tar, for an archive that comes out the same each time' >&2
    exit 1
}

mkdir -p "$build"
list=$build/dist-files
trap 'rm -f "$list" "$tarball.new"' EXIT
trap 'exit 1' HUP INT TERM

# one name a line: no file here has a newline in its name
if [ -e .git ]; then
    git ls-files >"$list" || {
        echo 'make dist: needs git here, or the sources without .git' >&2
        exit 1
    }
    epoch=$(git log -1 --format=%ct)
else
    find . -type f | sed 's,^\./,,' | awk -v build="${build#"$PWD"/}/" 'index($0, build) != 1' >"$list"
    epoch=$(xargs stat -c %Y <"$list" | sort -n | tail -n 1)
fi
LC_ALL=C sort -o "$list" "$list"

tar --create --format=ustar --no-recursion --mtime="@${SOURCE_DATE_EPOCH:-$epoch}" --owner=0 --group=0 \
    --numeric-owner --mode='u=rwX,go=rX' --transform="s,^,$name/," --verbatim-files-from --files-from="$list" \
    --file=- | gzip -n -9 >"$tarball.new"
mv "$tarball.new" "$tarball"
printf '  %s\n' "$tarball"
