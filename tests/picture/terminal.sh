#!/bin/sh
# Makes config/terminal.png: both plugins in a terminal, with colours, on stand-ins for agents. By hand, as root:
# make frozen && sh tests/picture/terminal.sh [OUT.png]. Needs aha, which is installed where it is missing.
if [ "${1:-}" != inside ]; then
    exec unshare --mount sh "$0" inside "${1:-$(dirname "$0")/../../config/terminal.png}"
fi
picture=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
# shellcheck source=../engines/harness.sh
. "$(dirname "$0")/../engines/harness.sh"
# shellcheck source=shot.sh
. "$engines/shot.sh"
installed aha aha || exit 1
homes_of_agents

a=/home/agent log=/var/log/claude/revoked.json
agent OK $a
touch -d '1 hour ago' $a/.claude/.credentials.json
own $a
run_log CRITICAL $log

cp "$build/tests/pty" "$plugins"

# typed PLUGIN ARGUMENT...: a command line, and what the terminal then shows
typed() {
    printf '$ check_claude_%s\n' "$*"
    name=$1
    shift
    as_user env -i PATH=/usr/bin:/bin HOME=$a TERM=xterm \
        "$plugins/pty" "$plugins/check_claude_$name" "$@"
    echo
}
{
    typed preflight -a $a
    typed runlog --feed-preflight -a $a $log
    typed preflight --gate -a $a
} | tr -d '\r' >"$dir/screen"
# A login shell of a person folds long lines at the edge of the window.
{
    echo '<html><body style="margin:0;background:#1e1e1e;color:#dddddd">'
    echo '<style>pre { margin: 14px; font: 14px/19px "DejaVu Sans Mono"; white-space: pre-wrap; word-break: break-all }</style><pre>'
    aha --black --no-header <"$dir/screen"
    echo '</pre></body></html>'
} >"$dir/screen.html"
chmod 644 "$dir/screen.html"
shot "file://$dir/screen.html" 960 476 "$picture"
done_testing
