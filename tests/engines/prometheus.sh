#!/bin/sh
# A real Prometheus with config/prometheus: what it says it knows, from node_exporter's textfile collector
# and from exporter_exporter's method exec, in each state; an alert that fires; the queries of the dashboard.
. "$(dirname "$0")/harness.sh"
require prometheus prometheus prometheus-node-exporter prometheus-exporter-exporter
require prometheus-node-exporter prometheus-node-exporter
require prometheus-exporter-exporter prometheus-exporter-exporter
require jq jq
require curl curl

version() { sed -n '1s/^[^0-9]*\([0-9.]*\).*/\1/p'; }
tested_against "Prometheus $(prometheus --version 2>&1 | version)"
tested_against "node_exporter $(prometheus-node-exporter --version 2>&1 | version)"
tested_against "exporter_exporter $(prometheus-exporter-exporter -version 2>&1 | version)"

a=$dir/home/agent log=$dir/var/log/claude/agent/run.json
mkdir "$dir/collector" "$dir/data"
own "$dir/collector" "$dir/data"

# What the units of systemd start, in their order.
as_here prometheus/claude-runlog@.service | sed -n 's/^ExecStart=//p' >"$dir/runlog"
as_here prometheus/claude-preflight@.service | sed -n 's/^ExecStart=//p' >"$dir/preflight"
write() {
    for name in runlog preflight; do
        # shellcheck disable=SC2046 # words, as systemd splits them
        run as_user $(cat "$dir/$name")
    done
}

textfile=$(free_port) exec=$(free_port) port=$(free_port)
as_here prometheus/exporter_exporter.yml >"$dir/exporter_exporter.yml"
cp "$top/config/prometheus/claude.rules.yml" "$dir"
{
    printf 'global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n'
    sed -e "s/localhost:9100/127.0.0.1:$textfile/; s/localhost:9999/127.0.0.1:$exec/" \
        -e 's/scrape_interval: 1m/scrape_interval: 3s/; s/scrape_timeout: 20s/scrape_timeout: 3s/' \
        -e '/# script_exporter/,$d; /^# Alertmanager/,/9093/d' "$top/config/prometheus/prometheus.yml"
} >"$dir/prometheus.yml"
chmod 644 "$dir"/*.yml
start node prometheus-node-exporter --web.listen-address="127.0.0.1:$textfile" --collector.disable-defaults \
    --collector.textfile --collector.textfile.directory="$dir/collector"
start exec prometheus-exporter-exporter -config.file "$dir/exporter_exporter.yml" \
    -web.listen-address "127.0.0.1:$exec"
start prometheus prometheus --config.file="$dir/prometheus.yml" --storage.tsdb.path="$dir/data" \
    --web.listen-address="127.0.0.1:$port"
await 'Prometheus listens' 30 listening "$port"

# query EXPRESSION: JOB=VALUE of each sample; known EXPRESSION TEXT: these are all
instant() { curl -s --data-urlencode "query=$1" "http://127.0.0.1:$port/api/v1/query"; }
query() { instant "$1" | jq -r '[.data.result[]? | "\(.metric.job)=\(.value[1])"] | sort | join(" ")'; }
# shellcheck disable=SC2317 # for await
known() { [ "$(query "$1")" = "$2" ]; }
sees() {
    await "$1" 20 known "$2" "$3"
    is "$1" "$(query "$2")" "$3"
}

run_log OK "$log"
for state in OK WARNING CRITICAL UNKNOWN; do
    number=$(number_of "$state")
    agent "$state" "$a"
    write
    sees "preflight: $state" "claude_preflight_state{agent_home=\"$a\"}" "claude_preflight=$number node=$number"
done

# Times and text as well. Seconds are too many for the double of a shell: the difference is asked for.
agent OK "$a"
own "$a"
write
sees 'preflight: the token, in the right second' \
    "abs(claude_token_expiry_timestamp_seconds - $(expiry expiresAt "$a")) < bool 1" 'claude_preflight=1 node=1'
sees 'preflight: the login' "abs(claude_login_expiry_timestamp_seconds - $(expiry refreshTokenExpiresAt "$a")) < bool 1" 'claude_preflight=1 node=1'
sees 'preflight: the version' 'claude_cli_info{version="2.1.330"}' 'claude_preflight=1 node=1'
sees 'preflight: just checked' 'time() - claude_preflight_check_timestamp_seconds < bool 60' 'claude_preflight=1 node=1'
sees 'runlog: OK' claude_runlog_state 'claude_runlog=0 node=0'
sees 'runlog: cost' claude_runlog_run_cost_dollars 'claude_runlog=0.2138 node=0.2138'
sees 'no error of the collector' 'node_textfile_scrape_error + on () group_right () up' 'claude_preflight=1 claude_runlog=1 node=1'

# Another agent's files beside it, and the metrics of both are there: nothing is in two of them.
agent WARNING "$dir/home/other"
run_log WARNING "$dir/var/log/claude/other/run.json"
for name in preflight runlog; do
    # shellcheck disable=SC2046 # words
    run as_user $(sed 's#/home/agent#/home/other#; s#_agent.prom#_other.prom#; s#claude/agent#claude/other#' "$dir/$name")
done
sees 'a second agent' "sum by (job) (claude_preflight_state)" 'claude_preflight=0 node=1'
sees 'a second agent: runs' 'sum by (job) (claude_runlog_state)' 'claude_runlog=0 node=1'
sees 'a second agent: totals' 'count by (job) (claude_runlog_logs)' 'claude_runlog=1 node=2'
sees 'a second agent: its runs by agent' "claude_runlog_logs_failed{agent_home=\"$dir/home/other\", condition=\"overloaded\"}" 'node=1'
rm "$dir"/collector/*_other.prom

# A refused run, up to the alert; then a good one, and the alert is gone.
touch -d '1 hour ago' "$a/.claude/.credentials.json"
own "$a"
for state in WARNING CRITICAL; do
    number=$(number_of "$state")
    run_log "$state" "$log"
    write
    sees "runlog: $state" claude_runlog_state "claude_runlog=$number node=$number"
done
sees 'the alert' 'ALERTS{alertname="ClaudeRunRefused", alertstate="firing", job="node"}' 'node=1'
sees 'failed runs, as recorded' 'agent_home_condition:claude_runs_failed:count{condition="auth-failure"}' 'claude_runlog=1 node=1'
sees 'the last run, as recorded' log:claude_last_run:state 'claude_runlog=2 node=2'

# The queries of the dashboard, while there is something to show: the refused run cost something, and an older one
# is not OK either. A good one that is older has no series of its own.
result true 'OAuth token revoked.' '"api_error_status":403,"total_cost_usd":0.2138,' >"$log"
touch -d '90 seconds ago' "$log"
run_log WARNING "$dir/var/log/claude/agent/before.json"
touch -d '1 hour ago' "$dir/var/log/claude/agent/before.json"
run_log OK "$dir/var/log/claude/agent/first.json"
touch -d '2 hours ago' "$dir/var/log/claude/agent/first.json"
write
sees 'runlog: two logs' 'count by (job) (claude_runlog_state)' 'claude_runlog=2 node=2'
# shellcheck disable=SC2016 # Grafana's variables
jq -r '.panels[].targets[]?.expr' "$top/config/grafana/claude.json" |
    sed 's/\$agent_home/.*/g; s/\$instance/.*/g; s/\$__range/1h/g; s/\$__rate_interval/1m/g' >"$dir/queries"
is 'dashboard: more than ten queries' "$(awk 'END { print (NR > 10) }' "$dir/queries")" 1
while read -r expression; do
    has "dashboard: $expression" "$(instant "$expression" 2>&1)" '"value":['
done <"$dir/queries"

rm "$dir"/var/log/claude/agent/*
write
sees 'runlog: UNKNOWN' claude_runlog_state 'claude_runlog=3 node=3'
run_log OK "$log"
write
sees 'after a good run' 'ALERTS{alertname="ClaudeRunRefused", job="node"} or on () vector(0) * on () group_left (job) up{job="node"}' 'node=0'
is 'every rule was evaluated' "$(curl -s "http://127.0.0.1:$port/api/v1/rules" |
    jq -c '[.data.groups[].rules[].health] | group_by(.) | map([.[0], length > 20])')" '[["ok",true]]'

# What Prometheus does not see, and the collector only tells its log: the same sample in two files
is 'no sample in two files' "$(grep 'was collected before' "$dir/node.out")" ''

# What the exporters say of a broken file of another program: ours are still there.
printf 'other{a="b} 1\n' >"$dir/collector/other.prom"
sees 'a broken file beside ours: error' 'node_textfile_scrape_error' 'node=1'
sees 'a broken file beside ours' "claude_preflight_state{agent_home=\"$a\"}" 'claude_preflight=0 node=0'

for file in "$dir"/exec.out "$dir"/prometheus.out; do
    is "no error in $(basename "$file")" "$(grep -i 'level=err\|panic' "$file")" ''
done
done_testing
