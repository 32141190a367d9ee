#!/bin/sh
# Makes config/zabbix/problems.png: the page of problems of a real Zabbix with the template of config/zabbix, on
# stand-ins for agents. By hand, as root: make frozen && sh tests/picture/zabbix.sh [OUT.png]
if [ "${1:-}" != inside ]; then
    exec unshare --mount sh "$0" inside "${1:-$(dirname "$0")/../../config/zabbix/problems.png}"
fi
picture=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
# shellcheck source=../engines/harness.sh
. "$(dirname "$0")/../engines/harness.sh"
# shellcheck source=shot.sh
. "$engines/shot.sh"
here=$engines/../engines
# shellcheck source=../engines/zabbix/server.sh
. "$here/zabbix/server.sh"
require_zabbix_server
homes_of_agents

# shellcheck disable=SC2034  # server.sh reads it
port=$(free_port)
mkdir "$dir/run"
own "$dir/run"
# agent_of NAME PORT: an agent of Zabbix on a machine with that agent of ours
agent_of() {
    as_here zabbix/claude.conf | sed "s#$dir/home/agent#/home/$1#g; s#$dir/var/log/claude#/var/log/claude/$1#g" >"$dir/$1.claude.conf"
    printf '%s\n' LogType=console Server=127.0.0.1 ListenIP=127.0.0.1 "ListenPort=$2" StartAgents=1 "PidFile=$dir/run/$1.pid" \
        Timeout=15 "Include=$dir/$1.claude.conf" >"$dir/$1.conf"
    chmod 644 "$dir/$1"*.conf
    start "$1" zabbix_agentd -f -c "$dir/$1.conf"
}
zabbix_database
zabbix_start "$(free_port)"
# the filter is closed, and the locale is one that every machine has
psql_quietly -d zabbix -c "INSERT INTO profiles (profileid, userid, idx, value_int, type) VALUES (1, 1, 'web.monitoring.problem.expanded', 0, 2)"
sed -i "s/^function zbx_locale_variants_unix.*/&\nreturn ['C.UTF-8'];/" "$dir/frontend/include/locales.inc.php"
rules='templates groups items discoveryRules triggers valueMaps templateDashboards graphs'
call configuration.import "$(jq -n --rawfile source "$top/config/zabbix/claude.yaml" --arg rules "$rules" '{format: "yaml", $source,
    rules: ($rules / " " | map({(.): (if . == "groups" then {createMissing: true} else {createMissing: true, updateExisting: true} end)}) | add)}')" >/dev/null
template=$(call template.get '{"filter":{"host":"Claude CLI"}}' | jq -r '.[0].templateid')
group=$(call hostgroup.create '{"name":"Claude"}' | jq -r '.groupids[0]')

# host_of NAME STATE STATE-OF-THE-LOG
host_of() {
    agent "$2" "/home/$1"
    run_log "$3" "/var/log/claude/$1/run.json"
    own /var/log/claude
    at=$(free_port)
    agent_of "$1" "$at"
    call host.create "$(jq -n --arg name "$1" --arg template "$template" --arg group "$group" --arg port "$at" '{host: $name,
        groups: [{groupid: $group}], templates: [{templateid: $template}],
        interfaces: [{type: 1, main: 1, useip: 1, ip: "127.0.0.1", dns: "", $port}],
        macros: [{macro: "{$CLAUDE.INTERVAL}", value: "2s"}, {macro: "{$CLAUDE.WARNING.TIME}", value: "3s"},
            {macro: "{$CLAUDE.UNKNOWN.TIME}", value: "6s"}]}')" >/dev/null
}
host_of builder CRITICAL OK
host_of reviewer OK CRITICAL
host_of nightly OK WARNING
login /home/nightly 27000 $((5 * 86400))
own /home/nightly
# shellcheck disable=SC2317 # await runs it
three() { [ "$(call problem.get '{}' | jq length)" -ge 3 ]; }
await 'three problems' 180 three
sleep 3
query='enter=Sign+in&name=Admin&password=zabbix'
shot "http://127.0.0.1:$api/index.php?$query&request=zabbix.php%3Faction%3Dproblem.view" 1300 400 "$picture" --virtual-time-budget=15000
done_testing
