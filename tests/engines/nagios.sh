#!/bin/sh
# Nagios Core with config/nagios as it is shipped: what the daemon's status data and log say of the plugins,
# in all states, soft and hard; the plugins in the daemon's own environment. Through NRPE: nrpe.sh.
# shellcheck disable=SC2016 # macros of Nagios
. "$(dirname "$0")/harness.sh"
. "$here/nagios/daemon.sh"
require nagios4 nagios4-core
tested_against "Nagios Core $(nagios4 --version | sed -n 's/^Nagios Core //p')"

a=$dir/home/agent log=$dir/var/log/claude
agent OK "$a"
run_log OK "$log/run.json"
nagios_config claude.cfg

# What a plugin finds of the process that started it, and a claude that answers only if it finds none of that.
script "$dir/check_surroundings" 'echo "HOME=${HOME-unset}, ignored: $(sed -n "s/^SigIgn:.*\(....\)$/\1/p" /proc/$$/status)"'
undisturbed=$dir/home/undisturbed
login "$undisturbed" 27000 2250000
script "$undisturbed/.local/bin/claude" \
    '[ "$(sed -n "s/^SigIgn:.*\(....\)$/\1/p" /proc/$$/status)" = 0000 ] && echo "2.1.330 (Claude Code)"'
own "$undisturbed"
objects <<EOF
define command {
    command_name surroundings
    command_line $dir/check_surroundings
}
define command {
    command_name own_home
    command_line \$USER1\$/check_claude_preflight
}
define service {
    use claude-runlog
    host_name localhost
    service_description surroundings
    check_command surroundings
}
define service {
    use claude-runlog
    host_name localhost
    service_description undisturbed
    check_command check_claude_preflight!agent!$undisturbed!-vv
}
define service {
    use claude-runlog
    host_name localhost
    service_description no home
    check_command own_home
}
EOF
[ "$(id -u)" -eq 0 ] || sed -i '/service_description no home/,/check_command/s/own_home/surroundings/' \
    "$nagios/objects/test.cfg"
nagios_start

# --- Each state, by the services as shipped: soft first, hard at the third attempt

state_is() {
    await "$1: $2: checked" 30 field_is localhost "$1" has_been_checked 1
    await "$1: $2" 30 field_is localhost "$1" current_state "$3"
    await "$1: $2: hard" 30 field_is localhost "$1" state_type 1
    matches "$1: $2: first line" "$(field localhost "$1" plugin_output)" "$4"
    is "$1: $2: long text" "$(field localhost "$1" long_plugin_output | sed 's/\\n/\n/g')" "${5:-}"
    data=$(field localhost "$1" performance_data)
}

preflight='Claude preflight'
state_is "$preflight" OK 0 'CLAUDE PREFLIGHT OK - claude 2.1.330, token 7h *m, login 26d'
login_data OK 27000 2250000
case $data in
*version_time*) perfdata OK "$data" version_time '*s;;;0;5' 0 5 ;;
*) perfdata OK "$data" cache_age '*s' 0 60 ;;
esac

agent WARNING "$a"
force localhost "$preflight"
line='access token expired 2h ago, the next run renews it'
state_is "$preflight" WARNING 1 "CLAUDE PREFLIGHT WARNING - $line" "[WARNING] token-renewable: $line"
login_data WARNING -7200 2250000

agent CRITICAL "$a"
force localhost "$preflight"
again="run claude auth login as $(as_user id -un)"
line="the login expired 12d ago, $again"
state_is "$preflight" CRITICAL 2 "CLAUDE PREFLIGHT CRITICAL - $line (and 1 more)" "[CRITICAL] login-expired: $line
[CRITICAL] token-expired: access token expired 40d ago, $again (no run can renew it)"
login_data CRITICAL -3456000 -1036800

agent UNKNOWN "$a"
force localhost "$preflight"
state_is "$preflight" UNKNOWN 3 'CLAUDE PREFLIGHT UNKNOWN - timed out while running claude --version, raise --timeout'
login_data UNKNOWN 27000 2250000

agent OK "$a"
force localhost "$preflight"
await "$preflight: OK again" 30 field_is localhost "$preflight" current_state 0
await "$preflight: in the log" 10 grep -q "SERVICE ALERT: localhost;$preflight;OK;HARD" "$nagios_log"
matches 'soft to hard' "$(sed -n "s/.*SERVICE ALERT: localhost;$preflight;\([A-Z]*;[A-Z]*;[0-9]*\);.*/\1/p" "$nagios_log" |
    tr '\n' ' ')" \
    'WARNING;SOFT;1 WARNING;SOFT;2 WARNING;HARD;3 CRITICAL;HARD;3 UNKNOWN;HARD;3 OK;HARD;3 *'

# --- The same for the log of a run, which is hard at the fifth attempt

runlog='Claude run log'
for wanted in 'OK 0' 'WARNING 1' 'CRITICAL 2' 'UNKNOWN 3'; do
    state=${wanted% *}
    run_log "$state" "$log/run.json"
    force localhost "$runlog"
    run_log_told "$runlog" "$state" "${wanted#* }"
done
has 'the fifth result is hard' "$(cat "$nagios_log")" "SERVICE ALERT: localhost;$runlog;WARNING;HARD;5;"

# --- The daemon's environment: no HOME, SIGPIPE ignored. Neither reaches claude.

await 'surroundings' 30 field_is localhost surroundings has_been_checked 1
matches 'surroundings: of the daemon' "$(field localhost surroundings plugin_output)" 'HOME=unset, ignored: [13579bdf]*'
await 'undisturbed' 30 field_is localhost undisturbed has_been_checked 1
matches 'surroundings: of claude' "$(field localhost undisturbed plugin_output)" 'CLAUDE PREFLIGHT OK - claude 2.1.330, *'
if [ "$(id -u)" -eq 0 ]; then
    await 'no home' 30 field_is localhost 'no home' has_been_checked 1
    matches 'no HOME: the one in passwd' "$(field localhost 'no home' plugin_output)" 'CLAUDE PREFLIGHT CRITICAL - *'
    matches 'no HOME: the one in passwd' "$(field localhost 'no home' long_plugin_output)" \
        '*?CRITICAL] home-missing: the home /nonexistent is not there, *'
else
    skip 'no HOME' 'the login of an ordinary user is not for tests to read'
fi
stop "$pid"
done_testing
