#!/bin/sh
# The links of Markdown documents: tests/links.sh DOCUMENT... prints those that lead to no file, seen from
# their document, and fails if there are any, or no link at all. Those into the network are not followed.
set -eu
links=$(awk '{ while (match($0, /\]\([^)#]+/)) {
                   link = substr($0, RSTART + 2, RLENGTH - 2)
                   $0 = substr($0, RSTART + RLENGTH)
                   if (link !~ /^https?:/) print link " " FILENAME
               } }' "$@")
[ -n "$links" ] || { echo 'no link' && exit 1; }
dead=$(printf '%s\n' "$links" | while read -r link document; do
    [ -e "$(dirname "$document")/$link" ] || printf '%s: %s\n' "$document" "$link"
done)
[ -z "$dead" ] || { printf '%s\n' "$dead" && exit 1; }
