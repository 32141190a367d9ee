#!/bin/sh
# Every condition of the runlog table: found in the logs of the releases that print it, in its default
# state, and in each state that --state asks for.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

# The fixtures are named RELEASE.CASE.SHAPE.log: what claude -p of that release prints as text, json (one
# object), array (json --verbose) or stream (stream-json), or a transcript of a session; ids are made up.
# Here they are as if the runs had just ended.
logs=$dir/logs
cp -R "$top/tests/fixtures/runlog" "$logs"
touch -d "@$NOW" "$logs"/*

# --- Each fixture: status and conditions

while read -r fixture wanted_status wanted; do
    frozen runlog "$logs/$fixture.log"
    is "$fixture" "$status $(conditions)" "$wanted_status $wanted"
    echo "$fixture" >>"$dir/seen"
done <<'END'
1.0.128.ok.json 0
1.0.128.ok.stream 0
2.0.76.ok.array 0
2.0.76.ok.stream 0
2.1.197.ok.json 0
2.1.197.ok.stream 0
2.1.330.ok.json 0
2.1.330.ok.array 0
2.1.330.ok.stream 0
2.1.330.ok.text 2 result-missing
2.1.330.ok.transcript 2 result-missing
2.1.330.retry.stream 0
1.0.128.nologin.json 2 auth-failure
1.0.128.nologin.stream 2 auth-failure
1.0.128.nologin.text 2 auth-failure result-missing
2.0.76.nologin.array 2 auth-failure
2.0.76.nologin.stream 2 auth-failure
2.0.76.nologin.transcript 2 auth-failure result-missing
2.0.76.refused.stream 2 auth-failure
2.0.76.refused.text 2 auth-failure result-missing
2.1.197.revoked.stream 2 auth-failure
2.1.330.nologin.json 2 auth-failure
2.1.330.nologin.array 2 auth-failure
2.1.330.nologin.stream 2 auth-failure
2.1.330.nologin.text 2 auth-failure result-missing
2.1.330.refused.json 2 auth-failure
2.1.330.refused.stream 2 auth-failure
2.1.330.refused.text 2 auth-failure result-missing
2.1.330.killed.stream 2 auth-failure result-missing
1.0.128.billing.stream 2 billing
2.0.76.billing.stream 2 billing
2.1.330.billing.stream 2 billing
2.1.330.billing.text 2 billing result-missing
1.0.60.limit.json 1 usage-limit
1.0.128.limit.stream 1 usage-limit
2.1.197.limit.stream 1 usage-limit
2.1.330.limit.stream 1 usage-limit
2.1.330.limit.text 2 result-missing usage-limit
2.0.76.overloaded.json 1 overloaded
2.1.330.overloaded.stream 1 overloaded
2.1.330.overloaded.transcript 2 result-missing overloaded
2.0.76.network.stream 1 network
2.1.330.network.stream 1 network
1.0.128.turns.stream 1 run-failed
2.1.330.turns.stream 1 run-failed
2.0.76.silent.json 1 result-empty
2.1.330.silent.json 1 result-empty
2.1.330.ending.json 1 login-ending
2.1.330.ending.text 2 result-missing login-ending
2.1.330.later.json 0
1.0.128.talk.json 0
1.0.128.talk.stream 0
2.0.76.talk.array 0
2.1.330.talk.json 0
2.1.330.talk.array 0
2.1.330.talk.stream 0
2.1.330.talk.text 2 auth-failure result-missing
2.0.76.tool.array 0
2.0.76.tool.stream 0
2.1.330.tool.array 0
2.1.330.tool.stream 0
END
is 'every fixture has its row' "$(for log in "$logs"/*; do basename "$log" .log; done | sort)" "$(sort "$dir/seen")"

# --- When a limit ends, by the event and by the message

frozen runlog "$logs/2.1.330.limit.stream.log"
has 'limit: text' "$(summary)" 'until 2026-11-18T13:53:20Z'
has 'limit: perfdata' "$out" ' limit_reset=10000s'
frozen runlog "$logs/1.0.60.limit.json.log"
has 'limit, 1.0.60: perfdata' "$out" ' limit_reset=10000s'
frozen runlog "$logs/2.1.197.limit.stream.log"
has 'limit, 2.1.197: text' "$(summary)" 'until 2026-11-26T16:06:00Z'
frozen runlog "$logs/1.0.128.limit.stream.log"
has_not 'limit without a zone: perfdata' "$out" limit_reset

# --- Every condition in every state

: >"$dir/empty"
touch -d "@$NOW" "$dir/empty"
mkfifo "$dir/fifo"
cp "$logs/2.1.330.ok.json.log" "$dir/old"
touch -d "@$((NOW - 7200))" "$dir/old"

while read -r id default arguments; do
    # shellcheck disable=SC2086  # arguments are words
    set -- $arguments
    for argument; do
        case $argument in -*) ;; *) [ -e "$logs/$argument.log" ] && argument=$logs/$argument.log || argument=$dir/$argument ;; esac
        set -- "$@" "$argument"
        shift
    done
    frozen runlog -v "$@"
    has "$id: by default" "$out" "
[$id] $default: "
    number=0
    for state in OK WARNING CRITICAL UNKNOWN; do
        frozen runlog -v --state="$id=$state" "$@"
        is "$id=$state: status" "$status" "$number"
        has "$id=$state: line" "$out" "
[$id] $state: "
        number=$((number + 1))
    done
done <<'END'
auth-failure CRITICAL 2.1.330.refused.json
billing CRITICAL 2.1.330.billing.stream
log-empty CRITICAL empty
result-missing CRITICAL 2.1.330.ok.text
usage-limit WARNING 2.1.330.limit.stream
overloaded WARNING 2.1.330.overloaded.stream
network WARNING 2.1.330.network.stream
run-failed WARNING 2.1.330.turns.stream
result-empty WARNING 2.1.330.silent.json
login-ending WARNING 2.1.330.ending.json
log-missing UNKNOWN none
log-unreadable UNKNOWN fifo
log-stale WARNING old --warning=1h
log-stale CRITICAL old --warning=1h --critical=90m
run-in-progress OK empty --grace=10s
auth-mention OK 2.1.330.tool.stream
END

# Each id of the help has its row above.
check runlog --help
is 'conditions: of the help' \
    "$(printf '%s\n' "$out" | awk '/^Exit status/ { on = 0 } on && /^  [a-z]/ { print $1 } /^Conditions/ { on = 1 }')" \
    "$(sed -n '/^auth-failure CRITICAL/,/^END/{/^END/d;s/ .*//p;}' "$0" | uniq)"

done_testing
