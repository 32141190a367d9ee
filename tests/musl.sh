#!/bin/sh
# Builds the plugins with musl-gcc, statically, and runs the end-to-end tests on them: tests/musl.sh
# DIRECTORY. MUSL_JSON_C names a json-c that packaging/json-c.sh has built for it; else that is done here, and
# needs apt and cmake. The directory is left to the caller. Ends with "N passed, N failed".
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)

cd "$top"
if [ -z "${MUSL_JSON_C:-}" ]; then
    MUSL_JSON_C=$work/json-c
    sh packaging/json-c.sh musl-gcc "$MUSL_JSON_C"
fi
make BUILD="$work/build" CC=musl-gcc LDFLAGS=-static JSON_CFLAGS="-isystem $MUSL_JSON_C/include" \
    JSON_LIBS="$MUSL_JSON_C/lib/libjson-c.a" CFLAGS='-O2 -Werror' all frozen
set --
for test in tests/e2e/*.sh tests/e2e/*/*.sh tests/e2e/*/*.cases; do
    case $test in */harness.sh) ;; *) set -- "$@" "$test" ;; esac
done
BUILD="$work/build" tests/run "$@"
