#!/bin/sh
# The way back from a log to the preflight: a login that the API refuses though its file looks fine.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

a=$dir/agent b=$dir/other logs=$dir/logs
mkdir "$logs"
for home in "$a" "$b"; do
    claude "$home"
    login "$home" 28800 2246400
    touch -d "@$((NOW - 5000))" "$home/.claude/.credentials.json"
done

# A run's log, NAME SECONDS-BEFORE-NOW, from the standard input
log() { cat >"$logs/$1" && touch -d "@$((NOW - $2))" "$logs/$1"; }
refused() { result true 'Failed to authenticate. API Error: 403 OAuth token has been revoked.' '"api_error_status":403,' | log "$1" "$2"; }
good() { result false 'All done.' | log "$1" "$2"; }
feed() { frozen runlog --feed-preflight -v -a "${2:-$a}" "$logs/$1"; }

# The preflight's verdict: preflight WHAT STATUS CONDITIONS
preflight() {
    frozen preflight -a "$a"
    is "$1" "$status $(conditions)" "$2 $3"
}

# --- The story

preflight 'all is well' 0 ''
refused run1.log 4000
frozen runlog -a "$a" "$logs/run1.log"
found 'a refused run' 2 auth-failure CRITICAL
has 'whose login it is' "$(summary)" "run claude auth login as $(id -un), status 403"
frozen runlog -a "$dir/none" "$logs/run1.log"
has 'where that is not known' "$(summary)" 'run claude auth login, status 403'
preflight 'nothing was fed' 0 ''
feed run1.log
found 'a refused run, fed' 2 auth-failure CRITICAL
has 'it says so at -v' "$out" "preflight: told of a refused run of $a"
frozen preflight -a "$a"
found 'the preflight knows' 2 run-refused CRITICAL
has 'which log' "$out" "$logs/run1.log"
has 'when' "$out" 2026-11-18T10:00:00Z
has 'what to do' "$out" 'run claude auth login'
frozen preflight -v -a "$a"
has_not 'once told, it is not told again from the cache' "$(conditions)" 'run-refused run-refused'
frozen preflight -a "$a" --state=run-refused=warning
found '--state' 1 run-refused WARNING
frozen preflight -a "$a" --output-format=json
has 'json' "$status $out" '"condition":"run-refused","state":"CRITICAL"'
frozen preflight -a "$b"
is 'another agent is not touched' "$status" 0
frozen preflight -a "$a" -a "$b"
has 'nor beside it' "$status $out" ' agents=2 agents_ok=1 agents_warning=0 agents_critical=1 '
preflight 'it stays' 2 run-refused

login "$a" 28800 2246400 # someone logs in
touch -d "@$((NOW - 3500))" "$a/.claude/.credentials.json"
preflight 'after a login' 0 ''
feed run1.log
preflight 'the old log again' 0 ''

refused run2.log 3000
feed run2.log
preflight 'refused again' 2 run-refused
good run0.log 4500
feed run0.log
preflight 'an older good run changes nothing' 2 run-refused
refused run0.log 4400
feed run0.log
frozen preflight -a "$a"
has 'nor does an older refusal' "$out" "$logs/run2.log"
for other in 'API Error: 529 Overloaded' 'Your credit balance is too low' "Claude usage limit reached"; do
    result true "$other" | log run3.log 2900
    feed run3.log
    preflight "a run that failed otherwise: $other" 2 run-refused
done
# Nor does one that failed otherwise in a log without a result, in whatever state that counts.
while IFS='|' read -r condition text; do
    printf '%s\n' "$text" | log run3.log 2880
    for states in result-missing=ok "result-missing=ok,$condition=ok"; do
        frozen runlog --feed-preflight -v -a "$a" -S "$states" "$logs/run3.log"
        has "$condition: it was found, $states" "$(conditions)" "$condition"
        has "$condition: it tells nothing, $states" "$out" 'preflight: the run tells nothing of the login'
        preflight "$condition does not withdraw a refusal, $states" 2 run-refused
    done
done <<'END'
network|API Error: Can't reach the API server
overloaded|API Error: 529 Overloaded
billing|Your credit balance is too low
usage-limit|Claude AI usage limit reached
END
: | log run3.log 2870
frozen runlog --feed-preflight -v -a "$a" -S log-empty=ok,result-missing=ok "$logs/run3.log"
preflight 'an empty log that counts as OK' 2 run-refused
: | log run3.log 2850
feed run3.log
has 'an empty log tells nothing' "$out" 'preflight: the run tells nothing of the login'
preflight 'an empty log' 2 run-refused
good run4.log 2800
feed run4.log "$b"
preflight "another agent's good run" 2 run-refused
feed run4.log
has 'a good run says so at -v' "$status $out" "preflight: told of a good run of $a"
preflight 'a good run clears it' 0 ''
feed run2.log
preflight 'the older refusal does not come back' 0 ''

refused run5.log 2000
feed run5.log
preflight 'refused once more' 2 run-refused
frozen preflight -a "$b" --reset-cache=only
preflight "another agent's --reset-cache" 2 run-refused
frozen preflight -a "$a" --reset-cache
is '--reset-cache clears it' "$status" 0
feed run5.log
frozen preflight -a "$a" --reset-cache=only
preflight '--reset-cache=only does as well' 0 ''

# The newest of several logs is the one that counts.
frozen runlog --feed-preflight -a "$a" "$logs"
preflight 'a directory of logs: the newest' 2 run-refused
good run6.log 1000
frozen runlog --feed-preflight -a "$a" "$logs"
preflight 'a directory of logs: a newer one' 0 ''
frozen runlog --feed-preflight -a "$a" "$logs/run6.log" "$logs/run5.log" --newest=0
preflight 'several named: the newest decides' 0 ''
refused run7.log 900
frozen runlog --feed-preflight -a "$a" --state=auth-failure=ok "$logs/run7.log"
preflight 'whatever state it counts in' 2 run-refused

# Logs without a result, where they are the custom: one in which nothing failed is of a good run.
echo 'Done: the file is written.' | log text.log 890
feed text.log
preflight 'a text log says nothing, as it is a killed run' 2 run-refused
frozen runlog --feed-preflight -v -a "$a" -S result-missing=ok "$logs/text.log"
has 'a text log of a good run' "$out" "preflight: told of a good run of $a"
preflight 'a text log of a good run' 0 ''

# Where runs append to one log, the last one tells: a killed one nothing, be the one before it refused, and from
# before the last login, or good.
begun='{"type":"system","subtype":"init","cwd":"/srv/agent/work"}'
answer='{"type":"assistant","message":{"content":[{"type":"text","text":"I begin"}]}}'
{ result true 'Failed to authenticate' '"api_error_status":403,' && printf '\n%s\n%s\n' "$begun" "$answer"; } | log appended.log 885
feed appended.log
has 'a killed run behind a refused one' "$out" 'preflight: the run tells nothing of the login'
preflight 'a killed run behind a refused one' 0 ''
refused run7.log 884
feed run7.log
for first in true false; do
    { result $first 'x' '"api_error_status":403,' && printf '\n%s\n%s\n' "$begun" "$answer"; } | log appended.log 880
    frozen runlog --feed-preflight -v -a "$a" -S result-missing=ok "$logs/appended.log"
    has "a killed run that counts as OK, is_error $first" "$out" 'preflight: the run tells nothing of the login'
    preflight "a killed run does not withdraw a refusal, is_error $first" 2 run-refused
done

# A log from the future counts as of now: a good run after it takes it back.
refused run8.log -86400
feed run8.log
preflight 'refused in the future' 2 run-refused
good run9.log 0
feed run9.log
preflight 'a good run takes that back' 0 ''

# Among many agents as by itself.
mkdir "$dir/many"
for i in $(seq 20); do cp -Rp "$b" "$dir/many/$i"; done
refused many.log 50
frozen preflight -a "$dir/many/*"
is 'many agents, none refused' "$status" 0
feed many.log "$dir/many/7"
frozen preflight -a "$dir/many/*"
is 'many agents, one refused' "$status $(conditions)" '2 '
has 'it is that one' "$out" "[CRITICAL] run-refused: $dir/many/7: "
frozen preflight -a "$dir/many/7" --reset-cache=only

# Credentials whose time is ahead changed when that was set, before this refusal: it needs a clock that goes with
# the one of the file system.
then=$NOW NOW=$(($(date +%s) + 100))
login "$b" 28800 2246400
touch -d "@$((NOW + 2592000))" "$b/.claude/.credentials.json"
refused ahead.log 50
feed ahead.log "$b"
frozen preflight -a "$b"
found 'credentials from the future' 2 run-refused CRITICAL
refused ahead.log 200
frozen preflight -a "$b" --reset-cache=only
feed ahead.log "$b"
frozen preflight -a "$b"
is 'credentials from the future, written after the refusal' "$status $(conditions)" '0 '
NOW=$then

# The same home by other names: through a link, and with more slashes. What is shown is the name that was given.
ln -s "$b" "$dir/by-link"
for fed in "$b" "$dir/by-link" "$dir//other/"; do
    for asked in "$b" "$dir/by-link" "$dir/./other"; do
        login "$b" 28800 2246400
        touch -d "@$((NOW - 5000))" "$b/.claude/.credentials.json"
        refused name.log 60
        feed name.log "$fed"
        frozen preflight -a "$asked" --output-format=json
        has "$fed fed, $asked asked" "$status $out" '"condition":"run-refused"'
        has "$fed fed, $asked asked: its name" "$out" "\"home\":\"$asked\""
        frozen preflight -a "$asked" --reset-cache
        frozen preflight -a "$fed"
        is "$fed fed, $asked forgotten" "$status" 0
    done
done

# --- An unusable state directory

echo text >"$dir/file"
for where in "$dir/file" "$dir/file/below" /proc/nothing; do
    frozen runlog --feed-preflight -v -a "$a" --state-dir="$where" "$logs/run7.log"
    found "state directory $where" 2 auth-failure CRITICAL
    has "state directory $where: it says so" "$out" 'preflight: not told, '
    frozen runlog --feed-preflight -a "$a" --state-dir="$where" "$logs/run6.log"
    is "state directory $where, a good run" "$status" 0
done
is 'a file stays one' "$(cat "$dir/file")" text

# --- A gate before each of a worker's jobs. Status 0 lets it claim one; below 2 lets a login through that the
# next run renews. Each agent has ten jobs, and agent 2 loses its login at its fourth.

rm -rf "$dir/state"
for i in 1 2 3; do
    claude "$dir/crew/$i"
    login "$dir/crew/$i" 28800 2246400
    touch -d "@$((NOW - 5000))" "$dir/crew/$i/.claude/.credentials.json"
done
login "$dir/crew/3" -60 2246400 # is renewed by its first run
worker() { # HOME MOST-STATUS
    jobs=0
    while [ $jobs -lt 10 ]; do
        frozen preflight -a "$1"
        [ "$status" -le "$2" ] || return
        jobs=$((jobs + 1))
        case $1$jobs in
        */2[4-9]) refused crew.log $((1000 - jobs)) ;;
        *) good crew.log $((1000 - jobs)) ;;
        esac
        frozen runlog --feed-preflight -a "$1" "$logs/crew.log"
    done
}
worker "$dir/crew/1" 0
is 'the gate: an agent in order does all' "$jobs" 10
worker "$dir/crew/2" 1
is 'the gate: an agent without a login stops itself' "$jobs $status" '4 2'
worker "$dir/crew/1" 0
is 'the gate: and no other' "$jobs" 10
worker "$dir/crew/3" 0
is 'the gate: 0 is wanted, and a renewal is due' "$jobs $status" '0 1'
worker "$dir/crew/3" 1
is 'the gate: below 2 is wanted, and a renewal is due' "$jobs" 10
frozen preflight -a "$dir/crew/*" -S token-renewable=ok
has 'the gate: what the monitoring sees' "$status $out" ' agents=3 agents_ok=2 agents_warning=0 agents_critical=1 '

done_testing
