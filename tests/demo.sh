#!/bin/sh
# make demo: every state of the plugins, shown with stand-ins for an agent and its logs, each with its
# command line, its output (long lines folded) and its exit status. Needs no Claude and no login, and
# asks no claude that is installed here. Fails if a case did not give the state it is there for, so it
# is a test as well: tests/demo.sh [DIRECTORY-OF-THE-PLUGINS]
set -u
build=${1:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
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

# What a run printed as JSON: result LOG IS-ERROR STATUS TEXT
result() {
    printf '{"type":"result","subtype":"success","is_error":%s,"api_error_status":%s,"result":"%s",' \
        "$2" "$3" "$4" >"$1"
    printf '"duration_ms":74210,"num_turns":9,"total_cost_usd":0.2138}\n' >>"$1"
}

# show PLUGIN TITLE WANTED-STATUS ARGUMENT...
show() {
    plugin=$1 title=$2 wanted=$3
    shift 3
    number=$((number + 1))
    output=$(env -i PATH="$dir/empty" HOME="$dir/empty" CHECK_CLAUDE_STATE_DIR="$dir/state" \
        "$build/check_claude_$plugin" "$@" 2>&1)
    status=$?
    case $status in 0) state=OK ;; 1) state=WARNING ;; 2) state=CRITICAL ;; *) state=UNKNOWN ;; esac
    printf '%d. %s\n$ check_claude_%s %s\n' "$number" "$title" "$plugin" "$*"
    printf '%s\n' "$output" | fold -s -w 76 | sed 's/^/  /; s/ *$//'
    printf 'exit status %d, %s\n\n' "$status" "$state"
    case $status:$output in
    "$wanted:CLAUDE $(printf '%s' "$plugin" | tr '[:lower:]' '[:upper:]') $state - "*) ;;
    *)
        printf 'This case should have ended with status %d.\n\n' "$wanted"
        failed=$((failed + 1))
        ;;
    esac
}

all='user:inference'
for name in logged-in idle ending logged-out ended expired no-claude hanging no-scope refused fleet-1 fleet-2; do
    agent $name
    login $name $((8 * hour)) $((26 * day + hour)) fixture-refresh $all
done
login idle -$((2 * hour)) $((26 * day)) fixture-refresh $all
login ending $((6 * hour)) $((5 * day)) fixture-refresh $all
rm logged-out/.claude/.credentials.json fleet-2/.claude/.credentials.json no-claude/.local/bin/claude
printf '{"claudeAiOauth":{"accessToken":"","refreshToken":"","expiresAt":0,"loginEnded":"time_limit"}}\n' \
    >ended/.claude/.credentials.json
login expired -$((40 * day)) -$((12 * day)) fixture-refresh $all
login no-scope $((8 * hour)) $((26 * day)) fixture-refresh user:profile
agent hanging "exec $sleep 30"
touch -d "@$((now - hour))" refused/.claude/.credentials.json
echo 'ANTHROPIC_API_KEY=fixture-key' >agent.env

mkdir logs
result logs/good.json false null 'All done, the tests pass.'
result logs/fix-login.json false null 'A bad key now gives 401 Unauthorized.'
result logs/revoked.json true 403 'Failed to authenticate: OAuth token revoked. Please log in again.'
result logs/limit.json true 429 "You've hit your session limit · resets 6:07pm (UTC)"
: >logs/killed.json

echo "check_claude_preflight and check_claude_runlog, shown with stand-ins for an agent's claude,"
echo "login and logs. What stands behind the | on the first line is for graphs."
echo
show preflight 'Logged in' 0 -a logged-in
show preflight 'The access token has expired, and the next run of claude renews it' 1 -a idle
show preflight 'The same where that is quite normal: any state can be changed' 0 -a idle -S token-renewable=ok
show preflight 'The login ends in 5 days: time for a person to log in again' 1 -a ending
show preflight 'Logged out' 2 -a logged-out
show preflight 'The CLI itself noted that the login has ended' 2 -a ended
show preflight 'Expired, and nothing can renew it' 2 -a expired
show preflight 'Logged in for something else than running prompts' 2 -a no-scope
show preflight 'No claude' 2 -a no-claude -b no-claude/.local/bin/claude
show preflight 'claude hangs' 2 -a hanging --version-timeout=0.5s
show preflight "claude hangs, and the plugin's own time is over: nobody can tell" 3 -a hanging --timeout=0.5s
show preflight 'Several agents in one call, one of them logged out' 2 -a fleet-1 -a fleet-2
show preflight 'The login is an API key in an environment file' 0 -a logged-out --auth=auto --env-file=agent.env
show preflight 'A mistake on the command line' 3 --timeout=soon

show runlog 'By its log, the last run did its work' 0 logs/good.json
show runlog 'So did this one, although its answer speaks of 401' 0 logs/fix-login.json
show runlog 'The login was revoked, which no file on the machine tells' 2 logs/revoked.json
show runlog 'The plan is used up for some hours' 1 logs/limit.json
show runlog 'The run was killed and left nothing' 2 logs/killed.json
show runlog 'A refusal is told to the preflight' 2 --feed-preflight -a refused logs/revoked.json
show preflight 'which stops that agent until someone logs in' 2 -a refused
show runlog 'No log at all: nobody can tell' 3 logs/none.json

if [ $failed -ne 0 ]; then
    echo "$failed of $number cases did not show the state they are there for."
    exit 1
fi
echo "All $number cases gave the state they are there for."
