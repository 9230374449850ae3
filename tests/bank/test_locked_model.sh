#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A read model's table that something else has locked: a command that waits for the read models is answered within its
# five seconds, and no other command waits at all. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new locked
trap 'kill "$locker" 2>/dev/null; bank_kill KILL; rm -rf "$WORLD"' EXIT
bank_start
account_new
ask_models 'SELECT' >"$WORLD/out"

# Milliseconds that a deposit of $1 takes, with these members more.
deposit_ms()
{
    deposit_from=$(date +%s%3N)
    "$BUILD/bank" dispatch "{\"command\":\"DepositMoney\",\"account_id\":\"$account\",\"amount\":$1${2:-}}" \
        >"$WORLD/deposit$1" 2>&1
    echo $(($(date +%s%3N) - deposit_from))
}

# TABLE CONDITION: how many sessions have a lock on it, or wait for one, so.
locks()
{
    ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.$1'::regclass AND $2"
}

locked()
{
    [ "$(locks "$1" "mode = 'AccessExclusiveLock' AND granted")" = 1 ]
}

waited_for()
{
    [ "$(locks "$1" 'NOT granted')" -ge 1 ]
}

balance_is()
{
    [ "$(ask 'SELECT balance FROM esbank.accounts')" = "$1" ]
}

balance=50000
for table in accounts projections; do
    psql -Xq "$DATABASE" -c 'BEGIN' -c "LOCK TABLE esbank.$table" -c 'SELECT pg_sleep(60)' >"$WORLD/locker" 2>&1 &
    locker=$!
    await 10 locked "$table"
    deposit_ms 11 ',"consistency":"strong"' >"$WORLD/strong" &
    strong=$!
    await 5 waited_for "$table"
    first=$(deposit_ms 1)
    second=$(deposit_ms 2)
    third=$(deposit_ms 3)
    echo "$first, $second, $third ms" >"$WORLD/out"
    [ "$first" -lt 1500 ] && [ "$second" -lt 1500 ] && [ "$third" -lt 1500 ]
    result "$table locked: commands that do not wait for the read models do not wait for it either" $?
    wait "$strong"
    cat "$WORLD/strong" "$WORLD/deposit11" >"$WORLD/out"
    [ "$(cat "$WORLD/strong")" -lt 7000 ] && grep -q '"ok":true' "$WORLD/deposit11" &&
        grep -q '"consistency":"eventual"' "$WORLD/deposit11"
    result "$table locked: one that does is answered in five seconds, and hears that lists may not show it yet" $?
    psql -Xq "$DATABASE" -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'" \
        >"$WORLD/out"
    wait "$locker"
    balance=$((balance + 17))
    await 20 balance_is "$balance"
    result "$table free again: it has all of it" $?
    strong=$(deposit_ms 5 ',"consistency":"strong"')
    balance=$((balance + 5))
    [ "$strong" -lt 1500 ] && balance_is "$balance"
    result "$table free again: it keeps up as before" $?
done
results_end
