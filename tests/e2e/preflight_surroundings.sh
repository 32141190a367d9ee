#!/bin/sh
# Odd surroundings: descriptors, limits, signals, locale, another user, HOME and the config directory.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
login "$a" 28800 2246400
plugin=$build/tests/frozen/check_claude_preflight

# around SHELL-COMMAND ARGUMENT...: run it with the plugin's call as "$@"; then $out has the status, too
around() {
    command=$1
    shift
    run env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" sh -c "$command" sh "$plugin" -a "$a" --cache-ttl=0 "$@"
}

# Closed descriptors: the status is right, and nothing is written where it does not belong.
before=$(cat "$a/.claude/.credentials.json")
while IFS=: read -r wanted redirection; do
    around "\"\$@\" $redirection"
    is "$redirection: status" "$status" "$wanted"
    around "\"\$@\" $redirection" -b "$a/nothing"
    is "$redirection, CRITICAL: status" "$status" 2
    around "\"\$@\" $redirection" -b "$a/nothing" --output-format=json
    is "$redirection, json: status" "$status" 2
    around "\"\$@\" $redirection" --timeout=0
    is "$redirection, usage error: status" "$status" 3
    around "\"\$@\" $redirection" --help
    is "$redirection, help: status" "$status" 3
    around "\"\$@\" $redirection" --textfile="$dir/x.prom"
    is "$redirection, textfile: status" "$status" "$wanted"
    is "$redirection: the textfile" "$(grep -c '^claude_preflight_state{' "$dir/x.prom")" 1
done <<'END'
0:<&-
0:>&-
0:2>&-
0:<&- >&- 2>&-
0:<&- 2>&-
END
is 'closed descriptors: the credentials are as they were' "$(cat "$a/.claude/.credentials.json")" "$before"
if [ -c /dev/full ]; then
    around '"$@" >/dev/full'
    is 'a full device: status' "$status" 3
    around '"$@" >/dev/full' -b "$a/nothing"
    is 'a full device, CRITICAL: status' "$status" 2
    around '"$@" >/dev/full' --output-format=prometheus
    is 'a full device, prometheus: nothing was printed' "$status" 3
    around '"$@" >/dev/full' --help
    is 'a full device, help: status' "$status" 3
    around '"$@" >/dev/full' --reset-cache=only
    is 'a full device, --reset-cache=only: status' "$status" 3
else
    skip 'a full device' 'no /dev/full'
fi
# shellcheck disable=SC2016 # for the shell inside
around '{ "$@"; echo $? >&3; } 3>"$HOME/status" | :'
is 'nobody reads: status' "$(sed 's/^[03]$/right/' "$HOME/status")" right

# Limits, signals, locale: the same answer as ever. The status goes through the pipe, behind the output.
while IFS='~' read -r what prelude; do
    rm -rf "$dir/state"
    around "{ $prelude
        \"\$@\"; echo \"status \$?\"; } | cat" -v
    has "$what" "$out" 'CLAUDE PREFLIGHT OK - claude 2.1.330, token 8h, login 26d | token_expiry=28800s login_expiry=2246400s;'
    has "$what: status" "$out" 'status 0'
done <<'END'
nothing odd~:
no file may grow~ulimit -f 0
a soft limit of the stack~ulimit -s 256
a limit of memory~[ -n "${SANITIZED:-}" ] || ulimit -v 2000000
SIGCHLD ignored~trap '' CHLD
SIGPIPE ignored~trap '' PIPE
every signal ignored~trap '' HUP INT QUIT TERM ALRM USR1 USR2 CHLD PIPE
a child from before~sleep 0.3 &
a German locale~export LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8
a Turkish locale~export LC_ALL=tr_TR.UTF-8
a UTF-8 locale~export LC_ALL=C.UTF-8
no such locale~export LC_ALL=no_SUCH LANG=x
another time zone~export TZ=Asia/Kathmandu
a deleted directory~mkdir "$HOME/gone" && cd "$HOME/gone" && rmdir "$HOME/gone"
an empty PATH~cat() { /bin/cat; }; export PATH=
open descriptors~exec 3<"$HOME" 4<"$HOME" 5<"$HOME" 6<"$HOME" 7<"$HOME"
POSIXLY_CORRECT~export POSIXLY_CORRECT=1
END
printer=/usr/bin/printf # a shell wants more than 8
[ -x "$printer" ] || printer=/bin/printf
printf '#!%s 2.1.330 (Claude Code)\n' "$printer" >"$a/.local/bin/claude"
around 'ulimit -n 8; "$@"'
has '8 descriptors' "$status $(summary)" '0 claude 2.1.330, '
claude "$a"
around 'ulimit -n 5; "$@"'
is 'too few descriptors: status' "$status" 3
has 'too few descriptors: text' "$out" 'CLAUDE PREFLIGHT UNKNOWN - cannot run claude --version: '
script "$a/.local/bin/claude" 'sleep 1.5'
around "trap '' CHLD TERM ALRM; \"\$@\"" --version-timeout=0.1 --timeout=1
found 'signals ignored, hanging' 2 version-timeout CRITICAL
claude "$a"
around "env -i CHECK_CLAUDE_TEST_NOW=$NOW \"\$@\""
is 'no environment: status' "$status" 0
frozen -uHOME -uPATH -uCHECK_CLAUDE_STATE_DIR preflight -a "$a" --cache-ttl=0
is 'neither HOME nor PATH: status' "$status" 0

# The own home, and where the CLI's variables move the config directory.
login "$HOME" 28800 2246400
cd "$dir" || exit 1
home=/ # of a user without a name
! name=$(id -un 2>/dev/null) || home=$(eval "echo ~$name")
while read -r wanted words; do
    wanted=$(printf '%s\n' "$wanted" | sed "s|TOP|$dir|; s|PASSWD|$home|")
    words=$(printf '%s\n' "$words" | sed "s|TOP|$dir|g")
    # shellcheck disable=SC2086 # a list of words
    frozen $words -v --cache-ttl=0 -b "$a/.local/bin/claude"
    has "$words" "$out" " $wanted/.credentials.json"
done <<'END'
TOP/home/.claude preflight
PASSWD/.claude -uHOME preflight
PASSWD/.claude HOME= preflight
TOP/c CLAUDE_CONFIG_DIR=TOP/c preflight
. CLAUDE_CONFIG_DIR= preflight
TOP/s CLAUDE_SECURESTORAGE_CONFIG_DIR=TOP/s preflight
TOP/s CLAUDE_SECURESTORAGE_CONFIG_DIR=TOP/s CLAUDE_CONFIG_DIR=TOP/c preflight
TOP/s CLAUDE_SECURESTORAGE_CONFIG_DIR=TOP/s CLAUDE_CONFIG_DIR= preflight
TOP/home/.claude CLAUDE_SECURESTORAGE_CONFIG_DIR= preflight
TOP/home/.claude CLAUDE_SECURESTORAGE_CONFIG_DIR= CLAUDE_CONFIG_DIR=TOP/c preflight
TOP/agent/.claude CLAUDE_SECURESTORAGE_CONFIG_DIR=TOP/s CLAUDE_CONFIG_DIR=TOP/c preflight -a TOP/agent
TOP/o CLAUDE_SECURESTORAGE_CONFIG_DIR=TOP/s CLAUDE_CONFIG_DIR=TOP/c preflight --config-dir=TOP/o
END

# The agent's HOME is what its claude sees, in the C locale.
script "$a/.local/bin/claude" "[ \"\$HOME\" = '$a' ] && [ \"\$LC_ALL\" = C ] && echo '2.1.330 (Claude Code)'"
frozen LC_ALL=de_DE.UTF-8 preflight -a "$a" --cache-ttl=0
has 'HOME and locale of the agent' "$status $(summary)" '0 claude 2.1.330, '

# Another user.
if prepare_user; then
    claude "$a"
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$a"
    mkdir "$dir/spool" && chmod 777 "$dir/spool"
    user_frozen preflight -v -a "$a" --state-dir="$dir/spool/state" --textfile="$dir/spool/x.prom"
    is 'an ordinary user: status' "$status" 0
    is 'an ordinary user: its files' "$(find "$dir/spool" -user "$user" -type f | grep -c .)" 2
else
    skip 'an ordinary user' 'no ordinary user'
fi

done_testing
