#!/bin/sh
# A canary in every place that holds a secret, then every option there is, level and format of both plugins: it
# is in no output, no file of theirs, no core, and in no memory that a secret was read into.
# shellcheck source=harness.sh disable=SC2016,SC3045  # shells inside expand; ulimit -c is where dash and bash are
. "$(dirname "$0")/harness.sh"

canary=Kolibri7 # in every secret, and in nothing else
a=$dir/agent env=$dir/env log=$dir/killed.log collector=$dir/collector cores=$dir/dumps
long=$canary-and-as-long-as-a-token-of-the-CLI-$canary
claude "$a"
mkdir "$collector" "$cores" "$dir/logs"
write_credentials "$a" '{"claudeAiOauth":{"accessToken":"access-'$long'","refreshToken":"refresh-'$long'","expiresAt":'$((NOW + 3600))'000,'"$(
)"'"refreshTokenExpiresAt":'$((NOW + 86400))'000,"scopes":["user:inference"],"subscriptionType":"max"},"mcpOAuth":{"x":{"accessToken":"'$long'"}}}'
printf '{"env":{"ANTHROPIC_API_KEY":"key-%s","OTHER":"%s"},"apiKeyHelper":"/opt/helper --secret=%s"}\n' "$long" "$canary" "$canary" >"$a/.claude/settings.json"
printf '{"primaryApiKey":"key-%s"}\n' "$long" >"$a/.claude.json"
printf 'ANTHROPIC_AUTH_TOKEN=token-%s\nexport CLAUDE_CODE_OAUTH_TOKEN="%s"\nPASSWORD=%s\n' "$long" "$long" "$canary" >"$env"
said="$canary said: 401 Unauthorized, please run /login"
{
    printf '%s\n' "$said" "Not logged in $canary" "curl -H 'Authorization: Bearer $canary'"
    printf '{"type":"user","message":{"content":"%s"},"error":"%s"}\n' "$said" "$canary"
    printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s"}]}}\n' "$said"
} >"$log"
{ cat "$log" && result false "$said"; } >"$dir/logs/good.log"
{ cat "$log" && result true 'Not logged in'; } >"$dir/logs/failed.log"
{ cat "$log" && printf '{"type":"result","is_error":true,"%s":"%s","modelUsage":{"%s":1}}\n' "$canary" "$said" "$canary"; } >"$dir/logs/other.log"
cp "$log" "$dir/logs/killed.log"

# kept WHAT: no canary in what the last call wrote, wherever
calls=0
kept() {
    calls=$((calls + 1))
    ! grep -qs "$canary" "$dir/stdout" "$dir/stderr" "$dir"/state/* "$dir"/state/.check* "$collector"/* "$collector"/.check* ||
        fail "$1: the canary came out"
}

# --- Every option that --help names, each at the highest level in each format; so a new one is tried as well

# value_for OPTION NAME-OF-VALUE
value_for() {
    case $1=$2 in
    --binary=*) echo "$a/.local/bin/claude" ;;
    --agent-home=*) echo "$a" ;;
    --credentials=*) echo "$a/.claude/.credentials.json" ;;
    --config-dir=*) echo "$a/.claude" ;;
    --env-file=*) echo "$env" ;;
    --log=*) echo "$dir/logs" ;;
    --textfile=*) echo "$collector/claude.prom" ;;
    --state-dir=*) echo "$dir/state" ;;
    --state=*) case $plugin in preflight) echo token-renewable=ok ;; *) echo auth-mention=critical ;; esac ;;
    --marker=*) echo said ;;
    --min-version=*) echo 9.9.9 ;;
    *DURATION*) echo 2s ;;
    *RANGE*) echo 2h: ;;
    *'|'*) echo "${2%%|*}" ;;
    *) echo 1 ;;
    esac
}
for plugin in preflight runlog; do
    frozen $plugin --help
    printf '%s\n' "$out" | sed -n '/^Conditions/q; s/^ *\(-., \)\{0,1\}\(--[a-z-]*\)\(.*\)$/\2 \3/p' >"$dir/options"
    is "$plugin: options were found" "$(awk 'END { print (NR > 15) }' "$dir/options")" 1
    while read -r option value; do
        case $value in
        =*) set -- "$option=$(value_for "$option" "${value#=}")" ;;
        '[='*) set -- "$option" "$option=$(value_for "$option" "$(printf %s "${value#\[=}" | tr -d ']')")" ;;
        *) set -- "$option" ;;
        esac
        for words in "$@"; do
            for format in nagios json prometheus; do
                case $plugin in
                preflight) frozen preflight -a "$a" -vvv --auth=auto --output-format=$format "$words" ;;
                *) frozen runlog -vvv --output-format=$format --feed-preflight "$dir/logs" --newest=0 "$words" ;;
                esac
                kept "$plugin $words, $format"
            done
        done
    done <"$dir/options"
done

# --- Every level in every format, over every source of a login and every log; the values that are asked for last

for format in nagios json prometheus; do
    for level in '' -v -vv -vvv; do
        for source in '' --auth=auto "--auth=auto --env-file=$env" "-C $env" "-w 99d -c 99d"; do
            # shellcheck disable=SC2086 # words
            frozen preflight -a "$a" $level --output-format=$format $source --textfile="$collector/p.prom" --cache-ttl=$((calls % 2 * 60))
            kept "preflight $source $level $format"
        done
        for path in "$log" "$dir/logs/failed.log" "$dir/logs/other.log" "$env"; do
            # shellcheck disable=SC2086 # words
            frozen runlog $level --output-format=$format --textfile="$collector/r.prom" --feed-preflight -a "$a" "$path"
            kept "runlog $path $level $format"
        done
    done
done
rm "$a/.claude/settings.json" && frozen preflight -vvv -a "$a" --auth=auto
kept 'the file as the source in force'
mv "$a/.claude/.credentials.json" "$dir/kept" && frozen preflight -vvv -a "$a" --auth=auto
has 'primaryApiKey: found' "$out" 'login: by primaryApiKey from '
kept 'primaryApiKey'
mv "$dir/kept" "$a/.claude/.credentials.json"
for name in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN CLAUDE_CODE_OAUTH_TOKEN AWS_SECRET_ACCESS_KEY; do
    login "$HOME" 3600 86400
    frozen "$name=$long" preflight -vvv --auth=auto -b "$a/.local/bin/claude"
    kept "$name in the environment"
done
is 'the canary: nowhere in all these calls' "$((calls > 200))" 1

# --- A child that fails with a secret in its words: a wrapper run by sh -x, one that prints what it is given

# says WHAT: the claude that says it fails, and its words are shown up to the secret
says() {
    for format in nagios json prometheus; do
        for level in '' -vvv; do
            # shellcheck disable=SC2086 # words
            frozen ANTHROPIC_API_KEY="$long" preflight -a "$a" $level --output-format=$format --cache-ttl=0 --textfile="$collector/p.prom"
            case $format in prometheus) ;; *) has "$1, $format" "$status $out" '***' ;; esac
            kept "$1, $level $format"
        done
    done
    frozen ANTHROPIC_API_KEY="$long" preflight -a "$a" --cache-ttl=0
    found "$1" 2 version-failed CRITICAL
}
script "$a/.local/bin/claude" 'set -x' "export ANTHROPIC_API_KEY=$long" 'exec /nonexistent/claude'
says 'a wrapper that is traced'
has 'a wrapper that is traced: the words before' "$(detail version-failed)" 'it said: + export ANTHROPIC_API_KEY=***'
kind=$(printf 'sk-%s' ant) # as the CLI's own keys begin
while IFS='|' read -r what words; do
    script "$a/.local/bin/claude" "printf '%b' '$words' >&2" 'exit 1'
    says "$what"
done <<END
a key of its own kind|bad: $kind-$canary
a key over two lines|bad: $kind-1234\\n$canary
a key over two lines, by its name|ANTHROPIC_API_KEY=\\n$canary\\n$canary
the credentials|{"claudeAiOauth":{"accessToken":"$canary","refreshToken":"$canary"}}
the credentials, in colour|\\033[34m"accessToken"\\033[0m: \\033[32m"$canary"\\033[0m
a header|x-api-key: $canary
another header|Authorization: Bearer $canary
an option|claude --api-key $canary --token $canary
a helper|apiKeyHelper: /opt/helper $canary
at the end of what is shown|$(printf '%0110d' 0) TOKEN=$canary
END
script "$a/.local/bin/claude" "echo 'MY_TOKEN=$canary'" 'exit 1'
says 'on the standard output'
claude "$a"

# --- Crashes: of the child with the canary in its environment, of the plugin with the canary read

cd "$cores" || exit 1
cores_left() { find "$dir" -name 'core*' -type f | grep -c .; }
ulimit -c unlimited 2>/dev/null
sh -c 'kill -ABRT $$' 2>/dev/null
case $(cores_left) in
0) skip 'core files' 'this system leaves none here' ;;
*) rm -f "$cores"/core* ;;
esac
for signal in ABRT SEGV BUS; do
    script "$a/.local/bin/claude" "kill -$signal \$\$"
    frozen ANTHROPIC_API_KEY="$long" preflight -vvv -a "$a" --cache-ttl=0
    found "the child dies by SIG$signal" 2 version-failed CRITICAL
    kept "the child dies by SIG$signal"
    is "the child dies by SIG$signal: no core" "$(cores_left)" 0
    case ${SANITIZED:-} in ?*) continue ;; esac # it keeps these signals for itself
    script "$a/.local/bin/claude" "kill -$signal \$PPID; exec sleep 1.5"
    frozen ANTHROPIC_API_KEY="$long" preflight -vvv -a "$a" --cache-ttl=0
    is "the plugin dies by SIG$signal: status" "$status" 3
    kept "the plugin dies by SIG$signal"
    is "the plugin dies by SIG$signal: no core" "$(cores_left)" 0
done
mkfifo "$dir/wait"
for signal in SEGV ABRT; do
    case ${SANITIZED:-} in ?*) break ;; esac
    env CHECK_CLAUDE_TEST_NOW="$NOW" "$build/tests/frozen/check_claude_runlog" -vvv "$log" - >"$dir/stdout" 2>"$dir/stderr" <>"$dir/wait" &
    victim=$!
    sleep 0.1
    kill -$signal $victim
    wait $victim 2>/dev/null
    is "the other plugin dies by SIG$signal: status" "$?" 3
    kept "the other plugin dies by SIG$signal"
    is "the other plugin dies by SIG$signal: no core" "$(cores_left)" 0
done
cd "$dir" || exit 1

# --- Memory, while the child runs: nobody but root may look, and root finds no secret that was read

looks() { # PID FILE: whether $who can read something of it
    $who head -c 64 "/proc/$1/$2" >/dev/null 2>&1
}
if prepare_user && [ -z "${SANITIZED:-}" ]; then
    [ "$(id -u)" -ne 0 ] || chown -R "$user" "$a"
    for source in '' "--auth=auto --env-file=$env"; do
        rm -rf "$dir/spool" && mkdir "$dir/spool" && chmod 777 "$dir/spool"
        script "$a/.local/bin/claude" "echo \$PPID >'$dir/spool/plugin'" 'exec sleep 1.9'
        # shellcheck disable=SC2086 # words
        as_user env CHECK_CLAUDE_TEST_NOW="$NOW" PATH="$tools" "$user_build/frozen/check_claude_preflight" -a "$a" --cache-ttl=0 \
            --state-dir="$dir/spool/state" $source >"$dir/stdout" 2>"$dir/stderr" </dev/null &
        as_user sh -c 'echo $$ >"$1"; exec sleep 1.9' sh "$dir/spool/control" &
        tries=0
        until [ -s "$dir/spool/plugin" ] && [ -s "$dir/spool/control" ] || [ $tries -eq 100 ]; do
            sleep 0.02
            tries=$((tries + 1))
        done
        victim=$(cat "$dir/spool/plugin") control=$(cat "$dir/spool/control") who=as_user
        sleep 0.05
        is 'memory: a process of the same user can be read' "$(looks "$control" environ && echo yes)" yes
        for file in environ mem maps auxv; do
            is "memory: $file cannot, of the plugin" "$(looks "$victim" $file && echo yes)" ''
        done
        who=''
        if [ "$(id -u)" -eq 0 ] && command -v perl >/dev/null; then
            perl -e 'my ($pid, $canary, $known) = @ARGV; my ($found, $sane) = (0, 0);
                open(my $maps, "<", "/proc/$pid/maps") or exit 1; open(my $mem, "<:raw", "/proc/$pid/mem") or exit 1;
                while (<$maps>) { next unless /^([0-9a-f]+)-([0-9a-f]+) r/ && !/\[v/;
                    my ($from, $size) = (hex $1, hex($2) - hex $1);
                    sysseek($mem, $from, 0); my $bytes = ""; sysread($mem, $bytes, $size);
                    $found += () = $bytes =~ /\Q$canary\E-and-as-long/g; $sane += () = $bytes =~ /\Q$known\E/g; }
                print "$found ", $sane > 0 ? "seen" : "blind", "\n"' "$victim" "$canary" 'running claude --version' >"$dir/memory"
            is "memory${source:+ }$source: no token is left in it" "$(cat "$dir/memory")" '0 seen'
        else
            skip 'memory' 'takes root and perl'
        fi
        kill "$victim" "$control"
        wait 2>/dev/null
    done
else
    skip 'memory' 'no ordinary user, or a sanitizer'
fi
is 'the canary: in no file but those it was put in' "$(grep -rlI "$canary" "$dir" --exclude-dir=agent --exclude-dir=logs --exclude=env --exclude=killed.log)" ''

done_testing
