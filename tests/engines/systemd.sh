#!/bin/sh
# systemd, booted in namespaces, with the units of config/systemd as they are: a job runs, is refused, is held
# back and says so; someone logs in, and it runs again. `systemctl show` is the judge, and the journal is read
# back. ROOTS=DIRECTORY keeps the bare Debian that it runs in, and uses it again the next time.
# shellcheck disable=SC2317  # functions that await calls
. "$(dirname "$0")/harness.sh"

roots=${ROOTS:-$dir}
machine='' group_of_machine=''

shut_down() {
    [ -z "$machine" ] || kill -KILL "$machine" 2>/dev/null
    [ -z "$group_of_machine" ] || {
        wait "$machine" 2>/dev/null
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            find "$group_of_machine" -depth -type d -exec rmdir {} + 2>/dev/null && break
            sleep 0.1
        done
    }
    machine='' group_of_machine=''
}
trap 'shut_down; rm -rf --one-file-system "$dir"' EXIT

give_up_all() {
    skip 'all of it' "$1"
    done_testing
}

[ "$(id -u)" -eq 0 ] || give_up_all 'only root may boot a systemd'
provide mmdebstrap mmdebstrap || give_up_all 'mmdebstrap cannot be had'
sh "$top/tests/overlay.sh" / / true 2>/dev/null || give_up_all 'namespaces or mounts are not allowed here'
groups=/sys/fs/cgroup/systemd
[ -d $groups ] || groups=/sys/fs/cgroup
mkdir "$groups/check_claude-$$" 2>/dev/null || give_up_all 'no cgroup may be made here'
group_of_machine=$groups/check_claude-$$
mkdir -p "$roots" "$dir/over"
sh "$top/tests/bare_debian.sh" "$roots/systemd" own systemd libjson-c5 >"$dir/made" 2>&1 ||
    give_up_all "$(tail -n 1 "$dir/made")"

# --- Boot

setsid sh "$engines/systemd/boot.sh" "$roots/systemd" "$dir/over" "$group_of_machine" >"$dir/boot.log" 2>&1 </dev/null &
machine=$!
first_process() { init=$(cat "/proc/$machine/task/$machine/children" 2>/dev/null) && init=${init% } && [ -n "$init" ]; }
inside() { nsenter --target "$init" --all -- env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
booted() { first_process && case $(inside systemctl is-system-running 2>/dev/null) in running | degraded) ;; *) false ;; esac; }
await 'systemd boots' 60 booted || {
    tail -n 20 "$dir/boot.log"
    done_testing
}
disk=/proc/$init/root
tested_against "systemd $(inside systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"

# --- The machine: the plugins, where make install puts them, an agent, and the units

home=/home/agent
mkdir -p "$disk/usr/local/lib/nagios/plugins" "$disk/usr/local/bin" "$disk/etc/claude-job"
for name in check_claude_preflight check_claude_runlog; do
    cp "$build/$name" "$disk/usr/local/lib/nagios/plugins"
    ln -s "../lib/nagios/plugins/$name" "$disk/usr/local/bin/$name"
done
inside useradd --create-home agent
mkdir -p "$disk$home/.local/bin" "$disk$home/.claude"
cp "$top"/config/systemd/* "$disk/etc/systemd/system"
# shellcheck disable=SC2016  # as it stands in the file
echo 'PROMPT="look at $HOME, \"then\" do it"' >"$disk/etc/claude-job/agent"

# A claude that prints ~/answer, and notes how it was called and what it may write.
cat >"$disk$home/.local/bin/claude" <<'END'
#!/bin/sh
if [ "$1" = --version ]; then
    echo '2.1.330 (Claude Code)'
    exit
fi
printf '%s\n' "$*" >>"$HOME/calls"
for place in /etc /usr /var/tmp "$HOME"; do
    touch "$place/written" 2>/dev/null && echo "$place"
done >"$HOME/may-write"
cat "$HOME/answer"
. "$HOME/end"
END
chmod 755 "$disk$home/.local/bin/claude"

# answers END TEXT: what claude prints at its next calls, and how it ends then
answers() {
    printf '%s\n' "$1" >"$disk$home/end"
    printf '%s\n' "$2" >"$disk$home/answer"
}

# logs_in NAME SECONDS: a login whose token is valid for so long, and which the CLI can renew
logs_in() {
    printf '{"claudeAiOauth":{"accessToken":"fixture-%s","refreshToken":"fixture-%s","expiresAt":%s000,"scopes":["user:inference"]}}\n' \
        "$1" "$1" "$(($(date +%s) + $2))" >"$disk$home/.claude/.credentials.json"
    chmod 600 "$disk$home/.claude/.credentials.json"
    inside chown -R agent: $home
}

good=$(result false 'done')
refused=$(result true 'OAuth token revoked' '"api_error_status":403,')
overloaded=$(result true Overloaded '"api_error_status":529,')
unit=claude-job@agent.service

shown() { inside systemctl show --property="$2" --value "$1"; }
ended() { case $(shown "$1" ActiveState) in inactive | failed) ;; *) false ;; esac; }
calls() { inside cat $home/calls 2>/dev/null | wc -l; }

# All lines that this run of the job left in the journal.
journal() {
    inside journalctl --sync
    inside journalctl --quiet --output=cat _SYSTEMD_INVOCATION_ID="$(shown $unit InvocationID)"
}

# job WHAT STATE RESULT CALLS FIRST-LINE...: one start of the job, and what systemd makes of it: ActiveState,
# Result, how often it called claude, and beginnings of lines of the journal
job() {
    story=$1 wanted="$2 $3" wanted_calls=$4 before=$(calls)
    shift 4
    # a night lies between two runs, and not two seconds, of which systemd would refuse the sixth
    inside systemctl reset-failed $unit 2>/dev/null
    inside systemctl start $unit 2>/dev/null
    await "$story: ends" 20 ended $unit
    is "$story: state" "$(shown $unit ActiveState) $(shown $unit Result)" "$wanted"
    is "$story: calls of claude" "$(($(calls) - before))" "$wanted_calls"
    lines=$(journal)
    for line in "$@"; do
        has "$story: journal" "
$lines" "
$line"
    done
}

inside systemctl daemon-reload
for name in "$unit" claude-job@agent.timer claude-job-failed@agent.service; do
    is "$name: nothing to say of it" "$(inside systemd-analyze verify "$name" 2>&1 | grep -v "Command 'man ")" ''
done

# --- The timer, which keeps the unit's last result in systemd's memory as well

inside systemctl enable --now claude-job@agent.timer 2>/dev/null
is 'timer: active' "$(shown claude-job@agent.timer ActiveState)" active
next=$(inside date +%s --date "$(shown claude-job@agent.timer NextElapseUSecRealtime)")
is 'timer: within a night and the half hour' "$((next > NOW && next < NOW + 86400 + 1860))" 1

# --- The story

logs_in first 36000
answers 'exit 0' "$good"
job 'a good run' inactive success 1 'CLAUDE PREFLIGHT OK - ' 'CLAUDE RUNLOG OK - run ended well'
# shellcheck disable=SC2016  # as it stands in the file
is 'a good run: its arguments' "$(inside cat $home/calls)" '--print --output-format=json look at $HOME, "then" do it'
is 'a good run: exit status' "$(shown $unit ExecMainStatus)" 0
is 'a good run: what it may write' "$(inside cat $home/may-write)" "/var/tmp
$home"
is 'a good run: its own /var/tmp' "$(inside ls /var/tmp/written 2>&1 | grep -c 'No such file')" 1
is 'a good run: the log' "$(inside cat /var/log/claude/agent/job.json)" "$good"

logs_in second -7200
job 'an expired token that the next run renews' inactive success 1 'CLAUDE PREFLIGHT WARNING - '

answers 'exit 1' "$overloaded"
job 'a run log with WARNING' inactive success 1 'CLAUDE RUNLOG WARNING - '
is 'a run log with WARNING: exit status of claude' "$(shown $unit ExecMainStatus)" 1
is 'a run log with WARNING: no notice' "$(shown claude-job-failed@agent.service InactiveExitTimestampMonotonic)" 0

notices() { inside journalctl --quiet --output=cat --identifier=claude-job --priority=alert | grep -c "^$1"; }
noticed() { inside journalctl --sync && [ "$(notices "$unit failed: ")" -eq "$1" ]; }

logs_in third 36000
answers 'exit 1' "$refused"
job 'a refused run' failed exit-code 1 'CLAUDE PREFLIGHT OK - ' 'CLAUDE RUNLOG CRITICAL - the login was refused'
await 'a refused run: the notice' 20 noticed 1
is 'a refused run: the notice says why' "$(notices 'CLAUDE RUNLOG CRITICAL - the login was refused')" 1
is 'a refused run: the place of what is passed on' \
    "$(inside grep -rqF /var/log/claude/agent/job.json $home/.cache/check_claude; echo $?)" 0

answers 'exit 0' "$good"
job 'held' inactive exec-condition 0 'CLAUDE PREFLIGHT CRITICAL - ' '[CRITICAL] run-refused: '
case $lines in *RUNLOG*) fail "held: a log was judged: $lines" ;; *) pass ;; esac
job 'held again' inactive exec-condition 0 '[CRITICAL] run-refused: '
is 'held: no notice' "$(notices "$unit failed: ")" 1

logs_in fourth 36000
job 'someone logged in' inactive success 1 'CLAUDE PREFLIGHT OK - ' 'CLAUDE RUNLOG OK - '

# --- A usage limit holds back

limited() {
    printf '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":%s,"rateLimitType":"five_hour"}}\n' "$1"
    result true "You've hit your 5-hour limit" '"api_error_status":429,'
}
answers 'exit 1' "$(limited $(($(date +%s) + 3600)))"
job 'a usage limit' inactive success 1 'CLAUDE RUNLOG WARNING - '
answers 'exit 0' "$good"
job 'held by the limit' inactive exec-condition 0 'CLAUDE PREFLIGHT CRITICAL - ' '[CRITICAL] run-limited: '

# A run by hand that the gate did not ask, and that went well: the limit is over sooner than it said.
printf '%s\n' "$good" >"$disk$home/by-hand.json"
inside setpriv --reuid=agent --regid=agent --init-groups env HOME=$home \
    check_claude_runlog --feed-preflight --exit-status=0 $home/by-hand.json >"$dir/by-hand"
job 'the limit is over' inactive success 1 'CLAUDE RUNLOG OK - '

# --- What else ends a run

# shellcheck disable=SC2016  # its own
answers 'kill -KILL $$' '{"type":"system","subtype":"init"}'
job 'a killed run' failed exit-code 1 'CLAUDE RUNLOG CRITICAL - '
has 'a killed run: by what' "$(shown $unit ExecMainStatus)" 9
await 'a killed run: the notice' 20 noticed 2
mv "$disk$home/.claude/.credentials.json" "$disk$home/.claude/away"
job 'logged out' inactive exec-condition 0 '[CRITICAL] credentials-missing: '
mv "$disk$home/.claude/away" "$disk$home/.claude/.credentials.json"
mv "$disk/usr/local/lib/nagios/plugins/check_claude_preflight" "$disk/away"
job 'no plugin' inactive exec-condition 0
mv "$disk/away" "$disk/usr/local/lib/nagios/plugins/check_claude_preflight"

# --- By the timer, at a time that comes sooner

answers 'exit 0' "$good"
mkdir "$disk/etc/systemd/system/claude-job@agent.timer.d"
printf '[Timer]\nOnCalendar=\nOnActiveSec=1\nRandomizedDelaySec=0\nAccuracySec=100ms\n' \
    >"$disk/etc/systemd/system/claude-job@agent.timer.d/soon.conf"
inside systemctl daemon-reload
inside systemctl restart claude-job@agent.timer
before=$(calls)
called() { [ "$(calls)" -eq $((before + 1)) ]; }
await 'timer: starts the job' 20 called
await 'timer: the job ends' 20 ended $unit
is 'timer: state' "$(shown $unit ActiveState) $(shown $unit Result)" 'inactive success'
shut_down
is 'nothing stays behind' "$(find $groups -maxdepth 1 -name "check_claude-$$")" ''
done_testing
