#!/bin/sh
# Zabbix's agent with config/zabbix: what it answers in each state; the template through the import of
# Zabbix' own frontend; and the template's JSONPaths, in a reading of our own: the server, which evaluates
# them, wants a database.
. "$(dirname "$0")/harness.sh"
require zabbix_agentd zabbix-agent
require jq jq
tested_against "Zabbix agent $(zabbix_agentd -V | sed -n '1s/.*(Zabbix) *//p')"

template=$top/config/zabbix/claude.yaml
a=$dir/home/agent log=$dir/var/log/claude/run.json port=$(free_port)
as_here zabbix/claude.conf >"$dir/claude.conf"
cat >"$dir/agent.conf" <<EOF
LogType=console
Server=127.0.0.1
ListenIP=127.0.0.1
ListenPort=$port
StartAgents=1
PidFile=$dir/run/agent.pid
Timeout=15
Include=$dir/claude.conf
EOF
mkdir "$dir/run"
own "$dir/run"
chmod 644 "$dir"/*.conf

# --- The template: KEY, MASTER and JSONPATH of each item

awk '/^ *master_item:/ { getline; sub(/^ *key: /, ""); master = $0; if (key) print key "\t" master "\t" path; key = ""; next }
    /^ *(- )?(uuid|lld_macro_paths): / { path = "" }
    /^ *key: / { sub(/^ *key: /, ""); gsub(/^'\''|'\''$/, ""); key = $0 }
    /^ *- "?\$\./ { sub(/^ *- /, ""); gsub(/^"|"$/, ""); path = $0 }' "$template" >"$dir/items"
is 'template: more than ten items' "$(awk 'END { print (NR > 10) }' "$dir/items")" 1

# --- Its triggers, all of them: what is asked, and how bad it is. A state that is not there is no state.

sed -n -e "s/^ *expression: '\(.*\)'\$/\1/p" -e 's/^ *priority: //p' "$template" | paste - - | sed 's#/Claude CLI/claude\.##g' >"$dir/triggers"
while IFS='|' read -r priority expression; do
    is "trigger: $expression" "$(awk -F '\t' -v wanted="$expression" '$1 == wanted { print $2 }' "$dir/triggers")" "$priority"
done <<'EOF'
HIGH|last(preflight.state)=2 and last(preflight.agents_checked)<2
WARNING|min(preflight.state,15m)=3
AVERAGE|nodata(preflight.state,10m)=1
WARNING|last(preflight.login_expiry)<7d and nodata(preflight.login_expiry,10m)=0 and last(preflight.state)<>2
HIGH|last(runlog.state)=2
WARNING|min(runlog.state,15m)=3
AVERAGE|nodata(runlog.state,10m)=1
WARNING|last(runlog.log_age)>26h
HIGH|last(preflight.agent.state["{#AGENT_HOME}"])="CRITICAL" and nodata(preflight.agent.state["{#AGENT_HOME}"],10m)=0 and last(preflight.agents_checked)>1
EOF
is 'triggers: how many' "$(awk 'END { print NR }' "$dir/triggers")" 9

# --- The template through Zabbix' own import

frontend() (
    mkdir "$dir/frontend" && cd "$dir/frontend" && apt download zabbix-frontend-php && dpkg-deb -x ./*.deb .
)
php=$(apt-cache depends php-cli 2>/dev/null | sed -n 's/.* \(php[0-9.]*\)-cli$/\1/p')
if [ -n "$php" ] && provide "$php" "$php-cli" "$php-common" "$php-mbstring" && frontend >"$dir/unpack.log" 2>&1; then
    # without the machine's own configuration; what is built in needs no file
    set -- "$php" -n
    for extension in ctype mbstring; do
        at=$(find "$packages"/usr/lib/php/ -name "$extension.so" 2>/dev/null)
        [ -z "$at" ] || set -- "$@" -d "extension=$at"
    done
    run "$@" "$engines/zabbix_import.php" "$dir/frontend/usr/share/zabbix" "$template"
    is 'template: import' "$status $(printf '%s\n' "$out" | grep -v '	claude\.' | paste -sd,)" '0 claude.preflight		,claude.runlog		'
    is 'template: items' "$(printf '%s\n' "$out" | grep '	claude\.' | sort)" "$(sort "$dir/items")"
    sed 's/claude.preflight.state)=2 /claude.preflight.stat)=2 /' "$template" >"$dir/wrong.yaml"
    run "$@" "$engines/zabbix_import.php" "$dir/frontend/usr/share/zabbix" "$dir/wrong.yaml"
    has 'template: it notices' "$status $out" 'no item claude.preflight.stat of Claude CLI'
    rm -r "$dir/frontend"
else
    skip 'the import of the template' 'no PHP, or no Zabbix frontend'
fi
is 'template: masters are the keys of the agent' "$(cut -f 2 "$dir/items" | sort -u)" \
    "$(sed -n 's/^UserParameter=\([^,]*\),.*/\1/p' "$dir/claude.conf" | sort)"

# --- The agent, in its own words, and as a server asks it

agent OK "$a"
run_log OK "$log"
for key in claude.preflight claude.runlog; do
    run as_user zabbix_agentd -c "$dir/agent.conf" -t "$key"
    has "zabbix_agentd -t $key" "$out" '[t|{"plugin":"check_claude_'
done

start zabbix zabbix_agentd -f -c "$dir/agent.conf"
await 'the agent listens' 20 listening "$port"

# get KEY: a passive check: header, length and text, and the same back
get() {
    perl -MIO::Socket::INET -e '
        my ($port, $key) = @ARGV;
        my $agent = IO::Socket::INET->new("127.0.0.1:$port") or die;
        print $agent "ZBXD\1", pack("Q<", length $key), $key;
        local $/;
        my $answer = <$agent>;
        $answer =~ s/^ZBXD\x01.{8}//s or die;
        print $answer' "$port" "$1"
}

# item KEY [HOME]: the value that its JSONPath gives, or nothing: $.a.b, $.a.length(), $.a[?(@.b == 'c')].d.first()
item() {
    path=$(awk -F '\t' -v key="$1" '$1 == key { print $3 }' "$dir/items")
    case $1 in claude.preflight.*) master=$preflight ;; *) master=$runlog ;; esac
    printf '%s\n' "$master" | jq -r "$(printf '%s\n' "$path" | sed -e "s/{#AGENT_HOME}/$(printf '%s' "${2:-}" | sed 's#/#\\/#g')/" \
        -e "s/^\\\$\\.\\([a-z_]*\\)\\[?(@\\.\\([a-z_]*\\) == '\\([^']*\\)')\\]\\.\\([a-z_]*\\)\\.first()\$/[.\\1[] | select(.\\2 == \"\\3\")][0].\\4/" \
        -e 's/^\$\(.*\)\.length()$/\1 | length/' -e 's/^\$//') // empty"
}
# near KEY SECONDS: so many, give or take ten minutes
near() {
    is "$state: $1 is $(item "$1"), near $2" "$(item "$1" | awk -v wanted="$2" '{ print ($1 >= wanted - 600 && $1 <= wanted + 600) }')" 1
}
left() { echo $(($(expiry "$1" "$a") - NOW)); }

for state in OK WARNING CRITICAL UNKNOWN; do
    number=$(number_of "$state")
    agent "$state" "$a"
    run_log "$state" "$log"
    preflight=$(get claude.preflight) runlog=$(get claude.runlog)
    for plugin in preflight runlog; do
        is "$state: $plugin: state" "$(item "claude.$plugin.state")" "$number"
        has "$state: $plugin: summary" "$(get "claude.$plugin")" "\"summary\":\"$(item "claude.$plugin.summary")\""
    done
    home='claude.preflight.agent.state["{#AGENT_HOME}"]'
    is "$state: the agents found" "$(item claude.preflight.agents | jq -r '.[].home')" "$a"
    is "$state: this agent" "$(item "$home" "$a")" "$state"
    case $state in
    OK)
        near claude.preflight.login_expiry "$(left refreshTokenExpiresAt)"
        near claude.preflight.token_expiry "$(left expiresAt)"
        near claude.runlog.log_age 90
        is "$state: cost" "$(item claude.runlog.run_cost)" 0.2138
        is "$state: version" "$(item 'claude.preflight.agent.version["{#AGENT_HOME}"]' "$a")" 2.1.330
        ;;
    CRITICAL)
        near claude.preflight.login_expiry "$(left refreshTokenExpiresAt)"
        is "$state: refused logins" "$(item claude.runlog.auth_failures)" 1
        ;;
    UNKNOWN)
        # discarded, in the words of the template
        is "$state: cost" "$(item claude.runlog.run_cost)" ''
        is "$state: age" "$(item claude.runlog.log_age)" ''
        ;;
    esac
done

# What sudo says when it refuses is a text as any other, but no state.
as_agent=$(cat "$dir/tools/sudo")
script "$dir/tools/sudo" 'echo "sudo: a password is required" >&2; exit 1'
preflight=$(get claude.preflight)
is 'sudo refuses: the answer' "$preflight" 'sudo: a password is required'
is 'sudo refuses: no state' "$(item claude.preflight.state 2>/dev/null)" ''
printf '%s\n' "$as_agent" >"$dir/tools/sudo"

# Every item has a value in some state.
claude "$a"
login "$a" 27000 2250000
own "$a"
run_log OK "$log"
rm -rf "$dir/state"/*
preflight=$(get claude.preflight) runlog=$(get claude.runlog)
cut -f 1 "$dir/items" >"$dir/keys"
while read -r key; do
    is "a value of $key" "$([ -n "$(item "$key" "$a")" ] && echo there)" there
done <"$dir/keys"
done_testing
