# shellcheck shell=sh
# Sourced by the tests against real engines: sh tests/engines/NAME.sh runs one by itself; make
# check-engines all of them. Everything of tests/e2e/harness.sh is here too (is, has, login, claude, skip,
# done_testing), and:
#
#   provide COMMAND PACKAGE...  makes a program available, the machine's own or one unpacked from Debian's
#                               packages, nothing is installed; fails where neither is to be had
#   require COMMAND PACKAGE...  the same; without it the whole test is skipped, by name
#   overlay_packages DIRECTORY  in a mount namespace of the test's own: what was unpacked appears there as well
#   start NAME COMMAND...       starts a server as an ordinary user, with nothing in its environment but
#                               PATH and where the plugins may keep results; then $pid; what it prints
#                               goes to $dir/NAME.out
#   stop PID                    ends it, and whatever it left in its session; done for all at the end
#   give_up NAME                ends the test, with what the server NAME printed
#   free_port                   prints a port of 127.0.0.1 that nothing listens on now
#   await WHAT SECONDS COMMAND  runs the command until it succeeds, fails WHAT at the deadline, which comes after
#                               120 seconds at the earliest: it ends a test that hangs, and a busy machine is slow
#   agent STATE HOME            a stand-in for an agent that the preflight finds in this state
#   expiry FIELD HOME           when its login says expiresAt or refreshTokenExpiresAt, in seconds
#   run_log STATE PATH          a stand-in for the log of a run, the same for the other plugin
#   as_here FILE                prints a file of config/ with the paths of this test: the plugins, agents in
#                               $dir/home, an instance of units named agent, logs in $dir/var/log/claude, the collector's directory in
#                               $dir/collector, and stand-ins for sudo and runuser, as the user is the agent
#   own PATH...                 gives them to the user whom the servers run as
#   number_of STATE             the exit status and the value of the metric
#   matches WHAT TEXT PATTERN   the pattern is one of case
#   login_data STATE TOKEN LOGIN
#                               the perfdata in $data have these seconds left, or up to two minutes less
#   run_log_told SERVICE STATE STATUS
#                               what the engine must have of the log in $log. The test's own state_is SERVICE
#                               STATE STATUS FIRST-LINE [LONG-TEXT] waits for that, the first line a pattern of
#                               case, and puts the perfdata into $data
#   perfdata WHAT TEXT LABEL REST [FROM TO]
#                               one value of a perfdata string: REST is value, unit and thresholds, or where
#                               the value is * what follows it; the value is then between FROM and TO
#   skip WHAT WHY               what cannot be tried here: counted as skipped
#   tested_against TEXT         the program and its version, for the summary
#
# $plugins is a directory with the plugins that the user may read, $login_range the thresholds of login_expiry. $NOW is the time of day.

engines=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../e2e/harness.sh
. "$engines/../e2e/harness.sh"
trap 'stop_all; chmod -R u+rwx "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM PIPE

# The state directory is the user's: to anybody else it is closed, and their plugin says UNKNOWN.
frozen() {
    run_as=run_as_user
    run_plugin "$user_build/frozen" "$@"
    run_as=run
}

own() { [ "$(id -u)" -ne 0 ] || chown -R "$user:$group" "$@"; }

NOW=$(date +%s)
prepare_user || { echo "no ordinary user to run as" >&2 && exit 1; }
# shellcheck disable=SC2034 # for the tests
plugins=$user_build
# The login's thresholds in perfdata: 10 and 4 days.
# shellcheck disable=SC2034
login_range=';864000:;345600:'
group=$(as_user id -g)
sed "s#/usr/bin/sudo#$dir/tools/sudo#" "$top/config/sudo/check_claude_as" >"$plugins/check_claude_as"
chmod 755 "$plugins/check_claude_as"
mkdir "$CHECK_CLAUDE_STATE_DIR"
chmod 700 "$CHECK_CLAUDE_STATE_DIR"
own "$CHECK_CLAUDE_STATE_DIR"
servers=''

# What is unpacked is kept for the other tests of the same call of tests/engines/run.
packages=${ENGINES_PACKAGES:-$dir/packages}
mkdir -p "$packages"
chmod 755 "$packages"
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/nagios/plugins
PATH=$packages/usr/sbin:$packages/usr/bin:$packages/usr/lib/nagios/plugins:$PATH

# --- Programs

apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

# The packages, and of what they need and the machine lacks the libraries: no mail server for Nagios.
with_libraries() {
    apt-get -s --no-install-recommends install "$@" 2>/dev/null |
        sed -n 's/^Inst \(lib[^ ]*\) .*/\1/p' | grep -v '^libjs-'
    printf '%s\n' "$@"
}

# A machine whose package lists were never fetched knows no package.
with_lists() { "$@" || { [ "$(id -u)" -eq 0 ] && apt update && "$@"; }; }

download() {
    # shellcheck disable=SC2046 # a list of words
    apt download $(with_libraries "$@" | sort -u)
}

# One at a time: the packages are common to the tests that run at once.
unpack() (
    exec 9<"$packages"
    flock 9
    mkdir "$dir/download" && cd "$dir/download" || exit 1
    with_lists download "$@" || exit 1
    for deb in *.deb; do
        dpkg-deb -x "$deb" "$packages" || exit 1
    done
    rm -r "$dir/download"
    chmod -R a+rX "$packages"
)

# The libraries of what was unpacked; the machine's own programs find theirs without.
library_path() { printf '%s\n' "$packages"/usr/lib/*-linux-gnu* "$packages"/lib/*-linux-gnu* "$packages"/usr/libexec/* | grep -v '\*' | paste -sd:; }

provide() {
    command=$1
    shift
    if ! command -v "$command" >/dev/null; then
        command -v apt-get >/dev/null && unpack "$@" >"$dir/unpack.log" 2>&1 || return 1
    fi
    LD_LIBRARY_PATH=$(library_path)
    [ -z "$LD_LIBRARY_PATH" ] || export LD_LIBRARY_PATH
    command -v "$command" >/dev/null
}

require() {
    provide "$@" && return
    skip "all of it" "no $1, and the package $2 cannot be had"
    done_testing
}

overlay_packages() { mount -t overlay -o ro,lowerdir="$packages$1:$1" overlay "$1" 2>/dev/null; }

tested_against() {
    printf 'tested against: %s\n' "$1" | tee -a "${ENGINES_SUMMARY:-/dev/null}"
}

# What cannot be tried here is no test passed.
skipped=0
skip() {
    skipped=$((skipped + 1))
    printf 'skipped %s: %s: %s\n' "$(basename "$0" .sh)" "$1" "$2" | tee -a "${ENGINES_SUMMARY:-/dev/null}"
}

done_testing() {
    printf '%s: %d passed, %d failed, %d skipped\n' "$(basename "$0" .sh)" "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
    exit
}

# --- Servers

# In a session of its own, so that stop reaches what it started.
start() {
    name=$1
    shift
    [ -z "${LD_LIBRARY_PATH:-}" ] || set -- LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$@"
    set -- env -i PATH="$PATH" CHECK_CLAUDE_STATE_DIR="$CHECK_CLAUDE_STATE_DIR" "$@"
    [ "$(id -u)" -ne 0 ] || set -- setpriv --reuid="$user" --regid="$group" --clear-groups "$@"
    setsid "$@" >"$dir/$name.out" 2>&1 </dev/null &
    pid=$!
    servers="$servers $pid"
}

stop() {
    kill "$1" 2>/dev/null
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        kill -0 "$1" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

stop_all() {
    for server in $servers; do
        stop "$server"
    done
    servers=''
}

give_up() {
    cat "$dir/$1.out"
    done_testing
}

# Below the range from which the kernel takes ports for connections.
free_port() {
    perl -MIO::Socket::INET -e '
        for (1 .. 200) {
            my $port = 10000 + int rand 20000;
            IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => $port) or next;
            print $port; exit }
        exit 1'
}

listening() { grep -q "^ *[0-9]*: [0-9A-F]*:$(printf '%04X' "$1") 0*:0000 0A" /proc/net/tcp; }

await() {
    what=$1 deadline=$(($(date +%s) + ($2 > 120 ? $2 : 120)))
    shift 2
    until "$@"; do
        if [ "$(date +%s)" -ge "$deadline" ]; then
            fail "$what: not in time"
            return 1
        fi
        sleep 0.1
    done
}

# --- What the engines look at

# The agent of the last state needs --timeout below 30s.
agent() {
    NOW=$(date +%s)
    claude "$2"
    case $1 in
    OK | UNKNOWN) login "$2" 27000 2250000 ;;
    WARNING) login "$2" -7200 2250000 ;;
    CRITICAL) login "$2" -3456000 -1036800 ;;
    esac
    [ "$1" != UNKNOWN ] || script "$2/.local/bin/claude" "exec sleep 30"
    own "$2"
}

expiry() { sed -n "s/.*\"$1\":\([0-9]*\)000,.*/\1/p" "$2/.claude/.credentials.json"; }

# Modified 90 seconds ago.
run_log() {
    mkdir -p "$(dirname "$2")"
    rm -f "$2"
    case $1 in
    OK) result false 'A bad key now gives 401 Unauthorized.' '"total_cost_usd":0.2138,' >"$2" ;;
    WARNING) result true 'Overloaded' '"api_error_status":529,' >"$2" ;;
    CRITICAL) result true 'OAuth token revoked.' '"api_error_status":403,' >"$2" ;;
    UNKNOWN) return ;;
    esac
    touch -d '90 seconds ago' "$2"
    own "$(dirname "$2")"
}

# Shorter deadlines too, for the agent of the state UNKNOWN.
as_here() {
    if ! [ -e "$dir/tools/sudo" ]; then
        # shellcheck disable=SC2016 # for the scripts
        script "$dir/tools/sudo" '[ "$1 $2 $3" = "-n -u agent" ] && shift 3 && exec "$@"'
        # shellcheck disable=SC2016
        script "$dir/tools/runuser" '[ "$1 $2 $3" = "-u agent --" ] && shift 3 && exec "$@"'
    fi
    sed -e "s#/usr/bin/sudo#$dir/tools/sudo#; s#/usr/sbin/runuser#$dir/tools/runuser#" \
        -e "s#/usr/local/lib/nagios/plugins#$plugins#g; s#/var/log/claude#$dir/var/log/claude#" \
        -e "s#/var/lib/prometheus/node-exporter#$dir/collector#g; s#%i#agent#g" \
        -e "s#!/home/agent#!$dir/home/agent!--timeout=2s#" \
        -e "s#-a /home/agent#-a $dir/home/agent --state-dir $CHECK_CLAUDE_STATE_DIR --timeout 2s#" \
        -e "s#^\( *- \)/home/agent#\1$dir/home/agent\n\1--state-dir=$CHECK_CLAUDE_STATE_DIR\n\1--timeout=2s#" "$top/config/$1"
}

perfdata() {
    value=$(printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^'\{0,1\}$3'\{0,1\}=//p")
    case $4 in
    '*'*)
        is "$1: $3: unit and thresholds" "$(printf '%s\n' "$value" | sed 's/^-\{0,1\}[0-9.]*//')" "${4#?}"
        is "$1: $3: $value is between $5 and $6" "$(printf '%s\n' "$value" | sed 's/^\(-\{0,1\}[0-9.]*\).*/\1/' |
            awk -v from="$5" -v to="$6" '{ print ($1 != "" && $1 + 0 >= from && $1 + 0 <= to) }')" 1
        ;;
    *) is "$1: $3" "$value" "$4" ;;
    esac
}

number_of() { case $1 in OK) echo 0 ;; WARNING) echo 1 ;; CRITICAL) echo 2 ;; UNKNOWN) echo 3 ;; esac }

matches() {
    # shellcheck disable=SC2254
    case $2 in $3) pass ;; *) fail "$1: [$2] is not like [$3]" ;; esac
}

# shellcheck disable=SC2154 # the test's own
login_data() {
    perfdata "$1" "$data" token_expiry '*s' $(($2 - 120)) "$2"
    perfdata "$1" "$data" login_expiry "*s$login_range" $(($3 - 120)) "$3"
}

# shellcheck disable=SC2154
run_log_told() {
    at="$log/run.json:1" failed_logs=1 refused=0
    case $2 in
    OK) line='run ended well after 0.59s, 1 turn' failed_logs=0 long='' ;;
    WARNING) line='the API was overloaded or throttled the run, run again later' long=overloaded evidence="status 529 in $at" ;;
    CRITICAL)
        line="the login was refused, run claude auth login as $(as_user id -un)" long=auth-failure
        evidence="status 403 in $at" refused=1
        ;;
    UNKNOWN) line='no log, check the path and that runs write it' long=log-missing evidence=$log ;;
    esac
    state_is "$1" "$2" "$3" "CLAUDE RUNLOG $2 - $line" "${long:+[$2] $long: $line ($evidence)}"
    perfdata "$2" "$data" logs 1
    perfdata "$2" "$data" logs_failed $failed_logs
    perfdata "$2" "$data" auth_failures $refused
    [ "$2" != UNKNOWN ] || return 0
    perfdata "$2" "$data" log_age '*s;0:93600' 89 150
    perfdata "$2" "$data" log_size "$(($(wc -c <"$log/run.json")))B"
    perfdata "$2" "$data" run_time 0.598s
    perfdata "$2" "$data" run_turns 1
    [ "$2" != OK ] || perfdata "$2" "$data" run_cost 0.2138
}
