#!/bin/sh
# What a newcomer does on a bare Debian: the commands of the README's section "Install", as they stand
# there, by root and in the unpacked source, then a look at what is installed, and the tests again by an
# ordinary user. Changes the machine: tests/newcomer.sh runs it where nothing of it stays.
# Ends with "N passed, N failed".
set -u
. "$(dirname "$0")/steps.sh"

is_bare() { ! command -v make && ! command -v cc && ! command -v pkg-config && ! command -v mandoc; }
step 'nothing is installed' is_bare
find /usr/local >"$work/local"

# --- The README

awk '/^## / { on = ($2 == "Install") }
     on && /^```/ { if (fenced++) exit; next }
     on && fenced' README.md | sed 's/ *#.*//' >"$work/commands"

documented() { grep -q "$1" "$work/commands"; }
for target in 'make deps run$' 'make deps check$' 'make install$'; do
    step "the README says: $target" documented "$target"
done

said() { grep -q "$1" "$work/said"; }
no_warning() { ! grep 'warning: ' "$work/said"; }
while read -r command; do
    step "\$ $command" sh -c "$command"
    mv "$work/log" "$work/said"
    case $command in
    *'make deps run') step '  it says what there is not' said '^CLAUDE PREFLIGHT CRITICAL - no claude found' ;;
    *'make deps check') step '  all tests passed' said '^[1-9][0-9]* passed, 0 failed' ;;
    *'make demo') step '  all cases' said '^All .* gave the state they are there for' ;;
    esac
    step '  no warning' no_warning
done <"$work/commands"

# --- What is installed

at=/usr/local/lib/nagios/plugins

# help_of PLUGIN: status 3, and what a help starts with
help_of() {
    "$at/$1" --help >"$work/output" 2>&1
    [ $? -eq 3 ] && grep "^Usage: $1" "$work/output"
}

# wrong_option PLUGIN: status 3, in one line that names the option
wrong_option() {
    "$at/$1" --no-such >"$work/output" 2>&1
    [ $? -eq 3 ] && [ "$(wc -l <"$work/output")" -eq 1 ] && grep -e ' UNKNOWN - --no-such: ' "$work/output"
}

# page FILE: what mandoc shows of it, without the overstriking of a terminal
page() { mandoc -Tutf8 "/usr/local/share/man/man${1##*.}/${1##*/}" | sed 's/.\x08//g' | grep -x 'SEE ALSO'; }

for name in check_claude_preflight check_claude_runlog; do
    step "$name --help" help_of $name
    step "$name --no-such" wrong_option $name
done
for file in man/*; do
    step "${file#*/} can be read" page "$file"
done

# --- An ordinary user, with what root has built

step 'a user' useradd --create-home newcomer
cp -a . /home/newcomer/check_claude
chown -R newcomer: /home/newcomer
by_user() { setpriv --reuid=newcomer --regid=newcomer --init-groups env HOME=/home/newcomer "$@"; }
step 'make deps check, by an ordinary user' by_user make -C /home/newcomer/check_claude deps check
mv "$work/log" "$work/said"
step '  all tests passed' said '^[1-9][0-9]* passed, 0 failed'

step 'make uninstall' make uninstall
nothing_left() { find /usr/local | diff "$work/local" -; }
step '  /usr/local is as it was' nothing_left

done_stepping
