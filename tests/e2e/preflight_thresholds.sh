#!/bin/sh
# Ranges, skew and minimum version at their edges; several findings at once: which one decides.
. "$(dirname "$0")/harness.sh"

a=$dir/agent
claude "$a"
while read -r token login wanted id options; do
    login "$a" "$token" "$login"
    # shellcheck disable=SC2086 # a list of words
    frozen preflight -a "$a" $options
    what="token $token, login $login, $options"
    is "$what: status" "$status" "$wanted"
    case $id in
    -) is "$what: no finding" "$(printf '%s\n' "$out" | grep -c '^\[')" 0 ;;
    *) has "$what: finding" "$out" "
[$id] " ;;
    esac
done <<'END'
28800 604800 0 - -v
28800 604799 1 login-expiring --cache-ttl=0
28800 259200 1 login-expiring --cache-ttl=0
28800 259199 2 login-expiring --cache-ttl=0
28800 1 2 login-expiring --cache-ttl=0
28800 1 0 - --login-warning=0 --login-critical=0
28800 0 2 login-expired --login-warning=~: --login-critical=~:
28800 0 0 - --state login-expired=ok
28800 86400 1 login-expiring --login-critical=12h:
28800 86400 2 login-expiring --login-critical=@0:1d
28800 2246400 2 login-expiring --login-critical=0:3w
1 2246400 0 - --cache-ttl=0
0 2246400 1 token-renewable --cache-ttl=0
-1 2246400 1 token-renewable --cache-ttl=0
-1 0 2 token-expired --state login-expired=ok
60 2246400 1 token-renewable --skew=60
61 2246400 0 - --skew=60
61 2246400 1 token-renewable --skew=1.1m
3600 2246400 0 - -w 1h
3599 2246400 1 token-expiring -w 1h
3599 2246400 1 token-expiring --warning 3600:
3599 2246400 2 token-expiring -w 1h -c 3600
3599 2246400 1 token-expiring -w 1h -c 30m
28800 2246400 1 token-expiring -w 0:7h
28800 2246400 0 - -w 7h:9h
28800 2246400 2 token-expiring -c @7h:9h
28800 2246400 2 token-expiring -c ~:0
28800 2246400 0 - --min-version=2.1.330
28800 2246400 0 - --min-version=2.1.99
28800 2246400 0 - --min-version=1.9.999
28800 2246400 1 version-outdated --min-version=2.1.331
28800 2246400 1 version-outdated --min-version=2.2.0
28800 2246400 1 version-outdated --min-version=10.0.0
END

login "$a" 28800 2246400
while read -r option wanted; do
    frozen preflight -a "$a" "$option"
    has "perfdata of $option" "$out " "$wanted "
done <<'END'
--warning=1h token_expiry=28800s;3600:
--critical=90 token_expiry=28800s;;90:
--critical=@1.5m:2h token_expiry=28800s;;@90:7200
--warning=~:0.25 token_expiry=28800s;~:0.25
--login-warning=2w login_expiry=2246400s;1209600:;259200:
END
login "$a" -90 -10
frozen preflight -a "$a" --cache-ttl=0
has 'negative once past' "$out" '| token_expiry=-90s login_expiry=-10s;604800:;259200: '

# The ids of the detail lines in their order.
ids() { printf '%s\n' "$out" | sed -n 's/^\[[A-Z]*\] \([a-z-]*\): .*/\1/p' | tr '\n' ' '; }

login "$a" -60 604799
frozen preflight -a "$a" --min-version=3.0.0
is 'three warnings: status' "$status" 1
is 'three warnings: in table order' "$(ids)" 'version-outdated login-expiring token-renewable '
is 'three warnings: the first one speaks' "$(summary)" 'claude is 2.1.330, older than 3.0.0, update it (and 2 more)'
while read -r states wanted order; do
    frozen preflight -a "$a" --min-version=3.0.0 --state "$states"
    is "$states: status" "$status" "$wanted"
    is "$states: worst first" "$(ids)" "$order "
done <<'END'
token-renewable=critical 2 token-renewable version-outdated login-expiring
login-expiring=critical,token-renewable=CRITICAL 2 login-expiring token-renewable version-outdated
version-outdated=unknown 1 login-expiring token-renewable version-outdated
version-outdated=unknown,login-expiring=unknown,token-renewable=unknown 3 version-outdated login-expiring token-renewable
version-outdated=ok,login-expiring=unknown,token-renewable=ok 3 login-expiring
Token-Renewable=critical,token-renewable=ok 1 version-outdated login-expiring
END
frozen preflight -a "$a" --state token-renewable=critical --state login-expiring=ok
is '--state twice: both count' "$status $(ids)" '2 token-renewable '

rm "$a/.claude/.credentials.json"
frozen preflight -a "$a" -b "$a/nothing"
is 'no binary, no login: both are found' "$status $(ids)" '2 binary-missing credentials-missing '
frozen preflight -a "$a" --auth=off
is '--auth=off looks at the version alone' "$status $(summary)" '0 claude 2.1.330, login not checked'

done_testing
