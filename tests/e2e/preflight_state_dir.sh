#!/bin/sh
# Trouble with the state directory never decides the state; what is not ours is not believed.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
bin=$a/.local/bin/claude state=$dir/state
login "$a" 28800 2246400
script "$bin" "echo >>'$dir/calls'" "echo '2.1.330 (Claude Code)'"

fresh() { chmod -Rf u+rwx "$state"; rm -rf "$state" && frozen preflight -a "$a" && record=$(echo "$state"/*); }
no_temporary_file() { is "$1: no temporary file" "$(find "$dir" -name '.check_claude-*')" ''; }

# calls WHAT NUMBER [WORDS]: the plugin works, runs claude that often, and says WORDS.
calls() {
    : >"$dir/calls"
    frozen preflight -vv -a "$a"
    is "$1: status" "$status" 0
    is "$1: calls of claude" "$(grep -c '' "$dir/calls")" "$2"
    has "$1: it says why" "$out" "${3-}"
    no_temporary_file "$1"
}

# Records that are not to be believed, and are replaced by good ones.
while read -r what change; do
    fresh
    eval "$change"
    calls "a record $what" 1 'cache: '
    calls "a record $what, afterwards" 0 'the stored version was used'
done <<'END'
emptied : >"$record"
cut printf %s "$(head -c 150 "$record")" >"$record"
longer echo >>"$record"
of-zeros dd if=/dev/zero of="$record" bs=4096 count=1 2>/dev/null
of-another-format sed '1s/[0-9]/9/' "$record" >"$dir/x"; cat "$dir/x" >"$record"
of-another-binary sed 's/^inode .*/inode 1/' "$record" >"$dir/x"; cat "$dir/x" >"$record"
from-the-future sed 's/^checked .*/checked 99999999999999/' "$record" >"$dir/x"; cat "$dir/x" >"$record"
with-a-long-version sed "s/^version .*/version $(printf %0900d 0)/" "$record" >"$dir/x"; cat "$dir/x" >"$record"
writable-by-others chmod 666 "$record"
that-is-a-link cp "$record" "$dir/copy"; ln -sf "$dir/copy" "$record"
that-is-a-FIFO rm "$record"; mkfifo "$record"
that-cannot-be-read rm "$record"; echo x >"$record"; chmod 0 "$record"
END
fresh
rm "$record" && mkdir "$record"
calls 'a record that is a directory' 1 'cache: '
if [ "$(id -u)" -eq 0 ]; then
    fresh
    chown 65534 "$record"
    calls "somebody else's record" 1 'the record is not ours'
    calls "somebody else's record, afterwards" 0
    chown 65534 "$state"
    calls "somebody else's directory" 1 'state directory: not used, '
else
    skip "somebody else's record" 'takes root'
fi

# Directories that are not used.
not_used() {
    calls "$1" 1 'state directory: not used, '
    calls "$1, again" 1
    frozen preflight -a "$a" --reset-cache
    is "$1: --reset-cache checks all the same" "$status" 0
}
fresh && chmod 770 "$state" && not_used 'writable by the group'
fresh && chmod 702 "$state" && not_used 'writable by others'
fresh && mv "$state" "$dir/real" && ln -s real "$state" && not_used 'a symbolic link'
rm "$state" && echo text >"$state" && not_used 'a file'
is 'the file is as it was' "$(cat "$state")" text
rm "$state" && mkfifo "$state" && not_used 'a FIFO'
rm "$state" && ln -s nothing/at/all "$state" && not_used 'a link to nothing'
rm "$state" && long=$(printf %0300d 0)
frozen preflight -v -a "$a" --state-dir="$dir/$long"
has 'too long a name' "$status $out" 'state directory: not used, '
frozen preflight -v -a "$a" --state-dir=/proc/check_claude
has 'where nothing can be made' "$status $out" 'state directory: not used, '
is 'where nothing can be made: status' "$status" 0

# Where it is.
cd "$dir" || exit 1
frozen preflight -a "$a" --state-dir=rel/a/tive
is 'a relative one is made' "$(find rel -perm 700 | grep -c .)" 3
frozen preflight -a "$a" --state-dir="$dir/rel/a/tive"
has 'and is the same by its whole name' "$out" ' cache_age='
frozen -uCHECK_CLAUDE_STATE_DIR XDG_CACHE_HOME="$dir/xdg" preflight -a "$a"
is 'XDG_CACHE_HOME' "$(find "$dir/xdg/check_claude" -type f | grep -c .)" 1
frozen XDG_CACHE_HOME="$dir/xdg2" preflight -a "$a" --state-dir="$dir/option"
is 'an option wins' "$(find "$dir/option" -type f | grep -c .) $(ls "$dir/xdg2" 2>/dev/null)" '1 '

# A directory that cannot be written, by an ordinary user.
if prepare_user; then
    mkdir "$dir/read-only"
    chmod 555 "$dir/read-only"
    chmod -R a+rX "$a"
    chmod a+w "$dir/calls"
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$dir/read-only" "$a/.claude"
    user_frozen preflight -v -a "$a" --state-dir="$dir/read-only"
    is 'read-only: status' "$status" 0
    has 'read-only: it says so' "$out" 'the version could not be stored, Permission denied'
    user_frozen preflight -v -a "$a" --state-dir="$dir/read-only/x"
    has 'not to be made' "$status $out" 'state directory: not used, '
else
    skip 'a directory that cannot be written' 'no ordinary user'
fi

# A full disk, in a mount namespace of its own.
cat >"$dir/on-full-disk" <<'END'
mount -t tmpfs -o size=64k,mode=700 none "$1" || exit 99
cat /dev/zero >"$1/fill" 2>/dev/null
"$2" -v -a "$3" -b "$4" --state-dir="$1"
status=$?
[ "$(ls -A "$1")" = fill ] && exit $status
END
mkdir "$dir/full"
if unshare -rm sh "$dir/on-full-disk" "$dir/full" true 2>/dev/null; then
    run env CHECK_CLAUDE_TEST_NOW="$NOW" unshare -rm sh "$dir/on-full-disk" "$dir/full" \
        "$build/tests/frozen/check_claude_preflight" "$a" "$bin"
    is 'a full disk: status' "$status" 0
    has 'a full disk: it says so' "$out" 'the version could not be stored, No space left on device'
else
    skip 'a full disk' 'no mount namespace'
fi

# Many at once.
rm -rf "$state"
i=0
while [ $i -lt 200 ]; do
    env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" "$build/tests/frozen/check_claude_preflight" -a "$a" >"$dir/many.$i" 2>&1 &
    i=$((i + 1))
done
wait
is '200 at once: all OK' "$(cat "$dir"/many.* | grep -c '^CLAUDE PREFLIGHT OK - claude 2.1.330, ')" 200
is '200 at once: one record' "$(find "$state" -type f | grep -c .)" 1
calls '200 at once: the record is good' 0 'the stored version was used'

done_testing
