#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two business days of a real bank: traffic, what is in flight at the end of each, and their reports,
# which are the same for ever. The bank's clock is moved, so that the days are over. Prints TAP. The
# programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new day
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
day_s=86400
now_s=$(date +%s)

# DAYS: the bank, so many days ago.
bank_start_ago()
{
    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD=$BUILD/clock.so \
        CLOCK_SHIFT_S=$((-$1 * day_s)) bank_start || exit 1
}

# DAYS: the date so many days ago.
date_ago()
{
    date -u -d "@$((now_s - $1 * day_s))" +%F
}

# WORD...: as that teller's machine, with the card of account_new.
at_machine()
{
    bank terminal "$@" --card-file "$WORLD/card" --pin-file "$WORLD/pin"
}

# It stands within 80 columns.
fits()
{
    [ "$(awk '{ if (length($0) > 80) wide++ } END { print wide + 0 }' "$WORLD/out")" = 0 ]
}

# ---- the first day -------------------------------------------------------------

first=$(date_ago 2)
second=$(date_ago 1)
bank_start_ago 2
account_new
at_machine withdraw 70
at_machine withdraw 20 --outcome not-dispensed
at_machine withdraw 9000
at_machine deposit 50x2
"$BUILD/bank" terminal withdraw 50 --outcome none --card-file "$WORLD/card" --pin-file "$WORLD/pin" \
    >"$WORLD/out" 2>"$WORLD/err"
open=$(ask "SELECT withdrawal_id FROM esbank.withdrawals WHERE state = 'dispensing'")
bank day show "$first"
refused "a day that runs has no report" 1 'has closed the business day'
bank day close
refused "which machine has to be said" 2 '--teller is missing; say .bank day close --teller ID'
bank day close --teller "$teller" </dev/null
refused "a day does not end without a question" 2 'no terminal to ask at: say --yes'
bank teller cut-over "$teller" </dev/null
refused "by neither name" 2 'say --yes'
mkfifo "$WORLD/typed"
script -qec "$BUILD/bank day close --teller $teller" /dev/null <"$WORLD/typed" >"$WORLD/screen" 2>&1 &
closing=$!
exec 4>"$WORLD/typed"
await 10 grep -q "End the business day $first of machine $teller" "$WORLD/screen"
result "the question names the day and the machine" $?
echo no >&4
await 10 gone "$closing"
exec 4>&-
holds "another answer than yes ends nothing" \
    grep -q 'nothing was done: the answer was not yes' "$WORLD/screen"
rm "$WORLD/typed"
mkfifo "$WORLD/typed"
script -qec "$BUILD/bank day close --teller $teller --day 2001-01-01" /dev/null \
    <"$WORLD/typed" >"$WORLD/screen" 2>&1 &
closing=$!
exec 4>"$WORLD/typed"
await 10 grep -q "End the business day 2001-01-01 of machine $teller" "$WORLD/screen"
result "or the day that was said" $?
echo no >&4
await 10 gone "$closing"
exec 4>&-
rm "$WORLD/typed"
mkfifo "$WORLD/typed"
script -qec "$BUILD/bank day close --teller $teller" /dev/null <"$WORLD/typed" >"$WORLD/screen" 2>&1 &
closing=$!
exec 4>"$WORLD/typed"
await 10 grep -q "End the business day $first of machine $teller" "$WORLD/screen"
bank day close --teller "$teller" --day 2001-01-01 --yes
refused "a day is ended that runs" 1 'another version than expected'
bank day close --teller "$teller" --day "$first" --yes
did "day close" "business day $first has ended"
echo yes >&4
await 10 gone "$closing"
exec 4>&-
holds "a yes to a day that has ended meanwhile ends no other" grep -q 'another version than expected' "$WORLD/screen"
bank day close --teller "$teller" --yes
refused "once: the next begins tomorrow" 1 "at most tomorrow's"
bank day close --teller "$nobody" --yes
refused "of a machine that is there" 1 'no such teller|not know|no teller'
bank_stop

# ---- the second ----------------------------------------------------------------

bank_start_ago 1
bank teller replenish "$teller" --notes 50x10
at_machine withdraw 20
now_suspect()
{
    [ "$(ask "SELECT count(*) FROM esbank.withdrawals WHERE state = 'suspect'")" = 1 ]
}
holds "what is open longer than a machine may take is suspect" await 30 now_suspect
bank day close --teller "$teller" --yes
did "the day after ends too" "business day $second has ended"
bank_stop
bank_start || exit 1

# ---- the reports ---------------------------------------------------------------

bank day list
did "day list has the newest first" "^$second +1 +0 +1 +20\\.00"
holds "and the days before" grep -Eq "^$first +1 +0 +1 +70\\.00 +1 +100\\.00" "$WORLD/out"
bank day list --json --limit 1
did "as JSON" '^[[]?[{]"business_day":"'"$(date_ago 0)"'","closed":0,"open":1'
bank day show "$first" --teller "$teller"
did "day show of a machine" "^BUSINESS DAY $first\$"
cp "$WORLD/out" "$WORLD/first"
holds "fits 80 columns" fits
holds "and says who ended it" grep -Eq '^Closed by +operator' "$WORLD/out"
holds "where that stands in the log" \
    grep -Eq '^Event +position [0-9]+, version [0-9]+ of its stream$' "$WORLD/out"
hash=$(ask "SELECT encode(hash, 'hex') FROM esbank.events WHERE event_type = 'Teller.BusinessDayClosed' ORDER BY position LIMIT 1")
holds "with its hash" grep -q "^Hash  *$hash\$" "$WORLD/out"
holds "what was dispensed, a column for each denomination" \
    grep -Eq '^  - dispensed +0 +1 +1 .* 70\.00$' "$WORLD/out"
holds "what was taken out has a row" grep -Eq '^  - removed +0 ' "$WORLD/out"
holds "deposited notes in a bin of their own" grep -Eq '^  [+] deposited .* 2 .* 100\.00$' "$WORLD/out"
holds "declines by their reasons" grep -Eq '^  amount_not_payable [(]13[)] +1$' "$WORLD/out"
holds "what is in flight, by its id" grep -Eq "^  withdrawal  $open  dispensing\$" "$WORLD/out"
holds "and that it balances" grep -q '^The report balances\.$' "$WORLD/out"
bank day show "$second" --teller "$teller"
holds "it is carried over to the next day, and suspect there" \
    grep -Eq "^  withdrawal  $open  suspect\$" "$WORLD/out"
holds "which opens with what the first closed with" sh -c \
    "[ \"\$(sed -n 's/^  = closing//p' '$WORLD/first' | head -1)\" = \"\$(sed -n 's/^    opening//p' '$WORLD/out' | head -1)\" ]"
bank day show "$second"
did "day show of the bank" "^BUSINESS DAY $second, THE BANK\$"
holds "it fits 80 columns too" fits
bank day show "$(date_ago 0)"
refused "a day that no machine has closed" 1 'no machine has closed'
bank day show 2001-02-03
refused "a day that there never was" 1 'bank day list'
bank day show "$(date_ago -2)"
refused "none is beyond tomorrow" 2 'beyond tomorrow'
bank day show yesterday
refused "a day is a date" 2 'give a day such as 2026-11-24'
bank day show "$first" --teller "$nobody"
refused "of a machine that has it" 1 "day list --teller $nobody"

# ---- the same for ever ---------------------------------------------------------

shown()
{
    bank day show "$first" && cp "$WORLD/out" "$1.bank" &&
        bank day show "$first" --json && cp "$WORLD/out" "$1.bank.json" && is_json &&
        bank day show "$first" --teller "$teller" && cp "$WORLD/out" "$1.teller" &&
        bank day show "$first" --teller "$teller" --json && cp "$WORLD/out" "$1.teller.json" && is_json
}
holds "a past day is shown, as JSON too" shown "$WORLD/before"
holds "JSON has the report as the event has it" \
    grep -q '"report":{"notes":\[{"denomination":10000,' "$WORLD/before.teller.json"
bank teller provision "$nobody" --notes 50x10
at_machine withdraw 20
bank withdrawal resolve "$open" dispensed
bank projection rebuild teller_days
shown "$WORLD/after"
holds "after more traffic and a read model made again it is the same to the byte" sh -c \
    "cd '$WORLD' && for kind in bank bank.json teller teller.json; do cmp before.\$kind after.\$kind || exit 1; done"
bank verify
did "bank verify makes the reports again" 'tellers'
bank day show "$second" --json
did "a machine of a later day is not missing in an earlier one" '"not_closed":\[\]'
bank day close --teller "$teller" --yes
bank day show "$(date_ago 0)"
did "one that is still in that day is" "^$nobody  still in business day $(date_ago 0)\$"

# ---- what is not as it should be -----------------------------------------------

forge()
{
    ask "ALTER TABLE esbank.events DISABLE TRIGGER ALL; UPDATE esbank.events SET data = $1
         WHERE position = (SELECT min(position) FROM esbank.events WHERE event_type = 'Teller.BusinessDayClosed')" \
        >"$WORLD/forged" 2>&1
}
forge "regexp_replace(data::text, '\"closing\":[0-9]+', '\"closing\":7')::json"
bank day show "$first" --teller "$teller"
holds "a report that does not balance says so" sh -c \
    "[ $status = 1 ] && grep -q 'THIS REPORT DOES NOT BALANCE' '$WORLD/out' && grep -q 'does not balance' '$WORLD/err'"
bank day show "$first"
holds "in the bank's as well" sh -c "[ $status = 1 ] && grep -q 'DO NOT BALANCE' '$WORLD/out'"
bank verify --json
holds "and bank verify names it" sh -c "[ $status = 1 ] && grep -q 'does not add up' '$WORLD/out'"
forge "(data::jsonb - 'report' - 'reversals')::json"
bank day show "$first" --teller "$teller"
did "a day from before there were reports shows what it has" 'ended before its end was a report'
bank day show "$first"
did "in the bank's it is marked" '[*] before there were reports'

results_end
