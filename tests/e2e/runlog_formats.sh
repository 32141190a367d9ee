#!/bin/sh
# JSON that parses, Prometheus text without a sample twice, the textfile, and the first line's form.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

logs=$dir/logs
cp -R "$top/tests/fixtures/runlog" "$logs"
touch -d "@$NOW" "$logs"/*

# The value of a path of keys in $out; "invalid" where it is no JSON. With whatever can tell.
if command -v jq >/dev/null; then
    value() { printf '%s\n' "$out" | jq -r "$1" 2>/dev/null || echo invalid; }
elif command -v python3 >/dev/null; then
    value() {
        printf '%s\n' "$out" | python3 -c 'import json, re, sys
value = json.load(sys.stdin)
for key, number in re.findall(r"\.(\w+)|\[(\d+)\]", sys.argv[1]):
    value = value[int(number)] if number else value.get(key)
print({None: "null", True: "true", False: "false"}.get(value, value) if not isinstance(value, (int, float)) or isinstance(value, bool) else value)' \
            "$1" 2>/dev/null || echo invalid
    }
else
    value() { echo; }
fi
json_is() { if [ -n "$(value .plugin)" ]; then is "JSON: $1" "$(value "$1")" "$2"; else pass; fi; }

# --- JSON

frozen runlog --output-format=json "$logs/2.1.330.refused.stream.log"
is 'JSON: status' "$status" 2
while read -r path wanted; do
    json_is "$path" "$wanted"
done <<END
.plugin check_claude_runlog
.state CRITICAL
.exit_code 2
.checked_at 2026-11-18T11:06:40Z
.logs[0].path $logs/2.1.330.refused.stream.log
.logs[0].state CRITICAL
.logs[0].size $(wc -c <"$logs/2.1.330.refused.stream.log" | tr -d ' ')
.logs[0].modified_at 2026-11-18T11:06:40Z
.logs[0].result.is_error true
.logs[0].result.subtype success
.logs[0].result.api_error_status 401
.logs[0].result.duration_ms 598
.logs[0].result.num_turns 1
.logs[0].result.total_cost_usd 0
.logs[0].findings[0].condition auth-failure
.logs[0].findings[0].state CRITICAL
.logs[0].findings[0].line 3
.perfdata[0].label logs
.perfdata[0].value 1
END
frozen runlog --output-format=json "$logs/2.1.330.ok.text.log"
json_is '.logs[0].result.is_error' null
json_is '.logs[0].findings[0].condition' result-missing
json_is '.logs[0].findings[0].line' null
for log in "$logs"/2.0.76.*.log "$dir/none"; do
    frozen runlog -vvv --output-format=json "$log"
    [ "$(value .exit_code)" = "$status" ] || [ -z "$(value .plugin)" ] || fail "JSON: $log: exit_code is not $status"
done
pass

# --- Prometheus

samples() { printf '%s\n' "$out" | grep -v '^#' | sed 's/ [^ ]*$//'; }
for arguments in "$logs/2.1.330.refused.stream.log" "--newest=0 $logs" "$dir/none" "-vvv --newest=0 --state=auth-mention=critical $logs" \
    "$logs/2.1.330.killed.stream.log $logs/2.1.330.killed.stream.log"; do
    # shellcheck disable=SC2086  # arguments are words
    frozen runlog --output-format=prometheus $arguments
    is "Prometheus: status of $arguments" "$status" 0
    is "Prometheus: samples twice, $arguments" "$(samples | sort | uniq -d)" ''
    is "Prometheus: families twice, $arguments" "$(printf '%s\n' "$out" | grep '^# TYPE' | sort | uniq -d)" ''
    is "Prometheus: lines of no form, $arguments" "$(printf '%s\n' "$out" |
        grep -Ev '^# (HELP|TYPE) claude_runlog_[a-z_]* |^claude_runlog_[a-z_]*(\{[a-z]*="[^"]*"(,[a-z]*="[^"]*")*\})? -?[0-9.]+$')" ''
done
frozen runlog --output-format=prometheus "$logs/2.1.330.limit.stream.log"
for sample in '_state{log="@"} 1' '_condition{log="@",condition="usage-limit",state="WARNING"} 1' \
    "_modified_timestamp_seconds{log=\"@\"} $NOW" '_run_duration_seconds{log="@"} 0.598' '_run_turns{log="@"} 1' \
    '_run_cost_dollars{log="@"} 0' '_limit_reset_timestamp_seconds{log="@"} 1795010000' '_logs 1' \
    "_check_timestamp_seconds $NOW"; do
    has "Prometheus: $sample" "$out" "
claude_runlog$(printf '%s' "$sample" | sed "s#@#$logs/2.1.330.limit.stream.log#")"
done

# --- Textfile

frozen runlog --textfile="$dir/claude.prom" "$logs/2.1.330.refused.json.log"
is 'textfile: status' "$status" 2
is 'textfile: mode' "$(find "$dir/claude.prom" -perm 644)" "$dir/claude.prom"
frozen runlog --output-format=prometheus "$logs/2.1.330.refused.json.log"
is 'textfile: content' "$(cat "$dir/claude.prom")" "$out"
is 'textfile: nothing beside it' "$(find "$dir" -maxdepth 1 -name '*.prom*')" "$dir/claude.prom"
frozen runlog --textfile="$dir/none/claude.prom" "$logs/2.1.330.ok.json.log"
is 'textfile: no directory' "$status" 3

# --- The first line: one bar, perfdata of its form, under 1000 bytes, whatever the log

for log in "$logs"/*.log "$dir/none"; do
    frozen runlog -vvv --state=auth-mention=warning "$log"
    first=$(printf '%s\n' "$out" | head -n 1)
    [ "$(printf '%s' "$out" | tr -cd '|' | wc -c)" -eq 1 ] || fail "first line: bars of $log"
    [ "${#first}" -lt 1000 ] || fail "first line: ${#first} bytes of $log"
    printf '%s\n' "${first##* | }" | tr ' ' '\n' |
        grep -Ev '^[a-z][a-z0-9_]*=-?[0-9]+(\.[0-9]+)?[sB]?(;[^;]*){0,4}$' >"$dir/odd" && fail "perfdata of $log: $(cat "$dir/odd")"
    case ${first%% | *} in
    *[\;\~\$\&\'\"\<\>\`]*) fail "first line: a character of the shell in $first" ;;
    esac
done
pass
frozen runlog "$logs/2.1.330.ok.json.log"
is 'first line: good' "$out" "CLAUDE RUNLOG OK - run ended well after 0.59s, 1 turn | logs=1 logs_failed=0 auth_failures=0 log_age=0s log_size=$(
    wc -c <"$logs/2.1.330.ok.json.log" | tr -d ' ')B run_time=0.598s run_turns=1 run_cost=0.00028"
frozen runlog "$logs/2.1.330.refused.json.log"
is 'first line: refused' "$(summary)" "the login was refused, run claude auth login, status 401 ($logs/2.1.330.refused.json.log:1)"

# Many logs: cut between lines, with the number of those left out.
mkdir "$dir/many"
for number in $(seq 100 199); do : >"$dir/many/$number.log"; done
frozen runlog --newest=0 "$dir/many"
is 'many: status' "$status" 2
is 'many: at most 4000 bytes' "$([ "$(printf '%s\n' "$out" | wc -c)" -le 4000 ] && echo so)" so
left=$(printf '%s\n' "$out" | sed -n '$s/^… and \([0-9]*\) more$/\1/p')
is 'many: all are counted' "$(($(printf '%s\n' "$out" | grep -c '^\[log-empty\]') + ${left:-0}))" 100

done_testing
