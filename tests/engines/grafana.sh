#!/bin/sh
# The dashboard of config/grafana: JSON, a data source that is a variable, and no metric, label or variable
# that there is not. Its queries are put to a real Prometheus by prometheus.sh. Grafana is not in Debian.
. "$(dirname "$0")/harness.sh"
require jq jq

dashboard=$top/config/grafana/claude.json
ask() { jq -r "$1" "$dashboard"; }

run jq -e . "$dashboard"
is 'JSON' "$status" 0
is 'panels: more than ten' "$(ask '.panels | length > 10')" true
is 'panels: numbered one by one' "$(ask '[.panels[].id] == [range(1; (.panels | length) + 1)]')" true
is 'panels: a query each' "$(ask '[.panels[] | (.targets | length) > 0] | all')" true
is 'panels: within 24 columns' "$(ask '[.panels[].gridPos | .x >= 0 and .w > 0 and .h > 0 and .x + .w <= 24] | all')" true
# shellcheck disable=SC2016 # variables of jq
is 'panels: none over another' "$(ask '[.panels[].gridPos] | [range(length) as $i | range($i) as $j | [.[$i], .[$j]] |
    select(.[0].x < .[1].x + .[1].w and .[1].x < .[0].x + .[0].w and .[0].y < .[1].y + .[1].h and .[1].y < .[0].y + .[0].h)] |
    length')" 0
# shellcheck disable=SC2016 # Grafana's variable
is 'data source: the variable, everywhere' "$(ask '[.. | objects | .datasource? // empty | .type + " " + .uid] | unique | join(",")')" \
    'prometheus ${datasource}'
is 'data source: to choose' "$(ask '.templating.list[0] | .name + " " + .type + " " + .query')" 'datasource datasource prometheus'
is 'data source: none is named' "$(ask '[.templating.list[0].current, .__inputs] | tostring')" '[{},null]'

# What it is there for
for title in 'Login: days left' 'State of each agent' 'Failed runs by condition' 'Age of the last run' 'Cost of the runs judged'; do
    is "panel: $title" "$(ask "[.panels[] | select(.title == \"$title\")] | length")" 1
done
is 'states: named' "$(ask '.panels[0].fieldConfig.defaults.mappings[0].options | map_values(.text) | tostring')" \
    '{"0":"OK","1":"WARNING","2":"CRITICAL","3":"UNKNOWN"}'

# Variables
ask '.templating.list[].name' | sort >"$dir/variables"
ask '.. | strings' | grep -o '\$[{a-z_]*' | tr -d '{$' | grep -v '^__' | sort -u >"$dir/used"
is 'variables' "$(cat "$dir/used")" "$(cat "$dir/variables")"

# Metrics and their labels: what the plugins print
a=$dir/home/agent
agent WARNING "$a"
frozen preflight -f -a "$a" --output-format prometheus
cp "$dir/stdout" "$dir/printed"
mkdir "$dir/log"
cp "$top/tests/fixtures/runlog/2.1.330.limit.stream.log" "$dir/log"
frozen runlog --output-format prometheus "$dir/log"
cat "$dir/stdout" >>"$dir/printed"
ask '(.panels[].targets[].expr, .templating.list[].definition?) // empty' >"$dir/queries"
grep -o 'claude_[a-z_]*' "$dir/queries" | sort -u >"$dir/used"
has 'metrics: some are used' "$(cat "$dir/used")" claude_login_expiry_timestamp_seconds
is 'metrics: used, and not printed' "$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$dir/printed" | sort -u | comm -13 - "$dir/used")" ''
grep -o '{[^}]*}' "$dir/queries" | grep -o '[a-z_]*=~' | tr -d '=~' | sort -u >"$dir/used"
is 'labels: used, and not printed' "$({ echo instance && grep -o '[a-z_]*="' "$dir/printed" | tr -d '="'; } | sort -u | comm -13 - "$dir/used")" ''

done_testing
