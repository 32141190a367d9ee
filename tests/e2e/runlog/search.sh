#!/bin/sh
# --state auth-mention=critical is the plain text search: a few thousand small random logs, with and
# without events in them, are CRITICAL just where the regular expression matches their bytes.
# shellcheck source=../harness.sh
. "$(dirname "$0")/../harness.sh"

if ! command -v perl >/dev/null; then
    pass # nothing to compare with
    done_testing
fi

# Writes 3000 logs, 250 a directory, and what is wanted of each: "PATH 2" or "PATH 0". The alphabet has
# no message of the CLI's in it, which is more than the expression knows.
# shellcheck disable=SC2016  # dollars are perl's
generate='
    my ($top) = @ARGV;
    my $seed = 20261118;
    sub pick { $seed = ($seed * 1103515245 + 12345) % 2147483648; return $_[int($seed / 65536) % @_] }
    my @piece = ("not logged in", "Not Logged", "NOT LOGGED IN", " in", "not", "logged in", "please run", "PLEASE RUN",
        "Please run ", "/login", "/LOGIN", "/log", "/login", " ", " ", "\n", "\n", "\t", "\r\n", "\x0B", "\f", "\0",
        "401", "401", "4010", "14", "01", "_", "4", "1", "-", ".", "/", "x", "un", "authorized", "UNAUTHORIZED",
        "invalid", " api ", "key", "invalid api key", "Invalid API", " KEY", "\xFF", "\xC2\xA0", "\xC3\xA9", "\xE2",
        "{", "}", "[", "]", ":", ",", "\\");
    my @quoted = grep { !/[\n\r\t\x0B\f\0\\]/ } @piece;
    sub words { my ($n, @from) = @_; return join "", map { pick(@from) } 1 .. $n }
    sub line {
        my $kind = pick(0 .. 9);
        return words(pick(0 .. 8), @piece) if $kind < 6;
        my $said = words(pick(1 .. 5), @quoted);
        return "{\"type\":\"user\",\"message\":\"$said\"}\n" if $kind < 8;
        return "{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"$said\"}]},\"type\":\"assistant\"}\n" if $kind < 9;
        return "{\"is_error\":false,\"result\":\"$said\",\"type\":\"result\"}\n";
    }
    open my $wanted, ">", "$top/wanted" or die;
    for my $i (0 .. 2999) {
        my $directory = sprintf "%s/%02d", $top, $i / 250;
        mkdir $directory;
        my $text = join "", map { line() } 1 .. pick(1 .. 5);
        my $path = sprintf "%s/%04d", $directory, $i;
        open my $log, ">:raw", $path or die;
        print $log $text;
        close $log;
        my $match = $text =~ /not logged in|please run\s*\/login|invalid api key|unauthorized|\b401\b/ai;
        printf $wanted "%s %d\n", $path, $match ? 2 : 0;
    }'
perl -e "$generate" "$dir"
matches=$(grep -c ' 2$' "$dir/wanted")
is 'some match, some do not' "$([ "$matches" -gt 500 ] && [ "$matches" -lt 2500 ] && echo so)" so

for logs in "$dir"/[0-9]*; do
    check runlog -v --newest=0 --output-format=prometheus \
        --state=auth-mention=critical,result-missing=ok,log-empty=ok,result-empty=ok,run-failed=ok "$logs"
    printf '%s\n' "$out" | sed -n 's/^claude_runlog_state{log="\(.*\)"} \([0-9]\)$/\1 \2/p' >>"$dir/got"
done
sort "$dir/wanted" >"$dir/a"
sort "$dir/got" >"$dir/b"
is 'every log' "$(wc -l <"$dir/b" | tr -d ' ')" 3000
differ=$(comm -3 "$dir/a" "$dir/b" | tr -d '\t' | head -n 4)
is 'the same verdicts' "$differ" ''
for path in $(printf '%s\n' "$differ" | sed 's/ .$//' | uniq); do
    printf '%s:\n' "$path" && od -c "$path" | head -n 40
done >&2

done_testing
