#!/bin/sh
# check_by_ssh: the plugins on another machine through a real sshd on loopback, in each state: status, every byte
# of the output, and what a machine that does not answer is. The ordinary user has a shell in a mount namespace of
# this test alone.
if [ "$(id -u)" -eq 0 ] && [ "${1:-}" != inside ] && unshare --mount true 2>/dev/null; then
    exec unshare --mount sh "$0" inside
fi
. "$(dirname "$0")/harness.sh"
require ssh openssh-client
require sshd openssh-server
require check_by_ssh monitoring-plugins-common monitoring-plugins-basic
tested_against "check_by_ssh $(check_by_ssh --version | sed 's/.* v\{0,1\}\([0-9.]*\) .*/\1/')"
tested_against "OpenSSH $(ssh -V 2>&1 | sed 's/^OpenSSH_\([0-9.a-z]*\).*/\1/')"

if [ "${1:-}" = inside ]; then
    sed "s#^\($(as_user id -un):.*\):[^:]*:[^:]*\$#\1:$dir/ssh:/bin/sh#" /etc/passwd >"$dir/passwd"
    echo "$(as_user id -un):*:19000:0:99999:7:::" >"$dir/shadow"
    mount --bind "$dir/passwd" /etc/passwd
    mount --bind "$dir/shadow" /etc/shadow
fi
port=$(free_port)
mkdir "$dir/ssh" "$dir/ssh/empty"
ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/host"
ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/key"
cp "$dir/ssh/key.pub" "$dir/ssh/authorized_keys"
printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d ' ' -f 1,2 "$dir/ssh/host.pub")" >"$dir/ssh/known_hosts"
cat >"$dir/ssh/sshd_config" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $dir/ssh/host
AuthorizedKeysFile $dir/ssh/authorized_keys
PidFile $dir/ssh/pid
StrictModes no
UsePAM no
PasswordAuthentication no
END
own "$dir/ssh"
chmod 600 "$dir/ssh/key" "$dir/ssh/host"
start sshd "$(command -v sshd)" -D -e -f "$dir/ssh/sshd_config"
await 'sshd listens' 20 listening "$port" || give_up sshd

# by_ssh [OPTION...] COMMAND: as the user whose sshd it is, by run; remote: without
by_ssh() { run remote "$@"; }
remote() {
    as_user env LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" HOME="$dir/ssh" PATH="$PATH" "$(command -v check_by_ssh)" -H 127.0.0.1 -p "$port" -t 20 -E -q \
        -i "$dir/ssh/key" -o "UserKnownHostsFile=$dir/ssh/known_hosts" -o BatchMode=yes -l "$(as_user id -un)" "$@"
}
a=$dir/home/agent log=$dir/var/log/claude/run.json
for state in OK WARNING CRITICAL UNKNOWN; do
    agent "$state" "$a"
    run_log "$state" "$log"
    by_ssh -C "$plugins/check_claude_preflight -a $a --state-dir $CHECK_CLAUDE_STATE_DIR --timeout 2s"
    is "$state: status" "$status" "$(number_of "$state")"
    has "$state: first line" "$out" "CLAUDE PREFLIGHT $state - "
    by_ssh -C "$plugins/check_claude_runlog $log"
    is "$state: run log: status" "$status" "$(number_of "$state")"
    here_it_is=$(printf '%s\n' "$out" | sed 's/log_age=[^ ]*//')
    run as_user "$plugins/check_claude_runlog" "$log"
    is "$state: run log: output" "$here_it_is" "$(printf '%s\n' "$out" | sed 's/log_age=[^ ]*//')"
done
stop "$pid"
# check_by_ssh ends with the status of ssh, which is 255 where it cannot connect: no state of a plugin.
remote -C "$plugins/check_claude_runlog $log" >"$dir/stdout" 2>&1
is 'a machine that does not answer' $? 255
done_testing
