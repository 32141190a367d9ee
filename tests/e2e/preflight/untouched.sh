#!/bin/sh
# Nothing of Claude's changes, in any state and with any option: each file and directory of an agent has the same
# inode, mode, size and times as before. A name that comes and goes again changes its directory's times.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

a=$dir/agent
claude "$a"
mkdir "$a/.claude" "$a/.claude/.oauth_refresh.lock"
touch -d "@$((NOW - 90))" "$a/.claude/.oauth_refresh.lock"
echo '{"env":{"X":"1"}}' >"$a/.claude/settings.json"
echo '{"oauthAccount":{"accountUuid":"fixture"}}' >"$a/.claude.json"
result true 'Failed to authenticate. API Error: 401 Not logged in' '"api_error_status":401,' >"$dir/run.log"

all() { find "$a" -exec stat -c '%n %i %a %u %s %y %z' {} + | sort; }

# untouched WHAT STATUS ARGUMENT...
untouched() {
    what=$1 wanted=$2
    shift 2
    before=$(all)
    frozen "$@" -a "$a"
    is "$what: status" "$status" "$wanted"
    is "$what: what changed" "$(all)" "$before"
}

login "$a" 28800 2246400
untouched 'a good login' 0 preflight --cache-ttl=0
untouched 'a good login, any source' 0 preflight --auth=auto --force -vvv
login "$a" -60 2246400
untouched 'a token that a run would renew' 1 preflight --auth=auto
untouched 'a token that a run would renew, stored results forgotten' 1 preflight --reset-cache
login "$a" -60 -60
untouched 'a login at its end' 2 preflight --textfile="$dir/x.prom"
untouched 'a refused run is fed' 2 runlog --feed-preflight "$dir/run.log"
untouched 'a login that was refused, for the gate' 1 preflight --gate
write_credentials "$a" '{"claudeAiOauth":{"accessToken":"","refreshToken":"","loginEnded":"time_limit"}}'
untouched 'a login that has ended' 2 preflight
write_credentials "$a" '{"claudeAiOauth":{"accessToken":"fixture-tok'
untouched 'half a file' 2 preflight
rm "$a/.claude/.credentials.json"
untouched 'no login' 2 preflight --auth=auto

done_testing
