#!/bin/sh
# collectd with config/collectd: its exec plugin runs the script, and what collectd then knows is read from its
# files of comma separated values, in each state; the notifications of its log.
. "$(dirname "$0")/harness.sh"
require collectd collectd-core
require jq jq
tested_against "collectd $(collectd -h 2>&1 | sed -n 's/^.*collectd \([0-9][0-9.]*[0-9]\).*/\1/p' | head -n 1)"

a=$dir/home/agent log=$dir/var/log/claude/run.json
library=$(find "$packages/usr/lib/collectd" /usr/lib/collectd -name exec.so 2>/dev/null | head -n 1)
types=$packages/usr/share/collectd/types.db
[ -e "$types" ] || types=/usr/share/collectd/types.db
mkdir "$dir/collectd" "$dir/collectd/csv"
own "$dir/collectd"
cp "$top/config/collectd/claude-collectd" "$plugins"
as_here collectd/claude.conf | sed -e "s#\"agent:agent\"#\"$(as_user id -un):$(as_user id -gn)\"#" \
    -e "s#\"/home/agent\"#\"$a\"#" >"$dir/claude.conf"
cat >"$dir/collectd.conf" <<END
Hostname "builder"
FQDNLookup false
BaseDir "$dir/collectd"
PIDFile "$dir/collectd/pid"
PluginDir "${library%/exec.so}"
TypesDB "$types"
Interval 1
LoadPlugin logfile
LoadPlugin csv
<Plugin logfile>
  LogLevel info
  File STDOUT
</Plugin>
<Plugin csv>
  DataDir "$dir/collectd/csv"
</Plugin>
Include "$dir/claude.conf"
END
chmod 644 "$dir"/*.conf
agent OK "$a"
run_log OK "$log"
if [ "$(id -u)" -eq 0 ]; then
    # it changes to the agent's user by itself
    user_of_servers=$user user=0
    start collectd collectd -f -C "$dir/collectd.conf"
    user=$user_of_servers
else
    start collectd collectd -f -C "$dir/collectd.conf"
fi

# shellcheck disable=SC2317 # await runs it
value_is() { [ "$(tail -qn 1 "$dir/collectd/csv/builder/claude-$1/gauge-$2"-* 2>/dev/null | sed 's/.*,//' | tail -n 1 | awk '{ print int($1 + 0.5) }')" = "$3" ]; }
for state in OK WARNING CRITICAL UNKNOWN OK; do
    agent "$state" "$a"
    run_log "$state" "$log"
    # the plugin's own time is longer here than that of claude --version, which is CRITICAL
    wanted=$(number_of "$(echo "$state" | sed s/UNKNOWN/CRITICAL/)")
    await "$state: preflight" 60 value_is preflight state "$wanted" || give_up collectd
    await "$state: run log" 60 value_is runlog state "$(number_of "$state")"
    pass
done
await 'a value' 30 value_is runlog logs 1
is 'perfdata: each label is a file' "$(find "$dir/collectd/csv/builder/claude-preflight" -name 'gauge-login_expiry-*' | awk 'END { print (NR > 0) }')" 1
for severity in WARNING FAILURE OKAY; do
    has "a notification: $severity" "$(cat "$dir/collectd.out")" "severity = $severity"
done
stop "$pid"
done_testing
