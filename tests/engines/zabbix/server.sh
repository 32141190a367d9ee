# shellcheck shell=sh disable=SC2154
# Sourced after harness.sh: a Zabbix server that lives in $dir, with a PostgreSQL and the frontend's API, all on
# loopback. Nothing is installed: PostgreSQL, the server, PHP and the frontend run as they were unpacked.
#
#   require_zabbix_server     or the test is skipped
#   zabbix_database           starts PostgreSQL and makes the database of Zabbix, without the templates that it comes with
#   zabbix_start PORT         the server on that port, and the API
#   call METHOD PARAMETERS    a call of the API as JSON; prints its result, or what is wrong
#
# The password is the one that Zabbix comes with, on a server that nobody else reaches.

# shellcheck source=database.sh
. "$here/zabbix/database.sh"

# what neither the import nor the server needs of the data that Zabbix comes with: its templates
bulk='items|item_[a-z]*|functions|triggers|trigger_[a-z]*|hostmacro|graphs|graphs_items|widget|widget_field|dashboard|'
bulk=$bulk'dashboard_[a-z]*|valuemap|valuemap_mapping|hosts|hosts_[a-z]*|host_[a-z]*|interface|interface_[a-z]*|lld_[a-z_]*|'
bulk=$bulk'media_type|media_type_[a-z]*|httptest[a-z_]*|httpstep[a-z_]*|httpstepitem|optemplate|opgroup|opconditions|operations|'
bulk=$bulk'opmessage|opmessage_[a-z]*|opcommand[a-z_]*|opinventory|actions|conditions|drules|dchecks|scripts|sysmap[a-z_]*|'
bulk=$bulk'report[a-z_]*|profiles|event_[a-z]*|maintenances[a-z_]*|images|script_param|group_[a-z]*'

require_zabbix_server() {
    require zabbix_agentd zabbix-agent
    require zabbix_server zabbix-server-pgsql
    require curl curl
    require jq jq
    require_php bcmath gd
    require_postgres
    [ -e "$packages/usr/share/zabbix/api_jsonrpc.php" ] || unpack zabbix-frontend-php >"$dir/unpack.log" 2>&1
    tested_against "Zabbix server $(zabbix_server -V | sed -n '1s/.*(Zabbix) *//p')"
}

# The statements of a file of SQL that are about no table of $bulk.
without_bulk() { perl -ne 'if (/^(INSERT INTO|DELETE FROM|UPDATE|COMMIT|START|INSERT INTO dbversion)\b\s*(\w*)/) { $skip = $2 =~ /^('"$bulk"')$/ } print unless $skip'; }

zabbix_database() {
    database_start zabbix
    {
        zcat "$packages/usr/share/zabbix-server-pgsql/schema.sql.gz"
        zcat "$packages/usr/share/zabbix-server-pgsql/data.sql.gz" | without_bulk
    } | psql_quietly -d zabbix -f - >"$dir/sql.out" 2>&1
    is 'the database of Zabbix' "$(grep -m 3 ERROR "$dir/sql.out")" ''
}

zabbix_start() {
    mkdir -p "$dir/server/run" "$dir/frontend/session"
    cat >"$dir/server.conf" <<END
LogType=console
ListenIP=127.0.0.1
ListenPort=$1
DBHost=$dir/database
DBName=zabbix
DBUser=zabbix
PidFile=$dir/server/run/server.pid
SocketDir=$dir/server/run
Timeout=15
StartPollers=2
StartPollersUnreachable=1
StartTrappers=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartPreprocessors=1
StartDBSyncers=1
StartEscalators=1
StartAlerters=1
StartReportWriters=0
CacheUpdateFrequency=1
FpingLocation=/bin/true
END
    # a copy, as the frontend's configuration is where Debian says, in /etc
    cp -RL "$packages/usr/share/zabbix/." "$dir/frontend/" 2>/dev/null
    sed -i "s#/etc/zabbix/zabbix.conf.php#$dir/frontend/zabbix.conf.php#" "$dir/frontend/include/classes/core/CConfigFile.php"
    cat >"$dir/frontend/zabbix.conf.php" <<END
<?php
\$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '$dir/database', 'PORT' => '0', 'DATABASE' => 'zabbix', 'USER' => 'zabbix',
    'PASSWORD' => '', 'SCHEMA' => '', 'ENCRYPTION' => false, 'KEY_FILE' => '', 'CERT_FILE' => '', 'CA_FILE' => '',
    'VERIFY_HOST' => false, 'CIPHER_LIST' => '', 'VAULT_URL' => '', 'VAULT_DB_PATH' => '', 'VAULT_TOKEN' => '', 'DOUBLE_IEEE754' => true];
\$ZBX_SERVER = '127.0.0.1';
\$ZBX_SERVER_PORT = '$1';
\$ZBX_SERVER_NAME = 'test';
\$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
END
    chmod 644 "$dir/server.conf"
    own "$dir/server" "$dir/frontend"
    chmod -R a+rX "$dir/frontend"
    start server nice zabbix_server -f -c "$dir/server.conf"
    # shellcheck disable=SC2034 # the test stops it by this
    server=$pid
    await 'the server listens' 60 listening "$1" || give_up server
    api=$(free_port)
    # shellcheck disable=SC2046 # words
    start frontend $(php_command bcmath gd) -d session.save_path="$dir/frontend/session" -d post_max_size=16M -S "127.0.0.1:$api" -t "$dir/frontend"
    await 'the frontend listens' 30 listening "$api" || give_up frontend
    token=''
    token=$(call user.login '{"username":"Admin","password":"zabbix"}' | tr -d '"')
}

call() {
    jq -n --arg method "$1" --argjson params "$2" --arg auth "${token:-}" \
        '{jsonrpc: "2.0", id: 1, $method, $params, auth: (if $auth == "" then null else $auth end)}' |
        curl -s -H 'Content-Type: application/json-rpc' --data-binary @- "http://127.0.0.1:$api/api_jsonrpc.php" |
        jq -c 'if has("error") then .error | "\(.message) \(.data)" else .result end'
}
