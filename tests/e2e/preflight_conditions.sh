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
    run-refused)
        touch -d "@$((NOW - 3600))" "$file"
        result true 'Not logged in' '"api_error_status":401,' >"$a/run.log"
        touch -d "@$((NOW - 90))" "$a/run.log"
        frozen runlog --feed-preflight -a "$a" "$a/run.log"
        ;;
    auth-external) with=--auth=auto && echo '{"apiKeyHelper":"/bin/true"}' >"$a/.claude/settings.json" ;;
    auth-none) with=--auth=auto && rm "$file" ;;
    # other ways into one of these
    fifo) rm "$file" && mkfifo "$file" ;;
    large) dd if=/dev/zero of="$file" bs=1024 seek=1024 count=1 2>/dev/null ;;
    below-a-file) with=--credentials=$file/x ;;
    link-to-nothing) rm "$file" && ln -s nothing "$file" ;;
    empty) : >"$file" ;;
    ended-by-time) write_credentials "$a" '{"claudeAiOauth":{"accessToken":"fixture-token","loginEnded":"time_limit"}}' ;;
    unknown-version) script "$bin" 'echo hello' && with=--min-version=1.0.0 ;;
    login-in-two-days) login "$a" 60 172800 ;;
    loop) rm "$file" && ln -s .credentials.json "$file" ;;
    no-access-token) write_credentials "$a" '{"claudeAiOauth":{"refreshToken":"fixture-refresh"}}' ;;
    token-ends-for-good) write_credentials "$a" "$(json '' 60 "$good")" && with=--warning=8h ;;
    dangling) rm "$bin" && ln -s nothing "$bin" && with=--binary=$bin ;;
    directory) with=--binary=$a/.local ;;
    no-interpreter) printf '#!%s/nothing\n' "$a" >"$bin" ;;
    no-program) echo >"$bin" && printf '\177ELFno' >"$bin" ;;
    signal) script "$bin" 'kill -9 $$' ;;
    link) chmod 604 "$file" && mv "$file" "$a/c" && ln -s "$a/c" "$file" ;;
    esac
}

# told ID MESSAGE: the last run said that of the condition.
told() { says "$1" "$(detail "$1" | sed "s# as $(id -un)# as USER#; s#$a/.claude/.credentials.json#FILE#g; s#$a#AGENT#g; $errors")" "$2"; }

while IFS='|' read -r id default message; do
    echo "$id" >>"$dir/provoked"
    arrange "$id" default
    frozen preflight -v -a "$a" "$with"
    told "$id" "$message"
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
binary-missing|CRITICAL|no AGENT/nothing, <install the Claude CLI or name it by --binary>
binary-not-executable|CRITICAL|cannot execute AGENT/.local/bin/claude: Permission denied, <make it executable for this user>
version-failed|CRITICAL|claude --version failed with status 1, <run it by hand>, it said: nothing
version-timeout|CRITICAL|claude --version gave no answer in 0.1s, <run it by hand or raise --version-timeout>
version-unrecognised|OK|claude --version printed no X.Y.Z (Claude Code), <check that it is the Claude CLI>
version-outdated|WARNING|claude is 2.1.330, older than 2.1.331, <update it>
credentials-missing|CRITICAL|not logged in, no FILE, <run claude auth login as USER>
credentials-unreadable|CRITICAL|cannot read FILE: Is a directory, <move it away and run claude auth login as USER>
credentials-malformed|CRITICAL|FILE is not valid JSON, <run claude auth login as USER>
token-missing|CRITICAL|not logged in, no login in FILE, <run claude auth login as USER>
login-ended|CRITICAL|the login has ended, <run claude auth login as USER>
login-expired|CRITICAL|the login expired 1s ago, <run claude auth login as USER>
login-expiring|WARNING|the login ends in 6d 23h (range 7d:), <run claude auth login as USER>
token-expired|CRITICAL|access token expired 1s ago and cannot be renewed, <run claude auth login as USER>
token-renewable|WARNING|access token expired 1s ago, <the next run renews it>
token-expiring|WARNING|the access token ends in 7h 59m (range 8h:), <runs of claude renew it>
expiry-unknown|OK|the access token has no readable expiry, <log in again only if runs fail>
scope-missing|CRITICAL|the login lacks user:inference, <run claude auth login as USER>
scopes-absent|OK|the login names no OAuth scopes, <log in again only if runs fail>
renewal-blocked|WARNING|no renewal is tried, <make the directory of FILE writable for its owner>
refresh-lock-stale|WARNING|AGENT/.claude/.oauth_refresh.lock was left behind 1m 1s ago, <remove it>
permissions-open|OK|others may read FILE, <run chmod 600 on it>
run-refused|CRITICAL|a run was refused at 2026-11-18T11:05:10Z (status 401 in AGENT/run.log), <run claude auth login as USER>
auth-external|OK|the login is apiKeyHelper from AGENT/.claude/settings.json, <only a run can test it>
auth-none|CRITICAL|no source of a login for AGENT, <run claude auth login as USER>
END

check preflight --help
is 'every condition of the help is provoked' "$(cat "$dir/provoked")" "$(printf '%s\n' "$out" |
    awk '/^Exit status/ { on = 0 } on && /^  [a-z]/ { print $1 } /^Conditions/ { on = 1 }')"

# Other ways into one of them, and what is said then.
while IFS='|' read -r way wanted id state message; do
    arrange "$way" other
    frozen preflight -v -a "$a" "$with"
    found "$way" "$wanted" "$id" "$state"
    told "$id" "$message"
done <<'END'
fifo|2|credentials-unreadable|CRITICAL|cannot read FILE: not a regular file, <move it away and run claude auth login as USER>
large|2|credentials-unreadable|CRITICAL|cannot read FILE: too large, <move it away and run claude auth login as USER>
loop|2|credentials-unreadable|CRITICAL|cannot read FILE: Too many levels of symbolic links, <check the path and its file system>
below-a-file|2|credentials-missing|CRITICAL|not logged in, no FILE/x, <run claude auth login as USER>
link-to-nothing|2|credentials-missing|CRITICAL|not logged in, no FILE, <run claude auth login as USER>
empty|2|credentials-malformed|CRITICAL|FILE is not valid JSON, <run claude auth login as USER>
no-access-token|2|token-missing|CRITICAL|no access token in FILE, <run claude auth login as USER>
ended-by-time|2|login-ended|CRITICAL|the login has ended (time_limit), <run claude auth login as USER>
unknown-version|1|version-outdated|WARNING|the version is unknown, wanted is 1.0.0 or newer, <run claude --version by hand>
login-in-two-days|2|login-expiring|CRITICAL|the login ends in 2d (range 3d:), <run claude auth login as USER>
token-ends-for-good|1|token-expiring|WARNING|the access token ends in 1m (range 8h:), <run claude auth login as USER>
link|0|permissions-open|OK|others may read FILE, <run chmod 600 on it>
dangling|2|binary-missing|CRITICAL|AGENT/.local/bin/claude is a link to nothing, <install the Claude CLI again>
directory|2|binary-not-executable|CRITICAL|cannot execute AGENT/.local: Is a directory, <name a file in it by --binary>
no-interpreter|2|binary-not-executable|CRITICAL|cannot execute AGENT/.local/bin/claude: its interpreter is missing, <install that>
no-program|2|binary-not-executable|CRITICAL|cannot execute AGENT/.local/bin/claude: Exec format error, <install the Claude CLI again>
signal|2|version-failed|CRITICAL|claude --version died by signal 9 (Killed), <run it by hand>, it said: nothing
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

# For another user than its owner, or one who has closed it to himself.
if prepare_user; then
    while IFS='|' read -r way wanted id state message; do
        arrange none "$way"
        case $way in
        closed-credentials) closed=$file with=--binary=$bin ;;
        closed-home) closed=$a with=--binary=$bin ;;
        closed-path) closed=$dir/closed with=--binary=claude-x && mkdir "$closed" ;;
        esac
        chmod 0 "$closed"
        user_frozen PATH="$dir/closed:$tools" preflight -v -a "$a" --cache-ttl=0 "$with"
        chmod 755 "$closed"
        found "$way" "$wanted" "$id" "$state"
        told "$id" "$message"
    done <<'END'
closed-credentials|2|credentials-unreadable|CRITICAL|cannot read FILE: Permission denied, <run the check as its owner>
closed-home|2|binary-not-executable|CRITICAL|cannot reach AGENT/.local/bin/claude: Permission denied, <run the check as its owner>
closed-path|2|binary-missing|CRITICAL|no claude-x in PATH, <install the Claude CLI or name it by --binary>
END
else
    skip 'no permission to read' 'no ordinary user'
fi

done_testing
