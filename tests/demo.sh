#!/bin/sh
# make demo: every state of check_claude_preflight, shown with stand-ins for an agent, each with its
# command line, its output (long lines folded) and its exit status. Needs no Claude and no login, and
# asks no claude that is installed here. Fails if a case did not give the state it is there for, so it
# is a test as well: tests/demo.sh PROGRAM
set -u
plugin=${1:-build/check_claude_preflight}
case $plugin in /*) ;; *) plugin=$PWD/$plugin ;; esac
sleep=$(command -v sleep)
dir=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-demo.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 1
umask 077
mkdir empty
now=$(date +%s)
number=0 failed=0
hour=3600 day=86400

# An agent that answers --version: agent HOME [SHELL-COMMAND]
agent() {
    mkdir -p "$1/.local/bin" "$1/.claude"
    printf '#!/bin/sh\n%s\n' "${2:-echo '2.1.330 (Claude Code)'}" >"$1/.local/bin/claude"
    chmod 755 "$1/.local/bin/claude"
}

# Its credentials: login HOME TOKEN-SECONDS LOGIN-SECONDS REFRESH-TOKEN SCOPE, the times from now
login() {
    printf '{"claudeAiOauth":{"accessToken":"fixture-token","refreshToken":"%s","expiresAt":%d000,' "$4" \
        $((now + $2)) >"$1/.claude/.credentials.json"
    printf '"refreshTokenExpiresAt":%d000,"scopes":["%s"],"subscriptionType":"max"}}\n' \
        $((now + $3)) "$5" >>"$1/.claude/.credentials.json"
}

# show TITLE WANTED-STATUS ARGUMENT...
show() {
    title=$1 wanted=$2
    shift 2
    number=$((number + 1))
    output=$(env -i PATH="$dir/empty" HOME="$dir/empty" CHECK_CLAUDE_STATE_DIR="$dir/state" \
        "$plugin" "$@" 2>&1)
    status=$?
    case $status in 0) state=OK ;; 1) state=WARNING ;; 2) state=CRITICAL ;; *) state=UNKNOWN ;; esac
    printf '%d. %s\n$ check_claude_preflight %s\n' "$number" "$title" "$*"
    printf '%s\n' "$output" | fold -s -w 76 | sed 's/^/  /; s/ *$//'
    printf 'exit status %d, %s\n\n' "$status" "$state"
    case $status:$output in
    "$wanted:CLAUDE PREFLIGHT $state - "*) ;;
    *)
        printf 'This case should have ended with status %d.\n\n' "$wanted"
        failed=$((failed + 1))
        ;;
    esac
}

all='user:inference'
for name in logged-in idle ending logged-out ended expired no-claude hanging no-scope; do
    agent $name
    login $name $((8 * hour)) $((26 * day + hour)) fixture-refresh $all
done
login idle -$((2 * hour)) $((26 * day)) fixture-refresh $all
login ending $((6 * hour)) $((5 * day)) fixture-refresh $all
rm logged-out/.claude/.credentials.json no-claude/.local/bin/claude
printf '{"claudeAiOauth":{"accessToken":"","refreshToken":"","expiresAt":0,"loginEnded":"time_limit"}}\n' \
    >ended/.claude/.credentials.json
login expired -$((40 * day)) -$((12 * day)) fixture-refresh $all
login no-scope $((8 * hour)) $((26 * day)) fixture-refresh user:profile
agent hanging "exec $sleep 30"

echo "check_claude_preflight, shown with stand-ins for an agent's claude and login."
echo "What stands behind the | on the first line is for graphs."
echo
show 'Logged in' 0 -a logged-in
show 'The access token has expired, and the next run of claude renews it' 1 -a idle
show 'The same where that is quite normal: any state can be changed' 0 -a idle -S token-renewable=ok
show 'The login ends in 5 days: time for a person to log in again' 1 -a ending
show 'Logged out' 2 -a logged-out
show 'The CLI itself noted that the login has ended' 2 -a ended
show 'Expired, and nothing can renew it' 2 -a expired
show 'Logged in for something else than running prompts' 2 -a no-scope
show 'No claude' 2 -a no-claude -b no-claude/.local/bin/claude
show 'claude hangs' 2 -a hanging --version-timeout=0.5s
show "claude hangs, and the plugin's own time is over: nobody can tell" 3 -a hanging --timeout=0.5s
show 'A mistake on the command line' 3 --timeout=soon

if [ $failed -ne 0 ]; then
    echo "$failed of $number cases did not show the state they are there for."
    exit 1
fi
echo "All $number cases gave the state they are there for."
