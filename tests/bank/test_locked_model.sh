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

locked()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.accounts'::regclass AND mode = 'AccessExclusiveLock'
        AND granted")" = 1 ]
}

# Some session of the bank's is at the table, or was and will be again.
at_it()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.accounts'::regclass AND NOT granted")" -ge 1 ] ||
        [ "$(ask "SELECT count(*) FROM esbank.projections WHERE name = 'accounts' AND state <> 'inline'")" = 1 ]
}

psql -Xq "$DATABASE" -c 'BEGIN' -c 'LOCK TABLE esbank.accounts' -c 'SELECT pg_sleep(60)' >"$WORLD/locker" 2>&1 &
locker=$!
await 10 locked
deposit_ms 11 ',"consistency":"strong"' >"$WORLD/strong" &
strong=$!
await 5 at_it
first=$(deposit_ms 1)
second=$(deposit_ms 2)
third=$(deposit_ms 3)
echo "strong and first $first, then $second, $third" >"$WORLD/out"
[ "$first" -lt 1000 ] && [ "$second" -lt 1000 ] && [ "$third" -lt 1000 ]
result "commands that do not wait for the read models do not wait for a lock on one" $?
wait "$strong"
cat "$WORLD/strong" "$WORLD/deposit11" >"$WORLD/out"
[ "$(cat "$WORLD/strong")" -lt 6500 ] && grep -q '"ok":true' "$WORLD/deposit11" &&
    grep -q '"consistency":"eventual"' "$WORLD/deposit11"
result "one that does is answered within its five seconds, and hears that lists may not show it yet" $?
psql -Xq "$DATABASE" -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'" >"$WORLD/out"
wait "$locker"
balance_is()
{
    [ "$(ask 'SELECT balance FROM esbank.accounts')" = "$1" ]
}
await 20 balance_is 50017
result "and once the table is free it has all of it" $?
strong=$(deposit_ms 5 ',"consistency":"strong"')
[ "$strong" -lt 1000 ] && balance_is 50022
result "and keeps up as before" $?
results_end
