#!/bin/sh
# Names made to break out of the output, and of 4 KiB, for every path that is an option: no line, bar, label,
# string or terminal sequence of theirs comes out, in any format, whether the thing is there or not.
# shellcheck source=harness.sh disable=SC1003  # backslashes
. "$(dirname "$0")/harness.sh"

control=$(printf '\033]0;t\007\033[31m\302\233\302\205\342\200\256\342\200\250\342\201\246')
odd="a
CLAUDE PREFLIGHT OK - \"'b'\" | x=1 \\ {c=\"d\"} 0 \$(e) \`f\` ;%s$control"
long=$(printf '%04096d' 0)
a=$dir/agent log=$dir/log
claude "$a"
login "$a" 28800 2246400
result true 'x' '"api_error_status":401,' >"$log"
mkdir "$dir/$odd" 2>/dev/null || { skip 'odd names' 'the file system refuses them' && odd=odd && mkdir "$dir/$odd"; }
cp -R "$a/." "$dir/$odd"
cp "$log" "$dir/$odd/log"
echo 'X=1' >"$dir/$odd/env"
backslash='\\'

# The bytes of $control that a terminal obeys, in what was printed
obeyed() { LC_ALL=C grep -c "$(printf '[\001-\010\013-\037\177]')\|$(printf '\302[\200-\237]')" "$dir/stdout"; }

# shown WHAT STATUS NAME ARGUMENT...
shown() {
    what=$1 wanted=$2
    shift 2
    frozen "$@" -vvv
    is "$what: status" "$status" "$wanted"
    case $out in
    *'|'*'|'* | *'
CLAUDE'*) fail "$what: more than one first line or |: $out" ;;
    'CLAUDE '*) pass ;;
    *) fail "$what: no first line: $out" ;;
    esac
    is "$what: control bytes" "$(obeyed)" 0
    is "$what: too long" "$(awk 'BEGIN { RS = "\001" } { print (length > 4001) }' "$dir/stdout")" 0
    has_not "$what: the direction of writing" "$out" "$(printf '\342\200\256')"
    frozen "$@" -vvv --output-format=json
    is "$what: JSON, lines" "$(printf '%s\n' "$out" | grep -c '^{"plugin":"check_claude_[a-z]*",.*}$') $(grep -c '' "$dir/stdout")" '1 1'
    is "$what: JSON, control bytes" "$(obeyed)" 0
    cat "$dir/stdout" >>"$dir/json" && echo "$wanted" >>"$dir/wanted"
    frozen "$@" -vvv --output-format=prometheus
    is "$what: Prometheus, control bytes" "$(obeyed)" 0
    if [ "$what" = 'missing home' ]; then # nobody to tell the state of
        is "$what: Prometheus, status" "$status $(grep -c '^CLAUDE PREFLIGHT UNKNOWN - ' "$dir/stdout")" '3 1'
        return
    fi
    is "$what: Prometheus, status" "$status" 0
    is "$what: Prometheus, lines of no form" "$(grep -Ev '^(# (HELP|TYPE) claude_[a-z_]+ .*|claude_[a-z_]+(\{([a-z_]+="([^"\'"$backslash"']|\\["n'"$backslash$backslash"'])*",?)+\})? -?[0-9.]+)$' "$dir/stdout")" ''
}

for place in odd missing long; do
    home=0 ok=0 unknown=0 log_state=2 state=0
    case $place in
    odd) at=$dir/$odd ;;
    missing) at=$dir/none$odd home=3 ok=2 unknown=3 log_state=3 ;; # a pattern, as it has a bracket
    long) at=$dir/$long home=2 ok=2 unknown=3 log_state=3 state=3 ;; # a record may stand there
    esac
    shown "$place home" $home preflight --cache-ttl=0 -a "$at"
    shown "$place binary" $ok preflight --cache-ttl=0 -a "$a" -b "$at/.local/bin/claude"
    shown "$place credentials" $ok preflight -a "$a" -C "$at/.claude/.credentials.json"
    shown "$place config directory" $ok preflight -a "$a" --config-dir="$at/.claude"
    shown "$place environment file" $unknown preflight -a "$a" --auth=auto --env-file="$at/env"
    shown "$place state directory" $state preflight -a "$a" --state-dir="$at/state"
    shown "$place log" $log_state runlog "$at/log"
    shown "$place log beside another" 2 runlog "$log" "$at/log"
    shown "$place state directory of a log" 2 runlog --feed-preflight -a "$a" --state-dir="$at/state" "$log"
    shown "$place agent of a log" 2 runlog --feed-preflight -a "$at" "$log"
done
for place in odd long; do
    case $place in odd) at=$dir/$odd ok=0 ;; *) at=$dir/$long ok=3 ;; esac
    for format in nagios json; do
        frozen preflight -a "$a" --output-format=$format --textfile="$at/x.prom"
        is "$place textfile, $format: status" "$status" $ok
        is "$place textfile, $format: control bytes" "$(obeyed)" 0
        is "$place textfile, $format: first lines" "$(printf '%s\n' "$out" | grep -c '^CLAUDE\|^{"plugin"')" 1
    done
done

# What was fed with such a name is told by the preflight, as clean.
touch -d "@$((NOW - 90000))" "$a/.claude/.credentials.json"
frozen runlog --feed-preflight -a "$a" "$dir/$odd/log"
shown 'a refusal with an odd log' 2 preflight -a "$a"
has 'a refusal with an odd log: it is there' "$out" 'condition="run-refused",state="CRITICAL"} 1'

# What claude --version says: on the first line, and in a label.
script "$a/.local/bin/claude" "printf '%s\\n' '2.1.330$control (Claude Code)'"
shown 'a version with a sequence' 2 preflight -a "$a" --cache-ttl=0
has_not 'a version with a sequence: it is none' "$out" 'claude_cli_info'
script "$a/.local/bin/claude" "printf '%s' '$(printf %s "$odd" | sed "s/'/./g")' >&2; exit 1"
shown 'last words' 2 preflight -a "$a" --cache-ttl=0
write_credentials "$a" '{"claudeAiOauth":{"accessToken":"fixture-token","expiresAt":9999999999000,"subscriptionType":"a\u001b[31m\"|","loginEnded":"\u202e|"}}'
shown 'words of the credentials' 2 preflight -a "$a" --cache-ttl=0
result true "$(printf 'Not logged in · Please run /login \\u001b]0;t\\u0007 \\u202e | \\u009b31m \\n CLAUDE RUNLOG OK - x')" '"subtype":"\u001b[2J|","api_error_type":"|\u202e",' >"$log"
shown 'words of a result' 2 runlog "$log"

# All that was JSON, read by another.
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys
for line in open(sys.argv[1]): print(json.loads(line)["exit_code"])' "$dir/json" >"$dir/read" 2>&1
    is 'JSON, read again' "$(cat "$dir/read")" "$(cat "$dir/wanted")"
else
    skip 'JSON, read again' 'no python3'
fi

done_testing
