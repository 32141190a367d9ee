#!/bin/sh
# What Prometheus can tell without a server: the plugins' text through promtool, no sample twice, and the
# rules of config/prometheus, their tests and what they name.
. "$(dirname "$0")/harness.sh"
require promtool prometheus
tested_against "promtool $(promtool --version 2>&1 | sed -n '1s/^promtool, version \([^ +]*\).*/\1/p')"

rules=$top/config/prometheus/claude.rules.yml

# --- The text. Neither promtool nor the textfile collector notices a sample that is there twice.

twice() { grep -v '^#' "$1" | sed 's/ [^ ]*$//' | sort | uniq -d; }

# lint WHAT: the last output
lint() {
    is "$1: status" "$status" 0
    is "$1: promtool" "$(promtool check metrics <"$dir/stdout" 2>&1; echo $?)" 0
    is "$1: samples twice" "$(twice "$dir/stdout")" ''
    sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$dir/stdout" >>"$dir/printed"
}

a=$dir/home/agent logs=$dir/log
for state in OK WARNING CRITICAL UNKNOWN; do
    number=$(number_of "$state")
    agent "$state" "$a-$state"
    frozen preflight -a "$a-$state" --timeout "$(if [ "$state" = UNKNOWN ]; then echo 2s; else echo 10s; fi)" --output-format prometheus
    lint "preflight, $state"
    has "preflight, $state: state" "$out" "claude_preflight_state{agent_home=\"$a-$state\"} $number"
    run_log "$state" "$logs/$state.json"
    frozen runlog --output-format prometheus "$logs/$state.json"
    lint "runlog, $state"
    has "runlog, $state: state" "$out" "claude_runlog_state{log=\"$logs/$state.json\"} $number"
done
rm -r "$a-UNKNOWN"
# a usage limit with its end, which the preflight then knows
mkdir "$dir/limited"
result true "Claude AI usage limit reached|$((NOW + 7200))" '"api_error_status":429,' >"$dir/limited/log"
agent OK "$dir/limited/home"
frozen runlog --feed-preflight -a "$dir/limited/home" --output-format prometheus "$dir/limited/log"
lint 'runlog, a limit'
frozen preflight -a "$dir/limited/home" --output-format prometheus
lint 'preflight, a limit'
frozen preflight -vvv -a "$a-*" -a "$a-OK" -a "$dir/nobody" --output-format prometheus
lint 'preflight, a fleet, one agent named twice, one that is not there'
frozen preflight -f -a "$a-OK" --login-warning 1000d --output-format prometheus
lint 'preflight, several findings, nothing cached'
# shellcheck disable=SC2016 # literal characters
strange=$dir/$(printf 'a "b" \\ {x="y"} $HOME\n%%s')
agent WARNING "$strange"
frozen preflight -a "$strange" -b "$strange/none" --output-format prometheus
lint 'preflight, a path with everything in it'
cp "$top"/tests/fixtures/runlog/*.log "$logs"
cp "$logs/OK.json" "$strange/log"
frozen runlog -v --newest 0 --state auth-mention=critical --output-format prometheus "$logs" "$strange/log" "$logs/none"
lint 'runlog, all logs'
frozen runlog --output-format prometheus "$logs/OK.json" "$logs/OK.json" "$logs/none" "$logs/none"
lint 'runlog, logs named twice'
cat "$dir/stdout" "$dir/stdout" >"$dir/doubled"
has 'a sample twice is noticed' "$(twice "$dir/doubled")" 'claude_runlog_logs'

# --- The rules

promtool_says() {
    what=$1
    shift
    run promtool "$@"
    is "$what" "$status" 0
}

printf 'rule_files:\n  - %s\n' "$rules" >"$dir/prometheus.yml"
promtool_says 'check rules' check rules "$rules"
promtool_says 'check config' check config "$top/config/prometheus/prometheus.yml"
promtool_says 'test rules' test rules "$top/config/prometheus/claude.rules.test.yml"

# Two days, in steps that do not take as long as the minutes of those tests.
cat >"$dir/days.test.yml" <<END
rule_files: ['$rules']
evaluation_interval: 15m
tests:
  - interval: 5m
    input_series:
      - series: 'claude_preflight_check_timestamp_seconds{agent_home="/home/agent", instance="one", job="node"}'
        values: '0+300x12 stale _x600'
      - series: 'claude_runlog_check_timestamp_seconds{instance="one", job="node"}'
        values: '0+300x12 stale _x600'
    promql_expr_test:
      - expr: count(ALERTS{alertname="ClaudeCheckGone", alertstate="firing"})
        eval_time: 48h
        exp_samples: [{value: 2}]
      - expr: ALERTS{alertname="ClaudeCheckGone"}
        eval_time: 49h30m
        exp_samples: []
END
promtool_says 'checks that are gone: for two days' test rules "$dir/days.test.yml"

# The README's line, on the configuration that Debian's package comes with
conf=/etc/prometheus/prometheus.yml
[ ! -e "$packages$conf" ] || conf=$packages$conf
if [ -r "$conf" ]; then
    mkdir "$dir/etc"
    cp "$conf" "$dir/etc"
    grep '^cp config/prometheus/claude.rules.yml ' "$top/config/prometheus/README.md" | sed "s#config/#$top/config/#; s#/etc/prometheus#$dir/etc#g" >"$dir/line"
    is "README: the rules into the package's prometheus.yml" "$(sh "$dir/line" 2>&1; echo $?)" 0
    promtool_says 'README: check config' check config "$dir/etc/prometheus.yml"
    has 'README: check config: with the rules' "$out" "Checking $dir/etc/claude.rules.yml"
else
    skip "the README's line" 'no prometheus.yml of a package'
fi

alerts=$(sed -n 's/^ *- alert: //p' "$rules")
is 'alerts: more than ten' "$(printf '%s\n' "$alerts" | awk 'END { print (NR > 10) }')" 1
for field in summary description runbook severity; do
    is "alerts: each has $field" "$(grep -c "^ *$field: " "$rules")" "$(printf '%s\n' "$alerts" | grep -c .)"
done
for alert in $alerts; do
    has "alerts: a test of $alert" "$(cat "$top/config/prometheus/claude.rules.test.yml")" "$alert"
done

# Names: what is printed, what is recorded; and conditions.
names() { grep -o '[a-z_:]*claude_[a-z_:]*' "$1" | grep -v '^check_\|^claude_$' | sort -u; }
names "$rules" | grep -v : >"$dir/used"
has 'metrics: some are used' "$(cat "$dir/used")" claude_preflight_state
is 'metrics: used, and not printed' "$(sort -u "$dir/printed" | comm -13 - "$dir/used")" ''
names "$rules" | grep : >"$dir/used"
is 'metrics: used, and not recorded' "$(sed -n 's/^ *- record: //p' "$rules" | sort | comm -13 - "$dir/used")" ''
for plugin in preflight runlog; do
    check "$plugin" --help=conditions
    printf '%s\n' "$out" | sed -n '/^Conditions/,/^Exit/s/^  \([a-z][a-z-]*\) .*/\1/p'
done >"$dir/conditions"
sed -n -e 's/.*condition[=!~]*"\([^"]*\)".*/\1/p' -e 's/^ *"\([a-z|-]*\)"})*.*$/\1/p' "$rules" | tr '|' '\n' | sort -u >"$dir/used"
has 'conditions: some are used' "$(cat "$dir/used")" usage-limit
is 'conditions: used, and there is none' "$(sort -u "$dir/conditions" | comm -13 - "$dir/used")" ''

# What is no failed run, though it is a finding: in the rules and the dashboard the same.
no_failure() { tr '\n' ' ' <"$top/config/$1" | grep -o 'claude_runlog_logs_failed{[^}]*condition!~ *\\*"[^"\]*' | sed 's/.*"//' | sort -u; }
has 'no failed runs: some conditions' "$(no_failure prometheus/claude.rules.yml)" 'result-empty|'
is 'no failed runs: the dashboard' "$(no_failure grafana/claude.json)" "$(no_failure prometheus/claude.rules.yml)"

done_testing
