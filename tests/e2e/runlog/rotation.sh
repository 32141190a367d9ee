#!/bin/sh
# Logs that logrotate, the real one, has just rotated: an empty log is no dead run, and what was
# compressed is no log.
. "$(dirname "$0")/../harness.sh"

logrotate=$(PATH=/usr/sbin:/sbin:$PATH command -v logrotate) || {
    skip rotation 'there is no logrotate'
    done_testing
}

good_run='{"type":"result","subtype":"success","is_error":false,"result":"ok","session_id":"0"}'
refused_run='{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"x","session_id":"0"}'

# rotate DIRECTORY OPTION...: rotate its logs once
rotate() {
    logs=$1
    shift
    {
        printf '%s/*.log {\n    rotate 9\n    missingok\n' "$logs"
        [ "$(id -u)" = 0 ] && printf '    su root root\n'
        printf '    %s\n' "$@"
        echo '}'
    } >"$logs/../conf"
    chmod 644 "$logs/../conf"
    "$logrotate" -f -s "$logs/../rotated" "$logs/../conf" >"$logs/../said" 2>&1 ||
        fail "logrotate: $(cat "$logs/../said")"
}

# scene NAME: a directory with the log of a refused run in it, $logs
scene() {
    logs=$dir/$1/logs
    mkdir -p "$logs"
    chmod 755 "$dir/$1" "$logs"
    printf '%s\n' "$refused_run" >"$logs/run.log"
}

# judged WHAT LOG STATUS WORDS: a run of the plugin and what it prints
judged() {
    check runlog "$2"
    is "$1: status" "$status" "$3"
    has "$1" "$out" "$4"
}

scene create
rotate "$logs" create
judged create "$logs" 2 'logs/run.log.1:1)'
judged 'create, by name' "$logs/run.log" 2 'logs/run.log.1:1)'
rotate "$logs" create
judged 'create, twice' "$logs/run.log" 2 'the login was refused'
printf '%s\n' "$good_run" >>"$logs/run.log"
judged 'create, a run since' "$logs" 0 'CLAUDE RUNLOG OK'
: >"$logs/run.log"
touch -d '2 hours' "$logs/run.log"
judged 'a run that died since' "$logs/run.log" 2 'the log is empty'

scene copytruncate
rotate "$logs" copytruncate
judged copytruncate "$logs" 2 'logs/run.log.1:1)'
judged 'copytruncate, by name' "$logs/run.log" 2 'logs/run.log.1:1)'

scene compress
rotate "$logs" create compress
judged 'compressed, by name' "$logs/run.log" 3 'compressed'
judged compressed "$logs" 3 'compressed'
printf '%s\n' "$good_run" >>"$logs/run.log"
judged 'compressed, a run since' "$logs" 0 'CLAUDE RUNLOG OK'

scene delaycompress
rotate "$logs" create compress delaycompress
printf '%s\n' "$good_run" >>"$logs/run.log"
rotate "$logs" create compress delaycompress
is 'the older one is compressed' "$(cd "$logs" && echo run.log.2*)" run.log.2.gz
judged delaycompress "$logs" 0 'CLAUDE RUNLOG OK'
judged 'delaycompress, all' "$logs/*" 0 'CLAUDE RUNLOG OK'

scene dateext
rotate "$logs" create dateext
judged dateext "$logs/run.log" 2 "logs/run.log-$(date +%Y%m%d):1)"

scene extension
rotate "$logs" create dateext 'extension .log'
judged 'dateext with an extension' "$logs/run.log" 2 "logs/run-$(date +%Y%m%d).log:1)"

done_testing
