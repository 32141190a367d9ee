#!/bin/sh
# Monit with config/monit: what `monit status` says of the two programs, in each state.
. "$(dirname "$0")/harness.sh"
require monit monit

# Monit that is not root starts programs as itself only, and refuses `as uid`.
a=$dir/home/agent log=$dir/var/log/claude/run.json
as_here monit/claude | if [ "$(id -u)" -eq 0 ]; then
    sed "s/uid \"agent\" and gid \"agent\"/uid \"$(id -nu "$user")\" and gid \"$(as_user id -ng)\"/"
else
    sed '/^ *as uid/d'
fi >"$dir/claude"
port=$(free_port)
cat >"$dir/monitrc" <<EOF
set daemon 1
set log $dir/monit.log
set pidfile $dir/monit.pid
set idfile $dir/monit.id
set statefile $dir/monit.state
set httpd port $port and use address 127.0.0.1
  allow 127.0.0.1
include $dir/claude
EOF
chmod 600 "$dir/monitrc" "$dir/claude"
tested_against "Monit $(monit -V | sed -n 's/^This is Monit version //p')"

run monit -c "$dir/monitrc" -t
has 'the configuration' "$out" 'syntax OK'

# Both are set before Monit starts, so that its first look is at this state.
set_state() { agent "$1" "$a" && run_log "$1" "$log"; }
set_state OK
setsid env -i PATH="$PATH" LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" monit -c "$dir/monitrc" -I \
    >"$dir/monit.out" 2>&1 </dev/null &
servers="$servers $!"

# The program's part of the report: its state, its exit status, its output
report() { monit -c "$dir/monitrc" status "$1" 2>/dev/null; }
field() { report "$1" | sed -n "s/^  $2  *//p"; }
# shellcheck disable=SC2317 # for await
ended() { [ "$(field claude_preflight 'last exit value')$(field claude_runlog 'last exit value')" = "$1$1" ]; }
# shellcheck disable=SC2317
verdict() { [ "$(field "$1" status)" = "$2" ]; }

for state in OK WARNING CRITICAL UNKNOWN OK; do
    number=$(number_of "$state")
    set_state "$state"
    await "$state" 30 ended "$number"
    for plugin in preflight runlog; do
        is "$plugin: $state: exit status" "$(field claude_$plugin 'last exit value')" "$number"
        has "$plugin: $state: first line" "$(field claude_$plugin 'last output')" \
            "CLAUDE $(echo $plugin | tr '[:lower:]' '[:upper:]') $state - "
        has "$plugin: $state: perfdata" "$(field claude_$plugin 'last output')" ' | '
    done
    case $state in
    OK) seen=OK ;;
    *) seen='Status failed' ;;
    esac
    for plugin in preflight runlog; do
        await "$plugin: $state: Monit's verdict" 10 verdict "claude_$plugin" "$seen"
        is "$plugin: $state: Monit's verdict" "$(field "claude_$plugin" status)" "$seen"
    done
    [ "$state" != CRITICAL ] || has 'preflight: long text' "$(report claude_preflight)" '[CRITICAL] login-expired: '
done
is 'who runs them' "$(find "$dir/state" -mindepth 1 ! -user "$user")" ''
done_testing
