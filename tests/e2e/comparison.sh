#!/bin/sh
# The table of docs/comparison.md, what others say in the seven situations that matter, row by row: ours and the
# others' words as they come out here. `claude auth status` is not run (it may rewrite credentials):
# its column is what releases from 2.1.199 on were seen to print.
# shellcheck disable=SC2016,SC2317  # back quotes as they are; functions that are called by name
. "$(dirname "$0")/harness.sh"

page=$top/docs/comparison.md
check_logfiles=/usr/lib/nagios/plugins/check_logfiles
pattern=$(sed -n 's/^`\(401[^`]*\)`\..*/\1/p' "$page")
has 'what the log is searched for' "$pattern" '401|'
a=$dir/agent log=$dir/run.json fixtures=$top/tests/fixtures/runlog

# row SITUATION COLUMN: a cell of the table, columns counted from 2
row() { awk -F ' *[|] *' -v name="$1" -v column="$2" '$2 == name { print $(column + 1) }' "$page"; }

state() { printf '%s\n' "$out" | sed -n '1s/^CLAUDE [A-Z]* \([A-Z]*\) - .*/\1/p'; }

# What says something of a log: COMMAND LOG. A line in a crontab: cron sends mail when there is output.
grep_in_cron() { if grep -qE "$pattern" "$1"; then echo alarm; else echo silent; fi; }

with_check_logfiles() {
    rm -rf "$dir/seek"
    mkdir "$dir/seek"
    "$check_logfiles" --tag=claude --logfile="$1" --criticalpattern="$pattern" --allyoucaneat --noprotocol \
        --seekfilesdir="$dir/seek" | sed -n '1s/ .*//p'
}

# What a script says that looks at expiresAt and at nothing else.
expiry_only() {
    expires=$(sed -n 's/.*"expiresAt":\([0-9]*\).*/\1/p' "$a/.claude/.credentials.json" 2>/dev/null)
    if [ "${expires:-0}" -gt "${NOW}000" ]; then echo OK; else echo CRITICAL; fi
}

as_by_its_pattern() { grep_in_cron "$1" | sed 's/alarm/CRITICAL/; s/silent/OK/'; }

# What COMMAND says of $log; if a $second log is named, of that too, as $phrase joins them.
words() {
    # shellcheck disable=SC2059  # a phrase is a format
    printf "$phrase\n" "$("$1" "$log")" ${second:+"$("$1" "$second")"}
}
logfiles=with_check_logfiles
[ -x "$check_logfiles" ] || { skip 'check_logfiles' 'not installed' && logfiles=as_by_its_pattern; }

# situation NAME CHECK...: all columns but that of `claude auth status`. More about our own is in $but.
second='' phrase='%s' but=''
situation() {
    name=$1
    shift
    frozen "$@"
    is "$name: check_claude" "$(state)$but" "$(row "$name" 2)"
    is "$name: grep" "$(words grep_in_cron)" "$(row "$name" 4)"
    is "$name: check_logfiles" "$(words $logfiles)" "$(row "$name" 5)"
    is "$name: expiry only" "$(expiry_only)" "$(row "$name" 6)"
    second='' phrase='%s' but=''
}

claude "$a"
result false 'All done.' >"$log"
login "$a" 28800 2246400
situation 'fresh login' preflight -a "$a"

login "$a" -7200 2246400
situation 'access token expired, renewable' preflight -a "$a"

login "$a" -7200 -3600
second=$fixtures/2.1.330.nologin.json.log phrase='%s, after the next run %s'
situation 'login ended' preflight -a "$a"

login "$a" 28800 2246400
frozen preflight -a "$a"
is 'revoked: before the next run' "$(state)" OK
cat "$fixtures/2.1.197.revoked.stream.log" >"$log"
second=$fixtures/2.1.330.refused.json.log phrase='%s at 403, %s at 401' but=', after the next run'
frozen runlog "$second"
is 'revoked: by a 401' "$(state)" CRITICAL
touch -d "@$((NOW - 60))" "$a/.claude/.credentials.json" "$log"
situation 'login revoked on the server' runlog --feed-preflight -a "$a" "$log"
frozen runlog --feed-preflight -a "$a" "$log"
frozen preflight -a "$a"
is 'revoked: and from then on' "$(state)" CRITICAL

rm "$a/.claude/.credentials.json"
echo 'ANTHROPIC_API_KEY=fixture-key' >"$dir/agent.env"
result false 'All done.' >"$log"
frozen runlog --feed-preflight -a "$a" "$log"
frozen preflight -a "$a"
but=" with \`--auth=auto\`, else $(state)"
situation 'an API key, no login' preflight -a "$a" --auth=auto --env-file="$dir/agent.env"

login "$a" 28800 2246400
: >"$log"
situation 'empty log' runlog "$log"

result false 'The handler now returns 401 Unauthorized when nobody is logged in.' >"$log"
situation 'good run that talks of 401' runlog "$log"

is 'rows of the table' "$(sed -n '/^| situation /,/^$/p' "$page" | wc -l | tr -d ' ')" 10
done_testing
