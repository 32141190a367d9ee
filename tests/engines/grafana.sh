#!/bin/sh
# The dashboard of config/grafana: JSON, a data source that is a variable, no metric, label or variable that there
# is not, and the types of Grafana's own SDK. Its queries are put to a real Prometheus by prometheus.sh. Grafana
# itself is in no registry: no panel is drawn here.
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
for title in 'Login: days left' 'State of each agent' 'Failed runs by condition' 'Age of the last run' \
    'Cost of the last run' 'Gate: may a run start?' 'Plan used up until' 'Alerts, with what to do'; do
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
# a usage limit with its end, which the preflight then knows
result true "Claude AI usage limit reached|$((NOW + 7200))" '"api_error_status":429,' >"$dir/limited"
frozen runlog --feed-preflight -a "$a" --output-format prometheus "$dir/limited"
frozen preflight -a "$a" --output-format prometheus
cat "$dir/stdout" >>"$dir/printed"
ask '(.panels[].targets[].expr, .templating.list[].definition?) // empty' >"$dir/queries"
grep -o 'claude_[a-z_]*' "$dir/queries" | sort -u >"$dir/used"
has 'metrics: some are used' "$(cat "$dir/used")" claude_login_expiry_timestamp_seconds
is 'metrics: used, and not printed' "$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$dir/printed" | sort -u | comm -13 - "$dir/used")" ''
grep -o '{[^}]*}' "$dir/queries" | grep -o '[a-z_]*=~' | tr -d '=~' | sort -u >"$dir/used"
is 'labels: used, and not printed' "$({ printf '%s\n' instance alertname alertstate && grep -o '[a-z_]*="' "$dir/printed" | tr -d '="'; } | sort -u | comm -13 - "$dir/used")" ''

# --- The types of Grafana's SDK, by TypeScript's compiler. A name or a value that Grafana does not know is an error.

sdk=$packages/npm
npm_packages() {
    exec 9<"$packages"
    flock 9
    [ -d "$sdk/node_modules/typescript" ] && return
    mkdir -p "$sdk" && cd "$sdk" && echo '{"private": true}' >package.json &&
        npm install --no-audit --no-fund --ignore-scripts @grafana/grafana-foundation-sdk typescript
}
if ! command -v npm >/dev/null || ! (npm_packages) >"$dir/npm.log" 2>&1; then
    skip 'the types of the SDK' 'no npm, or no SDK to be had'
    done_testing
fi
tested_against "Grafana's foundation SDK $(jq -r '.version | ltrimstr("v")' "$sdk/node_modules/@grafana/grafana-foundation-sdk/package.json")"

# typed DASHBOARD: it as constants of the SDK's types
typed() {
    cat <<'END'
import { common, dashboard, prometheus, stat, statetimeline, table, timeseries } from './sdk';
// What stands in JSON: the words of an enumeration, and not all members, as Grafana fills in the rest.
type Json<T> = 0 extends 1 & T ? any : T extends string ? `${T}` : T extends number | boolean | null | undefined ? T :
    T extends (infer U)[] ? Json<U>[] : { [K in keyof T]?: Json<T[K]> };
type Query = Omit<prometheus.Dataquery, '_implementsDataqueryVariant' | 'dataqueryName'>;
type Options = { stat: stat.Options; 'state-timeline': statetimeline.Options; table: table.Options; timeseries: timeseries.Options };
type Custom = { stat: {}; 'state-timeline': statetimeline.FieldConfig; table: common.TableFieldOptions; timeseries: timeseries.FieldConfig };
END
    jq -r '
        "const whole: Json<Omit<dashboard.Dashboard, \u0027panels\u0027>> = \(del(.panels, .__inputs, .__requires));",
        (.panels[] | "const panel\(.id): Json<Omit<dashboard.Panel, \u0027targets\u0027 | \u0027options\u0027 | \u0027fieldConfig\u0027>> = \(del(.targets, .options, .fieldConfig));",
            "const targets\(.id): Json<Query>[] = \(.targets);",
            "const options\(.id): Json<Options[\u0027\(.type)\u0027]> = \(.options);",
            "const field\(.id): Json<Omit<dashboard.FieldConfig, \u0027custom\u0027>> = \(.fieldConfig.defaults | del(.custom));",
            "const overrides\(.id): Json<dashboard.FieldConfigSource[\u0027overrides\u0027]> = \(.fieldConfig.overrides);",
            "const custom\(.id): Json<Custom[\u0027\(.type)\u0027]> = \(.fieldConfig.defaults.custom // {});")' "$1"
}

mkdir "$dir/types"
ln -s "$sdk/node_modules" "$dir/types/node_modules"
for module in common dashboard prometheus stat statetimeline table timeseries; do
    echo "export * as $module from '@grafana/grafana-foundation-sdk/$module';"
done >"$dir/types/sdk.ts"
judged() {
    typed "$1" >"$dir/types/dashboard.ts"
    (cd "$dir/types" && node node_modules/typescript/bin/tsc --noEmit --strict --skipLibCheck --target es2022 --module nodenext \
        --moduleResolution nodenext dashboard.ts 2>&1)
}
is 'types: no error' "$(judged "$dashboard" | cut -c1-300 | head -n 20)" ''
jq '.panels[0].options.colorMode = "backgrund" | .panels[1].options.graphMod = "none"' "$dashboard" >"$dir/wrong.json"
wrong=$(judged "$dir/wrong.json")
has 'types: a wrong value is noticed' "$wrong" backgrund
has 'types: a wrong name is noticed' "$wrong" graphMod

done_testing
