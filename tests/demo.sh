#!/bin/sh
# make demo: the story of a job behind the gate, then every state of the plugins, each with its command
# line, its output (long lines are folded) and its exit status. Stand-ins are used for the agent and its
# logs, so it needs no Claude and no login. It fails where a case does not give the state that it is there
# for, so it is a test as well: tests/demo.sh [DIRECTORY-OF-THE-PLUGINS]
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

# An agent whose claude answers --version: agent HOME [SHELL-COMMAND]
agent() {
    mkdir -p "$1/.local/bin" "$1/.claude"
    printf '#!/bin/sh\n%s\n' "${2:-echo '2.1.330 (Claude Code)'}" >"$1/.local/bin/claude"
    chmod 755 "$1/.local/bin/claude"
}

# Its credentials, with times from now: login HOME TOKEN-SECONDS LOGIN-SECONDS REFRESH-TOKEN SCOPE
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

# call PLUGIN WANTED-STATUS WANTED-STATE ARGUMENT...: a command line, its output and its exit status
call() {
    plugin=$1 wanted=$2 state=$3
    shift 3
    output=$(env -i PATH="$dir/empty" HOME="$dir/empty" CHECK_CLAUDE_STATE_DIR="$dir/state" \
        "$build/check_claude_$plugin" "$@" 2>&1)
    status=$?
    printf '$ check_claude_%s %s\n' "$plugin" "$*"
    printf '%s\n' "$output" | fold -s -w 76 | sed 's/^/  /; s/ *$//'
    printf 'exit status %d\n' "$status"
    case $status:$output in
    "$wanted:CLAUDE $(printf '%s' "$plugin" | tr '[:lower:]' '[:upper:]') $state - "*) ;;
    *)
        printf 'This should have been %s with exit status %d.\n' "$state" "$wanted"
        failed=$((failed + 1))
        ;;
    esac
}

# title TEXT
title() {
    number=$((number + 1))
    printf '\n%d. %s\n' "$number" "$1"
}

# show PLUGIN TITLE WANTED-STATUS ARGUMENT...
show() {
    plugin=$1 wanted=$3
    title "$2"
    shift 3
    case $wanted in 0) state=OK ;; 1) state=WARNING ;; 2) state=CRITICAL ;; *) state=UNKNOWN ;; esac
    call "$plugin" "$wanted" $state "$@"
}

# job TITLE ANSWER-OF-CLAUDE: what a script does for each run. Where the gate is closed, no run starts.
job() {
    title "$1"
    if [ "$2" = held ]; then
        call preflight 1 CRITICAL --gate -a worker
        echo 'The gate is closed, so the script ends here and claude is not started.'
        return
    fi
    call preflight 0 OK --gate -a worker
    # shellcheck disable=SC2016  # it is shown as it is
    printf '$ claude -p --output-format json "$PROMPT" >run.json 2>&1\n'
    case $2 in
    good) result run.json false null 'All done, the tests pass.' && call runlog 0 OK --feed-preflight -a worker run.json ;;
    refused)
        result run.json true 403 'Failed to authenticate: OAuth token revoked. Please log in again.'
        call runlog 2 CRITICAL --feed-preflight -a worker run.json
        ;;
    esac
}

all='user:inference'
for name in worker logged-in idle ending logged-out ended expired no-claude hanging no-scope fleet-1 fleet-2; do
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
touch -d "@$((now - hour))" worker/.claude/.credentials.json
echo 'ANTHROPIC_API_KEY=fixture-key' >agent.env

mkdir logs
result logs/good.json false null 'All done, the tests pass.'
result logs/fix-login.json false null 'A bad key now gives 401 Unauthorized.'
result logs/revoked.json true 403 'Failed to authenticate: OAuth token revoked. Please log in again.'
result logs/limit.json true 429 "You've hit your session limit · resets 6:07pm (UTC)"
: >logs/killed.json

demo() {
    echo "check_claude_preflight and check_claude_runlog, with stand-ins for an agent's claude, login and"
    echo 'logs. The figures after the | of a first line are for graphs.'
    echo
    echo '=== A job behind the gate'
    job 'The login is good, so the run starts, and it does its work' good
    job 'The next run starts too, but the server refuses the login' refused
    job 'The gate holds the next run and says why' held
    title 'Someone logs in: claude auth login'
    login worker $((8 * hour)) $((28 * day)) fixture-refresh-2 $all
    echo '(the credentials file is new)'
    job 'The job runs again' good
    echo
    echo '=== All states'
    show preflight 'Logged in' 0 -a logged-in
    show preflight 'The access token has expired, and the next run of claude renews it' 1 -a idle
    show preflight 'The same, where that is normal: the state of each condition can be changed' 0 -a idle -S token-renewable=ok
    show preflight 'The login ends in 5 days: time for a person to log in again' 1 -a ending
    show preflight 'Logged out' 2 -a logged-out
    show preflight 'The CLI itself noted that the login has ended' 2 -a ended
    show preflight 'Expired, and nothing can renew it' 2 -a expired
    show preflight 'The login does not allow to run prompts' 2 -a no-scope
    show preflight 'No claude' 2 -a no-claude -b no-claude/.local/bin/claude
    show preflight 'claude hangs' 2 -a hanging --version-timeout=0.5s
    show preflight "claude hangs until the plugin's own deadline: the state is not known" 3 -a hanging --timeout=0.5s
    show preflight 'Several agents in one call, one of them logged out' 2 -a fleet-1 -a fleet-2
    show preflight 'The login is an API key in an environment file' 0 -a logged-out --auth=auto --env-file=agent.env
    show preflight 'A mistake on the command line' 3 --timeout=soon

    show runlog 'The log says that the last run did its work' 0 logs/good.json
    show runlog 'So did this run, although its answer speaks of 401' 0 logs/fix-login.json
    show runlog 'The login was revoked: only the log of a run shows that' 2 logs/revoked.json
    show runlog 'The plan is used up for some hours' 1 logs/limit.json
    show runlog 'The run was killed and left nothing' 2 logs/killed.json
    show runlog 'No log at all: the state is not known' 3 logs/none.json

    echo
    if [ $failed -ne 0 ]; then
        echo "$failed calls did not give the state that they are there for."
        exit 1
    fi
    echo "All $number cases gave the state they are there for."
}

# In a shell of its own: where the reader goes away, as head does, that shell dies, and this one cleans up.
(demo)
