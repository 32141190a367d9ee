# shellcheck shell=sh
# Sourced by the end-to-end tests: sh tests/e2e/NAME.sh runs one by itself, from any directory.
#
#   check NAME ARGUMENT...      runs check_claude_NAME; then $status, $out and $err (both whole)
#   frozen NAME ARGUMENT...     the same with the time of day standing still at $NOW
#   is WHAT GOT WANTED          one test, passed when the two are the same
#   has WHAT TEXT PART          passed when PART occurs in TEXT;  has_not: when it does not
#   done_testing                the last line: prints the counts, removes $dir
#
# $dir is a new directory; HOME and the state directory are in it. Every run is looked at for an empty
# stderr and an exit status of 0 to 3 besides.

set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
dir=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-test.XXXXXX") || exit 1
trap 'chmod -R u+rwx "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
for name in $(env | sed -n 's/^\(ORCH_[A-Z_]*\|CLAUDE_[A-Z_]*\|CHECK_CLAUDE_[A-Z_]*\|XDG_CACHE_HOME\)=.*/\1/p'); do
    unset "$name"
done
export LC_ALL=C HOME="$dir/home" CHECK_CLAUDE_STATE_DIR="$dir/state" PATH=/usr/bin:/bin
mkdir "$HOME"

NOW=1795000000 # 2026-11-18T11:06:40Z
passed=0 failed=0 status=0 out='' err=''

pass() { passed=$((passed + 1)); }

fail() {
    failed=$((failed + 1))
    printf 'FAILED %s: %s\n' "$(basename "$0" .sh)" "$1" >&2
}

is() { if [ "$2" = "$3" ]; then pass; else fail "$1: got [$2], wanted [$3]"; fi; }

has() { case $2 in *"$3"*) pass ;; *) fail "$1: [$3] is not in [$2]" ;; esac; }

has_not() { case $2 in *"$3"*) fail "$1: [$3] is in [$2]" ;; *) pass ;; esac; }

# Run a program and look at what every run must hold. The standard input is empty.
run() {
    # shellcheck disable=SC2086
    ${WRAPPER:-} "$@" >"$dir/stdout" 2>"$dir/stderr" </dev/null
    status=$?
    out=$(cat "$dir/stdout") err=$(cat "$dir/stderr")
    [ "$status" -le 3 ] || fail "$*: exit status $status"
    [ -z "$err" ] || fail "$*: stderr holds [$err]"
}

check() { name=$1; shift; run "$build/check_claude_$name" "$@"; }

frozen() {
    name=$1
    shift
    run env CHECK_CLAUDE_TEST_NOW="$NOW" "$build/tests/frozen/check_claude_$name" "$@"
}

# The first line's text between the state and the perfdata.
summary() { printf '%s\n' "$out" | sed -n '1{s/^[A-Z ]* - //;s/ | .*//;p;}'; }

# An executable script. script PATH LINE...
script() {
    path=$1
    shift
    mkdir -p "$(dirname "$path")"
    { printf '#!/bin/sh\n' && printf '%s\n' "$@"; } >"$path"
    chmod 755 "$path"
}

# A claude that answers --version like release 2.1.330. claude HOME
claude() { script "$1/.local/bin/claude" "echo '2.1.330 (Claude Code)'"; }

# A credentials file, mode 0600: write_credentials HOME JSON
write_credentials() {
    mkdir -p "$1/.claude"
    (umask 077 && printf '%s\n' "$2" >"$1/.claude/.credentials.json")
}

# A whole login. login HOME SECONDS-UNTIL-TOKEN-EXPIRY SECONDS-UNTIL-LOGIN-END, counted from $NOW
login() {
    write_credentials "$1" '{"claudeAiOauth":{"accessToken":"fixture-token",'"$(
    )"'"refreshToken":"fixture-refresh","expiresAt":'$((NOW + $2))'000,'"$(
    )"'"refreshTokenExpiresAt":'$((NOW + $3))'000,"scopes":["user:inference","user:profile"],'"$(
    )"'"subscriptionType":"max"}}'
}

done_testing() {
    printf '%s: %d passed, %d failed\n' "$(basename "$0" .sh)" "$passed" "$failed"
    [ "$failed" -eq 0 ]
    exit
}
