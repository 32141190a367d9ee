#!/bin/sh
# make deb: deb.sh TARBALL, from the top directory. Builds the Debian source and binary packages of the
# tarball that make dist made, in the directory deb beside it, with packaging/debian as their debian/.
set -eu
tarball=$1
version=${tarball##*-}
version=${version%.tar.gz}
to=$(dirname "$tarball")/deb
name=check-claude

for tool in dpkg-buildpackage dh; do
    command -v $tool >/dev/null || {
        echo 'make deb: install dpkg-dev and debhelper first' >&2
        exit 1
    }
done
case $(dpkg-parsechangelog -l packaging/debian/changelog -S Version) in
"$version"-*) ;;
*)
    echo "make deb: the first version in packaging/debian/changelog is not $version-..., as in lib/base/version.h" >&2
    exit 1
    ;;
esac

rm -rf "$to"
mkdir -p "$to/$name-$version"
cp "$tarball" "$to/${name}_$version.orig.tar.gz"
tar xzf "$tarball" --no-same-owner --strip-components=1 -C "$to/$name-$version"
cp -R packaging/debian "$to/$name-$version/debian"
cd "$to/$name-$version"
# make's own settings would reach the package's make
unset MAKEFLAGS MAKELEVEL MFLAGS BUILD DESTDIR
dpkg-buildpackage -us -uc
cd ..
ls ./*.deb
