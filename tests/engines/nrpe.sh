#!/bin/sh
# NRPE with config/nrpe/claude.cfg: what check_nrpe ends with and prints is what the plugins did.
. "$(dirname "$0")/harness.sh"
require nrpe nagios-nrpe-server
require check_nrpe nagios-nrpe-plugin

# The commands as they are shipped, but for their paths, and for sudo, which sudo.sh tests.
a=$dir/home/agent log=$dir/var/log/claude
sed -e 's#/usr/bin/sudo -n -u agent ##' -e "s#/usr/lib/nagios/plugins#$plugins#g" \
    -e "s# /home/agent# $a --timeout 2s#; s# /var/log# $dir/var/log#" \
    "$top/config/nrpe/claude.cfg" >"$dir/claude.cfg"
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
command[verbose]=$plugins/check_claude_preflight -vvv --agent-home $dir/home/*
EOF
mkdir "$dir/run"
own "$dir/run"
chmod 644 "$dir"/*.cfg

start nrpe "$(command -v nrpe)" -c "$dir/nrpe.cfg" -f
nrpe=$pid
await 'nrpe listens' 20 listening "$port"
tested_against "NRPE $(check_nrpe -V | sed -n 's/.*NRPE.* Version: \([0-9.]*\).*/\1/p;s/^Version: //p')"

ask() { run check_nrpe -H 127.0.0.1 -p "$port" -u -t 20 -c "$1"; }

for state in OK WARNING CRITICAL UNKNOWN; do
    case $state in OK) wanted=0 ;; WARNING) wanted=1 ;; CRITICAL) wanted=2 ;; *) wanted=3 ;; esac
    agent "$state" "$a"
    ask check_claude_preflight
    is "preflight: $state" "$status" "$wanted"
    has "preflight: $state: first line" "$out" "CLAUDE PREFLIGHT $state - "
    run_log "$state" "$log/run.json"
    ask check_claude_runlog
    is "runlog: $state" "$status" "$wanted"
    has "runlog: $state: first line" "$out" "CLAUDE RUNLOG $state - "
done
stop "$nrpe"
done_testing
