#!/bin/sh
# make deps: installs what is missing to build, to test and to check the man pages: a C compiler with
# the C library's headers, make, pkg-config, json-c, check and mandoc; by apt-get, dnf or apk, as root
# or through sudo. Looks for the things themselves, so it says and does nothing where all is there.
set -u
pkg_config=${PKG_CONFIG:-pkg-config}

present() {
    case $1 in
    # the word CC may carry options; the compiler must find the C library's headers as well
    cc) # shellcheck disable=SC2086
        echo '#include <stdlib.h>' | ${CC:-cc} -E -x c - >/dev/null 2>&1 ;;
    json-c | check) "$pkg_config" --exists "$1" 2>/dev/null ;;
    pkg-config) command -v "$pkg_config" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=
for thing in cc make pkg-config json-c check mandoc; do
    present "$thing" || missing="$missing $thing"
done
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null; then
    manager=apt-get
elif command -v dnf >/dev/null; then
    manager=dnf
elif command -v apk >/dev/null; then
    manager=apk
else
    echo "make deps: no apt-get, dnf or apk here, install by hand:$missing" >&2
    exit 1
fi

# The packages that hold a thing.
packages_of() {
    case $manager:$1 in
    apt-get:cc) echo gcc libc6-dev ;;
    apt-get:json-c) echo libjson-c-dev ;;
    dnf:cc) echo gcc glibc-devel ;;
    dnf:pkg-config) echo pkgconf-pkg-config ;;
    dnf:json-c | dnf:check) echo "$1-devel" ;;
    apk:json-c | apk:check) echo "$1-dev" ;;
    apk:cc) echo gcc musl-dev ;;
    apk:pkg-config) echo pkgconf ;;
    *) echo "$1" ;;
    esac
}

packages=
for thing in $missing; do
    packages="$packages $(packages_of "$thing")"
done

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        case $manager in apk) verb=add ;; *) verb=install ;; esac
        echo "make deps: neither root nor sudo, let root run: $manager $verb$packages" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "make deps: $manager installs$packages"
# shellcheck disable=SC2086  # $as_root and $packages are lists of words
case $manager in
apt-get)
    # an index that cannot be had is fatal only if a package is then not found
    $as_root apt-get -q -o DPkg::Lock::Timeout=300 update || echo 'make deps: going on with the old package lists' >&2
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install $packages
    ;;
dnf) $as_root dnf -y --setopt=install_weak_deps=False install $packages ;;
# a container has no index yet, as apt-get has none
apk) $as_root apk add --no-progress --update-cache $packages ;;
esac || {
    echo "make deps: $manager could not install$packages" >&2
    exit 1
}

for thing in $missing; do
    present "$thing" || still="${still:-} $thing"
done
[ -z "${still:-}" ] || {
    echo "make deps: still missing after $manager:$still" >&2
    exit 1
}
