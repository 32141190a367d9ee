#!/bin/sh
# Builds json-c as a static library with the compiler COMPILER: json-c.sh COMPILER DIRECTORY. It is then in
# DIRECTORY/include and DIRECTORY/lib. The source is the distribution's, fetched as apt-get source does; where
# JSON_C_SOURCE names an unpacked one, that. Needs cmake.
set -eu
compiler=$1
mkdir -p "$2"
work=$(cd "$2" && pwd)

# apt_source WHAT: asks the machine's own list of packages for sources, whether or not it names them
apt_source() {
    apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts" \
        -o Dir::State::lists="$work/lists" -o APT::Sandbox::User=root "$@"
}

fetch() {
    mkdir -p "$work/lists/partial" "$work/parts" "$work/source"
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        [ -f "$list" ] || continue
        case $list in
        *.sources) sed 's/^Types:.*/Types: deb-src/' "$list" >>"$work/all.sources" && echo >>"$work/all.sources" ;;
        *.list) sed -n 's/^deb /deb-src /p' "$list" >>"$work/all.list" ;;
        esac
    done
    for list in "$work"/all.*; do
        mv "$list" "$work/parts/"
    done
    apt_source update
    (cd "$work/source" && apt_source source --download-only json-c &&
        tar xf json-c_*.orig.tar.* --strip-components=1)
}

if [ -z "${JSON_C_SOURCE:-}" ]; then
    fetch
    JSON_C_SOURCE=$work/source
fi
cmake -S "$JSON_C_SOURCE" -B "$work/build" -DCMAKE_C_COMPILER="$compiler" -DBUILD_SHARED_LIBS=OFF \
    -DBUILD_TESTING=OFF -DBUILD_APPS=OFF -DDISABLE_WERROR=ON -DCMAKE_INSTALL_PREFIX="$work" \
    -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON >/dev/null
cmake --build "$work/build" >/dev/null
cmake --install "$work/build" >/dev/null
