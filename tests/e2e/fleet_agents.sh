#!/bin/sh
# Many agents in one call: which are meant, what is said of each, and one claude --version per binary.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

fleet=$dir/fleet
number() { printf '%s' "$out" | sed -n "1s/.* | .*\<$1=\([^ s;]*\).*/\1/p"; }
counts() { echo "$(number agents) $(number agents_ok) $(number agents_warning) $(number agents_critical) $(number agents_unknown)"; }
calls() { grep -c . "$dir/calls"; }
at_most() { if [ "$2" -le "$3" ]; then pass; else fail "$1: $2, wanted at most $3"; fi; }
lines() { printf '%s\n' "$out" | grep -c -e "$1"; }

# Three agents: a and b are well, c is not.
for name in a b c; do
    script "$fleet/$name/.local/bin/claude" "echo $name >>'$dir/calls'" "echo '2.1.330 (Claude Code)'"
    login "$fleet/$name" 28800 2246400
done
login "$fleet/b" 7200 1209600
login "$fleet/c" -3600 604800

# --- Which are meant

cd "$fleet" || exit 1
echo text >"$fleet/readme"
while read -r what wanted arguments; do
    # shellcheck disable=SC2046 # a list of words
    frozen preflight $(echo "$arguments" | sed "s|FLEET|$fleet|g" | tr '?' '*')
    is "$what" "$status $(counts)" "$(echo "$wanted" | tr , ' ')"
done <<'END'
repeated 1,3,2,1,0,0 -a FLEET/a -a FLEET/b --agent-home=FLEET/c
good-ones 0,2,2,0,0,0 -a FLEET/a -a FLEET/b
twice 0,2,2,0,0,0 -a FLEET/a -a FLEET/b -a FLEET/a
in-other-words 0,2,2,0,0,0 -a FLEET/a/ -a FLEET/b -a FLEET/a// -a a
relative 1,3,2,1,0,0 -a a -a b -a c
END
set -f
while read -r what wanted arguments; do
    # shellcheck disable=SC2046 # a list of words
    frozen preflight $(echo "$arguments" | sed "s|FLEET|$fleet|g")
    is "$what" "$status $(counts)" "$(echo "$wanted" | tr , ' ')"
done <<'END'
a-pattern 1,3,2,1,0,0 -a FLEET/*
a-class 0,2,2,0,0,0 -a FLEET/[ab]
a-relative-pattern 1,3,2,1,0,0 -a ?
two-patterns-that-overlap 1,3,2,1,0,0 -a FLEET/[ab] -a FLEET/[bc]
a-pattern-and-a-name 0,2,2,0,0,0 -a FLEET/[ab] -a FLEET/a
END
set +f
frozen preflight -a '*' --output-format=prometheus
has 'relative: the label is absolute' "$out" "claude_preflight_state{agent_home=\"$fleet/c\"} 1"
has_not 'a pattern means no files' "$out" readme
frozen preflight -a a
is 'one agent has no totals' "$status $(number agents)" '0 '
cp -R "$fleet/a" "$dir/x[1]" && frozen preflight -a "$dir/x[1]"
is 'a name that looks like a pattern' "$status" 0

frozen preflight -a "$fleet/nobody-*"
is 'nothing matches: status' "$status" 3
has 'nothing matches: text' "$out" "CLAUDE PREFLIGHT UNKNOWN - no agent home matches $fleet/nobody-*"
frozen preflight -a "$fleet/nobody-*" --output-format=prometheus
is 'nothing matches: no metrics, so no exit status 0' "$status $out" \
    "3 CLAUDE PREFLIGHT UNKNOWN - no agent home matches $fleet/nobody-*, check --agent-home"
frozen preflight -a "$fleet/nobody-*" -a "$fleet/a"
is 'nothing matches one of two: status' "$status" 3
has 'nothing matches one of two: text' "$out" "no agent home matches $fleet/nobody-*"
frozen preflight -a "$fleet/[ab]" -a "$fleet/nobody"
is 'a home that is not there is an agent' "$status $(counts)" '2 3 2 0 1 0'
has 'and named' "$out" "
$fleet/nobody: [CRITICAL] binary-missing: "
has 'and what else it lacks stands in the same line' "$out" ', also credentials-missing'

# --- What is said

mkdir -p "$fleet/d/.claude" # no login at all, the last by name
cp -R "$fleet/a/.local" "$fleet/d"
frozen preflight -a "$fleet/*"
is 'worst first: counts' "$status $(counts)" '2 4 2 1 1 0'
has 'worst first: the text' "$(summary)" "$fleet/d: not logged in, no $fleet/d/.claude/.credentials.json"
has 'worst first: how many more' "$(summary)" ' (and 1 more)'
is 'worst first: the lines' "$(printf '%s\n' "$out" | sed '1d; s/ .*//')" "$fleet/d:
$fleet/c:"
is 'a line for each that is not OK, and no more' "$(lines "^$fleet/")" 2
has 'it names its condition' "$out" "
$fleet[WARNING] token-renewable: /c: "
is 'the smallest expiries' "$(number token_expiry) $(number login_expiry)" '-3600 604800'
frozen preflight -a "$fleet/[ab]" -w 3h
is 'thresholds: status' "$status" 1
has 'thresholds: perfdata' "$out" ' | token_expiry=7200s;10800: login_expiry=1209600s;604800:;259200: agents=2 '
frozen preflight -v -a "$fleet/[ab]"
is '-v: every agent' "$(lines ": login: from $fleet/")" 2

frozen preflight -a "$fleet/*" --output-format=prometheus
is 'prometheus: status' "$status" 0
is 'prometheus: states' "$(printf '%s\n' "$out" | sed -n "s|^claude_preflight_state{agent_home=\"$fleet/\(.\)\"} |\1|p" | tr '\n' ' ')" 'a0 b0 c1 d2 '
is 'prometheus: no sample twice' "$(printf '%s\n' "$out" | sed 's/ [^ ]*$//' | sort | uniq -d)" ''
is 'prometheus: HELP and TYPE once' "$(printf '%s\n' "$out" | grep '^# ' | cut -d' ' -f2,3 | sort | uniq -d)" ''
is 'prometheus: an expiry each, if known' "$(lines '^claude_token_expiry_timestamp_seconds{')" 3
frozen preflight -a "$fleet/*" --output-format=json
if command -v jq >/dev/null; then
    is 'json: agents' "$(printf '%s' "$out" | jq -c '[.agents[] | [.home[-1:], .state, [.findings[].condition]]]')" \
        '[["a","OK",[]],["b","OK",[]],["c","WARNING",["token-renewable"]],["d","CRITICAL",["credentials-missing"]]]'
    is 'json: perfdata' "$(printf '%s' "$out" | jq -c '[.perfdata[] | select(.label | startswith("agents")) | .value]')" '[4,2,1,1,0]'
else
    is 'json: agents' "$(printf '%s' "$out" | grep -o '"home":' | grep -c .)" 4
fi

# A home that may not be looked into costs that agent its state, and no other.
if prepare_user; then
    chmod -R a+rX "$fleet"
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$fleet"/[abc]
    : >>"$dir/calls" && chmod 666 "$dir/calls"
    chmod 0 "$fleet/b"
    user_frozen preflight -a "$fleet/[abc]" --cache-ttl=0 -b "$fleet/a/.local/bin/claude"
    is 'no permission: counts' "$status $(counts)" '2 3 1 1 1 0'
    has 'no permission: whose' "$out" "
$fleet[CRITICAL] credentials-unreadable: /b: "
    chmod 755 "$fleet/b"
else
    skip 'no permission' 'no ordinary user'
fi

# --- One call of claude --version for each binary

rm -rf "$dir/state" "$dir/calls"
frozen preflight -a "$fleet/[abc]"
is 'three binaries: calls' "$(sort "$dir/calls" | tr '\n' ' ')" 'a b c '
frozen preflight -a "$fleet/[abc]"
is 'again, from the cache: calls' "$status $(calls)" '1 3'
frozen preflight -f -a "$fleet/[abc]"
is '--force: calls' "$(calls)" 6
rm -rf "$dir/state" "$dir/calls"
frozen preflight -b "$fleet/a/.local/bin/claude" -a "$fleet/[abc]"
is 'one --binary: calls' "$status $(calls)" '1 1'
frozen preflight -b "$fleet/a/.local/bin/claude" -a "$fleet/[abc]"
is 'one --binary, again: calls' "$(calls)" 1
ln -f "$fleet/a/.local/bin/claude" "$fleet/b/.local/bin/claude"
ln -sf "$fleet/a/.local/bin/claude" "$fleet/c/.local/bin/claude"
rm -rf "$dir/state" "$dir/calls"
frozen preflight -v -a "$fleet/[abc]"
is 'links to one binary: calls' "$status $(calls)" '1 1'
is 'links to one binary: each has the version' "$(lines 'claude, version 2.1.330')" 3
script "$fleet/a/.local/bin/claude" "echo a >>'$dir/calls'" 'exit 7'
rm -f "$fleet/b/.local/bin/claude" && ln -s "$fleet/a/.local/bin/claude" "$fleet/b/.local/bin/claude"
: >"$dir/calls"
frozen preflight -a "$fleet/[abc]"
is 'a broken binary: counts and calls' "$status $(counts) $(calls)" '2 3 0 0 3 0 1'
is 'a broken binary: a line for each' "$(lines '\[CRITICAL\] version-failed: ')" 3

# Side by side: five that each wait for the other four.
mkdir "$dir/started"
for i in 1 2 3 4 5; do
    script "$dir/slow/$i/.local/bin/claude" ": >'$dir/started/$i'" 'for other in 1 2 3 4 5; do' \
        "    until [ -e '$dir/started/'\$other ]; do sleep 0.02; done" 'done' "echo 2.1.33$i '(Claude Code)'"
    login "$dir/slow/$i" 28800 2246400
done
frozen preflight -v -a "$dir/slow/*" --cache-ttl=0
is 'side by side: counts' "$status $(counts)" '0 5 5 0 0 0'
is 'side by side: each its own version' "$(lines '/\([1-5]\)/.local/bin/claude, version 2.1.33\1')" 5

# --- A thousand

login "$dir/one" 28800 2246400 && login "$dir/two" -60 2246400
for i in 0 1 2 3 4 5 6 7 8 9; do # one of ten is not logged in, two of ten can be renewed
    mkdir -p "$dir/many/0/$i"
    case $i in 9) continue ;; 3 | 4) kind=two ;; *) kind=one ;; esac
    ln -s "$dir/$kind/.claude" "$dir/many/0/$i/.claude"
done
i=1
while [ $i -lt 100 ]; do
    cp -R "$dir/many/0" "$dir/many/$i"
    i=$((i + 1))
done
: >"$dir/calls"
script "$dir/bin/claude" "echo x >>'$dir/calls'" "echo '2.1.330 (Claude Code)'"
frozen preflight -b "$dir/bin/claude" -a "$dir/many/*/*"
is '1000 agents: counts and calls' "$status $(counts) $(calls)" '2 1000 700 200 100 0 1'
at_most '1000 agents: bytes' "$(wc -c <"$dir/stdout")" 4000
at_most '1000 agents: bytes of the first line' "$(sed -n 1p "$dir/stdout" | wc -c)" 1000
is '1000 agents: one bar' "$(tr -dc '|' <"$dir/stdout")" '|'
has '1000 agents: it says what was cut' "$(tail -n 1 "$dir/stdout")" ' more'
frozen preflight -b "$dir/bin/claude" -a "$dir/many/*/*" --output-format=prometheus
is '1000 agents, prometheus' "$(lines '^claude_preflight_state{') $(lines '^claude_preflight_state{.* 1$')" '1000 200'

done_testing
