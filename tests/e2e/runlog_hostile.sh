#!/bin/sh
# Names and files that are none of a log's: no hang, no crash, a whole answer.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

good=$dir/good
result false 'All done' >"$good"

# --- What is no regular file

mkfifo "$dir/fifo"
ln -s loop "$dir/loop"
ln -s none "$dir/dangling"
while read -r path wanted; do
    check runlog -t 2 "$path"
    is "$path" "$status $(conditions)" "$wanted"
done <<END
$dir/fifo 3 log-unreadable
/dev/null 3 log-unreadable
/dev/zero 3 log-unreadable
/dev/tty 3 log-unreadable
$dir/loop 3 log-unreadable
$dir/loop/x 3 log-unreadable
$dir/dangling 3 log-missing
$good/x 3 log-missing
END
check runlog -t 2 /proc/self/mem
is 'memory: an answer' "$([ "$status" -ge 2 ] && [ "$(printf '%s\n' "$out" | wc -l)" -ge 2 ] && echo so)" so

if command -v perl >/dev/null && perl -MSocket -e 'my $s; socket($s, AF_UNIX, SOCK_STREAM, 0) and bind($s, pack_sockaddr_un($ARGV[0])) or exit 1' "$dir/socket"; then
    check runlog "$dir/socket"
    is 'socket' "$status $(conditions)" '3 log-unreadable'
fi
mkdir "$dir/mixed"
mkfifo "$dir/mixed/fifo"
ln -s / "$dir/mixed/link"
cp "$good" "$dir/mixed/log"
check runlog --newest=0 "$dir/mixed"
is 'a directory with a pipe in it' "$status $(conditions)" '0 '
check runlog --newest=0 "$dir/mixed/*o*"
is 'a pattern with a pipe in it' "$status $(conditions)" '0 '

# --- Permissions, which do not hold root

if [ "$(id -u)" -ne 0 ]; then
    mkdir "$dir/closed"
    cp "$good" "$dir/closed/log"
    cp "$good" "$dir/secret"
    chmod 0 "$dir/closed" "$dir/secret"
    for path in "$dir/secret" "$dir/closed" "$dir/closed/log" "$dir/closed/*" "$dir/clos*"; do
        check runlog "$path"
        is "denied: $path" "$status $(conditions)" '3 log-unreadable'
        has "denied: $path, why" "$out" 'Permission denied'
    done
    chmod 400 "$dir/closed"
    check runlog "$dir/closed"
    is 'denied: no x' "$status $(conditions)" '3 log-unreadable'
    check runlog "$good" "$dir/secret"
    is 'denied: one of two' "$status $(conditions)" '3 log-unreadable'
fi

# --- Names

long=$(printf '%0200d' 0)
newline='a
[CRITICAL] auth-failure: made up | x=1'
escape=$(printf 'a\033]0;title\007\033[31mb')
for odd in "$newline" "$escape" 'a|b=1;2;3' "a'b\"c\`d\$e" 'a\nb\\c' "$(printf 'a\377\300b')" 'a  b' '{a}' '~' '-x' '*' '[' "$long" 'ä·✓'; do
    path=$dir/names/$odd
    mkdir -p "$dir/names"
    result true 'x' '"api_error_status":401,' >"$path" 2>/dev/null || continue # a file system that refuses it
    check runlog "$path"
    is "name $odd: status" "$status" 2
    is "name $odd: lines" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 2
    is "name $odd: bars" "$(printf '%s' "$out" | tr -cd '|')" '|'
    is "name $odd: control bytes" "$(printf '%s' "$out" | tr -d '\n' | tr -cd '\000-\037\177')" ''
    check runlog -vvv --output-format=prometheus "$path"
    is "name $odd: samples" "$(printf '%s\n' "$out" | grep -c '^claude_runlog_state{log=".*"} 2$')" 1
    is "name $odd: lines of no form" "$(printf '%s\n' "$out" | grep -v '^# ' | grep -vc '^claude_runlog_[a-z_]*\({log=".*"}\)\{0,1\} [0-9.]*$')" 0
    check runlog --output-format=json "$path"
    is "name $odd: JSON in one line" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 1
    if command -v jq >/dev/null; then
        is "name $odd: JSON" "$(printf '%s\n' "$out" | jq -r .exit_code)" 2
    fi
    (cd "$dir/names" && run "$build/check_claude_runlog" -- "./$odd" && [ "$status" = 2 ]) || fail "name $odd: in its directory"
    rm "$path"
done
check runlog "$dir/$(printf '%05000d' 0)"
is 'a name longer than any' "$status" 3

# --- A log that changes while it is read

# shellcheck disable=SC2016  # the shell inside expands them
change='while :; do
    { cat "$1"; echo; awk "BEGIN { for (i = 0; i < 20000; i++) print \"a line of a wrapper, some 50 bytes long, x\" i }"; cat "$1"; } >"$2"
    : >"$2"
    cat "$1" "$1" >>"$2"
done'
cp "$good" "$dir/changing"
sh -c "$change" sh "$good" "$dir/changing" &
changer=$!
wrong=''
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    check runlog -t 2 -v "$dir/changing"
    case "$status $(conditions)" in '0 ' | '2 log-empty' | '2 result-missing') ;; *) wrong="$wrong$i: $out" ;; esac
done
kill "$changer"
wait "$changer" 2>/dev/null
is 'a log that changes' "$wrong" ''

# --- Descriptors

# shellcheck disable=SC2016  # the shell inside expands them
{
    run sh -c 'exec "$1" "$2" >&-' sh "$build/check_claude_runlog" "$good"
    is 'stdout closed' "$status" 0
    run sh -c 'exec "$1" "$2" <&- 2>&-' sh "$build/check_claude_runlog" "$good"
    is 'stdin and stderr closed' "$status $(conditions)" '0 '
    run sh -c 'exec "$1" "$2" <&- >&- 2>&-' sh "$build/check_claude_runlog" "$good"
    is 'all closed' "$status" 0
    if [ -w /dev/full ]; then
        run sh -c 'exec "$1" "$2" >/dev/full' sh "$build/check_claude_runlog" "$good"
        is 'stdout full' "$status" 3
    fi
}

done_testing
