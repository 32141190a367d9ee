#!/bin/sh
# One cause, one notification, in Nagios and Icinga 2 with config/ as it is shipped: a login ends, a run is refused
# for it and fed to the preflight; of the two services, which are both CRITICAL, one is notified. Then a run dies
# while the login is good, and that is notified. In Prometheus: alertmanager.sh; in Zabbix: zabbix_server.sh.
# shellcheck disable=SC2016 # macros
. "$(dirname "$0")/harness.sh"

a=$dir/home/agent log=$dir/var/log/claude/run.json
script "$dir/notify" 'echo "$*" >>"$0.log"'
own "$dir/notify"

# and nothing is kept of what was fed before
healthy() {
    rm -rf "${CHECK_CLAUDE_STATE_DIR:?}"/*
    agent OK "$a"
    touch -d '1 hour ago' "$a/.claude/.credentials.json"
    run_log OK "$log"
    : >"$dir/notify.log"
    own "$dir/notify.log"
}

# the login has ended, and the run that came then was refused
ended() {
    agent CRITICAL "$a"
    touch -d '1 hour ago' "$a/.claude/.credentials.json"
    run_log CRITICAL "$log"
}

# shellcheck disable=SC2317 # await runs it
sent() { [ -s "$dir/notify.log" ]; }
told() { sort -u "$dir/notify.log" | paste -sd,; }

# --- Nagios: minutes are seconds here

if provide nagios4 nagios4-core; then
    . "$here/nagios/daemon.sh"
    healthy
    nagios_config claude.cfg
    # by the lines of the file, for what is fed
    sed -i "s#!--warning=26h#& --feed-preflight -a $a#" "$nagios/objects/claude.cfg"
    sed -i 's/^enable_notifications=0/enable_notifications=1/' "$nagios/nagios.cfg"
    objects <<END
define command {
    command_name notify
    command_line $dir/notify "\$SERVICEDESC\$ \$NOTIFICATIONTYPE\$ \$SERVICESTATE\$"
}
END
    sed -i '/service_notification_commands/s/nothing/notify/; /name generic-service/a notification_options w,u,c,r\nnotification_interval 0' "$nagios/objects/test.cfg"
    sed -i '/contact_name/a service_notification_options w,u,c,r\nhost_notification_options n' "$nagios/objects/test.cfg"
    nagios_start
    await 'Nagios: all is well' 30 field_is localhost 'Claude preflight' current_state 0
    await 'Nagios: the run too' 30 field_is localhost 'Claude run log' has_been_checked 1
    ended
    # once, so that it is fed; the rest is Nagios' own
    force localhost 'Claude run log'
    await 'Nagios: the run log is CRITICAL' 40 field_is localhost 'Claude run log' current_state 2
    await 'Nagios: and hard' 60 field_is localhost 'Claude run log' state_type 1
    await 'Nagios: a notification' 30 sent
    for _ in 1 2 3 4 5; do sleep 1; done
    is 'Nagios: one notification' "$(told)" 'Claude preflight PROBLEM CRITICAL'
    stop "$pid"
else
    skip Nagios 'not to be had'
fi

# --- Icinga 2

. "$here/icinga2/daemon.sh"
if icinga2_program || provide icinga2 icinga2-bin icinga2-common; then
    require_icinga2
    healthy
    lone_master <<END
object NotificationComponent "notification" { }
object Host "builder" {
  check_command = "dummy"
  vars.claude_binary = "$a/.local/bin/claude"
  vars.claude_agents["agent"] = {
    claude_preflight_agent_home = "$a"
    claude_runlog_log = "$(dirname "$log")"
    claude_runlog_feed_preflight = true
  }
}
object User "person" { }
object NotificationCommand "person" {
  command = [ "$dir/notify", "\$service.name\$", "\$notification.type\$", "\$service.state\$" ]
}
apply Notification "person" to Service {
  command = "person"
  users = [ "person" ]
  interval = 0
  assign where host.name == "builder"
}
END
    node_start master
    await 'Icinga answers' 30 fact_is builder claude-preflight-agent .name claude-preflight-agent || give_up master
    # hard SERVICE STATE: checks until the state is hard
    # shellcheck disable=SC2317 # await runs it
    hard() {
        force "$1"
        fact_is builder "$1" '"\(.state) \(.state_type)"' "$2 1"
    }
    await 'Icinga: the preflight is OK' 30 hard claude-preflight-agent 0
    await 'Icinga: the run log is OK' 30 hard claude-runlog-agent 0
    ended
    force claude-runlog-agent
    await 'Icinga: the run log is CRITICAL' 30 fact_is builder claude-runlog-agent .state 2
    is 'Icinga: not notified yet' "$(told)" ''
    await 'Icinga: the preflight, hard' 30 hard claude-preflight-agent 2
    await 'Icinga: the run log, hard' 60 hard claude-runlog-agent 2
    await 'Icinga: a notification' 30 sent
    for _ in 1 2 3 4 5; do sleep 1; done
    is 'Icinga: one notification' "$(told)" 'claude-preflight-agent PROBLEM CRITICAL'
    # a run that dies of something else
    healthy
    force claude-runlog-agent
    await 'Icinga: the preflight is OK again' 30 hard claude-preflight-agent 0
    await 'Icinga: the run log is OK again' 30 hard claude-runlog-agent 0
    : >"$dir/notify.log"
    : >"$log"
    touch -d '2 hours ago' "$log"
    await 'Icinga: the run died, hard' 60 hard claude-runlog-agent 2
    await 'Icinga: the run is notified' 30 sent
    is 'Icinga: of the run' "$(told)" 'claude-runlog-agent PROBLEM CRITICAL'
else
    skip 'Icinga 2' 'not to be had'
fi
done_testing
