#!/bin/sh
# make check-static: the plugins that make static built, run in a root that holds nothing but them, a claude
# that needs nothing either, and an agent's home: tests/release/static.sh DIRECTORY. There is no /dev, /proc,
# /tmp or /etc/passwd in it. Ends with "N passed, N failed".
set -u
static=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
. tests/steps.sh
root=$work/root home=$work/root/home/agent
chmod 755 "$work"

needs_no_library() {
    readelf -Wld "$1" >"$work/elf" && ! grep -E 'INTERP|NEEDED' "$work/elf"
}
for name in check_claude_preflight check_claude_runlog; do
    step "$name needs no shared library" needs_no_library "$static/$name"
done

# As a user whom no file names. An ordinary user may do so in a namespace of users, as its only user.
if [ "$(id -u)" -eq 0 ]; then
    uid=61234 enter='--userspec=61234:61234 --groups='
else
    uid=0 enter=''
fi

PATH=$PATH:/usr/sbin:/sbin
chroot="$(command -v chroot) $enter $root"
[ "$(id -u)" -eq 0 ] || chroot="$(command -v unshare) --user --map-root-user $chroot"

# gives STATUS FIRST-LINE [DETAIL] COMMAND...: what is not asked for is ''. Standard error stays empty.
gives() {
    wanted=$1 first=$2 detail=$3
    shift 3
    # shellcheck disable=SC2086  # a list of words
    "$@" >"$work/output" 2>"$work/errors"
    status=$?
    cat "$work/output" "$work/errors"
    [ "$status" -eq "$wanted" ] || { echo "status $status, not $wanted"; return 1; }
    [ ! -s "$work/errors" ] || return 1
    head -n 1 "$work/output" | grep -F -e "$first" || { echo "wanted: $first"; return 1; }
    grep -F -e "$detail" "$work/output" || { echo "wanted: $detail"; return 1; }
}

# in_root COMMAND...: with nothing but $with in its environment
with=HOME=/home/agent
in_root() {
    # shellcheck disable=SC2086
    env -i $with $chroot "$@"
}

# expires_in SECONDS: writes the agent's login
expires_in() {
    printf '{"claudeAiOauth":{"accessToken":"fixture-token","expiresAt":%s000,"scopes":["user:inference"]}}\n' \
        $(($(date +%s) + $1)) >"$home/.claude/.credentials.json"
    chmod 600 "$home/.claude/.credentials.json"
    owned
}
owned() { [ "$(id -u)" -ne 0 ] || chown -R $uid:$uid "$home"; }
outside() { find "$root" -path "$root/home" -prune -o -print | sort; }
unchanged() { outside | diff "$work/outside" -; }

mkdir -p "$root/bin" "$home/.claude"
cp "$static/check_claude_preflight" "$static/check_claude_runlog" "$root/bin"
cat >"$work/claude.c" <<'END'
#include <stdio.h>
int main(void) { return puts("2.1.330 (Claude Code)") < 0; }
END
step 'a claude without libraries' "${CC:-cc}" -static -o "$root/bin/claude" "$work/claude.c"
printf '{"type":"result","is_error":false,"result":"done","num_turns":2}\n' >"$home/good.json"
expires_in 36000
printf '{"type":"result","is_error":true,"api_error_status":403,"result":"OAuth token revoked"}\n' >"$home/refused.json"
outside >"$work/outside"

# shellcheck disable=SC2086
if ! in_root /bin/claude >"$work/entered" 2>&1; then
    cat "$work/entered"
    skip 'all in an empty root' 'chroot is not allowed here'
    done_stepping
    exit
fi

preflight='/bin/check_claude_preflight --binary=/bin/claude'
# shellcheck disable=SC2086
runs() {
    step 'a login' gives 0 'CLAUDE PREFLIGHT OK - claude 2.1.330, ' '' in_root $preflight
    step 'the agent named' gives 0 'CLAUDE PREFLIGHT OK - claude 2.1.330, ' '' in_root $preflight -a /home/agent
    step '-v' gives 0 'CLAUDE PREFLIGHT OK' 'agent: home /home/agent' in_root $preflight -v
    step 'no passwd and no HOME: the home is /' gives 2 'CLAUDE PREFLIGHT CRITICAL - not logged in, ' '' \
        env -i CHECK_CLAUDE_STATE_DIR=/home/agent/.cache/check_claude $chroot $preflight
    step 'a good log' gives 0 'CLAUDE RUNLOG OK - run ended well, 2 turns' '' in_root /bin/check_claude_runlog /home/agent/good.json
    cat "$home/good.json" >"$work/log.json"
    # shellcheck disable=SC2016  # for the inner shell
    pipe='cat "$1" | { shift; "$@"; }'
    step 'from a pipe, without /tmp: TMPDIR is named' gives 3 'set TMPDIR to a directory' '[UNKNOWN] log-unreadable' \
        sh -c "$pipe" sh "$work/log.json" env -i $chroot /bin/check_claude_runlog -
    step 'from a pipe, with TMPDIR' gives 0 'CLAUDE RUNLOG OK' '' \
        sh -c "$pipe" sh "$work/log.json" env -i TMPDIR=/home/agent $chroot /bin/check_claude_runlog -
    step 'a refused run, fed back' gives 2 'CLAUDE RUNLOG CRITICAL - the login was refused' '' \
        in_root /bin/check_claude_runlog --feed-preflight -a /home/agent /home/agent/refused.json
    step 'the preflight knows' gives 2 'CLAUDE PREFLIGHT CRITICAL' '[CRITICAL] run-refused' in_root $preflight -a /home/agent
    expires_in -60
    step 'an expired token' gives 2 'CLAUDE PREFLIGHT CRITICAL - ' '[CRITICAL] token-expired' in_root $preflight
    rm "$home/.claude/.credentials.json"
    step 'no login' gives 2 'CLAUDE PREFLIGHT CRITICAL - not logged in' '' in_root $preflight
    step 'nothing is written but below the home' unchanged
}
runs
done_stepping
