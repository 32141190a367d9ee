#!/bin/sh
# --env-file is read as systemd reads it, which is the judge where it runs: of each file of a few lines, does a
# unit get a value of ANTHROPIC_API_KEY, and which.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

a=$dir/agent
claude "$a"

# What a unit is given: "-" where the variable is not set, "!" where the unit does not start.
judge() {
    # shellcheck disable=SC2016 # the unit's shell reads it
    timeout 10 systemd-run --quiet --wait --pipe --collect -p "EnvironmentFile=$dir/env" \
        sh -c 'printf "%s" "${ANTHROPIC_API_KEY--}"' 2>/dev/null || echo '!'
}

ready=''
echo 'ANTHROPIC_API_KEY=k' >"$dir/env"
[ "$(PATH=/usr/bin:/bin judge 2>/dev/null)" = k ] && ready=yes

# Each row: what the file holds (after printf), and the value.
while IFS='|' read -r content value; do
    # shellcheck disable=SC2059 # escapes
    printf "$content" >"$dir/env"
    frozen preflight --auth=auto -a "$a" --env-file="$dir/env" --cache-ttl=0
    case $value in
    '!') is "[$content]: status" "$status" 3 ;;
    - | '' | ' ') is "[$content]: not set" "$status" 2 ;;
    *) is "[$content]: set" "$status" 0 ;;
    esac
    if [ -n "$ready" ]; then
        is "[$content]: systemd" "$(PATH=/usr/bin:/bin judge)" "$value"
    fi
done <<'END'
ANTHROPIC_API_KEY=k\n|k
ANTHROPIC_API_KEY=k|k
 ANTHROPIC_API_KEY = k \n|k
export ANTHROPIC_API_KEY=k\n|-
#ANTHROPIC_API_KEY=k\n|-
;ANTHROPIC_API_KEY=k\n|-
ANTHROPIC_API_KEY=\n|
ANTHROPIC_API_KEY=" "\n| 
ANTHROPIC_API_KEY='k\nm'\n|k
ANTHROPIC_API_KEY=k #m\n|k #m
X='\nANTHROPIC_API_KEY=k\n'\n|-
X="a\nANTHROPIC_API_KEY=k\n|-
X=a\\\nANTHROPIC_API_KEY=k\n|-
X=a\rANTHROPIC_API_KEY=k\n|k
ANTHROPIC_API_KEY=k\nANTHROPIC_API_KEY=\n|
1ANTHROPIC_API_KEY=k\n|-
ANTHROPIC_API_KEY=\377\n|!
END
[ -n "$ready" ] || skip 'systemd as the judge' 'systemd-run starts no unit here'

done_testing
