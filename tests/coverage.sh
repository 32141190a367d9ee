#!/bin/sh
# make coverage: the tests once more, built by gcc with counters. Prints for each file of lib/, and in
# all, which part of its lines ran and which part of its branches was taken, and fails below 95 % of the
# lines or 85 % of the branches. With UNCOVERED=1 the lines that did not run come first. What stays
# uncovered, and why, is in tests/coverage.md.
set -u
cd "$(dirname "$0")/.." || exit 1
lines_wanted=95 branches_wanted=85
# Counters are written where the objects are, by tests of ordinary users too: a directory that all can
# reach and write to.
work=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-coverage.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work"

# With gnu11 gcc knows fork() and execve(), and counts in children too.
make test-programs BUILD="$work" CC="${CC:-gcc}" HARDENING= CFLAGS='-std=gnu11 -O0 -g --coverage' >"$work/log" 2>&1 || {
    tail -n 40 "$work/log"
    exit 1
}
for program in "$work"/check_claude_* "$work"/tests/frozen/check_claude_*; do
    "$program" --version >/dev/null
done
find "$work" -type d -exec chmod a+rwx {} +
find "$work" -name '*.gcda' -exec chmod a+rw {} +

# Whether tests pass is for make check to say: counters cost time, which some of them have little of.
# install.sh builds for itself.
set -- "$work"/tests/unit/*/test_*[!do] "$work"/tests/fuzz/[!.]*[!do] tests/e2e/*.sh tests/e2e/*/*.sh \
    tests/e2e/*/*.cases
for test in "$@"; do
    shift
    case $test in
    *.[od] | */fuzz/lib | */harness.sh | */install.sh) ;;
    *) set -- "$@" "$test" ;;
    esac
done
BUILD="$work" tests/run "$@" | tail -n 1

[ -z "${UNCOVERED:-}" ] || "${GCOV:-gcov}" -t "$work"/lib/*/*.gcda 2>/dev/null | awk '
    /^ *-: *0:Source:/ { file = $0; sub(/.*:/, "", file) }
    file ~ /^lib\/.*\.c$/ && sub(/^ *(#####|=====): */, "") { print file ":" $0 }'
"${GCOV:-gcov}" -b -n "$work"/lib/*/*.gcda >"$work/gcov" 2>/dev/null
awk -v lines_wanted=$lines_wanted -v branches_wanted=$branches_wanted '
    function part(line) { sub(/^[^:]*:/, "", line); split(line, of, "% of "); return of[1] * of[2] / 100 }
    function percent(have, all) { return all > 0 ? 100 * have / all : 100 }
    function show(name, l, all_l, b, all_b) {
        printf "%-26s %7.1f %% of %5d   %7.1f %% of %5d\n", name, percent(l, all_l), all_l, percent(b, all_b), all_b
    }
    /^File / { file = $0; gsub(/^File .|.$/, "", file); next }
    file !~ /^lib\/.*\.c$/ { next }
    /^Lines executed:/ { names[++count] = file; l[file] = part($0); all_l[file] = $NF }
    /^Taken at least once:/ { b[file] = part($0); all_b[file] = $NF }
    /^Calls|^No calls/ { file = "" } # the last line of a file; behind all of them stands a sum
    END {
        printf "%-26s %18s   %18s\n", "", "lines", "branches"
        for (i = 1; i <= count; i++) {
            f = names[i]
            show(f, l[f], all_l[f], b[f], all_b[f])
            sum_l += l[f]; sum_all_l += all_l[f]; sum_b += b[f]; sum_all_b += all_b[f]
        }
        show("lib/", sum_l, sum_all_l, sum_b, sum_all_b)
        if (sum_all_l == 0 || percent(sum_l, sum_all_l) < lines_wanted || percent(sum_b, sum_all_b) < branches_wanted) {
            printf "below %d %% of the lines or %d %% of the branches\n", lines_wanted, branches_wanted
            exit 1
        }
    }' "$work/gcov"
