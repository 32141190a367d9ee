#!/bin/sh
# The verdict on hundreds of credentials files, against a model written apart from the plugin.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
frozen preflight -a "$a" # the version is cached from here on
mkdir "$dir/files"

# judge: each line FILE SKEW of the standard input becomes FILE STATUS-or-trouble. Sixteen at a time: a file
# that is not JSON is read again after 100 ms.
judge() {
    # shellcheck disable=SC2016 # for the shell inside
    CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools:$PATH" xargs -P 16 -n 2 sh -c '
        out=$("$1" -a "$2" -C "$3" --skew="$4" --login-warning=~: --login-critical=~: 2>"$3.stderr")
        status=$?
        case $status:$out in
        "0:CLAUDE PREFLIGHT OK - "* | "1:CLAUDE PREFLIGHT WARNING - "* | "2:CLAUDE PREFLIGHT CRITICAL - "*) ;;
        *) status="$status,which-is-not-what-it-says" ;;
        esac
        [ -s "$3.stderr" ] && status="$status,stderr"
        echo "$3 $status"' sh "$build/tests/frozen/check_claude_preflight" "$a"
}

# agree WHAT: $dir/wanted and $dir/got hold lines FILE STATUS
agree() {
    sort "$dir/wanted" >"$dir/wanted.sorted"
    sort "$dir/got" >"$dir/got.sorted"
    passed=$((passed + $(comm -12 "$dir/wanted.sorted" "$dir/got.sorted" | grep -c .)))
    for line in $(comm -23 "$dir/wanted.sorted" "$dir/got.sorted" | tr ' ' ':'); do
        fail "$1: wanted status ${line#*:} of [$(head -c 300 "${line%:*}")], got $(grep "^${line%:*} " "$dir/got")"
    done
}

# By hand: what expiresAt may be, with the status without and with a refresh token; then whole files.
i=0
: >"$dir/wanted"
while read -r without with expiry; do
    for refresh in "$without:" "$with:,\"refreshToken\":\"fixture-refresh\""; do
        i=$((i + 1)) file=$dir/files/hand.$i
        printf '{"claudeAiOauth":{"accessToken":"fixture-token"%s%s}}' "${refresh#*:}" "${expiry:+,\"expiresAt\":$expiry}" >"$file"
        echo "$file ${refresh%%:*}" >>"$dir/wanted"
    done
done <<'END'
0 0
0 0 1795000000001
2 1 1795000000000
2 1 1794999999999
0 0 1795000000001.5
2 1 1795000000000.9
2 1 1.795e12
0 0 1.795000000001e12
0 0 1E300
2 1 -1E300
2 1 0
2 1 -0
2 1 -0.5
2 1 -1
0 0 9223372036854775807
0 0 9223372036854775808
0 0 18446744073709551616
0 0 99999999999999999999999999999999999999999
2 1 -9223372036854775808
2 1 -9223372036854775809
2 1 -99999999999999999999999999999999999999999
0 0 99999999999999999999999999.5
0 0 1e400
0 0 "1795000000001"
2 1 "1795000000000"
2 1 "+5"
2 1 "-5"
2 1 "0005"
0 0 " 1795000000001 "
2 1 " \t\n\r\f1795000000000\n"
2 1 "-99999999999999999999999999"
0 0 "99999999999999999999999999"
0 0 ""
0 0 " "
0 0 "soon"
0 0 "1795000000000.0"
0 0 "1e3"
0 0 "0x10"
0 0 "- 5"
0 0 "+-5"
0 0 "5 5"
0 0 "5\u0000"
0 0 "2020-01-01T00:00:00Z"
0 0 true
0 0 false
0 0 null
0 0 []
0 0 [1]
0 0 {}
0 0 {"expiresAt":1}
2 1 1795000000001,"expiresAt":1
0 0 1,"expiresAt":1795000000001
0 0 1,"expiresAt":null
2 2 01
2 2 +1
2 2 1.
2 2 .5
2 2 0x10
2 2 NaN
2 2 Infinity
2 2 'soon'
2 2 1_000
END
while read -r wanted text; do
    i=$((i + 1)) file=$dir/files/hand.$i
    printf '%b' "$text" >"$file"
    echo "$file $wanted" >>"$dir/wanted"
done <<'END'
2
2 {}
2 null
2 {"claudeAiOauth":null}
2 {"claudeAiOauth":[{"accessToken":"fixture-token"}]}
2 {"claudeAiOauth":{"accessToken":5}}
2 {"claudeAiOauth":{"accessToken":null}}
2 {"claudeAiOauth":{"accesstoken":"fixture-token"}}
2 {"claudeAiOauth":{"accessToken":""}}
0 {"claudeAiOauth":{"accessToken":" "}}
0 {"claudeAiOauth":{"accessToken":"fixture-token"}}
0 \n\t {"claudeAiOauth" : {"accessToken":"fixture-token"} }\r\n
0 {"claudeAiOauth":{"accessToken":"\\u0066ixture"}}
0 {"\\u0063laudeAiOauth":{"accessToken":"fixture-token"}}
0 {"claudeAiOauth":{"accessToken":""},"claudeAiOauth":{"accessToken":"fixture-token"}}
2 {"claudeAiOauth":{"accessToken":"fixture-token"},"claudeAiOauth":{}}
2 {"claudeAiOauth\\u0000":{"accessToken":"fixture-token"}}
2 {"claudeAiOauth":{"accessToken\\u0000x":"fixture-token"}}
0 {"x\\u0000y":1,"claudeAiOauth":{"accessToken":"fixture-token"}}
2 {"claudeAiOauth":{"accessToken":"fixture-token"}}{}
2 {"claudeAiOauth":{"accessToken":"fixture-token"}}\0000
2 {"claudeAiOauth":{"accessToken":"fixture-token",}}
2 {"claudeAiOauth":{"accessToken":"fixture-token"}} // note
2 {"claudeAiOauth":{"accessToken":"fixture\ttoken"}}
2 {"claudeAiOauth":{"accessToken":"fixture\0377token"}}
2 {"claudeAiOauth":{"accessToken":"\0355\0240\0200"}}
2 {"claudeAiOauth":{"accessToken":"\0300\0200"}}
0 {"claudeAiOauth":{"accessToken":"\0303\0244"}}
2 \0357\0273\0277{"claudeAiOauth":{"accessToken":"fixture-token"}}
2 {"claudeAiOauth":{"accessToken":"fixture-token"}
END
sed 's/ .*/ 0/' "$dir/wanted" | judge >"$dir/got"
agree 'by hand'

# Generated, with a fixed seed; the model is Python's own json and int().
if command -v python3 >/dev/null && python3 "$here/verdict_model.py" "$dir/files" "$NOW" >"$dir/plan"; then
    awk '{ print $1, $3 }' "$dir/plan" >"$dir/wanted"
    awk '{ print $1, $2 }' "$dir/plan" | judge >"$dir/got"
    agree 'generated'
else
    skip 'generated files' 'no python3'
fi

# Files that a parser of JSON must take, must refuse, or may do either: none is a login.
suite=${JSON_TEST_SUITE:-$top/../shared/jsontestsuite}
if [ -d "$suite" ]; then
    rm -f "$dir/wanted"
    for file in "$suite"/*.json; do
        name=$(basename "$file" | tr -c '[:alnum:]\n' _)
        cp "$file" "$dir/files/$name"
        echo "$dir/files/$name 2" >>"$dir/wanted"
    done
    sed 's/ .*/ 0/' "$dir/wanted" | judge >"$dir/got"
    agree 'parser tests'
else
    skip 'parser tests' 'not here'
fi

done_testing
