#!/bin/sh
# Icinga 2 with config/icinga2 as it is shipped: what the REST API says of the plugins, in all states; each
# argument of the check commands passed through; the examples of the man pages; the dependency on the claude that the agents share.
# shellcheck disable=SC2016 # back quotes in jq
. "$(dirname "$0")/harness.sh"
. "$here/icinga2/daemon.sh"
require_icinga2

a=$dir/home/agent log=$dir/var/log/claude shared=$dir/shared/claude

# --- Every option of the plugins, in the check command, but those of a script that starts runs: their exit status is no
# state, or they say how one run ended. A value is the option's own name.

of_checks() { options "$1" | grep -v '^gate \|^exit-status '; }

# Icinga's variables: set_all PLUGIN
set_all() {
    of_checks "$1" | while read -r option kind; do
        case $kind in
        flag) value=true ;;
        value) value="\"$option\"" ;;
        repeatable) value="[ \"$option 1\", \"$option 2\" ]" ;;
        esac
        echo "vars.claude_$1_$(echo "$option" | tr - _) = $value"
    done
}

# The command line that they should make, a line for each argument.
all_of() {
    of_checks "$1" | while read -r option kind; do
        case $kind in
        flag) echo "--$option" ;;
        value) echo "--$option $option" ;;
        repeatable) printf '%s\n' "--$option $option 1" "--$option $option 2" ;;
        esac
    done
}

# The service in the EXAMPLES of a man page
example() { sed -n '/^object Service/,/^}/p' "$top/man/check_claude_$1.1"; }

agent OK "$a"
run_log OK "$log/run.json"
agent OK "$dir/home/first"
agent OK "$dir/home/second"
script "$shared" "echo '2.1.330 (Claude Code)'"
script "$dir/notify" 'echo "$*" >>"$0.log"'
lone_master <<EOF
object NotificationComponent "notification" { }

object Host "builder" {
  check_command = "dummy"
  vars.claude_agents["agent"] = {
    claude_preflight_agent_home = "$a"
    claude_preflight_timeout = "2s"
    claude_runlog_log = "$log"
  }
}

object Host "homes" {
  check_command = "dummy"
  vars.claude_agents["agent"] = {
    claude_preflight_agent_home = [ "$dir/home/first", "$dir/home/second" ]
    claude_runlog_log = "$log"
  }
  vars.claude_agents["fed"] = {
    claude_preflight_agent_home = "$a"
    claude_runlog_log = "$log"
    claude_runlog_state_dir = "$CHECK_CLAUDE_STATE_DIR"
    claude_runlog_feed_preflight = true
  }
}

object Host "shared" {
  check_command = "dummy"
  vars.claude_binary = "$shared"
  vars.claude_agents["first"] = {
    claude_preflight_user = ""
    claude_preflight_agent_home = "$dir/home/first"
    claude_preflight_binary = "$shared"
  }
  vars.claude_agents["second"] = {
    claude_preflight_user = ""
    claude_preflight_agent_home = "$dir/home/second"
    claude_preflight_binary = "$shared"
  }
}

template Service "all" {
  host_name = "builder"
  check_interval = 1h
  max_check_attempts = 1
}
object Service "all-preflight" {
  import "all"
  check_command = "claude-preflight"
$(set_all preflight)
}
object Service "all-runlog" {
  import "all"
  check_command = "claude-runlog"
$(set_all runlog)
}
object Host NodeName {
  check_command = "dummy"
}
$(example preflight)
$(example runlog)
object User "person" { }
object NotificationCommand "person" {
  command = [ "$dir/notify", "\$service.name\$", "\$notification.type\$", "\$service.state\$" ]
}
apply Notification "person" to Service {
  command = "person"
  users = [ "person" ]
  interval = 0
  assign where host.name == "shared"
}
EOF
: >"$dir/notify.log"
own "$dir/notify.log"
node_start master
icinga=$pid

# --- Each state

state_is() {
    await "$1: $2" 30 fact_is builder "$1" .state "$3" || give_up master
    text=$(fact builder "$1" .last_check_result.output | sed '1s/ $//')
    matches "$1: $2: first line" "$(printf '%s\n' "$text" | head -n 1)" "$4"
    is "$1: $2: long text" "$(printf '%s\n' "$text" | tail -n +2)" "${5:-}"
    is "$1: $2: exit status" "$(fact builder "$1" .last_check_result.exit_status)" "$3"
    data=$(fact builder "$1" '.last_check_result.performance_data | join(" ")')
}

await 'Icinga answers' 30 fact_is builder claude-preflight-agent .name claude-preflight-agent || give_up master
preflight=claude-preflight-agent runlog=claude-runlog-agent
again="run claude auth login as $(as_user id -un)"
for wanted in 'OK 0' 'WARNING 1' 'CRITICAL 2' 'UNKNOWN 3'; do
    state=${wanted% *}
    agent "$state" "$a"
    run_log "$state" "$log/run.json"
    force "$preflight" "$runlog"
    case $state in
    OK) line='claude 2.1.330, token 7h *m, login 26d' long='' ;;
    WARNING) line='access token expired 2h ago, the next run renews it' long="[WARNING] token-renewable: $line" ;;
    CRITICAL)
        long="[CRITICAL] login-expired: the login expired 12d ago, $again
[CRITICAL] token-expired: access token expired 40d ago, $again (no run can renew it)"
        line="the login expired 12d ago, $again (and 1 more)"
        ;;
    UNKNOWN) line='timed out while running claude --version, raise --timeout' long='' ;;
    esac
    state_is "$preflight" "$state" "${wanted#* }" "CLAUDE PREFLIGHT $state - $line" "$long"
    case $state in
    OK | UNKNOWN) login_data "$state" 27000 2250000 ;;
    WARNING) login_data "$state" -7200 2250000 ;;
    CRITICAL) login_data "$state" -3456000 -1036800 ;;
    esac
    [ "$state" != OK ] || perfdata "$state" "$data" version_time '*s;;;0;5' 0 5
    run_log_told "$runlog" "$state" "${wanted#* }"
done

# --- The command lines

command_of() { fact "${3:-builder}" "$1" ".last_check_result.command // [] | $2"; }

is 'command: as the agent' "$(command_of "$preflight" 'join(" ")')" \
    "$plugins/check_claude_as agent $plugins/check_claude_preflight --agent-home $a --timeout 2s"
is 'command: what is not set is not there' "$(command_of "$runlog" 'join(" ")')" \
    "$plugins/check_claude_runlog --log $log --warning 26h --grace 30m"
run_log OK "$log/run.json"
force "$runlog" claude-runlog-fed
for agent in agent fed; do
    await "homes: run log of $agent" 30 fact_is homes "claude-runlog-$agent" .last_check_result.exit_status 0
done
is 'homes: an array is for the preflight' "$(command_of "$runlog" 'join(" ")' homes)" "$plugins/check_claude_runlog --log $log --warning 26h --grace 30m"
is 'homes: one is fed' "$(command_of claude-runlog-fed 'join(" ")' homes)" \
    "$plugins/check_claude_runlog --log $log --warning 26h --grace 30m --feed-preflight --agent-home $a --state-dir $CHECK_CLAUDE_STATE_DIR"
force claude-preflight claude-runlog
for service in claude-preflight claude-runlog; do
    await "man page: $service" 30 fact_is master $service '.last_check_result.command | length > 0' true
done
is 'man page: preflight' "$(command_of claude-preflight 'join(" ")' master)" \
    "$plugins/check_claude_as agent $plugins/check_claude_preflight --agent-home /home/agent"
is 'man page: run log' "$(command_of claude-runlog 'join(" ")' master)" \
    "$plugins/check_claude_runlog --log /var/log/claude --warning 26h --grace 30m"
force all-preflight all-runlog
for plugin in preflight runlog; do
    await "command: $plugin" 30 fact_is builder all-$plugin .last_check_result.exit_status 3
    words=$(command_of all-$plugin '.[1:][]' | awk 'NR > 1 { printf /^--/ ? "\n" : " " } { printf "%s", $0 }')
    is "command: $plugin: every option" "$(printf '%s\n' "$words" | sort)" "$(all_of $plugin | sort)"
    is "command: $plugin: in the order of the file" "$(printf '%s\n' "$words" | sed 's/ .*//' | uniq)" \
        "$(sed -n "/^object CheckCommand \"claude-$plugin\"/,/^}/s/^\t\t\"\\(--[^\"]*\\)\" = {\$/\\1/p" \
            "$top/config/icinga2/claude.conf")"
done
# --- One broken claude: one notification

# hard SERVICE STATE: checks until the state is hard
# shellcheck disable=SC2317 # await runs it
hard() {
    force "$1"
    fact_is shared "$1" '"\(.state) \(.state_type)"' "$2 1"
}

for service in claude-cli claude-preflight-first claude-preflight-second; do
    await "dependency: $service" 30 hard $service 0
done
script "$shared" "exit 1"
force claude-cli
await 'dependency: claude fails' 30 fact_is shared claude-cli .state 2
is 'dependency: not yet a hard state' "$(fact shared claude-cli .state_type)" 0
for service in claude-preflight-first claude-preflight-second; do
    await "dependency: $service fails" 30 hard $service 2
    is "dependency: $service is not reachable" "$(fact shared $service .last_reachable)" false
    has "dependency: $service says why" "$(fact shared $service .last_check_result.output)" '[CRITICAL] version-failed: '
done
await 'dependency: claude fails, hard' 30 hard claude-cli 2
await 'dependency: a notification' 30 grep -q . "$dir/notify.log"
is 'dependency: of claude alone' "$(cat "$dir/notify.log")" 'claude-cli PROBLEM CRITICAL'
script "$shared" "echo '2.1.330 (Claude Code)'"
await 'dependency: claude answers' 30 hard claude-cli 0
await 'dependency: first recovers' 30 hard claude-preflight-first 0
agent CRITICAL "$dir/home/second"
await 'dependency: second is logged out' 30 hard claude-preflight-second 2
await 'dependency: its own trouble is notified' 30 grep -q 'claude-preflight-second PROBLEM CRITICAL' "$dir/notify.log"
has_not 'dependency: nothing of the first' "$(cat "$dir/notify.log")" first

stop "$icinga"
done_testing
