#!/bin/sh
# The first line and perfdata of the states that matter, byte for byte.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
login "$a" 28800 2246400
frozen preflight -a "$a" --cache-ttl=0
is 'logged in: status' "$status" 0
is 'logged in: text' "$(summary)" 'claude 2.1.330, token 8h, login 26d'
has 'logged in: perfdata' "$out" '| token_expiry=28800s login_expiry=2246400s;604800:;259200: version_time='

login "$a" -60 2246400
frozen preflight -a "$a"
is 'renewable: status' "$status" 1
is 'renewable: text' "$(summary)" 'access token expired 1m ago, the next run renews it'

rm "$a/.claude/.credentials.json"
frozen preflight -a "$a"
is 'logged out: status' "$status" 2
has 'logged out: detail' "$out" '
[CRITICAL] credentials-missing: not logged in'

done_testing
