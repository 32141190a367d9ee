#!/bin/sh
# Runs fuzz targets side by side: tests/fuzz/run.sh SECONDS TARGET... The programs are in
# $BUILD/tests/fuzz, built for $FUZZER (libfuzzer or afl). What was found grows in $BUILD/corpus;
# an input that breaks a target stays in $BUILD/findings. Prints how often each target was run, and as
# its last line "N passed, N failed".
set -u
seconds=$1
shift
corpus=$BUILD/corpus findings=$BUILD/findings
mkdir -p "$corpus" "$findings"
out=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-fuzz.XXXXXX") || exit 1
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

# shellcheck disable=SC2016 # for the shells that xargs starts
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I {} sh -c '
    fuzzer=$1 seconds=$2 corpus=$3/$6 findings=$4 out=$5 target=$6
    seeds=tests/fuzz/seeds/$target dict=tests/fuzz/$target.dict
    mkdir -p "$corpus"
    case $fuzzer in
    libfuzzer) # freed memory is kept from being used again, but not hundreds of megabytes of it
        ASAN_OPTIONS=quarantine_size_mb=16 "$BUILD/tests/fuzz/$target" -max_total_time="$seconds" -dict="$dict" -max_len=2048 -timeout=20 \
            -rss_limit_mb=2048 -verbosity=1 -print_final_stats=1 -artifact_prefix="$findings/$target-" \
            "$corpus" "$seeds" >"$out/$target.log" 2>&1 ;;
    afl)
        AFL_NO_UI=1 AFL_NO_COLOR=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
            afl-fuzz -V "$seconds" -x "$dict" -i "$seeds" -o "$corpus" "$BUILD/tests/fuzz/$target" \
            >"$out/$target.log" 2>&1 &&
            for crash in "$corpus"/default/crashes/id* "$corpus"/default/hangs/id*; do
                [ ! -e "$crash" ] || cp "$crash" "$findings/$target-$(basename "$crash")" || exit 1
            done
        [ -z "$(ls "$corpus"/default/crashes "$corpus"/default/hangs 2>/dev/null | grep "^id")" ] ;;
    esac || echo "$target" >>"$out/failed"
' sh "$FUZZER" "$seconds" "$corpus" "$findings" "$out" {}

passed=0 failed=0
for target in "$@"; do
    case $FUZZER in
    libfuzzer) count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log") ;;
    afl) count=$(sed -n 's/^execs_done *: *//p' "$corpus/$target/default/fuzzer_stats" 2>/dev/null) ;;
    esac
    if grep -qx "$target" "$out/failed" 2>/dev/null || [ "${count:-0}" -eq 0 ]; then
        failed=$((failed + 1))
        printf '%s\n' "--- $target"
        grep -Ev '^#[0-9]+.*(NEW|REDUCE|pulse|RELOAD|INITED)|NEW_FUNC|^###### ' "$out/$target.log" | tail -n 40
        printf 'FAILED  %s: %s executions, the input is in %s\n' "$target" "${count:-no}" "$findings"
    else
        passed=$((passed + 1))
        printf 'ok      %s: %s executions\n' "$target" "$count"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
