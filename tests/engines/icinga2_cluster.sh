#!/bin/sh
# An Icinga master and an Icinga agent with config/icinga2/claude-agent.conf: the checks run on the agent
# (command_endpoint), and the master has what they said, in all states.
. "$(dirname "$0")/harness.sh"
. "$here/icinga2/daemon.sh"
require_icinga2

a=$dir/home/agent log=$dir/var/log/claude
agent OK "$a"
run_log OK "$log/run.json"
script "$dir/shared/claude" "echo '2.1.330 (Claude Code)'"
certificates master builder
port=$(free_port)
node builder "$port"
node master "$(free_port)"

for name in builder master; do
    as_here icinga2/claude.conf >"$dir/$name/etc/claude.conf"
done
cat >>"$dir/builder/etc/icinga2.conf" <<EOF
object Endpoint "master" { }
object Zone "master" { endpoints = [ "master" ] }
object Endpoint NodeName { }
object Zone ZoneName {
  endpoints = [ NodeName ]
  parent = "master"
}
include "claude.conf"
EOF

# The plugins are where the agent says; the master has none.
cat >>"$dir/master/etc/icinga2.conf" <<EOF
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
const ClaudeNode = "builder"
const ClaudeAddress = "127.0.0.1"
const ClaudePluginDir = "/nonexistent"
include "claude.conf"
include "claude-services.conf"
include "claude-agent.conf"
EOF
as_here icinga2/claude-services.conf >"$dir/master/etc/claude-services.conf"
as_here icinga2/claude-agent.conf | sed -e "s#host = ClaudeAddress#&, port = $port#" \
    -e "s#\"/home/agent\"#\"$a\", claude_preflight_timeout = \"2s\"#; s#/usr/local/bin/claude#$dir/shared/claude#" \
    >"$dir/master/etc/claude-agent.conf"

# the agent first: when the master finds nobody it waits ten seconds
node_start builder
builder=$pid
node_start master
preflight=claude-preflight-agent runlog=claude-runlog-agent
await 'the master answers' 30 fact_is builder $preflight .name $preflight || give_up master
# shellcheck disable=SC2317 # await runs it
connected() { [ "$(api objects/endpoints/builder | jq .results[0].attrs.connected)" = true ]; }
await 'the master has the agent' 30 connected || give_up master

for wanted in 'OK 0' 'WARNING 1' 'CRITICAL 2' 'UNKNOWN 3'; do
    state=${wanted% *}
    agent "$state" "$a"
    run_log "$state" "$log/run.json"
    force $preflight $runlog
    for service in $preflight $runlog; do
        await "$service: $state" 30 fact_is builder "$service" .state "${wanted#* }"
        is "$service: $state: it ran there" "$(fact builder "$service" .last_check_result.check_source)" builder
        has "$service: $state: first line" "$(fact builder "$service" .last_check_result.output)" \
            "CLAUDE $(echo "${service%-agent}" | sed 's/claude-//' | tr '[:lower:]' '[:upper:]') $state - "
    done
    data=$(fact builder $preflight '.last_check_result.performance_data | join(" ")')
    case $state in
    OK | UNKNOWN) perfdata "$state" "$data" token_expiry '*s' 26880 27000 ;;
    WARNING) perfdata "$state" "$data" token_expiry '*s' -7320 -7200 ;;
    CRITICAL) perfdata "$state" "$data" login_expiry "*s$login_range" -1036920 -1036800 ;;
    esac
done
is 'the command was made there' "$(fact builder $preflight '.last_check_result.command | join(" ")')" \
    "$plugins/check_claude_as agent $plugins/check_claude_preflight --agent-home $a --timeout 2s"
force claude-cli
await 'claude-cli' 30 fact_is builder claude-cli .state 0
is 'claude-cli: it ran there' "$(fact builder claude-cli .last_check_result.check_source)" builder

# --- Without the agent the machine is down

# shellcheck disable=SC2317 # await runs it
host_is() {
    api actions/reschedule-check -X POST -d '{"type":"Host","filter":"host.name==\"builder\"","force":true}' >"$dir/forced"
    [ "$(api objects/hosts/builder | jq .results[0].attrs.state)" = "$1" ]
}
await 'the machine is up' 30 host_is 0
stop "$builder"
await 'the machine is down' 30 host_is 1
done_testing
