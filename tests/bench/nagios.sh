#!/bin/sh
# make bench-nagios: a real Nagios with 2000 services on check_claude_preflight every 10 seconds on two cores,
# and before it, as a measure, with the same on /bin/true. Prints one table and the load of the machine.
# Fails where the average latency of a check reaches 0.5 s, where one is over 2 s, or where a state is wrong.
# Not under load: the figures are those of the machine.
# shellcheck source=../engines/harness.sh
. "$(dirname "$0")/../engines/harness.sh"
# shellcheck source=../engines/nagios/daemon.sh
. "$here/../engines/nagios/daemon.sh"
require nagios4 nagios4-core
services=${SERVICES:-2000} interval=${INTERVAL:-10} seconds=${SECONDS_EACH:-70}

# One agent for each state; no home at all is the fourth.
for state in OK WARNING CRITICAL; do
    agent "$state" "$dir/home/$state"
done

# shellcheck disable=SC2119 # no object files
nagios_config
cat >>"$nagios/nagios.cfg" <<EOF
service_inter_check_delay_method=s
max_service_check_spread=1
use_large_installation_tweaks=1
check_workers=4
process_performance_data=1
service_perfdata_file=$nagios/var/checks
service_perfdata_file_mode=a
service_perfdata_file_processing_interval=0
service_perfdata_file_template=\$SERVICEDESC\$ \$SERVICESTATEID\$ \$SERVICELATENCY\$ \$SERVICEEXECUTIONTIME\$
EOF
sed -i -e '/^service_inter_check_delay_method=n/d' -e 's/^status_update_interval=.*/status_update_interval=10/' \
    -e 's/^log_service_retries=.*/log_service_retries=0/' "$nagios/nagios.cfg"
cp "$nagios/objects/test.cfg" "$dir/common.cfg"

# write_services COMMAND-OF-STATE...: named by the state that they should have
write_services() {
    cp "$dir/common.cfg" "$nagios/objects/test.cfg"
    number=0
    for command in "$@"; do
        objects <<EOF
define command {
    command_name load-$number
    command_line $command
}
EOF
        number=$((number + 1))
    done
    awk -v services="$services" -v kinds=$# -v interval="$interval" 'BEGIN {
        for (i = 0; i < services; i++)
            printf "define service {\n use generic-service\n host_name localhost\n" \
                " service_description state-%d-%d\n check_command load-%d\n check_interval %d\n" \
                " retry_interval %d\n max_check_attempts 1\n}\n", i % kinds, i, i % kinds, interval, interval
    }' | objects
}

# Of Nagios and its workers, in hundredths of a second: their own time, and that of the checks they waited for.
cpu_times() {
    cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | awk -v session="$pid" '
        $4 == session { own += $12 + $13; checks += $14 + $15 }
        END { print own, checks }'
}

# Not idle, and all, of the whole machine.
machine() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $2 + $3 + $4 + $5 + $6 + $7 + $8 }' /proc/stat; }

# load_with NAME: runs the services for that long, then a row of the table, and what the table is judged by
load_with() {
    rm -f "$nagios/var/checks" "$nagios/var/status.dat" "$nagios/var/objects.cache"
    own "$nagios"
    before=$(machine)
    [ "$(nproc)" -le 2 ] || set -- "$1" taskset -c 0,1
    checked=$1
    shift
    start nagios4 "$@" "$(command -v nagios4)" "$nagios/nagios.cfg"
    await 'nagios4 is up' 30 test -s "$nagios/var/status.dat" || give_up nagios4
    sleep_until=$(($(date +%s) + seconds))
    while [ "$(date +%s)" -lt $sleep_until ]; do
        sleep 1
    done
    times=$(cpu_times)
    stop "$pid"
    echo "$checked $times $before $(machine)" | cat - "$nagios/var/checks" | awk -v services="$services" -v seconds="$seconds" '
        NR == 1 { what = $1; own = $2; checks = $3; busy = $6 - $4; all = $7 - $5; next }
        { split($1, name, "-"); n++; wrong += name[2] != $2; latency += $3; took += $4
          if ($3 > most) most = $3
          seen[$1] = 1 }
        END {
            for (s in seen) distinct++
            printf "%-24s %7d %9d %9.3f s %9.3f s %7.1f ms %9.2f ms %7.1f %% %9.1f %% %8.1f %%\n", what, n, wrong + services - distinct,
                latency / n, most, 1000 * took / n, 10 * checks / n, 100 * (own / 100) / (2 * seconds),
                100 * (checks / 100) / (2 * seconds), 100 * busy / all
            print n, wrong + services - distinct, latency / n, most >"/dev/stderr" }' 2>"$dir/judged"
}

tested_against "Nagios Core $(nagios4 --version | sed -n 's/^Nagios Core //p')"
echo "$services services every $interval s for $seconds s on two cores; load average before: $(cut -d ' ' -f 1-3 /proc/loadavg)"
printf '%-24s %7s %9s %11s %11s %10s %12s %9s %11s %10s\n' '' checks 'not right' 'avg latency' 'max latency' wall \
    'CPU a check' 'Nagios' 'its checks' 'machine'
write_services /bin/true
load_with /bin/true
plugin="$plugins/check_claude_preflight -a $dir/home"
write_services "$plugin/OK" "$plugin/WARNING" "$plugin/CRITICAL" "$plugin/none-*"
load_with check_claude_preflight
echo 'CPU of Nagios and of its checks: share of the two cores. Machine: share of all cores in use, by whatever ran.'

read -r checks wrong latency most <"$dir/judged"
is 'states: not right or never checked' "$wrong" 0
is "checks: $checks, nine tenths of what was asked for" \
    "$(awk -v n="$checks" -v wanted=$((services * seconds / interval)) 'BEGIN { print (n >= 0.9 * wanted) }')" 1
is "average latency: $latency s" "$(awk -v s="$latency" 'BEGIN { print (s < 0.5) }')" 1
is "greatest latency: $most s" "$(awk -v s="$most" 'BEGIN { print (s <= 2) }')" 1
done_testing
