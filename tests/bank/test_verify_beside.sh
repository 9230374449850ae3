#!/bin/sh
# SPDX-License-Identifier: MIT
#
# verify beside a bank that works on: it finds nothing wrong, and holds no old
# snapshot; without one, its processes find what one would. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new verify_beside
customer=
trap 'bank_kill KILL; [ -z "$customer" ] || kill "$customer"; rm -rf "$WORLD"' EXIT

bank_start --snapshot-every 2 || exit 1
account_new

# Until it is killed: new accounts, withdrawals that end in every way, refusals.
keep_busy()
{
    while :; do
        for outcome in dispensed not-dispensed retracted; do
            "$BUILD/bank" terminal withdraw 10 --outcome $outcome --card-file "$WORLD/card" --pin-file "$WORLD/pin"
        done
        "$BUILD/bank" terminal withdraw 400 --card-file "$WORLD/card" --pin-file "$WORLD/pin"
        "$BUILD/bank" account deposit "$account" 30
        "$BUILD/bank" account open --owner Somebody
        "$BUILD/bank" snapshot take
    done >"$WORLD/customer" 2>&1
}
keep_busy &
customer=$!
busy()
{
    [ "$(ask "SELECT count(*) FROM esbank.events")" -gt "$1" ]
}
await 20 busy 60
result "a bank is busy" $?

# WORD...: verify with these finds nothing wrong while events come.
clean()
{
    before=$(ask "SELECT count(*) FROM esbank.events")
    for i in 1 2 3; do
        bank verify "$@"
        [ "$status" = 0 ] && ! grep -Eq '^(FAILED|UNKNOWN) ' "$WORLD/out" || return 1
    done
    busy "$before"
}
holds "verify finds nothing wrong" clean
holds "it spares the bank" \
    grep -Eq '^speed +[0-9]+ events/s, 1 process at a time, resting half the time' "$WORLD/out"
holds "nor does it at full speed" clean --full-speed
holds "which says how fast it was" \
    grep -Eq '^speed +[0-9]+ events/s, [0-9]+ process(es)? at a time$' "$WORLD/out"

# Each statement is a transaction of its own while the log is read.
psql -Xq "$DATABASE" -c "BEGIN; LOCK TABLE esbank.snapshots IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(61)" >"$WORLD/held" 2>&1 &
"$BUILD/bank" verify >"$WORLD/verified" 2>&1 &
verifying=$!
waits()
{
    [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%layout, state FROM esbank.snapshots%'")" = 1 ]
}
await 30 waits
result "verify waits for a table" $?
holds "and its snapshot is no older than its statement" test "$(ask "SELECT xact_start = query_start
    FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%layout, state FROM esbank.snapshots%'")" = t
ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(61)' AND datname = current_database() AND pid <> pg_backend_pid()" >"$WORLD/killed"
wait "$verifying"
result "then it ends, with nothing wrong" $?
kill "$customer"
customer=
bank_stop

# ---- no bank: several processes ------------------------------------------------

bank verify
did "without a bank, all is well too" '^ok +hash chain'
tamper()
{
    ask "BEGIN; SET LOCAL session_replication_role = replica; $1; COMMIT" >"$WORLD/out" 2>"$WORLD/err"
}
deposited=$(ask "SELECT min(position) FROM esbank.events WHERE event_type = 'Accounts.MoneyDeposited'")
tamper "UPDATE esbank.events SET data = replace(data::text, '25050', '35050')::json WHERE position = $deposited"
tamper "UPDATE esbank.withdrawals SET reversed = 7 WHERE state = 'completed'"
bank verify
holds "an event that was changed is found by position" \
    grep -Eq "^FAILED +hash chain +position $deposited, " "$WORLD/out"
holds "in its stream" grep -Eq "^FAILED +money conserved" "$WORLD/out"
holds "and a row of a withdrawal by its correlation" grep -Eq "^FAILED +one end each +the row of withdrawal .* is completed, reversed 7; the events give completed, reversed 0" "$WORLD/out"
tamper "INSERT INTO esbank.log_head SELECT * FROM esbank.log_head"
bank verify
holds "a second head is found" \
    grep -Eq "^FAILED +head of the log +esbank.log_head has more than one row" "$WORLD/out"

results_end
