#!/bin/sh
# make check-valgrind: the tests under valgrind, built in DIRECTORY, which is left to the caller:
# tests/valgrind.sh DIRECTORY. Unit programs and fuzz targets run in valgrind themselves; for the
# end-to-end tests each plugin is a script that runs the real one in it, so that no shell, env or
# stand-in for claude has to be. Ends with "N passed, N failed".
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
export BUILD
BUILD=$(cd "$1" && pwd)
cd "$top" || exit 1
make test-programs BUILD="$BUILD/real" CFLAGS='-O1 -g -DCHECK_CLAUDE_SANITIZED' >"$BUILD/log" 2>&1 || {
    tail -n 40 "$BUILD/log"
    exit 1
}

# stand_in PROGRAM: its name in $BUILD is a script.
stand_in() {
    mkdir -p "$BUILD/$(dirname "$1")"
    cp "$BUILD/real/$1" "$BUILD/$1.real"
    {
        echo '#!/bin/sh'
        echo "exec $(command -v valgrind) -q --error-exitcode=9 --leak-check=full \\"
        # shellcheck disable=SC2016
        echo '    --errors-for-leak-kinds=definite "$0.real" "$@"'
    } >"$BUILD/$1"
    chmod 755 "$BUILD/$1"
}

mkdir -p "$BUILD/tests" && cp "$BUILD/real/tests/pty" "$BUILD/real/tests/cases" "$BUILD/tests"

set --
for program in "$BUILD"/real/tests/unit/*/test_* "$BUILD"/real/tests/fuzz/*; do
    case $program in
    *.[od] | */fuzz/lib) ;;
    # in tenths of a second, of which valgrind takes many: the plugins below run children too
    */test_process) ;;
    *)
        stand_in "${program#"$BUILD/real/"}"
        set -- "$@" "$BUILD/${program#"$BUILD/real/"}"
        ;;
    esac
done
for program in "$BUILD"/real/check_claude_* "$BUILD"/real/tests/frozen/check_claude_*; do
    stand_in "${program#"$BUILD/real/"}"
done
# A start of valgrind costs more than half a second of processor time, and the others start plugins by the
# hundred, along ways that these and the fuzz targets go too: they run when ALL is set.
set -- "$@" tests/e2e/feed/gate.cases tests/e2e/feed/place.cases tests/e2e/preflight/first_line.cases \
    tests/e2e/preflight/env_file.sh tests/e2e/preflight/full_disk.sh tests/e2e/preflight/signals.sh \
    tests/e2e/runlog/inside.cases tests/e2e/runlog/rotation.sh
for file in tests/e2e/*/*.cases; do
    case $file in
    */gate.cases | */place.cases | */first_line.cases | */inside.cases) ;;
    # measure time, memory or open files
    */agents.cases | */children.cases | */deadline.cases | */hostile.cases) ;;
    # has a TMPDIR that is not there, which valgrind cannot do without
    */logs.cases) ;;
    *) [ -z "${ALL:-}" ] || set -- "$@" "$file" ;;
    esac
done
CK_TIMEOUT_MULTIPLIER=20 SANITIZED=1 tests/run "$@"
