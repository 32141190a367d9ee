#!/bin/sh
# config/icinga2/claude.conf: every option of --help but those of scripts is an argument of the check command,
# nothing else is, each by its long name, with the attributes that its kind needs. And options that the other engines'
# configurations give are options.
. "$(dirname "$0")/harness.sh"

# arguments NAME: of the check command, a line each: NAME KIND VARIABLE ORDER, and what is missing or too much
arguments() {
    awk -v command="claude-$1" '
        $0 == "object CheckCommand \"" command "\" {" { on = 1 }
        /^}/ { on = 0 }
        !on { next }
        /^\t\t"/ { if ($0 !~ /^\t\t"--[a-z-]+" = \{$/) print "not an argument:" $0
                   name = $1; gsub(/[",-]/, "", name); name = substr($1, 4, length($1) - 4)
                   kind = variable = order = described = more = "" }
        /^\t\t\tvalue = / { kind = kind "value"; variable = $3 }
        /^\t\t\tset_if = / { kind = kind "flag"; variable = $3 }
        /^\t\t\trepeat_key = true$/ { if (kind == "value") kind = "repeatable"; else more = more $0 }
        /^\t\t\tdescription = "[^"]+"$/ { described = 1 }
        /^\t\t\torder = / { order = $3 }
        /^\t\t}$/ { print name, kind, variable, order (described ? "" : " no description") more }' \
        "$top/config/icinga2/claude.conf"
}

for plugin in preflight runlog; do
    arguments $plugin >"$dir/arguments"
    # a script's own are not for engines; an array of these two is taken as well, as a list and as operands
    options $plugin | grep -v '^gate \|^exit-status \|^print-sudo-rule ' | sed 's/^\(state\|log\) value$/\1 repeatable/' >"$dir/options"
    has "$plugin: options" "$(cat "$dir/options")" 'state repeatable'
    is "$plugin: arguments and their kinds" "$(cut -d ' ' -f 1,2 "$dir/arguments" | sort)" "$(grep -v '^gate \|^exit-status \|^print-sudo-rule ' "$dir/options" | sort)" # these are for who starts runs, and for the installation
    is "$plugin: variables, and orders that rise by one" "$(cat "$dir/arguments")" \
        "$(awk -v plugin=$plugin '{ variable = $1; gsub(/-/, "_", variable)
                                    print $1, $2, "\"$claude_" plugin "_" variable "$\"", NR }' "$dir/arguments")"
done

# --- Options elsewhere: of each plugin, what stands after its name in the commands of Nagios and NRPE

for plugin in preflight runlog; do
    sed -n "s/^[^#]*check_claude_$plugin \\(.*\\)/\\1/p" "$top/config/nagios/claude.cfg" "$top/config/nrpe/claude.cfg" \
        >"$dir/commands"
    is "$plugin: commands of Nagios and NRPE" "$(awk 'END { print NR }' "$dir/commands")" 2
    options $plugin >"$dir/options"
    # shellcheck disable=SC2013 # words
    for word in $(cat "$dir/commands"); do
        case $word in
        --*) word=${word#--} && is "$plugin: --$word is an option" "$(grep -c "^${word%%=*} " "$dir/options")" 1 ;;
        esac
    done
done

done_testing
