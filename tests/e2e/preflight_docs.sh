#!/bin/sh
# --help, the man page and the README say the same, and what the program does: options, conditions,
# perfdata, metrics, the README's examples. And make install is undone by make uninstall.
# shellcheck disable=SC2016  # back quotes and dollars are looked for as they are
. "$(dirname "$0")/harness.sh"

man=$top/man/check_claude_preflight.1
readme=$top/README.md
check preflight --help
help=$out

is 'help: lines over 80 columns' "$(printf '%s\n' "$help" | awk 'length > 80')" ''

# --- Options. Values are compared in capitals: -b, --binary=PATH

capitals() { awk '{ i = index($0, "="); print i ? substr($0, 1, i) toupper(substr($0, i + 1)) : $0 }'; }

in_help=$(printf '%s\n' "$help" | sed -n '/^Conditions/q; s/^  *\(-[^ ]*, \)*\(--[^ ]*\)$/\1\2/p' | capitals)
in_man=$(sed -n '/^\.Sh OPTIONS/,/^\.Sh CONDITIONS/s/^\.It Fl/Fl/p' "$man" |
    sed -e 's/Fl -/--/; s/Fl /-/; s/ , /, /; s/ Ns Op = Ns Cm only/[=only]/; s/ Ns Op ,/[,/' \
        -e 's/\.\.\.$/...]/; s/ Ns //g; s/Ar //g; s/Cm //g' | capitals)
in_readme=$(sed -n '/^## Options/,/^## Conditions/s/^| `\([^`]*\)`.*/\1/p' "$readme" | sed 's/\\|/|/g' | capitals)
has 'options: of the help' "$in_help" '-b, --binary=PATH'
is 'options: man page' "$in_man" "$in_help"
is 'options: README' "$in_readme" "$in_help"

for variable in $(printf '%s\n' "$help" | sed -n 's/.*default from \([A-Z_]*\)$/\1/p'); do
    has "variable: man page, $variable" "$(cat "$man")" "$variable"
    has "variable: README, $variable" "$(cat "$readme")" "$variable"
done

# --- Conditions: id|state|meaning, in one order

in_help=$(printf '%s\n' "$help" | awk '
    /^Exit status/ { on = 0 }
    on && /^  [a-z]/ { if (row) print row; state = substr($0, 27, 9); sub(/ +$/, "", state)
                       row = $1 "|" state "|" substr($0, 37); next }
    on && NF { sub(/^ +/, ""); row = row " " $0 }
    /^Conditions/ { on = 1 }
    END { print row }')
in_man=$(awk '
    sub(/^\.It Cm /, "") && sub(/ , No /, "|") { row = $0; next }
    row { sub(/^\\&/, ""); print row "|" $0; row = "" }' "$man")
in_readme=$(sed -n '/^## Conditions/,/^## Perfdata/s/^| `\([^`]*\)` | \([^|]*\) | \(.*\) |$/\1|\2|\3/p' "$readme")
has 'conditions: of the help' "$in_help" 'binary-missing|CRITICAL|no claude'
is 'conditions: man page' "$in_man" "$in_help"
is 'conditions: README' "$in_readme" "$in_help"

# --- Perfdata, metrics, keys

a=$dir/facts
claude "$a"
login "$a" 28800 2246400
frozen preflight -a "$a" --output-format=json
labels=$(printf '%s\n' "$out" | tr '{' '\n' | sed -n 's/^"label":"\([^"]*\)".*/\1/p')
keys=$(printf '%s\n' "$out" | tr ',{' '[\n*]' | sed -n 's/^"\([a-z_]*\)":.*/\1/p' | sort -u)
frozen preflight -a "$a" -S login-expiring=ok --login-warning=1000d --output-format=json
labels="$labels
$(printf '%s\n' "$out" | sed -n 's/.*"label":"\(cache_age\)".*/\1/p')"
keys="$keys
$(printf '%s\n' "$out" | sed 's/.*"findings":\[{//; s/}.*//' | tr ',' '\n' | sed -n 's/^"\([a-z_]*\)":.*/\1/p')"
frozen preflight -a "$a" --force --output-format=prometheus
printed="$labels
$(printf '%s\n' "$out" | sed -n 's/^# HELP \([^ ]*\) .*/\1/p')"
has 'perfdata: label' "$printed" 'login_expiry'
has 'metrics: name' "$printed" 'claude_cli_version_duration_seconds'
is 'perfdata and metrics: man page' \
    "$(sed -n '/^\.Sh OUTPUT/,/^\.Sh ENVIRONMENT/s/^\.It Cm //p' "$man")" "$printed"
is 'perfdata and metrics: README' \
    "$(sed -n '/^## Perfdata/,/^## Nagios/s/^| `\([^`]*\)`.*/\1/p' "$readme")" "$printed"
output_section=$(sed -n '/^\.Sh OUTPUT/,/^\.Sh ENVIRONMENT/s/^\.Cm \(.*\)/ \1 /p' "$man")
for key in $keys; do
    has "JSON: key in the man page, $key" "$output_section" " $key "
done
has 'JSON: keys' "$keys" 'message'

# --- The man page's form, the README's links, the examples' configuration

if command -v mandoc >/dev/null; then
    is 'man page: lint' "$(cd "$top" && mandoc -Tlint -Wstyle man/*.1 2>&1)" ''
else
    pass
fi

links=$(awk '{ while (match($0, /\]\([^)#]+/)) { print substr($0, RSTART + 2, RLENGTH - 2)
                                                $0 = substr($0, RSTART + RLENGTH) } }' "$readme" | grep -v '^https*:')
has 'README: links' "$links" 'LICENSE'
for link in $links; do
    is "README: link to $link" "$([ -e "$top/$link" ] && echo there)" there
done

options=$(sed -n 's/^    "\(-[^"]*\)" = {$/\1/p' "$top/config/icinga2/claude.conf")
has 'Icinga 2: options' "$options" '-a'
for option in $options; do
    has "Icinga 2: $option" "$help" " $option"
done

check preflight --version
has 'NEWS: this version' "$(cat "$top/NEWS")" "
${out##* v}"

# --- The README's examples. `<!-- stand-in: NAME -->` before a fence names the agent that lives in
# /home/agent there; each command is run 12 seconds after the one before.

# What `claude --version` took is the one thing that is not the same twice.
same() { sed "s#$dir/#/#g; s/ as $(id -un)\([ ,|]\|$\)/ as agent\1/g; s/version_time=[0-9.]*s/version_time=Ts/"; }

stand_in() {
    a=$dir/home/agent
    rm -rf "$dir/home/agent" "$dir/state"
    claude "$a"
    login "$a" 28500 2246400
    case $1 in
    logged-in) ;;
    idle) login "$a" -7200 2246400 ;;
    ending) login "$a" 28500 401000 ;;
    logged-out) rm "$a/.claude/.credentials.json" ;;
    hanging) script "$a/.local/bin/claude" "exec $(command -v sleep) 30" ;;
    *) fail "README: no stand-in is called $1" ;;
    esac
}

play() {
    stand_in "$1"
    now=$NOW
    while read -r line; do
        case $line in
        '$ echo $?') printf '%s\n%d\n' "$line" "$status" ;;
        '$ check_claude_preflight'*)
            # shellcheck disable=SC2046  # the words of an example need no quotes
            run env CHECK_CLAUDE_TEST_NOW="$now" PATH="$dir/none" \
                "$build/tests/frozen/check_claude_preflight" \
                $(printf '%s\n' "${line#\$ check_claude_preflight}" | sed "s#=/#=$dir/#g; s# /# $dir/#g")
            printf '%s\n%s\n' "$line" "$out"
            now=$((now + 12))
            ;;
        esac
    done
}

awk -v at="$dir/example" '
    /^<!-- stand-in: / { name = $3; next }
    name && /^```/ { if (file) { close(file); name = file = "" } else { file = at "." ++n "." name } next }
    file { print > file }' "$readme"
for example in "$dir"/example.*; do
    play "${example##*.}" <"$example" >"$dir/played"
    is "README: $(basename "$example")" "$(same <"$example")" "$(same <"$dir/played")"
done
has 'README: the last example' "$(echo "$dir"/example.*)" example.5

# --- make install, make uninstall

make_quietly() { MAKEFLAGS='' make -s -C "$top" BUILD="$build" "$@" >"$dir/make" 2>&1 || fail "make $*: $(cat "$dir/make")"; }

files() { (cd "$1" && find . ! -type d | sort); }

if command -v make >/dev/null; then
    root=$dir/root
    make_quietly install DESTDIR="$root" PREFIX=/usr
    is 'install: files' "$(files "$root")" './usr/lib/nagios/plugins/check_claude_preflight
./usr/share/man/man1/check_claude_preflight.1'
    run "$root/usr/lib/nagios/plugins/check_claude_preflight" --version
    has 'install: it runs' "$out" 'check_claude_preflight v'
    make_quietly uninstall DESTDIR="$root" PREFIX=/usr
    is 'uninstall: files' "$(files "$root")" ''
    is 'uninstall: directories' "$(ls "$root/usr/lib")" ''

    mkdir -p "$root/p"
    echo theirs >"$root/p/check_other"
    make_quietly install DESTDIR="$root" PLUGINDIR=/p MANDIR=/m
    is 'install: elsewhere' "$(files "$root")" './m/man1/check_claude_preflight.1
./p/check_claude_preflight
./p/check_other'
    make_quietly uninstall DESTDIR="$root" PLUGINDIR=/p MANDIR=/m
    is 'uninstall: elsewhere' "$(files "$root")" './p/check_other'
else
    pass
fi

done_testing
