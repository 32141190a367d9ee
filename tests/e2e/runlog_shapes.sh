#!/bin/sh
# What a log may look like: the CLI's shapes, and what wrappers and accidents make of them.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

log=$dir/log
init='{"type":"system","subtype":"init","cwd":"/srv/agent/work"}'
voice='{"type":"assistant","message":{"model":"<synthetic>","content":[{"type":"text","text":"x"}]},"error":"authentication_failed"}'
prose='{"type":"assistant","message":{"model":"claude","content":[{"type":"text","text":"401 Unauthorized"}]}}'
noise='401 Unauthorized: not logged in'

# The log is on standard input; then status and conditions. expect NAME WANTED [OPTION...]
expect() {
    what=$1 wanted=$2
    shift 2
    cat >"$log"
    check runlog "$@" "$log"
    is "$what" "$status $(conditions)" "$wanted"
}

# --- Every shape around a good result and around a failed one

shape() {
    case $1 in
    object) printf '%s\n' "$r" ;;
    'no line feed') printf '%s' "$r" ;;
    array) printf '[%s,%s,%s]\n' "$init" "$v" "$r" ;;
    stream) printf '%s\n' "$init" "$v" "$r" ;;
    'stderr before') printf '%s\n' "$noise" '' "$init" "$v" "$r" ;;
    'stderr behind') printf '%s\n' "$init" "$v" "$r" "$noise" '' ;;
    'stderr between') printf '%s\n' "$init" "$noise" "$v" "[warn] {$noise}" "$r" ;;
    'time stamps') printf '2026-11-18T11:06:40.123Z %s\n' "$init" "$v" "$r" ;;
    brackets) printf '[2026-11-18 11:06:40] [agent-1] %s\n' "$init" "$v" "$noise" "$r" ;;
    journal) printf 'Nov 18 11:06:40 host claude[4711]: %s\n' "$init" "$v" "$r" ;;
    colours) printf '\033[1;32m[agent]\033[0m \033[2m%s\033[0m\n' "$init" "$v" "$r" ;;
    CRLF) printf '%s\r\n' "$init" "$v" "$noise" "$r" ;;
    'pretty object') pretty "$r" ;;
    'pretty array') printf '[\n' && pretty "$v" | sed '$s/$/,/; s/^/  /' && pretty "$r" | sed 's/^/  /' && printf ']\n' ;;
    'pretty stream') pretty "$init" && pretty "$v" && pretty "$r" ;;
    'pretty, CRLF') pretty "$r" | sed "s/\$/$(printf '\r')/" ;;
    'several results') printf '%s\n' "$(result false x)" "$(result true x '"api_error_status":529,')" "$v" "$r" ;;
    'half a last line') printf '%s\n%s' "$r" '{"type":"system","subtype":"init","cw' ;;
    NUL) printf '\0\0%s\n\0\n%s\n\0' "$noise" "$r" ;;
    'invalid UTF-8') printf '\377\376 %s\n%s\n\300\200\n' "$noise" "$r" ;;
    BOM) printf '\357\273\277%s\n' "$r" ;;
    'much behind') printf '%s\n' "$v" "$r" && awk 'BEGIN { for (i = 0; i < 30000; i++) print "a line of a hundred bytes or so that some wrapper wrote, " i }' ;;
    esac
}

# One member a line. No string of ours has a brace, a bracket or a comma in it.
pretty() {
    printf '%s' "$1" | awk '
        function indent(n) { s = "\n"; while (n-- > 0) s = s "  "; return s }
        { for (i = 1; i <= length($0); i++) {
            c = substr($0, i, 1)
            if (c ~ /[[{]/) printf "%s%s", c, indent(++depth)
            else if (c ~ /[]}]/) printf "%s%s", indent(--depth), c
            else if (c == ",") printf ",%s", indent(depth)
            else if (c == ":") printf ": "
            else printf "%s", c } }
        END { print "" }'
}

for shape in object 'no line feed' array stream 'stderr before' 'stderr behind' 'stderr between' 'time stamps' \
    brackets journal colours CRLF 'pretty object' 'pretty array' 'pretty stream' 'pretty, CRLF' 'several results' \
    'half a last line' NUL 'invalid UTF-8' BOM 'much behind'; do
    r=$(result false 'All done') v=$prose
    shape "$shape" >"$dir/shape"
    expect "$shape, good" '0 ' <"$dir/shape"
    r=$(result true 'Not logged in') v=$voice
    shape "$shape" >"$dir/shape"
    expect "$shape, failed" '2 auth-failure' <"$dir/shape"
done

# --- No result

voiced=$init'
'$voice
expect 'empty' '2 log-empty' </dev/null
printf ' \t\n\r\n\n' >"$dir/in" && expect 'white space' '2 log-empty' <"$dir/in"
printf '\0\0\0' >"$dir/in" && expect 'NUL only' '2 result-missing' <"$dir/in"
printf '\357\273\277' >"$dir/in" && expect 'BOM only' '2 result-missing' <"$dir/in"
echo 'All done.' >"$dir/in" && expect 'text' '2 result-missing' <"$dir/in"
printf '%s\n' "$init" "$prose" >"$dir/in" && expect 'killed' '2 result-missing' <"$dir/in"
printf '%s\n' "$voiced" >"$dir/in" && expect 'killed behind a refusal' '2 auth-failure result-missing' <"$dir/in"
printf '[%s,%s' "$init" "$voice" >"$dir/in" && expect 'half an array' '2 auth-failure result-missing' <"$dir/in"
printf '%s\n' "$init" "$prose" "$noise" >"$dir/in" && expect 'stderr only' '2 auth-failure result-missing' <"$dir/in"
for part in 1 5 25 100; do
    result true 'Not logged in' | head -c "$part" >"$dir/in"
    expect "the first $part bytes of a result" '2 result-missing' <"$dir/in"
done
result true 'Not logged in' | head -c 150 >"$dir/in"
expect 'a result cut behind its marker' '2 auth-failure result-missing' <"$dir/in"
printf '%s\n' '{"type":"error","error":{"type":"authentication_error","message":"401"}}' >"$dir/in"
expect 'an error body is no event' '2 auth-failure result-missing' <"$dir/in"

# --- Several results: the last one decides, and only its own voice

printf '%s\n' "$voice" "$(result true 'x')" "$prose" "$(result false 'x')" >"$dir/in"
expect 'failed, then good' '0 ' <"$dir/in"
printf '%s\n' "$(result false 'x')" "$voice" "$(result true 'x')" >"$dir/in"
expect 'good, then failed' '2 auth-failure' <"$dir/in"
printf '%s\n' "$voice" "$(result true 'x')" "$(result true 'x' '"api_error_status":529,')" >"$dir/in"
expect 'the voice of the run before' '1 overloaded' <"$dir/in"
printf '%s\n' "$(result false 'x')" "$prose" >"$dir/in"
expect 'words behind the result' '0 ' <"$dir/in"
printf '[%s,%s,%s]\n' "$(result true 'x')" "$prose" "$(result false 'x')" >"$dir/in"
expect 'both in one array' '0 ' <"$dir/in"

# --- Several runs in one log: the last one, where it has no result

printf '%s\n' "$(result false 'x')" "$voice" >"$dir/in"
expect 'a voice behind the result' '2 auth-failure result-missing' <"$dir/in"
printf '%s\n' "$(result true 'x' '"api_error_status":529,')" "$init" "$voice" >"$dir/in"
expect 'a refused run behind a failed one' '2 auth-failure result-missing' <"$dir/in"
printf '%s\n' "$noise" "$(result false 'x')" "$init" "$prose" >"$dir/in"
expect 'a killed run behind a good one' '2 result-missing' <"$dir/in"
has 'it says so' "$(summary)" 'no result, the run was killed or died, see the end of the log behind the result of an earlier run ('
expect 'a run in progress behind a good one' '0 run-in-progress' -v --grace=5m <"$dir/in"
for first in "$(result true 'Not logged in')" "$(result true 'x' '"api_error_status":529,')"; do
    printf '%s\n' "$first" "$init" "$prose" >"$dir/in"
    expect 'a killed run behind a failed one' '2 result-missing' <"$dir/in"
    expect 'a run in progress behind a failed one' '0 run-in-progress' -v --grace=5m <"$dir/in"
done
printf '%s\n' "$(result true 'Not logged in')" "claude said $(result true 'Not logged in') and ended" >"$dir/in"
expect 'a wrapper that says a failed result again' '2 auth-failure' <"$dir/in"
for good in "$(result false 'x')" "$(pretty "$(result false 'x')")"; do
    { printf '%s\n' "$good" && pretty "$init"; } >"$dir/in"
    expect 'a killed run behind a good one, with blanks behind colons' '2 result-missing' <"$dir/in"
done
for broken in "$(result true 'x') done" "$(result true 'x' "\"x\":\"$(printf '\t')\",")" "$(result true 'x'),"; do
    printf '%s\n' "$(result false 'x')" "$broken" >"$dir/in"
    expect "a result that is no event behind a good one: $broken" '2 result-missing' <"$dir/in"
done
printf '%s\n' "$(result false 'x')" "$(result true 'x' '"x":"\x",')" >"$dir/in"
expect 'an event that is no JSON behind a good one' '2 result-missing' <"$dir/in"

# --- Large ones, within the time limit of two seconds

{ printf '{"type":"user","message":"' && head -c 100000000 /dev/zero | tr '\0' x; } >"$dir/in"
check runlog -t 2 "$dir/in"
is 'a line of 100 MB' "$status $(conditions)" '2 result-missing'
{ printf '"}\n' && result false 'All done'; } >>"$dir/in"
check runlog -t 2 -vv "$dir/in"
is 'a result behind it' "$status $(conditions)" '0 '
check runlog -t 2 "$dir/in"
is 'a result behind it, no mentions counted' "$status $(conditions)" '0 '
rm "$dir/in"
awk 'BEGIN { for (i = 0; i < 500000; i++) print "}" }' >"$dir/in"
check runlog -t 2 "$dir/in"
is 'a million brackets' "$status $(conditions)" '2 result-missing'

# What does not say that it is no error is no good run.
for said in '' '"is_error":null,' '"is_error":"false",' '"is_error":0,' '"is_error":"true",'; do
    printf '{"type":"result",%s"result":"All done"}\n' "$said" >"$dir/in"
    check runlog "$dir/in"
    is "a result with [$said]" "$status $(conditions)" '1 run-failed'
done

done_testing
