#!/bin/sh
# Zabbix with its real server: the template of config/zabbix through the API, the agent with the keys of
# config/zabbix/claude.conf; what the server then says of items, problems and recoveries while an agent gets
# into trouble and out of it, and that one cause is one problem. In seconds, by the template's macros.
. "$(dirname "$0")/harness.sh"
. "$here/zabbix/server.sh"
require_zabbix_server

a=$dir/home/agent log=$dir/var/log/claude/run.json
port=$(free_port)
as_here zabbix/claude.conf | sed "s#--grace=30m#--state-dir=$CHECK_CLAUDE_STATE_DIR --feed-preflight -a $a#" >"$dir/claude.conf"
cat >"$dir/agent.conf" <<END
LogType=console
Server=127.0.0.1
ListenIP=127.0.0.1
ListenPort=$port
StartAgents=2
PidFile=$dir/run/agent.pid
Timeout=15
Include=$dir/claude.conf
END
mkdir "$dir/run"
own "$dir/run"
chmod 644 "$dir"/*.conf
zabbix_database
zabbix_start "$(free_port)"
is 'the API: logged in' "${#token}" 32

# --- The template, and a host

rules='templates groups items discoveryRules triggers valueMaps templateDashboards graphs'
imported=$(call configuration.import "$(jq -n --rawfile source "$top/config/zabbix/claude.yaml" --arg rules "$rules" '{format: "yaml", $source,
    rules: ($rules / " " | map({(.): (if . == "groups" then {createMissing: true} else {createMissing: true, updateExisting: true} end)}) | add)}')")
is 'the template: imported' "$imported" true
[ "$imported" = true ] || done_testing
template=$(call template.get '{"filter":{"host":"Claude CLI"},"selectMacros":"extend","selectTags":"extend","selectDashboards":"extend","selectValueMaps":"extend"}')
ask() { printf '%s\n' "$template" | jq -r "$1"; }
is 'the template: value maps' "$(ask '[.[0].valuemaps[].name] | sort | join(",")')" 'Claude state'
is 'the template: a dashboard' "$(ask '.[0].dashboards | length')" 1
is 'the template: tags' "$(ask '[.[0].tags[] | .tag + "=" + .value] | sort | join(" ")')" 'class=software target=claude-cli'
# shellcheck disable=SC2016 # a macro of Zabbix
has 'the template: macros' "$(ask '.[0].macros[] | .macro + "=" + .value')" '{$CLAUDE.LOGIN.WARN}=10d'
triggers=$(call trigger.get '{"hostids":'"$(ask '.[0].templateid')"',"selectTags":"extend"}')
is 'the template: more than ten triggers' "$(printf '%s\n' "$triggers" | jq 'length >= 10')" true
is 'the template: each trigger has a scope' "$(printf '%s\n' "$triggers" | jq '[.[].tags[0].tag] | unique | join(",")')" '"scope"'
is 'the template: widgets' "$(call templatedashboard.get '{"selectPages":"extend"}' | jq '[.[0].pages[].widgets[]] | length')" \
    "$(grep -c '^ *width: ' "$top/config/zabbix/claude.yaml")"
group=$(call hostgroup.create '{"name":"Claude"}' | jq -r '.groupids[0]')
host=$(call host.create "$(jq -n --arg template "$(ask '.[0].templateid')" --arg group "$group" --arg port "$port" '{host: "builder",
    groups: [{groupid: $group}], templates: [{templateid: $template}],
    interfaces: [{type: 1, main: 1, useip: 1, ip: "127.0.0.1", dns: "", $port}],
    macros: [{macro: "{$CLAUDE.INTERVAL}", value: "2s"}, {macro: "{$CLAUDE.WARNING.TIME}", value: "3s"},
        {macro: "{$CLAUDE.UNKNOWN.TIME}", value: "6s"}]}')" | jq -r '.hostids[0]')
is 'a host with it' "$([ -n "$host" ] && echo yes)" yes

# --- What the server says

# value KEY: the last value of an item
value() { call item.get "$(jq -n --arg host "$host" --arg key "$1" '{hostids: $host, filter: {key_: $key}, output: ["lastvalue"]}')" | jq -r '.[0].lastvalue'; }
# shellcheck disable=SC2317 # await runs it
value_is() { [ "$(value "$1")" = "$2" ]; }
# problems: those that are open, in their order
problems() { call problem.get "$(jq -n --arg host "$host" '{hostids: $host, sortfield: ["eventid"]}')" | jq -r '[.[] | "\(.severity) \(.name)"] | sort | join(", ")'; }
# shellcheck disable=SC2317 # await runs it
problems_are() { [ "$(problems)" = "$1" ]; }
open_are() {
    await "$1: [$2]" 60 problems_are "$2"
    is "$1" "$(problems)" "$2"
}
# so that each value came some more times
again() {
    for _ in 1 2 3 4 5 6 7 8; do sleep 1; done
}

agent OK "$a"
touch -d '1 hour ago' "$a/.claude/.credentials.json"
run_log OK "$log"
start agent zabbix_agentd -f -c "$dir/agent.conf"
await 'the agent listens' 30 listening "$port" || give_up agent
# an item without a value yet has the last value 0
# shellcheck disable=SC2317 # await runs it
value_begins() { case $(value "$1") in "$2"*) ;; *) false ;; esac; }
await 'OK: a value in seconds' 90 value_begins claude.preflight.login_expiry 22
await 'OK: of the run log too' 30 value_is claude.runlog.run_cost 0.2138
is 'OK: state' "$(value claude.preflight.state) $(value claude.runlog.state)" '0 0'
has 'OK: a value in seconds' "$(value claude.preflight.login_expiry)" 22
is 'OK: cost' "$(value claude.runlog.run_cost)" 0.2138
is 'OK: the version of the agent found' "$(await 'the agent is found' 60 value_is "claude.preflight.agent.version[\"$a\"]" 2.1.330 && echo yes)" yes
is 'OK: no problem' "$(problems)" ''
not_supported=$(call item.get "$(jq -n --arg host "$host" '{hostids: $host, filter: {state: 1}, output: ["key_", "error"]}')")
is 'OK: every item is supported' "$not_supported" '[]'

# A login that ends in five days: WARNING, and no more. It is told once over several looks.
login "$a" 27000 $((5 * 86400))
own "$a"
open_are 'the login ends in five days' '2 Claude login ends in 4d 23h 59m'
again
is 'the login ends in five days: still one problem' "$(problems | tr ',' '\n' | wc -l)" 1

# It has ended, and a run is refused: one problem, HIGH; and none when somebody has logged in, and nothing has run.
login "$a" -7200 -3600
touch -d '1 hour ago' "$a/.claude/.credentials.json"
own "$a"
run_log CRITICAL "$log"
touch "$log"
open_are 'the login has ended' '4 Claude preflight is CRITICAL'
again
is 'the login has ended: of the run nothing more' "$(problems)" '4 Claude preflight is CRITICAL'
login "$a" 27000 2250000
own "$a"
open_are 'logged in' ''
again
is 'logged in: no problem though no run has come' "$(problems)" ''

# A run that did not do its work is WARNING; a good one ends it.
run_log WARNING "$log"
touch "$log"
open_are 'overloaded' '2 The last Claude run did not do its work'
run_log OK "$log"
touch "$log"
open_are 'a good run' ''

# A run that died is HIGH. The preflight has nothing to do with it.
: >"$log"
open_are 'killed' '4 The last Claude run failed'
run_log OK "$log"
touch "$log"
open_are 'another good run' ''

# The whole events: each problem opened once and was recovered, none in the second in which it opened.
events=$(call event.get "$(jq -n --arg host "$host" '{hostids: $host, value: [1], sortfield: ["eventid"], output: ["name", "clock", "r_eventid"]}')")
is 'problems, in their order' "$(printf '%s\n' "$events" | jq -r '[.[].name | sub(" in .*"; "")] | join(", ")')" \
    'Claude login ends, Claude preflight is CRITICAL, The last Claude run did not do its work, The last Claude run failed'
recovered=$(call event.get "$(jq -n --arg host "$host" '{hostids: $host, value: [0], output: ["eventid", "clock"]}')")
is 'recoveries: one each, later' "$(jq -nr --argjson events "$events" --argjson recovered "$recovered" \
    '[$events[] | . as $event | $recovered[] | select(.eventid == $event.r_eventid) | (.clock | tonumber) > ($event.clock | tonumber)] | tostring')" \
    '[true,true,true,true]'

# UNKNOWN, and a key that answers no more
agent UNKNOWN "$a"
open_are 'UNKNOWN' '2 Claude preflight is UNKNOWN'
agent OK "$a"
open_are 'OK again' ''
# an agent that is late on a busy machine is asked again
is 'no error of the server' "$(grep -i 'cannot\|error' "$dir/server.out" | grep -v 'no active checks\|cannot send list\|first network error' | head -n 3)" ''
stop "$server"
done_testing
