#!/bin/sh
# A state directory on a full disk, and one that many use at once.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

a=$dir/agent
bin=$a/.local/bin/claude state=$dir/state
login "$a" 28800 2246400
script "$bin" "echo >>'$dir/calls'" "echo '2.1.330 (Claude Code)'"

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

: >"$dir/calls"
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
