# shellcheck shell=sh
# Sourced by the end-to-end tests: sh tests/e2e/NAME.sh runs one by itself, from any directory.
#
#   check NAME ARGUMENT...      runs check_claude_NAME; then $status, $out and $err (both whole)
#   frozen NAME ARGUMENT...     the same with the time of day standing still at $NOW
#                               (before NAME, VARIABLE=VALUE and -uVARIABLE change its environment)
#   is WHAT GOT WANTED          one test, passed when the two are the same
#   has WHAT TEXT PART          passed when PART occurs in TEXT;  has_not: when it does not
#   found WHAT STATUS ID STATE  the last run had that status and a detail line of condition ID
#   says WHAT GOT MESSAGE       GOT is that message, which says what to do next, in <>; and the engines
#                               change no character of the last run's first line
#   options NAME                a plugin's long options, a line each: NAME flag, value or repeatable
#   skip WHAT WHY               what cannot be tried here, and why
#   done_testing                the last line: prints the counts, removes $dir
#
# $dir is a new directory; HOME and the state directory are in it. PATH leads, for the plugin, to a few
# tools and to no claude: the machine's own is never started. Every run is looked at for an empty
# stderr and an exit status of 0 to 3 besides.

set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here" && while [ ! -e lib ] && [ "$PWD" != / ]; do cd ..; done && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
dir=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-test.XXXXXX") || exit 1
trap 'chmod -R u+rwx "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
for name in $(env | sed -n 's/^\(ORCH_[A-Z_]*\|CLAUDE_[A-Z_]*\|CHECK_CLAUDE_[A-Z_]*\|XDG_CACHE_HOME\)=.*/\1/p'); do
    unset "$name"
done
export LC_ALL=C HOME="$dir/home" CHECK_CLAUDE_STATE_DIR="$dir/state" PATH=/usr/bin:/bin
tools=$dir/tools
mkdir "$HOME" "$tools"
for tool in sh cat dd env mkdir rmdir setsid sleep touch yes; do
    at=$(command -v "$tool") && case $at in /*) ln -s "$at" "$tools/$tool" ;; esac
done

NOW=1795000000 # 2026-11-18T11:06:40Z
# Errors by glibc's words, where musl has its own: commands for sed.
# shellcheck disable=SC2034 # for the tests
errors='s/Symbolic link loop/Too many levels of symbolic links/; s/No file descriptors available/Too many open files/
s,: I/O error,: Input/output error,'
passed=0 failed=0 skipped=0 status=0 out='' err='' run_as=run

pass() { passed=$((passed + 1)); }

fail() {
    failed=$((failed + 1))
    printf 'FAILED %s: %s\n' "$(basename "$0" .sh)" "$1" >&2
}

is() { if [ "$2" = "$3" ]; then pass; else fail "$1: got [$2], wanted [$3]"; fi; }

has() { case $2 in *"$3"*) pass ;; *) fail "$1: [$3] is not in [$2]" ;; esac; }

has_not() { case $2 in *"$3"*) fail "$1: [$3] is in [$2]" ;; *) pass ;; esac; }

found() {
    is "$1: status" "$status" "$2"
    has "$1: finding" "$out" "
[$4] $3: "
}

says() {
    is "$1: message" "$2" "$(printf '%s\n' "$3" | tr -d '<>')"
    has "$1: what to do next" "$3" '<'
    # shellcheck disable=SC2016  # literal characters
    case $(summary) in
    *['|;~$&"<>`'\']*) fail "$1: a character that engines change in [$(summary)]" ;;
    *) pass ;;
    esac
}

skip() {
    skipped=$((skipped + 1))
    printf 'skipped %s: %s: %s\n' "$(basename "$0" .sh)" "$1" "$2" >&2
}

# Run a program and look at what every run must hold. The standard input is empty.
run() {
    # shellcheck disable=SC2086
    ${WRAPPER:-} "$@" >"$dir/stdout" 2>"$dir/stderr" </dev/null
    status=$?
    out=$(cat "$dir/stdout") err=$(cat "$dir/stderr")
    [ "$status" -le 3 ] || fail "$*: exit status $status"
    [ -z "$err" ] || fail "$*: stderr holds [$err]"
}

# run_plugin DIRECTORY [VARIABLE=VALUE | -uVARIABLE]... NAME ARGUMENT...
run_plugin() {
    program=$1/check_claude_
    named='' unset=''
    shift
    for word in "$@"; do
        shift
        case $named$word in
        -u?*) unset="$unset $word" && continue ;;
        yes* | *=*) ;;
        *) named=yes word=$program$word ;;
        esac
        set -- "$@" "$word"
    done
    case $unset in *-uPATH*) ;; *) set -- PATH="$tools" "$@" ;; esac
    # shellcheck disable=SC2086 # a list of words
    $run_as env $unset CHECK_CLAUDE_TEST_NOW="$NOW" "$@"
}

check() { run_plugin "$build" "$@"; }

frozen() { run_plugin "$build/tests/frozen" "$@"; }

# By --help, where what follows an option in brackets may be left out.
options() {
    check "$1" --help
    printf '%s\n' "$out" | awk '
        /^  (-., |    )--/ { if (name) print name, kind
                             kind = /^[^=[]*=/ && $0 !~ /^ *(-., )?--[a-z-]* / ? "value" : "flag"
                             sub(/^ +(-., )?--/, ""); name = $0; sub(/[[= ].*/, "", name) }
        /repeatable/ { kind = "repeatable" }
        END { print name, kind }'
}

# The first line's text between the state and the perfdata.
summary() { printf '%s\n' "$out" | sed -n '1{s/^[A-Z ]* - //;s/ | .*//;p;}'; }

# The text of the detail line of condition $1.
detail() { printf '%s\n' "$out" | sed -n "s/^\[[A-Z]*\] $1: //p"; }

# The conditions of the detail lines, in their order.
conditions() { printf '%s\n' "$out" | sed -n 's/^\[[A-Z]*\] \([a-z-]*\): .*/\1/p' | tr '\n' ' ' | sed 's/ $//'; }

# A result event in the shape of release 2.1.330. result IS_ERROR TEXT [MORE-FIELDS,]
result() {
    printf '{"duration_api_ms":0,"usage":{"input_tokens":0},"is_error":%s,"num_turns":1,' "$1"
    printf '"subtype":"success",%s"result":"%s","type":"result","duration_ms":598}' "${3:-}" "$2"
}

# An executable script. script PATH LINE...
script() {
    path=$1
    shift
    mkdir -p "$(dirname "$path")"
    { printf '#!/bin/sh\n' && printf '%s\n' "$@"; } >"$path"
    chmod 755 "$path"
}

# A claude that answers --version like release 2.1.330. claude HOME
claude() { script "$1/.local/bin/claude" "echo '2.1.330 (Claude Code)'"; }

# A credentials file, mode 0600: write_credentials HOME JSON
write_credentials() {
    mkdir -p "$1/.claude"
    (umask 077 && printf '%s\n' "$2" >"$1/.claude/.credentials.json")
}

# A whole login. login HOME SECONDS-UNTIL-TOKEN-EXPIRY SECONDS-UNTIL-LOGIN-END, counted from $NOW
login() {
    write_credentials "$1" '{"claudeAiOauth":{"accessToken":"fixture-token",'"$(
    )"'"refreshToken":"fixture-refresh-'"$(printf %s "$1" | cksum | tr -d ' ')"'","expiresAt":'$((NOW + $2))'000,'"$(
    )"'"refreshTokenExpiresAt":'$((NOW + $3))'000,"scopes":["user:inference","user:profile"],'"$(
    )"'"subscriptionType":"max"}}'
}

# The agent $a, who logged in 5000 seconds ago; the login was $refused 4000 seconds ago, and then a run was $good.
refused_then_good() {
    a=$dir/agent refused=$dir/refused.log good=$dir/good.log
    claude "$a"
    login "$a" 28800 2246400
    touch -d "@$((NOW - 5000))" "$a/.claude/.credentials.json"
    result true 'Failed to authenticate. API Error: 403 OAuth token has been revoked.' '"api_error_status":403,' >"$refused"
    result false 'All done.' >"$good"
    touch -d "@$((NOW - 4000))" "$refused"
    touch -d "@$((NOW - 3000))" "$good"
}

# An ordinary user for what root may always do. prepare_user makes $dir open to it, puts the plugins into
# $user_build, and fails where there is none; then as_user COMMAND... is a command for run.
user_build=$dir/build
user=$(id -u)

prepare_user() {
    [ "$user" -eq 0 ] && user=65534
    as_user true 2>/dev/null || return 1
    chmod 755 "$dir"
    mkdir "$user_build"
    cp "$build"/check_claude_* "$user_build"
    mkdir "$user_build/frozen"
    cp "$build"/tests/frozen/check_claude_* "$user_build/frozen"
}

as_user() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid="$user" --regid="$user" --clear-groups "$@"
    else
        "$@"
    fi
}

run_as_user() { run as_user "$@"; }

# frozen as that user
user_frozen() {
    run_as=run_as_user # whom a directory of root's is closed to
    run_plugin "$user_build/frozen" CHECK_CLAUDE_STATE_DIR="$dir/user-state" "$@"
    run_as=run
}

# What is still running of the processes that have the number $1 in their arguments.
processes() { grep -ls -e "[${1%"${1#?}"}]${1#?}" /proc/[0-9]*/cmdline; }

done_testing() {
    printf '%s: %d passed, %d failed, %d skipped\n' "$(basename "$0" .sh)" "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
    exit
}
