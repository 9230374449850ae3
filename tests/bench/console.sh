#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `bank console` takes on a large bank: each view fetched and painted, on
# rows of console_rows.sql, and what a console that is open costs the bank and
# the database while both are otherwise idle. On a private cluster of its own.
#
#   BUILD=build sh tests/bench/console.sh
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-$PWD/build}
. tests/support/bank.sh

cleanup()
{
    exec 3>&-
    [ ! -e "$WORLD/bank.pid" ] || bank_stop
    rm -rf "$WORLD"
}

# Processor time of the bank, in ticks of 10 ms.
ticks()
{
    awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# Processor time of sessions of that name, in ms, as pg_stat_activity has them.
session_ticks()
{
    for pid in $(ask "SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%console%'"); do
        ticks "$pid"
    done | awk '{ sum += $1 } END { print sum + 0 }'
}

world_new console_bench private
trap cleanup EXIT
bank_start
ask "CREATE DATABASE large" || exit 1
LARGE="host='$ESBANK_HOME/pg' port=5432 user=esbank dbname=large"
"$BUILD/bank" migrate --db "$LARGE" >/dev/null || exit 1
echo "console: making rows" >&2
psql -Xq -v ON_ERROR_STOP=1 -v rows=1000000 "$LARGE" -f tests/bench/console_rows.sql || exit 1
"$BUILD/bench" console --home "$ESBANK_HOME" --db "$LARGE" || exit 1

# An open console, on its overview, then on machines.
mkfifo "$WORLD/keys"
before=$(ticks "$(cat "$WORLD/bank.pid")")
sleep 20
idle=$(($(ticks "$(cat "$WORLD/bank.pid")") - before))
TERM=xterm script -qec "stty rows 24 cols 80; $BUILD/bank console --db \"$LARGE\"" /dev/null <"$WORLD/keys" >/dev/null 2>&1 &
exec 3>"$WORLD/keys"
for view in 1 2 3 4 5 6 7; do
    printf %s "$view" >&3
    sleep 3
    before=$(ticks "$(cat "$WORLD/bank.pid")") sessions=$(session_ticks)
    sleep 20
    echo "view_${view}_bank_cpu_ms_a_second $(($(ticks "$(cat "$WORLD/bank.pid")") - before - idle))" |
        awk '{ printf "%s %.2f\n", $1, ($2 < 0 ? 0 : $2) * 10 / 20 }'
    echo "view_${view}_database_cpu_ms_a_second $(($(session_ticks) - sessions))" | awk '{ printf "%s %.2f\n", $1, $2 * 10 / 20 }'
done
printf q >&3
