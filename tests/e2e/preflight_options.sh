#!/bin/sh
# Options and environment: usage errors, help, version, which one wins, levels of detail.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
login "$a" 28800 2246400

# One UNKNOWN line that names each of the words given, without a character that engines change.
refused() {
    what=$1
    is "$what: status" "$status" 3
    has "$what: text" "$out" 'CLAUDE PREFLIGHT UNKNOWN - '
    is "$what: one line" "$(grep -c '' "$dir/stdout")" 1
    is "$what: under 1000 bytes" "$([ "$(wc -c <"$dir/stdout")" -lt 1000 ] && echo yes)" yes
    # shellcheck disable=SC2016 # literal characters
    case $out in
    *['|;~$&"<>`'\']*) fail "$what: a character that engines change in [$out]" ;;
    *) pass ;;
    esac
    shift
    for part in "$@"; do
        has "$what: names it" "$out" "$part"
    done
}

# Each value of an option that is refused. A blank stands for itself, an empty value for none.
while read -r option values; do
    for value in $values; do
        frozen preflight -a "$a" "--$option=$value"
        refused "--$option=$value" "--$option=$value: " 'Write '
    done
done <<'END'
timeout 0 -1 abc 1e3 0x10 010 inf nan 5x 5ss 1. .5 1,5 +5 99999999999999999999 5m30s 5s: 5%
version-timeout 0 0.0s -5s ten
skew -1 1e3 abc 08 1d1h
cache-ttl -1 never 1.5.5
warning 5:1 10:20x x 1:2:3 @ 0x5: 1e3: --5 5:4 010:20 7d:1h inf: nan 1h:5m
critical @5:1 soon 1e400 -inf:
login-warning 7d:3d a:b
login-critical @
state token-expired token-expired=red no-such=ok =ok token-expired= token-expired=ok,x=ok token-expired=0
state token-expired=ok,,scope-missing=ok token-expired=ok, expired=ok
auth maybe none FILES
min-version 2 2.1 2.1.x v2.1.3 2.1.330-beta 2.1.3.4
output-format xml JSON text
textfile x x.txt x.prom.tmp .prom /tmp/.prom /tmp/x.prom/
reset-cache all ONLY
END
for option in timeout state warning skew min-version output-format textfile reset-cache \
    binary agent-home credentials config-dir state-dir auth; do
    frozen preflight "--$option="
    refused "--$option=" "--$option=: " 'Write '
done
while read -r words; do
    # shellcheck disable=SC2086 # a list of words
    frozen preflight $words
    refused "$words" "${words##* }" '. '
done <<'END'
--bogus
-x
-v -q
--versio
stray
-- stray
-a x y
--no-auth=1
-v --force=yes
END
for option in -t -S -a -b -C -w -c --state --timeout --skew; do
    frozen preflight "$option"
    refused "$option without a value" 'no value' "${option#-?}" 'Write '
done
frozen preflight --tiemout=5
refused 'a slip' '--tiemout=5' 'Did you mean --timeout?'
while read -r name value; do
    frozen "$name=$value" preflight -a "$a"
    refused "$name=$value" "$name=$value: " 'Write '
done <<'END'
ORCH_AUTH_EXPIRY_SKEW_SECONDS soon
ORCH_AUTH_EXPIRY_SKEW_SECONDS -5
ORCH_PREFLIGHT_CACHE_TTL 1e3
ORCH_PREFLIGHT_CHECK_AUTH maybe
END

frozen preflight -a "$a" "-$(printf '\303\251')"
has 'a letter that is not ASCII: it is what the text names' "$status $out" '3 CLAUDE PREFLIGHT UNKNOWN - -'
has_not 'a letter that is not ASCII: no other word' "$out" "$a"

# Values of a foreign kind: still one clean line.
frozen preflight --timeout="$(printf '1|2;3\n\0334\377')"
is 'a hostile value: status' "$status" 3
is 'a hostile value: one line' "$(grep -c '' "$dir/stdout")" 1
for character in '|' ';' "$(printf '\033')" "$(printf '\377')"; do
    has_not 'a hostile value: cleaned' "$out" "$character"
done
frozen preflight --state="$(printf '%05000d' 0)=ok"
refused 'a long value' --state=0000
frozen preflight "--$(printf '%05000d' 0)"
refused 'a long option' --0000

# The greatest values are taken.
most=9007199254740
frozen preflight -a "$a" -t $most --version-timeout=$most --cache-ttl=$most -w 0:$most --login-critical=-$most:
is 'the greatest durations' "$status" 0
has 'the greatest durations: perfdata' "$out" "token_expiry=28800s;0:$most login_expiry=2246400s;604800:;-$most: "
frozen preflight -a "$a" --skew=$most
is 'the greatest skew' "$status" 1

# The environment gives defaults; an option wins; an empty variable is none.
login "$a" 60 2246400
while read -r wanted words; do
    words=$(printf '%s\n' "$words" | sed "s|AGENT|-a $a|")
    # shellcheck disable=SC2086 # a list of words
    frozen $words
    is "$words" "$status" "$wanted"
done <<'END'
0 preflight AGENT
1 ORCH_AUTH_EXPIRY_SKEW_SECONDS=60 preflight AGENT
1 ORCH_AUTH_EXPIRY_SKEW_SECONDS=1m preflight AGENT
0 ORCH_AUTH_EXPIRY_SKEW_SECONDS= preflight AGENT
0 ORCH_AUTH_EXPIRY_SKEW_SECONDS=60 preflight AGENT --skew=0
0 ORCH_AUTH_EXPIRY_SKEW_SECONDS=soon preflight AGENT --skew=59.9
1 ORCH_PREFLIGHT_CHECK_AUTH=true preflight AGENT --skew=61
0 ORCH_PREFLIGHT_CHECK_AUTH=false preflight AGENT --skew=61
0 ORCH_PREFLIGHT_CHECK_AUTH=FALSE preflight AGENT --skew=61
1 ORCH_PREFLIGHT_CHECK_AUTH=false preflight AGENT --skew=61 --auth=file
0 ORCH_PREFLIGHT_CHECK_AUTH=true preflight AGENT --skew=61 --no-auth
0 preflight AGENT --skew=61 --skew=1
1 preflight --skew 61 AGENT
3 ORCH_PREFLIGHT_CACHE_TTL=soon preflight AGENT
0 ORCH_PREFLIGHT_CACHE_TTL=soon preflight AGENT --cache-ttl=5
END

# Levels of detail, each with what the one below shows.
for level in '' -v -vv -vvv -vvvv '-v -v'; do
    # shellcheck disable=SC2086 # a list of words
    frozen preflight -a "$a" $level --cache-ttl=0
    case $level in '') n=0 ;; -v) n=1 ;; -vv | '-v -v') n=2 ;; *) n=3 ;; esac
    while read -r needed words; do
        if [ $n -ge "$needed" ]; then
            has "level $n of [$level]" "$out" "$words"
        else
            has_not "level $n of [$level]" "$out" "$words"
        fi
    done <<END
1 binary: $a/.local/bin/claude
1 login: from $a/.claude/.credentials.json
2 timing: 
2 cache: 
2 state directory: $dir/state
3 policy: 
END
done

# --help and --version.
for option in -h --help '--bin x -h' '-h --bogus'; do
    # shellcheck disable=SC2086 # a list of words
    frozen ORCH_PREFLIGHT_CACHE_TTL=soon preflight $option
    is "$option: status" "$status" 3
    has "$option" "$out" 'Usage: check_claude_preflight'
done
is 'help: at most 80 columns' "$(printf '%s\n' "$out" | awk 'length > 80')" ''
for word in -b --binary -a --agent-home -C --credentials --config-dir --auth --no-auth --skew -w --warning -c --critical \
    --login-warning --login-critical --min-version --version-timeout --cache-ttl -f --force --reset-cache -t --timeout \
    -S --state --output-format --textfile --state-dir -v -h -V --version ORCH_CLAUDE_BIN ORCH_CLAUDE_CREDENTIALS_PATH \
    ORCH_PREFLIGHT_CHECK_AUTH ORCH_AUTH_EXPIRY_SKEW_SECONDS ORCH_PREFLIGHT_CACHE_TTL CHECK_CLAUDE_STATE_DIR; do
    is "help: $word" "$(printf '%s\n' "$out" | grep -c -e "[ ,]$word\([],=[ ]\|\$\)" | sed 's/[1-9][0-9]*/yes/')" yes
done
for option in -V --version; do
    frozen preflight "$option"
    is "$option" "$status $out" '3 check_claude_preflight v1.0.0'
done

done_testing
