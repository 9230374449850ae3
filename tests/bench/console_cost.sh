#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What an open `bank console` costs a bank that works: pairs of rounds of the same
# closed load from 1,000 machines, one with a console open and one without, which
# is first by turns. For each round the withdrawals a second, the processor time
# of a withdrawal in the bank and in its cluster, and what the console and its
# session took; at the end the medians of the pairs' quotients. On a private
# cluster of its own.
#
#   PAIRS=12 VIEW=2 BUILD=build sh tests/bench/console_cost.sh
# shellcheck disable=SC2016,SC2119  # awk programs; options are the caller's to give
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
. tests/support/bank.sh
pairs=${PAIRS:-12} view=${VIEW:-2} seconds=${ROUND_SECONDS:-5}

cleanup()
{
    exec 3>&-
    [ ! -e "$WORLD/bank.pid" ] || bank_stop
    rm -rf "$WORLD"
}

# One on its view; typing q ends it.
console_open()
{
    rm -f "$WORLD/keys"
    mkfifo "$WORLD/keys"
    TERM=xterm timeout 120 script -qec "stty rows 43 cols 132; $BUILD/bank console" /dev/null <"$WORLD/keys" >/dev/null 2>&1 &
    console=$!
    exec 3>"$WORLD/keys"
    printf %s "$view" >&3
}

# Processor time of that process, in ticks of 10 ms.
ticks()
{
    awk '{ print $14 + $15 }' "/proc/$1/stat" 2>/dev/null || echo 0
}

# Of the console's session in the database, and of the console itself.
console_ticks()
{
    session=$(ask "SELECT max(pid) FROM pg_stat_activity WHERE application_name LIKE '%console%'")
    echo "$(ticks "${session:-0}") $(ticks "$(pgrep -n -f "^$BUILD/bank console")")"
}

round() # with, without
{
    before='0 0' after='0 0'
    if [ "$1" = with ]; then
        console_open
        sleep 2
        before=$(console_ticks)
    fi
    "$BUILD/bench" run --home "$ESBANK_HOME" --accounts 5000 --tellers 1000 --terminals 1000 --connections 50 \
        --bank-pid "$(cat "$WORLD/bank.pid")" \
        --warm-up-ms 500 --measure-ms $((seconds * 1000)) >"$WORLD/run" || exit 1
    if [ "$1" = with ]; then
        after=$(console_ticks)
        printf qq >&3
        wait "$console"
    fi
    echo "$before $after" | awk -v seconds="$seconds" '{ printf "%.1f %.1f\n", ($3 - $1) * 10 / seconds, ($4 - $2) * 10 / seconds }' >"$WORLD/own"
    awk -v own="$(cat "$WORLD/own")" '{ value[$1] = $2 } END { print value["withdrawals_per_s"],
        value["bank_cpu_us_per_withdrawal"] + value["postgres_cpu_us_per_withdrawal"], own }' "$WORLD/run"
}

world_new console_cost private
unset ESBANK_PG_OPTIONS
trap cleanup EXIT
bank_start
"$BUILD/bench" setup --home "$ESBANK_HOME" --accounts 5000 --tellers 1000 >"$WORLD/setup" || exit 1
round without >/dev/null
for pair in $(seq "$pairs"); do
    if [ $((pair % 2)) = 0 ]; then
        with=$(round with) without=$(round without)
    else
        without=$(round without) with=$(round with)
    fi
    echo "$without $with"
done | tee "$WORLD/pairs" | awk '{ 
    printf "pair %d: %.0f withdrawals/s without, %.0f with; %.1f and %.1f us of processor time each;", NR, $1, $5, $2, $6
    printf " the session took %.1f ms a second, the console %.1f\n", $7, $8 }'
for quotient in 'rate $5/$1' 'processor_time $6/$2'; do
    awk "{ print ${quotient#* } }" "$WORLD/pairs" | sort -n |
        awk -v name="${quotient%% *}" '{ at[NR] = $1 } END { printf "%s_with_to_without %.4f (of %d pairs; the middle half %.3f to %.3f)\n",
            name, (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2, NR, at[int(NR / 4) + 1], at[NR - int(NR / 4)] }'
done
