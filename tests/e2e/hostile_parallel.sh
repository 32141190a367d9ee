#!/bin/sh
# Many at once on one state directory and one textfile: writers, killed writers, --reset-cache, and hands that
# remove or replace the directory meanwhile. A reader sees a whole file, and no verdict changes.
# shellcheck source=harness.sh disable=SC2016  # eval expands what is in single quotes
. "$(dirname "$0")/harness.sh"

state=$dir/state collector=$dir/collector
refused_then_good
cp "$refused" "$dir/later.log"
touch -d "@$((NOW - 2000))" "$dir/later.log"
mkdir "$collector" "$dir/out"

# start N NAME ARGUMENT...: one call in the background, its output in out/N
start() {
    number=$1 program=$build/tests/frozen/check_claude_$2
    shift 2
    env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" "$program" "$@" >"$dir/out/$number" 2>&1 &
}

# first_lines PATTERN: how many of the outputs begin so
first_lines() { cat "$dir"/out/* | grep -c "^$1"; }
no_temporary_file() { is "$1: no temporary file" "$(find "$dir" -name '.check_claude-*')" ''; }

# --- Writers of one textfile, good news and bad; who reads it meanwhile sees one of the two, whole

file=$collector/claude.prom
frozen preflight -a "$a" --textfile="$file"
good_text=$(grep -v _version_duration_ "$file")
frozen preflight -a "$a" --textfile="$file" -b "$dir/none"
bad_text=$(cat "$file")
frozen runlog --textfile="$file" "$good"
log_text=$(cat "$file")
frozen preflight -a "$a" --textfile="$file"
one_of_them() {
    case $1 in "$good_text" | "$bad_text" | "$log_text") ;; *) wrong="$wrong [$1]" ;; esac
}
i=0 wrong=''
while [ $i -lt 25 ]; do
    start "g$i" preflight -a "$a" --textfile="$file"
    start "b$i" preflight -a "$a" --textfile="$file" -b "$dir/none"
    start "l$i" runlog --textfile="$file" "$good"
    one_of_them "$(cat "$file")"
    i=$((i + 1))
done
wait
one_of_them "$(cat "$file")"
is 'writers of a textfile: it is whole' "$wrong" ''
is 'writers of a textfile: good news' "$(first_lines 'CLAUDE PREFLIGHT OK - ')" 25
is 'writers of a textfile: bad news' "$(first_lines 'CLAUDE PREFLIGHT CRITICAL - no ')" 25
is 'writers of a textfile: logs' "$(first_lines 'CLAUDE RUNLOG OK - ')" 25
is 'writers of a textfile: its mode' "$(find "$file" -perm 644)" "$file"
no_temporary_file 'writers of a textfile'

i=0 wrong=''
while [ $i -lt 20 ]; do
    start 0 preflight -a "$a" --textfile="$file" -b "$dir/none"
    sleep "0.00$((i % 5))"
    kill -9 $!
    wait $!
    one_of_them "$(cat "$file")"
    i=$((i + 1))
done 2>/dev/null
is 'killed writers of a textfile' "$wrong" ''
frozen preflight -a "$a" --textfile="$file"
is 'killed writers of a textfile: the next one writes' "$status $(grep -v _version_duration_ "$file")" "0 $good_text"
is 'killed writers of a textfile: what they left is none to a collector' "$(find "$collector" -name '*.prom')" "$file"
rm -rf "$collector"

# together WHAT: twelve calls of each of six kinds at once, while "$meanwhile" is done over and over
together() {
    rm -f "$dir"/out/*
    : >"$dir/busy"
    while [ -e "$dir/busy" ]; do eval "$meanwhile"; done 2>/dev/null &
    hand=$!
    i=0 calls=''
    while [ $i -lt 12 ]; do
        start "p$i" preflight -a "$a"
        calls="$calls $!"
        start "f$i" preflight -f -a "$a"
        calls="$calls $!"
        start "r$i" runlog --feed-preflight -a "$a" "$refused"
        calls="$calls $!"
        start "n$i" runlog --feed-preflight -a "$a" "$good"
        calls="$calls $!"
        start "c$i" preflight --reset-cache -a "$a"
        calls="$calls $!"
        start "o$i" preflight --reset-cache=only -a "$a"
        calls="$calls $!"
        i=$((i + 1))
    done
    # shellcheck disable=SC2086 # a list of words
    wait $calls
    rm "$dir/busy"
    wait $hand
    is "$1: the preflights" "$(cat "$dir"/out/[pfc]* |
        grep -c '^CLAUDE PREFLIGHT \(OK - claude 2.1.330, token 8h\|CRITICAL - login refused at \|UNKNOWN - cannot read the record \)')" 36
    is "$1: the refused runs" "$(cat "$dir"/out/r* | grep -c '^CLAUDE RUNLOG CRITICAL - the login was refused')" 12
    is "$1: the good runs" "$(cat "$dir"/out/n* | grep -c '^CLAUDE RUNLOG \(OK - \|WARNING - this run cannot be recorded\)')" 12
    is "$1: those that forget" "$(cat "$dir"/out/o* | grep -c "^CLAUDE PREFLIGHT $forgets")" 12
}

# settles WHAT: afterwards all is as ever
settles() {
    frozen runlog --feed-preflight -v -a "$a" "$dir/later.log"
    has "$1: the next refusal is heard" "$out" 'preflight: told of a refused run of '
    frozen preflight -a "$a"
    is "$1: and told" "$status $(conditions)" '2 run-refused'
    frozen preflight --reset-cache=only -a "$a"
    has "$1: and forgotten" "$status $out" '0 CLAUDE PREFLIGHT OK - forgot '
    is "$1: nothing is left" "$(ls "$state")" ''
}

forgets='OK - forgot ' meanwhile='sleep 0.01'
together '--reset-cache among writers'
is '--reset-cache among writers: whole records' "$(for record in "$state"/*; do [ ! -e "$record" ] || tail -n 1 "$record"; done | grep -cv '^end$')" 0
no_temporary_file '--reset-cache among writers'
settles '--reset-cache among writers'

meanwhile='rm -rf "$state"'
together 'a directory that is removed'
rm -rf "$state"
settles 'a directory that is removed'

# Whoever owns the directory above may put a link there: nothing is read or written behind it.
mkdir -m 700 "$dir/behind"
cp -p "$good" "$dir/behind/kept"
forgets='\(OK - forgot \|UNKNOWN - cannot forget what is stored: \)'
meanwhile='mv "$state" "$dir/away"; ln -s behind "$state"; rm "$state"; mv "$dir/away" "$state"; rm -rf "$dir/away"'
together 'a directory that becomes a link'
is 'a directory that becomes a link: what is behind it' "$(ls -A "$dir/behind")" kept
rm -rf "$state" "$dir/away"
settles 'a directory that becomes a link'

done_testing
