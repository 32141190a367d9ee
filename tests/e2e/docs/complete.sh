#!/bin/sh
# The files of cases have a row for each condition, each fixture, each option and each variable: what is added
# without one is named here.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

# rows PART FILE: the names of the cases that have PART in them, as they begin
rows() { BUILD=$build "$build/tests/cases" -l -j 1 -n "$1" "$top/tests/e2e/$2" | sed 's/^[^ ]* //'; }

# without WHAT LIST KNOWN: the words of LIST that are no line of KNOWN
without() { is "$1" "$(for word in $2; do printf '%s\n' "$3" | grep -qxe "$word" || echo "$word"; done)" ''; }

for plugin in preflight runlog; do
    check "$plugin" --help=conditions
    without "$plugin: conditions without a row in conditions.cases" \
        "$(printf '%s\n' "$out" | sed -n 's/^ *\([a-z]*-[a-z-]*\|billing\|network\|overloaded\) .*/\1/p')" \
        "$(rows ': by default' "$plugin/conditions.cases" | sed 's/:.*//')
login-shared
login-method-forced" # they take two agents, and managed settings: states.cases, mounts.sh
    errors=$(grep -o "^    [^ ]*=*[^ ]* *$plugin.*" "$top/tests/e2e/docs/usage_errors.cases")
    missing=''
    for option in $(options "$plugin" | awk '$2 != "flag" { print $1 }'); do
        printf '%s\n' "$errors" | grep -q -e "--$option=" || missing="$missing --$option"
    done
    is "$plugin: options without a wrong value in usage_errors.cases" "$missing" ''
    check "$plugin" --help
    for variable in $(printf '%s\n' "$out" | sed -n 's/.*\(ORCH_[A-Z_]*\) (.*/\1/p'); do
        case $variable in ORCH_CLAUDE_BIN | ORCH_CLAUDE_CREDENTIALS_PATH) continue ;; esac
        has "$plugin: a wrong value of $variable in usage_errors.cases" "$errors" " $variable="
    done
done
without 'fixtures without a row in runlog/conditions.cases' \
    "$(cd "$top/tests/fixtures/runlog" && for log in *.log; do basename "$log" .log; done)" \
    "$(rows 'fixture ' runlog/conditions.cases | sed 's/fixture //')"

done_testing
