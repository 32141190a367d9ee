# shellcheck shell=sh disable=SC2154
# Sourced after harness.sh: a Nagios Core that lives in $dir, with our object files as they are shipped.
#
#   nagios_config FILE...      the main configuration; FILE: object files of config/nagios
#   unchecked_host NAME [LINE]...  prints a host that is up, with further lines
#   objects                    appends its standard input to the objects
#   nagios_start               verifies it, starts it, waits until it takes commands
#   force HOST SERVICE         asks for a check now
#   field HOST SERVICE FIELD   what the status data say
#
# Intervals are in seconds here, where in ordinary configurations they are in minutes.

nagios=$dir/nagios
# shellcheck disable=SC2034 # for those who look into it
nagios_log=$nagios/var/nagios.log

unchecked_host() {
    echo "define host {
    host_name $1"
    shift
    printf '    %s\n' "$@" 'address 127.0.0.1' 'check_command nothing' 'check_interval 0' \
        'max_check_attempts 1' 'check_period 24x7' 'contacts nagiosadmin'
    echo '}'
}

nagios_config() {
    mkdir -p "$nagios/objects" "$nagios/var/checkresults" "$nagios/rw"
    cat >"$nagios/nagios.cfg" <<EOF
log_file=$nagios/var/nagios.log
cfg_dir=$nagios/objects
object_cache_file=$nagios/var/objects.cache
precached_object_file=$nagios/var/objects.precache
resource_file=$nagios/resource.cfg
status_file=$nagios/var/status.dat
status_update_interval=1
check_external_commands=1
command_file=$nagios/rw/nagios.cmd
query_socket=$nagios/rw/nagios.qh
lock_file=$nagios/var/nagios.pid
temp_file=$nagios/var/nagios.tmp
temp_path=$nagios/var
log_archive_path=$nagios/var
log_rotation_method=n
check_result_path=$nagios/var/checkresults
state_retention_file=$nagios/var/retention.dat
retain_state_information=0
check_result_reaper_frequency=1
use_syslog=0
check_for_updates=0
interval_length=1
service_inter_check_delay_method=n
host_inter_check_delay_method=n
service_check_timeout=30
enable_flap_detection=0
enable_notifications=0
log_service_retries=1
illegal_macro_output_chars=\`~\$&|'"<>
EOF
    echo "\$USER1\$=$plugins" >"$nagios/resource.cfg"
    # what the objects shipped rest on, as in the examples of Nagios
    objects <<EOF
define timeperiod {
    timeperiod_name 24x7
    alias always
    sunday 00:00-24:00
    monday 00:00-24:00
    tuesday 00:00-24:00
    wednesday 00:00-24:00
    thursday 00:00-24:00
    friday 00:00-24:00
    saturday 00:00-24:00
}
define contact {
    contact_name nagiosadmin
    host_notification_period 24x7
    service_notification_period 24x7
    host_notification_commands nothing
    service_notification_commands nothing
}
define command {
    command_name nothing
    command_line /bin/true
}
$(unchecked_host localhost)
define service {
    name generic-service
    check_period 24x7
    notification_period 24x7
    contacts nagiosadmin
    register 0
}
EOF
    for file in "$@"; do
        as_here "nagios/$file" >"$nagios/objects/$file"
    done
}

objects() { cat >>"$nagios/objects/test.cfg"; }

nagios_start() {
    own "$nagios"
    run as_user "$(command -v nagios4)" -v "$nagios/nagios.cfg"
    is 'nagios4 -v: status' "$status" 0
    has 'nagios4 -v: errors' "$out" 'Total Errors:   0'
    has 'nagios4 -v: warnings' "$out" 'Total Warnings: 0'
    start nagios4 "$(command -v nagios4)" "$nagios/nagios.cfg"
    await 'nagios4 takes commands' 30 test -p "$nagios/rw/nagios.cmd" || give_up nagios4
    await 'nagios4 writes its status' 30 test -s "$nagios/var/status.dat" || give_up nagios4
}

force() {
    now=$(date +%s)
    printf '[%s] SCHEDULE_FORCED_SVC_CHECK;%s;%s;%s\n' "$now" "$1" "$2" "$now" >"$nagios/rw/nagios.cmd"
}

field() {
    awk -v host="$1" -v service="$2" -v name="$3" '
        /^servicestatus \{/ { delete value }
        { at = index($0, "="); key = substr($0, 1, at - 1); sub(/^[ \t]+/, "", key)
          value[key] = substr($0, at + 1) }
        /^[ \t]*}/ && value["host_name"] == host && value["service_description"] == service {
            print value[name]; exit }' "$nagios/var/status.dat" 2>/dev/null
}

field_is() { [ "$(field "$1" "$2" "$3")" = "$4" ]; }
