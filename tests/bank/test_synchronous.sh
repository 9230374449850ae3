#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A database with a synchronous standby that stands still: the session of a bank ends while a commit of its waits for
# that standby, which leaves the row visible; nothing is told of it before a commit of the bank's own has reached the
# standby, and what the primary takes with it when it dies was never acknowledged. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/servers.sh

deposit=5e000000-0000-4000-8000-000000000001

# SECONDS: sends the deposit and prints what comes in that time.
asked()
{
    timeout "$1" perl -MIO::Socket::UNIX -e '
        my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1;
        print $s "{\"v\":1,\"id\":\"$ARGV[1]\",\"command\":\"DepositMoney\",\"account_id\":\"$ARGV[2]\",\"amount\":700}\n";
        $s->flush; print scalar <$s>' "$ESBANK_HOME/operator.sock" "$deposit" "$account"
}

waits()
{
    [ "$(server_ask a "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")" -ge 1 ]
}

visible()
{
    [ "$(server_ask a "SELECT count(*) FROM esbank.commands WHERE command_id = '$deposit'")" = 1 ]
}

# Whatever waits for the standby is ended; so it is again and again, while the row is there to be read.
waiters_end()
{
    server_ask a "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'" >/dev/null
}

world_new sync
postgres_end()
{
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "DROP DATABASE IF EXISTS \"$world_database\" WITH (FORCE)"
}
trap 'bank_kill KILL; servers_end; postgres_end; rm -rf "$WORLD"' EXIT
servers_new synchronous_standby_names=b || exit 1
bank_start || exit 1
account_new
receiver=$(server_process b walreceiver)
kill -STOP "$receiver"
asked 12 >"$WORLD/first" &
first=$!
await 20 waits
result "a commit waits for the standby" $?
waiters_end
await 20 visible
result "its session ends, and the row can be read" $?
for second in 1 2 3; do
    asked 1 >>"$WORLD/again"
    waiters_end
done
! grep -q '"ok":true' "$WORLD/first" "$WORLD/again"
result "neither it nor the same id sent again is answered" $?
server_kill a
kill -CONT "$receiver"
wait "$first"
! grep -q '"ok":true' "$WORLD/first"
result "the primary dies with it" $?
server_promote b
holds "the bank finds the other server" await 20 bank_answers
asked 20 >"$WORLD/last"
grep -q '"ok":true' "$WORLD/last"
result "sent again, it takes effect there" $?
[ "$(server_ask b "SELECT count(*) FROM esbank.commands WHERE command_id = '$deposit'")" = 1 ]
result "once" $?
bank_stop
bank verify
did "and the log is clean" '^ok +seals'
results_end
