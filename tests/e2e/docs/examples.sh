#!/bin/sh
# Every example that calls a plugin, in the README, docs/, config/*/README.md and the man pages, runs as it is printed,
# by the bare names, after a real make install into a scratch root. Only the absolute paths are moved into a scratch
# directory. claude, claim_job and sleep are stand-ins.
# shellcheck disable=SC2016  # dollars are looked for as they are
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

make -s -C "$top" BUILD="$build" PREFIX="$dir/usr/local" install >"$dir/install" 2>&1
is 'make install' "$?" 0

# --- What the examples speak of

NOW=$(date +%s)
claude "$dir/home/agent"
login "$dir/home/agent" 28800 2246400
mkdir -p "$dir/srv/agents" "$dir/var/log/claude" "$dir/var/lib/prometheus/node-exporter" "$dir/etc/default" "$dir/work"
mkdir -m 700 "$dir/var/lib/check_claude"
cp -R "$dir/home/agent" "$dir/srv/agents/one"
cp -R "$dir/home/agent/.claude" "$dir/home/agent/.local" "$HOME"
printf '{"type":"result","is_error":false,"result":"done","num_turns":2}\n' >"$dir/work/run.log"
cp "$dir/work/run.log" "$dir/work/run.json"
for log in run revoked fix-login; do
    cp "$dir/work/run.log" "$dir/var/log/claude/$log.json"
done
echo 'ANTHROPIC_API_KEY=fixture-key' >"$dir/etc/default/agent"
mkdir "$dir/stand-ins"
script "$dir/stand-ins/claude" 'case $1 in --version) echo "2.1.330 (Claude Code)" ;; *) cat "'"$dir"'/var/log/claude/run.json" ;; esac'
script "$dir/stand-ins/claim_job" '[ ! -e claimed ] && : >claimed && echo "Say hello."'
# the loop of a worker ends here
script "$dir/stand-ins/sleep" 'kill $PPID'

# --- The examples, each in a file: block.N, and where it stands in block.N.from

cat >"$dir/blocks.awk" <<'END'
function begin(line) { file = at "/block." ++n; print FILENAME ":" FNR > (file ".from"); close(file ".from"); printf "" > file }
FNR == 1 { file = "" }
/^```/ && !file { begin(); next }
/^```/ { close(file); file = ""; next }
/^\.Bd -literal/ { begin(); next }
/^\.Ed/ { close(file); file = ""; next }
file { gsub(/\\e/, "\\"); print > file }
END
cd "$top" || exit 1
awk -v at="$dir" -f "$dir/blocks.awk" README.md docs/*.md config/README.md config/*/README.md man/*.[17]
cd "$dir/work" || exit 1

# here: the paths of an example moved into the scratch directory
here() {
    sed -E "s#(^|[ '\"=:])/(home|srv|var/log|var/lib|etc/default|usr/local)/#\1$dir/\2/#g; s#/usr/bin/sudo -n -u \\\$ARG1\\\$ ##"
}

# as_shell FILE: the commands of an example in a shell's words
as_shell() {
    case $(cat "$1") in
    *'define command'*) nagios_command <"$1" ;;
    *'CMD ['*) sed -n 's/.*CMD \[\(.*\)\]/\1/p' "$1" | tr -d '",' ;;
    *NOPASSWD*) sed -e ':a' -e '/\\$/N; s/\\\n//; ta' "$1" | sed -n 's/.*NOPASSWD: *//p' ;;
    *'* * * * *'*) sed 's/^\(PROM\|PATH\|LOGS\)=.*/export &/; s/^\* \* \* \* \* //' "$1" ;;
    Exec*) sed 's/^Exec[A-Za-z]*=-\{0,1\}//; s/\$\$/$/g' "$1" ;;
    # of a session, the lines that are typed
    *'$ check_claude_'*) sed -n 's/^\$ //p' "$1" ;;
    *) sed '/^install -d/d' "$1" ;;
    esac
}

# the command of a definition for Nagios, with the arguments of its service
nagios_command() {
    sed -e ':a' -e '/\\$/N; s/\\\n//; ta' | awk '
        $1 == "command_line" { sub(/^ *command_line */, ""); line = $0 }
        $1 == "check_command" { sub(/^ *check_command */, ""); count = split($0, argument, "!") }
        END { sub(/\/usr\/bin\/sudo -n -u \$ARG1\$ */, "", line)
              for (i = 2; i <= count; i++) gsub("\\$ARG" (i - 1) "\\$", argument[i], line)
              print line }'
}

ran=0
for block in "$dir"/block.*[0-9]; do
    grep -qE 'check_claude_(preflight|runlog)' "$block" || continue
    from=$(cat "$block.from")
    from=${from#"$top"/}
    case $(cat "$block") in
    'object Service'*)
        # shellcheck disable=SC2013  # words
        for variable in $(grep -o 'vars\.[a-z_]*' "$block"); do
            has "$from: $variable" "$(cat "$top/config/icinga2/claude.conf")" "${variable#vars.}"
        done
        continue
        ;;
    esac
    as_shell "$block" | here >"$dir/example"
    rm -f claimed
    env -i PATH="$dir/stand-ins:$dir/usr/local/bin:/usr/bin:/bin" HOME="$HOME" PROMPT='Say hello.' EXIT_CODE=exited EXIT_STATUS=0 \
        CHECK_CLAUDE_STATE_DIR="$CHECK_CLAUDE_STATE_DIR" sh -u "$dir/example" >"$dir/said" 2>"$dir/errors" </dev/null
    code=$?
    ran=$((ran + 1))
    # 143: the worker's loop was ended by its stand-in for sleep
    case $code in
    [012] | 143) pass ;;
    *) fail "$from: exit status $code of [$(cat "$dir/example")]: $(cat "$dir/said")" ;;
    esac
    is "$from: errors" "$(grep -v Terminated "$dir/errors")" ''
    has_not "$from: a state that is not known" "$(cat "$dir/said")" ' UNKNOWN - '
done
is 'as many examples as there are at least' "$([ $ran -ge 20 ] && echo yes)" yes

# --- Every option that the documents name is one of a plugin

check preflight --help
all_help=$out
check runlog --help
all_help="$all_help
$out"
for page in README.md SECURITY.md docs/conditions.md docs/metrics.md docs/comparison.md; do
    # of other programs
    options=$(grep -oE -e '`?(check_claude_[a-z]*[^`|]*)?--[a-z][a-z-]*' "$top/$page" | grep -oE -e '--[a-z][a-z-]*' | sort -u |
        grep -vxE -e '--(now|test|config|interval|version|output-format|since)')
    for option in $options; do
        is "$page: $option" "$(printf '%s\n' "$all_help" | grep -oE -m 1 -e "^  (-., |    )$option([=[ ]|\$)" | grep -c .)" 1
    done
done

done_testing
