#!/bin/sh
# A log that changes while it is read: one of its states, and nothing else.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

good=$dir/good
result false 'All done' >"$good"

# --- A log that changes while it is read

# shellcheck disable=SC2016  # the shell inside expands them
change='while :; do
    { cat "$1"; echo; awk "BEGIN { for (i = 0; i < 20000; i++) print \"a line of a wrapper, some 50 bytes long, x\" i }"; cat "$1"; } >"$2"
    : >"$2"
    cat "$1" "$1" >>"$2"
done'
cp "$good" "$dir/changing"
sh -c "$change" sh "$good" "$dir/changing" &
changer=$!
wrong=''
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    check runlog -t 2 -v "$dir/changing"
    case "$status $(conditions)" in '0 ' | '2 log-empty' | '2 result-missing') ;; *) wrong="$wrong$i: $out" ;; esac
done
kill "$changer"
wait "$changer" 2>/dev/null
is 'a log that changes' "$wrong" ''

done_testing
