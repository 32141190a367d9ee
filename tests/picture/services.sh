#!/bin/sh
# Makes config/nagios/services.png: the service page of a real Nagios with the checks in several states, on
# stand-ins for agents. By hand, as root: make frozen && sh tests/picture/services.sh [OUT.png]
# Needs lighttpd and chromium, which are installed from Debian's packages where they are missing.
#
# In a mount namespace, for homes whose paths say nothing of this machine.
if [ "${1:-}" != inside ]; then
    exec unshare --mount sh "$0" inside "${1:-$(dirname "$0")/../../config/nagios/services.png}"
fi
picture=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
# shellcheck source=../engines/harness.sh
. "$(dirname "$0")/../engines/harness.sh"
# shellcheck source=../engines/nagios/daemon.sh
. "$here/../engines/nagios/daemon.sh"
# shellcheck source=shot.sh
. "$engines/shot.sh"
require nagios4 nagios4-core
unpack nagios4-cgi nagios4-common >"$dir/unpack.log" 2>&1 || { cat "$dir/unpack.log" && exit 1; }
installed lighttpd lighttpd || exit 1
homes_of_agents

# service DESCRIPTION PLUGIN ARGUMENT...
service() {
    name=$1 plugin=$2
    shift 2
    objects <<EOF
define command {
    command_name $name
    command_line $plugins/check_claude_$plugin $*
}
define service {
    use generic-service
    host_name localhost
    service_description $name
    check_command $name
    check_interval 60
    retry_interval 60
    max_check_attempts 1
    notification_interval 60
}
EOF
}

# shellcheck disable=SC2119 # no object files
nagios_config
sed -i 's/^enable_notifications=0/enable_notifications=1/' "$nagios/nagios.cfg"
for wanted in agent:OK builder:WARNING reviewer:CRITICAL nightly:UNKNOWN; do
    home=/home/${wanted%:*} log=/var/log/claude/${wanted%:*}.json
    agent "${wanted#*:}" "$home"
    service "Claude preflight, ${wanted%:*}" preflight -a "$home" --timeout=2s
    run_log "${wanted#*:}" "$log"
    service "Claude run log, ${wanted%:*}" runlog "$log"
done
nagios_start

# --- The page

share=$packages/usr/share/nagios4/htdocs cgi=$packages/usr/lib/cgi-bin/nagios4
port=$(free_port)
cat >"$dir/cgi.cfg" <<EOF
main_config_file=$nagios/nagios.cfg
physical_html_path=$share
url_html_path=/nagios4
use_authentication=0
escape_html_tags=1
result_limit=0
default_user_name=nagiosadmin
authorized_for_all_services=*
authorized_for_all_hosts=*
EOF
cat >"$dir/lighttpd.conf" <<EOF
server.port = $port
server.bind = "127.0.0.1"
server.document-root = "$share"
server.modules = ("mod_alias", "mod_cgi", "mod_setenv")
mimetype.assign = (".html" => "text/html", ".css" => "text/css", ".js" => "application/javascript",
    ".png" => "image/png", ".gif" => "image/gif")
alias.url = ("/cgi-bin/nagios4/" => "$cgi/",
    "/nagios4/stylesheets/" => "$packages/etc/nagios4/stylesheets/", "/nagios4/" => "$share/")
\$HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = (".cgi" => "") }
setenv.add-environment = ("NAGIOS_CGI_CONFIG" => "$dir/cgi.cfg")
EOF
start lighttpd "$(command -v lighttpd)" -D -f "$dir/lighttpd.conf"
await 'lighttpd listens' 20 listening "$port" || give_up lighttpd
# shellcheck disable=SC2317 # await runs it
all_checked() { [ "$(grep -c 'has_been_checked=1' "$nagios/var/status.dat")" -ge 8 ]; }
await 'all services are checked' 40 all_checked
shot "http://127.0.0.1:$port/cgi-bin/nagios4/status.cgi?host=all&limit=0" 1230 395 "$picture"
done_testing
