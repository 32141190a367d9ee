#!/bin/sh
# The plugin's own deadline, signals to the plugin, and files that the kernel does not start.
. "$(dirname "$0")/harness.sh"

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

while read -r options; do
    script "$bin" "sleep $nap; echo late >$dir/woke"
    # shellcheck disable=SC2086 # a list of words
    frozen preflight -a "$a" $options
    unknown "$options" 'timed out while running claude --version'
    script "$bin" "trap '' TERM; sleep $nap; sleep $nap; echo late >$dir/woke"
    # shellcheck disable=SC2086
    frozen preflight -a "$a" $options
    unknown "$options, deaf to TERM" 'timed out while running claude --version'
done <<'END'
--timeout=0.3
--timeout=0.3 --version-timeout=1m
-t 0.25s --cache-ttl=0
END
frozen preflight -a "$a" -t 0.2 --output-format=json
is 'deadline, json: status' "$status" 3
has 'deadline, json: state' "$out" '"state":"UNKNOWN","exit_code":3'
frozen preflight -a "$a" -t 0.2 --output-format=prometheus
is 'deadline, prometheus: status' "$status" 0
has 'deadline, prometheus: state' "$out" "claude_preflight_state{agent_home=\"$a\"} 3"
login "$a" 28800 -5
frozen preflight -a "$a" -t 0.2
found 'deadline: what was found stays' 2 login-expired CRITICAL
has 'deadline: it is told besides' "$out" 'timed out while running claude --version'
login "$a" 28800 2246400

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

# Files that are no program.
refused() {
    frozen preflight -a "$a" --cache-ttl=0
    found "$1" 2 "$2" CRITICAL
    has "$1: why" "$(summary)" "$3"
    rm -rf "$bin"
}
mkdir -p "$bin.d"
rm -f "$bin" && mkdir "$bin" && refused 'a directory' binary-not-executable 'Is a directory'
claude "$a" && chmod 644 "$bin" && refused 'no x bit' binary-not-executable 'Permission denied'
printf 'echo "2.1.330 (Claude Code)"\n' >"$bin" && chmod 755 "$bin" &&
    refused 'no #!' binary-not-executable 'Exec format error'
: >"$bin" && chmod 755 "$bin" && refused 'empty' binary-not-executable 'Exec format error'
printf '#!%s/nothing\n' "$dir" >"$bin" && chmod 755 "$bin" &&
    refused 'no interpreter' binary-not-executable 'its interpreter is missing'
printf '#!%s\n' "$dir" >"$bin" && chmod 755 "$bin" &&
    refused 'a directory for an interpreter' binary-not-executable 'Permission denied'
mkfifo "$bin" && chmod 755 "$bin" && refused 'a FIFO' binary-not-executable 'Permission denied'
ln -s nothing "$bin" && refused 'a link to nothing' binary-missing 'is a link to nothing'
ln -s claude "$bin" && refused 'a link to itself' binary-not-executable 'ymbolic link'
printf '#!/usr/bin/env no-such-interpreter-here\n' >"$bin" && chmod 755 "$bin" &&
    refused 'no interpreter in PATH' version-failed 'status 127'
refused 'nothing' binary-missing "/.local/bin/claude, "

# It comes and goes while the plugin looks: whatever the moment, one of these and no failure of its own.
ln -s "$tools/cat" "$dir/link"
(while [ -e "$dir/link" ]; do ln -s "$tools/env" "$bin" && rm "$bin"; done) 2>/dev/null &
flicker=$! seen=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    frozen preflight -v -a "$a" -b "$bin" --cache-ttl=0
    case $status:$out in
    0:*'[version-unrecognised] OK'* | 2:*'[binary-missing] CRITICAL'*) ;;
    2:*'[binary-not-executable] CRITICAL'*) ;; # gone when started, back when looked at again
    *) seen="$seen$status $out" ;;
    esac
done
rm "$dir/link"
wait "$flicker"
is 'a binary that comes and goes' "$seen" ''

done_testing
