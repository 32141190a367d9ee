#!/bin/sh
# --help, the man pages and the README say the same, and what the programs do: options, conditions,
# markers, perfdata, metrics, the README's examples.
# shellcheck disable=SC2016  # back quotes and dollars are looked for as they are
. "$(dirname "$0")/harness.sh"

plugins='preflight runlog'
readme=$top/README.md
common=$top/man/check_claude.7

# --- What the documents say. cells N: the `quoted` words in column N of a table
cells() {
    awk -v column="$1" '
        { gsub(/\\\|/, "\001") }
        /^\|/ { split($0, cell, "|"); rest = cell[column + 1]
                while (match(rest, /`[^`]*`/)) {
                    word = substr(rest, RSTART + 1, RLENGTH - 2)
                    rest = substr(rest, RSTART + RLENGTH)
                    gsub("\001", "|", word)
                    print word
                } }'
}

# section TITLE, of the README; man_section S[hs] TITLE, of $man
readme_section() { awk -v head="## $1" '/^## / { on = $0 == head } on' "$readme"; }
man_section() { awk -v head=".$1 $2" '/^\.S[hs] / { on = $0 == head } on' "$man"; }

# Values are compared in capitals: -b, --binary=PATH
capitals() { awk '{ i = index($0, "="); print i ? substr($0, 1, i) toupper(substr($0, i + 1)) : $0 }'; }

options_of_help() { printf '%s\n' "$help" | sed -n 's/^  \(-., \|    \)\(--[^ ]*\).*/\1\2/p' | sed 's/^ *//' | capitals | sort; }

options_of_man() {
    man_section Sh OPTIONS | sed -n 's/^\.It Fl/Fl/p' |
        sed -e 's/Fl -/--/; s/Fl /-/; s/ , /, /; s/ Ns Op = Ns [CA][mr] \([a-z]*\)/[=\1]/; s/ Ns Op ,/[,/' \
            -e 's/\.\.\.$/...]/; s/ Ns //g; s/Ar //g; s/Cm //g; s/Oo /[/; s/ Oc/]/; s/\\&//' | capitals | sort
}

# id|state|meaning, in one order
conditions_of_help() {
    check "$plugin" --help=conditions
    printf '%s\n' "$out" | awk '
        /^The worst/ { on = 0 }
        on && /^  [a-z]/ { if (row) print row; state = substr($0, 26, 8); sub(/ +$/, "", state)
                           row = $1 "|" state "|" substr($0, 35); next }
        on && NF { sub(/^ +/, ""); row = row " " $0 }
        /^Conditions/ { on = 1 }
        END { print row }'
}

conditions_of_man() {
    man_section Ss "Of check_claude_$plugin" | awk '
        sub(/^\.It Cm /, "") && sub(/ , No /, "|") { row = $0; next }
        row { sub(/^\\&/, ""); print row "|" $0; row = "" }'
}

conditions_of_page() {
    awk -v on="conditions of check_claude_$plugin" 'index($0, on) { show = 1 } /end of conditions/ { show = 0 } show' \
        "$top/docs/conditions.md" | sed -n 's/^| `\([a-z][^`]*\)` | \([^|]*\) | \(.*\) |$/\1|\2|\3/p'
}

for plugin in $plugins; do
    man=$top/man/check_claude_$plugin.1
    check "$plugin" --help
    help=$out
    check "$plugin" --help=conditions
    for screen in "$help" "$out"; do
        is "$plugin: help: one screen of 80 columns and 40 lines" "$(printf '%s\n' "$screen" |
            awk 'length > 80; END { if (NR > 40) print NR " lines" }')" ''
    done
    is "$plugin: help: three examples" "$(printf '%s\n' "$help" | awk -v name="check_claude_$plugin" '/^What/ { exit } $1 == name' |
        grep -c .)" 3

    wanted=$(options_of_help)
    has "$plugin: options: of the help" "$wanted" '-S, --state=CONDITION=STATE[,...]'
    is "$plugin: options: man page" "$(options_of_man)" "$wanted"

    variables=$(printf '%s\n' "$help" | sed -n '/^Environment/,$p' | grep -o '[A-Z_]* (' | tr -d ' (')
    has "$plugin: variables" "$variables" CHECK_CLAUDE_STATE_DIR
    for variable in $variables; do
        has "$plugin: man page: $variable" "$(cat "$man")" "$variable"
    done

    wanted=$(conditions_of_help)
    has "$plugin: conditions: of the help" "$wanted" '|CRITICAL|'
    is "$plugin: conditions: man page" "$(man=$common && conditions_of_man)" "$wanted"
    is "$plugin: conditions: docs/conditions.md" "$(conditions_of_page)" "$wanted"

    has "$plugin: Nagios" "$(cat "$top/config/nagios/claude.cfg")" "check_command           check_claude_$plugin!"

    check "$plugin" --version
    has "$plugin: NEWS: this version" "$(cat "$top/NEWS")" "
${out##* v}"
done

# What the rules and the dashboard leave out of failed runs are conditions.
for file in prometheus/claude.rules.yml grafana/claude.json; do
    left_out=$(grep -o 'condition!~[^}]*' "$top/config/$file" | grep -o '[a-z]*-[a-z-]*' | sort -u)
    has "$file: left out" "$left_out" 'login-ending'
    for condition in $left_out; do
        has "$file: $condition" "$(for plugin in $plugins; do conditions_of_page; done)" "$condition|"
    done
done

# No option in the README that neither program has; of others there are systemctl's and telegraf's.
check preflight --help
all_help=$out
check runlog --help
all_help="$all_help
$out"
options=$(grep -oE -e '--[a-z][a-z.-]*' "$readme" | grep -vxE -e '--(now|test|config|interval)' | sort -u)
has 'README: options' "$options" '--feed-preflight'
for option in $options; do
    is "README: $option" "$(printf '%s\n' "$all_help" | grep -oE -m 1 -e "^  (-., |    )$option([=[ ]|\$)" | grep -c .)" 1
done

# --- Markers: the plain words, the quirks, and the conditions that have any

man=$top/man/check_claude_runlog.1
check runlog --list-markers
in_man=$(man_section Sh MARKERS)
has 'markers: a list' "$out" 'auth-failure	401	all	as a word'
printf '%s\n' "$out" >"$dir/markers"
# the words of the plain search come first
sed '/at the start of a line/,$d; /by its words/,$d' "$dir/markers" | cut -f 2 >"$dir/words"
is 'markers: words' "$(grep -c . "$dir/words")" 5
while read -r word; do
    has 'markers: man page' "$in_man" ".Ql $word"
done <"$dir/words"

# --- Perfdata, metrics, keys. Each numbers_PLUGIN makes the plugin print as many as it can: the labels
# go to $printed, the keys to $keys, the metrics stay in $out.

labels() { printf '%s\n' "$out" | tr '{' '\n' | sed -n 's/^"label":"\([^"]*\)".*/\1/p'; }
keys() { printf '%s\n' "$out" | tr ',{' '[\n*]' | sed -n 's/^"\([a-z_]*\)":.*/\1/p' | sort -u; }
metrics() { printf '%s\n' "$out" | sed -n 's/^# HELP \([^ ]*\) .*/\1/p'; }

numbers_preflight() {
    a=$dir/facts
    claude "$a"
    login "$a" 28800 2246400
    frozen preflight -a "$a" --output-format=json
    printed=$(labels)
    frozen preflight -a "$a" --login-warning=1000d --output-format=json
    printed="$printed
$(labels | grep cache_age)"
    keys=$(keys)
    printf '{"type":"result","is_error":true,"api_error":"usage_limit_reached","result":"%s"}\n' \
        "You've hit your weekly limit · resets Nov 26, 4:06pm (UTC)" >"$a/limit.json"
    touch -d "@$((NOW - 90))" "$a/limit.json"
    frozen runlog --feed-preflight -a "$a" "$a/limit.json"
    frozen preflight -a "$a" --output-format=json
    printed="$printed
$(labels | grep limit_reset)"
    frozen preflight -a "$a" -a "$dir/nobody" --output-format=json
    printed="$printed
$(labels | grep agents)"
    frozen preflight -a "$a" --force --output-format=prometheus
}

# A log, modified 90 seconds before $NOW: run_log PATH IS-ERROR STATUS TEXT
run_log() {
    mkdir -p "$(dirname "$1")"
    case $2 in
    true) effort='"duration_ms":313,"num_turns":1,"total_cost_usd":0' ;;
    *) effort='"duration_ms":74210,"num_turns":9,"total_cost_usd":0.2138' ;;
    esac
    printf '{"type":"result","subtype":"success","is_error":%s,"api_error_status":%s,"result":"%s",%s}\n' \
        "$2" "$3" "$4" "$effort" >"$1"
    touch -d "@$((NOW - 90))" "$1"
}

numbers_runlog() {
    run_log "$dir/facts.json" true 429 "You've hit your session limit · resets 6:07pm (UTC)"
    sed -i 's/^{/{"permission_denials":[{"tool_name":"Bash"}],/' "$dir/facts.json"
    touch -d "@$((NOW - 90))" "$dir/facts.json"
    frozen runlog -v "$dir/facts.json" --output-format=json
    printed=$(labels)
    keys=$(keys)
    frozen runlog "$dir/facts.json" --output-format=prometheus
}

all=''
man=$common
for plugin in $plugins; do
    case $plugin in
    preflight) numbers_preflight ;;
    runlog) numbers_runlog ;;
    esac
    printed="$printed
$(metrics)"
    all="$all$printed
"
    has "$plugin: metrics" "$printed" "claude_${plugin}_check_timestamp_seconds"
    is "$plugin: perfdata and metrics: man page" \
        "$({ man_section Ss "Perfdata of check_claude_$plugin" &&
            man_section Ss "Metrics of check_claude_$plugin"; } | sed -n 's/^\.It Cm //p')" "$printed"
    has "$plugin: JSON: keys" "$keys" 'message'
    in_man=$(man_section Ss 'The json format' | sed -n 's/^\.Cm \(.*\)/ \1 /p')
    for key in $keys; do
        has "$plugin: JSON: key in the man page, $key" "$in_man" " $key "
    done
done
has 'perfdata: labels' "$all" 'limit_reset'
is 'perfdata and metrics: docs/metrics.md' \
    "$(cells 1 <"$top/docs/metrics.md" | sort -u)" \
    "$(printf '%s' "$all" | sort -u)"

# --- The tests that SECURITY.md names are there

missing=''
for name in $(grep -oE '`[a-z0-9_/*]+\.(sh|c|cases)`' "$top/SECURITY.md" | tr -d '`' | sort -u); do
    # shellcheck disable=SC2086 # a pattern
    # shellcheck disable=SC2010  # names of our own
    ls "$top"/tests/$name "$top"/tests/unit/*/$name 2>/dev/null | grep -q . || missing="$missing $name"
done
is 'SECURITY.md: tests' "$missing" ''

# --- So are the files that CONTRIBUTING.md names, but for those with a NAME to fill in

missing=''
for name in $(grep -oE '`(lib|plugins|completion|tests|docs|man|config)/[a-z0-9_./]+`' "$top/CONTRIBUTING.md" | tr -d '`' | sort -u); do
    [ -e "$top/$name" ] || missing="$missing $name"
done
is 'CONTRIBUTING.md: files' "$missing" ''

# --- The man pages' form, the README's size and links

if command -v mandoc >/dev/null; then
    # EXAMPLES come early: they are what most readers look for
    is 'man pages: lint' "$(mandoc -Tlint -Wstyle "$top"/man/*.[17] 2>&1 | grep -v 'out of conventional order: Sh ENVIRONMENT')" ''
else
    pass
fi

for page in preflight runlog; do
    is "$page: man page: EXAMPLES come after DESCRIPTION" "$(sed -n 's/^\.Sh //p' "$top/man/check_claude_$page.1" | sed -n '/DESCRIPTION/{n;p;}')" EXAMPLES
done

is 'README: at most 150 lines' "$(awk 'END { print (NR <= 150) }' "$readme")" 1
is 'README: at most 100 characters in a line of text' "$(awk '/^```/ { code = !code } !code && !/^\|/ && length > 100' "$readme")" ''
is 'links of all pages' "$(sh "$top/tests/links.sh" "$top"/*.md "$top"/docs/*.md "$top"/config/README.md "$top"/config/*/README.md)" ''

# --- The tests and files that documents name are there.

for name in $(grep -oE '`(e2e/[a-z_/.]*|test_[a-z_*.]*)`' "$top/SECURITY.md" | tr -d '`' | sort -u); do
    # shellcheck disable=SC2086  # patterns
    # shellcheck disable=SC2012  # names of our own
    is "SECURITY: $name" "$(cd "$top/tests" && ls $name unit/*/$name 2>/dev/null | head -n 1 | grep -c .)" 1
done
for name in $(grep -oE '`(lib|tests|config|man|docs)/[a-z_/.0-9*]*`' "$top/CONTRIBUTING.md" | tr -d '`' | sort -u); do
    # shellcheck disable=SC2086  # a list of words
    is "CONTRIBUTING: $name" "$(cd "$top" && find $name -prune | head -n 1 | grep -c .)" 1
done
has 'icingaexchange.yml: this version' "$(cat "$top/config/icingaexchange.yml")" \
    "name: $(sed -n 's/.*CHECK_CLAUDE_VERSION "\(.*\)"/\1/p' "$top/lib/base/version.h")"

# --- Every wing of lib/ stands in CONTRIBUTING.md.

awk '/^\| wing /, /^$/' "$top/CONTRIBUTING.md" | cells 1 | tr -d '/' | sort >"$dir/wings"
is 'CONTRIBUTING: wings' "$(cat "$dir/wings")" "$(cd "$top/lib" && printf '%s\n' *)"

# --- The README's troubleshooting: its first lines are those of the tables of messages

# The last column of each table of messages.
sed -n '/^rows .*  message$/,/^$/p' "$top"/tests/e2e/*/conditions.cases | sed 's/.*  //' | tr -d '<>' >"$dir/messages"
readme_section Troubleshooting | cells 1 >"$dir/literals"
has 'README: troubleshooting' "$(cat "$dir/literals")" 'not logged in'
while read -r literal; do
    pattern=$(printf '%s\n' "$literal" | sed 's/\.\.\./.*/g')
    is "README: troubleshooting: $literal" "$(grep -c -m 1 -e "^$pattern" "$dir/messages")" 1
done <"$dir/literals"

# --- The README's examples. `<!-- stand-in: NAME... -->` before a fence names, for each command, the agent
# that lives in /home/agent there, or the logs; the last is for all further ones. A command with the
# stand-in of the one before runs 12 seconds after it. SHOW=1 prints them as they should stand.

# What `claude --version` took is the one thing that is not the same twice.
same() { sed "s#$dir/#/#g; s/ as \($(id -un)\|nobody\)\([ ,|]\|$\)/ as agent\2/g; s/version_time=[0-9.]*s/version_time=Ts/"; }

stand_in() {
    a=$dir/home/agent logs=$dir/var/log/claude
    rm -rf "$a" "$a"-* "$logs" "$dir/state"
    claude "$a"
    login "$a" 28500 2246400
    case $1 in
    logged-in) ;;
    idle) login "$a" -7200 2246400 ;;
    fleet)
        for number in 1 2 3; do
            claude "$a-$number"
            login "$a-$number" $((number * 9000)) 2246400
        done
        rm "$a-2/.claude/.credentials.json"
        ;;
    revoked)
        touch -d "@$((NOW - 3600))" "$a/.claude/.credentials.json"
        stand_in_logs
        ;;
    logs) stand_in_logs ;;
    *) fail "README: no stand-in is called $1" ;;
    esac
}

stand_in_logs() {
    run_log "$logs/fix-login.json" false null 'A bad key now gives 401 Unauthorized.'
    run_log "$logs/revoked.json" true 403 \
        'Failed to authenticate: OAuth token revoked. Please log in again or contact your administrator.'
    [ "$(id -u)" -ne 0 ] || chown nobody "$logs/revoked.json" # a log of root names nobody
    : >"$logs/killed.json"
    touch -d "@$((NOW - 3600))" "$logs/killed.json"
}

# play NAME... <EXAMPLE
play() {
    name=''
    while read -r line; do
        case $line in
        '#'*) printf '%s\n' "$line" ;;
        '$ check_claude_'*)
            now=$((now + 12))
            if [ "$1" != "$name" ]; then
                name=$1 now=$NOW
                stand_in "$name"
            fi
            [ $# -eq 1 ] || shift
            line=${line#\$ }
            # eval, for the quotes in an example
            eval "run env CHECK_CLAUDE_TEST_NOW=$now PATH='$dir/none' '$build/tests/frozen/${line%% *}' \
                $(printf '%s\n' "${line#* }" | sed "s#=/#=$dir/#g; s#^/# /#; s# \('*\)/# \1$dir/#g")"
            printf '$ %s\n%s\n' "$line" "$out"
            ;;
        esac
    done
}

awk -v at="$dir/example" '
    /^<!-- stand-in: / { sub(/^<!-- stand-in: /, ""); sub(/ -->$/, ""); names = $0; next }
    names && /^```/ { if (file) { close(file); names = file = "" }
                      else { file = at "." ++n; print names > (file ".names") }
                      next }
    file { print > file }' "$readme"
for example in "$dir"/example.?; do
    # shellcheck disable=SC2046  # one word for each command
    play $(cat "$example.names") <"$example" >"$dir/played"
    is "README: $(basename "$example")" "$(same <"$example")" "$(same <"$dir/played")"
    [ -z "${SHOW:-}" ] || same <"$dir/played"
done
has 'README: the last example' "$(echo "$dir"/example.?)" example.2

# --- How many versions are asked for side by side

is 'side by side: sixteen' "$(sed -n 's/^#define DEADLINE_GROUPS //p' "$top/lib/system/deadline.h")" 16
for file in SECURITY.md man/check_claude_preflight.1; do
    has "side by side: $file" "$(tr '\n' ' ' <"$top/$file" | grep -o 'sixteen[^,:.]* side by side')" sixteen
done

done_testing
