#!/bin/sh
# JSON, Prometheus and the limits of the Nagios format, also for long and for hostile paths.
. "$(dirname "$0")/harness.sh"

tab=$(printf '\t')

# What holds for every plugin output: one "|", 1000 and 4000 bytes, clean text.
nagios() {
    is "$1: one |" "$(tr -cd '|' <"$dir/stdout")" '|'
    is "$1: | on the first line" "$(sed 1q "$dir/stdout" | tr -cd '|')" '|'
    is "$1: first line of at most 1000 bytes" "$(sed 1q "$dir/stdout" | wc -c | awk '$1 > 1000')" ''
    is "$1: at most 4000 bytes" "$(wc -c <"$dir/stdout" | awk '$1 > 4000')" ''
    is "$1: no control character" "$(tr -d '\n -~\200-\377' <"$dir/stdout" | od -An -c)" ''
    has_not "$1: no C1 control character" "$out" "$(printf '\302\205')"
    ! command -v iconv >/dev/null || run iconv -f UTF-8 -t UTF-8 "$dir/stdout"
}

# json WHAT: $out is one JSON object on one line
json() {
    is "$1: one line" "$(grep -c '' "$dir/stdout")" 1
    if command -v python3 >/dev/null; then
        is "$1: JSON" "$(python3 -c 'import json, sys; print(type(json.load(open(sys.argv[1], encoding="utf-8"))).__name__)' \
            "$dir/stdout" 2>&1)" dict
    elif perl -MJSON::PP -e 1 2>/dev/null; then
        is "$1: JSON" "$(perl -MJSON::PP -0777 -ne 'print ref decode_json $_' "$dir/stdout" 2>&1)" HASH
    else
        has "$1: JSON" "$out" '{"plugin":"check_claude_preflight",'
    fi
}

# prometheus WHAT: every line is a comment or a sample; HELP and TYPE stand once before their samples
prometheus() {
    is "$1: the lines" "$(awk '
        /^# HELP [a-z_]+ ./ { helped[$3]++; next }
        /^# TYPE [a-z_]+ gauge$/ { typed[$3]++; if (helped[$3] != 1) print; next }
        /^[a-z_]+\{agent_home="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\} -?[0-9]+(\.[0-9]+)?$/ {
            name = $0; sub(/\{.*/, "", name)
            if (typed[name] != 1 || helped[name] != 1 || seen[$0]++) print
            next
        }
        { print }' "$dir/stdout")" ''
}

# The same four states in all formats.
a=$dir/agent
claude "$a"
while read -r state status_wanted left option; do
    login "$a" "$left" 2246400
    frozen preflight -a "$a" "$option" --output-format=nagios
    is "nagios, $state" "$status" "$status_wanted"
    has "nagios, $state: first words" "$out" "CLAUDE PREFLIGHT $state - "
    nagios "nagios, $state"
    frozen preflight -a "$a" "$option" --output-format=json
    is "json, $state" "$status" "$status_wanted"
    has "json, $state: state" "$out" "\"state\":\"$state\",\"exit_code\":$status_wanted,"
    json "json, $state"
    frozen preflight -a "$a" "$option" --output-format=prometheus
    is "prometheus, $state" "$status" 0
    has "prometheus, $state: state" "$out" "
claude_preflight_state{agent_home=\"$a\"} $status_wanted
"
    prometheus "prometheus, $state"
done <<'END'
OK 0 28800 --skew=0
WARNING 1 -5 --skew=0
CRITICAL 2 -5 --state=token-renewable=critical
UNKNOWN 3 -5 --state=token-renewable=unknown
END

login "$a" -5 604799
frozen preflight -a "$a" --output-format=json --cache-ttl=0
for part in '"plugin":"check_claude_preflight","plugin_version":"1.0.0",' '"summary":"the login ends in 6d 23h' \
    '"checked_at":"2026-11-18T11:06:40Z"' "\"home\":\"$a\"" "\"binary\":\"$a/.local/bin/claude\"" '"cli_version":"2.1.330"' \
    "\"credentials\":\"$a/.claude/.credentials.json\"" '"token_expires_at":"2026-11-18T11:06:35Z"' \
    '"login_expires_at":"2026-11-25T11:06:39Z"' '"renewable":true' '"subscription_type":"max"' \
    '"auth_source":"credentials-file"' '"cached":false' '"condition":"token-renewable","state":"WARNING","message":"' \
    '"label":"token_expiry","value":-5' '"label":"login_expiry","value":604799' '"label":"version_time","value":0.'; do
    has 'json: a field' "$out" "$part"
done
frozen preflight -a "$a" --output-format=prometheus --cache-ttl=0
is 'prometheus: no timestamps' "$(printf '%s\n' "$out" | grep -c '} [^ ]* ')" 0
for part in "claude_preflight_check_timestamp_seconds{agent_home=\"$a\"} $NOW" \
    "claude_token_expiry_timestamp_seconds{agent_home=\"$a\"} $((NOW - 5))" \
    "claude_login_expiry_timestamp_seconds{agent_home=\"$a\"} $((NOW + 604799))" \
    "claude_token_renewable{agent_home=\"$a\"} 1" "claude_cli_up{agent_home=\"$a\"} 1" \
    "claude_cli_version_duration_seconds{agent_home=\"$a\"} 0." \
    "claude_cli_info{agent_home=\"$a\",version=\"2.1.330\",path=\"$a/.local/bin/claude\"} 1" \
    "claude_preflight_condition{agent_home=\"$a\",condition=\"token-renewable\",state=\"WARNING\"} 1"; do
    has 'prometheus: a sample' "$out" "
$part"
done

# Paths: long ones, and ones with everything in them. $h is an agent with a finding or two that name it.
paths() {
    claude "$h" && login "$h" -5 604799 && chmod 604 "$h/.claude/.credentials.json"
    mkdir "$h/.claude/.oauth_refresh.lock"
    TZ=UTC0 touch -t 202611180000.00 "$h/.claude/.oauth_refresh.lock"
    for options in -v -vvv --state=token-renewable=ok,login-expiring=ok; do
        frozen preflight -a "$h" --state-dir="$h/state" $options
        is "$1, $options: status" "$status" 1
        nagios "$1, $options"
    done
    # shellcheck disable=SC2016 # for the script
    script "$h/.local/bin/claude" 'printf "%s|\n\033\377\"\302\205\342\200\t" "$0" >&2; exit 1'
    for format in nagios json prometheus; do
        frozen preflight -a "$h" -b "$h/.local/bin/claude" --output-format=$format
        is "$1, $format: status" "$status" "$([ $format = prometheus ] && echo 0 || echo 2)"
        $format "$1, $format"
    done
    frozen preflight -vvv -a "$h" -b "$h/nothing"
    is "$1, no binary: status" "$status" 2
    nagios "$1, no binary"
    mv "$h/.claude/.credentials.json" "$h/.claude/x"
    frozen preflight -vvv -a "$h"
    is "$1, no credentials: status" "$status" 2
    is "$1, no credentials: no more than one |" "$(tr -cd '|' <"$dir/stdout")" '|'
    is "$1, no credentials: bytes" "$(wc -c <"$dir/stdout" | awk '$1 > 4000')" ''
}
# shellcheck disable=SC2016 # literal characters
h=$dir/$(printf 'a | b\nc "d" \033[31m \377\376 $(e) `f` ; <g> & \\ %%s \302\205 %s~' "$tab")
if mkdir "$h" 2>/dev/null; then
    paths 'a hostile path'
else
    skip 'a hostile path' 'the file system refuses it'
fi
h=$dir
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
    h=$h/$(printf '%0250d' 0)
done
mkdir -p "$h"
paths 'a long path'
frozen preflight -vvv -a "$h" -b "$h/nothing"
is 'a long path: the cut is told' "$(sed -n '$s/[0-9][0-9]*/N/p' "$dir/stdout")" '… and N more'

done_testing
