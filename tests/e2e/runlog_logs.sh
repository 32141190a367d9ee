#!/bin/sh
# Which logs are judged: files, directories, patterns, standard input; --newest, --since, --grace, ages.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

logs=$dir/logs
mkdir -p "$logs/sub"

# A log that was modified so many seconds before $NOW. log NAME SECONDS IS_ERROR
log() {
    result "$3" x '"api_error_status":401,' >"$logs/$1"
    touch -d "@$((NOW - $2))" "$logs/$1"
}
log a.log 300 true
log b.log 100 false
log c.log 200 true
log d.txt 50 true
log .hidden.log 1 true
log sub/e.log 10 true

# judged NAME WANTED ARGUMENT...: the status and the number of logs
judged() {
    what=$1 wanted=$2
    shift 2
    frozen runlog "$@"
    is "$what" "$status $(printf '%s\n' "$out" | sed -n '1s/.*| logs=\([0-9]*\) .*/\1/p')" "$wanted"
}
judged 'a file' '0 1' "$logs/b.log"
judged 'a file, -l' '0 1' -l "$logs/b.log"
judged 'a file, --log' '0 1' --log "$logs/b.log"
judged 'a hidden file by its name' '2 1' "$logs/.hidden.log"
judged 'a directory: the newest' '2 1' "$logs"
has 'a directory: which' "$out" "($logs/d.txt:1)"
judged 'a directory with a slash' '2 1' "$logs/"
judged 'a pattern: the newest' '0 1' "$logs/*.log"
judged 'a pattern of directories' '2 1' "$logs/s*"
judged 'a pattern that is two' '0 1' "$logs/[bc].log"
judged 'all of a pattern' '2 3' --newest=0 "$logs/*.log"
judged 'all of a directory' '2 4' --newest=0 "$logs"
judged 'two of a pattern' '2 2' --newest=2 "$logs/*.log"
judged 'two of two' '0 1' --newest=1 "$logs/b.log" "$logs/*.log"
judged 'files are not counted by --newest' '2 2' "$logs/a.log" "$logs/b.log"
judged 'mixed' '2 2' "$logs/b.log" -l "$logs/sub"
judged 'since, all' '2 3' --newest=0 --since=5m "$logs/*.log"
judged 'since, one' '0 1' --newest=0 --since=150 "$logs/*.log"
judged 'since, its end' '0 1' --since=100 "$logs/b.log"
judged 'since, none' '3 1' --newest=0 --since=99s "$logs/*.log"
is 'since, none: condition' "$(conditions)" log-missing
judged 'missing' '3 1' "$logs/none.log"
judged 'no match' '3 1' "$logs/none*"
judged 'empty directory' '3 1' "$HOME"
judged 'one missing, one good' '3 2' "$logs/b.log" "$logs/none.log"

cp "$logs/b.log" "$logs/run[1].log"
judged 'brackets in a name' '0 1' "$logs/run[1].log"
rm "$logs/run[1].log"

# Of the same moment the later name is the last run; what came a nanosecond later is later.
mkdir "$dir/same"
result false x >"$dir/same/run-9.log"
result true x '"api_error_status":401,' >"$dir/same/run-10.log"
touch -d "@$NOW" "$dir/same"/*
judged 'the same moment' '2 1' "$dir/same"
touch -d "@$NOW.000000001" "$dir/same/run-9.log"
case $(stat -c %y "$dir/same/run-9.log") in
*.000000001*) judged 'a nanosecond' '0 1' "$dir/same" ;;
*) skip 'a nanosecond' 'not on this file system' ;;
esac

# --- Several logs: one line for each that is not OK

log f.log 60 false
: >"$logs/g.log"
frozen runlog "$logs/a.log" "$logs/b.log" "$logs/f.log" "$logs/g.log" "$logs/none"
is 'several: status' "$status" 2
is 'several: lines' "$(conditions)" 'auth-failure log-empty log-missing'
has 'several: perfdata' "$out" ' | logs=5 logs_failed=3 auth_failures=1 log_age='
has 'several: the worst first' "$(summary)" 'the login was refused'
has_not 'several: no perfdata of one run' "$out" run_time
frozen runlog -v "$logs/b.log" "$logs/f.log"
is 'several good: status' "$status" 0
rm "$logs/g.log"

# --- Age

cat >"$dir/ages" <<'END'
99 b.log 1 log-stale
100 b.log 0
@50:150 b.log 1 log-stale
0:99s b.log 1 log-stale
2m b.log 0
2m: b.log 1 log-stale
END
while read -r range file wanted; do
    frozen runlog --warning="$range" "$logs/$file"
    is "warning $range" "$status $(conditions)" "${wanted%% *} $(printf '%s' "$wanted" | sed -n 's/^[0-9] //p')"
done <"$dir/ages"
frozen runlog -w 50 -c 99 "$logs/b.log"
is 'critical' "$status $(conditions)" '2 log-stale'
has 'critical: perfdata' "$out" ' log_age=100s;0:50;0:99 '
has 'critical: says how old' "$(summary)" '1m 40s old'
frozen runlog -c 99 "$logs/a.log" "$logs/b.log" "$logs/f.log"
has_not 'age: only of the newest' "$out" log-stale
frozen runlog -c 99 --state=auth-failure=ok "$logs/a.log" "$logs/b.log"
is 'age: of the newest of two' "$status $(conditions)" '2 log-stale'
touch -d "@$((NOW + 60))" "$logs/f.log"
frozen runlog -w 1h "$logs/f.log"
is 'age: from the future' "$status $(conditions)" '0 '
has 'age: from the future, perfdata' "$out" ' log_age=0s;'
touch -d "@$((NOW + 61))" "$logs/f.log"
frozen runlog -w 1h -c 1d "$logs"
is 'age: from far in the future' "$status $(conditions)" '2 log-stale'
has 'age: from far in the future, perfdata' "$out" ' log_age=-61s;0:3600;0:86400 '
frozen runlog -w '~:1h' "$logs"
is 'age: from far in the future, which is in the range' "$status $(conditions)" '0 '
frozen runlog "$logs"
is 'age: from far in the future, no range' "$status $(conditions)" '0 '

# --- A run in progress

echo '{"type":"system","subtype":"init"}' >"$logs/run"
touch -d "@$((NOW - 30))" "$logs/run"
judged 'grace: over' '2 1' --grace=30 "$logs/run"
judged 'grace: none' '2 1' "$logs/run"
judged 'grace: not yet' '0 1' --grace=31s "$logs/run"
frozen runlog -v --grace=1m "$logs/run"
is 'grace: condition' "$(conditions)" run-in-progress
frozen runlog -v --grace=1m -S run-in-progress=warning "$logs/run"
is 'grace: state' "$status" 1
echo 'not logged in' >>"$logs/run"
touch -d "@$((NOW - 30))" "$logs/run"
judged 'grace: its text does not count yet' '0 1' --grace=1m "$logs/run"
result true x '"api_error_status":401,' >>"$logs/run"
touch -d "@$((NOW - 30))" "$logs/run"
judged 'grace: its result does' '2 1' --grace=1m "$logs/run"

# --- Standard input

# shellcheck disable=SC2016  # the shell inside expands them
input() { run env CHECK_CLAUDE_TEST_NOW="$NOW" sh -c "$1" sh "$build/tests/frozen/check_claude_runlog" "$logs/a.log" "$logs/b.log"; }
# shellcheck disable=SC2016
{
    input '"$1" - <"$2"'
    is 'redirect, failed' "$status $(conditions)" '2 auth-failure'
    has 'redirect: its name' "$out" '(-:1)'
    input '"$1" - <"$3"'
    is 'redirect, good' "$status $(conditions)" '0 '
    input 'cat "$2" | "$1" -'
    is 'pipe, failed' "$status $(conditions)" '2 auth-failure'
    input 'cat "$3" | "$1" --log=-'
    is 'pipe, good' "$status $(conditions)" '0 '
    input '{ cat "$3"; echo; awk "BEGIN { for (i = 0; i < 40000; i++) print \"a line of a wrapper, some 50 bytes long, \" i }"; } | "$1" -'
    is 'pipe, long' "$status $(conditions)" '0 '
    input '{ cat "$2"; echo; sleep 0.2; cat "$3"; } | "$1" -'
    is 'pipe, slow' "$status $(conditions)" '0 '
    input '"$1" - </dev/null'
    is 'nothing' "$status $(conditions)" '2 log-empty'
    input '"$1" - <&-'
    is 'closed' "$status $(conditions)" '2 log-empty'
    input '"$1" - </'
    is 'a directory' "$status $(conditions)" '3 log-unreadable'
    input 'cat "$2" | "$1" - "$3"'
    is 'pipe and a file' "$status $(conditions)" '2 auth-failure'
    input 'cat "$2" | TMPDIR=/none "$1" -'
    is 'pipe without a place to keep it' "$status $(conditions)" '3 log-unreadable'
    has 'pipe without a place to keep it: what to do' "$out" \
        'cannot copy standard input: No such file or directory, set TMPDIR to a directory with room for it'
}

done_testing
