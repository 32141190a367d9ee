#!/bin/sh
# make demo shows what it should, and leaves nothing behind, also where its reader goes away. make run says
# what to try next where there is no claude.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

mkdir "$dir/tmp"
run env TMPDIR="$dir/tmp" sh "$top/tests/demo.sh" "$build"
is 'demo: exit status' "$status" 0
has 'demo: all cases' "$out" 'cases gave the state they are there for.'
has 'demo: a run is held' "$out" 'login refused at '
is 'demo: nothing is left' "$(ls -A "$dir/tmp")" ''

env TMPDIR="$dir/tmp" sh "$top/tests/demo.sh" "$build" 2>"$dir/errors" | head -n 3 >"$dir/lines"
is 'demo, read by head: three lines' "$(grep -c '' "$dir/lines")" 3
is 'demo, read by head: no error' "$(cat "$dir/errors")" ''
is 'demo, read by head: nothing is left' "$(ls -A "$dir/tmp")" ''

run env HOME="$dir/none" ORCH_CLAUDE_BIN="$dir/none/claude" make -s -C "$top" BUILD="$build" run
is 'make run: exit status' "$status" 0
has 'make run: what to try next' "$out" '  make demo '

done_testing
