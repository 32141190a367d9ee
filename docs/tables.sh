#!/bin/sh
# make docs: writes the tables of conditions into the man page and docs/conditions.md, from what
# --help=conditions prints: docs/tables.sh BUILD [FILE]... (without files: the tree's own).
# A table stands between two lines that name its plugin, "conditions of check_claude_preflight" and
# "end of conditions".
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
[ $# -gt 0 ] || set -- man/check_claude.7 docs/conditions.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ID|STATE|MEANING, a line each.
conditions() {
    "$build/check_claude_$1" --help=conditions | awk '
        /^The worst/ { exit }
        /^  [a-z]/ { if (row) print row
                     state = substr($0, 26, 8); sub(/ +$/, "", state)
                     row = $1 "|" state "|" substr($0, 35); next }
        /^ / { sub(/^ +/, ""); row = row " " $0 }
        END { print row }'
}

for plugin in preflight runlog; do
    conditions "$plugin" | awk -F '|' '{ printf ".It Cm %s , No %s\n%s%s\n", $1, $2, $3 ~ /^[.'\'']/ ? "\\&" : "", $3 }' >"$work/$plugin.man"
    conditions "$plugin" | awk -F '|' 'BEGIN { print "\n| condition | default | found when |\n|---|---|---|" }
        { printf "| `%s` | %s | %s |\n", $1, $2, $3 } END { print "" }' >"$work/$plugin.md"
done

for file in "$@"; do
    case $file in *.md) kind=md ;; *) kind='man' ;; esac
    awk -v work="$work" -v kind=$kind '
        /end of conditions/ { skip = 0 }
        !skip { print }
        match($0, /conditions of check_claude_[a-z]+/) {
            table = work "/" substr($0, RSTART + 27, RLENGTH - 27) "." kind
            while ((getline line <table) > 0) print line
            skip = 1
        }' "$file" >"$work/new"
    cmp -s "$work/new" "$file" || cat "$work/new" >"$file"
done
