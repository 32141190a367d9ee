#!/bin/sh
# negate and check_multi, which run a plugin and read its first line, its status and its perfdata.
. "$(dirname "$0")/harness.sh"
a=$dir/home/agent log=$dir/var/log/claude
preflight="$plugins/check_claude_preflight -a $a --timeout=2s"

# --- negate exchanges OK and CRITICAL, with -s also the word in the first line, which it has to find there

if provide negate monitoring-plugins-common; then
    tested_against "negate $(negate --version | sed 's/.* \([0-9.]*\)).*/\1/')"
    for wanted in 'OK 2 CRITICAL' 'WARNING 1 WARNING' 'CRITICAL 0 OK' 'UNKNOWN 3 UNKNOWN'; do
        state=${wanted%% *} becomes=${wanted##* }
        agent "$state" "$a"
        # shellcheck disable=SC2086 # a list of words
        run as_user "$(command -v negate)" -s $preflight
        is "negate: $state: status" "$status" "$(echo "$wanted" | cut -d ' ' -f 2)"
        has "negate: $state: first line" "$out" "CLAUDE PREFLIGHT $becomes - "
        has "negate: $state: perfdata" "${out%%
*}" ' | token_expiry='
    done
    # its own time is over before the plugin's, and the plugin is gone with it, and with that claude
    script "$a/.local/bin/claude" "touch '$a/started'" "exec sleep 29.$$"
    run as_user "$(command -v negate)" -t 1 -T UNKNOWN "$plugins/check_claude_preflight" -a "$a"
    is 'negate: timeout: status' "$status" 3
    is 'negate: timeout: claude was running' "$([ -e "$a/started" ] && echo yes)" yes
    # shellcheck disable=SC2317 # await runs it
    gone() { [ -z "$(processes "29.$$")" ]; }
    await 'negate: timeout: nothing is left' 5 gone
else
    skip negate 'not to be had'
fi

# --- check_multi takes several plugins for one, and gives their perfdata names of its own

if provide check_multi nagios-plugin-check-multi; then
    tested_against "check_multi $(check_multi --version 2>&1 | sed -n 's/.*check_multi_\([0-9.]*\).*/\1/p')"
    mkdir -p "$dir/tmp"
    own "$dir/tmp"
    cat >"$dir/claude.cmd" <<EOF
command [ preflight ] = $preflight
command [ runlog ] = $plugins/check_claude_runlog --log=$log
EOF
    for wanted in 'OK OK 0' 'OK WARNING 1' 'CRITICAL WARNING 2' 'UNKNOWN OK 3'; do
        first=${wanted%% *} second=$(echo "$wanted" | cut -d ' ' -f 2)
        agent "$first" "$a"
        run_log "$second" "$log/run.json"
        run as_user "$(command -v check_multi)" -f "$dir/claude.cmd" -s tmp_dir="$dir/tmp"
        is "check_multi: $first, $second: status" "$status" "${wanted##* }"
        has "check_multi: $first, $second: first line of the preflight" "$out" "preflight CLAUDE PREFLIGHT $first - "
        has "check_multi: $first, $second: first line of the run log" "$out" "runlog CLAUDE RUNLOG $second - "
        data=$(printf '%s\n' "$out" | sed 's/.*|//')
        case $first in
        CRITICAL) token=-3456000 login=-1036800 ;;
        *) token=27000 login=2250000 ;;
        esac
        perfdata "check_multi: $first" "$data" preflight::check_claude_preflight::token_expiry '*s' $((token - 60)) $token
        perfdata "check_multi: $first" "$data" login_expiry "*s$login_range" $((login - 60)) $login
        perfdata "check_multi: $second" "$data" runlog::check_claude_runlog::logs 1
        perfdata "check_multi: $second" "$data" run_time 0.598s
    done
else
    skip check_multi 'not to be had'
fi
done_testing
