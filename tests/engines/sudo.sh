#!/bin/sh
# config/sudo/check_claude in force: the monitoring user may not read an agent's login, and runs the preflight
# as the agent all the same, by hand and from Nagios, NRPE and Icinga 2, with all files as they are shipped.
# Whatever else it asks of sudo is refused.
#
# All of it in a mount namespace with accounts, sudoers and homes of its own, which is gone when this ends.
if [ "$(id -u)" -eq 0 ] && [ "${1:-}" != inside ] && unshare --mount true 2>/dev/null; then
    exec unshare --mount sh "$0" inside
fi
. "$(dirname "$0")/harness.sh"
. "$here/nagios/daemon.sh"
. "$here/icinga2/daemon.sh"
rule=$top/config/sudo/check_claude
if provide sudo sudo && [ "$(command -v sudo)" != /usr/bin/sudo ] && [ "${1:-}" = inside ]; then
    # sudo wants its plugins and configuration in their places: there they are, in this namespace alone
    overlay_packages /usr && overlay_packages /etc
    PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
fi

if command -v visudo >/dev/null; then
    is 'visudo -c' "$(visudo -c -f "$rule" 2>&1)" "$rule: parsed OK"
else
    skip visudo 'not to be had'
fi
if [ "${1:-}" != inside ] || ! command -v sudo >/dev/null; then
    skip 'the rule in force' 'wants root, sudo and a mount namespace'
    done_testing
fi
tested_against "$(sudo -V | sed -n 's/^Sudo version/sudo/p')"

# --- Accounts, sudoers, the plugins in their place, and an agent at home

monitoring=64001 agent=64002
mkdir "$dir/etc" "$dir/etc/sudoers.d"
cp /etc/passwd /etc/group /etc/shadow "$dir/etc"
echo "nagios:x:$monitoring:$monitoring::/nonexistent:/bin/sh" >"$dir/etc/passwd"
echo "agent:x:$agent:$agent::/home/agent:/bin/sh" >>"$dir/etc/passwd"
grep -v '^nagios:\|^agent:' /etc/passwd >>"$dir/etc/passwd"
printf 'nagios:x:%s:\nagent:x:%s:\n' "$monitoring" "$agent" >"$dir/etc/group"
grep -v '^nagios:\|^agent:' /etc/group >>"$dir/etc/group"
printf '%s:!:19000:0:99999:7:::\n' nagios agent root >"$dir/etc/shadow"
cat >"$dir/etc/sudoers" <<EOF
Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
EOF
cp "$rule" "$dir/etc/sudoers.d"
chmod 440 "$dir/etc/sudoers" "$dir/etc/sudoers.d/check_claude"
for file in passwd group shadow sudoers sudoers.d; do
    mount --bind "$dir/etc/$file" /etc/$file
done
for directory in /home /usr/local/lib /var/tmp /var/log /run; do
    mount -t tmpfs -o mode=1777 tmpfs $directory
done
chmod 755 /home /usr/local/lib
mkdir -p /usr/local/lib/nagios/plugins /var/log/claude
cp "$plugins"/check_claude_* /usr/local/lib/nagios/plugins
cp "$top/config/sudo/check_claude_as" /usr/local/lib/nagios/plugins
user=$monitoring group=$monitoring
as_here() { cat "$top/config/$1"; }

# An agent of that state, whose home is nobody else's.
at_home() {
    agent "$1" /home/agent
    chown -R agent:agent /home/agent
    chmod 700 /home/agent
}

# asked COMMAND...: as the monitoring user
asked() {
    out=$(setpriv --reuid=nagios --regid=nagios --init-groups env -i PATH="$PATH" "$@" 2>"$dir/stderr" </dev/null)
    status=$?
    err=$(cat "$dir/stderr")
}

preflight=/usr/local/lib/nagios/plugins/check_claude_preflight
at_home OK
asked cat /home/agent/.claude/.credentials.json
is 'the login is not for the monitoring user' "$status" 1
asked $preflight -a /home/agent
is 'nor for its plugin: status' "$status" 2
has 'nor for its plugin' "$out" ': Permission denied'

# --- By hand: what the rule holds, in each state, and nothing else

for wanted in 'OK 0' 'WARNING 1' 'CRITICAL 2'; do
    at_home "${wanted% *}"
    for option in -a --agent-home; do
        asked sudo -n -u agent $preflight $option /home/agent
        is "sudo: $option: ${wanted% *}: status" "$status" "${wanted#* }"
        has "sudo: $option: ${wanted% *}: first line" "$out" "CLAUDE PREFLIGHT ${wanted% *} - "
        is "sudo: $option: ${wanted% *}: stderr" "$err" ''
    done
done

refused() {
    asked sudo -n "$@"
    is "refused: $*: status" "$status" 1
    is "refused: $*: output" "$out" ''
    has "refused: $*: sudo says so" "$err" 'sudo: '
}
refused -u agent $preflight -a /home/agent -v
refused -u agent $preflight -a /home/agent -b /bin/true
refused -u agent $preflight -a /home/agent --textfile=/home/agent/x.prom
refused -u agent $preflight -v -a /home/agent
refused -u agent $preflight -a/home/agent
refused -u agent $preflight -a '/home/*'
refused -u agent $preflight -a /home/other
refused -u agent $preflight
refused -u agent /usr/local/lib/nagios/plugins/check_claude_runlog -l /home/agent/.claude/.credentials.json
refused -u agent /bin/cat /home/agent/.claude/.credentials.json
refused -u root $preflight -a /home/agent
refused $preflight -a /home/agent

# A wrong rule is no WARNING: the form that config/ calls sudo in says UNKNOWN, and why.
as=/usr/local/lib/nagios/plugins/check_claude_as
asked $as agent $preflight -a /home/agent
is 'check_claude_as: the plugin, by its rule: status' "$status" 2
has 'check_claude_as: the plugin, by its rule' "$out" 'CLAUDE PREFLIGHT CRITICAL - '
for refused in '-a /home/other' '-a /home/agent -v'; do
    # shellcheck disable=SC2086 # words
    asked $as agent $preflight $refused
    is "check_claude_as: $refused: status" "$status" 3
    has "check_claude_as: $refused" "$out" 'CLAUDE PREFLIGHT UNKNOWN - sudo does not run it as agent, see its rule: sudo: '
    is "check_claude_as: $refused: stderr" "$err" ''
done
asked $as nobody $preflight -a /home/agent
is 'check_claude_as: another user' "$status" 3

# A variable that names a binary does not come through.
at_home OK
script "$dir/other" 'echo started >/home/agent/started'
asked env ORCH_CLAUDE_BIN="$dir/other" sudo -n -u agent $preflight -a /home/agent
is 'the environment: status' "$status" 0
is 'the environment: nothing else was started' "$(ls /home/agent)" ''

# The pattern of the comment: by itself, and nothing after it.
printf '%s\n' "nagios ALL=(agent) NOPASSWD: $preflight -a /home/agent-\\*" >"$dir/etc/sudoers.d/pattern"
chmod 440 "$dir/etc/sudoers.d/pattern"
agent OK /home/agent-1
chown -R agent:agent /home/agent-1
asked sudo -n -u agent $preflight -a '/home/agent-*'
is 'pattern: status' "$status" 0
has 'pattern: it is the plugin that expands it' "$out" 'CLAUDE PREFLIGHT OK - '
refused -u agent $preflight -a '/home/agent-1'
refused -u agent $preflight -a '/home/agent-*' -b /bin/true
refused -u agent $preflight -a '/home/agent-1' -b /bin/true

# The rule as --print-sudo-rule prints it: that command, and nothing after it.
$preflight --print-sudo-rule -a /home/agent --login-warning=10d: -v >"$dir/etc/sudoers.d/printed"
chmod 440 "$dir/etc/sudoers.d/printed"
has '--print-sudo-rule: visudo' "$(visudo -c -f "$dir/etc/sudoers.d/printed" 2>&1)" 'parsed OK'
asked sudo -n -u agent $preflight -a /home/agent --login-warning=10d: -v
is '--print-sudo-rule: status' "$status" 0
has '--print-sudo-rule: the plugin, with its options' "$out" 'agent: home /home/agent'
refused -u agent $preflight -a /home/agent --login-warning=10d: -v -b /bin/true
rm "$dir/etc/sudoers.d/printed"

# --- The engines

own "$CHECK_CLAUDE_STATE_DIR"
at_home WARNING
if provide nagios4 nagios4-core; then
    nagios_config claude.cfg
    nagios_start
    await 'Nagios' 60 field_is localhost 'Claude preflight' current_state 1
    has 'Nagios: first line' "$(field localhost 'Claude preflight' plugin_output)" \
        'CLAUDE PREFLIGHT WARNING - access token expired 2h'
    stop "$pid"
else
    skip Nagios 'not to be had'
fi

if provide nrpe nagios-nrpe-server && provide check_nrpe nagios-nrpe-plugin; then
    port=$(free_port)
    cat >"$dir/nrpe.cfg" <<EOF
server_address=127.0.0.1
server_port=$port
pid_file=$nagios/var/nrpe.pid
disable_syslog=1
allowed_hosts=127.0.0.1
include=$dir/claude.cfg
EOF
    as_here nrpe/claude.cfg >"$dir/claude.cfg"
    start nrpe "$(command -v nrpe)" -c "$dir/nrpe.cfg" -f
    await 'nrpe listens' 20 listening "$port" || give_up nrpe
    asked check_nrpe -H 127.0.0.1 -p "$port" -u -t 20 -c check_claude_preflight
    is 'NRPE: status' "$status" 1
    has 'NRPE: first line' "$out" 'CLAUDE PREFLIGHT WARNING - access token expired 2h'
    stop "$pid"
else
    skip NRPE 'not to be had'
fi

if icinga2_program || provide icinga2 icinga2-bin icinga2-common; then
    require_icinga2
    lone_master <<EOF
object Host "builder" {
  check_command = "dummy"
  vars.claude_binary = "/home/agent/.local/bin/claude"
  vars.claude_agents["agent"] = {
    claude_preflight_agent_home = "/home/agent"
    claude_runlog_log = "/var/log/claude"
  }
}
EOF
    node_start master
    await 'Icinga answers' 30 fact_is builder claude-preflight-agent .name claude-preflight-agent || give_up master
    force claude-preflight-agent
    await 'Icinga 2' 30 fact_is builder claude-preflight-agent .state 1
    has 'Icinga 2: first line' "$(fact builder claude-preflight-agent .last_check_result.output)" \
        'CLAUDE PREFLIGHT WARNING - access token expired 2h'
    is 'Icinga 2: command' "$(fact builder claude-preflight-agent '.last_check_result.command | join(" ")')" \
        "/usr/local/lib/nagios/plugins/check_claude_as agent $preflight --agent-home /home/agent"
else
    skip 'Icinga 2' 'not to be had'
fi
done_testing
