# What one call costs. Sourced by run.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154  # run.sh sets them

python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) || python=
expires=$(($(date +%s) + 28800))000
login="{\"claudeAiOauth\":{\"accessToken\":\"fixture-token\",\"expiresAt\":$expires,\"scopes\":[\"user:inference\"]}}"
home=$dir/agent
claude=$home/.local/bin/claude
mkdir -p "$home/.claude" "$home/.local/bin"
printf '%s\n' "$login" >"$home/.claude/.credentials.json"
printf '#!/bin/sh\necho "2.1.330 (Claude Code)"\n' >"$claude"
chmod 755 "$claude"
"$tools/make_log" +stream 2000 "$dir/good.log"
"$tools/make_log" +stream 1000000 "$dir/good-mb.log"
"$tools/make_log" stream 1000000 "$dir/killed-mb.log"

preflight() { # ROUNDS COMMAND...: beside one call of each kind
    rounds=$1
    shift
    measure "$rounds" /bin/true , "$tools/empty" , \
        "$preflight" -a "$home" -b "$claude" --state-dir="$dir/state" --cache-ttl=1h , \
        "$preflight" -a "$home" -b "$claude" --state-dir="$dir/state" --cache-ttl=0 , \
        "$claude" --version , "$runlog" "$dir/good.log" , "$runlog" "$dir/good-mb.log" , \
        "$runlog" "$dir/killed-mb.log" , "$@"
    must 3 0
    must 4 0
    must 6 0
    must 7 0
    must 8 2
}

if [ -n "$python" ]; then
    preflight 60 "$python" preflight.py "$claude" "$home/.claude/.credentials.json"
    must 9 0
else
    preflight 60 /bin/true
fi

compare 'warm preflight' "$(cpu 3)" /bin/true "$(cpu 1)" most 2
compare 'warm preflight, wall' "$(wall 3)" /bin/true "$(wall 1)" most 2
if [ -n "$python" ]; then
    compare 'warm preflight' "$(cpu 3)" 'the same in Python' "$(cpu 9)" least 100
    compare 'warm preflight, wall' "$(wall 3)" 'the same in Python' "$(wall 9)" least 100
    compare '/bin/true, for comparison' "$(cpu 1)" 'the same in Python' "$(cpu 9)" least -
else
    left_out 'warm preflight' python3
fi
compare 'runlog, good log of 2 KB' "$(cpu 6)" /bin/true "$(cpu 1)" most 1.3
compare 'runlog, good log of 1 MB' "$(cpu 7)" /bin/true "$(cpu 1)" most 1.3
compare 'runlog, killed run of 1 MB' "$(cpu 8)" /bin/true "$(cpu 1)" most 1.3
for clock in cpu wall; do
    whole=$("$clock" 4) alone=$("$clock" 5)
    within "cold preflight less claude, $clock" $((whole - alone)) 2000 "$(figure $((whole - alone)))" \
        'at most 2 ms' 'claude --version, a stand-in' "$(figure "$alone")"
done

memory() { # WHAT KIB
    within "$1, peak memory" $(($2 - empty_peak)) 1024 "$2 KiB" '1 MiB more' 'an empty C program' "$empty_peak KiB"
}
empty_peak=$(peak 2)
memory 'warm preflight' "$(peak 3)"
memory 'runlog, good log of 2 KB' "$(peak 6)"
memory 'runlog, killed run of 1 MB' "$(peak 8)"

# The static programs, where `make static` made them.
static=$build/static/check_claude_runlog
if [ -x "$static" ]; then
    measure 60 /bin/true , "$static" "$dir/good.log" , "$static" "$dir/good-mb.log" , "$static" "$dir/killed-mb.log"
    compare 'static runlog, good log of 2 KB' "$(cpu 2)" /bin/true "$(cpu 1)" most 1.3
    compare 'static runlog, good log of 1 MB' "$(cpu 3)" /bin/true "$(cpu 1)" most 1.3
    compare 'static runlog, killed run of 1 MB' "$(cpu 4)" /bin/true "$(cpu 1)" most 1.3
else
    left_out 'static runlog' 'make static'
fi

# Homes of agents that share a claude, each with a refresh token that is compared with all others.
agents=10000
mkdir "$dir/fleet"
(cd "$dir/fleet" && seq -f 'a%.0f/.claude' "$agents" | xargs mkdir -p)
number=0
for agent in "$dir"/fleet/*/; do
    number=$((number + 1))
    printf '{"claudeAiOauth":{"accessToken":"fixture-token","refreshToken":"fixture-refresh-%d",%s\n' \
        "$number" "\"expiresAt\":$expires,\"scopes\":[\"user:inference\"]}}" >"$agent/.claude/.credentials.json"
done
measure 5 "$preflight" -a "$dir/fleet/*" -b "$claude" --state-dir="$dir/state" --timeout=60 , \
    "$preflight" -a "$home" -b "$claude" --state-dir="$dir/state"
must 1 0
within '10,000 agents in one call' "$(cpu 1)" 200000 "$(figure "$(cpu 1)")" 'at most 200 ms' \
    'one agent' "$(figure "$(cpu 2)")"
compare '10,000 agents in one call' "$(cpu 1)" 'a call for each of them' $(($(cpu 2) * agents)) least -
row '10,000 agents, peak memory' "$(peak 1) KiB" 'one agent' "$(peak 2) KiB" '' '' ''
rm -rf "$dir/fleet"
