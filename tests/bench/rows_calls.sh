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
"$tools/make_log" +events 2000 "$dir/good.log"

preflight() { # ROUNDS COMMAND...: beside one call of each kind
    rounds=$1
    shift
    measure "$rounds" /bin/true , "$tools/empty" , \
        "$preflight" -a "$home" -b "$claude" --state-dir="$dir/state" --cache-ttl=1h , \
        "$preflight" -a "$home" -b "$claude" --state-dir="$dir/state" --cache-ttl=0 , \
        "$claude" --version , "$runlog" "$dir/good.log" , "$@"
    must 3 0
    must 4 0
    must 6 0
}

if [ -n "$python" ]; then
    preflight 200 "$python" preflight.py "$claude" "$home/.claude/.credentials.json"
    must 7 0
else
    preflight 200 /bin/true
fi

compare 'warm preflight' "$(cpu 3)" /bin/true "$(cpu 1)" most 2
compare 'warm preflight, wall' "$(wall 3)" /bin/true "$(wall 1)" most 2
if [ -n "$python" ]; then
    compare 'warm preflight' "$(cpu 3)" 'the same in Python' "$(cpu 7)" least 100
    compare 'warm preflight, wall' "$(wall 3)" 'the same in Python' "$(wall 7)" least 100
    compare '/bin/true, for comparison' "$(cpu 1)" 'the same in Python' "$(cpu 7)" least -
else
    left_out 'warm preflight' python3
fi
compare 'runlog, good log of 2 KB' "$(cpu 6)" /bin/true "$(cpu 1)" most 2
for clock in cpu wall; do
    whole=$("$clock" 4) alone=$("$clock" 5)
    within "cold preflight less claude, $clock" $((whole - alone)) 2000 "$(figure $((whole - alone)))" \
        'at most 2 ms' 'claude --version, a stand-in' "$(figure "$alone")"
done

memory() { # WHAT KIB
    within "$1, peak memory" $(($2 - empty_peak)) 5120 "$2 KiB" '5 MiB more' 'an empty C program' "$empty_peak KiB"
}
empty_peak=$(peak 2)
memory 'warm preflight' "$(peak 3)"
memory 'runlog, good log of 2 KB' "$(peak 6)"

# Homes of agents that share a claude.
agents=10000
mkdir "$dir/fleet"
(cd "$dir/fleet" && seq -f 'a%.0f/.claude' "$agents" | xargs mkdir -p)
for agent in "$dir"/fleet/*/; do
    printf '%s\n' "$login" >"$agent/.claude/.credentials.json"
done
measure 11 "$preflight" -a "$dir/fleet/*" -b "$claude" --state-dir="$dir/state" , \
    "$preflight" -a "$home" -b "$claude" --state-dir="$dir/state"
must 1 0
within '10,000 agents in one call' "$(cpu 1)" 300000 "$(figure "$(cpu 1)")" 'at most 300 ms' \
    'one agent' "$(figure "$(cpu 2)")"
compare '10,000 agents in one call' "$(cpu 1)" 'a call for each of them' $(($(cpu 2) * agents)) least -
row '10,000 agents, peak memory' "$(peak 1) KiB" 'one agent' "$(peak 2) KiB" '' '' ''
rm -rf "$dir/fleet"
