#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `bank console` under random keys in windows of random sizes, while its bank
# stands still, is killed and starts again and a table is locked: it ends by its
# own keys only. SEED=N types something else; SECONDS_TYPED=300 types longer.
# Most of use with BUILD=build/asan. Prints TAP.
# shellcheck disable=SC2119,SC2317
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}") || exit 1
. tests/support/bank.sh
seconds=${SECONDS_TYPED:-12}

# What befalls the bank meanwhile, again and again.
troubles()
{
    while :; do
        kill -STOP "$(cat "$WORLD/bank.pid")"
        sleep 1
        kill -CONT "$(cat "$WORLD/bank.pid")"
        psql -XqAt "$DATABASE" -c BEGIN -c 'LOCK TABLE esbank.withdrawals' -c 'SELECT pg_sleep(1)' >/dev/null 2>&1
        bank_kill KILL
        sleep 1
        bank_start
        sleep 1
    done
}

world_new console_random
bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err" && echo 4000001234567899 >"$WORLD/card" &&
    echo 1234 >"$WORLD/pin" && for amount in 20 50 70; do
    "$BUILD/bank" terminal withdraw "$amount" --outcome unknown --card-file "$WORLD/card" --pin-file "$WORLD/pin"
done >>"$WORLD/out" 2>>"$WORLD/err"
result "there is a bank with something to see" $?
troubles &
befalling=$!
trap 'kill "$befalling" 2>/dev/null; bank_kill; rm -rf "$WORLD"' EXIT
python3 tests/support/console_random.py "${SEED:-1}" "$seconds" "$BUILD/bank" console >"$WORLD/out" 2>"$WORLD/err"
result "the console ends by its own keys only" $?
kill "$befalling" 2>/dev/null
wait "$befalling" 2>/dev/null
results_end
