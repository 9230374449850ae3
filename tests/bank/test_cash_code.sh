#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Cash codes in a bank that runs: asked for and used by `bank terminal`, over a restart, seen and
# ended by an operator; what is said of those that are none, and that no number is left anywhere.
# Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new cash_code
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

export CODE_PIN=830462 WRONG=9999

# ask_code AMOUNT [OPTION...], with the owner's card; a number that was drawn is then in $WORLD/code
ask_code()
{
    bank terminal cash-code "$@" --card-file "$WORLD/card" --pin-file "$WORLD/pin" --new-pin-env CODE_PIN
    [ "$status" = 0 ] && [ $# = 1 ] && tail -1 "$WORLD/out" >"$WORLD/code"
}

# redeem AMOUNT [PIN]: without a card
redeem()
{
    bank terminal withdraw "$1" --card-file "$WORLD/code" --pin-env "${2:-CODE_PIN}"
}

code_id()
{
    "$BUILD/bank" account show "$account" --json >"$WORLD/show"
    sed -n 's/.*"cash_codes":\[{"card_id":"\([-0-9a-f]*\)".*/\1/p' "$WORLD/show"
}

bank_start || exit 1
account_new

ask_code 200
[ "$status" = 0 ] && grep -q "^the cash code of account $account is good for 200\.00 until 20" "$WORLD/out" &&
    grep -qx '0[0-9]\{9\}' "$WORLD/code"
result "the owner is told the number, the amount and until when" $?
bank account show "$account"
holds "operators see it, masked" grep -q "\*\*\*\*\*\*$(cut -c7- "$WORLD/code") *200\.00 *20.* 0\$" "$WORLD/out"
redeem 200.01
refused "more than it is good for is refused" 1 'above what the cash code is good for'
redeem 60 WRONG
refused "a wrong PIN is told" 1 'The PIN is wrong'

# Another program finds it by the read model.
bank_kill TERM && bank_start || exit 1
redeem 60
did "the right one gets cash, after a restart too" '^withdrawal [-0-9a-f]*: '
holds "and nothing is said of the balance" sh -c "! grep -q balance '$WORLD/out'"
holds "it counts to the account" test "$("$BUILD/bank" account show "$account" --json | grep -c '"balance":44000')" = 1
redeem 20
cp "$WORLD/err" "$WORLD/used"
echo 0000000018 >"$WORLD/code"
redeem 20
[ "$status" = 1 ] && grep -q 'No account has a card of that number' "$WORLD/err" && diff "$WORLD/used" "$WORLD/err"
result "a second time it is as one that never was" $?

# ---- operators ----

ask_code 50
cp "$WORLD/code" "$WORLD/first"
ask_code 60
id=$(code_id)
bank card list
holds "a code is no card" test "$(grep -c '\*\*\*\*' "$WORLD/out")" = 1
bank card block "$(echo "$id" | cut -c1-8)"
did "an operator ends one by the beginning of its id" "^account $account: the card, or the cash code, is blocked"
redeem 20
refused "and it is none any more" 1 'No account has a card of that number'
holds "the owner's card goes on" test "$("$BUILD/bank" card list --json | grep -c '"blocked":false')" = 1
bank card unblock "$id"
refused "it is not unblocked" 1 'No account has a card of that number'
cp "$WORLD/first" "$WORLD/code"
redeem 20
refused "nor is the one before it any more" 1 'No account has a card of that number'
ask "SELECT reason FROM esbank.cash_codes" >"$WORLD/rows"
holds "why it ended stands in the table" test "$(cat "$WORLD/rows")" = blocked

# ---- what is refused ----

echo 0123456782 >"$WORLD/code"
ask_code 50 --code-file "$WORLD/code" --request-id 0192f0c1-0000-7000-8000-00000000abcd
ask_code 50 --code-file "$WORLD/code" --request-id 0192f0c1-0000-7000-8000-00000000abcd
did "the same request again is the same code" 'is good for 50\.00'
holds "and one event" test "$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Accounts.CashCodeIssued'")" = 4
echo 0123456783 >"$WORLD/code"
ask_code 50 --code-file "$WORLD/code"
refused "a number with a wrong check digit is none" 2 'check digit'
ask_code 50 --code-file "$WORLD/card"
refused "nor is a card's" 2 "number has 10 digits, the first a 0; without --code-file one is drawn"
bank card issue "$account" --card-file "$WORLD/first" --pin-file "$WORLD/pin"
refused "no card is issued with a code's number" 1 'range of cash codes'
ask_code 50
ask_code 50
refused "the sixth of a day is refused" 1 'As many cash codes'
ask_code 5000
refused "so is an amount that is not there" 1 'does not hold that much'

bank verify
did "the books are right" '^ok +read models'
{ pg_dump "$DATABASE" --schema esbank --inserts; find "$ESBANK_HOME" "$WORLD/bank.log" -type f -exec cat {} +; } >"$WORLD/all"
holds "no number was left anywhere" sh -c "! grep -qF -e 0123456782 -e '$(cat "$WORLD/first")' '$WORLD/all'"
bank_stop
results_end
