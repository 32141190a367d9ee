#!/bin/sh
# Other users: one who calls a plugin with rights that are not his, one who owns a directory that it writes in,
# and one who owns what it looks at and does not let go of it. Most of it takes root, and namespaces of its own.
# shellcheck source=harness.sh disable=SC2016  # shells inside expand what is in quotes
. "$(dirname "$0")/harness.sh"

a=$dir/agent log=$dir/good.log refused=$dir/refused.log state=$dir/state
claude "$a"
login "$a" 28800 2246400
login "$HOME" 28800 2246400
result false 'All done.' >"$log"
result true 'Failed to authenticate. API Error: 403 x' '"api_error_status":403,' >"$refused"
touch -d "@$((NOW - 5))" "$log" "$refused"
root=''
[ "$(id -u)" -ne 0 ] || root=yes
ready=''
! prepare_user || ready=yes

# --- A copy that lends its owner's rights does nothing

if [ -n "$root" ] && [ -n "$ready" ] && [ -z "${SANITIZED:-}" ]; then
    for plugin in preflight runlog; do
        case $plugin in preflight) arguments="-a $a" service=PREFLIGHT ;; *) arguments=$log service=RUNLOG ;; esac
        while read -r mode owner caller; do
            lent=$dir/lent/check_claude_$plugin
            rm -rf "$dir/lent" && mkdir "$dir/lent" && cp "$build/tests/frozen/check_claude_$plugin" "$lent"
            chown "$owner" "$lent" && chmod "$mode" "$lent"
            case $(find "$dir/lent" -perm -2000 -o -perm -4000) in '') break ;; esac
            for more in '' --help --version '-vvv --output-format=json' --wrong "--textfile=$dir/lent/x.prom"; do
                # shellcheck disable=SC2086 # words
                run setpriv --reuid="${caller%:*}" --regid="${caller#*:}" --clear-groups \
                    env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" "$lent" $arguments $more
                is "mode $mode of $owner, called by $caller, $plugin $more" "$status $out" \
                    "3 CLAUDE $service UNKNOWN - does not run setuid, setgid or with file capabilities, take them off the file and use sudo"
            done
            is "mode $mode of $owner, $plugin: nothing was written" "$(ls -A "$dir/lent")" "check_claude_$plugin"
        done <<'END'
4755 0:0 65534:65534
4755 65001:0 65534:65534
2755 0:0 65534:65534
2755 0:65001 65534:65534
6755 0:0 65534:65534
4755 65001:65001 0:65001
END
        if ! [ -u "$lent" ]; then
            skip "a setuid $plugin" 'the file system has no such bit'
            continue
        fi
        run setpriv --reuid=65001 --regid=65001 --clear-groups env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" "$lent" --version
        has "a bit that lends nothing, $plugin" "$out" "check_claude_$plugin v"
        # Rights that no id shows: a copy that may read any file.
        rm -rf "$dir/lent" && mkdir "$dir/lent" && cp "$build/tests/frozen/check_claude_$plugin" "$lent"
        if PATH=/usr/sbin:/sbin:/usr/bin:/bin setcap cap_dac_read_search=ep "$lent" 2>/dev/null; then
            run setpriv --reuid=65534 --regid=65534 --clear-groups env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" "$lent" --version
            has "file capabilities, $plugin" "$out" 'does not run setuid, setgid or with file capabilities'
        else
            skip "file capabilities, $plugin" 'no setcap, or the file system has none'
        fi
    done
else
    skip 'setuid and setgid' 'takes root, and no sanitizer'
fi

# --- A binary whose owner holds it by a lease: the deadline holds

hold='use Fcntl; open(F, "<", $ARGV[0]) or exit 1; $SIG{IO} = "IGNORE"; fcntl(F, 1024, F_WRLCK) or exit 1;
    open(T, ">", $ARGV[1]); close(T); sleep 20'
perl -e "$hold" "$a/.local/bin/claude" "$dir/held" 2>/dev/null &
holder=$!
while [ ! -e "$dir/held" ] && kill -0 $holder 2>/dev/null; do sleep 0.02; done
if [ -e "$dir/held" ]; then
    frozen preflight -a "$a" --cache-ttl=0 --version-timeout=0.2
    found 'a lease on the binary' 2 version-timeout CRITICAL
    frozen preflight -a "$a" --cache-ttl=0 -t 0.2
    has 'a lease on the binary, the deadline' "$status $out" '3 CLAUDE PREFLIGHT UNKNOWN - timed out while running claude --version'
    kill $holder
    wait $holder 2>/dev/null
    for role in "preflight -a $a -C" "preflight -a $a --auth=auto --env-file" runlog; do
        rm -f "$dir/held"
        cp "$log" "$dir/leased"
        perl -e "$hold" "$dir/leased" "$dir/held" 2>/dev/null &
        holder=$!
        while [ ! -e "$dir/held" ] && kill -0 $holder 2>/dev/null; do sleep 0.02; done
        # shellcheck disable=SC2086 # words
        frozen $role "$dir/leased"
        case $status in [23]) pass ;; *) fail "a lease, $role: $status" ;; esac
        has "a lease, $role" "$out" "$dir/leased: Resource temporarily unavailable"
        kill $holder
        wait $holder 2>/dev/null
    done
else
    wait $holder
    skip 'leases' 'no perl, or the file system has none'
fi

# --- File systems that are full, read-only, or never answer, in mount namespaces of their own

# in_namespace SCRIPT ARGUMENT...: run with a tmpfs at $dir/disk; status 99 where there is no such thing
mkdir "$dir/disk"
own=-rm
[ -z "$root" ] || own=-m
in_namespace() { unshare $own sh -c "$@"; }
disk='mount -t tmpfs -o size=64k,mode=700 none "$1" || exit 99; disk=$1; shift; mkdir -m 700 "$disk/state"; cp "$1" "$disk/x.prom"; shift;'
on_full=$disk'cat /dev/zero >"$disk/fill" 2>/dev/null; "$@"; status=$?; find "$disk" -name ".check_claude-*"; head -n 1 "$disk/x.prom"; exit $status'
on_read_only=$disk'mount -o remount,bind,ro "$disk" || exit 99; "$@"; status=$?; head -n 1 "$disk/x.prom"; exit $status'
echo 'the old text' >"$dir/old"
if in_namespace "$disk" sh "$dir/disk" "$dir/old" 2>/dev/null; then
    for kind in 'full' 'read-only'; do
        case $kind in
        full) script=$on_full words='No space left on device' ;;
        *) script=$on_read_only words='Read-only file system' ;;
        esac
        # on_disk WHAT STATUS TEXT NAME ARGUMENT...
        on_disk() {
            what="$kind, $1" wanted=$2 text=$3 program=$build/tests/frozen/check_claude_$4
            shift 4
            run env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools:/usr/bin:/bin:/usr/sbin:/sbin" \
                unshare $own sh -c "$script" sh "$dir/disk" "$dir/old" "$program" "$@"
            is "$what: status" "$status" "$wanted"
            has "$what: text" "$out" "$text"
            is "$what: the old file, and no other" "$(printf '%s\n' "$out" | tail -n 1)" 'the old text'
        }
        on_disk 'state directory' 0 "the version could not be stored, $words" preflight -v -a "$a" -b "$a/.local/bin/claude" --state-dir="$dir/disk/state"
        on_disk 'state directory to be made' 0 "$words" preflight -v -a "$a" -b "$a/.local/bin/claude" --state-dir="$dir/disk/s/t"
        on_disk 'textfile' 3 "CLAUDE PREFLIGHT UNKNOWN - cannot write textfile $dir/disk/x.prom: $words" preflight -a "$a" -b "$a/.local/bin/claude" --textfile="$dir/disk/x.prom"
        on_disk 'textfile, CRITICAL stays' 2 "cannot write textfile $dir/disk/x.prom: $words" preflight -a "$a" -b "$a/none" --textfile="$dir/disk/x.prom"
        on_disk 'a feed' 2 ": $words" runlog -v --feed-preflight -a "$a" --state-dir="$dir/disk/state" "$refused"
        on_disk 'textfile of a log' 3 "CLAUDE RUNLOG UNKNOWN - cannot write textfile $dir/disk/x.prom: $words" runlog --textfile="$dir/disk/x.prom" "$log"
    done
else
    skip 'full and read-only disks' 'no mount namespace'
fi
silent='exec 3<>/dev/fuse || exit 99
mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none "$1" || exit 99
disk=$1 out=$2; shift 2
[ $# -gt 0 ] || exit 0
set -f
while read -r name arguments; do
    { env "CHECK_CLAUDE_TEST_NOW=$1" "$2$name" $arguments >"$out.$name" 2>&1; echo "$? $name $arguments" >>"$out"; } 2>/dev/null &
done
wait'
if [ -n "$root" ] && in_namespace "$silent" sh "$dir/disk" "$dir/silent" 2>/dev/null; then
    sed "s|DISK|$dir/disk|g; s|AGENT|$a|g; s|LOG|$log|g" >"$dir/calls" <<'END'
preflight -t 0.2 -a AGENT -C DISK/x
preflight -t 0.2 -a AGENT -b DISK/x
preflight -t 0.2 -a DISK
preflight -t 0.2 -a AGENT --auth=auto --env-file=DISK/x
preflight -t 0.2 -a AGENT --config-dir=DISK
preflight -t 0.2 -a AGENT --state-dir=DISK/x
preflight -t 0.2 -a AGENT --textfile=DISK/x.prom
runlog -t 0.2 DISK/x
runlog -t 0.2 DISK/*
runlog -t 0.2 --feed-preflight -a AGENT --state-dir=DISK/x LOG
END
    timeout 9 unshare -m sh -c "$silent" sh "$dir/disk" "$dir/silent" "$NOW" "$build/tests/frozen/check_claude_" <"$dir/calls" 2>/dev/null
    is 'a file system that does not answer: all have ended' "$(grep -c . "$dir/silent")" "$(grep -c . "$dir/calls")"
    is 'a file system that does not answer: killed, as nothing else helps' "$(grep -v '^137 ' "$dir/silent")" ''
    is 'a file system that does not answer: and no word of good news' "$(cat "$dir"/silent.* | grep -c ' OK ')" 0
else
    skip 'a file system that does not answer' 'takes root and FUSE'
fi

# --- Directories of others in the way of the state directory, for both plugins

if [ -n "$root" ]; then
    while IFS='~' read -r what change; do
        rm -rf "$state" "$dir/real"
        mkdir -m 700 "$state"
        eval "$change"
        frozen preflight -v -a "$a"
        has "$what, preflight" "$status $out" ', not used: '
        is "$what, preflight: status" "$status" 3
        frozen runlog -v --feed-preflight -a "$a" "$refused"
        has "$what, runlog" "$out" '[WARNING] feed-lost: '
        is "$what, runlog: status" "$status" 2
        frozen preflight --reset-cache=only -a "$a"
        has "$what, --reset-cache=only" "$status $out" '3 CLAUDE PREFLIGHT UNKNOWN - cannot forget what is stored: '
        is "$what: nothing is in it" "$(find "$state/" -type f)" ''
    done <<'END'
of another~chown 65001 "$state"
world-writable~chmod 777 "$state"
world-writable and sticky~chmod 1777 "$state"
of another group that may write~chown :65001 "$state" && chmod 770 "$state"
a link to one of ours~mv "$state" "$dir/real" && ln -s real "$state"
a link to one of another~mv "$state" "$dir/real" && chown 65001 "$dir/real" && ln -s real "$state"
END
    rm -rf "$state"
    # The default is under /var/tmp, where anybody may have been first.
    squat='mount -t tmpfs -o mode=1777 none /var/tmp || exit 99; mkdir -m 777 /var/tmp/check_claude-0 && chown 65001 /var/tmp/check_claude-0
        "$@"; status=$?; ls -A /var/tmp/check_claude-0; exit $status'
    if unshare -m sh -c "$squat" sh true 2>/dev/null; then
        run env -u CHECK_CLAUDE_STATE_DIR -u XDG_CACHE_HOME CHECK_CLAUDE_TEST_NOW="$NOW" unshare -m sh -c "$squat" sh \
            "$build/tests/frozen/check_claude_preflight" -v -a "$a" -b "$a/.local/bin/claude"
        is 'the default place is taken: status' "$status" 0
        has 'the default place is taken: not used' "$out" ', not used: /var/tmp/check_claude-0: '
        has_not 'the default place is taken: nothing is written there' "$out" version.
    else
        skip 'the default state directory' 'no mount namespace'
    fi
else
    skip 'directories of others' 'takes root'
fi

# --- sudo: one rule, one command line; nothing of the caller's environment comes through

agent_user=daemon monitor=nobody
if [ -n "$root" ] && [ -n "$ready" ] && command -v sudo >/dev/null && id "$agent_user" "$monitor" >/dev/null 2>&1; then
    login "$a" 28800 2246400
    chown -R "$agent_user" "$a"
    chmod 700 "$a/.claude"
    script "$dir/evil" "touch '$dir/woke'" "echo '9.9.9 (Claude Code)'"
    program=$user_build/frozen/check_claude_preflight
    printf '%s\n' 'root ALL=(ALL) ALL' "Defaults env_keep += CHECK_CLAUDE_TEST_NOW" \
        "$monitor ALL=($agent_user) NOPASSWD: $program -a $a" \
        "$monitor ALL=($agent_user) NOPASSWD: $program -a $dir/ag*" \
        "$monitor ALL=($agent_user) NOPASSWD: $program -v -a $dir/age\\*" >"$dir/sudoers"
    # without the second rule, which shows what a bare * lets through
    sed '/ag\*$/d' "$dir/sudoers" >"$dir/sudoers.good"
    chmod 440 "$dir/sudoers" "$dir/sudoers.good"
    # by_sudo RULES ARGUMENT...
    by_sudo() {
        rules=$1
        shift
        rm -f "$dir/woke"
        unshare -m sh -c 'mount --bind "$1" /etc/sudoers && shift && exec "$@"' sh "$rules" \
            setpriv --reuid="$monitor" --regid="$(id -g "$monitor")" --clear-groups \
            env CHECK_CLAUDE_TEST_NOW="$NOW" ORCH_CLAUDE_BIN="$dir/evil" ORCH_CLAUDE_CREDENTIALS_PATH=/dev/null \
            sudo -n -u "$agent_user" "$program" "$@" >"$dir/stdout" 2>"$dir/stderr" </dev/null
        status=$? out=$(cat "$dir/stdout") err=$(cat "$dir/stderr")
    }
    by_sudo "$dir/sudoers.good" -a "$a"
    if unshare -m true 2>/dev/null && case $err in *'no tty'* | *PAM* | *audit* | *'effective uid'*) false ;; esac; then
        has 'sudo: the rule' "$status $out" '0 CLAUDE PREFLIGHT OK - claude 2.1.330, token 8h, login 26d |'
        for more in "-b $dir/evil" "--binary=$dir/evil" "-C /etc/shadow" "--state-dir=$dir/x" -v "-a $dir/other"; do
            # shellcheck disable=SC2086 # words
            by_sudo "$dir/sudoers.good" -a "$a" $more
            is "sudo: no more than the rule, $more" "$status $out" '1 '
        done
        by_sudo "$dir/sudoers.good" -v -a "$dir/age*"
        has 'sudo: a pattern' "$status $out" '0 CLAUDE PREFLIGHT OK - '
        by_sudo "$dir/sudoers.good" -v -a "$dir/agent" -b "$dir/evil"
        is 'sudo: a pattern with its backslash lets nothing through' "$status $out" '1 '
        by_sudo "$dir/sudoers" -a "$dir/agent" -b "$dir/evil"
        has 'sudo: one without does, as the manual says' "$out" 9.9.9
    else
        skip 'sudo' "it does not work here: $err"
    fi
else
    skip 'sudo' 'takes root and sudo'
fi

done_testing
