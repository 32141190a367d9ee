#!/bin/sh
# Logs hold prompts and secrets: nothing of them is shown, at any level, in any format, but the CLI's own
# message at -v, cut at 200 bytes.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

log=$dir/log
canary=fixture-token

# Every output there is. shown NAME: passed when the canary is in none.
shown() {
    seen=''
    for arguments in '' -v -vv -vvv '-vvv --anchored' '-vvv --output-format=json' '-vvv --output-format=prometheus' \
        "-vvv --textfile=$dir/claude.prom" '-v --state=auth-mention=critical,auth-failure=ok' '-vvv --grace=1d' '-vvv -m says'; do
        # shellcheck disable=SC2086  # arguments are words
        check runlog $arguments "$log"
        case $out$(cat "$dir/claude.prom" 2>/dev/null) in *"$canary"*) seen="$seen [$arguments]" ;; esac
    done
    is "$1" "$seen" ''
}

said="$canary, 401 Unauthorized, not logged in, please run /login $canary"
events() {
    printf '{"type":"system","subtype":"init","cwd":"/srv/%s","apiKeySource":"%s"}\n' "$canary" "$canary"
    printf '{"type":"user","message":{"content":"%s"}}\n' "$said"
    printf '{"type":"assistant","message":{"content":[{"type":"tool_use","input":{"command":"%s"}}]}}\n' "$said"
    printf '{"type":"user","message":{"content":[{"type":"tool_result","content":"%s"}]}}\n' "$said"
    printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s"}]}}\n' "$said"
}

events >"$log" && shown 'a killed run'
{ events && result false "$said"; } >"$log" && shown 'a good run'
{ events && result true "" '"errors":[],'; } >"$log" && shown 'a failed run'
{ events && printf '{"type":"result","subtype":"error_max_turns","is_error":true,"session_id":"%s"}\n' "$canary"; } >"$log"
shown 'a run out of turns'
{ echo "$said" && events && echo "[$canary] Unauthorized: $canary" && result true 'Not logged in'; } >"$log"
shown 'stderr around it'
printf '%s\n' "$said" "see: Not logged in $canary" "Not logged in, says $canary" "401 $canary" "$canary: unauthorized" >"$log"
shown 'text with markers'
printf '%s\n' "curl -H 'Authorization: Bearer $canary' says 401" 'Credit balance is too low' "and $canary" >"$log"
shown 'text beside the message'
printf '{"type":"result","is_error":true,"result":"Not logged in","to%s' "$canary $said" >"$log"
shown 'half a result'
printf '{"message":"%s","%s":{"a":1}}\n' "$said" "$canary" >"$log"
shown "some other program's JSON"

# --- The CLI's own message: at -v, and no more than 200 bytes

message='Failed to authenticate: this login reached its time limit'
filler=$(printf '%0400d' 0)
result true "$message" >"$log"
check runlog "$log"
has_not 'message: not without -v' "$out" "$message"
check runlog -v "$log"
has 'message: of a result' "$out" "
message: $message"
result true "$message $filler" >"$log"
check runlog -vvv "$log"
is 'message: cut' "$(printf '%s\n' "$out" | sed -n 's/^message: //p' | awk '{ print (length <= 200) }')" 1
printf '2026-11-18 11:06:40 %s\n' "$message" >"$log"
check runlog "$log"
has_not 'message in text: not without -v' "$out" 'time limit'
check runlog -v "$log"
has 'message in text' "$out" "
message: $message"
printf '%s %s\n' "$message" "$filler" >"$log"
check runlog -vvv "$log"
is 'message in text: cut' "$(printf '%s\n' "$out" | sed -n 's/^message: //p' | awk '{ print (length <= 200) }')" 1
result true "$(printf 'Failed to authenticate: \\u001b[31m|\\n%s' x)" >"$log"
check runlog -v "$log"
is 'message: cleaned' "$(printf '%s\n' "$out" | sed -n 's/^message: //p' | tr -cd '|\033')" ''

done_testing
