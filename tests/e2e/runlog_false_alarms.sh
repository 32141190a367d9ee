#!/bin/sh
# Good runs whose tools or prose speak of refused logins raise no alarm, in any shape of log; and the
# ways to ask for one all the same.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

log=$dir/log

# A run whose tool and whose answer say $1, as the events of a stream.
run_that_says() {
    printf '{"type":"system","subtype":"init","cwd":"/srv/agent/work"}\n'
    printf '{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"%s"}}]}}\n' "$1"
    printf '{"type":"user","message":{"content":[{"type":"tool_result","content":"%s"}]},"tool_use_result":{"stdout":"%s"}}\n' "$1" "$1"
    printf '{"type":"system","subtype":"api_retry","attempt":1,"error":"authentication_failed","error_status":401}\n'
    printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s"}]}}\n' "$1"
    result false "$1"
    echo
}

while read -r words; do
    run_that_says "$words" >"$log"
    check runlog "$log"
    is "stream: $words" "$status $(conditions)" '0 '
    check runlog --state=auth-mention=warning "$log"
    is "stream, mentions wanted: $words" "$status $(conditions)" '1 auth-mention'
    check runlog --anchored "$log"
    is "stream, anchored: $words" "$status $(conditions)" '0 '

    { printf '[' && run_that_says "$words" | paste -sd, - | tr -d '\n' && printf ']\n'; } >"$dir/array"
    check runlog "$dir/array"
    is "array: $words" "$status $(conditions)" '0 '

    run_that_says "$words" | tail -n 1 >"$log"
    check runlog "$log"
    is "object: $words" "$status $(conditions)" '0 '

    # what the tools wrote to stderr stands in the log as it is
    { echo "$words" && run_that_says "$words" && echo "$words"; } >"$log"
    check runlog "$log"
    is "with stderr: $words" "$status $(conditions)" '0 '

    # a killed run is no refused one
    run_that_says "$words" | sed '$d' >"$log"
    check runlog "$log"
    is "killed: $words" "$status $(conditions)" '2 result-missing'

    # nor one that was killed while it wrote what a tool printed, the model said, or that all is well
    for line in 3 5 6; do
        half=$(run_that_says "$words" | sed "${line}q" | sed '$s/.\{20\}$//')
        printf '%s' "$half" >"$log"
        check runlog "$log"
        is "killed in line $line: $words" "$status $(conditions)" '2 result-missing'
        printf '%s\nexit status 137\n' "$half" >"$log"
        check runlog --state=auth-mention=warning "$log"
        is "killed in line $line, mentions wanted: $words" "$status $(conditions)" '2 result-missing auth-mention'
    done

    printf 'I changed this: %s now.\n\nAll tests pass.\n' "$words" >"$log"
    check runlog --anchored --state=result-missing=ok "$log"
    is "text, anchored: $words" "$status $(conditions)" '0 '
    check runlog --state=result-missing=ok "$log"
    is "text, anywhere: $words" "$status $(conditions)" '2 auth-failure'
done <<'END'
401
HTTP/1.1 401 Unauthorized
not logged in
Not logged in · Please run /login
please run /login
Please run /LOGIN
Invalid API key · Please run /login
invalid api key
UNAUTHORIZED
Failed to authenticate. API Error: 401 x
END

# A wrapper's time, to the millisecond, before the events of a killed run says nothing of a login.
run_that_says 'All is well' | sed '$d; s/^/2026-11-18 11:06:40,401 INFO /' >"$log"
check runlog "$log"
is 'a time before an event' "$status $(conditions)" '2 result-missing'
{ cat "$log" && echo 'curl: 401' && cat "$log"; } >"$dir/more"
check runlog "$dir/more"
is 'a line between events' "$status $(conditions)" '2 auth-failure result-missing'
has 'a line between events: which' "$(detail auth-failure)" "marker 401 ($dir/more:6)"

# Words that only look like markers are not even mentions.
while read -r words; do
    run_that_says "$words" | grep -v api_retry >"$log"
    check runlog --state=auth-mention=warning "$log"
    is "no marker: $words" "$status $(conditions)" '0 '
    echo "$words" >"$log"
    check runlog --state=result-missing=ok "$log"
    is "no marker, text: $words" "$status $(conditions)" '0 '
done <<'END'
1401 4010 x401 401_ _401 401st
not logged on, not  logged in
please run login
please  run /login
invalid  api key
END

# What is billed, throttled or cut off is no login; a good run that speaks of it is nothing.
while read -r words; do
    run_that_says "$words" >"$log"
    check runlog "$log"
    is "good run: $words" "$status $(conditions)" '0 '
done <<'END'
Credit balance is too low
Claude AI usage limit reached
API Error: 529 Overloaded
API Error: Connection refused
Warning: this sign-in can end at any time from now until 2026-11-24.
END

# --- Text, anchored: the CLI's own message at the start of one of the last five lines

anchored() {
    check runlog --anchored --state=result-missing=ok "$log"
    is "$1" "$status $(conditions)" "$2"
}
printf 'Not logged in · Please run /login\n' >"$log" && anchored 'anchored: the message' '2 auth-failure'
printf '2026-11-18T11:06:40Z Not logged in · Please run /login\r\n' >"$log" && anchored 'anchored: with a time' '2 auth-failure'
printf 'Not logged in · Please run /login\n1\n2\n3\n4\n' >"$log" && anchored 'anchored: fifth line' '2 auth-failure'
printf 'Not logged in · Please run /login\n1\n2\n3\n4\n5\n' >"$log" && anchored 'anchored: sixth line' '0 '
printf 'It prints: Not logged in · Please run /login\n' >"$log" && anchored 'anchored: in a sentence' '0 '
printf 'Not logged in users get a 401.\n' >"$log" && anchored 'anchored: a sentence' '0 '
printf 'Credit balance is too low\n' >"$log" && anchored 'anchored: billing' '2 billing'
for prefix in '' '2026-11-18T11:06:40Z '; do
    printf '%sAPI Error: 400 {"type":"error","error":{"message":"This organization has been disabled."}}\n' "$prefix" >"$log"
    anchored 'anchored: what the API said' '2 billing'
done
printf 'Your ANTHROPIC_API_KEY belongs to a disabled organization\n' >"$log" && anchored 'anchored: a disabled key' '2 billing'

done_testing
