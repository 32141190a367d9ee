# shellcheck shell=sh
# Sourced by the tests that are a list of long steps: tests/distcheck.sh and its like.
#
#   step WHAT COMMAND...   one test, passed when the command succeeds; else the end of its output is shown
#   skip WHAT WHY          what cannot be tried here; counts as nothing
#   done_stepping          the last line: prints the counts, fails if any did
#
# $work is a new directory. What the last command printed is in $work/log.

work=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-steps.XXXXXX") || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0
# make's own settings would reach the make that a step calls
unset MAKEFLAGS MAKELEVEL MFLAGS BUILD DESTDIR
export LC_ALL=C

step() {
    what=$1 began=$(date +%s)
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        passed=$((passed + 1)) result=ok
    else
        failed=$((failed + 1)) result=FAILED
        tail -n 60 "$work/log"
    fi
    printf '%-7s %s (%d s)\n' "$result" "$what" $(($(date +%s) - began))
}

skip() { printf 'skipped %s: %s\n' "$1" "$2"; }

done_stepping() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
