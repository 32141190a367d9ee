#!/bin/sh
# Credentials on mounts, in a mount namespace of this test's own: what a run could not renew, and what keeps a
# claude from starting. Where there can be no such namespace each is skipped by name.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

a=$dir/agent
mkdir -p "$a/.claude" "$dir/empty" "$dir/bin"
claude "$a"
login "$a" 28800 2246400
file=$a/.claude/.credentials.json


# run_in COMMAND PREFLIGHT-ARGUMENTS
run_in() {
    env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools:/usr/sbin:/sbin:/usr/bin:/bin" unshare -m sh -c "$1 && PATH=$tools exec $build/tests/frozen/check_claude_preflight -v --cache-ttl=0 $2" \
        >"$dir/stdout" 2>"$dir/stderr" </dev/null
    status=$?
    out=$(cat "$dir/stdout") err=$(cat "$dir/stderr")
    is "stderr" "$err" ''
}

if ! PATH=/usr/sbin:/sbin:/usr/bin:/bin unshare -m sh -c "mount -t tmpfs none '$dir/empty'" 2>/dev/null; then
    for what in 'the file alone mounted read-only' 'a read-only file system' 'a file replaced outside' \
        'a noexec mount' 'no /dev/null' 'linuxbrew' 'managed settings' 'nothing changed'; do
        skip "$what" 'no mount namespace'
    done
    done_testing
fi

run_in "mount --bind '$file' '$file' && mount -o remount,bind,ro '$file'" "-a '$a'"
found 'the file alone mounted read-only' 1 renewal-blocked WARNING
has 'the file alone mounted read-only: what a run does' "$(detail renewal-blocked)" 'a run would spend the login'
login "$a" -60 2246400
run_in "mount --bind '$file' '$file' && mount -o remount,bind,ro '$file'" "-a '$a'"
found 'the file alone mounted read-only, once expired' 2 token-expired CRITICAL
has 'the file alone mounted read-only, once expired: why' "$(detail token-expired)" 'a run would spend the login'
login "$a" 28800 2246400

run_in "mount --bind '$file' '$file'" "-a '$a'"
is 'the file alone mounted read-write: conditions' "$status $(conditions)" '0 '

run_in "mount --bind '$a/.claude' '$a/.claude' && mount -o remount,bind,ro '$a/.claude'" "-a '$a'"
found 'a read-only file system' 1 renewal-blocked WARNING
has 'a read-only file system: text' "$(detail renewal-blocked)" "the file system of $a/.claude is read-only"

cp -p "$file" "$dir/host"
run_in "mount --bind '$dir/host' '$file' && rm '$dir/host'" "-a '$a'"
found 'a file replaced outside' 1 renewal-blocked WARNING
has 'a file replaced outside: text' "$(detail renewal-blocked)" 'restart the container, or mount its directory'

cp -p "$a/.local/bin/claude" "$dir/bin/claude"
run_in "mount --bind '$dir/bin' '$dir/bin' && mount -o remount,bind,noexec '$dir/bin'" "-a '$a' -b '$dir/bin/claude'"
found 'a noexec mount' 2 binary-not-executable CRITICAL
has 'a noexec mount: text' "$(detail binary-not-executable)" 'mount its file system with exec (the file system of '

# The plugin gives claude an empty pipe then; what claude itself makes of it is another thing.
run_in "mount -t tmpfs none /dev" "-a '$a'"
is 'no /dev/null, and none wanted: conditions' "$status $(conditions)" '0 '
script "$dir/bin/claude" 'exec cat </dev/null'
run_in "mount -t tmpfs none /dev" "-a '$a' -b '$dir/bin/claude'"
found 'no /dev/null' 2 version-failed CRITICAL
has 'no /dev/null: text' "$(detail version-failed)" \
    'claude --version failed, make the device /dev/null again (/dev/null cannot be opened, it said: '
chmod 644 "$dir/bin/claude"
run_in "mount -t tmpfs none /dev" "-a '$a' -b '$dir/bin/claude'"
has 'no /dev/null, and no x bit: text' "$(detail binary-not-executable)" 'make it executable for this user'

# Homebrew has one place on a machine.
case $dir in
/home/*) skip 'linuxbrew' "$dir is below /home" ;;
*)
    brew=/home/linuxbrew/.linuxbrew/bin
    mv "$a/.local" "$dir/local"
    run_in "mount -t tmpfs none /home && mkdir -p $brew && cp '$dir/local/bin/claude' $brew/" "-a '$a'"
    found 'linuxbrew' 2 binary-missing CRITICAL
    is 'linuxbrew: text' "$(detail binary-missing)" "no claude found, write --binary=$brew/claude (no claude in PATH and the usual places)"
    mv "$dir/local" "$a/.local"
    ;;
esac

# The CLI's managed settings have one place on a machine.
mkdir -p "$dir/managed/claude-code"
echo '{"forceLoginMethod":"claudeai"}' >"$dir/managed/claude-code/managed-settings.json"
managed="mount -t tmpfs none /etc && mkdir /etc/claude-code &&
    cp '$dir/managed/claude-code/managed-settings.json' /etc/claude-code/ && echo root:x:0:0::/: >/etc/passwd"
run_in "$managed" "-a '$a'"
is 'managed settings: a login by file' "$status $(conditions)" '0 '
echo '{"apiKeyHelper":"/bin/sh"}' >"$a/.claude/settings.json"
run_in "$managed" "-a '$a'"
found 'managed settings: a helper in force' 2 login-method-forced CRITICAL
run_in "$managed" "-a '$a' --auth=auto"
found 'managed settings: a helper in force, --auth=auto' 2 login-method-forced CRITICAL
rm "$a/.claude/settings.json"
if [ "$(id -u)" -eq 0 ]; then # who alone may open that file of a process that cannot be dumped
    run_in "$managed && ln -sf /proc/self/mem /etc/claude-code/managed-settings.json" "-a '$a'"
    is 'managed settings that cannot be read: status' "$status" 3
    has 'managed settings that cannot be read: words' "$(summary | sed "$errors")" \
        '/etc/claude-code/managed-settings.json: Input/output error, check its file system'
else
    skip 'managed settings that cannot be read' 'not root'
fi

# Nothing of Claude's changes: all of it read-only, and the version told all the same.
run_in "mount --bind '$a' '$a' && mount -o remount,bind,ro '$a'" "-a '$a' --auth=auto"
found 'nothing changed: read-only throughout' 1 renewal-blocked WARNING
has 'nothing changed: version' "$out" 'version 2.1.330'

done_testing
