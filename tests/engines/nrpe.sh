#!/bin/sh
# NRPE with config/nrpe/claude.cfg: check_nrpe ends with the plugins' status and prints what they printed,
# long output too; and so says a Nagios that asks through it, with config/nagios/claude-nrpe.cfg.
. "$(dirname "$0")/harness.sh"
. "$here/nagios/daemon.sh"
require nrpe nagios-nrpe-server
require check_nrpe nagios-nrpe-plugin

# sudo.sh tests the sudo.
a=$dir/home/agent logs=$dir/var/log/claude many=$dir/many
as_here nrpe/claude.cfg >"$dir/claude.cfg"
port=$(free_port)
cat >"$dir/nrpe.cfg" <<EOF
server_address=127.0.0.1
server_port=$port
nrpe_user=$user
nrpe_group=$group
pid_file=$dir/run/nrpe.pid
log_file=$dir/run/nrpe.log
disable_syslog=1
allowed_hosts=127.0.0.1
include=$dir/claude.cfg
command[markers]=$plugins/check_claude_runlog --list-markers
command[many]=$plugins/check_claude_runlog -v --newest 0 --log $many
EOF
mkdir "$dir/run"
own "$dir/run"
chmod 644 "$dir"/*.cfg

start nrpe "$(command -v nrpe)" -c "$dir/nrpe.cfg" -f
nrpe=$pid
await 'nrpe listens' 20 listening "$port" || give_up nrpe
tested_against "NRPE $(check_nrpe -V | sed -n 's/^Version: //p')"

ask() { run check_nrpe -H 127.0.0.1 -p "$port" -u -t 20 -c "$1"; }

# Seconds, which go on from one call to the next, by their unit only.
timeless() { printf '%s\n' "$out" | sed 's/=-\{0,1\}[0-9.]*s/=s/g; s/ version_time=[^ ]*//; s/ cache_age=s//; s/token [0-9hm ]*,/token,/'; }

# asked COMMAND STATE NUMBER PLUGIN ARGUMENT...: the same as the plugin by itself
asked() {
    what="$1: $2" wanted=$3
    ask "$1"
    is "$what: status" "$status" "$wanted"
    has "$what: first words" "$out" " $2 - "
    here_it_is=$(timeless)
    shift 3
    run as_user "$@"
    is "$what: output" "$here_it_is" "$(timeless)"
}

preflight=$plugins/check_claude_preflight runlog=$plugins/check_claude_runlog
for wanted in 'OK 0' 'WARNING 1' 'CRITICAL 2' 'UNKNOWN 3'; do
    state=${wanted% *}
    agent "$state" "$a"
    asked check_claude_preflight "$state" "${wanted#* }" "$preflight" -a "$a" --timeout 2s
    run_log "$state" "$logs/run.json"
    asked check_claude_runlog "$state" "${wanted#* }" "$runlog" --grace=30m --warning=26h --log="$logs"
done

# --- Long output: whole, where the plugin has to cut its own, and far beyond

for number in 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40; do
    run_log CRITICAL "$many/run-$number.json"
done
asked many CRITICAL 2 "$runlog" -v --newest 0 --log "$many"
is 'many: more than an old packet of NRPE holds' "$([ ${#out} -gt 1024 ] && echo yes)" yes
has 'many: cut by the plugin itself' "$out" ' more'
ask markers
is 'markers: status' "$status" 3
marked=$out
run "$runlog" --list-markers
is 'markers: byte for byte' "$marked" "$out"
ask none_such
is 'no such command: UNKNOWN' "$status" 3

# --- Nagios through check_nrpe

if provide nagios4 nagios4-core; then
    nagios_config claude.cfg claude-nrpe.cfg
    ln -s "$(command -v check_nrpe)" "$plugins/check_nrpe"
    sed -i "s# -u -t 30# -p $port&#" "$nagios/objects/claude-nrpe.cfg"
    unchecked_host builder 'hostgroups claude-nrpe' | objects
    agent WARNING "$a"
    run_log CRITICAL "$logs/run.json"
    nagios_start
    await 'Nagios through NRPE: preflight' 40 field_is builder 'Claude preflight' current_state 1
    await 'Nagios through NRPE: run log' 40 field_is builder 'Claude run log' current_state 2
    has 'Nagios through NRPE: first line' "$(field builder 'Claude preflight' plugin_output)" 'CLAUDE PREFLIGHT WARNING - '
    has 'Nagios through NRPE: long text' "$(field builder 'Claude run log' long_plugin_output)" '[CRITICAL] auth-failure: '
    data=$(field builder 'Claude preflight' performance_data)
    perfdata 'Nagios through NRPE' "$data" token_expiry '*s' -7320 -7200
    stop "$nrpe"
    force builder 'Claude preflight'
    await 'Nagios, NRPE gone: UNKNOWN' 40 field_is builder 'Claude preflight' current_state 3
else
    skip 'Nagios through NRPE' 'no nagios4'
fi
done_testing
