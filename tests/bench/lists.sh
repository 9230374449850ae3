#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How long lists of a large bank take, on rows of console_rows.sql: from the
# program's start to its end, and of that in the database, as its log has it;
# medians of nine, and what a program takes that does nothing. On a private
# cluster of its own, of some gigabytes.
#
#   ROWS=3500000 BUILD=build sh tests/bench/lists.sh
# shellcheck disable=SC2034,SC2119  # rounds are only counted; options are the caller's to give
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
. tests/support/bank.sh

cleanup()
{
    [ ! -e "$WORLD/bank.pid" ] || bank_stop
    rm -rf "$WORLD"
}

median()
{
    sort -n | awk '{ at[NR] = $1 } END { printf "%.2f", at[int((NR + 1) / 2)] }'
}

took() # NAME, the command's words
{
    name=$1
    shift
    : >"$WORLD/all" && : >"$WORLD/database"
    for i in 1 2 3 4 5 6 7 8 9; do
        from=$(wc -c <"$log") began=$(date +%s%N)
        "$BUILD/bank" "$@" --db "$LARGE" >"$WORLD/rows" || exit 1
        echo "$(($(date +%s%N) - began))" | awk '{ print $1 / 1e6 }' >>"$WORLD/all"
        tail -c "+$((from + 1))" "$log" | awk '{ for (i = 1; i < NF; i++) if ($i == "duration:") sum += $(i + 1) }
            END { print sum + 0 }' >>"$WORLD/database"
    done
    echo "${name}_ms $(median <"$WORLD/all"), in the database $(median <"$WORLD/database")"
}

world_new lists_bench private
trap cleanup EXIT
bank_start
ask "CREATE DATABASE large" || exit 1
LARGE="host='$ESBANK_HOME/pg' port=5432 user=esbank dbname=large"
"$BUILD/bank" migrate --db "$LARGE" >/dev/null || exit 1
echo "lists: making rows" >&2
psql -Xq -v ON_ERROR_STOP=1 -v rows="${ROWS:-3500000}" "$LARGE" -f tests/bench/console_rows.sql || exit 1
psql -Xq "$LARGE" -c 'CHECKPOINT' -c 'ALTER DATABASE large SET log_min_duration_statement = 0'
log=$ESBANK_HOME/pg/log
[ -f "$log" ] || log=$(find "$ESBANK_HOME/pg" -maxdepth 2 -name 'log*' -type f | head -1)
machine=$(psql -XAtq "$LARGE" -c 'SELECT teller_id FROM esbank.tellers ORDER BY 1 OFFSET 500 LIMIT 1')
account=$(psql -XAtq "$LARGE" -c 'SELECT account_id FROM esbank.accounts ORDER BY 1 OFFSET 500 LIMIT 1')
middle=$(psql -XAtq "$LARGE" -c "SELECT withdrawal_id FROM esbank.withdrawals WHERE position = ${ROWS:-3500000} / 2")
took nothing version
took newest withdrawal list --limit 50
took after_the_middle withdrawal list --limit 50 --after "$middle"
took suspect withdrawal list --limit 50 --state suspect
took reversed withdrawal list --limit 50 --state reversed
took machine withdrawal list --limit 50 --teller "$machine"
took account withdrawal list --limit 50 --account "$account"
took statement account statement "$account" --limit 50
took accounts account list --limit 50
took events events --limit 50
