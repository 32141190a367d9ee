#!/bin/sh
# What a caller may leave a plugin to start with: closed descriptors, small limits, signals ignored and blocked,
# a reader that stalls, a clock of another age. The answer is as ever, or UNKNOWN; and it comes in time.
# shellcheck source=harness.sh disable=SC2016,SC3045  # shells inside expand; ulimit -v is where dash and bash are
. "$(dirname "$0")/harness.sh"

a=$dir/agent log=$dir/good.log refused=$dir/refused.log
claude "$a"
login "$a" 28800 2246400
result false 'All done.' >"$log"
result true 'Failed to authenticate. API Error: 401 x' '"api_error_status":401,' >"$refused"
touch -d "@$((NOW - 5))" "$log" "$refused"
frozen preflight -a "$a"

# around SHELL-COMMAND NAME ARGUMENT...: run it with the plugin's call as "$@". Where the status would be lost
# the command prints "status N" as its last line.
around() {
    command=$1 program=$build/tests/frozen/check_claude_$2
    shift 2
    run env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" sh -c "$command" sh "$program" "$@"
    case $out in *'
status '[0-9]*) status=${out##*'
status '} ;; esac
}

# both WHAT SHELL-COMMAND: both plugins, where all is well and where it is not, say what they ever say
both() {
    around "$2" preflight -t 5 -a "$a" --cache-ttl=0
    has "$1, preflight" "$status $out" '0 CLAUDE PREFLIGHT OK - claude 2.1.330, token 8h, login 26d |'
    around "$2" preflight -t 5 -a "$a" -b "$a/none"
    has "$1, preflight, no binary" "$status $out" "2 CLAUDE PREFLIGHT CRITICAL - no claude found, "
    around "$2" runlog -t 5 "$log"
    has "$1, runlog" "$status $out" '0 CLAUDE RUNLOG OK - run ended well after 0.59s'
    around "$2" runlog -t 5 "$refused"
    has "$1, runlog, refused" "$status $out" '2 CLAUDE RUNLOG CRITICAL - the login was refused'
}

# --- Descriptors: every set of the three that can be closed, in every format

before=$(cat "$a/.claude/.credentials.json" "$log" "$refused")
for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    around "\"\$@\" $closed" preflight -a "$a" --textfile="$dir/x.prom"
    is "$closed, preflight" "$status" 0
    around "\"\$@\" $closed" runlog "$log" --textfile="$dir/y.prom"
    is "$closed, runlog" "$status" 0
    for format in nagios json prometheus; do
        case $format in prometheus) bad=0 ;; *) bad=2 ;; esac
        around "\"\$@\" $closed" preflight -a "$a" -b "$a/none" --output-format=$format
        is "$closed, preflight, no binary, $format" "$status" "$bad"
        around "\"\$@\" $closed" runlog --feed-preflight -a "$dir/b" "$refused" --output-format=$format
        is "$closed, runlog, refused, $format" "$status" "$bad"
    done
    is "$closed: the textfiles" "$(cat "$dir/x.prom" "$dir/y.prom" | grep -c '_state{.*} 0$')" 2
    rm "$dir/x.prom" "$dir/y.prom"
    around "\"\$@\" $closed" runlog "$log" -
    is "$closed, an empty standard input" "$status" 2
    for plugin in preflight runlog; do
        around "\"\$@\" $closed" $plugin --help
        is "$closed, help of $plugin" "$status" 3
        around "\"\$@\" $closed" $plugin --wrong
        is "$closed, usage error of $plugin" "$status" 3
    done
done
is 'closed descriptors: the files are as they were' "$(cat "$a/.claude/.credentials.json" "$log" "$refused")" "$before"

# --- Signals: ignored, blocked, pending

for signal in TERM INT PIPE ALRM CHLD HUP; do
    both "SIG$signal ignored" "trap '' $signal; \"\$@\""
done
both 'all ignored' "trap '' HUP INT QUIT TERM ALRM USR1 USR2 CHLD PIPE XFSZ XCPU VTALRM PROF; \"\$@\""
script "$dir/hangs" 'sleep 1.7'
mkfifo "$dir/never"
if [ "$(env --block-signal=ALRM echo yes 2>/dev/null)" = yes ]; then
    for signal in TERM INT PIPE ALRM CHLD; do
        both "SIG$signal blocked" "exec env --block-signal=$signal \"\$@\""
    done
    both 'all blocked' 'exec env --block-signal "$@"'
    for how in --block-signal=CHLD --ignore-signal=CHLD --block-signal=ALRM --ignore-signal=ALRM --block-signal --ignore-signal; do
        around "exec env $how \"\$@\"" preflight -t 0.3 -a "$a" --cache-ttl=0 -b "$dir/hangs"
        has "$how: the deadline holds" "$status $out" '3 CLAUDE PREFLIGHT UNKNOWN - timed out while running claude --version'
        around "exec env $how \"\$@\" 3<>'$dir/never' <&3" runlog -t 0.3 -
        has "$how: the deadline holds for a log" "$status $out" '3 CLAUDE RUNLOG UNKNOWN - timed out while reading '
    done
    around "exec env --block-signal=TERM sh -c 'kill -TERM \$\$; exec \"\$@\"' sh \"\$@\"" runlog "$log"
    has 'a signal that waited ends it' "$status $out" '3 CLAUDE RUNLOG UNKNOWN - ended by signal 15 while '
else
    skip 'blocked signals' 'no env --block-signal'
fi
rm "$dir/hangs"

# --- Limits

both 'no file may grow' '{ ulimit -f 0; "$@"; echo "status $?"; } | cat'
for plugin in preflight runlog; do
    case $plugin in preflight) arguments="-a $a --cache-ttl=0" ;; *) arguments=$log ;; esac
    # shellcheck disable=SC2086 # words
    around '{ ulimit -f 0; "$@"; echo "status $?"; } | cat' $plugin $arguments --textfile="$dir/x.prom"
    has "no file may grow: the textfile, $plugin" "$status $out" " UNKNOWN - cannot write textfile $dir/x.prom: File too large"
    is "no file may grow: the textfile, $plugin, status" "$status" 3
    is "no file may grow: the textfile, $plugin, nothing is left" "$(find "$dir" -name '*x.prom' -o -name '.check_claude-*')" ''
done
around '{ ulimit -f 0; "$@"; echo "status $?"; } | cat' runlog -v --feed-preflight -a "$dir/b" "$refused"
has 'no file may grow: a feed' "$status $out" ': File too large)'
is 'no file may grow: a feed, status' "$status" 2

# Few descriptors: what a plugin cannot open for want of them is never taken for good, nor for bad.
for count in 4 5 6; do
    around "ulimit -n $count; \"\$@\"" preflight -t 5 -a "$a" --cache-ttl=0 -S credentials-unreadable=ok
    has "ulimit -n $count, preflight" "$status $out" '3 CLAUDE PREFLIGHT UNKNOWN - '
    has "ulimit -n $count, preflight: text" "$(printf '%s\n' "$out" | sed "$errors")" 'Too many open files'
done
around 'ulimit -n 4; "$@"' runlog "$log"
has 'ulimit -n 4, runlog' "$status $out" '0 CLAUDE RUNLOG OK'

# Little memory: from where the program starts at all, OK or UNKNOWN for want of memory.
if [ -z "${SANITIZED:-}" ]; then
    seen=''
    for size in 1000 3000 5000 7000 9000 12000 20000 40000 96000; do
        for plugin in preflight runlog; do
            case $plugin in preflight) arguments="-a $a" ;; *) arguments="-t 5 $log" ;; esac
            # shellcheck disable=SC2086 # words
            env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" sh -c 'ulimit -v "$1"; shift; exec "$@"' sh "$size" \
                "$build/tests/frozen/check_claude_$plugin" $arguments >"$dir/stdout" 2>"$dir/stderr" </dev/null
            status=$? out=$(cat "$dir/stdout")
            case $status:$out in
            0:'CLAUDE '*' OK - claude 2.1.330'* | 0:'CLAUDE '*' OK - run ended well'*) seen="$seen $plugin:ok" ;;
            3:'CLAUDE '*' UNKNOWN - '*emory*) seen="$seen $plugin:unknown" ;;
            12[67]: | 13[0-9]: | 2:) ;; # neither the shell nor the loader of programs had enough
            *) fail "ulimit -v $size, $plugin: $status $out" ;;
            esac
        done
    done
    has 'ulimit -v: enough in the end, preflight' "$seen" 'preflight:ok'
    has 'ulimit -v: enough in the end, runlog' "$seen" 'runlog:ok'
    has 'ulimit -v: too little at first, runlog' "$seen" 'runlog:unknown'
else
    skip 'limits of memory' 'a sanitizer wants more'
fi

# --- Readers: a pipe that is full, one that is emptied late, and a person behind it

mkfifo "$dir/pipe"
full="exec 3<>'$dir/pipe'; cat /dev/zero >&3 & filler=\$!; sleep 0.1; kill -PIPE \$filler; wait \$filler; "
around "$full \"\$@\" >&3" preflight -t 0.3 -a "$a"
is 'a full pipe: UNKNOWN, in time' "$status" 3
around "$full \"\$@\" >&3" runlog -t 0.3 "$refused"
is 'a full pipe: CRITICAL stays' "$status" 2
# It waits, which is not to spin, until the signal.
ended='plugin=$!; tries=0 state=
until [ "$state" = S ] || [ $tries -eq 40 ]; do
    sleep 0.05
    read -r _ _ state _ </proc/$plugin/stat
    tries=$((tries + 1))
done
echo "$state"; kill -SIGNAL $plugin; sleep 0.2; kill -KILL $plugin 2>/dev/null; wait $plugin'
while read -r signal kind arguments; do
    command="$full \"\$@\" >&3 & $(printf '%s\n' "$ended" | sed "s/SIGNAL/$signal/")"
    [ "$kind" = blocking ] || command=$(printf '%s\n' "$command" | sed 's|"\$@"|dd bs=4096 count=1 oflag=nonblock </dev/zero >\&3 2>/dev/null; &|')
    # shellcheck disable=SC2086 # words
    around "$command" preflight $arguments
    is "a full pipe, $kind, $arguments, SIG$signal" "$out $status" 'S 3'
done <<END
TERM blocking --help
INT blocking --version
ALRM blocking --bogus
TERM blocking -t 1m -a $a
TERM non-blocking --bogus
END
mkdir "$dir/many"
i=0
while [ $i -lt 300 ]; do
    cp "$log" "$dir/many/$i.log"
    i=$((i + 1))
done
frozen runlog --newest=0 --output-format=json "$dir/many"
whole=$(wc -c <"$dir/stdout")
# late SECONDS STDERR [TERMINAL]: what a reader gets who waits so long, and the plugin's status
late() {
    # shellcheck disable=SC2086 # no word or one
    run env CHECK_CLAUDE_TEST_NOW="$NOW" ${3:-} sh -c "at=\$1; shift; exec 4>&1
        { \"\$@\" $2; echo \$? >\"\$at\"; } | { sleep $1; wc -c; }" sh "$dir/status" \
        "$build/tests/frozen/check_claude_runlog" -t 0.3 --newest=0 --output-format=json "$dir/many"
    status=$(cat "$dir/status") out=$(printf '%s\n' "$out" | tr -cd '0-9')
}
late 0.6 ''
is 'a late reader gets it whole' "$status $out" "0 $whole"
late 1.5 ''
has 'one who is too late does not' "$status $out" '3 '
has_not 'one who is too late does not' "$out" "$whole"
late 1.5 '2>&4' "$build/tests/pty"
is 'but a person at a terminal, whose pager waits' "$status $out" "0 $whole"

# --- Clocks of other ages, and one that is set back between two calls

for NOW in 0 60 86400 2147483647 2147483648 4294967295 4294967296 253402300799; do
    rm -rf "$dir/state"
    login "$a" 28800 2246400
    frozen preflight -a "$a"
    if [ $((NOW + 2246400)) -lt 1735689600 ]; then # no end of a login is before 2025
        has "at $NOW" "$status $out" '0 CLAUDE PREFLIGHT OK - claude 2.1.330, token 8h | token_expiry=28800s version_time='
        continue
    fi
    has "at $NOW" "$status $out" '0 CLAUDE PREFLIGHT OK - claude 2.1.330, token 8h, login 26d | token_expiry=28800s login_expiry=2246400s;'
    frozen preflight -a "$a"
    has "at $NOW, cached" "$status $out" ' cache_age=0s'
    login "$a" 28800 -1
    frozen preflight -a "$a" --textfile="$dir/x.prom"
    found "at $NOW, a login that is over" 2 login-expired CRITICAL
    has "at $NOW: the textfile" "$(cat "$dir/x.prom")" "claude_login_expiry_timestamp_seconds{agent_home=\"$a\"} $((NOW - 1))
"
    touch -d "@$NOW" "$log" 2>/dev/null || continue # a file system of another age
    frozen runlog "$log" --textfile="$dir/x.prom"
    is "at $NOW, a log" "$status $(conditions)" '0 '
    modified=$(sed -n 's/^claude_runlog_modified_timestamp_seconds{.*} //p' "$dir/x.prom") held=$(stat -c %Y "$log")
    [ "$held" -le 9223372035 ] || held=${modified%%.*} # 64 bits of nanoseconds end in 2262
    is "at $NOW, its time" "${modified%%.*}" "$held"
    is "at $NOW, its time is none before 1970" "${modified%%[0-9]*}" ''
done
NOW=1795000000
rm -rf "$dir/state"
login "$a" 28800 2246400
touch -d "@$((NOW - 7200))" "$a/.claude/.credentials.json"
touch -d "@$NOW" "$refused" "$log"
frozen preflight -a "$a"
frozen runlog --feed-preflight -a "$a" "$refused"
# set_back SECONDS WHAT STATUS CONDITIONS NAME ARGUMENT...
set_back() {
    what="set back by $1, $2" wanted=$3 conditions=$4
    NOW=$((1795000000 - $1))
    shift 4
    frozen "$@"
    is "$what" "$status $(conditions)" "$wanted $conditions"
    NOW=1795000000
}
set_back 0 'a refusal' 2 run-refused preflight -a "$a"
set_back 3599 'a refusal' 2 run-refused preflight -a "$a"
for seconds in 86400 31536000; do
    set_back $seconds 'a refusal from a time that is to come' 2 run-refused preflight -a "$a"
    has "set back by $seconds, a refusal: it says so" "$out" ', a time to come, as the clock was set back)'
    has "set back by $seconds, a refusal: and what to do" "$out" ', run claude auth login'
done
touch -d "@$((NOW - 90000))" "$log"
set_back 86400 'a good run does not take it back' 0 '' runlog --feed-preflight -a "$a" "$log"
set_back 86400 'a refusal after a good run' 2 run-refused preflight -a "$a"
set_back 0 'a refusal when its time has come' 2 run-refused preflight -a "$a"
has_not 'set back by 0: it does not say so' "$out" 'a time to come'
touch -d "@$NOW" "$log"
set_back 60 'a log' 0 '' runlog -c 1 "$log"
set_back 60 'a version that was kept' 2 run-refused preflight -vv -a "$a"
has 'set back: it is asked again' "$out" 'cache: '
has_not 'set back: and not taken for younger' "$out" 'the stored version was used'
echo '{"type":"system","subtype":"init"}' >"$dir/killed.log"
touch -d "@$NOW" "$dir/killed.log"
set_back 30 'a run that goes on' 0 '' runlog --grace=1m "$dir/killed.log"
set_back 31536000 'a killed run of next year is no run that goes on' 2 result-missing runlog --grace=1m "$dir/killed.log"
frozen runlog --feed-preflight -a "$a" "$log"
set_back 0 'a good run' 0 '' preflight -a "$a"
touch -d "@$((NOW - 3000))" "$refused"
set_back 3000 'a refusal, after a good run that is to come' 2 auth-failure runlog --feed-preflight -a "$a" "$refused"
set_back 3000 'a refusal, after a good run that is to come: it is told' 2 run-refused preflight -a "$a"
set_back 86400 'a refusal, before its time' 2 run-refused preflight -a "$a"
set_back 86400 'a refusal that is forgotten' 0 '' preflight -a "$a" --reset-cache

done_testing
