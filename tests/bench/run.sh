#!/bin/sh
# make bench: what the plugins cost, each beside something else measured in the same run, as one
# table. tests/bench/run.sh BUILD. Figures are medians of interleaved runs, CPU time unless a row says
# otherwise; nothing is asserted. Peers are used where they are installed. BENCH_MB (128) says how large
# the large texts are; twice that and 1.5 GB are wanted in TMPDIR.
set -eu
cd "$(dirname "$0")"
build=$(cd ../.. && cd "$1" && pwd)
tools=$build/tests/bench
megabytes=${BENCH_MB:-128}
preflight=$build/check_claude_preflight
runlog=$build/check_claude_runlog
started=$(date +%s)
dir=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C

free=$(df -Pk "$dir" | awk 'NR == 2 { print int($4 / 1024) }')
if [ "$free" -lt $((2 * megabytes + 1536)) ]; then
    echo "$free MB free in $dir, wanted are 1.5 GB and twice $megabytes: BENCH_MB or TMPDIR helps" >&2
    exit 1
fi

row() { printf '%-36s %10s  %-28s %10s %8s  %-17s %s\n' "$@"; }

# The median of what cpu_time measures of some commands, separated by a lone comma; then, by number,
# their CPU time, wall time, peak memory and status.
measure() { "$tools/cpu_time" "$@" >"$dir/measured"; }
cpu() { sed -n "$1{s/ .*//;p;}" "$dir/measured"; }
wall() { cut -d ' ' -f 2 "$dir/measured" | sed -n "$1p"; }
peak() { cut -d ' ' -f 3 "$dir/measured" | sed -n "$1p"; }
status() { cut -d ' ' -f 4 "$dir/measured" | sed -n "$1p"; }

# must COMMAND-NUMBER STATUS: a command that failed has not done what is to be measured.
must() {
    [ "$(status "$1")" = "$2" ] && return
    echo "command $1 ended with status $(status "$1"), not $2" >&2
    exit 1
}

# A time in microseconds, or, when it is what that many bytes took, their speed.
figure() { # MICROSECONDS [BYTES]
    awk -v us="$1" -v bytes="${2:-0}" 'BEGIN {
        if (bytes > 0 && bytes / us >= 1000) printf "%.2f GB/s", bytes / us / 1000
        else if (bytes > 0) printf "%.0f MB/s", bytes / us
        else if (us >= 1000000) printf "%.2f s", us / 1000000
        else if (us >= 10000) printf "%.0f ms", us / 1000
        else if (us >= 1000) printf "%.2f ms", us / 1000
        else printf "%.0f us", us
    }'
}

# compare WHAT TIME PEER PEER-TIME most|least AIM [BYTES [PEER-BYTES]]: most: the ratio is how much more than
# the peer it takes, and is to be AIM at most; least: how much faster it is, AIM at least. AIM may be -.
compare() {
    awk -v us="$2" -v peer="$4" -v bytes="${7:-1}" -v peer_bytes="${8:-${7:-1}}" -v way="$5" -v aim="$6" 'BEGIN {
        ratio = (us / bytes) / (peer / peer_bytes)
        if (way == "least") ratio = 1 / ratio
        met = aim == "-" ? "" : (way == "most" ? ratio <= aim : ratio >= aim) ? "met" : "NOT MET"
        format = ratio >= 20 ? "%.0f x\t%s\t%s\n" : "%.2f x\t%s\t%s\n"
        printf format, ratio, aim == "-" ? "" : "at " way " " aim " x", met
    }' >"$dir/compared"
    row "$1" "$(figure "$2" "${7:-}")" "$3" "$(figure "$4" "${8:-${7:-}}")" "$(cut -f 1 "$dir/compared")" \
        "$(cut -f 2 "$dir/compared")" "$(cut -f 3 "$dir/compared")"
}

# within WHAT VALUE AIM PRINTED-VALUE PRINTED-AIM [PEER PEER-FIGURE]: VALUE is to be AIM at most.
within() {
    row "$1" "$4" "${6:-}" "${7:-}" '' "$5" "$(awk -v a="$2" -v b="$3" 'BEGIN { print (a <= b ? "met" : "NOT MET") }')"
}

left_out() { row "$1" '' "$2" 'not here' '' '' ''; }

row 'what' 'figure' 'beside' 'figure' 'ratio' 'aim' ''
# shellcheck source=rows_calls.sh
. ./rows_calls.sh
# shellcheck source=rows_logs.sh
. ./rows_logs.sh
row "measured in $(($(date +%s) - started)) s" '' '' '' '' '' ''
