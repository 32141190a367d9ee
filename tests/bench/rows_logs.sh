# What reading logs costs. Sourced by run.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154  # run.sh sets them

mb=1048576
regex='not logged in|please run\s*/login|invalid api key|unauthorized|\b401\b'
check_logfiles=$(PATH="$PATH:/usr/lib/nagios/plugins:/usr/lib64/nagios/plugins:/usr/local/nagios/libexec" \
    command -v check_logfiles || true)

# Flat: from the smallest to the largest good log.
measure_sizes() {
    set -- 20
    for size in 1000 100000 10000000 $((megabytes * mb)); do
        "$tools/make_log" +events "$size" "$dir/good-$size.log"
        set -- "$@" "$runlog" "$dir/good-$size.log" ,
    done
    measure "$@" /bin/true
    for i in 1 2 3 4; do must "$i" 0; done
}
measure_sizes
for clock in cpu wall; do
    compare "good log of $megabytes MB, $clock" "$("$clock" 4)" 'of 1 KB' "$("$clock" 1)" most 1.5
done
compare 'good log of 100 KB' "$(cpu 2)" 'of 1 KB' "$(cpu 1)" most 1.5
compare 'good log of 10 MB' "$(cpu 3)" 'of 1 KB' "$(cpu 1)" most 1.5
rm -f "$dir"/good-*.log

# A log without a result, all of which has to be searched. Slow peers get a piece of it.
logfiles_config() { # LOG
    cat <<END
\$seekfilesdir = '$dir/seek';
\$protocolsdir = '$dir/seek';
@searches = ({ tag => 'bench', logfile => '$1', options => 'allyoucaneat,noprotocol', criticalpatterns =>
    ['(?i)not logged in', '(?i)please run\\\\s*/login', '(?i)invalid api key', '(?i)unauthorized', '\\\\b401\\\\b'] });
END
}

slow_peers() { # TEXT RUNLOG-TIME BYTES
    head -c $((64 * mb)) "$dir/text.log" >"$dir/piece.log"
    measure 1 grep -ciE "$regex" "$dir/piece.log"
    compare "$1" "$2" 'grep -ciE, 64 MB' "$(cpu 1)" least - "$3" $((64 * mb))
    if [ -n "$check_logfiles" ]; then
        head -c $((8 * mb)) "$dir/text.log" >"$dir/piece.log"
        logfiles_config "$dir/piece.log" >"$dir/check_logfiles.cfg"
        # shellcheck disable=SC2016  # for the inner shell
        measure 1 sh -c 'rm -rf "$1" && mkdir "$1" && exec "$2" -f "$3"' sh "$dir/seek" \
            "$check_logfiles" "$dir/check_logfiles.cfg"
        [ -n "$(ls "$dir/seek")" ] || must 1 'of a run that left its state'
        compare "$1" "$2" 'check_logfiles, 8 MB' "$(cpu 1)" least - "$3" $((8 * mb))
    else
        left_out "$1" check_logfiles
    fi
    rm -f "$dir/piece.log"
}

no_result() { # TEXT KIND AIM-RG AIM-READING
    size=$((megabytes * mb))
    "$tools/make_log" "$2" "$size" "$dir/text.log"
    set -- "$1" "$3" "$4" 5 "$runlog" "$dir/text.log" , "$tools/read_alone" "$dir/text.log"
    text=$1 aim_rg=$2 aim_reading=$3
    shift 3
    rg='' hyperscan=''
    if command -v rg >/dev/null; then
        set -- "$@" , rg -i -c "$regex" "$dir/text.log"
        rg=3
    fi
    if [ -x "$tools/hyperscan" ]; then
        set -- "$@" , "$tools/hyperscan" "$dir/text.log"
        hyperscan=$((3 + ${rg:+1} + 0))
    fi
    measure "$@"
    must 1 2
    own=$(cpu 1) own_peak=$(peak 1)
    compare "$text" "$own" 'reading alone' "$(cpu 2)" least "$aim_reading" "$size"
    compare "$text, wall" "$(wall 1)" 'reading alone' "$(wall 2)" least "$aim_reading" "$size"
    if [ -n "$rg" ]; then compare "$text" "$own" 'rg -i -c' "$(cpu "$rg")" least "$aim_rg" "$size"; else left_out "$text" rg; fi
    if [ -n "$hyperscan" ]; then compare "$text" "$own" Hyperscan "$(cpu "$hyperscan")" least - "$size"; else left_out "$text" Hyperscan; fi
    slow_peers "$text" "$own" "$size"
    memory "$text" "$own_peak"
    rm -f "$dir/text.log"
}
# Texts as runs write them, beside reading and rg.
run_text() { # TEXT KIND AIM-RG AIM-READING [AIM-MB/S]
    size=$((megabytes * mb))
    "$tools/make_log" "$2" "$size" "$dir/text.log"
    if command -v rg >/dev/null; then
        measure 5 "$runlog" "$dir/text.log" , "$tools/read_alone" "$dir/text.log" , rg -i -c "$regex" "$dir/text.log"
        compare "$1" "$(cpu 1)" 'rg -i -c' "$(cpu 3)" least "$3" "$size"
    else
        measure 3 "$runlog" --timeout=60 "$dir/text.log" , "$tools/read_alone" "$dir/text.log"
        left_out "$1" rg
    fi
    must 1 2
    compare "$1" "$(cpu 1)" 'reading alone' "$(cpu 2)" least "$4" "$size"
    [ $# -lt 5 ] || within "$1" "$(cpu 1)" $((size / $5)) "$(figure "$(cpu 1)" "$size")" "at least $5 MB/s"
    rm -f "$dir/text.log"
}
run_text 'events' stream 15 0.5
run_text 'events and partial messages' partial 15 0.5
run_text 'events, tool results of 2 MB' large 15 0.5
run_text 'events, near misses in each result' stream-near-misses 10 0.35
run_text 'events, 401 in each result' stream-401 10 0.35
run_text 'pretty-printed array of events' array 15 0.5
run_text 'plain text after time stamps' stamped 15 0.6
run_text 'events, Docker json-file' docker - - 300
run_text 'events, Kubernetes (CRI)' cri - - 300

no_result "no result, $megabytes MB, ordinary" ordinary 10 0.6
no_result "no result, $megabytes MB, near misses" near-misses 5 -

# A directory of many logs.
mkdir "$dir/logs"
seq -f "$dir/logs/run-%.0f.json" 1000 | xargs "$tools/make_log" +events 100000
cat >"$dir/loop.sh" <<'END'
for log in "$1"/*; do
    grep -qiE "$2" "$log" && refused="$refused $log"
done
echo "$refused"
END
measure 5 "$runlog" --newest=0 "$dir/logs" , sh "$dir/loop.sh" "$dir/logs" "$regex"
must 1 0
compare '1000 logs of 100 KB' "$(cpu 1)" 'sh with grep -qiE for each' "$(cpu 2)" least 20
rm -rf "$dir/logs"

# Large directories.
mkdir "$dir/logs" "$dir/many"
seq -f "$dir/logs/run-%.0f.json" 10000 | xargs "$tools/make_log" +stream 100000
seq -f "$dir/many/run-%.0f.json" 100000 | xargs "$tools/make_log" +stream 400
measure 5 "$runlog" --newest=0 --timeout=60 "$dir/logs" , "$runlog" --newest=1 --timeout=60 "$dir/many" , \
    find "$dir/many" -newermt 2100-01-01
must 1 0
must 2 0
within '10,000 logs of 100 KB, --newest=0' "$(cpu 1)" 300000 "$(figure "$(cpu 1)")" 'at most 300 ms'
within '--newest=1 of 100,000 logs' "$(cpu 2)" 150000 "$(figure "$(cpu 2)")" 'at most 150 ms' \
    'find -newermt' "$(figure "$(cpu 3)")"
rm -rf "$dir/logs" "$dir/many"

# Worst cases.
worst() { # WHAT KIND BYTES
    "$tools/make_log" "$2" "$3" "$dir/text.log"
    measure 3 "$runlog" --timeout=60 "$dir/text.log" , "$tools/read_alone" "$dir/text.log"
    must 1 2
    row "$1" "$(figure "$(cpu 1)" "$3")" 'reading alone' "$(figure "$(cpu 2)" "$3")" '' 'at least 500 MB/s' \
        "$(awk -v us="$(cpu 1)" -v bytes="$3" 'BEGIN { print (bytes / us >= 500 ? "met" : "NOT MET") }')"
    rm -f "$dir/text.log"
}
worst 'events, each with 401, 256 MB' events $((256 * mb))
worst 'a line of 100 MB' one-line $((100 * mb))
worst '10^6 short lines' short-lines 3100000
worst 'many short lines, 64 MB' short-lines $((64 * mb))
worst 'lines of half an event, 64 MB' '{"type":"x","a":"401 "result"\n' $((64 * mb))
worst 'nothing but [, 64 MB' '[' $((64 * mb))
worst 'lines of [, 64 MB' '[\n' $((64 * mb))
worst 'lines of {"type":"x", 64 MB' '{"type":"x","a":["401"\n' $((64 * mb))
worst 'lines of ], 64 MB' ']\n' $((64 * mb))
worst 'nothing but 401, 64 MB' '401 ' $((64 * mb))
worst 'nothing but line feeds and x, 64 MB' 'x\n' $((64 * mb))

# The search by itself.
"$tools/search_alone" >"$dir/alone"
while read -r speed text; do
    [ "$speed" -ge 1000 ] && break
    row "search alone: $text" "$speed MB/s" '' '' '' 'at least 300 MB/s' "$([ "$speed" -ge 300 ] && echo met || echo NOT MET)"
done <"$dir/alone"
