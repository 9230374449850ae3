#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A day ends at midnight UTC at the counter and at a cut-over at a machine, in whatever zone the bank, its database and
# its operators live; and all of them see the same. The bank's clock is moved to before and behind a midnight. Prints
# TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new midnight
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# So many seconds after the last midnight but one, in that zone.
midnight=$(($(date +%s) / 86400 * 86400 - 86400))
serve_at()
{
    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD=$BUILD/clock.so \
        CLOCK_SHIFT_S=$((midnight + $1 - $(date +%s))) TZ=$2 PGTZ=$2 bank_start || exit 1
}
serve_at -1800 Pacific/Kiritimati # where it was over half a day ago
before=$(date -u -d "@$((midnight - 1))" +%F)
after=$(date -u -d "@$midnight" +%F)
account_new
visit

# The days, since 1970, that events of that type have.
days()
{
    ask "SELECT string_agg(DISTINCT date '1970-01-01' + (data->>'day')::int || '', ',' ORDER BY
        date '1970-01-01' + (data->>'day')::int || '') FROM esbank.events WHERE event_type = '$1'"
}

[ "$(days Accounts.MoneyDeposited)" = "$before" ]
result "at the counter it is the day before midnight, by UTC" $?
[ "$(days Teller.MoneyWithdrawn)" = "$before" ]
result "and at the machine" $?
bank day close --teller "$teller" --yes
did "its day ends before midnight" "business day $before has ended"
bank day close --teller "$teller" --yes
refused "and not tomorrow's, which is not over at midnight either" 1 'tomorrow'
visit
[ "$(days Teller.MoneyWithdrawn)" = "$before,$after" ]
result "what follows is of the day that has begun, still before midnight" $?
bank_stop
serve_at 1 Pacific/Pago_Pago # where it is far away
bank account deposit "$account" 1.00
[ "$(days Accounts.MoneyDeposited)" = "$before,$after" ]
result "after midnight it is the next day at the counter" $?
visit
[ "$(days Teller.MoneyWithdrawn)" = "$before,$after" ]
result "the machine's day goes on: it ends at its cut-over" $?
bank day close --teller "$teller" --yes
did "which now may be" "business day $after has ended"
bank day show "$before" --teller "$teller"
did "the first day has the first withdrawal" 'withdrawals completed  *1  *20\.00'
bank day show "$after" --teller "$teller"
did "the second the others" 'withdrawals completed  *2  *40\.00'

# ---- who looks on ----

# What that command prints in each zone.
everywhere()
{
    sentence=$1
    shift
    TZ=UTC PGTZ=UTC "$BUILD/bank" "$@" >"$WORLD/utc" 2>"$WORLD/err"
    status=$?
    for zone in Pacific/Kiritimati Pacific/Pago_Pago Asia/Kathmandu; do
        TZ=$zone PGTZ=$zone "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err" && cmp -s "$WORLD/utc" "$WORLD/out" || status=1
    done
    [ "$status" = 0 ] && [ -s "$WORLD/utc" ]
    result "$sentence" $?
}
everywhere "the days are the same in each zone" day list --json
everywhere "so is a day's report" day show "$before" --teller "$teller"
everywhere "in JSON" day show "$after" --json
everywhere "a statement" account statement "$account" --json
everywhere "what happened since a day" withdrawal list --since "$after" --json
everywhere "and before it" withdrawal list --before "$after" --json
everywhere "the machine" teller show "$teller" --json
bank withdrawal list --since "$after" --json
[ "$(grep -o '"withdrawal_id"' "$WORLD/out" | wc -l)" = 1 ]
result "a day begins at midnight UTC for lists" $?
bank_stop
bank_start || exit 1
bank verify
did "the books are right" '^ok +tables'
results_end
