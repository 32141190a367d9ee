#!/bin/sh
# --textfile: what is written, how, and what happens when it cannot be.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
login "$a" -5 2246400
mkdir "$dir/collector"
file=$dir/collector/claude.prom
left() { is "$1: nothing else is there" "$(ls -A "$dir/collector")" "$2"; }

for umask in 022 077 000 777; do
    rm -f "$file"
    frozen preflight -a "$a" # so that the state directory is there whatever the umask
    run sh -c 'umask "$1" && shift && exec "$@"' sh "$umask" env CHECK_CLAUDE_TEST_NOW="$NOW" \
        "$build/tests/frozen/check_claude_preflight" -a "$a" -b "$a/.local/bin/claude" --textfile="$file"
    is "umask $umask: status" "$status" 1
    is "umask $umask: mode" "$(find "$file" -perm 644)" "$file"
    left "umask $umask" claude.prom
done
has 'the ordinary output' "$(summary)" 'access token expired 5s ago'
has 'the state' "$(cat "$file")" "
claude_preflight_state{agent_home=\"$a\"} 1"
frozen preflight -a "$a" --output-format=prometheus --textfile="$file"
is 'the same as the format' "$(cat "$file")" "$out"
is 'with that format: status' "$status" 0

# As a whole: who has the old one open goes on reading it.
before=$(cat "$file")
exec 9<"$file"
login "$a" 28800 2246400
frozen preflight -a "$a" --textfile="$file"
is 'OK: status' "$status" 0
is 'the old file is as it was' "$(cat <&9)" "$before"
exec 9<&-
has 'the new one is there' "$(cat "$file")" "claude_preflight_state{agent_home=\"$a\"} 0"
before=$(cat "$file")

cd "$dir/collector" || exit 1
rm "$file"
frozen preflight -a "$a" --textfile=claude.prom
is 'a relative one' "$status $(cat "$file")" "0 $before"
ln -s claude.prom link.prom
frozen preflight -a "$a" --textfile=link.prom
is 'a link is replaced' "$status $(find link.prom -type f)" '0 link.prom'
rm link.prom
for option in '-b /nothing' '-S expiry-unknown=ok --auth=off' '--output-format=json'; do
    rm "$file"
    # shellcheck disable=SC2086 # a list of words
    frozen preflight -a "$a" $option --textfile="$file"
    has "$option: it is written" "$(cat "$file")" claude_preflight_state
done

# What a writer left that was killed, but not what may still be written, nor what is another's.
touch -d '2 minutes ago' .check_claude-1-old .other
touch .check_claude-2-new
frozen preflight -a "$a" --textfile="$file"
left 'after a killed writer' '.check_claude-2-new
.other
claude.prom'
rm .check_claude-2-new .other

# Refused names, and nothing is written.
for name in claude.txt claude claude.prom.old .prom dir/.prom claude.prom/ PROM; do
    frozen preflight -a "$a" --textfile="$dir/collector/$name"
    is "$name: status" "$status" 3
    has "$name: text" "$out" 'does not end in .prom'
    left "$name" claude.prom
done

# failing WHAT STATUS WORDS PATH
failing() {
    frozen preflight -a "$a" --textfile="$4"
    is "$1: status" "$status" "$2"
    has "$1: text" "$out" "cannot write textfile $4: $3"
    is "$1: one |" "$(tr -cd '|' <"$dir/stdout")" '|'
    left "$1" claude.prom
}
before=$(cat "$file")
failing 'no such directory' 3 'No such file or directory' "$dir/nothing/x.prom"
failing 'below a file' 3 'Not a directory' "$file/x.prom"
mkdir "$dir/d.prom"
failing 'a directory in its place' 3 'Is a directory' "$dir/d.prom"
is 'a directory in its place: nothing is left' "$(find "$dir" -name '.check_claude-*')" ''
mv "$a/.claude/.credentials.json" "$dir/kept"
failing 'CRITICAL stays' 2 'No such file or directory' "$dir/nothing/x.prom"
found 'CRITICAL stays' 2 credentials-missing CRITICAL
mv "$dir/kept" "$a/.claude/.credentials.json"
frozen preflight -a "$a" --output-format=json --textfile="$dir/nothing/x.prom"
has 'json' "$status $out" '"state":"UNKNOWN","exit_code":3,'
frozen preflight -a "$a" --output-format=prometheus --textfile="$dir/nothing/x.prom"
has 'prometheus' "$status $out" "claude_preflight_state{agent_home=\"$a\"} 3"
frozen preflight --timeout=0 --textfile="$file"
is 'a usage error leaves the file alone' "$status $(cat "$file")" "3 $before"

if prepare_user; then
    login "$a" 28800 2246400
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$a/.claude"
    chmod 555 "$dir/collector"
    user_frozen preflight -a "$a" --state-dir="$dir/none" --textfile="$file"
    is 'a directory that cannot be written: status' "$status" 3
    has 'a directory that cannot be written: text' "$(summary)" "cannot write textfile $file: Permission denied"
    is 'a directory that cannot be written: the old file' "$(cat "$file")" "$before"
    left 'a directory that cannot be written' claude.prom
else
    skip 'a directory that cannot be written' 'no ordinary user'
fi

done_testing
