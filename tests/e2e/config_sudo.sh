#!/bin/sh
# In each file of config/ that calls sudo, the rule in its comment is the command that it calls, whole: one
# word more or less and sudo asks for a password that nobody types.
. "$(dirname "$0")/harness.sh"

rules() { sed -n 's/^[# ]*[a-z]* ALL=(agent) NOPASSWD: //p' "$1" | sed 's/\\\(.\)/\1/g' | sort; }

# On one line, or as a list of YAML from the item that is sudo on.
commands() {
    awk '
        function ended() { if (list) print substr(list, 2); list = ""; on = 0 }
        /^#/ { next }
        / \/usr\/bin\/sudo$/ { on = 1; next }
        on && /^ *args:$/ { next }
        on && /^ *- / { sub(/^ *- /, ""); list = list " " $0; next }
        { ended() }
        END { ended() }' "$1" | sed 's/^-n -u agent //'
    sed -n '/^#/d; s/.*sudo -n -u agent //p' "$1" | sed 's/"\]$//'
}

for file in prometheus/exporter_exporter.yml telegraf/claude.conf sensu/claude.yml zabbix/claude.conf; do
    has "$file: a command" "$(commands "$top/config/$file")" '/check_claude_preflight -a /home/agent'
    is "$file: rules" "$(rules "$top/config/$file")" "$(commands "$top/config/$file" | sort)"
done
# which has no rule of its own
is 'script_exporter runs what exporter_exporter runs' "$(commands "$top/config/prometheus/script_exporter.yml")" \
    "$(commands "$top/config/prometheus/exporter_exporter.yml")"

# As root, without sudo: Checkmk, Monit, systemd, cron. None runs a plugin as root.
for file in checkmk/mrpe.cfg monit/claude prometheus/claude.cron; do
    is "$file: as the agent" "$(grep -v '^#' "$top/config/$file" | grep 'check_claude_' | grep -c 'runuser -u agent -- \|^check program \| agent check_claude_')" 2
done
is 'monit: as the agent' "$(grep -c '^    as uid "agent" and gid "agent"$' "$top/config/monit/claude")" 2
is 'systemd: as the agent' "$(sed -n 's/^User=//p' "$top"/config/prometheus/claude-*.service | paste -sd' ')" '%i %i'
done_testing
