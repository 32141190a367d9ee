#!/bin/sh
# The basket of config/icinga2 in a real Icinga Director, without its web pages: restored twice, a service made of
# its template, and what the Director then renders, with claude.conf, in the eyes of a real Icinga 2.
#
# The Director's modules are looked for in /usr/share, where they are in a mount namespace of this test alone.
if [ "$(id -u)" -eq 0 ] && [ "${1:-}" != inside ] && unshare --mount true 2>/dev/null; then
    exec unshare --mount sh "$0" inside
fi
. "$(dirname "$0")/harness.sh"
. "$here/icinga2/daemon.sh"
. "$here/zabbix/database.sh"
require_icinga2
require_php intl curl
require_postgres
modules=/usr/share/icingaweb2/modules
[ -e "$packages$modules/director" ] ||
    unpack icingacli icingaweb2 icingaweb2-common php-icinga icinga-php-library icinga-php-thirdparty icingaweb2-module-director \
        icingaweb2-module-incubator icingaweb2-module-reactbundle >"$dir/unpack.log" 2>&1
[ -e $modules/director ] || overlay_packages /usr/share
[ -e $modules/director ] || { skip 'all of it' 'no Director, or no right to mount it' && done_testing; }
tested_against "Icinga Director $(sed -n 's/^Version: *v\{0,1\}//p' $modules/director/module.info)"

database_start director
psql_quietly -d director -c 'CREATE EXTENSION pgcrypto'
at=$dir/icingaweb
mkdir -p "$at/enabledModules" "$at/modules/director"
for module in director incubator reactbundle; do
    ln -s $modules/$module "$at/enabledModules/$module"
done
printf '[global]\nconfig_backend = "ini"\nconfig_resource = "director"\nmodule_path = "%s"\n[logging]\nlog = "none"\n' $modules >"$at/config.ini"
cat >"$at/resources.ini" <<END
[director]
type = "db"
db = "pgsql"
host = "$dir/database"
port = "5432"
dbname = "director"
username = "director"
password = ""
charset = "utf8"
END
printf '[db]\nresource = "director"\n' >"$at/modules/director/config.ini"
own "$at"
icingacli=$packages/usr/bin/icingacli
[ -e "$icingacli" ] || icingacli=$(command -v icingacli)

# director WORD...: its command line; the standard input is the caller's
director() {
    # shellcheck disable=SC2046 # words
    as_user env ICINGAWEB_CONFIGDIR="$at" $(php_command intl pdo pdo_pgsql iconv tokenizer posix curl) -d include_path=/usr/share/php \
        "$icingacli" director "$@" >"$dir/stdout" 2>&1
    status=$? out=$(cat "$dir/stdout")
}

director migration run
is 'migration' "$status" 0
basket=$top/config/icinga2/director-basket.json
for time in first second; do
    director basket restore <"$basket"
    is "restore, the $time time: status" "$status" 0
    has "restore, the $time time" "$out" 'Objects from Basket Snapshot have been restored'
done
director service show claude-preflight --json --no-defaults
is 'the template: its fields' "$(printf '%s\n' "$out" | jq '.fields | length')" \
    "$(jq '.ServiceTemplate["claude-preflight"].fields | length' "$basket")"
# each field is a variable of the command
jq -r '.Datafield[].varname' "$basket" | grep -v '_user$' >"$dir/fields"
while read -r variable; do
    has "the field $variable" "$(cat "$top/config/icinga2/claude.conf")" "\"\$$variable\$\""
done <"$dir/fields"

director host create builder --json '{"object_type": "object", "address": "127.0.0.1", "check_command": "claude-runlog"}'
is 'a host' "$status" 0
for plugin in preflight runlog; do
    director service create "Claude $plugin" --json "$(jq -n --arg plugin $plugin --arg home "$dir/home/agent" '{object_type: "object", host: "builder",
        imports: ["claude-" + $plugin], vars: (if $plugin == "preflight" then {claude_preflight_user: "agent", claude_preflight_agent_home: $home}
            else {claude_runlog_log: "/var/log/claude", claude_runlog_state: ["result-empty=ok"]} end)}')"
    is "a service of the template claude-$plugin" "$status" 0
done
director config render
is 'render' "$status" 0
psql_quietly -d director -At -c "SELECT convert_from(c.content::bytea, 'UTF8') FROM director_generated_config_file f
    JOIN director_generated_file c ON f.file_checksum = c.checksum ORDER BY f.file_path" >"$dir/rendered.conf"
has 'rendered' "$(cat "$dir/rendered.conf")" 'object Service "Claude preflight"'

certificates master
node master "$(free_port)"
as_here icinga2/claude.conf >"$dir/master/etc/claude.conf"
cp "$dir/rendered.conf" "$dir/master/etc"
printf 'object Endpoint NodeName { }\nobject Zone ZoneName { endpoints = [ NodeName ] }\ninclude "claude.conf"\ninclude "rendered.conf"\n' >>"$dir/master/etc/icinga2.conf"
agent OK "$dir/home/agent"
node_start master
await 'Icinga answers' 30 fact_is builder 'Claude%20preflight' .name 'Claude preflight' || give_up master
force 'Claude preflight' 'Claude runlog'
await 'the preflight' 30 fact_is builder 'Claude%20preflight' .last_check_result.exit_status 0
is 'the preflight: command' "$(fact builder 'Claude%20preflight' '.last_check_result.command | join(" ")')" \
    "$plugins/check_claude_as agent $plugins/check_claude_preflight --agent-home $dir/home/agent"
is 'the run log: command' "$(fact builder 'Claude%20runlog' '.last_check_result.command | join(" ")')" \
    "$plugins/check_claude_runlog --log /var/log/claude --warning 26h --grace 30m --state result-empty=ok"
done_testing
