#!/bin/sh
# Perl's Monitoring::Plugin, with which many graphers read perfdata: it finds every value, gives each back as
# the plugins wrote it, and comes to the plugins' own state by their ranges.
. "$(dirname "$0")/harness.sh"
PERL5LIB=$(printf '%s:' "$packages/usr/share/perl5" "$packages"/usr/lib/*/perl5/*)
export PERL5LIB
loads() { perl -MMonitoring::Plugin::Performance -e 1 2>/dev/null; }
loads || unpack libmonitoring-plugin-perl >"$dir/unpack.log" 2>&1
PERL5LIB=$(printf '%s:' "$packages/usr/share/perl5" "$packages"/usr/lib/*/perl5/*)
loads || { skip 'all of it' 'no Monitoring::Plugin' && done_testing; }
tested_against "Monitoring::Plugin $(perl -MMonitoring::Plugin::Performance -e 'print Monitoring::Plugin->VERSION || $Monitoring::Plugin::Functions::VERSION')"

# A line for each value: its state by its own thresholds, its label in a round robin database, and the value.
cat >"$dir/parse.pl" <<'EOF'
use strict; use warnings;
use Monitoring::Plugin::Performance;
for my $data (Monitoring::Plugin::Performance->parse_perfstring($ARGV[0])) {
    my $state = defined $data->warning || defined $data->critical ? $data->threshold->get_status($data->value) : '-';
    printf "%s %s %s\n", $state, $data->rrdlabel, $data->perfoutput;
}
EOF

# read_by_perl WHAT: the perfdata of the last run, into $values
read_by_perl() {
    data=$(printf '%s\n' "$out" | sed -n '1s/.* | //p')
    values=$(perl "$dir/parse.pl" "$data" 2>&1)
    is "$1: as it was written" "$(printf '%s\n' "$values" | cut -d ' ' -f 3 | sed 's/;*$//')" \
        "$(printf '%s\n' "$data" | tr ' ' '\n' | sed 's/;*$//')"
    is "$1: labels unlike each other" "$(printf '%s\n' "$values" | cut -d ' ' -f 2 | sort | uniq -d)" ''
}

state_of() { printf '%s\n' "$values" | sed -n "s/^\\([0-9-]\\) $1 .*/\\1/p"; }

a=$dir/home/agent log=$dir/var/log/claude/run.json
claude "$a"
for days in 26:0 5:1 1:2; do
    login "$a" 27000 $((${days%:*} * 86400 + 3600))
    own "$a"
    run as_user "$plugins/check_claude_preflight" -a "$a"
    is "login, ${days%:*} days: status" "$status" "${days#*:}"
    read_by_perl "login, ${days%:*} days"
    is "login, ${days%:*} days: state by its range" "$(state_of login_expiry)" "$status"
done
run as_user "$plugins/check_claude_preflight" -a "$a" -w 8h --critical=1h:9h --state=login-expiring=ok
is 'token: status' "$status" 1
read_by_perl 'token'
is 'token: state by its range' "$(state_of token_expiry)" "$status"
agent OK "$dir/home/second"
run as_user "$plugins/check_claude_preflight" -a "$dir/home/*"
read_by_perl 'two agents'
has 'two agents' "$values" 'agents_unknown'

for age in '--warning=60:0' '--warning=60s:1' '--warning=60 --critical=80:2' '--warning=10m --critical=1h:0'; do
    run_log OK "$log"
    [ "$age" != '--warning=60:0' ] || touch -d '20 seconds ago' "$log"
    # shellcheck disable=SC2086 # a list of words
    run as_user "$plugins/check_claude_runlog" --log="$log" ${age%:*}
    is "log, $age: status" "$status" "${age##*:}"
    read_by_perl "log, $age"
    is "log, $age: state by its range" "$(state_of log_age)" "$status"
done
run_log CRITICAL "$log"
run as_user "$plugins/check_claude_runlog" --log="$log"
read_by_perl 'log, refused'
done_testing
