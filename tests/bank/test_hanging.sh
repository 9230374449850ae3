#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A database server that stands still without being gone: terminals are told within seconds, and the server that took
# its place is found, by the bank that runs and by one that starts. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/servers.sh

# SECONDS PATTERN: deposits under new ids until one has that answer. Each is waited for two seconds: of one that was on
# its way to the database nothing can be told.
answered()
{
    timeout 60 perl -MIO::Socket::UNIX -MTime::HiRes=time -e '
        my ($path, $account, $seconds, $pattern) = @ARGV;
        my $until = time + $seconds;
        for (my $n = 1; time < $until; $n++) {
            my $s = IO::Socket::UNIX->new(Peer => $path) or next;
            printf $s "{\"v\":1,\"id\":\"%08x-%04x-4000-8000-%012x\",\"command\":\"DepositMoney\",\"account_id\":\"%s\",\"amount\":100}\n",
                $$, $n % 65536, time, $account;
            $s->flush;
            my $bits = "";
            vec($bits, fileno($s), 1) = 1;
            my $line = select($bits, undef, undef, 2) ? <$s> : undef;
            exit 0 if defined $line && $line =~ $pattern;
            select undef, undef, undef, 0.05;
        }
        exit 1' "$ESBANK_HOME/operator.sock" "$account" "$1" "$2"
}

world_new hanging
postgres_end()
{
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "DROP DATABASE IF EXISTS \"$world_database\" WITH (FORCE)"
}
trap 'bank_kill KILL; servers_end; postgres_end; rm -rf "$WORLD"' EXIT
servers_new synchronous_standby_names=b || exit 1
bank_start || exit 1
account_new
holds "a bank serves" answered 5 '"ok":true'

server_pause a
asked=$(date +%s%N)
answered 5 '"code":"91"'
result "with its database standing still, it says so" $?
echo "# after $((($(date +%s%N) - asked) / 1000000)) ms"
server_promote b
holds "the server that was promoted is found" answered 20 '"ok":true'
acknowledged=$(server_ask b "SELECT position FROM esbank.log_head")

bank_kill KILL
started=$(date +%s%N)
bank_start
result "and by a bank that starts" $?
echo "# after $((($(date +%s%N) - started) / 1000000)) ms"
holds "which serves" answered 10 '"ok":true'

server_resume a
holds "the old one is there again, and nothing comes of it" answered 5 '"ok":true'
[ "$(server_ask a "SELECT position FROM esbank.log_head")" -le "$acknowledged" ]
result "it was not written to" $?
bank_stop
timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" >"$WORLD/out" 2>"$WORLD/err"
holds "named first, it is refused" grep -q 'the log is not the one this bank knew' "$WORLD/err"
ESBANK_DB="host='$WORLD/b' port=5432 user=esbank dbname=esbank"
bank verify
did "the log is clean" '^ok +seals'
results_end
