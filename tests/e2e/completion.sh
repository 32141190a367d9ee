#!/bin/sh
# Completion in bash, zsh and fish: the scripts hold every option, condition and value that --help names,
# the shells can read them, and typed in a real shell on a terminal they complete what they should.
# A shell that is not here is passed over; REQUIRE='bash zsh fish' makes that a failure.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

plugins='preflight runlog'
scripts=$build/completion

have() {
    command -v "$1" >/dev/null && return
    case " ${REQUIRE:-} " in
    *" $1 "*) fail "$1: not installed" ;;
    *) skip "$1" 'not installed' ;;
    esac
    return 1
}

# --- The texts

for plugin in $plugins; do
    name=check_claude_$plugin
    check "$plugin" --help
    options=$(printf '%s\n' "$out" | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p')
    check "$plugin" --help=conditions
    conditions=$(printf '%s\n' "$out" | awk '/^The worst/ { on = 0 } on && /^  [a-z]/ { print $1 } /^Conditions/ { on = 1 }')
    has "$plugin: options" "$options" color
    bash=$(cat "$scripts/bash/$name") zsh=$(cat "$scripts/zsh/_$name") fish=$(cat "$scripts/fish/$name.fish")
    for option in $options; do
        has "bash: $plugin --$option" "$bash" "--$option"
        has "zsh: $plugin --$option" "$zsh" "--$option"
        has "fish: $plugin --$option" "$fish" " -l $option "
    done
    for condition in $conditions; do
        has "bash: $plugin $condition" "$bash" "$condition="
        has "zsh: $plugin $condition" "$zsh" "
    '${condition}["
        has "fish: $plugin $condition" "$fish" " $condition '"
    done
    for values in 'nagios json prometheus' 'auto always never' 'ok warning critical unknown'; do
        has "bash: $plugin: $values" "$bash" "'$values'"
        has "zsh: $plugin: $values" "$zsh" ":($values)"
    done
    for shell in bash zsh fish; do
        case $shell in
        bash) script=$scripts/bash/$name ;;
        zsh) script=$scripts/zsh/_$name ;;
        fish) script=$scripts/fish/$name.fish ;;
        esac
        if have $shell; then
            run "$shell" -n "$script"
            is "$shell -n: $plugin" "$status $out" '0 '
        fi
    done
done

# --- Typed at a prompt. What is typed, and the line after a tab; the directory holds a file and a directory.

mkdir -p "$dir/here/agents" "$dir/here/other"
: >"$dir/here/agents.log"
cd "$dir/here" || exit 1

sed "s/#.*//; /^\$/d" >"$dir/typed" <<'END'
check_claude_preflight --output-f|check_claude_preflight --output-format=
check_claude_preflight --output-format=j|check_claude_preflight --output-format=json
check_claude_preflight --output-format j|check_claude_preflight --output-format json
check_claude_preflight --forc|check_claude_preflight --force
check_claude_preflight --auth=au|check_claude_preflight --auth=auto
check_claude_preflight --col|check_claude_preflight --color=
check_claude_preflight --color=al|check_claude_preflight --color=always
check_claude_preflight --reset-cache=o|check_claude_preflight --reset-cache=only
check_claude_preflight --state=token-expire|check_claude_preflight --state=token-expired=
check_claude_preflight --state=token-expired=cr|check_claude_preflight --state=token-expired=critical
check_claude_preflight --state=token-expired=ok,scope-m|check_claude_preflight --state=token-expired=ok,scope-missing=
check_claude_preflight -S token-expired=ok,scope-missing=unk|check_claude_preflight -S token-expired=ok,scope-missing=unknown
check_claude_preflight -a ag|check_claude_preflight -a agents/
check_claude_preflight --agent-home=ag|check_claude_preflight --agent-home=agents/
check_claude_preflight -v --credentials=agents.|check_claude_preflight -v --credentials=agents.log
check_claude_preflight ag|check_claude_preflight ag
check_claude_runlog agents.|check_claude_runlog agents.log
check_claude_runlog --log=agents.|check_claude_runlog --log=agents.log
check_claude_runlog -l agents.|check_claude_runlog -l agents.log
check_claude_runlog --feed|check_claude_runlog --feed-preflight
check_claude_runlog --state=log-st|check_claude_runlog --state=log-stale=
check_claude_runlog --timeout=|check_claude_runlog --timeout=
END

# Each shell's key ^T prints the line; ^U empties it. dialogue FIRST-COMMAND
dialogue() {
    printf 'READY> \t%s\\n\n' "$1"
    while IFS='|' read -r typed _; do
        printf 'READY> \t%s\\t\\x14\nLINE[\nREADY> \t\\x15\\n\n' "$typed"
    done <"$dir/typed"
    printf 'READY> \texit\\n\n'
}

# compare SHELL: the lines, without the blanks and commas that a shell may put behind a finished word
compare() {
    is "$1: it ends" "$status" 0
    sed -n 's/.*LINE\[\(.*\)\].*/\1/p' "$dir/stdout" | sed 's/[ ,]*$//' >"$dir/lines"
    cut -d '|' -f 2 "$dir/typed" >"$dir/wanted"
    if [ "$1" = fish ]; then # a word of its own as well as behind = is the value, so it is left open
        for file in lines wanted; do
            sed 's/\( --[a-z-]*\)=$/\1/' "$dir/$file" >"$dir/$file.fish" && mv "$dir/$file.fish" "$dir/$file"
        done
    fi
    is "$1: as many lines as were typed" "$(grep -c '' "$dir/lines")" "$(grep -c '' "$dir/wanted")"
    number=0
    while IFS='|' read -r typed _; do
        number=$((number + 1))
        is "$1: $typed" "$(sed -n "${number}p" "$dir/lines")" "$(sed -n "${number}p" "$dir/wanted")"
    done <"$dir/typed"
}

export PS1='READY> ' TERM=dumb

if have bash; then
    # shellcheck disable=SC2016
    dialogue "bind -x '\"\\\\C-t\": echo \"LI\"\"NE[\$READLINE_LINE]\"'; for f in '$scripts'/bash/*; do . \"\$f\"; done" \
        >"$dir/dialogue"
    run sh -c '"$1" -i bash --norc --noprofile -i <"$2"' sh "$build/tests/pty" "$dir/dialogue"
    compare bash
    # and what a menu would show
    check runlog --help
    is 'bash: all options of the help' "$(bash -c '. "$1"; compopt() { :; }; COMP_LINE="check_claude_runlog --" COMP_POINT=22
        _check_claude_runlog; printf "%s\n" "${COMPREPLY[@]}"' bash "$scripts/bash/check_claude_runlog" | tr -d '= ' | sort -u)" \
        "$(printf '%s\n' "$out" | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' | sort)"
fi

if have zsh; then
    # shellcheck disable=SC2016
    dialogue "fpath=('$scripts/zsh' \$fpath); autoload -Uz compinit; compinit -u -D; l() { zle -I; print -r -- \"LI\"\"NE[\$BUFFER]\" }; zle -N l; bindkey '^T' l" \
        >"$dir/dialogue"
    run sh -c '"$1" -i zsh -f -i <"$2"' sh "$build/tests/pty" "$dir/dialogue"
    compare zsh
fi

# fish lists what it would offer: the line is its only candidate, if there is one.
fish_completes() {
    # shellcheck disable=SC2016
    run fish --no-config -c 'for f in $argv[1]/fish/*.fish; source $f; end
        while read -l typed
            set -l found (complete -C $typed | string replace -r "\t.*" "")
            set -l word (string match -r "[^ ]*\$" -- $typed)
            test (count $found) -eq 1; and set typed (string replace -r "[^ ]*\$" "" -- $typed)$found[1]
            echo "LINE[$typed]"
        end <$argv[2]' "$scripts" "$dir/lines_typed"
}

if have fish; then
    cut -d '|' -f 1 "$dir/typed" >"$dir/lines_typed"
    fish_completes
    compare fish
fi

done_testing
