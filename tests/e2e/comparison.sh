#!/bin/sh
# The README's table of what others say in the seven situations that matter, row by row: ours and the
# others' words as they come out here. `claude auth status` is not run (it may rewrite credentials):
# its column is what releases from 2.1.199 on were seen to print.
. "$(dirname "$0")/harness.sh"

readme=$top/README.md
check_logfiles=/usr/lib/nagios/plugins/check_logfiles
pattern='401|[Uu]nauthorized|[Nn]ot logged in'
a=$dir/agent log=$dir/run.json

# row SITUATION COLUMN: a cell of the table, columns counted from 2
row() { awk -F ' *[|] *' -v name="$1" -v column="$2" '$2 == name { print $(column + 1) }' "$readme"; }

state() { printf '%s\n' "$out" | sed -n '1s/^CLAUDE [A-Z]* \([A-Z]*\) - .*/\1/p'; }

# A line in a crontab: cron sends mail when there is output.
grep_in_cron() { if grep -qE "$pattern" "$log" 2>/dev/null; then echo alarm; else echo silent; fi; }

with_check_logfiles() {
    rm -rf "$dir/seek"
    mkdir "$dir/seek"
    "$check_logfiles" --tag=claude --logfile="$log" --criticalpattern="$pattern" --allyoucaneat --noprotocol \
        --seekfilesdir="$dir/seek" | sed -n '1s/ .*//p'
}

# What a script says that looks at expiresAt and at nothing else.
expiry_only() {
    expires=$(sed -n 's/.*"expiresAt":\([0-9]*\).*/\1/p' "$a/.claude/.credentials.json" 2>/dev/null)
    if [ "${expires:-0}" -gt "${NOW}000" ]; then echo OK; else echo CRITICAL; fi
}

# situation NAME: all columns but that of `claude auth status`; "-" where one does not look
situation() {
    name=$1
    shift
    frozen "$@"
    is "$name: check_claude" "$(state)" "$(row "$name" 2)"
    is "$name: grep" "$(grep_in_cron)" "$(row "$name" 4)"
    if [ -x "$check_logfiles" ] && [ -e "$log" ]; then
        is "$name: check_logfiles" "$(with_check_logfiles)" "$(row "$name" 5)"
    else
        is "$name: check_logfiles, as by its pattern" \
            "$(grep_in_cron | sed 's/alarm/CRITICAL/; s/silent/OK/')" "$(row "$name" 5)"
    fi
    is "$name: expiry only" "$(expiry_only)" "$(row "$name" 6)"
}

claude "$a"
result false 'All done.' >"$log"
login "$a" 28800 2246400
situation 'fresh login' preflight -a "$a"

login "$a" -7200 2246400
situation 'access token expired, renewable' preflight -a "$a"

login "$a" -7200 -3600
situation 'login ended' preflight -a "$a"

login "$a" 28800 2246400
result true 'Failed to authenticate. API Error: 403 OAuth token has been revoked.' '"api_error_status":403,' >"$log"
situation 'login revoked on the server' runlog --feed-preflight -a "$a" "$log"
touch -d "@$((NOW - 60))" "$a/.claude/.credentials.json" "$log"
frozen runlog --feed-preflight -a "$a" "$log"
frozen preflight -a "$a"
is 'revoked: and from then on' "$(state)" CRITICAL

rm "$a/.claude/.credentials.json"
echo 'ANTHROPIC_API_KEY=fixture-key' >"$dir/agent.env"
result false 'All done.' >"$log"
frozen runlog --feed-preflight -a "$a" "$log"
situation 'an API key, no login' preflight -a "$a" --auth=auto --env-file="$dir/agent.env"

login "$a" 28800 2246400
: >"$log"
situation 'empty log' runlog "$log"

result false 'The handler now returns 401 Unauthorized when nobody is logged in.' >"$log"
situation 'good run that talks of 401' runlog "$log"

is 'rows of the table' "$(sed -n '/^| situation /,/^$/p' "$readme" | wc -l | tr -d ' ')" 10
done_testing
