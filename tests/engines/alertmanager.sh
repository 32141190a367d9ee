#!/bin/sh
# One cause, one notification: a real Prometheus with the rules, and a real Alertmanager with
# config/prometheus/alertmanager.yml, told by the plugins of agents that get into trouble and out of it. What
# Alertmanager sends is counted at a receiver of our own. The stories are told side by side, each as a machine.
#
# Debian's Alertmanager wants a template in /usr/share, which is there in a mount namespace of this test alone.
if [ "$(id -u)" -eq 0 ] && [ "${1:-}" != inside ] && unshare --mount true 2>/dev/null; then
    exec unshare --mount sh "$0" inside
fi
. "$(dirname "$0")/harness.sh"
require prometheus prometheus
require prometheus-alertmanager prometheus-alertmanager
template=/usr/share/prometheus/alertmanager/default.tmpl
[ -e $template ] || overlay_packages /usr/share
[ -e $template ] || { skip 'all of it' "no $template, and no right to mount one" && done_testing; }
require jq jq
require curl curl
tested_against "Alertmanager $(prometheus-alertmanager --version 2>&1 | sed -n '1s/^[^0-9]*\([0-9.]*\).*/\1/p')"

run amtool check-config "$top/config/prometheus/alertmanager.yml"
is 'amtool check-config' "$status" 0

# --- The servers: times in seconds, where they are minutes, but for the checks themselves

stories='revoked ended binary loggedout killed limit maxturns unpaid unfed fleet'
loopback=$(free_port) port=$(free_port) alertmanager=$(free_port)
mkdir "$dir/data" "$dir/alertmanager"
for story in $stories; do
    mkdir -p "$dir/collector/$story" "$dir/next/$story"
done
sed -e "s#localhost:9094#127.0.0.1:$loopback#" -e 's/\(group_wait: \|group_interval: \).*/\12s/' \
    "$top/config/prometheus/alertmanager.yml" >"$dir/alertmanager.yml"
# shellcheck disable=SC2016 # of sed
sed -e '/claude-checks/,$b' -e 's/^\( *for: \)2m$/\12s/; s/^\( *for: \)[0-9]*[mh]$/\14s/' "$top/config/prometheus/claude.rules.yml" >"$dir/claude.rules.yml"
{
    printf 'global:\n  scrape_interval: 2s\n  scrape_timeout: 2s\n  evaluation_interval: 1s\n'
    sed -n "s/localhost:9093/127.0.0.1:$alertmanager/; /^rule_files:/,/^scrape_configs:/p" "$top/config/prometheus/prometheus.yml"
    for story in $stories; do
        printf '  - job_name: %s\n    metrics_path: /%s\n    static_configs:\n' "$story" "$story"
        printf '      - targets: ["127.0.0.1:%s"]\n        labels: {instance: %s}\n' "$loopback" "$story"
    done
} >"$dir/prometheus.yml"
chmod 644 "$dir"/*.yml
own "$dir/data" "$dir/alertmanager" "$dir/collector" "$dir/next"

start loopback perl "$engines/alertmanager/loopback.pl" "$loopback" "$dir/collector"
start alertmanager prometheus-alertmanager --config.file="$dir/alertmanager.yml" --storage.path="$dir/alertmanager" \
    --web.listen-address="127.0.0.1:$alertmanager" --cluster.listen-address=
start prometheus prometheus --config.file="$dir/prometheus.yml" --storage.tsdb.path="$dir/data" \
    --web.listen-address="127.0.0.1:$port"
await 'the receiver listens' 30 listening "$loopback" || give_up loopback
await 'Alertmanager listens' 30 listening "$alertmanager" || give_up alertmanager
await 'Prometheus listens' 30 listening "$port" || give_up prometheus

# --- What happens to an agent

# check_agent STORY [AGENT]: what the two units do each minute
check_agent() {
    agent=${2:-agent}
    home=$dir/home/$1/$agent agents=$dir/home/$1/$agent
    # the agents of a fleet in one call, so that they break at the same moment
    [ "$1" != fleet ] || agents="$dir/home/fleet/*"
    own "$home" "$dir/log/$1"
    fed=--feed-preflight
    [ "$1" != unfed ] || fed=''
    # shellcheck disable=SC2086 # no word where it is not fed
    run as_user "$plugins/check_claude_runlog" --newest=0 --since=2d $fed -a "$home" \
        --textfile="$dir/next/$1/runlog_$agent.prom" "$dir/log/$1/$agent"
    run as_user "$plugins/check_claude_preflight" --cache-ttl=0 -a "$agents" --textfile="$dir/next/$1/preflight.prom"
    # at once, as minutes are seconds here, and a busy machine may take seconds from one to the other
    mv "$dir/next/$1"/*.prom "$dir/collector/$1"
}

# logged_in STORY [AGENT]: just now, or before all runs
logged_in() {
    NOW=$(date +%s)
    login "$dir/home/$1/${2:-agent}" 27000 2250000
}

# ran STORY TEXT [AGENT]: a run has ended, and this is its log
runs=0
ran() {
    runs=$((runs + 1))
    mkdir -p "$dir/log/$1/${3:-agent}"
    printf '%s' "$2" >"$dir/log/$1/${3:-agent}/run-$runs.json"
}

refused=$(result true 'Failed to authenticate. API Error: 403 OAuth token has been revoked.' '"api_error_status":403,')
good=$(result false 'Done.')
all() {
    for story in $stories; do
        check_agent "$story"
    done
    check_agent fleet second
    check_agent fleet third
}

# settle: Prometheus has looked at it all, and Alertmanager has nothing more to send; then what it sent is in $dir/told
evaluations() { curl -s "http://127.0.0.1:$port/metrics" | awk '/^prometheus_rule_group_iterations_total/ { n = $2 } END { print n + 0 }'; }
# shellcheck disable=SC2317 # for await
evaluated() { [ "$(evaluations)" -ge "$1" ]; }
settle() {
    await 'Prometheus evaluates' 60 evaluated $(($(evaluations) + 10))
    await 'Alertmanager is quiet' 60 quiet
    read_posts
}
# shellcheck disable=SC2317 # for await
quiet() {
    posted=$(wc -c <"$dir/collector/posts")
    sleep 2
    sleep 2
    [ "$(wc -c <"$dir/collector/posts")" -eq "$posted" ]
}
read_posts() {
    sed 's/^\([a-z]*\) {/{"path":"\1",/' "$dir/collector/posts" |
        jq -r '"\(.groupLabels.instance) \(.path) \(.status) \(.groupLabels.alertname) \(.alerts | length)"' >"$dir/told"
}

# told STORY: what was sent of it until it settled, a line each: RECEIVER STATUS ALERT ALERTS
told() { sed -n "s/^$1 //p" "$dir/told"; }
# shellcheck disable=SC2317 # for await
told_is() {
    read_posts
    [ "$(told "$1" | paste -sd,)" = "$2" ]
}
tells() {
    await "$1: $2" 60 told_is "$1" "$3"
    is "$1: $2" "$(told "$1" | paste -sd,)" "$3"
}

# --- All is well

for story in $stories; do
    claude "$dir/home/$story/agent"
    logged_in "$story"
    touch -d '1 hour ago' "$dir/home/$story/agent/.claude/.credentials.json"
    ran "$story" "$good"
    touch -d '30 minutes ago' "$dir/log/$story/agent"/*
done
script "$dir/shared/claude" "echo '2.1.330 (Claude Code)'"
for agent in agent second third; do
    logged_in fleet $agent
    ran fleet "$good" $agent
    mkdir -p "$dir/home/fleet/$agent/.local/bin"
    ln -sf "$dir/shared/claude" "$dir/home/fleet/$agent/.local/bin/claude"
done
all
settle
for story in $stories; do
    tells "$story" 'all is well' ''
done

# --- Trouble

ran revoked "$refused"
login "$dir/home/ended/agent" -400 -300
touch -d '1 hour ago' "$dir/home/ended/agent/.claude/.credentials.json"
ran ended "$refused"
rm "$dir/home/binary/agent/.local/bin/claude"
ran binary ''
rm "$dir/home/loggedout/agent/.claude/.credentials.json"
ran loggedout "$(result true 'Not logged in · Please run /login')"
ran killed ''
ran limit "$(result true "Claude AI usage limit reached|$((NOW + 7200))" '"api_error_status":429,')"
ran maxturns '{"type":"result","subtype":"error_max_turns","is_error":true,"num_turns":3,"duration_ms":598}'
ran unpaid "$(result true 'Credit balance is too low' '"api_error_status":400,')"
for _ in 1 2 3 4 5; do
    ran unfed "$refused"
done
script "$dir/shared/claude" 'exit 1'
all
# as each minute
settle
all
settle
tells revoked 'the login is revoked' 'page firing ClaudeRunRefused 1'
tells ended 'the login has ended' 'page firing ClaudeLoginEndsNow 1'
tells binary 'no claude, and an empty log' 'page firing ClaudePreflightCritical 1'
tells loggedout 'logged out' 'page firing ClaudePreflightCritical 1'
tells killed 'killed' 'page firing ClaudeLastRunFailed 1'
tells limit 'the plan is used up' ''
tells maxturns 'max turns' 'ticket firing ClaudeLastRunWarning 1'
tells unpaid 'not paid' 'page firing ClaudeLastRunFailed 1'
tells unfed 'revoked, and nothing is fed' 'page firing ClaudeLastRunFailed 1'
tells fleet 'three agents, one claude' 'page firing ClaudePreflightCritical 3'

# --- Somebody puts the cause right; no run has come yet

for story in revoked ended loggedout unfed; do
    logged_in $story
done
claude "$dir/home/binary/agent"
script "$dir/shared/claude" "echo '2.1.330 (Claude Code)'"
all
settle
put_right='page firing ClaudeRunRefused 1,page resolved ClaudeRunRefused 1'
tells revoked 'logged in' "$put_right"
tells ended 'logged in' "$(echo "$put_right" | sed 's/RunRefused/LoginEndsNow/g')"
tells binary 'installed' "$(echo "$put_right" | sed 's/RunRefused/PreflightCritical/g')"
tells loggedout 'logged in' "$(echo "$put_right" | sed 's/RunRefused/PreflightCritical/g')"
tells unfed 'logged in' 'page firing ClaudeLastRunFailed 1'
tells fleet 'installed' "$(echo "$put_right" | sed 's/RunRefused/PreflightCritical/g; s/ 1/ 3/g')"

# --- The next run is good

for story in $stories; do
    ran "$story" "$good"
done
all
settle
for story in revoked ended binary loggedout fleet; do
    is "$story: nothing more" "$(told $story | wc -l)" 2
done
for story in killed unpaid; do
    tells $story 'a good run' "$(echo "$put_right" | sed 's/RunRefused/LastRunFailed/g')"
done
tells limit 'a good run' ''
tells maxturns 'a good run' "$(echo "$put_right" | sed 's/RunRefused/LastRunWarning/g; s/page/ticket/g')"
# what is left is the share of the runs of two days
is 'unfed: a good run' "$(told unfed | grep -v ClaudeRunsFailing | paste -sd,)" "$(echo "$put_right" | sed 's/RunRefused/LastRunFailed/g')"

for name in alertmanager prometheus; do
    is "no error in $name.out" "$(grep -i 'level=err\|panic' "$dir/$name.out")" ''
done
done_testing
