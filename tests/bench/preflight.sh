#!/bin/sh
# What one call of the preflight costs, beside /bin/true and beside `claude --version` alone:
# tests/bench/preflight.sh BUILD [ROUNDS]. The claude is a stand-in that answers at once.
set -eu
build=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$dir/a/.local/bin" "$dir/a/.claude"
printf '#!/bin/sh\necho "2.1.330 (Claude Code)"\n' >"$dir/a/.local/bin/claude"
chmod 755 "$dir/a/.local/bin/claude"
expires=$(($(date +%s) + 28800))000
printf '{"claudeAiOauth":{"accessToken":"fixture-token","expiresAt":%s,"scopes":["user:inference"]}}\n' \
    "$expires" >"$dir/a/.claude/.credentials.json"
plugin="$build/check_claude_preflight -a $dir/a -b $dir/a/.local/bin/claude --state-dir=$dir/state"
"$build/tests/bench/cpu_time" "${2:-500}" /bin/true "$plugin --cache-ttl=1h" "$plugin --cache-ttl=0" \
    "$dir/a/.local/bin/claude --version"
