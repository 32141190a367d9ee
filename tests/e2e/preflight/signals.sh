#!/bin/sh
# Signals to the plugin while claude runs, and a claude that comes and goes.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

nap=1.6${$}3 # a number of seconds that nobody else sleeps
a=$dir/agent
login "$a" 28800 2246400
bin=$a/.local/bin/claude

# An UNKNOWN that came in time: one line, exit status 3, and the child is gone.
unknown() {
    is "$1: status" "$status" 3
    has "$1: text" "$out" "CLAUDE PREFLIGHT UNKNOWN - $2"
    is "$1: one line" "$(printf '%s\n' "$out" | grep -c .)" 1
    is "$1: nothing is left running" "$(processes "$nap")" ''
    is "$1: it was not waited for" "$(cat "$dir/woke" 2>/dev/null)" ''
}

# Signals. The stand-in says when it runs, and has a child that has left its group.
apart=
[ ! -e "$tools/setsid" ] || apart="setsid sleep $nap &"
for signal in TERM INT HUP QUIT USR1; do
    rm -f "$dir/started"
    script "$bin" "$apart" "echo >$dir/started; sleep $nap; echo late >$dir/woke"
    env PATH="$tools" "$build/check_claude_preflight" -a "$a" >"$dir/stdout" 2>"$dir/stderr" &
    pid=$!
    tries=0
    until [ -e "$dir/started" ] || [ $tries -eq 100 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    kill -"$signal" "$pid"
    wait "$pid"
    status=$? out=$(cat "$dir/stdout")
    is "SIG$signal: stderr" "$(cat "$dir/stderr")" ''
    unknown "SIG$signal" 'ended by signal '
    has "SIG$signal: the step" "$out" ' while running claude --version'
done

# It comes and goes while the plugin looks: whatever the moment, one of these and no failure of its own.
rm -f "$bin"
ln -s "$tools/cat" "$dir/link"
(while [ -e "$dir/link" ]; do ln -s "$tools/env" "$bin" && rm "$bin"; done) 2>/dev/null &
flicker=$! seen=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    frozen preflight -v -a "$a" -b "$bin" --cache-ttl=0
    case $status:$out in
    0:*'[OK] version-unrecognised'* | 2:*'[CRITICAL] binary-missing'*) ;;
    2:*'[binary-not-executable] CRITICAL'*) ;; # gone when started, back when looked at again
    *) seen="$seen$status $out" ;;
    esac
done
rm "$dir/link"
wait "$flicker"
is 'a binary that comes and goes' "$seen" ''

done_testing
