#!/bin/sh
# --auth=auto: which source of a login is in force, by its name and place and never its value.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

# /etc/claude-code would have its say before all else, and is not ours to change.
if [ -e /etc/claude-code ]; then
    skip 'the sources of a login' 'managed settings on this machine'
    done_testing
fi

a=$dir/agent env=$dir/agent.env canary=canary-3f1c9
claude "$a"
mkdir -p "$a/.claude"
lines() { printf '%s\n' "$out" | grep -c -e "$1"; }

# Nothing printed may hold a value. Each of these runs is made in all formats.
quiet() { has_not "$1: no value is printed" "$out" "$canary"; }

# external WHAT NAME PLACE ARGUMENT...: the source in force is NAME from PLACE
external() {
    what=$1 name=$2 place=$3
    shift 3
    frozen preflight --auth=auto -vvv "$@"
    found "$what" 0 auth-external OK
    has "$what: named" "$out" "[OK] auth-external: the login is $name from $place"
    has "$what: the first line" "$(summary)" "claude 2.1.330, login by $name"
    has_not "$what: no expiry of another source" "$out" token_expiry=
    quiet "$what"
    frozen preflight --auth=auto -vvv "$@" --output-format=json
    has "$what, json" "$out" "\"auth_source\":\"$name\""
    quiet "$what, json"
    frozen preflight --auth=auto -vvv "$@" --output-format=prometheus
    has "$what, prometheus" "$out" 'condition="auth-external",state="OK"} 1'
    quiet "$what, prometheus"
}

# --- Each source by itself

frozen preflight --auth=auto -v -a "$a"
found 'none' 2 auth-none CRITICAL
has 'none: text' "$out" "[CRITICAL] auth-none: no source of a login for $a, run claude auth login"
frozen preflight --auth=auto -a "$a" --output-format=json
has 'none, json' "$status $out" '"auth_source":"none"'

while read -r name value; do
    echo "$name=$value" >"$env"
    external "$name in the env file" "$name" "$env" -a "$a" --env-file="$env"
    : >"$env"
    echo "{\"env\":{\"$name\":\"$value\"}}" >"$a/.claude/settings.json"
    external "$name in the settings" "$name" "$a/.claude/settings.json" -a "$a"
    rm "$a/.claude/settings.json"
done <<END
CLAUDE_CODE_USE_BEDROCK 1
CLAUDE_CODE_USE_VERTEX true
CLAUDE_CODE_USE_FOUNDRY YES
ANTHROPIC_AUTH_TOKEN $canary
ANTHROPIC_API_KEY $canary
CLAUDE_CODE_OAUTH_TOKEN $canary
END
echo "{\"apiKeyHelper\":\"/bin/echo $canary\"}" >"$a/.claude/settings.json"
external 'a helper' apiKeyHelper "$a/.claude/settings.json" -a "$a"
rm "$a/.claude/settings.json"
echo "{\"primaryApiKey\":\"$canary\"}" >"$a/.claude.json"
external 'the primary key' primaryApiKey "$a/.claude.json" -a "$a"
rm "$a/.claude.json"

# The own environment is the agent's only where no agent and no file is named.
claude "$HOME"
export ANTHROPIC_API_KEY="$canary"
external 'own environment' ANTHROPIC_API_KEY environment
frozen preflight --auth=auto -a "$a"
found 'own environment, with -a' 2 auth-none CRITICAL
: >"$env"
frozen preflight --auth=auto --env-file="$env"
found 'own environment, with --env-file' 2 auth-none CRITICAL
unset ANTHROPIC_API_KEY

# The credentials file is judged as ever.
login "$a" 28800 2246400
frozen preflight --auth=auto -v -a "$a"
is 'credentials file' "$status $(conditions) $(summary)" '0  claude 2.1.330, token 8h, login 26d'
has 'credentials file: perfdata' "$out" ' token_expiry=28800s login_expiry=2246400s;604800:;259200:'
login "$a" -60 2246400
frozen preflight --auth=auto -a "$a"
found 'credentials file, expired' 1 token-renewable WARNING
echo '{' >"$a/.claude/.credentials.json"
frozen preflight --auth=auto -a "$a"
found 'credentials file, malformed' 2 credentials-malformed CRITICAL

# --- What counts, and what comes first

login "$a" -60 -30
while IFS='|' read -r what name file settings; do
    printf '%s\n' "$file" | tr ',' '\n' >"$env"
    printf '%s\n' "$settings" >"$a/.claude/settings.json"
    frozen preflight --auth=auto -a "$a" --env-file="$env" --output-format=json
    has "$what" "$out" "\"auth_source\":\"$name\""
done <<'END'
a token before a key|ANTHROPIC_AUTH_TOKEN|ANTHROPIC_API_KEY=k,ANTHROPIC_AUTH_TOKEN=t|{}
a provider before a token|CLAUDE_CODE_USE_BEDROCK|ANTHROPIC_AUTH_TOKEN=t|{"env":{"CLAUDE_CODE_USE_BEDROCK":"1"}}
a key before a helper|ANTHROPIC_API_KEY|ANTHROPIC_API_KEY=k|{"apiKeyHelper":"/bin/h"}
a helper before an OAuth token|apiKeyHelper|CLAUDE_CODE_OAUTH_TOKEN=o|{"apiKeyHelper":"/bin/h"}
an OAuth token before the credentials file|CLAUDE_CODE_OAUTH_TOKEN|CLAUDE_CODE_OAUTH_TOKEN=o|{}
an empty value does not count|credentials-file|ANTHROPIC_API_KEY=|{"env":{"CLAUDE_CODE_OAUTH_TOKEN":""}}
a switch that says no|credentials-file|CLAUDE_CODE_USE_BEDROCK=0|{"env":{"CLAUDE_CODE_USE_VERTEX":"false"}}
a quoted value|ANTHROPIC_API_KEY|ANTHROPIC_API_KEY="k"|{}
a comment|credentials-file|#ANTHROPIC_API_KEY=k,;ANTHROPIC_API_KEY=k|{}
settings that are no JSON|credentials-file||{"apiKeyHelper":
END
frozen preflight --auth=auto -v -a "$a"
has 'settings that are no JSON: it says so' "$out" "settings: passed over $a/.claude/settings.json: "
rm "$a/.claude/settings.json"
echo '{"primaryApiKey":"k"}' >"$a/.claude.json"
frozen preflight --auth=auto -a "$a"
found 'the credentials file before the primary key' 2 login-expired CRITICAL
rm "$a/.claude.json"

# --- States, and what is checked besides

echo "ANTHROPIC_API_KEY=$canary" >"$env"
set -- --auth=auto -a "$a" --env-file="$env"
frozen preflight "$@" --state=auth-external=warning
found '--state' 1 auth-external WARNING
frozen preflight "$@" --min-version=3.0.0
found 'the version is checked' 1 version-outdated WARNING
frozen preflight "$@" -b "$dir/nothing"
found 'the binary is checked' 2 binary-missing CRITICAL
frozen preflight "$@" --login-critical=9999d
is 'thresholds of another source do not count' "$status" 0
frozen preflight --auth=file -a "$a" --env-file="$env"
found '--auth=file looks at the file only' 2 login-expired CRITICAL
frozen preflight -a "$a"
found '--auth=file is the default' 2 login-expired CRITICAL
frozen preflight --auth=off -a "$a" --env-file="$env"
is '--auth=off' "$status $(summary)" '0 claude 2.1.330, login not checked'
frozen ORCH_PREFLIGHT_CHECK_AUTH=auto preflight -v -a "$a" --env-file="$env"
found 'the variable may say auto' 0 auth-external OK
for value in AUTO Auto; do
    frozen preflight "$@" --auth=$value
    is "--auth=$value" "$status" 0
done
for value in '' on,off automatic none 2; do
    frozen preflight -a "$a" --auth="$value"
    is "--auth=$value: status" "$status" 3
    is "--auth=$value: one line" "$(printf '%s\n' "$out" | grep -c '')" 1
    has "--auth=$value: it says what to write" "$out" '. Write file (or true), auto, or off (or false)'
done
rm "$a/.claude/.credentials.json"
frozen preflight --auth=auto -v -a "$a" --state=auth-none=ok
found '--state=auth-none=ok' 0 auth-none OK

# --- The env file was named by a person: without it nothing can be told

frozen preflight --auth=auto -a "$a" --env-file="$dir/no.env"
is 'no env file: status' "$status" 3
has 'no env file: text' "$out" "$dir/no.env: No such file or directory"
is 'no env file: nothing is said of a login that may not be the one' "$(conditions)" ''
frozen preflight --auth=auto -a "$a" --env-file="$dir"
is 'an env file that is a directory' "$status" 3
frozen preflight --auth=auto -a "$a" --env-file=
is 'an empty name of one' "$status" 3
if prepare_user; then
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$a"
    cp "$env" "$dir/closed.env" && chmod 0 "$dir/closed.env"
    user_frozen preflight --auth=auto -a "$a" --env-file="$dir/closed.env" --state-dir="$dir/user-state"
    is 'an unreadable env file: status' "$status" 3
    has 'an unreadable env file: text' "$out" "$dir/closed.env: Permission denied"
else
    skip 'an unreadable env file' 'no ordinary user'
fi

# --- A fleet of several sources

for name in one two three; do
    claude "$dir/fleet/$name" && mkdir "$dir/fleet/$name/.claude"
done
echo "{\"env\":{\"ANTHROPIC_API_KEY\":\"$canary\"}}" >"$dir/fleet/one/.claude/settings.json"
login "$dir/fleet/two" 28800 2246400
frozen preflight --auth=auto -a "$dir/fleet/*" -vvv
is 'a fleet: status' "$status" 2
has 'a fleet: the one without' "$out" "
$dir/fleet/three: [CRITICAL] auth-none: "
has 'a fleet: perfdata' "$out" ' | token_expiry=28800s login_expiry=2246400s;604800:;259200: agents=3 agents_ok=2 agents_warning=0 agents_critical=1 '
quiet 'a fleet'
is 'a fleet: sources' "$(lines ': login: by ANTHROPIC_API_KEY from ') $(lines ': login: from no source')" '1 1'

done_testing
