#!/bin/sh
# The cached version: when claude --version is run again and when not.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
bin=$a/.local/bin/claude state=$dir/state
login "$a" 28800 2246400
counting="echo >>'$dir/calls'"
answering="echo '2.1.330 (Claude Code)'"
fresh() { script "$bin" "$counting" "$answering" && rm -rf "$state" && frozen preflight -a "$a" && : >"$dir/calls"; }

# calls WHAT STATUS NUMBER: how often claude was run since the last call of this
calls() {
    is "$1: status" "$status" "$2"
    is "$1: calls of claude" "$(grep -c '' "$dir/calls")" "$3"
    : >"$dir/calls"
}

: >"$dir/calls"
script "$bin" "$counting" "$answering"
frozen preflight -a "$a" -vv
calls 'the first time' 0 1
has 'the first time: perfdata' "$out" ' version_time='
has 'the first time: why' "$out" 'cache: none stored'
is 'the state directory is ours alone' "$(find "$state" -prune -perm 700)" "$state"
is 'one record in it' "$(find "$state" -type f | grep -c .)" 1
frozen preflight -a "$a" -vv
calls 'the second time' 0 0
has 'the second time: text' "$(summary)" 'claude 2.1.330, '
has 'the second time: perfdata' "$out" ' cache_age=0s'
has_not 'the second time: perfdata without a run' "$out" 'version_time='
has 'the second time: it says so' "$out" 'version 2.1.330 (cached)'
has 'the second time: -vv' "$out" 'cache: the stored version was used'

# Time. Each row is one call, SECONDS after the record was made.
while read -r seconds option wanted; do
    fresh
    NOW=$((NOW + seconds))
    frozen preflight -a "$a" "$option"
    calls "after $seconds s, $option" 0 "$wanted"
    NOW=$((NOW - seconds))
done <<'END'
1 --verbose 0
59 --verbose 0
60 --verbose 1
61 --verbose 1
61 --cache-ttl=61s 1
61 --cache-ttl=62 0
61 --cache-ttl=2m 0
0 --cache-ttl=0 1
0 --cache-ttl=0.001 0
0 --force 1
0 --reset-cache 1
-1 --verbose 1
-86400 --cache-ttl=2w 1
END
fresh
NOW=$((NOW + 30))
frozen preflight -a "$a"
has 'its age' "$out" ' cache_age=30s'
frozen preflight -a "$a" --force
calls '--force' 0 1
frozen preflight -a "$a"
has '--force stores the new result' "$out" ' cache_age=0s'
while read -r ttl option wanted; do
    frozen ORCH_PREFLIGHT_CACHE_TTL="$ttl" preflight -a "$a" "$option"
    calls "ORCH_PREFLIGHT_CACHE_TTL=$ttl $option" 0 "$wanted"
done <<'END'
0 -v 1
10 -v 0
0 --cache-ttl=10 0
10 --cache-ttl=0 1
END

fresh
frozen preflight -a "$a" --reset-cache=only
calls '--reset-cache=only' 0 0
is '--reset-cache=only: nothing is stored' "$(find "$state" -type f)" ''
is '--reset-cache=only: one line' "$(printf '%s\n' "$out" | grep -c .)" 1
frozen preflight -a "$a" --reset-cache=only --state-dir="$dir/never"
is '--reset-cache=only without a state directory' "$status" 0
frozen preflight -a "$a" --cache-ttl=0 --state-dir="$dir/never"
calls '--cache-ttl=0' 0 1
is '--cache-ttl=0 makes no directory' "$([ -e "$dir/never" ] || echo none)" none

# Any change of the binary counts.
changed() {
    frozen preflight -v -a "$a"
    calls "$1" "$2" "$3"
    [ "$2" -eq 0 ] || has "$1" "$out" "[CRITICAL] $4"
}
fresh && sleep 0.02 && touch "$bin" && changed 'touched' 0 1
fresh && sleep 0.02 && chmod 711 "$bin" && chmod 755 "$bin" && changed 'chmod and back' 0 1
fresh && cp -p "$bin" "$bin.new" && mv "$bin.new" "$bin" && changed 'replaced by a copy' 0 1
fresh && chmod 644 "$bin" && changed 'not executable' 2 0 binary-not-executable
fresh && mv "$bin" "$bin.away" && changed 'removed' 2 0 binary-missing
mv "$bin.away" "$bin" && changed 'back again' 0 1
fresh && sed 's/2.1.330/2.2.0/' "$bin" >"$bin.new" && cat "$bin.new" >"$bin" && changed 'rewritten' 0 1
has 'rewritten: the new version' "$(summary)" 'claude 2.2.0, '
fresh && mv "$bin" "$a/v1" && ln -s "$a/v1" "$bin" && changed 'another file behind the name' 0 1
cp "$a/v1" "$a/v2" && ln -sf "$a/v2" "$bin" && changed 'a link to another version' 0 1
changed 'a link that stays' 0 0

# Credentials are never cached.
fresh
mv "$a/.claude/.credentials.json" "$dir/kept"
frozen preflight -a "$a"
calls 'logged out' 2 0
found 'logged out' 2 credentials-missing CRITICAL
login "$a" -5 2246400
frozen preflight -a "$a"
calls 'expired' 1 0
login "$a" 28800 2246400
frozen preflight -a "$a"
calls 'renewed' 0 0

# Failures are not kept, so that a recovery is seen at once; a failure is never hidden for longer than the TTL.
script "$bin" "$counting" 'exit 1'
frozen preflight -a "$a"
frozen preflight -a "$a"
calls 'a failing claude' 2 2
script "$bin" "$counting" 'echo something else'
frozen preflight -a "$a" -v
found 'no version' 0 version-unrecognised OK
frozen preflight -a "$a" -v
found 'no version, cached' 0 version-unrecognised OK
calls 'no version is a result too' 0 1

# Each home and each binary has a record of its own.
fresh
login "$dir/other" 28800 2246400
frozen preflight -a "$dir/other" -b "$bin"
calls 'another home' 0 1
frozen preflight -a "$a" -b "$bin"
calls 'the first home' 0 0
frozen preflight -a "$dir/other" -b "$bin" --reset-cache=only
frozen preflight -a "$a"
calls 'forgetting is for one home' 0 0
frozen preflight -a "$dir/other" -b "$bin"
calls 'the other home is forgotten' 0 1

done_testing
