#!/bin/sh
# A state directory that users share through a group; strangers in it; many writers at once, and killed ones.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

state=$dir/state
refused_then_good
no_temporary_file() { is "$1: no temporary file" "$(find "$state" -name '.check_claude-*')" ''; }

# What the preflight must say of the record: one or the other, and never neither.
tells() {
    frozen preflight -a "$a"
    is "$1" "$status $(conditions)" "$2"
}

# --- Users that share it

as() { # UID COMMAND...
    uid=$1
    shift
    # shellcheck disable=SC2086
    setpriv --reuid="$uid" --regid="$uid" $groups "$@"
}
# shellcheck disable=SC2317 # by() makes their names
run_as_65001() { run as 65001 "$@"; }
# shellcheck disable=SC2317
run_as_65002() { run as 65002 "$@"; }
# shellcheck disable=SC2317
run_as_65003() { run as 65003 "$@"; }

# by USER NAME ARGUMENT...: a plugin run by that user
by() {
    run_as=run_as_$1
    case $1 in 65003) groups=--clear-groups ;; *) groups=--groups=65010 ;; esac
    shift
    run_plugin "$user_build/frozen" "$@"
    run_as=run
}

if [ "$(id -u)" -eq 0 ] && prepare_user && groups=--groups=65010 as 65001 true 2>/dev/null; then
    chmod 644 "$refused" "$good"
    chown -R 65002 "$a"
    share() { rm -rf "$state" && mkdir "$state" && chown 0:65010 "$state" && chmod "${1:-2770}" "$state"; }

    share # the runs' user feeds, the agent's looks
    by 65001 runlog --feed-preflight -v -a "$a" "$refused"
    has 'shared: fed' "$status $out" "preflight: told of a refused run of $a"
    by 65002 preflight -a "$a"
    found 'shared: the other sees it' 2 run-refused CRITICAL
    by 65002 preflight -v -a "$a"
    has 'shared: a version is kept' "$out" 'version 2.1.330 (cached)'
    by 65001 runlog --feed-preflight -a "$a" "$good"
    by 65002 preflight -a "$a"
    is 'shared: a good run clears it' "$status $(conditions)" '0 '
    tells 'shared: root sees the same' '0 '
    is "shared: the files are the group's" "$(find "$state" -type f ! -group 65010)" ''
    is 'shared: none is for others' "$(find "$state" -type f -perm /007)" ''
    by 65003 preflight -v -a "$a"
    has 'shared: not with a user outside' "$status $out" ', not used: '

    share # a stranger's file under the right name is not believed
    by 65001 runlog --feed-preflight -a "$a" "$refused"
    record=$(echo "$state"/*-login)
    chmod 644 "$record"
    chown 65003:65003 "$record"
    by 65002 preflight -a "$a"
    is "a stranger's record" "$status $(conditions)" '3 '
    by 65001 runlog --feed-preflight -a "$a" "$refused"
    by 65002 preflight -a "$a"
    is "a stranger's record is replaced" "$status $(conditions)" '2 run-refused'
    chmod 666 "$record"
    by 65002 preflight -a "$a"
    is 'a record that others may write' "$status $(conditions)" '3 '

    while read -r what mode owner; do
        share "$mode"
        chown "$owner" "$state"
        by 65001 runlog --feed-preflight -v -a "$a" "$refused"
        is "$what: the verdict" "$status" 2
        has "$what: not used" "$out" 'WARNING] feed-lost: '
        by 65002 preflight -v -a "$a"
        has "$what: nor by the other" "$status $out" '3 CLAUDE PREFLIGHT UNKNOWN - cannot read the record'
        is "$what: nothing is in it" "$(ls -A "$state")" ''
    done <<'END'
world-writable 2777 0:65010
sticky 3777 0:65010
writable-by-the-group 770 0:65010
of-a-stranger 2770 65003:65010
of-another-group 2770 0:65011
END
    share
    mv "$state" "$dir/real" && ln -s real "$state"
    by 65001 runlog --feed-preflight -v -a "$a" "$refused"
    has 'a symbolic link: not used' "$status $out" 'WARNING] feed-lost: '
    is 'a symbolic link: nothing is behind it' "$(ls -A "$dir/real")" ''
    rm -f "$state"
else
    skip 'a shared state directory' 'takes root'
fi

# --- Two hundred calls at once

rm -rf "$state"
set -- env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools"
i=0
while [ $i -lt 50 ]; do
    "$@" "$build/tests/frozen/check_claude_preflight" -t 60 -a "$a" >"$dir/p.$i" 2>&1 &
    "$@" "$build/tests/frozen/check_claude_runlog" -t 60 --feed-preflight -v -a "$a" "$refused" >"$dir/r.$i" 2>&1 &
    "$@" "$build/tests/frozen/check_claude_runlog" -t 60 --feed-preflight -v -a "$a" "$good" >"$dir/g.$i" 2>&1 &
    "$@" "$build/tests/frozen/check_claude_preflight" -t 60 -f -a "$a" >"$dir/q.$i" 2>&1 &
    i=$((i + 1))
done
wait
is '200 at once: the preflights' "$(cat "$dir"/[pq].* | grep -c '^CLAUDE PREFLIGHT \(OK - claude 2.1.330\|CRITICAL - login refused\)')" 100
is '200 at once: the refused runs' "$(cat "$dir"/r.* | grep -c '^CLAUDE RUNLOG CRITICAL')" 50
is '200 at once: the good runs' "$(cat "$dir"/g.* | grep -c '^CLAUDE RUNLOG OK')" 50
is '200 at once: all were heard' "$(cat "$dir"/[rg].* | grep -c '^preflight: told of a ')" 100
tells '200 at once: the newest run decides' '0 '
no_temporary_file '200 at once'
is '200 at once: whole records' "$(for file in "$state"/*; do tail -n 1 "$file"; done | grep -cv '^end$')" 0
is '200 at once: a version, a login, a limit' "$(find "$state" -type f | grep -c .)" 3

# --- Two hundred gates at once, where one run may try whether a limit has ended

rm -rf "$state"
result true 'You'"'"'ve hit your session limit' '"api_error_status":429,' >"$dir/limited.log"
touch -d "@$((NOW - 3600))" "$dir/limited.log"
frozen runlog --feed-preflight -a "$a" "$dir/limited.log"
i=0
while [ $i -lt 200 ]; do
    "$@" "$build/tests/frozen/check_claude_preflight" --gate -t 60 -a "$a" >"$dir/gate.$i" 2>&1 && : >"$dir/open.$i" &
    i=$((i + 1))
done
wait
is '200 gates at once: one is open' "$(find "$dir" -name 'open.*' | grep -c .)" 1
is '200 gates at once: the others say why' "$(cat "$dir"/gate.* | grep -c '^CLAUDE PREFLIGHT CRITICAL - usage limit reached')" 199

# --- A gate that is killed has recorded its try, or has not

cp "$(echo "$state"/*-limit)" "$dir/tried"
sed 's/^tried .*/tried 0/' "$dir/tried" >"$dir/untried"
i=0 bad=''
while [ $i -lt 20 ]; do
    record=$(echo "$state"/*-limit)
    cat "$dir/untried" >"$record"
    "$@" "$build/tests/frozen/check_claude_preflight" --gate -a "$a" >/dev/null 2>&1 &
    sleep "0.00$((i % 6))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    cmp -s "$record" "$dir/untried" || cmp -s "$record" "$dir/tried" || bad="$bad [$(cat "$record")]"
    i=$((i + 1))
done 2>/dev/null
is 'killed gates: the record is the old one or the new one' "$bad" ''
rm -rf "$state"

# --- Writers that are killed. Each log is newer than the last, so each feed is a write.

frozen runlog --feed-preflight -a "$a" "$refused"
i=0 bad=0 seen=''
while [ $i -lt 60 ]; do
    case $((i % 2)) in 0) from=$refused ;; *) from=$good ;; esac
    cp "$from" "$dir/killed.log"
    touch -d "@$((NOW - 2000 + i))" "$dir/killed.log"
    "$@" "$build/tests/frozen/check_claude_runlog" --feed-preflight -a "$a" "$dir/killed.log" >/dev/null 2>&1 &
    sleep "0.00$((i % 6))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    for file in "$state"/*-login; do
        case $(tail -n 1 "$file") in end) ;; *) bad=$((bad + 1)) ;; esac
        seen="$seen $(sed -n 's/^outcome //p' "$file")"
    done
    i=$((i + 1))
done 2>/dev/null
is 'killed writers: no half records' "$bad" 0
is 'killed writers: a record each time, of one kind or the other' "$(echo "$seen" | tr ' ' '\n' | grep -cx 'good\|refused')" 60
touch -d "@$((NOW - 1000))" "$refused"
frozen runlog --feed-preflight -v -a "$a" "$refused"
has 'killed writers: the next is heard, nothing is locked' "$out" 'preflight: told of a refused run'
tells 'killed writers: the preflight tells it' '2 run-refused'
touch -d '2 minutes ago' "$state"/.check_claude-* 2>/dev/null
frozen preflight -f -a "$a"
no_temporary_file 'killed writers, swept later'

done_testing
