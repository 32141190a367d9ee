#!/bin/sh
# Options of check_claude_runlog: what each does, and what a wrong one says.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

log=$dir/run.log
result false 'All done' >"$log"

# --- Help, version, markers

check runlog --help
is 'help: status' "$status" 3
is 'help: lines over 80 columns' "$(printf '%s\n' "$out" | awk 'length > 80')" ''
for option in --log --newest --since --warning --critical --grace --anchored --marker --list-markers --state \
    --timeout --output-format --textfile --verbose --help --version; do
    has "help: $option" "$out" " $option"
done
check runlog -h
is 'help: short' "$status" 3
check runlog -V
is 'version' "$status $(printf '%s' "$out" | sed 's/[0-9.]*$//')" '3 check_claude_runlog v'
check runlog --list-markers
is 'markers: status' "$status" 3
for marker in 'not logged in' 'please run /login' 'invalid api key' unauthorized 401 'Credit balance is too low' \
    'Claude AI usage limit reached' 'API Error: 529'; do
    has "markers: $marker" "$out" "	$marker	"
done
is 'markers: each has a condition of the table' \
    "$(printf '%s\n' "$out" | cut -f1 | sort -u | tr '\n' ' ')" 'auth-failure billing login-ending network overloaded usage-limit '

# --- A wrong one: one line that names it, UNKNOWN

while IFS='|' read -r arguments part; do
    # shellcheck disable=SC2086  # arguments are words
    check runlog $arguments "$log"
    is "$arguments: status" "$status" 3
    is "$arguments: one line" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 1
    has "$arguments: says so" "$out" "CLAUDE RUNLOG UNKNOWN - $part"
done <<'END'
--newest=x|--newest=x: not a number. Write
--newest=-1|--newest=-1: not a number. Write
--newest=1.5|--newest=1.5: not a number. Write
--newest=|--newest=: not a number. Write
--newest=9999999999|--newest=9999999999: not a number. Write
--since=soon|--since=soon: not a duration. Write
--since=0|--since=0: must be more than 0. Write
--grace=-5|--grace=-5: not a duration. Write
--grace=5y|--grace=5y: not a duration. Write
-w 5x|--warning=5x: 
--critical=9:1|--critical=9:1: 
--warning=inf|--warning=inf: 
--log=|--log=: is empty. Write
--marker=|--marker=: has no text. Write
--marker=billing:|--marker=billing:: has no text. Write
--state=auth-failure|--state=auth-failure: 
--state=auth-failure=red|--state=auth-failure=red: 
--state=nothing=ok|--state=nothing=ok: 
--state=token-expired=ok|--state=token-expired=ok: 
--output-format=xml|--output-format=xml: no such format. Write
--textfile=metrics|--textfile=metrics: does not end in .prom. Write
--timeout=0|--timeout=0: must be more than 0. Write
--anchord|--anchord: no such option. Did you mean --anchored?
--anchored=yes|--anchored=yes: --anchored takes no value. Write --anchored
-x|-x: no such option. Write one of those in --help
--timeout=200ms|--timeout=200ms: not a duration. Write
END

check runlog
is 'no log' "$status" 3
has 'no log: says so' "$out" 'CLAUDE RUNLOG UNKNOWN - no log is named. Write --log=PATH'
check runlog --log
has 'no value: says so' "$out" 'CLAUDE RUNLOG UNKNOWN - --log: no value. Write --log=PATH'

# --- Markers of one's own

echo 'The proxy  REFUSED	the run' >"$dir/plain"
marked() {
    what=$1 wanted=$2
    shift 2
    check runlog --state=result-missing=ok "$@" "$dir/plain"
    is "marker: $what" "$status $(conditions)" "$wanted"
}
marked none '0 '
marked 'any case, any white space' '2 auth-failure' --marker='proxy refused THE run'
marked 'with a condition' '1 network' -m 'network:proxy refused'
marked 'with a condition in capitals' '1 network' -m 'NETWORK:proxy refused'
marked 'with a colon that is no condition' '0 ' -m 'proxy:refused'
marked 'two of them' '2 billing network' -m 'network:proxy' -m 'billing:refused'
marked 'blanks at its ends' '2 auth-failure' -m '  proxy '
marked 'no match' '0 ' -m 'proxy refuse d'
check runlog --marker="$(printf '%0101d' 0)" "$log"
has 'marker: too long' "$out" ': longer than 100 bytes. Write a part of it'
set --
for number in 1 2 3 4 5 6 7 8; do
    for letter in a b c d e f g h; do set -- "$@" -m "own-$letter$number"; done
done
check runlog "$@" "$log"
has 'marker: too many' "$out" 'one marker too many. Write fewer'
shift 2
check runlog "$@" "$log"
is 'marker: 63 of them' "$status" 0

# --- Time limit: an input that does not end

# shellcheck disable=SC2016
run sh -c '{ echo "no end" && exec sleep 0.8; } | "$1" -t 0.2 -' sh "$build/check_claude_runlog"
is 'timeout: status' "$status" 3
has 'timeout: says so' "$(summary)" 'timed out while reading -'

# --- States

check runlog --state=RESULT-MISSING=Warning,auth-failure=ok "$dir/plain"
is 'state: any case, several' "$status" 1
check runlog -S result-missing=ok -S result-missing=critical "$dir/plain"
is 'state: the last wins' "$status" 2

done_testing
