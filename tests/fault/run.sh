#!/bin/sh
# Runs the fault injection in a directory of its own, in memory where there is one, and removes it:
# tests/fault/run.sh BUILD CLAUDE [CASE], by make check-fault.
set -u
memory=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || memory=/dev/shm
build=$(cd "$1" && pwd) claude=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
TMPDIR=$(mktemp -d "$memory/check_claude-fault.XXXXXX") || exit 1
export TMPDIR
chmod 711 "$TMPDIR" # for the users that the plugins act as
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' HUP INT TERM
"$build/driver" "$build" "$build/inject.so" "$claude" "${3:-}"
