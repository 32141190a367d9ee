#!/bin/sh
# No byte of a token comes out: not in any format, at any level, from any file, and into no file.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
access=fixture-token-Kolibri7Access refresh=fixture-refresh-Kolibri7Refresh
pair='"accessToken":"'$access'","refreshToken":"'$refresh'"'
good="$pair"',"scopes":["user:inference"],"expiresAt":'$((NOW + 60))000
canary=Kolibri7 # in every secret of this test, and in nothing else

# All that the plugin wrote since the last call of this.
clean() {
    is "$1: output" "$(cat "$dir/stdout" "$dir/stderr" | grep -c "$canary")" 0
    is "$1: files" "$(grep -rl "$canary" "$dir/state" "$dir/collector" 2>/dev/null)" ''
}

mkdir "$dir/collector"
tried=0
while read -r wanted json; do
    json=$(printf '%s\n' "$json" | sed "s|GOOD|$good|; s|PAIR|$pair|; s|ACCESS|$access|g; s|REFRESH|$refresh|g")
    printf '%b' "$json" >"$dir/file.json"
    for options in -vvv '-vvv --output-format=json' '-vvv --output-format=prometheus'; do
        # shellcheck disable=SC2086 # a list of words
        frozen preflight -a "$a" -C "$dir/file.json" $options --cache-ttl=$((tried % 2 * 60)) --textfile="$dir/collector/x.prom"
        case $options in *prometheus) is "$json: status" "$status" 0 ;; *) is "$json: status" "$status" "$wanted" ;; esac
        clean "[$json] $options"
        tried=$((tried + 1))
    done
done <<'END'
0 {"claudeAiOauth":{GOOD}}
1 {"claudeAiOauth":{GOOD,"expiresAt":1}}
2 {"claudeAiOauth":{GOOD,"expiresAt":1,"refreshToken":null}}
0 {"claudeAiOauth":{GOOD,"expiresAt":"ACCESS"}}
2 {"claudeAiOauth":{GOOD,"refreshTokenExpiresAt":1}}
2 {"claudeAiOauth":{GOOD,"scopes":["ACCESS","REFRESH"]}}
2 {"claudeAiOauth":{GOOD,"scopes":"ACCESS"}}
0 {"claudeAiOauth":{GOOD,"subscriptionType":"ACCESS"}}
0 {"claudeAiOauth":{GOOD,"ACCESS":{"REFRESH":["ACCESS"]}},"ACCESS":"REFRESH"}
2 {"claudeAiOauth":{GOOD,"loginEnded":"ACCESS"}}
2 {"claudeAiOauth":{"accessToken":["ACCESS"],"refreshToken":"REFRESH"}}
2 {"claudeAiOauth":"ACCESS"}
2 {"accessToken":"ACCESS","refreshToken":"REFRESH"}
2 {"claudeAiOauth":{PAIR
2 {"claudeAiOauth":{PAIR}} ACCESS
2 {"claudeAiOauth":{PAIR,}}
2 {"claudeAiOauth":{'accessToken':'ACCESS'}}
2 {"claudeAiOauth":{"accessToken":"ACCESS\0377"}}
2 {"claudeAiOauth":{"accessToken":"ACCESS\nREFRESH"}}
2 ACCESS
2 ["ACCESS","REFRESH"]
2 "ACCESS"
2 ACCESS=REFRESH\n{PAIR}
2 \0000ACCESS
END

# In the file of an agent at its ordinary place, with all that can be wrong besides.
write_credentials "$a" "{\"claudeAiOauth\":{$pair,\"expiresAt\":1}}"
chmod 644 "$a/.claude/.credentials.json"
mkdir "$a/.claude/.oauth_refresh.lock"
frozen preflight -a "$a" -vvv -w 1h -c 1h --skew=1h --min-version=9.9.9
is 'much at once: status' "$status" 2
clean 'much at once'
frozen preflight -a "$a" --timeout=0.0.1 -vvv
clean 'a usage error'
signals='TERM SEGV ABRT BUS'
[ -z "${SANITIZED:-}" ] || signals=TERM # the sanitizer keeps the others for itself
for signal in $signals; do
    script "$a/.local/bin/claude" "kill -$signal \$PPID; exec sleep 1.5"
    frozen preflight -a "$a" -vvv --cache-ttl=0
    clean "SIG$signal"
    is "SIG$signal: status" "$status" 3
    is "SIG$signal: no core" "$(find "$dir" . -maxdepth 1 -name 'core*' 2>/dev/null | grep -c .)" 0
done
claude "$a"

# In the environment, where the CLI would take them.
for name in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN CLAUDE_CODE_OAUTH_TOKEN; do
    for format in nagios json prometheus; do
        frozen "$name=$access" preflight -a "$a" -vvv --output-format=$format
        clean "$name, $format"
    done
done

done_testing
