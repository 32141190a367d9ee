# shellcheck shell=sh disable=SC2154
# Sourced after harness.sh: Icinga 2 daemons that live in $dir, with our configuration as it is shipped.
#
#   certificates NODE...    a CA, and a certificate for each node, in its name
#   node NODE PORT          a node's own configuration; what is appended to $dir/NODE/etc/icinga2.conf follows;
#                           the password in it is no secret
#   lone_master             the node master, with config/icinga2 as it is shipped and, behind that, the
#                           standard input
#   node_start NODE         validates it, starts it, waits until it listens; then $pid
#   api PATH [OPTION...]    asks the node $asked, which is the one started last, as JSON
#   force SERVICE...        asks for a check now
#   fact HOST SERVICE EXPRESSION   of the service's attributes, in jq's language
#
# icinga2 is the program itself: the one in /usr/sbin is a script that starts it by an absolute path.

icinga2_program() {
    for icinga2 in "$packages"/usr/lib/*/icinga2/sbin/icinga2 /usr/lib*/icinga2/sbin/icinga2 \
        /usr/lib/*/icinga2/sbin/icinga2; do
        [ -x "$icinga2" ] && return
    done
    return 1
}

# require_icinga2: or the test is skipped
require_icinga2() {
    icinga2_program || provide icinga2 icinga2-bin icinga2-common
    icinga2_program || require icinga2 icinga2-bin
    require curl curl
    require jq jq
    require openssl openssl
    includes=$packages/usr/share/icinga2/include
    [ -d "$includes" ] || includes=/usr/share/icinga2/include
    tested_against "Icinga $("$icinga2" --version | sed -n '1s/.*version: r\{0,1\}\([0-9.]*\).*/\1/p')"
}

certificates() {
    printf '[req]\ndistinguished_name = dn\nx509_extensions = ca\n[dn]\n[ca]\nbasicConstraints = critical, CA:TRUE\n' >"$dir/openssl.cnf"
    export OPENSSL_CONF="$dir/openssl.cnf"
    key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
    # shellcheck disable=SC2086 # a list of words
    openssl req -x509 $key -keyout "$dir/ca.key" -out "$dir/ca.crt" -subj '/CN=CA of a test' -days 2 2>/dev/null
    for node in "$@"; do
        mkdir -p "$dir/$node/data/certs"
        at=$dir/$node/data/certs/$node
        printf 'subjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\n' "$node" >"$dir/extensions"
        # shellcheck disable=SC2086
        openssl req $key -keyout "$at.key" -out "$dir/csr" -subj "/CN=$node" 2>/dev/null
        openssl x509 -req -in "$dir/csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -CAcreateserial -days 2 \
            -extfile "$dir/extensions" -out "$at.crt" 2>/dev/null
        cp "$dir/ca.crt" "$dir/$node/data/certs/ca.crt"
    done
}

node() {
    for part in etc data/api log cache spool run; do
        mkdir -p "$dir/$1/$part"
    done
    echo "$2" >"$dir/$1/port"
    cat >"$dir/$1/etc/icinga2.conf" <<EOF
const NodeName = "$1"
const ZoneName = NodeName
const PluginDir = "$plugins"
const PluginContribDir = "$plugins"
include <itl>
object CheckerComponent "checker" { }
object ApiListener "api" {
  bind_host = "127.0.0.1"
  bind_port = $2
  accept_commands = true
}
object ApiUser "test" {
  password = "test"
  permissions = [ "*" ]
}
EOF
}

lone_master() {
    certificates master
    node master "$(free_port)"
    {
        echo 'object Endpoint NodeName { }'
        echo 'object Zone ZoneName { endpoints = [ NodeName ] }'
        for file in claude.conf claude-services.conf; do
            as_here icinga2/$file >"$dir/master/etc/$file"
            echo "include \"$file\""
        done
        cat
    } >>"$dir/master/etc/icinga2.conf"
}

# daemon NODE COMMAND...: the command with icinga2's arguments for that node
daemon() {
    at=$dir/$1
    shift
    "$@" "$icinga2" daemon -I "$includes" -c "$at/etc/icinga2.conf" -D ConfigDir="$at/etc" -D DataDir="$at/data" \
        -D LogDir="$at/log" -D CacheDir="$at/cache" -D SpoolDir="$at/spool" -D InitRunDir="$at/run" \
        -D RunAsUser="$(as_user id -un)" -D RunAsGroup="$(as_user id -gn)" ${validate:+-C}
}

node_start() {
    own "$dir/$1"
    validate=yes
    daemon "$1" run as_user
    validate=''
    is "$1: icinga2 daemon -C: status" "$status" 0
    has_not "$1: icinga2 daemon -C: warnings" "$out" 'warning/'
    [ "$status" -eq 0 ] || { echo "$out" && done_testing; }
    daemon "$1" start "$1"
    asked=$1 port=$(cat "$dir/$1/port")
    await "$1 listens" 30 listening "$port" || give_up "$1"
}

api() {
    path=$1
    shift
    port=$(cat "$dir/$asked/port")
    curl -s --cacert "$dir/ca.crt" --resolve "$asked:$port:127.0.0.1" -u test:test -H 'Accept: application/json' \
        "$@" "https://$asked:$port/v1/$path"
}

force() {
    for service in "$@"; do
        api actions/reschedule-check -X POST -d \
            '{"type":"Service","filter":"service.name==\"'"$service"'\"","force":true}' >"$dir/forced"
        grep -q '"code":200' "$dir/forced" || fail "force $service: $(cat "$dir/forced")"
    done
}

fact() { api "objects/services/$1!$2" | jq -r ".results[0].attrs | $3"; }

fact_is() { [ "$(fact "$1" "$2" "$3" 2>/dev/null)" = "$4" ]; }
