#!/bin/sh
# make rpm: rpm.sh TARBALL, from the top directory. Builds the source and binary packages of the tarball
# that make dist made, in the directory rpm beside it, by packaging/nagios-plugins-check-claude.spec.
# NOCHECK=1 leaves out the tests.
set -eu
tarball=$1
version=${tarball##*-}
version=${version%.tar.gz}
mkdir -p "$(dirname "$tarball")/rpm"
to=$(cd "$(dirname "$tarball")/rpm" && pwd)
spec=packaging/nagios-plugins-check-claude.spec

command -v rpmbuild >/dev/null || {
    echo 'make rpm: install rpm-build first (on Debian: rpm)' >&2
    exit 1
}
grep -q "^Version: *$version\$" $spec || {
    echo "make rpm: the version in $spec is not $version, as in lib/base/version.h" >&2
    exit 1
}

rm -rf "$to"
mkdir -p "$to/SOURCES"
cp "$tarball" "$to/SOURCES"
# make's own settings would reach the package's make
unset MAKEFLAGS MAKELEVEL MFLAGS BUILD DESTDIR

# Where other packages than rpm's are installed, rpm cannot tell that all is there.
set -- --define "_topdir $to" --define 'use_source_date_epoch_as_buildtime 1'
rpm -q rpm >/dev/null 2>&1 || set -- "$@" --nodeps
rpmbuild -ba "$@" ${NOCHECK:+--nocheck} $spec
ls "$to"/RPMS/*/*.rpm
