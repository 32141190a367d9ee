#!/bin/sh
# Every condition: when it is found, its default state, that --state changes it, and which one decides.
. "$(dirname "$0")/harness.sh"

# The JSON of a login with two days left and scopes as given: json REFRESH-TOKEN SECONDS-LEFT SCOPES
json() {
    printf '{"claudeAiOauth":{"accessToken":"fixture-token","refreshToken":"%s","expiresAt":%s000%s}}' \
        "$1" "$((NOW + $2))" "$3"
}

good=',"scopes":["user:inference"]'

# Make a fresh agent $a of which condition $1 is found, and set $with to the option that takes.
arrange() {
    a=$dir/agents/$1.$2 with=--cache-ttl=0
    claude "$a"
    login "$a" 28800 2246400
    bin=$a/.local/bin/claude file=$a/.claude/.credentials.json
    case $1 in
    binary-missing) with=--binary=$a/nothing ;;
    binary-not-executable) chmod 644 "$bin" ;;
    version-failed) script "$bin" 'exit 1' ;;
    version-timeout) script "$bin" 'exec sleep 1.5' && with=--version-timeout=0.1 ;;
    version-unrecognised) script "$bin" 'echo 2.1.330' ;;
    version-outdated) with=--min-version=2.1.331 ;;
    credentials-missing) rm "$file" ;;
    credentials-unreadable) rm "$file" && mkdir "$file" ;;
    credentials-malformed) write_credentials "$a" '{"claudeAiOauth":{"accessToken":"fixture-tok' ;;
    token-missing) write_credentials "$a" '{"mcpOAuth":{}}' ;;
    login-ended) write_credentials "$a" '{"claudeAiOauth":{"accessToken":"","refreshToken":"","expiresAt":0}}' ;;
    login-expired) login "$a" 28800 -1 ;;
    login-expiring) login "$a" 28800 604799 ;;
    token-expired) write_credentials "$a" "$(json '' -1 "$good")" ;;
    token-renewable) login "$a" -1 2246400 ;;
    token-expiring) with=--warning=8h && login "$a" 28799 2246400 ;;
    expiry-unknown) write_credentials "$a" '{"claudeAiOauth":{"accessToken":"fixture-token"'"$good"'}}' ;;
    scope-missing) write_credentials "$a" "$(json x 60 ',"scopes":["user:profile"]')" ;;
    scopes-absent) write_credentials "$a" "$(json x 60 '')" ;;
    renewal-blocked) # by its owner: root may write any directory
        if [ "$(id -u)" -eq 0 ]; then chown 65534 "$file"; else chmod 500 "$a/.claude"; fi
        ;;
    refresh-lock-stale) mkdir "$a/.claude/.oauth_refresh.lock" &&
        TZ=UTC0 touch -t 202611181105.39 "$a/.claude/.oauth_refresh.lock" ;;
    permissions-open) chmod 640 "$file" ;;
    # other ways into one of these
    fifo) rm "$file" && mkfifo "$file" ;;
    large) dd if=/dev/zero of="$file" bs=1024 seek=1024 count=1 2>/dev/null ;;
    below-a-file) with=--credentials=$file/x ;;
    link-to-nothing) rm "$file" && ln -s nothing "$file" ;;
    empty) : >"$file" ;;
    ended-by-time) write_credentials "$a" '{"claudeAiOauth":{"accessToken":"fixture-token","loginEnded":"time_limit"}}' ;;
    unknown-version) script "$bin" 'echo hello' && with=--min-version=1.0.0 ;;
    login-in-two-days) login "$a" 60 172800 ;;
    link) chmod 604 "$file" && mv "$file" "$a/c" && ln -s "$a/c" "$file" ;;
    esac
}

while read -r id default; do
    arrange "$id" default
    frozen preflight -v -a "$a" "$with"
    case $default in OK) wanted=0 ;; WARNING) wanted=1 ;; CRITICAL) wanted=2 ;; esac
    found "$id" "$wanted" "$id" "$default"
    is "$id: nothing else is wrong" "$(printf '%s\n' "$out" | grep -c '^\[.*\] [WCU]')" "$([ "$default" = OK ]; echo $?)"
    is "$id: under 1000 bytes" "$(wc -c <"$dir/stdout" | awk '$1 >= 1000')" ''
    exit_status=0
    for state in ok Warning CRITICAL unknown; do
        frozen preflight -v -a "$a" "$with" --state "$id=$state"
        found "$id=$state" "$exit_status" "$id" "$(echo "$state" | tr '[:lower:]' '[:upper:]')"
        exit_status=$((exit_status + 1))
    done
done <<'END'
binary-missing CRITICAL
binary-not-executable CRITICAL
version-failed CRITICAL
version-timeout CRITICAL
version-unrecognised OK
version-outdated WARNING
credentials-missing CRITICAL
credentials-unreadable CRITICAL
credentials-malformed CRITICAL
token-missing CRITICAL
login-ended CRITICAL
login-expired CRITICAL
login-expiring WARNING
token-expired CRITICAL
token-renewable WARNING
token-expiring WARNING
expiry-unknown OK
scope-missing CRITICAL
scopes-absent OK
renewal-blocked WARNING
refresh-lock-stale WARNING
permissions-open OK
END

while read -r way wanted id state; do
    arrange "$way" other
    frozen preflight -v -a "$a" "$with"
    found "$way" "$wanted" "$id" "$state"
done <<'END'
fifo 2 credentials-unreadable CRITICAL
large 2 credentials-unreadable CRITICAL
below-a-file 2 credentials-missing CRITICAL
link-to-nothing 2 credentials-missing CRITICAL
empty 2 credentials-malformed CRITICAL
ended-by-time 2 login-ended CRITICAL
unknown-version 1 version-outdated WARNING
login-in-two-days 2 login-expiring CRITICAL
link 0 permissions-open OK
END

arrange none 'lock of 60 s'
mkdir "$a/.claude/.oauth_refresh.lock"
TZ=UTC0 touch -t 202611181105.40 "$a/.claude/.oauth_refresh.lock"
frozen preflight -a "$a"
is 'a lock of 60 s is not stale' "$status" 0
arrange none '1 MiB'
dd if=/dev/zero bs=1024 count=1024 2>/dev/null | tr '\0' ' ' >"$dir/blanks"
{ head -c $((1048576 - $(wc -c <"$file"))) "$dir/blanks" && cat "$file"; } >"$dir/padded"
frozen preflight -a "$a" -C "$dir/padded"
is 'credentials of exactly 1 MiB' "$status" 0
printf ' ' >>"$dir/padded"
frozen preflight -a "$a" -C "$dir/padded"
found 'credentials of 1 MiB and a byte' 2 credentials-unreadable CRITICAL

if prepare_user; then
    arrange none permission
    chmod 0 "$file"
    user_frozen preflight -a "$a" --cache-ttl=0
    found 'no permission to read' 2 credentials-unreadable CRITICAL
else
    skip 'no permission to read' 'no ordinary user'
fi

done_testing
