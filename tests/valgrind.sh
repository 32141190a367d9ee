#!/bin/sh
# make check-valgrind: the tests under valgrind, built in DIRECTORY, which is left to the caller:
# tests/valgrind.sh DIRECTORY. Unit programs and fuzz targets run in valgrind themselves; for the
# end-to-end scripts each plugin is a script that runs the real one in it, so that no shell, env or
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

mkdir -p "$BUILD/tests" && cp "$BUILD/real/tests/pty" "$BUILD/tests"

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
for script in tests/e2e/*.sh; do
    case $script in
    */harness.sh) ;;
    # no plugin runs, or it is one that the script built or installed
    */install.sh | */deps.sh | */docs.sh | */completion.sh | */icinga_command.sh | */config_sudo.sh) ;;
    # measure time, memory or open files
    */preflight_deadline.sh | */preflight_children.sh | */preflight_surroundings.sh | */runlog_hostile.sh | \
        */fleet_agents.sh | */hostile_*.sh) ;;
    # has a TMPDIR that is not there, which valgrind cannot do without
    */runlog_logs.sh) ;;
    # hundreds of plugins at once
    */feed_shared.sh) ;;
    # A start of valgrind costs more than half a second of processor time: those that start plugins by
    # the hundred or read much, along ways that the others and the fuzz targets go too, run when ALL is
    # set.
    */feed_story.sh | */fleet_auth.sh | */fleet_surroundings.sh | */preflight_cache.sh | */preflight_conditions.sh | \
        */preflight_finding.sh | */preflight_formats.sh | */preflight_options.sh | */preflight_thresholds.sh | \
        */preflight_secrets.sh | */preflight_state_dir.sh | */preflight_verdict.sh | */runlog_conditions.sh | */runlog_corpus.sh | \
        */runlog_false_alarms.sh | */runlog_formats.sh | */runlog_options.sh | */runlog_privacy.sh | \
        */runlog_shapes.sh | */secrets.sh | */terminal.sh | */usage_errors.sh)
        [ -z "${ALL:-}" ] || set -- "$@" "$script"
        ;;
    *) set -- "$@" "$script" ;;
    esac
done
CK_TIMEOUT_MULTIPLIER=20 SANITIZED=1 tests/run "$@"
