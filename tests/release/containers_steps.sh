#!/bin/sh
# In a bare Debian, by root: what the Dockerfile builds, and the commands of the containers and of the workflow, as
# a user whom no file names, with stand-ins for claude and its answers. tests/release/containers.sh runs it.
# Ends with "N passed, N failed".
# shellcheck source=tests/steps.sh
. /mnt/steps.sh
chmod 755 "$work"
home=/home/agent

step 'Docker: the instructions, one by one' sh /mnt/docker.sh
command -v check_claude_preflight >/dev/null || done_stepping || exit

mkdir -p $home/.claude /usr/local/bin
cat >/usr/local/bin/claude <<'END'
#!/bin/sh
if [ "$1" = --version ]; then
    echo '2.1.330 (Claude Code)'
    exit
fi
printf '%s\n' "$*" >>"$HOME/calls"
cat "$HOME/answer"
. "$HOME/end"
END
chmod 755 /usr/local/bin/claude

# By the user of the pods; only PATH and HOME are in its environment, as the runtimes have it.
agent() { setpriv --reuid=1000 --regid=1000 --clear-groups env -i PATH="$PATH" HOME=$home "$@"; }

# The command that stands in the file $list, a word a line.
listed() {
    set --
    while IFS= read -r word; do set -- "$@" "$word"; done <"$list"
    agent "$@"
}

# gives STATUS WORDS COMMAND...: that exit status, and a line that begins so
gives() {
    wanted=$1 words=$2
    shift 2
    "$@" >"$work/output" 2>&1
    status=$?
    cat "$work/output"
    echo "status $status"
    [ $status -eq "$wanted" ] && { [ -z "$words" ] || grep -q "^$words" "$work/output"; }
}

# on LIST STATUS WORDS: the command of the file LIST
on() {
    list=/mnt/$1
    [ "$1" != healthcheck ] || list=/healthcheck
    gives "$2" "$3" listed
}

# answers END IS_ERROR FIELDS TEXT: what claude prints at its next calls, and how it ends then
answers() {
    echo "$1" >$home/end
    printf '{"type":"result","is_error":%s,%s"num_turns":1,"result":"%s"}\n' "$2" "$3" "$4" >$home/answer
}

# logs_in NAME SECONDS: a login whose token lasts so long, and can be renewed
logs_in() {
    printf '{"claudeAiOauth":{"accessToken":"fixture-%s","refreshToken":"fixture-%s","expiresAt":%s000,"scopes":["user:inference"]}}\n' \
        "$1" "$1" $(($(date +%s) + $2)) >$home/.claude/.credentials.json
    chmod 600 $home/.claude/.credentials.json
    chown -R 1000:1000 $home
}

no='CLAUDE PREFLIGHT CRITICAL - ' yes='CLAUDE PREFLIGHT OK - '
gates() {
    for place in healthcheck init probe; do
        step "  $place: $1" on $place "$2" "$3"
    done
}

chown -R 1000:1000 $home
gates 'nobody logged in' 1 "${no}not logged in"
logs_in first 36000
gates 'a login' 0 "$yes"
logs_in second -7200
gates 'an expired token that the next run renews' 0 'CLAUDE PREFLIGHT WARNING - '
logs_in third 36000

# --- Kubernetes

pod() { gives "$1" "$2" agent PROMPT='do "it"' /bin/sh -c "$(cat /mnt/run.sh)"; }
answers 'exit 0' false '' 'done'
step 'Kubernetes: a good run' pod 0 'CLAUDE RUNLOG OK - '
step '  its prompt' grep -qxF -- '--print --output-format=json do "it"' $home/calls
answers 'exit 1' true '"api_error_status":529,' Overloaded
step 'Kubernetes: WARNING fails nothing' pod 0 'CLAUDE RUNLOG WARNING - '
# shellcheck disable=SC2016  # its own
answers 'kill -KILL $$' true '' ''
: >$home/answer
step 'Kubernetes: a killed run' pod 1 'CLAUDE RUNLOG CRITICAL - '
answers 'exit 1' true '"api_error_status":403,' 'OAuth token revoked'
step 'Kubernetes: a refused run' pod 1 'CLAUDE RUNLOG CRITICAL - the login was refused'
gates 'after a refused run' 1 "$no"
logs_in fourth 36000
gates 'someone logged in' 0 "$yes"

# --- GitHub Actions: each step a file for bash, as the runner calls it

as_step() {
    cp "/mnt/$1" "$work/script"
    chmod 644 "$work/script"
    shift
    agent "$@" bash --noprofile --norc -eo pipefail "$work/script"
}
# workflow BEFORE RUN AFTER WORDS: the exit statuses of its three steps, and how the last begins; - is a step
# that does not come
workflow() {
    : >"$work/outputs"
    chmod 666 "$work/outputs"
    cd $home || return
    gives "$1" '' as_step before || return
    [ "$2" != - ] || return 0
    gives "$2" '' as_step action GITHUB_OUTPUT="$work/outputs" || return
    ended=$(sed -n 's/^status=//p' "$work/outputs")
    gives "$3" "$4" as_step after STATUS="${ended:-TERM}"
}
answers 'exit 0' false '' 'done'
step 'GitHub Actions: a good run' workflow 0 0 0 'CLAUDE RUNLOG OK - '
answers 'exit 1' true '"api_error_status":529,' Overloaded
step 'GitHub Actions: WARNING fails nothing' workflow 0 0 0 'CLAUDE RUNLOG WARNING - '
# shellcheck disable=SC2016  # its own
answers 'kill -KILL $PPID; exit 1' true '' ''
: >$home/answer
step 'GitHub Actions: a run that was cancelled' workflow 0 137 1 'CLAUDE RUNLOG CRITICAL - '
answers 'exit 1' true '"api_error_status":403,' 'OAuth token revoked'
step 'GitHub Actions: a refused run' workflow 0 0 1 'CLAUDE RUNLOG CRITICAL - the login was refused'
answers 'exit 0' false '' 'done'
step 'GitHub Actions: held back' workflow 1 - - -
done_stepping
