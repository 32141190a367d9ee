#!/bin/sh
# NSCA, passive results: what a plugin prints on another machine, sent by send_nsca, comes out of the real nsca as
# Nagios' external command, first line, long text and state.
. "$(dirname "$0")/harness.sh"
require nsca nsca
require send_nsca nsca-client
tested_against "NSCA $(nsca --help 2>&1 | sed -n 's/^Version: *//p' | head -n 1)"

port=$(free_port) commands=$dir/nsca/nagios.cmd
mkdir "$dir/nsca"
: >"$commands"
cat >"$dir/nsca.cfg" <<END
pid_file=$dir/nsca/nsca.pid
server_port=$port
server_address=127.0.0.1
debug=0
command_file=$commands
alternate_dump_file=$dir/nsca/dump
aggregate_writes=0
append_to_file=1
max_packet_age=300
decryption_method=1
END
printf 'encryption_method=1\n' >"$dir/send_nsca.cfg"
own "$dir/nsca"
chmod 644 "$dir"/*.cfg
start nsca nsca -c "$dir/nsca.cfg" -f --daemon
await 'nsca listens' 20 listening "$port" || give_up nsca

# sent SERVICE PLUGIN ARGUMENT...: as a cron line sends it: newlines as \n, as Nagios wants them
sent() {
    service=$1
    shift
    run as_user "$@"
    wanted=$status
    printf 'builder\t%s\t%s\t%s\n' "$service" "$status" "$(printf '%s\n' "$out" | sed ':a;N;$!ba;s/\n/\\n/g')" |
        as_user env LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" "$(command -v send_nsca)" -H 127.0.0.1 -p "$port" -c "$dir/send_nsca.cfg" >"$dir/sent" 2>&1
    has "$service: sent" "$(cat "$dir/sent")" '1 data packet(s) sent'
}
# shellcheck disable=SC2317 # await runs it
arrived() { grep -q "PROCESS_SERVICE_CHECK_RESULT;builder;$1;$2;" "$commands"; }

a=$dir/home/agent log=$dir/var/log/claude/run.json
for state in OK WARNING CRITICAL UNKNOWN; do
    agent "$state" "$a"
    run_log "$state" "$log"
    sent "preflight $state" "$plugins/check_claude_preflight" -a "$a" --timeout 2s
    is "$state: status" "$wanted" "$(number_of "$state")"
    await "$state: arrived" 20 arrived "preflight $state" "$wanted"
    has "$state: first line" "$(grep ";preflight $state;" "$commands")" "CLAUDE PREFLIGHT $state - "
    sent "runlog $state" "$plugins/check_claude_runlog" "$log"
    await "$state: run log arrived" 20 arrived "runlog $state" "$wanted"
    has "$state: run log" "$(grep ";runlog $state;" "$commands")" "CLAUDE RUNLOG $state - "
done
has 'long text' "$(grep ';runlog CRITICAL;' "$commands")" '\n[CRITICAL] auth-failure: '
done_testing
