#!/bin/sh
# The README's commands, run for real where nothing is installed yet: tests/newcomer.sh [SUITE...]
# For each suite (bookworm and trixie if none is named) tests/bare_debian.sh makes a bare Debian, and
# tests/newcomer_steps.sh is run in an overlay of it, on what make dist packs. With ROOTS=DIRECTORY the bare Debians are kept there, and used again the next time.
#
# Needs root, mmdebstrap and the right to mount; else it says so and runs nothing. The suites run at the
# same time. Prints what they did, and as its last line "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-newcomer.XXXXXX") || exit 1
pids=''
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck disable=SC2086  # a list of numbers
trap 'kill $pids 2>/dev/null; wait; exit 1' HUP INT TERM
roots=${ROOTS:-$work}
[ $# -gt 0 ] || set -- bookworm trixie

skip() {
    printf 'newcomer skipped: %s\n0 passed, 0 failed\n' "$1"
    exit 0
}

[ "$(id -u)" -eq 0 ] || skip 'only root may make a bare Debian'
command -v mmdebstrap >/dev/null || skip 'mmdebstrap is not installed'
sh tests/overlay.sh / / true 2>/dev/null || skip 'mounting is not allowed here'

mkdir "$work/shared"
sh packaging/dist.sh "$work/shared/check_claude.tar.gz" >/dev/null || exit 1

# For what takes long: a signal to this shell goes on to the command.
passing_on() {
    "$@" &
    child=$!
    trap 'kill $child 2>/dev/null; wait $child; exit 1' TERM
    wait $child
}

newcomer() {
    passing_on sh tests/bare_debian.sh "$roots/$1" "$1" && passing_on sh tests/overlay.sh "$roots/$1" "$work/shared" sh -c '
        mkdir /root/check_claude && cd /root/check_claude &&
            tar xzf /mnt/check_claude.tar.gz --strip-components=1 && sh tests/newcomer_steps.sh'
}

for suite in "$@"; do
    newcomer "$suite" >"$work/$suite.log" 2>&1 &
    pids="$pids $!"
done
wait

passed=0 failed=0
for suite in "$@"; do
    printf -- '--- Debian %s\n' "$suite"
    sed '$d' "$work/$suite.log"
    counts=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$work/$suite.log")
    [ -n "$counts" ] || { tail -n 1 "$work/$suite.log" && counts='0 1'; }
    passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
