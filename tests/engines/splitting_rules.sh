#!/bin/sh
# Consumers that Debian has not: Telegraf, Checkmk, Sensu Go, script_exporter. Here stands, in our own words,
# how each splits what a plugin prints, as its documentation and source say; the commands are those of config/.
. "$(dirname "$0")/harness.sh"
for consumer in 'Telegraf (parser nagios)' 'Checkmk (MRPE)' 'Sensu Go (nagios_perfdata, prometheus_text)' script_exporter; do
    tested_against "$consumer, by its documented splitting rule"
done

# --- Telegraf, plugins/parsers/nagios: at most one | on the first line; of the perfdata each run of
# LABEL=NONBLANKS is a metric; a range a:b is two fields. The long text is all further lines.

telegraf() {
    awk -v state="$1" '
        function range(name, text, part) {
            if (text == "") return ""
            at = text ~ /^@/; sub(/^@/, "", text)
            if (split(text, part, ":") == 1) { part[2] = part[1]; part[1] = 0 }
            return " " name (at ? "_le=" : "_lt=") part[1] " " name (at ? "_ge=" : "_gt=") (part[2] == "" ? "max" : part[2])
        }
        NR == 1 {
            if (split($0, half, "|") > 2) { print "illegal output format"; exit }
            output = half[1]; sub(/^ */, "", output); sub(/ *$/, "", output)
            rest = half[2]
            while (match(rest, /[^=]+=[^ \t]+/)) {
                one = substr(rest, RSTART, RLENGTH); rest = substr(rest, RSTART + RLENGTH)
                sub(/^ */, "", one)
                label = one; sub(/=.*/, "", label); gsub(/\047/, "", label)
                split(substr(one, index(one, "=") + 1), field, ";")
                if (!match(field[1], /^[0-9.eE+-]+/)) continue
                unit = substr(field[1], RLENGTH + 1)
                print "nagios perfdata=" label (unit ? " unit=" unit : "") " value=" substr(field[1], 1, RLENGTH) \
                    range("warning", field[2]) range("critical", field[3]) \
                    (field[4] == "" ? "" : " min=" field[4]) (field[5] == "" ? "" : " max=" field[5])
                split("", field)
            }
            next
        }
        { sub(/^ */, ""); sub(/ *$/, ""); long = long (long == "" ? "" : "\n") $0 }
        END { print "nagios_state state=" state " service_output=" output (long == "" ? "" : " long_service_output=" long) }'
}

# --- Checkmk, the agent of Linux: a line is a name, perhaps (options), and a command for a shell; it answers
# with one line, (PROGRAM) NAME STATUS OUTPUT, with \1 for each newline. The server: %20 is a blank; behind
# the first | come values, of a range only what is behind the colon is a level, units are dropped.

checkmk_agent() {
    grep -v '^[[:space:]]*\(#\|$\)' "$1" | while read -r name rest; do
        rest=${rest#(*) }
        program=${rest%% *}
        output=$(as_user sh -c "$rest" 2>/dev/null)
        printf '(%s) %s %s %s' "${program##*/}" "$name" "$?" "$output" | tr '\n' '\001'
        echo
    done
}

checkmk_server() {
    awk '
        function level(text) { sub(/.*:/, "", text); return text ~ /^-?[0-9.]+$/ ? text : "-" }
        {
            name = $2; gsub(/%20/, " ", name)
            text = $0; sub(/^[^ ]* [^ ]* [^ ]* /, "", text)
            lines = split(text, line, "\001")
            bar = index(line[1], "|")
            summary = bar ? substr(line[1], 1, bar - 1) : line[1]; sub(/ *$/, "", summary)
            print name ": state " ($3 ~ /^[0-3]$/ ? $3 : "invalid") ", summary " summary ", details " lines - 1
            values = bar ? split(substr(line[1], bar + 1), value, " ") : 0
            for (i = 2; i <= lines; i++)
                if (index(line[i], "|")) print "perfdata in the details: " line[i]
            for (i = 1; i <= values; i++) {
                at = index(value[i], "=")
                split(substr(value[i], at + 1), field, ";")
                if (!at || !match(field[1], /^-?[0-9.]+/)) { print "Undefined metric: " value[i]; continue }
                print name ": " substr(value[i], 1, at - 1) " " substr(field[1], 1, RLENGTH) \
                    " levels " level(field[2]) " " level(field[3]) " from " level(field[4]) " to " level(field[5])
                split("", field)
            }
        }'
}

# --- Sensu Go, nagios_perfdata: the whole output is split at |, and must make two; the second half is split
# at blanks; behind ; all is dropped; what is no digit, point or minus is taken out of the value.

sensu() {
    awk '
        { all = all (NR > 1 ? "\n" : "") $0 }
        END {
            if (split(all, half, "|") != 2) { print "no metric"; exit }
            count = split(half[2], word, / /)
            for (i = 1; i <= count; i++) {
                sub(/;.*/, "", word[i]); sub(/^[\n\t]*/, "", word[i])
                if (split(word[i], part, "=") != 2) continue
                gsub(/[^0-9.-]/, "", part[2])
                if (part[2] ~ /^-?[0-9]+\.?[0-9]*$/) print part[1], part[2]
            }
        }'
}

# --- script_exporter: command and args are one argument each; each line of the output is parsed alone, and
# dropped where that fails. What parses it is what promtool has too.

script_exporter() {
    awk -v name="$2" '
        /^  - name: / { on = $3 == name }
        /^    [a-z]+:/ { list = $1 == "command:" || $1 == "args:" }
        on && list && /^      - / { sub(/^      - /, ""); print }' "$1"
}

# --- Each state, by the commands of config/

a=$dir/home/agent log=$dir/var/log/claude/run.json
as_here telegraf/claude.conf >"$dir/telegraf"
as_here checkmk/mrpe.cfg >"$dir/mrpe"
as_here sensu/claude.yml >"$dir/sensu"
as_here prometheus/script_exporter.yml >"$dir/script_exporter"
is 'Telegraf: two commands of the format nagios' \
    "$(grep -c '^\[\[inputs.exec\]\]$' "$dir/telegraf") $(grep -c '^  data_format = "nagios"$' "$dir/telegraf")" '2 2'
is 'Telegraf: told apart' "$(sed -n 's/^    check = "\(.*\)"$/\1/p' "$dir/telegraf" | paste -sd' ')" 'claude_preflight claude_runlog'
# Checkmk's agent puts what is run at an interval between single quotes
is 'Checkmk: no single quotes' "$(sed '/^#/d' "$dir/mrpe" | grep -c "'")" 0
is 'Sensu: names' "$(sed -n 's/^  name: //p' "$dir/sensu" | paste -sd' ')" \
    'claude-preflight claude-preflight-metrics claude-runlog claude-runlog-metrics'
# what is not published is created, and never scheduled
is 'Sensu: scheduled' "$(grep -A1 '^  interval: ' "$dir/sensu" | grep -c '^  publish: true$')" 4

# The command of a check of Sensu, of an input of Telegraf
sensu_command() { awk -v name="$1" '/^  name: / { on = $2 == name } on && sub(/^  command: /, "")' "$dir/sensu"; }
telegraf_command() { sed -n "s/^  commands = \\[\"\\(.*$1.*\\)\"\\]\$/\\1/p" "$dir/telegraf"; }
words() {
    # shellcheck disable=SC2086 # words, none of them quoted
    run as_user $1
}

for state in OK WARNING CRITICAL UNKNOWN; do
    number=$(number_of "$state")
    agent "$state" "$a"
    run_log "$state" "$log"
    run_log "$state" "$dir/var/log/claude/agent/run.json"
    checkmk_agent "$dir/mrpe" >"$dir/section"
    is "Checkmk: $state: a line for each" "$(wc -l <"$dir/section")" 2
    checkmk=$(checkmk_server <"$dir/section")
    has_not "Checkmk: $state: every value is one" "$checkmk" 'Undefined metric'
    has_not "Checkmk: $state: all values on the first line" "$checkmk" 'perfdata in the details'
    has "Checkmk: $state: preflight" "$checkmk" "Claude preflight agent: state $number, summary CLAUDE PREFLIGHT $state - "
    has "Checkmk: $state: runlog" "$checkmk" "Claude run log: state $number, summary CLAUDE RUNLOG $state - "
    [ "$state" = UNKNOWN ] || has "Checkmk: $state: a level" "$checkmk" ' levels 93600 - from - to -'

    for plugin in preflight runlog; do
        title="CLAUDE $(printf '%s' $plugin | tr '[:lower:]' '[:upper:]') $state - "
        words "$(telegraf_command $plugin)"
        seen=$(telegraf "$status" <"$dir/stdout")
        has "Telegraf: $plugin: $state" "$seen" "nagios_state state=$number service_output=$title"
        long=$(sed 1d "$dir/stdout")
        [ -z "$long" ] || has "Telegraf: $plugin: $state: long text" "$seen" " long_service_output=$long"
        [ "$plugin" = runlog ] ||
            has "Telegraf: $state: thresholds" "$seen" \
                "$(echo "$login_range" | sed 's/^;\([0-9]*\):;\([0-9]*\):$/ warning_lt=\1 warning_gt=max critical_lt=\2 critical_gt=max/')"
        is "Telegraf: $plugin: $state: values" "$(printf '%s\n' "$seen" | grep -c '^nagios ')" \
            "$(sed -n '1s/.* | //p' "$dir/stdout" | tr -cd = | wc -c)"
        words "$(sensu_command claude-$plugin)"
        is "Sensu: $plugin: $state: status" "$status" "$number"
        values=$(sed -n '1s/.* | //p' "$dir/stdout" | tr ' ' '\n' | sed 's/;.*//; s/=/ /; s/[sB]$//')
        # the last value too where nothing follows
        [ "$(wc -l <"$dir/stdout")" -eq 1 ] || values=$(printf '%s\n' "$values" | sed '$d')
        has "Sensu: $plugin: $state: nagios_perfdata" "$(sensu <"$dir/stdout")" "$values"
        words "$(sensu_command claude-$plugin-metrics)"
        has "Sensu: $plugin: $state: prometheus_text" "$status $out" "0 # HELP claude_${plugin}_state"
        script_exporter "$dir/script_exporter" claude_$plugin >"$dir/arguments"
        # shellcheck disable=SC2046 # none has a blank in it
        words "$(paste -sd' ' "$dir/arguments")"
        is "script_exporter: $plugin: $state: success" "$status" 0
        has "script_exporter: $plugin: $state" "$out" "} $number"
        cat "$dir/stdout" >>"$dir/lines"
    done
done

# What script_exporter would drop of all that: promtool's parser on each line alone; 1 is what does not parse,
# 3 what lacks the HELP of another line.
if provide promtool prometheus; then
    awk '{ key = /^#/ ? $2 $3 : $1; sub(/{.*/, "", key) } !seen[key]++' "$dir/lines" >"$dir/alone"
    has 'script_exporter: lines' "$(cat "$dir/alone")" 'claude_cli_info'
    while read -r line; do
        printf '%s\n' "$line" | promtool check metrics >/dev/null 2>&1
        [ $? -ne 1 ] || fail "script_exporter: drops $line"
    done <"$dir/alone"
    pass
    echo 'claude_x{a="b} 1' | promtool check metrics >/dev/null 2>&1
    is 'script_exporter: a line that it drops' $? 1
else
    skip 'script_exporter: each line alone' 'no promtool'
fi
done_testing
