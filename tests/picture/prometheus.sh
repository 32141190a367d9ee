#!/bin/sh
# Makes config/prometheus/alerts.png: the page of alerts of a real Prometheus with config/prometheus, on stand-ins
# for agents. By hand, as root: make frozen && sh tests/picture/prometheus.sh [OUT.png]
if [ "${1:-}" != inside ]; then
    exec unshare --mount sh "$0" inside "${1:-$(dirname "$0")/../../config/prometheus/alerts.png}"
fi
picture=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
# shellcheck source=../engines/harness.sh
. "$(dirname "$0")/../engines/harness.sh"
# shellcheck source=shot.sh
. "$engines/shot.sh"
require prometheus prometheus
require prometheus-node-exporter prometheus-node-exporter
require curl curl
# shellcheck disable=SC2046 # words
unpack $(apt-cache depends prometheus | sed -n 's/.*Depends: \(libjs-.*\)/\1/p') >"$dir/unpack.log" 2>&1
overlay_packages /usr/share || exit 1 # the page's templates, where Debian's Prometheus looks for them
homes_of_agents
mkdir "$dir/collector" "$dir/data"
own "$dir/collector" "$dir/data"

# written STATE NAME STATE-OF-THE-LOG: an agent, and the two textfiles of its checks
written() {
    agent "$1" "/home/$2"
    run_log "$3" "/var/log/claude/$2/run.json"
    own /var/log/claude
    run as_user "$plugins/check_claude_runlog" -a "/home/$2" --textfile="$dir/collector/runlog_$2.prom" "/var/log/claude/$2"
    run as_user "$plugins/check_claude_preflight" -a "/home/$2" --textfile="$dir/collector/preflight_$2.prom" --timeout=2s
}
written OK agent OK
written CRITICAL builder OK
written OK reviewer CRITICAL

# In seconds, what takes minutes there.
mount -t tmpfs tmpfs /opt && mkdir /opt/prometheus
textfile=$(free_port) port=$(free_port)
sed 's/^\( *for:\) .*/\1 2s/' "$top/config/prometheus/claude.rules.yml" >/opt/prometheus/claude.rules.yml
cat >"$dir/prometheus.yml" <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [/opt/prometheus/claude.rules.yml]
scrape_configs:
  - job_name: node
    static_configs: [{targets: ["127.0.0.1:$textfile"]}]
    relabel_configs: [{target_label: instance, replacement: "worker-1:9100"}]
END
chmod 644 "$dir"/*.yml
start node prometheus-node-exporter --web.listen-address="127.0.0.1:$textfile" --collector.disable-defaults \
    --collector.textfile --collector.textfile.directory="$dir/collector"
start prometheus prometheus --config.file="$dir/prometheus.yml" --storage.tsdb.path="$dir/data" \
    --web.listen-address="127.0.0.1:$port"
await 'Prometheus listens' 30 listening "$port" || give_up prometheus
# shellcheck disable=SC2317 # await runs it
fires() { curl -s "http://127.0.0.1:$port/api/v1/alerts" | grep -q '"state":"firing".*"state":"firing"'; }
await 'two alerts fire' 60 fires
sleep 5
# As after clicks on Inactive, on each alert and on Show annotations.
page=http://127.0.0.1:$port
{
    curl -s "$page/classic/alerts" | sed "s#\(src\|href\)=\"/classic/#\1=\"$page/classic/#g"
    # shellcheck disable=SC2016  # a template of Prometheus
    echo '<script>$(function () { $("#inactiveAlerts").parent().removeClass("active"); $("tr.alert-success").hide();'
    # shellcheck disable=SC2016  # a template of Prometheus
    echo '$("tr.alert-danger").click(); $("div.show-annotations").click(); });</script>'
} >"$dir/alerts.html"
chmod 644 "$dir/alerts.html"
shot "file://$dir/alerts.html" 1200 1000 "$picture" --virtual-time-budget=8000
done_testing
