#!/bin/sh
# What writes the textfile: the systemd units verified by systemd-analyze, their commands, and the lines of
# the crontab run as cron runs them, in each state.
. "$(dirname "$0")/harness.sh"

a=$dir/home/agent log=$dir/var/log/claude/agent/run.json collector=$dir/collector
mkdir "$collector" "$dir/units"
own "$collector"
for unit in claude-preflight@.service claude-preflight@.timer claude-runlog@.service claude-runlog@.timer; do
    as_here "prometheus/$unit" | sed '/^Documentation=/d' >"$dir/units/$unit"
    sed -n 's/^Documentation=//p' "$top/config/prometheus/$unit" | tr ' ' '\n' | sed -n 's/^man:\(.*\)(\(.*\))/\1.\2/p'
done >"$dir/manuals"
chmod 644 "$dir"/units/*
while read -r manual; do
    is "documentation: $manual" "$([ -e "$top/man/$manual" ] && echo there)" there
done <"$dir/manuals"

# --- systemd: no daemon is needed to read units

if provide systemd-analyze systemd; then
    # of an unpacked one the units and a library stand elsewhere
    LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}:$(echo "$packages"/usr/lib/*-linux-gnu*/systemd)
    export LD_LIBRARY_PATH SYSTEMD_UNIT_PATH="$dir/units:$packages/usr/lib/systemd/system:$packages/lib/systemd/system:"
    tested_against "systemd-analyze $(systemd-analyze --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"
    for unit in claude-preflight@agent.service claude-preflight@agent.timer claude-runlog@agent.service claude-runlog@agent.timer; do
        is "verify $unit" "$(systemd-analyze verify --man=no "$unit" 2>&1; echo $?)" 0
    done
    echo 'Nonsense=1' >>"$dir/units/claude-runlog@.timer"
    has 'verify: it notices' "$(systemd-analyze verify --man=no claude-runlog@agent.timer 2>&1)" Nonsense
    for timer in claude-preflight@.timer claude-runlog@.timer; do
        calendar=$(sed -n 's/^OnCalendar=//p' "$dir/units/$timer")
        has "$timer: every minute" "$(systemd-analyze calendar "$calendar" 2>&1)" 'Normalized form: *-*-* *:*:00'
    done
else
    skip 'systemd-analyze verify' 'no systemd'
fi

# Each exit status of a plugin is a success, or the unit would fail with each finding.
for unit in claude-preflight@.service claude-runlog@.service; do
    is "$unit: exit status" "$(sed -n 's/^SuccessExitStatus=//p' "$dir/units/$unit")" '1 2 3'
    # a home that is read-only is a finding of the preflight
    is "$unit: homes are not read-only" "$(grep -c '^ProtectHome=\|^ProtectSystem=strict' "$dir/units/$unit")" 0
done

# --- The commands

# written WHAT STATE: both files are there, readable for all, and say so
written() {
    number=$(number_of "$2")
    has "$1: $2: preflight" "$(cat "$collector/claude_preflight_agent.prom")" "claude_preflight_state{agent_home=\"$a\"} $number"
    has "$1: $2: runlog" "$(cat "$collector/claude_runlog_agent.prom")" "} $number
# HELP claude_runlog_condition"
    is "$1: $2: files" "$(find "$collector" -type f -perm 644 -user "$user" | sort)" \
        "$collector/claude_preflight_agent.prom
$collector/claude_runlog_agent.prom"
    rm "$collector"/*
}

# as systemd starts them: no shell, %i for the instance
units() {
    for unit in claude-runlog@.service claude-preflight@.service; do
        command=$(sed -n 's/^ExecStart=//p' "$dir/units/$unit")
        # shellcheck disable=SC2086 # words
        run as_user env -i HOME=/ USER=agent LANG=C.UTF-8 PATH=/usr/bin:/bin $command
    done
}

# as cron starts them: user, environment and lines of its table, %s that it would take for line ends
as_here prometheus/claude.cron >"$dir/cron"
is 'cron: no % in a line' "$(grep -c '^[^#].*%' "$dir/cron")" 0
is 'cron: lines' "$(grep -c '^\* \* \* \* \* agent ' "$dir/cron")" 2
is 'cron: all else is comment or variable' "$(grep -cv '^#\|^$\|^[A-Z]*=\|^\* \* \* \* \* agent ' "$dir/cron")" 0
cron_path=$(sed -n 's/^PATH=//p' "$dir/cron")
# shellcheck disable=SC2317 # called by its name below
cron() {
    sed -n 's/^\* \* \* \* \* agent //p' "$dir/cron" >"$dir/commands"
    while read -r command; do
        run as_user env -i HOME=/ LOGNAME=agent SHELL=/bin/sh PATH="$cron_path" /bin/sh -c "$command"
        is 'cron: nothing to mail' "$out$err" ''
    done <"$dir/commands"
}

for state in OK WARNING CRITICAL UNKNOWN; do
    for way in units cron; do
        agent "$state" "$a"
        run_log "$state" "$log"
        "$way"
        written "$way" "$state"
    done
done

# In a directory as the units ask for: sticky, of a group of the agents.
[ "$(id -u)" -ne 0 ] || chown "root:$group" "$collector"
chmod 1775 "$collector"
agent OK "$a"
run_log OK "$log"
units
units
written 'a sticky directory' OK
done_testing
