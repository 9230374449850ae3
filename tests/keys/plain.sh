#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The flows of `atm --plain`, piped in, and what comes out. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}")
. tests/support/bank.sh
. tests/support/flow.sh
ATM_PIN=1234 WRONG_PIN=908172635544 ATM_NEW_PIN=517093826451 WEAK_PIN=876543210987
export ATM_PIN WRONG_PIN ATM_NEW_PIN WEAK_PIN

# A whole visit piped in, and what comes out; then without a terminal and without --plain.
world_new plain
bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err"
result "the bank starts and opens the demo account" $?
# card, PIN, 50.00, card, cash, what the QR code says, back, no more
printf '%s\n' 1 "$ATM_PIN" 2 1 1 8 8 5 | timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card \
    >"$WORLD/out" 2>"$WORLD/err"
result "a visit is piped in" $?
tr '\n' ' ' <"$WORLD/out" >"$WORLD/line"
grep -q '\[welcome\].*\[pin_entry\].*\[menu\].*\[take_card\].*\[take_cash\].*\[another\].*\[goodbye\]' \
    "$WORLD/line"
result "every screen is named, in its order" $?
grep -qwF 'F1' "$WORLD/out"
[ $? = 1 ] && grep -q '^Balance *450.00 EUR' "$WORLD/out"
result "numbers instead of keys, and the receipt is read out" $?
grep -A 1 '^\[qr_code\]' "$WORLD/out" | grep -q '^1C915DD1 [-0-9]* [:0-9]* 50.00 EUR [-0-9A-F]*$'
result "what the receipt's QR code says is a line" $?
# card, PIN, more, mini statement, print, no more, card
printf '%s\n' 1 "$ATM_PIN" 8 1 4 5 1 | timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card \
    >"$WORLD/out" 2>"$WORLD/err"
grep -q '^\[statement\] Your recent transactions$' "$WORLD/out" &&
    grep -q '^[0-9]* [A-Z][a-z]* [0-9]* [:0-9]* Withdrawal  *-50.00  *450.00$' "$WORLD/out" && statement_on_paper
result "the last movements are read out, and printed" $?
# card, PIN, more, change PIN, the new one twice, read, no more, card
printf '%s\n' 1 "$ATM_PIN" 8 2 "$ATM_NEW_PIN" "$ATM_NEW_PIN" '' 5 1 |
    timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card >"$WORLD/out" 2>"$WORLD/err"
tr '\n' ' ' <"$WORLD/out" >"$WORLD/line"
grep -q '\[pin_new\] Choose your new PIN.*\[pin_repeat\].*Your PIN has been changed' "$WORLD/line" && pin_changed_in_list
result "the PIN is changed" $?
# card, PIN, more, cash code, 20.00, its PIN twice, yes, read, no more, card; then its number in a card's place, its PIN,
# 20.00, the first mix, a receipt, cash, read
printf '%s\n' 1 "$ATM_NEW_PIN" 8 5 20 "$WRONG_PIN" "$WRONG_PIN" 1 '' 5 1 |
    timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card >"$WORLD/out" 2>"$WORLD/err"
number=$(sed -n 's/^\(0[0-9]*\) \([0-9]*\) \([0-9]*\)$/\1\2\3/p' "$WORLD/out")
printf '%s\n' "$number" "$WRONG_PIN" 20 1 1 1 '' | timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain >"$WORLD/out" 2>"$WORLD/err"
grep -q '^\[take_cash\]' "$WORLD/out" && grep -q 'This cash code has now been used' "$WORLD/out"
result "a cash code is asked for, and gets cash" $?
# The input ends with the cash out: nobody will take it, so it is drawn back at once.
start=$(date +%s)
printf '%s\n' 1 "$ATM_NEW_PIN" 1 1 | timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card \
    >"$WORLD/out" 2>"$WORLD/err"
[ $? = 0 ] && grep -q '^\[take_cash\]' "$WORLD/out" && [ $(($(date +%s) - start)) -lt 20 ]
result "it does not wait for a hand once its input has ended" $?
# Where the machine was switched off before the advice was acknowledged, the next start delivers it.
mkfifo "$WORLD/keep_open"
timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain <"$WORLD/keep_open" >"$WORLD/out" 2>"$WORLD/err" &
exec 8>"$WORLD/keep_open"
await 20 saf_is_empty
exec 8>&-
wait $!
result "it ends with its input" $?
cat >"$WORLD/plain.keys" <<END
#: ends completed,completed,suspect
#: balance 41000
END
settle "$WORLD/plain.keys"
timeout 20 "$BUILD/atm" --home "$ESBANK_HOME" --demo-card </dev/null >"$WORLD/out" 2>"$WORLD/err"
[ $? = 1 ] && [ "$(wc -l <"$WORLD/err")" = 1 ] && grep -q -- '--plain' "$WORLD/err" && [ ! -s "$WORLD/out" ]
result "without a terminal it says in one sentence what to do" $?
bank_stop
result "the bank ends when it is asked to" $?
results_end
