#!/bin/sh
# Real logs of real releases, where they are at hand beside the project: each has the condition of its
# case in the table of their README.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

corpus=${CORPUS:-$top/../shared/corpus}
pass # there may be none

# The condition in the table's third column: "auth-failure", "none", "none (auth-mention)".
case_condition() {
    sed -n 's/^| \([a-z0-9, ]*\) | [^|]* | \([a-z-]*\).* |$/\1|\2/p' "$corpus/README.md" |
        awk -F'|' -v name="$1" '{ n = split($1, names, ", "); for (i = 1; i <= n; i++) if (names[i] == name) print $2 }'
}

for log in "$corpus"/*.log; do
    [ -e "$log" ] || continue
    fixture=$(basename "$log" .log)
    kind=${fixture##*.} case=${fixture%.*}
    case=${case##*.}
    wanted=$(case_condition "$case")
    is "$fixture: its case is in the README" "${wanted:+there}" there
    [ "$wanted" != none ] || wanted=''
    case $kind in
    text)
        check runlog --anchored --state=result-missing=ok "$log"
        is "$fixture: conditions" "$(conditions)" "$wanted"
        check runlog "$log"
        has "$fixture: no result" " $(conditions) " ' result-missing '
        ;;
    *)
        check runlog "$log"
        is "$fixture: conditions" "$(conditions)" "$wanted"
        ;;
    esac
    case $case-$kind in
    talk401-text | tool401-text) ;;
    talk401-* | tool401-stream)
        check runlog --state=auth-mention=critical "$log"
        is "$fixture: mention" "$status $(conditions)" '2 auth-mention'
        ;;
    esac
done

done_testing
