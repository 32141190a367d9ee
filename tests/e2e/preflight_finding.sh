#!/bin/sh
# Which claude is checked, and whose credentials.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
login "$a" 28800 2246400
mkdir -p "$dir/p1" "$dir/p2" "$dir/empty"
answers() { script "$1" "echo '$2 (Claude Code)'"; }

# took WHAT VERSION PATH: that claude was asked, and no other
took() {
    is "$1: status" "$status" 0
    has "$1: which" "$out" "
binary: $3, version $2"
}

# By name.
answers "$dir/with  two  blanks/my claude" 1.0.1
frozen preflight -v -a "$a" --binary="$dir/with  two  blanks/my claude"
took '--binary with blanks' 1.0.1 "$dir/with  two  blanks/my claude"
frozen ORCH_CLAUDE_BIN="$dir/with  two  blanks/my claude" preflight -v -a "$a"
took 'ORCH_CLAUDE_BIN' 1.0.1 "$dir/with  two  blanks/my claude"
answers "$dir/option" 1.0.2
frozen ORCH_CLAUDE_BIN=/nothing preflight -v -a "$a" -b "$dir/option"
took 'an option wins' 1.0.2 "$dir/option"
answers "$a/.local/bin/claude" 1.0.0
frozen ORCH_CLAUDE_BIN= preflight -v -a "$a"
took 'an empty variable is none' 1.0.0 "$a/.local/bin/claude"
cd "$dir" || exit 1
frozen preflight -v -a "$a" --binary=./option
took '--binary=./' 1.0.2 "$PWD/./option"
frozen preflight -v -a "$a" --binary=p1/../option
took '--binary relative' 1.0.2 "$PWD/p1/../option"
mkdir -p versions && answers "$dir/versions/2.0.1" 2.0.1 && answers "$dir/versions/2.0.2" 2.0.2
ln -s versions/2.0.1 current
frozen preflight -v -a "$a" -b "$dir/current"
took 'a link into a directory of versions' 2.0.1 "$dir/current"
ln -sfn versions/2.0.2 current
frozen preflight -v -a "$a" -b "$dir/current"
took 'the link after an update' 2.0.2 "$dir/current"
frozen preflight -a "$a" -b "$dir/nowhere/claude"
found 'a path without a file' 2 binary-missing CRITICAL
has 'a path without a file: it is named' "$(summary)" "no $dir/nowhere/claude, "
frozen preflight -a "$a" -b "$dir/option/x"
found 'below a file' 2 binary-missing CRITICAL

# A bare name is looked for in PATH.
answers "$dir/p1/claude-x" 3.1.0
answers "$dir/p2/claude-x" 3.2.0
frozen PATH="$dir/p1:$dir/p2:$tools" preflight -v -a "$a" -b claude-x
took 'a bare name' 3.1.0 "$dir/p1/claude-x"
frozen PATH="$dir/p2:$dir/p1:$tools" preflight -v -a "$a" -b claude-x
took 'a bare name, in the order of PATH' 3.2.0 "$dir/p2/claude-x"
chmod 644 "$dir/p1/claude-x"
frozen PATH="$dir/p1:$dir/p2:$tools" preflight -v -a "$a" -b claude-x
took 'what is not executable is passed over' 3.2.0 "$dir/p2/claude-x"
frozen PATH="$dir/p1:$tools" preflight -a "$a" -b claude-x
found 'unless there is nothing else' 2 binary-not-executable CRITICAL
mkdir "$dir/empty/claude-x"
frozen PATH="$dir/empty:$dir/p2:$tools" preflight -v -a "$a" -b claude-x
took 'a directory is passed over' 3.2.0 "$dir/p2/claude-x"
frozen preflight -a "$a" -b no-such-claude-anywhere
found 'a bare name that is nowhere' 2 binary-missing CRITICAL
# Last in the current directory, where a stranger may have put it.
answers "$dir/claude-here" 3.3.0
frozen PATH="$dir/p2:$tools" preflight -v -a "$a" -b claude-here
took 'a bare name, in the current directory' 3.3.0 "$PWD/claude-here"
if [ "$(id -u)" -eq 0 ] && chown 65534 "$dir/claude-here"; then
    frozen PATH="$dir/p2:$tools" preflight -a "$a" -b claude-here
    found 'a bare name, of another' 2 binary-missing CRITICAL
else
    skip 'a bare name, of another' 'not root'
fi

# The search: PATH, the agent's home, the places of packages. These come before the machine's own.
b=$dir/searched
login "$b" 28800 2246400
answers "$b/.claude/local/claude" 4.3.0
while read -r what path version wanted; do
    path=$(printf '%s\n' "$path" | sed "s|DIR|$dir|g; s|TOOLS|$tools|")
    frozen PATH="$path" preflight -v -a "$b"
    took "$what" "$version" "$dir/$wanted"
    case $what in
    local-claude) answers "$b/.local/bin/claude" 4.2.0 ;;
    local-bin) answers "$dir/p2/claude" 4.1.0 && answers "$dir/p1/claude" 4.0.0 ;;
    order) chmod 644 "$dir/p1/claude" ;;
    no-x) rm "$dir/p1/claude" && mkdir "$dir/p1/claude" ;;
    directory) rmdir "$dir/p1/claude" && ln -s nothing "$dir/p1/claude" ;;
    esac
done <<'END'
local-claude TOOLS 4.3.0 searched/.claude/local/claude
local-bin TOOLS 4.2.0 searched/.local/bin/claude
PATH-first TOOLS:DIR/p2 4.1.0 p2/claude
order DIR/p1:DIR/p2:TOOLS 4.0.0 p1/claude
no-x DIR/p1:DIR/p2:TOOLS 4.1.0 p2/claude
directory DIR/p1:DIR/p2:TOOLS 4.1.0 p2/claude
link-to-nothing DIR/p1:DIR/p2:TOOLS 4.1.0 p2/claude
no-such-directory DIR/nothing:/nothing:DIR/p2 4.1.0 p2/claude
relative p2:./p2:../p2:TOOLS 4.2.0 searched/.local/bin/claude
empty-parts ::TOOLS: 4.2.0 searched/.local/bin/claude
END
for part in '' . p2 :; do
    cd "$dir/p2" || exit 1
    frozen PATH="$part" preflight -v -a "$b"
    took "PATH=$part in a directory that holds one" 4.2.0 "$b/.local/bin/claude"
done
cd "$dir" || exit 1
frozen -uPATH preflight -v -a "$b"
took 'no PATH' 4.2.0 "$b/.local/bin/claude"
frozen -uPATH HOME="$b" preflight -v
took 'no PATH, the own home' 4.2.0 "$b/.local/bin/claude"
chmod 644 "$b/.local/bin/claude"
frozen preflight -v -a "$b"
took 'an agent'"'"'s file that is not executable' 4.3.0 "$b/.claude/local/claude"
if [ -e /usr/local/bin/claude ] || [ -e /usr/bin/claude ] || [ -e /opt/claude-code/bin/claude.exe ]; then
    skip 'none at all' 'this machine has a claude'
else
    login "$dir/bare" 28800 2246400
    frozen preflight -a "$dir/bare"
    found 'none at all' 2 binary-missing CRITICAL
    for place in "$tools" "$dir/bare/.local/bin/claude" "$dir/bare/.claude/local/claude" \
        /usr/local/bin/claude /usr/bin/claude /opt/claude-code/bin/claude.exe; do
        has 'none at all: where it looked' "$out" "$place"
    done
fi

# Credentials: --credentials, the variable, the config directory.
answers "$a/.local/bin/claude" 1.0.0
expired=$dir/expired
login "$expired" -5 2246400
cd "$expired" || exit 1
while read -r what wanted words; do
    words=$(printf '%s\n' "$words" | sed "s|DIR|$dir|g")
    # shellcheck disable=SC2086 # a list of words
    frozen $words
    is "$what" "$status" "$wanted"
done <<'END'
agent-home 0 preflight -a DIR/agent
credentials 1 preflight -a DIR/agent -C DIR/expired/.claude/.credentials.json
relative-credentials 1 preflight -a DIR/agent --credentials=.claude/.credentials.json
variable 1 ORCH_CLAUDE_CREDENTIALS_PATH=DIR/expired/.claude/.credentials.json preflight -a DIR/agent
option-wins 0 ORCH_CLAUDE_CREDENTIALS_PATH=/nothing preflight -a DIR/agent -C DIR/agent/.claude/.credentials.json
config-dir 1 preflight -a DIR/agent --config-dir=DIR/expired/.claude
relative-config-dir 1 preflight -a DIR/agent --config-dir=.claude
credentials-win 0 preflight -a DIR/agent --config-dir=.claude -C DIR/agent/.claude/.credentials.json
auth-off 0 preflight -a DIR/agent -C /nothing --no-auth
relative-home 1 preflight -a . -b DIR/agent/.local/bin/claude
own-home 0 HOME=DIR/agent preflight
END

done_testing
