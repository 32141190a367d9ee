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
cp "$logs/2.1.330.ok.json.log" "$dir/ahead"
touch -d "@$((NOW + 7200))" "$dir/ahead"
mkdir "$dir/directory" "$dir/past"
cp -p "$dir/old" "$dir/past"
ln -s loop "$dir/loop"

# told ID MESSAGE: the last run said that of the condition.
told() { says "$1" "$(detail "$1" | sed "s#$logs/##g; s#$dir/##g; $errors")" "$2"; }

# What is no option names a fixture, or a file in $dir.
while IFS='|' read -r id default arguments message; do
    # shellcheck disable=SC2086  # arguments are words
    set -- $arguments
    for argument; do
        case $argument in -*) ;; *) [ -e "$logs/$argument.log" ] && argument=$logs/$argument.log || argument=$dir/$argument ;; esac
        set -- "$@" "$argument"
        shift
    done
    echo "$id" >>"$dir/provoked"
    frozen runlog -v "$@"
    has "$id: by default" "$out" "
[$default] $id: "
    told "$id" "$message"
    number=0
    for state in OK WARNING CRITICAL UNKNOWN; do
        frozen runlog -v --state="$id=$state" "$@"
        is "$id=$state: status" "$status" "$number"
        has "$id=$state: line" "$out" "
[$state] $id: "
        number=$((number + 1))
    done
done <<'END'
auth-failure|CRITICAL|2.1.330.refused.json|the login was refused, <run claude auth login>, status 401 (2.1.330.refused.json.log:1)
auth-failure|CRITICAL|2.1.330.refused.text --state=result-missing=ok|the login was refused, <run claude auth login>, marker Failed to authenticate. API Error: 401 (2.1.330.refused.text.log:1)
billing|CRITICAL|2.1.330.billing.stream|the API refused for lack of credit or payment, <see to the billing>, status 400 (2.1.330.billing.stream.log:3)
log-empty|CRITICAL|empty|the log is empty, the run died, <look for what ended it> (empty)
result-missing|CRITICAL|2.1.330.ok.text|no result, the run was killed or died, <see the end of the log> (2.1.330.ok.text.log)
usage-limit|WARNING|2.1.330.limit.stream|the usage limit of the plan is reached until 2026-11-18T13:53:20Z, <run again then>, status 429 (2.1.330.limit.stream.log:4)
usage-limit|WARNING|1.0.128.limit.stream|the usage limit of the plan is reached, <run again after its reset> (1.0.128.limit.stream.log:3)
overloaded|WARNING|2.1.330.overloaded.stream|the API was overloaded or throttled the run, <run again later>, status 429 (2.1.330.overloaded.stream.log:3)
network|WARNING|2.1.330.network.stream|the API could not be reached, <check network and proxy> (2.1.330.network.stream.log:4)
run-failed|WARNING|2.1.330.turns.stream|the run failed, <see its message in the log>, error_max_turns (2.1.330.turns.stream.log:3)
result-empty|WARNING|2.1.330.silent.json|the run ended well but said nothing, <check its prompt> (2.1.330.silent.json.log:1)
login-ending|WARNING|2.1.330.ending.json|the login ends by 2026-11-20T10:00:00Z, <run claude auth login> (2.1.330.ending.json.log:1)
login-ending|WARNING|2.1.330.ending.text --state=result-missing=ok|the login ends within 3 days, <run claude auth login>, marker Warning: this sign-in can end at any time (2.1.330.ending.text.log:1)
log-missing|UNKNOWN|none|no log none, <check the path and that runs write it>
log-missing|UNKNOWN|directory|no log directory, <check the path and that runs write it>
log-missing|UNKNOWN|past --since=1h|no log past that is young enough for --since, <see why nothing ran>
log-unreadable|UNKNOWN|fifo|cannot read fifo: not a regular file, <name a log that is one>
log-unreadable|UNKNOWN|loop|cannot read loop: Too many levels of symbolic links, <check the path and its file system>
log-stale|WARNING|old --warning=1h|the newest log is 2h old, <see why nothing ran> (range 0:3600, old)
log-stale|CRITICAL|old --warning=1h --critical=90m|the newest log is 2h old, <see why nothing ran> (range 0:5400, old)
log-stale|WARNING|old --warning=3h:|the newest log is 2h old, <see what runs when> (range 10800:, old)
log-stale|WARNING|old --warning=@1h:3h|the newest log is 2h old, <see what runs when> (range @3600:10800, old)
log-stale|WARNING|ahead --warning=1h|the newest log is dated 2h ahead, <set its time or the clock right> (range 0:3600, ahead)
run-in-progress|OK|empty --grace=10s|a run is in progress, <check again later> (empty)
auth-mention|OK|2.1.330.tool.stream|12 mentions of a login failure, <look there if runs fail>, first 401 (2.1.330.tool.stream.log:3)
END

if prepare_user; then
    cp "$dir/old" "$dir/closed"
    chmod 0 "$dir/closed"
    user_frozen runlog "$dir/closed"
    found 'no permission to read' 3 log-unreadable UNKNOWN
    told log-unreadable 'cannot read closed: Permission denied, <let the user of the check read it>'
else
    skip 'no permission to read' 'no ordinary user'
fi

check runlog --help
is 'every condition of the help is provoked' "$(uniq "$dir/provoked")" "$(printf '%s\n' "$out" |
    awk '/^Exit status/ { on = 0 } on && /^  [a-z]/ { print $1 } /^Conditions/ { on = 1 }')"

done_testing
