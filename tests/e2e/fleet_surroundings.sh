#!/bin/sh
# What stands around a credentials file: renewal-blocked, refresh-lock-stale, permissions-open.
# shellcheck source=harness.sh
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
login "$a" -60 2246400
config=$a/.claude file=$config/.credentials.json
root=''
[ "$(id -u)" -ne 0 ] || root=yes

# looks WHAT STATUS CONDITIONS [ARGUMENT...]
looks() {
    look=$1 sees="$2 $3"
    shift 3
    frozen preflight -v -a "$a" "$@"
    is "$look" "$status $(conditions)" "$sees"
}

# --- renewal-blocked: the owner of the file decides, by the mode of its directory

[ -z "$root" ] || chown -R 65001:65001 "$a"
looks 'a directory of its own' 1 token-renewable
chmod 555 "$config"
looks 'one that cannot be written' 1 'token-renewable renewal-blocked'
has 'it says so' "$out" "[WARNING] renewal-blocked: no renewal is tried, make the directory of $file writable for its owner"
if prepare_user; then # who may search it, as whoever reads the file may, and not list it
    chmod 111 "$config" && chmod 644 "$file"
    user_frozen preflight -a "$a"
    is 'one that may be searched only' "$status $(conditions)" '1 token-renewable renewal-blocked'
    chmod 555 "$config" && chmod 600 "$file"
else
    skip 'one that may be searched only' 'no ordinary user'
fi
looks '--state' 2 'renewal-blocked token-renewable' --state=renewal-blocked=critical
chmod 355 "$config"
[ -z "$root" ] || looks 'one that cannot be listed can be written' 1 token-renewable
chmod 655 "$config"
[ -z "$root" ] || looks 'one that cannot be searched' 1 'token-renewable renewal-blocked'
chmod 577 "$config"
looks "the others' bits do not help the owner" 1 'token-renewable renewal-blocked'
chmod 555 "$config"
login2=$(sed 's/"refreshToken":"[^"]*"/"refreshToken":""/' "$file")
chmod 755 "$config"
printf '%s\n' "$login2" >"$file"
chmod 555 "$config"
looks 'what cannot be renewed is not blocked' 2 token-expired
chmod 755 "$config"
rm -f "$file"
login "$a" 28800 2246400
[ -z "$root" ] || chown 65001:65001 "$file"
chmod 555 "$config"
looks 'a token that still lasts will want a renewal' 1 renewal-blocked
chmod 755 "$config"
looks 'all is well' 0 ''

if [ -n "$root" ]; then
    chown 0:0 "$config"
    looks 'the directory of another' 1 renewal-blocked
    chmod 777 "$config"
    looks 'the directory of another, open to all' 0 ''
    chmod 775 "$config"
    looks 'the directory of another, open to its group' 1 renewal-blocked
    chmod 555 "$config"
    chown 0:0 "$file"
    looks "root's file" 0 ''
    chown 65001:65001 "$config" "$file" && chmod 700 "$config" "$a"
    looks 'a closed home, seen by root' 0 ''
    chmod 755 "$config" "$a"
else
    skip 'files of another' 'takes root'
fi
mkdir "$dir/elsewhere"
mv "$file" "$dir/elsewhere/login.json"
chmod 555 "$dir/elsewhere"
looks '--credentials: the directory that it is in' 0 '' -C "$dir/elsewhere/login.json" --no-auth
[ -n "$root" ] || looks '--credentials: its own directory' 1 renewal-blocked -C "$dir/elsewhere/login.json"
chmod 755 "$dir/elsewhere"
mv "$dir/elsewhere/login.json" "$file"

# --- refresh-lock-stale

lock=$config/.oauth_refresh.lock
while read -r what age wanted; do
    rm -rf "$lock"
    mkdir "$lock"
    touch -d "@$((NOW - age))" "$lock"
    looks "a lock $what" "${wanted%%:*}" "${wanted#*:}"
    rmdir "$lock" && : >"$lock"
    touch -d "@$((NOW - age))" "$lock"
    looks "a lock $what, a file" "${wanted%%:*}" "${wanted#*:}"
done <<'END'
just-taken 0 0:
of-a-minute 60 0:
of-more 61 1:refresh-lock-stale
of-a-day 86400 1:refresh-lock-stale
from-the-future -86400 0:
END
touch -d "@$((NOW - 7200))" "$lock"
looks 'a stale lock' 1 refresh-lock-stale
has 'a stale lock: text' "$out" "[WARNING] refresh-lock-stale: $lock was left behind 2h ago, remove it"
looks 'a stale lock, --state' 0 refresh-lock-stale --state=refresh-lock-stale=ok
looks 'a stale lock elsewhere' 0 '' --config-dir="$dir/tools" -C "$file"
is "the lock is left alone" "$(find "$config" -name .oauth_refresh.lock | grep -c .)" 1
rm "$lock"
looks 'no lock' 0 ''

# --- permissions-open

while read -r mode wanted; do
    chmod "$mode" "$file"
    looks "mode $mode" 0 "$wanted"
done <<'END'
600
400
640 permissions-open
604 permissions-open
644 permissions-open
622
700
END
chmod 644 "$file"
frozen preflight -a "$a"
is 'shown at -v only, as it is no trouble' "$status $(conditions)" '0 '
looks '--state' 1 permissions-open --state=permissions-open=warning
has 'text' "$out" "[WARNING] permissions-open: others may read $file, run chmod 600 on it"

# --- In a fleet each has its own

for name in one two; do
    claude "$dir/fleet/$name"
    login "$dir/fleet/$name" 28800 2246400
done
mkdir "$dir/fleet/two/.claude/.oauth_refresh.lock"
touch -d "@$((NOW - 100))" "$dir/fleet/two/.claude/.oauth_refresh.lock"
frozen preflight -a "$dir/fleet/*"
is 'a fleet: status' "$status" 1
has 'a fleet: whose' "$out" "
$dir/fleet/two: [WARNING] refresh-lock-stale: "
has_not 'a fleet: and not whose' "$out" "$dir/fleet/one: "

done_testing
