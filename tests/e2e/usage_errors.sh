#!/bin/sh
# Every kind of usage error, whole: one UNKNOWN line that names the option or the variable with its value,
# and says what to write instead. And what else keeps a check from being made.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

# told WHAT MESSAGE: the last run's line is SERVICE UNKNOWN - MESSAGE.
told() {
    is "$1: status" "$status" 3
    says "$1" "$(printf '%s\n' "$out" | sed -n "s#$dir#DIR#g; 1{s/ | .*//;s/^CLAUDE [A-Z]* UNKNOWN - //p;}")" "$2"
}

# An empty value is written as nothing behind =. NAME=VALUE before the plugin is its environment.
duration='<Write a number with s, m, h, d or w behind it, as in 90s, 15m, 8h, 1.5d>'
range='<Write [@][start:][end], as in 7d:, 10m:2h or 15m>'
while IFS='|' read -r arguments message; do
    case $arguments in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2086  # a list of words
    frozen $arguments
    message=$(printf '%s\n' "$message" | sed "s/DURATION\$/$duration/; s/RANGE\$/$range/")
    told "$arguments" "$message"
    is "$arguments: one line" "$(grep -c '' "$dir/stdout")" 1
    printf '%s\n' "$arguments" >>"$dir/refused"
done <<'END'
# values
preflight --timeout=soon|--timeout=soon: not a duration. DURATION
preflight --timeout=0|--timeout=0: must be more than 0. DURATION
preflight -t -5|--timeout=-5: not a duration. DURATION
preflight --version-timeout=1e3|--version-timeout=1e3: not a duration. DURATION
preflight --cache-ttl=never|--cache-ttl=never: not a duration. DURATION
preflight --skew=-1|--skew=-1: not a duration. DURATION
preflight --warning=5:1|--warning=5:1: the start is greater than the end. RANGE
preflight --critical=|--critical=: not a range. RANGE
preflight --login-warning=0x10|--login-warning=0x10: not a range. RANGE
preflight --login-critical=1:2:3|--login-critical=1:2:3: the end is not a duration. RANGE
preflight --state=token-expired|--state=token-expired: no = in it. <Write CONDITION=STATE, as in binary-missing=ok>
preflight --state=no-such=ok|--state=no-such=ok: no condition is called no-such. <Write one of those in --help, as in binary-missing=ok>
preflight -S token-expired=red|--state=token-expired=red: no state for token-expired. <Write ok, warning, critical or unknown>
preflight --output-format=xml|--output-format=xml: no such format. <Write nagios, json or prometheus>
preflight --color=green|--color=green: not known. <Write auto, always or never>
preflight --textfile=x.txt|--textfile=x.txt: does not end in .prom. <Write the path of the file, as in /var/lib/prometheus/node-exporter/claude.prom>
preflight --state-dir=|--state-dir=: is empty. <Write the path of a directory>
preflight --binary=|--binary=: is empty. <Write a path>
preflight --agent-home=|--agent-home=: is empty. <Write a path>
preflight --credentials=|--credentials=: is empty. <Write a path>
preflight --config-dir=|--config-dir=: is empty. <Write a path>
preflight --env-file=|--env-file=: is empty. <Write a path>
preflight --auth=maybe|--auth=maybe: not a way to check the login. <Write file (or true), auto, or off (or false)>
preflight --min-version=2.1|--min-version=2.1: not a version. <Write three numbers, as in 2.1.330>
preflight --reset-cache=only --textfile=x.prom|--reset-cache=only: nothing is checked that a textfile could hold. <Write --reset-cache=only without --textfile>
preflight --reset-cache=all|--reset-cache=all: not known. <Write --reset-cache or --reset-cache=only>
runlog --log=|--log=: is empty. <Write the path of a log, a directory or a pattern>
runlog --newest=x|--newest=x: not a number. <Write how many logs to judge, 0 for all>
runlog --since=0|--since=0: must be more than 0. DURATION
runlog --warning=inf|--warning=inf: not a range. RANGE
runlog --critical=@|--critical=@: not a range. RANGE
runlog --grace=5y|--grace=5y: not a duration. DURATION
runlog --marker=|--marker=: has no text. <Write [CONDITION:]TEXT, as in network:proxy refused>
runlog --agent-home=|--agent-home=: is empty. <Write the path of a home>
runlog -a x -a y|--agent-home=y: a second agent. <Write one --agent-home, and call again for others>
runlog --timeout=200ms|--timeout=200ms: not a duration. DURATION
runlog --state=token-expired=ok|--state=token-expired=ok: no condition is called token-expired. <Write one of those in --help, as in auth-failure=ok>
runlog --output-format=JSON|--output-format=JSON: no such format. <Write nagios, json or prometheus>
runlog --color=|--color=: not known. <Write auto, always or never>
runlog --textfile=.prom|--textfile=.prom: does not end in .prom. <Write the path of the file, as in /var/lib/prometheus/node-exporter/claude.prom>
runlog --state-dir=|--state-dir=: is empty. <Write the path of a directory>
# variables
ORCH_AUTH_EXPIRY_SKEW_SECONDS=soon preflight|ORCH_AUTH_EXPIRY_SKEW_SECONDS=soon: not a duration. DURATION
ORCH_PREFLIGHT_CACHE_TTL=1e3 preflight|ORCH_PREFLIGHT_CACHE_TTL=1e3: not a duration. DURATION
ORCH_PREFLIGHT_CHECK_AUTH=maybe preflight|ORCH_PREFLIGHT_CHECK_AUTH=maybe: not a way to check the login. <Write file (or true), auto, or off (or false)>
# what is no option
preflight --bogus|--bogus: no such option. <Write one of those in --help>
preflight --tiemout=5|--tiemout=5: no such option. <Did you mean --timeout?>
preflight -x|-x: no such option. <Write one of those in --help>
preflight stray|stray: no argument is taken. <Write one of the options in --help>
runlog|no log is named. <Write --log=PATH>
runlog --anchord x|--anchord: no such option. <Did you mean --anchored?>
END

frozen runlog --marker="$(printf '%0101d' 0)" x
told 'a long marker' "--marker=$(printf '%0101d' 0): longer than 100 bytes. <Write a part of it>"
set --
for number in 1 2 3 4 5 6 7 8; do
    for letter in a b c d e f g h; do set -- "$@" -m "own-$letter$number"; done
done
frozen runlog "$@" x
told 'many markers' '--marker=own-h8: one marker too many. <Write fewer>'

# A value of any length leaves room for what to write instead.
long=$(printf '%03000d' 0 | tr 0 '\377')
while IFS='|' read -r plugin before behind; do
    frozen "$plugin" "$before$long$behind"
    is "$before, long: status" "$status" 3
    has "$before, long: cut" "$(summary)" '...: '
    has "$before, long: what to write" "$(summary)" ' Write '
done <<'END'
preflight|--timeout=|
preflight|--warning=|
preflight|--state=|
preflight|--state=|=ok
preflight|--state=token-expired=|
preflight|--state=token-expired=ok,|=ok
preflight|--output-format=|
preflight|--color=|
preflight|--textfile=|
preflight|--auth=|
preflight|--min-version=|
preflight|--reset-cache=|
preflight|--|
preflight|--help=|
preflight||
runlog|--newest=|
runlog|--marker=|
END
for variable in ORCH_AUTH_EXPIRY_SKEW_SECONDS ORCH_PREFLIGHT_CACHE_TTL ORCH_PREFLIGHT_CHECK_AUTH; do
    frozen "$variable=$long" preflight
    has "$variable, long: what to write" "$(summary)" ' Write '
done

# Every option: without its value, or with one that it does not take. Every variable that can be wrong.
for plugin in preflight runlog; do
    frozen "$plugin" --help
    printf '%s\n' "$out" | sed -n '/^Conditions/q; s/^ \{2,6\}\(-., \)*--\([a-z].*\)$/\2/p' >"$dir/options"
    variables=$(printf '%s\n' "$out" | sed -n 's/.*default from \([A-Z_]*\)$/\1/p')
    while read -r option; do
        name=${option%%[=[]*}
        case $option in
        *'[='*) ;;
        *=*)
            frozen "$plugin" "--$name"
            told "--$name" "--$name: no value. <Write --$(printf '%s\n' "$option" | tr '|' /)>"
            ;;
        *)
            frozen "$plugin" "--$name=x"
            told "--$name=x" "--$name=x: --$name takes no value. <Write --$name>"
            continue
            ;;
        esac
        grep -q -e "^$plugin.* --$name=" "$dir/refused" || fail "$plugin: no wrong value of --$name above"
    done <"$dir/options"
    for variable in $variables; do
        case $variable in ORCH_CLAUDE_BIN | ORCH_CLAUDE_CREDENTIALS_PATH | CHECK_CLAUDE_STATE_DIR) continue ;; esac
        grep -q -e "^$variable=[^ ]* $plugin" "$dir/refused" || fail "$plugin: no wrong value of $variable above"
    done
done

# --- The check could not be made

a=$dir/agent
claude "$a"
login "$a" 28800 2246400
script "$a/slow" 'exec sleep 1.9'
log=$dir/good.json
result false 'All done' >"$log"

frozen preflight -a "$dir/no-*"
told 'no home' 'no agent home matches DIR/no-*, <check --agent-home>'
frozen preflight -a "$a" --auth=auto --env-file="$dir/none"
told 'no environment file' 'cannot look for the login of DIR/agent: DIR/none: No such file or directory, <check --env-file>'
frozen preflight -a "$a" --textfile="$dir/none/x.prom"
told 'no textfile' 'cannot write textfile DIR/none/x.prom: No such file or directory, <check its directory>'
frozen preflight -a "$a" -b "$a/slow" -t 0.1 --cache-ttl=0
told 'out of time' 'timed out while running claude --version, <raise --timeout>'
# shellcheck disable=SC2016
run sh -c '{ echo "no end" && exec sleep 0.4; } | "$1" -t 0.1 -' sh "$build/check_claude_runlog"
told 'out of time, runlog' 'timed out while reading -, <raise --timeout>'
: >"$dir/file"
frozen preflight -a "$a" --reset-cache=only --state-dir="$dir/file"
told 'nothing to forget' 'cannot forget what is stored: DIR/file: Not a directory, <check --state-dir>'

done_testing
