#!/bin/sh
# What is no ordinary file, in the place of each file and directory that the plugins are told of: an answer in
# one line and in time, in the state that its condition has, and never OK where a look was not possible.
# shellcheck source=harness.sh disable=SC2016,SC3045  # shells inside expand; ulimit -v is where dash and bash are
. "$(dirname "$0")/harness.sh"

a=$dir/agent log=$dir/good.log odd=$dir/odd there=$dir/there.prom
claude "$a"
login "$a" 28800 2246400
login "$HOME" 28800 2246400
result false 'All done.' >"$log"
touch -d "@$((NOW - 5))" "$log"
mkdir "$odd"

# --- What is put there. Those that cannot be made here are left out, by name.

mkfifo "$odd/fifo"
mkdir "$odd/directory"
ln -s "$there" "$odd/loop"
ln -s nothing "$odd/dangling"
ln -s /dev/zero "$odd/zero"
ln -s /dev/full "$odd/full"
ln -s /proc/self/mem "$odd/memory"
: >"$odd/empty"
dd if=/dev/zero of="$odd/sparse" bs=1 count=0 seek=10G 2>/dev/null || rm -f "$odd/sparse"
[ -e "$odd/sparse" ] || skip 'a sparse file of 10 GB' 'the file system has none'
perl -MSocket -e 'my $s; socket($s, AF_UNIX, SOCK_STREAM, 0) and bind($s, pack_sockaddr_un($ARGV[0])) or exit 1' \
    "$odd/socket" 2>/dev/null || skip 'sockets' 'no perl'
chmod +x "$odd"/[efs]* 2>/dev/null

# in_place_of PLACE STATUS WORDS PLUGIN ARGUMENT...: each of them, but those in $but, is at $there
in_place_of() {
    place=$1 wanted=$2 words=$3
    shift 3
    for path in "$odd"/*; do
        kind=${path##*/} what="$place is $kind"
        case " $but " in *" $kind "*) continue ;; esac
        mv "$path" "$there"
        frozen "$@"
        rm -rf "$path" && mv "$there" "$path" 2>/dev/null
        is "$what: status" "$status" "$wanted"
        has "$what: words" "$out" "$words"
        case $out in
        *'|'*'|'* | *'
CLAUDE '*) fail "$what: not one first line: $out" ;;
        'CLAUDE '*' - '*) pass ;;
        *) fail "$what: no first line: $out" ;;
        esac
        has_not "$what: no deadline was needed" "$out" 'timed out'
    done
}

but=dangling
in_place_of credentials 2 '[CRITICAL] credentials-' preflight -t 5 -a "$a" -C "$there"
in_place_of binary 2 '[CRITICAL] binary-not-executable: ' preflight -t 5 -a "$a" --cache-ttl=0 -b "$there"
but='dangling empty'
in_place_of 'the environment file' 3 'UNKNOWN - cannot look for the login of ' preflight -t 5 -a "$a" --auth=auto --env-file="$there"
but=directory
in_place_of 'the config directory' 2 '[CRITICAL] credentials-' preflight -t 5 -a "$a" --config-dir="$there"
in_place_of 'the home' 2 '[CRITICAL] binary-missing: ' preflight -t 5 -a "$there" -b claude
but='directory'
in_place_of 'the state directory' 0 ', not used: ' preflight -t 5 -v -a "$a" --state-dir="$there"
in_place_of 'the state directory, of a log' 1 '[WARNING] feed-lost: ' runlog -t 5 -v --feed-preflight -a "$a" --state-dir="$there" "$log"
but='directory sparse'
in_place_of 'a log' 3 '[UNKNOWN] log-' runlog -t 5 -S log-empty=unknown "$there"
in_place_of 'one of two logs' 3 '[UNKNOWN] log-' runlog -t 5 -S log-empty=unknown "$log" "$there"

# A textfile takes the place of what is there, whatever it is; of a directory it cannot.
but=directory
in_place_of 'the textfile' 0 'CLAUDE PREFLIGHT OK' preflight -t 5 -a "$a" --textfile="$there"
is 'the textfile: all have become files' "$(find "$odd" ! -type d ! -type f)" ''
is 'the textfile: whole ones' "$(grep -l '^claude_preflight_state{.*} 0$' "$odd"/* 2>/dev/null | grep -c .)" \
    "$(find "$odd" -type f | grep -c .)"

# Settings that cannot be read are passed over, and told: the credentials file decides.
rm -f "$odd"/*.prom
for path in "$odd"/socket "$odd"/fifo "$odd"/memory "$odd"/zero "$odd"/sparse; do
    rm -f "$path" # they are files by now
done
mkfifo "$odd/fifo" && ln -s /proc/self/mem "$odd/memory" && ln -s /dev/zero "$odd/zero"
dd if=/dev/zero of="$odd/sparse" bs=1 count=0 seek=10G 2>/dev/null
there=$a/.claude/settings.json but='empty full dangling loop socket memory'
in_place_of 'the settings' 0 "settings: passed over $there: " preflight -t 5 -v -a "$a" --auth=auto
ln -s /proc/self/mem "$there" # an I/O error: what they say is not known
if [ "$(id -u)" -eq 0 ]; then
    check preflight -v -a "$a" --auth=auto
    is 'the settings, unread: status' "$status" 3
    has 'the settings, unread: words' "$(printf '%s\n' "$out" | sed "$errors")" \
        "UNKNOWN - cannot look for the login of $a: $there: Input/output error, check its file system"
else
    skip 'the settings, unread' 'only root may open that file of a process that cannot be dumped'
fi
rm "$there"
there=$a/.claude.json
mv "$a/.claude/.credentials.json" "$dir/kept"
in_place_of 'the state of the CLI' 2 "settings: passed over $there: " preflight -t 5 -v -a "$a" --auth=auto
mv "$dir/kept" "$a/.claude/.credentials.json"

# --- JSON that is small to write and dear to read: no more memory than that of the limit, and no more time

# repeated TEXT TIMES
repeated() { awk -v text="$1" -v times="$2" 'BEGIN { for (i = 1; i < times; i++) printf "%s,", text; print text }'; }
limited() { (
    [ -n "${SANITIZED:-}" ] || ulimit -v 250000
    frozen "$@"
    printf '%s\n' "$status" "$out" >"$dir/limited"
) 2>/dev/null && status=$(sed -n 1p "$dir/limited") && out=$(sed 1d "$dir/limited"); }
{ printf '{"type":"result","is_error":false,"result":"x","y":[' && repeated '{}' 400000 && printf ']}\n'; } >"$dir/dear"
limited runlog -t 5 "$dir/dear"
is 'a log of empty objects' "$status $(conditions)" '2 result-missing'
{ printf '{"claudeAiOauth":{"accessToken":"fixture-token"},"y":[' && repeated '[]' 340000 && printf ']}\n'; } >"$dir/dear"
limited preflight -t 5 -a "$a" --cache-ttl=0 -C "$dir/dear"
is 'credentials of empty arrays' "$status $(conditions)" '2 credentials-malformed'
{ printf '{"env":{' && awk 'BEGIN { for (i = 0; i < 60000; i++) printf "\"K%d\":\"\",", i }' &&
    printf '"ANTHROPIC_API_KEY":"fixture"}}\n'; } >"$a/.claude/settings.json"
limited preflight -t 5 -v -a "$a" --auth=auto
has 'settings of 60000 keys' "$status $out" 'login: by ANTHROPIC_API_KEY from '
awk 'BEGIN { for (i = 0; i < 500000; i++) printf "["; print "" }' >"$a/.claude/settings.json"
limited preflight -t 5 -v -a "$a" --auth=auto
has 'settings of 500000 brackets' "$status $out" "settings: passed over $a/.claude/settings.json: not JSON"
rm "$a/.claude/settings.json" "$dir/dear"

# --- 10 GB of nothing around a result: what is at the end is seen, what is not there is not found

if dd if=/dev/zero of="$dir/large" bs=1 count=0 seek=10G 2>/dev/null; then
    { echo && result false 'All done.' && echo; } >>"$dir/large"
    frozen runlog -t 5 "$dir/large"
    is 'a result behind 10 GB' "$status $(conditions)" '0 '
    rm "$dir/large"
    { echo && result false 'All done.' && echo; } >"$dir/large"
    dd if=/dev/zero of="$dir/large" bs=1 count=0 seek=10G 2>/dev/null
    frozen runlog -t 0.3 "$dir/large"
    is 'a result before 10 GB: status' "$status" 3
    has 'a result before 10 GB: text' "$out" 'CLAUDE RUNLOG UNKNOWN - timed out while reading '
    rm "$dir/large"
fi

# --- A file that changes while it is read: old, new, cut or too large, and nothing else

script "$dir/changing" 'while [ -e "$1" ]; do' 'cat "$2" >"$1.new"; mv "$1.new" "$1"; : >"$1"; cat "$2" >"$1"' \
    'cat "$3" >>"$1"' 'done 2>/dev/null'
login "$dir/other" 28800 2246400
dd if=/dev/zero of="$dir/large" bs=64k count=17 2>/dev/null
cp "$dir/other/.claude/.credentials.json" "$dir/file"
sh "$dir/changing" "$dir/file" "$dir/other/.claude/.credentials.json" "$dir/large" &
changer=$! wrong=''
for _ in 1 2 3 4 5 6 7 8; do
    frozen preflight -t 5 -a "$a" -C "$dir/file"
    case "$status $(conditions)" in '0 ' | '2 credentials-malformed' | '2 credentials-unreadable') ;; *) wrong="$wrong $out" ;; esac
done
is 'credentials that change' "$wrong" ''
echo 'ANTHROPIC_API_KEY=fixture' >"$dir/env" && cp "$dir/env" "$dir/file2"
kill "$changer" && wait "$changer" 2>/dev/null
sh "$dir/changing" "$dir/file2" "$dir/env" "$dir/large" &
changer=$! wrong=''
for _ in 1 2 3 4 5 6; do
    frozen preflight -t 5 -v -a "$a" --auth=auto --env-file="$dir/file2"
    case $status:$out in
    0:*'login: by ANTHROPIC_API_KEY'* | 0:*'login: from '* | 3:*'UNKNOWN - cannot look for the login of '*'too large'*) ;;
    *) wrong="$wrong $out" ;;
    esac
done
kill "$changer" && wait "$changer" 2>/dev/null
is 'an environment file that changes' "$wrong" ''

# --- A directory that may not be searched, for an ordinary user

if prepare_user; then
    mkdir -p "$dir/closed"
    cp -R "$a/." "$dir/closed"
    cp "$log" "$dir/closed/log"
    echo 'ANTHROPIC_API_KEY=fixture' >"$dir/closed/env"
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$dir/closed" "$a"
    chmod 644 "$log"
    chmod 600 "$dir/closed"
    closed() { # WHAT STATUS WORDS PLUGIN ARGUMENT...
        what=$1 wanted=$2 words=$3
        shift 3
        user_frozen "$@"
        is "closed, $what: status" "$status" "$wanted"
        has "closed, $what: words" "$out" "$words"
    }
    closed credentials 2 '[CRITICAL] credentials-unreadable: ' preflight -a "$a" -C "$dir/closed/.claude/.credentials.json"
    closed binary 2 '[CRITICAL] binary-not-executable: ' preflight -a "$a" -b "$dir/closed/.local/bin/claude"
    closed 'config directory' 2 '[CRITICAL] credentials-unreadable: ' preflight -a "$a" --config-dir="$dir/closed/.claude"
    closed home 2 'Permission denied' preflight -a "$dir/closed"
    closed 'environment file' 3 'Permission denied' preflight -a "$a" --auth=auto --env-file="$dir/closed/env"
    closed 'state directory' 3 ', not used: ' preflight -v -a "$a" --state-dir="$dir/closed/state"
    closed textfile 3 'cannot write textfile ' preflight -a "$a" --textfile="$dir/closed/x.prom"
    closed log 3 '[UNKNOWN] log-unreadable: ' runlog "$dir/closed/log"
    closed logs 3 '[UNKNOWN] log-unreadable: ' runlog "$dir/closed/*"
    closed 'state directory of a log' 1 '[WARNING] feed-lost: ' runlog -v --feed-preflight -a "$a" --state-dir="$dir/closed/state" "$log"
    closed 'textfile of a log' 3 'cannot write textfile ' runlog --textfile="$dir/closed/x.prom" "$log"
    chmod 700 "$dir/closed"

    # One of several that a pattern leads to: what is in it may be the one that counts.
    # many WHAT STATUS CONDITIONS LINES: both plugins, of the logs and of the agents below $dir/many
    many() {
        user_frozen runlog --newest=0 "$dir/many/*/logs/*.log"
        is "$1, of logs" "$status $(conditions)" "$2 $3"
        user_frozen preflight -a "$dir/many/*/agent-*"
        is "$1, of agents" "$status $(printf '%s\n' "$out" | grep -c 'cannot look for agents in ')" "$2 $4"
    }
    mkdir -p "$dir/many/one/logs" "$dir/many/other/logs" "$dir/many/empty" "$dir/many/lost+found"
    cp -R "$a" "$dir/many/one/agent-1"
    cp "$log" "$dir/many/one/logs/1.log"
    : >"$dir/many/other/logs/1.log"
    : >"$dir/many/file"
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$dir/many"
    chmod 0 "$dir/many/lost+found" "$dir/many/other"
    many 'a pattern with a closed directory' 3 log-unreadable 1
    has 'a pattern with a closed directory: which' "$out" "cannot look for agents in $dir/many/other: Permission denied, let the user of the check do so"
    chmod 700 "$dir/many/other"
    chmod 0 "$dir/many/other/logs"
    user_frozen runlog --newest=0 "$dir/many/*/logs/*.log"
    is 'a pattern with closed logs' "$status $(conditions)" '3 log-unreadable'
    has 'a pattern with closed logs: which' "$out" "($dir/many/other/logs: Permission denied)"
    user_frozen preflight -a "$dir/many/*/agent-*"
    is 'a pattern with closed logs, of agents' "$status" 0
    chmod 700 "$dir/many/other/logs"
    rm -rf "$dir/many/other"
    many 'a pattern with directories that have none' 0 '' 0
    chmod 700 "$dir/many/lost+found"
else
    skip 'a closed directory' 'no ordinary user'
fi

done_testing
