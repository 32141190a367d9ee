#!/bin/sh
# Zabbix's agent with config/zabbix/claude.conf: what it answers in each state, in its own words and as a server
# asks it. The template and the server: zabbix_server.sh.
. "$(dirname "$0")/harness.sh"
require zabbix_agentd zabbix-agent
require jq jq
tested_against "Zabbix agent $(zabbix_agentd -V | sed -n '1s/.*(Zabbix) *//p')"

a=$dir/home/agent log=$dir/var/log/claude/run.json port=$(free_port)
as_here zabbix/claude.conf >"$dir/claude.conf"
cat >"$dir/agent.conf" <<END
LogType=console
Server=127.0.0.1
ListenIP=127.0.0.1
ListenPort=$port
StartAgents=1
PidFile=$dir/run/agent.pid
Timeout=15
Include=$dir/claude.conf
END
mkdir "$dir/run"
own "$dir/run"
chmod 644 "$dir"/*.conf

is 'the keys are those that the template asks for' "$(sed -n 's/^UserParameter=\([^,]*\),.*/\1/p' "$dir/claude.conf" | sort)" \
    "$(sed -n '/^ *master_item:/{n;s/^ *key: //p;}' "$top/config/zabbix/claude.yaml" | sort -u)"
agent OK "$a"
run_log OK "$log"
for key in claude.preflight claude.runlog; do
    run as_user zabbix_agentd -c "$dir/agent.conf" -t "$key"
    has "zabbix_agentd -t $key" "$out" '[t|{"plugin":"check_claude_'
done

start zabbix zabbix_agentd -f -c "$dir/agent.conf"
await 'the agent listens' 20 listening "$port"

# get KEY: a passive check: header, length and text, and the same back
get() {
    perl -MIO::Socket::INET -e '
        my ($port, $key) = @ARGV;
        my $agent = IO::Socket::INET->new("127.0.0.1:$port") or die;
        print $agent "ZBXD\1", pack("Q<", length $key), $key;
        local $/;
        my $answer = <$agent>;
        $answer =~ s/^ZBXD\x01.{8}//s or die;
        print $answer' "$port" "$1"
}

for state in OK WARNING CRITICAL UNKNOWN; do
    agent "$state" "$a"
    run_log "$state" "$log"
    for plugin in preflight runlog; do
        is "$state: $plugin" "$(get "claude.$plugin" | jq -r '"\(.state) \(.exit_code)"')" "$state $(number_of "$state")"
    done
done

# What sudo says when it refuses is a text as any other, but no state.
script "$dir/tools/sudo" 'echo "sudo: a password is required" >&2; exit 1'
is 'sudo refuses: the answer' "$(get claude.preflight)" 'sudo: a password is required'
done_testing
