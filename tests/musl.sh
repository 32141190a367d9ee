#!/bin/sh
# Builds json-c from the distribution's source and the plugins with musl-gcc, statically, and runs the
# end-to-end tests on them: tests/musl.sh DIRECTORY. Needs apt, musl-gcc and cmake; the directory is
# left to the caller. Ends with "N passed, N failed".
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)

# The sources are where the packages come from: the machine's own list, asked for deb-src.
mkdir -p "$work/lists/partial" "$work/src"
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    [ -f "$list" ] || continue
    case $list in
    *.sources) sed 's/^Types:.*/Types: deb-src/' "$list" >>"$work/all.sources"; echo >>"$work/all.sources" ;;
    *.list) sed -n 's/^deb /deb-src /p' "$list" >>"$work/all.list" ;;
    esac
done
: >>"$work/all.list"
mkdir -p "$work/parts"
for list in "$work"/all.*; do
    mv "$list" "$work/parts/"
done
apt_source() {
    apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts" \
        -o Dir::State::lists="$work/lists" -o APT::Sandbox::User=root "$@"
}
apt_source update
(cd "$work/src" && apt_source source --download-only json-c && tar xf json-c_*.orig.tar.gz)

cmake -S "$work"/src/json-c-*/ -B "$work/json-c" -DCMAKE_C_COMPILER=musl-gcc -DBUILD_SHARED_LIBS=OFF \
    -DBUILD_TESTING=OFF -DBUILD_APPS=OFF -DDISABLE_WERROR=ON -DCMAKE_INSTALL_PREFIX="$work/musl" >/dev/null
cmake --build "$work/json-c" >/dev/null
cmake --install "$work/json-c" >/dev/null

cd "$top"
make BUILD="$work/build" CC=musl-gcc LDFLAGS=-static JSON_CFLAGS="-isystem $work/musl/include" \
    JSON_LIBS="$work/musl/lib/libjson-c.a" CFLAGS='-O2 -Werror' all frozen
set --
for script in tests/e2e/*.sh; do
    case $script in */harness.sh) ;; *) set -- "$@" "$script" ;; esac
done
BUILD="$work/build" tests/run "$@"
