#!/bin/sh
# On a terminal: states in colour, what was checked without -v, perfdata only with it, and a line of
# progress that is gone before the output. In a pipe: none of that, byte for byte.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
login "$a" 28800 2246400
mkdir "$dir/runs"
result false 'All done' >"$dir/runs/good.json"
result true 'Reached maximum number of turns (3)' >"$dir/runs/bad.json"
touch -d "@$((NOW - 90))" "$dir/runs/good.json" "$dir/runs/bad.json"
escape=$(printf '\033') return=$(printf '\r')
red="${escape}[1;31m" green="${escape}[1;32m" yellow="${escape}[1;33m" magenta="${escape}[1;35m" plain="${escape}[0m"
unset NO_COLOR
export TERM=xterm

# As frozen, with a terminal for stdout; the terminal changes nothing on the way.
on_terminal() {
    run_as=run_on_pty
    frozen "$@"
    run_as=run
}
# shellcheck disable=SC2317  # called by run_plugin
run_on_pty() { run "$build/tests/pty" "$@"; }

# As frozen, in a terminal, but with a pipe for stdout.
piped() {
    run_as=run_piped
    frozen "$@"
    run_as=run
}
# shellcheck disable=SC2016,SC2317
run_piped() { run "$build/tests/pty" sh -c '"$@" | cat' sh "$@"; }

without_colour() { printf '%s\n' "$out" | sed "s/${escape}\\[[0-9;]*m//g"; }

# What `claude --version` took is the one thing that is not the same twice.
same() { sed 's/\(version_time\(","value":\|=\)\|duration_seconds{.*} \)[0-9.]*/\1T/; s/took [0-9]* us/took T us/'; }

# --- Preflight

on_terminal preflight -a "$a" --cache-ttl=0
is 'terminal: status' "$status" 0
is 'terminal: OK' "$out" "CLAUDE PREFLIGHT ${green}OK$plain - claude 2.1.330, token 8h, login 26d
agent: home $a
binary: $a/.local/bin/claude, version 2.1.330
login: from $a/.claude/.credentials.json, with a refresh token, max
config directory: $a/.claude, to log in run claude auth login
state directory: $dir/state"

on_terminal preflight -a "$a" --cache-ttl=0 -v
has 'terminal: perfdata with -v' "$out" "${green}OK$plain - claude 2.1.330, token 8h, login 26d | token_expiry=28800s "

on_terminal preflight -a "$a" -w 9h --cache-ttl=0 --state=permissions-open=unknown
has 'terminal: WARNING' "$out" "CLAUDE PREFLIGHT ${yellow}WARNING$plain - "
has 'terminal: WARNING, detail line' "$out" "
[${yellow}WARNING$plain] token-expiring: the access token ends in 8h"
on_terminal preflight -a "$dir/nobody"
has 'terminal: CRITICAL' "$out" "CLAUDE PREFLIGHT ${red}CRITICAL$plain - "
on_terminal preflight -a "$a" -t soon
has 'terminal: a usage error' "$status $out" "3 CLAUDE PREFLIGHT ${magenta}UNKNOWN$plain - --timeout=soon: "
on_terminal preflight --reset-cache=only -a "$a"
has 'terminal: --reset-cache=only' "$status $out" "0 CLAUDE PREFLIGHT ${green}OK$plain - forgot "

on_terminal preflight -a "$a" -a "$dir/nobody" --cache-ttl=0
is 'terminal: a fleet stays short' "$(printf '%s\n' "$out" | grep -c '')" 2
has_not 'terminal: a fleet, no perfdata' "$out" '|'

# What others wrote brings no colour of theirs.
script "$a/evil" "printf '\\033[31mred\\007|\\n' >&2; exit 3"
on_terminal preflight -a "$a" -b "$a/evil" --color=never
has_not 'terminal: foreign escapes' "$out" "$escape"
has 'terminal: foreign text is cleaned' "$out" ' [31mred'

# --- Runlog

on_terminal runlog "$dir/runs/bad.json"
is 'terminal: runlog: no perfdata' "$(printf '%s\n' "$out" | grep -c '|')" 0
has 'terminal: runlog: the CLI says why' "$out" "
message: Reached maximum number of turns (3)"
on_terminal runlog "$dir/runs/good.json"
is 'terminal: runlog OK' "$out" "CLAUDE RUNLOG ${green}OK$plain - run ended well after 0.59s, 1 turn"

# --- Who gets colour

coloured() {
    what=$1 wanted=$2
    shift 2
    "$@"
    case $out in *"$escape"*) got=yes ;; *) got=no ;; esac
    is "colour: $what" "$got" "$wanted"
}
coloured 'auto, terminal' yes on_terminal runlog --color=auto "$dir/runs/good.json"
coloured 'auto, NO_COLOR' no on_terminal NO_COLOR=1 runlog "$dir/runs/good.json"
coloured 'auto, NO_COLOR empty' yes on_terminal NO_COLOR= runlog "$dir/runs/good.json"
coloured 'auto, TERM=dumb' no on_terminal TERM=dumb runlog "$dir/runs/good.json"
coloured 'auto, no TERM' no on_terminal -uTERM runlog "$dir/runs/good.json"
coloured 'never' no on_terminal runlog --color=never "$dir/runs/good.json"
coloured 'always, NO_COLOR' yes on_terminal NO_COLOR=1 TERM=dumb runlog --color=always "$dir/runs/good.json"
coloured 'always, pipe' yes frozen runlog --color=always "$dir/runs/good.json"
coloured 'auto, pipe' no frozen runlog --color=auto "$dir/runs/good.json"
coloured 'json' no on_terminal runlog --color=always --output-format=json "$dir/runs/good.json"
coloured 'prometheus' no on_terminal runlog --color=always --output-format=prometheus "$dir/runs/good.json"
coloured 'help' no on_terminal runlog --help

# --- The other formats and a pipe are the same with a terminal around

for arguments in "preflight -a $a" "preflight -a $a -v" "preflight -a $a -vv" "preflight -a $dir/nobody" \
    "preflight -a $a -a $dir/nobody" 'preflight --bogus' "runlog $dir/runs/bad.json" "runlog -v $dir/runs/bad.json" \
    "runlog $dir/runs --newest=0" 'runlog -v'; do
    for format in nagios json prometheus; do
        # shellcheck disable=SC2086  # a list of words
        set -- ${arguments%% *} --output-format=$format ${arguments#* }
        case $1 in preflight) set -- "$@" --cache-ttl=0 ;; esac
        frozen -uTERM "$@"
        was=$(same <"$dir/stdout") was_status=$status
        piped "$@"
        is "pipe: $*" "$(same <"$dir/stdout")" "$was"
        frozen CHECK_CLAUDE_TEST_TICK=1 "$@" -t 100
        has_not "pipe, slow: $*" "$out" "$return"
        frozen "$@" --color=always
        is "always, but for the colour: $*" "$status $(without_colour | same)" "$was_status $was"
        case $format in nagios) continue ;; esac
        on_terminal "$@"
        is "terminal: $*" "$status $(same <"$dir/stdout")" "$was_status $was"
    done
done

# --- Progress. Every look at the clock takes as long as CHECK_CLAUDE_TEST_TICK says.

# The lines of the terminal as they were written over each other, one a line, the output last.
lines() { tr '\r' '\n' <"$dir/stdout" | grep -v '^ *$'; }

# A screen after all of it: what is written after a CR replaces what stands there.
screen() { awk 'BEGIN { RS = "\n" } { n = split($0, part, "\r"); line = ""
    for (i = 1; i <= n; i++) line = part[i] substr(line, length(part[i]) + 1)
    sub(/ +$/, "", line); print line }' "$dir/stdout"; }

head -c 5000000 /dev/zero | tr '\0' x >"$dir/long.log"
touch -d "@$((NOW - 90))" "$dir/long.log"
on_terminal runlog "$dir/long.log"
wanted=$out
has_not 'progress: none before two seconds' "$out" "$return"
on_terminal CHECK_CLAUDE_TEST_TICK=0.5 runlog -t 100 "$dir/long.log"
has 'progress: bytes' "$(lines)" 'check_claude_runlog: 3.1 of 5.0 MB, 62 %'
is 'progress: rewritten' "$(lines | grep -c '^check_claude_runlog: [0-9.]* of 5.0 MB, [0-9]* %$' | awk '{ print ($1 > 2) }')" 1
is 'progress: gone before the output' "$(screen)" "$wanted"
on_terminal CHECK_CLAUDE_TEST_TICK=0.5 TERM=dumb runlog -t 100 "$dir/long.log"
has_not 'progress: not on a dumb terminal' "$out" "$return"
on_terminal CHECK_CLAUDE_TEST_TICK=0.5 runlog -t 100 --output-format=json "$dir/long.log"
has_not 'progress: not with JSON' "$out" "$return"

mkdir "$dir/logs"
for number in 1 2 3 4 5 6; do
    echo 'no result here' >"$dir/logs/$number.log"
done
on_terminal CHECK_CLAUDE_TEST_TICK=0.5 runlog -t 100 --newest=0 "$dir/logs"
has 'progress: logs' "$(lines)" 'check_claude_runlog: log 6 of 6'

script "$a/slow" 'sleep 0.3' "echo '2.1.330 (Claude Code)'"
on_terminal CHECK_CLAUDE_TEST_TICK=0.5 preflight -t 100 --version-timeout=100 --cache-ttl=0 -a "$a" -b "$a/slow"
has 'progress: waiting' "$(lines)" 'check_claude_preflight: running claude --version, '
is 'progress: waiting, then the output' "$(screen | sed -n 1p)" \
    "CLAUDE PREFLIGHT ${green}OK$plain - claude 2.1.330, token 8h, login 26d"

set --
for number in 1 2 3 4 5 6; do
    set -- "$@" -a "$dir/agent$number"
done
on_terminal CHECK_CLAUDE_TEST_TICK=0.5 preflight -t 100 "$@"
has 'progress: agents' "$(lines)" 'check_claude_preflight: 5 of 6 agents'

# On a narrow terminal it is cut, and leaves the last column free.
# shellcheck disable=SC2016
run "$build/tests/pty" sh -c 'stty cols 30 <&1; exec env TERM=xterm "$@"' sh \
    CHECK_CLAUDE_TEST_TICK=0.5 CHECK_CLAUDE_TEST_NOW="$NOW" "$build/tests/frozen/check_claude_runlog" -t 100 "$dir/long.log"
is 'progress: narrow' "$(lines | grep -xc 'check_claude_runlog: 3.1 of 5')" 1

# typing BINARY KEY LATER: preflight at a terminal, where KEY is pressed once its progress is shown,
# and LATER a second after that.
typing() {
    # shellcheck disable=SC2016
    run sh -c '{ printf "running claude\t%s\n" "$1"; sleep 1; printf "\t%s\n" "$2"; } | { shift 2; "$@"; }' \
        sh "$2" "$3" "$build/tests/pty" -i env CHECK_CLAUDE_TEST_TICK=0.5 CHECK_CLAUDE_TEST_NOW="$NOW" \
        "$build/tests/frozen/check_claude_preflight" -t 100 --version-timeout=100 --cache-ttl=0 -a "$a" -b "$1"
    out=$(screen)
}

# A signal ends it: the line goes, the UNKNOWN line comes.
script "$a/endless" 'exec sleep 1.9'
typing "$a/endless" '\x03' ''
is 'progress: Ctrl-C' "$status $out" \
    '3 CLAUDE PREFLIGHT UNKNOWN - ended by signal 2 while running claude --version'

# The terminal is stopped when there is something to say, and goes on later.
script "$a/slow" 'sleep 0.5' "echo '2.1.330 (Claude Code)'"
typing "$a/slow" '\x13' '\x11'
is 'progress: Ctrl-S, Ctrl-Q' "$status $(printf '%s\n' "$out" | sed -n 1p)" \
    "0 CLAUDE PREFLIGHT ${green}OK$plain - claude 2.1.330, token 8h, login 26d"

done_testing
