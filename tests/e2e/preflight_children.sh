#!/bin/sh
# A claude that misbehaves: each its condition, in time, and nothing of it is left running.
. "$(dirname "$0")/harness.sh"

nap=1.5${$}7 # a number of seconds that nobody else sleeps
a=$dir/agent
login "$a" 28800 2246400
bin=$a/.local/bin/claude
answer="echo '2.1.330 (Claude Code)'"

gone() {
    is "$1: nothing is left running" "$(processes "$nap")" ''
    is "$1: it was not waited for" "$(cat "$dir/woke" 2>/dev/null)" ''
}

# ask WHAT STATUS ID STATE, of $bin
ask() {
    case $3 in version-timeout) time=0.15s ;; *) time=2s ;; esac
    frozen preflight -v -a "$a" --cache-ttl=0 --version-timeout=$time
    found "$@"
    is "$1: no NUL, no control character" "$(tr -d '\n -~\200-\377' <"$dir/stdout" | od -c)" 0000000
    gone "$1"
}

# The stand-ins: what each does after #!/bin/sh. "nap" is a long sleep.
while IFS='~' read -r what wanted finding lines; do
    lines=$(printf '%s\n' "$lines" | sed "s/ANSWER/$answer/g; s/NAP/sleep $nap/g; s|WOKE|echo late >$dir/woke|g")
    script "$bin" "$lines"
    # shellcheck disable=SC2086 # an id and a state
    ask "$what" "$wanted" $finding
done <<'END'
hangs~2~version-timeout CRITICAL~NAP; WOKE
hangs as one process~2~version-timeout CRITICAL~exec NAP
answers, then hangs~2~version-timeout CRITICAL~ANSWER; NAP; WOKE
ignores TERM~2~version-timeout CRITICAL~trap '' TERM HUP INT; NAP; NAP; WOKE
closes its output and hangs~2~version-timeout CRITICAL~ANSWER; exec >&- 2>&-; NAP; WOKE
prints without end~2~version-timeout CRITICAL~exec yes NAP
prints errors without end~2~version-timeout CRITICAL~exec yes NAP >&2
prints without end, deaf to TERM~2~version-timeout CRITICAL~trap '' TERM; yes NAP
stops itself~2~version-timeout CRITICAL~kill -STOP $$; NAP
fails~2~version-failed CRITICAL~exit 1
dies by SEGV~2~version-failed CRITICAL~kill -SEGV $$
dies by KILL~2~version-failed CRITICAL~kill -KILL $$
fails and leaves a child~2~version-failed CRITICAL~NAP & exit 1
exits with 255~2~version-failed CRITICAL~ANSWER; exit 255
fails with NULs~2~version-failed CRITICAL~printf '\0\033[31m\0' >&2; exit 1
prints NULs~0~version-unrecognised OK~printf '\0\0\0\n'
prints nothing~0~version-unrecognised OK~:
prints half a line~0~version-unrecognised OK~printf '2.1.330 (Claude'
prints other words~0~version-unrecognised OK~echo '2.1.330 (Claude Code) x'
prints a MiB~0~version-unrecognised OK~yes 2>/dev/null | dd bs=1024 count=1024 2>/dev/null
END

# These are no trouble, and nothing of them stays either.
while IFS='~' read -r what lines; do
    lines=$(printf '%s\n' "$lines" | sed "s/ANSWER/$answer/g; s/NAP/sleep $nap/g; s|WOKE|echo late >$dir/woke|g")
    script "$bin" "$lines"
    frozen preflight -a "$a" --cache-ttl=0 --version-timeout=2s
    has "$what" "$status $(summary)" '0 claude 2.1.330, '
    gone "$what"
done <<'END'
leaves a child that holds the pipe~{ NAP; WOKE; } & ANSWER
leaves a child that is deaf to TERM~(trap '' TERM HUP; NAP; NAP; WOKE) & ANSWER
reads its input~cat; read x; ANSWER
warns~echo 'a warning' >&2; ANSWER
prints notes around it~echo note; printf '2.1.330 (Claude Code)\r\n'; echo note
wants a terminal~[ -t 0 ] || [ -t 1 ] || ANSWER
END
if [ -e "$tools/setsid" ]; then
    script "$bin" "setsid sleep $nap &" "(setsid sh -c 'trap \"\" TERM; sleep $nap; sleep $nap' &)" "$answer"
    frozen preflight -a "$a" --cache-ttl=0 --version-timeout=2s
    has 'leaves children in sessions of their own' "$status $(summary)" '0 claude 2.1.330, '
    gone 'leaves children in sessions of their own'
    script "$bin" "setsid sleep $nap &" "sleep $nap"
    ask 'hangs with a child in its own session' 2 version-timeout CRITICAL
else
    skip 'children in sessions of their own' 'no setsid'
fi

# What it says stands in the text.
script "$bin" "echo 'Error: claude native binary not installed.' >&2" 'echo stdout' 'exit 1'
ask 'the stub of an npm install' 2 version-failed CRITICAL
has 'the stub: its words' "$(summary)" 'failed with status 1, run it by hand, it said: Error: claude native binary not installed.'
script "$bin" "i=0; while [ \$i -lt 300 ]; do printf '\\303\\244' >&2; i=\$((i + 1)); done; exit 1"
ask 'long words' 2 version-failed CRITICAL
is 'long words: 120 characters of them' "$(summary | grep -o 'ä' | grep -c .)" 120
script "$bin" 'echo on stdout; exit 7'
ask 'words on stdout' 2 version-failed CRITICAL
has 'words on stdout' "$(summary)" 'status 7, run it by hand, it said: on stdout'
script "$bin" 'kill -TERM $$'
ask 'dies by TERM' 2 version-failed CRITICAL
has 'dies by TERM: the signal' "$(summary)" 'died by signal 15 '

done_testing
