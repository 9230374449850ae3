#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The log: its two forms, its levels, and a file that is moved away. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new log
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# The words in the sources that levels.h does not have.
forgotten()
{
    find bank -name '*.c' | sort | xargs perl -0777 -ne '
        BEGIN { open my $levels, "<", "bank/log/levels.h" or die; local $/; $_ = <$levels>;
                $known{$1} = 1 while /X\("([a-z-]+)"/g }
        push @words, $1 while /(?:log_event|log_limited)\(\s*"([a-z-]+)"/g;
        while (/notice\(((?:[^,()]|\([^()]*\))*),([^;]*);/g) { my $rest = $2;
            push @words, $1 while $rest =~ /(?:^|[?:])\s*"([a-z-]+)"/g }
        END { print "$_\n" for grep { !$known{$_}++ } @words }'
}

# PATTERN: a line of the log's file is such.
logs()
{
    grep -Eq -- "$1" "$logs/log"
}

# Whether each line of a file is an object with its time, level and event first.
all_json()
{
    perl -MJSON::PP -ne 'BEGIN { $n = 0 }
        die "$_" unless /^\{"time":"[0-9T:.-]+Z","level":"(info|warn|error)","event":"[a-z-]+"/;
        decode_json($_); $n++; END { exit !$n }' "$1" 2>"$WORLD/err"
}

forgotten >"$WORLD/out"
[ ! -s "$WORLD/out" ]
result "every event has its level" $?
bank serve --log-level loud
refused "there are three levels" 2 '--log-level wants info, warn or error'
bank serve --log-format xml
refused "and two forms" 2 '--log-format wants logfmt or json'
bank serve --log-file "$WORLD/nowhere/log"
[ "$status" = 1 ] && grep -q '^bank: cannot write to .*the file after --log-file' "$WORLD/err"
result "a file that cannot be written to is an error" $?

# ---- JSON, in a file ------------------------------------------------------------

# Outside the home, as in docs/operations.md.
logs=$WORLD/logs
mkdir "$logs" && chown "$(stat -c %u:%g "$ESBANK_HOME")" "$logs"

bank_start --log-format json --log-file "$logs/log"
result "the bank starts" $?
holds "what happens is in the file" logs '"event":"ready","home":".*","position":0\}$'
[ ! -s "$WORLD/bank.log" ]
result "and not on stderr" $?
account_new
visit
sign_on="\"level\":\"info\",\"event\":\"sign-on\",\"teller\":\"$teller\",\"door\":\"terminals\""
lost="\"level\":\"warn\",\"event\":\"machine-lost\",\"teller\":\"$teller\",\"why\":\"its? (closed its connection|connection was lost)\""
holds "a machine that signs on has its line" logs "$sign_on"
holds "and one that has gone" await 20 logs "$lost"
[ "$(grep -c '"event":"sign-on"' "$logs/log")" = 1 ]
result "each one" $?
bank teller bar "$teller" --reason stolen
visit
holds "one that may not begin anything has its line, too" logs \
    "\"level\":\"warn\",\"event\":\"sign-on-refused\",\"teller\":\"$teller\",\"why\":\"teller_barred\""
bank teller unbar "$teller" --reason found
mv "$logs/log" "$logs/log.1"
kill -HUP "$(cat "$WORLD/bank.pid")"
holds "after SIGHUP the log goes on in a new file" await 20 logs '"event":"reloaded"'
before=$(wc -c <"$logs/log.1")
visit
await 20 logs "$lost"
[ "$(wc -c <"$logs/log.1")" = "$before" ]
result "and nothing more in the old one" $?
bank_stop
logs '"event":"ended"' && all_json "$logs/log" && all_json "$logs/log.1"
result "every line is a JSON object" $?
[ "$(stat -c %a "$logs/log")" = 640 ]
result "which others may not read" $?

# ---- levels -----------------------------------------------------------------------

rm "$logs/log"
bank_start --log-file "$logs/log" --log-level warn
visit
holds "with --log-level warn a lost machine is there" \
    await 20 logs "^bank: machine-lost time=[^ ]+ level=warn teller=$teller why=\"its? "
! logs ' level=info '
result "and no event of a lower level" $?
bank_stop

results_end
