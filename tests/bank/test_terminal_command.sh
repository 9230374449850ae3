#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `bank terminal …`: a terminal's commands by hand, each a line that is signed and
# a PIN in a block. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new terminal
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

card="--card-file $WORLD/card --pin-file $WORLD/pin"
uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
bank terminal confirm "$nobody" dispensed
refused "without a key in the home there is no terminal" 1 'cannot read the key file'
bank_start || exit 1
account_new

# $card is words.
by_hand()
{
    command=$1
    shift
    # shellcheck disable=SC2086
    bank terminal "$command" "$@" $card
}

# The types of a withdrawal's events, with commas.
events()
{
    ask "SELECT string_agg(event_type, ',' ORDER BY position) FROM esbank.events WHERE correlation_id = '$1'"
}

# ---- what a customer does ------------------------------------------------------

by_hand balance
did "balance" '^the balance is 500\.00; 500\.00 may be withdrawn today$'
by_hand balance --json
holds "with --json the bank's reply" is_json
by_hand withdraw 70
did "withdraw says which notes" "^withdrawal $uuid: 50x1 20x1; the balance is 430\\.00\$"
withdrawal=$(sed -n 's/^withdrawal \([^:]*\):.*/\1/p' "$WORLD/out")
holds "and that they were taken" grep -q "^withdrawal $withdrawal is completed; 0.00 went back" "$WORLD/out"
[ "$(events "$withdrawal")" = \
    Accounts.AuthorizationConfirmed,Teller.WithdrawalInitiated,Accounts.MoneyWithdrawn,Teller.MoneyWithdrawn,Teller.CashDispensed ]
result "which is the whole withdrawal in the log" $?
by_hand withdraw 40 --notes 10x4
did "the notes may be chosen" ': 10x4; the balance is 390\.00'
by_hand withdraw 50 --outcome not-dispensed
did "what was not dispensed goes back" 'is reversed; 50\.00 went back'
by_hand withdraw 20 --outcome retracted
did "what was retracted is suspect" 'is suspect; 0\.00 went back'
by_hand deposit 50x2,20x1
did "deposit" '^deposit .* is completed; the notes are worth 120\.00$'
by_hand deposit 50x1 --outcome cancelled
did "or it is cancelled" 'is cancelled; the notes are worth 0\.00'
by_hand balance
did "it all adds up" '^the balance is 490\.00; '
bank verify
did "the books agree" '^ok .*money'

by_hand statement
did "statement has the last movements" '^.*T.*Z +deposit +120\.00 +490\.00 *$'
holds "the last one first" sh -c "sed -n 2p '$WORLD/out' | grep -q 'deposit  *120.00'"
by_hand statement --json
holds "with --json the bank's reply" is_json

# ---- to another card ----------------------------------------------------------

other=$("$BUILD/bank" account open --owner Eva)
echo 4000001111111118 >"$WORLD/other_card"
"$BUILD/bank" card issue "$other" --card-file "$WORLD/other_card" --pin-file "$WORLD/pin" >"$WORLD/out"
by_hand transfer 15 --to-card-file "$WORLD/other_card"
did "transfer" "^transfer $uuid: 15\\.00; the balance is 475\\.00\$"
by_hand transfer 15
refused "it wants a receiver" 2 '--to-card-file is missing'
by_hand transfer 15 --to-card-file "$WORLD/card"
refused "which is another account" 1 'to another account'
echo 4000002222222224 >"$WORLD/no_card"
by_hand transfer 15 --to-card-file "$WORLD/no_card"
refused "that there is" 1 'no account to take the transfer'
[ "$(ask_models "SELECT string_agg(state, ',' ORDER BY transfer_id) FROM esbank.transfers")" = completed,declined,declined ]
result "each is in the log" $?
"$BUILD/bank" transfer make "$other" "$account" 15.00 >"$WORLD/out"

# ---- another PIN ---------------------------------------------------------------

export WEAK=4321 NEW=830462
by_hand change-pin --new-pin-env WEAK
refused "a weak PIN is refused" 1 'choose another'
by_hand change-pin
refused "without a new PIN none is asked for" 2 \
    'the new PIN is missing: give --new-pin-file FILE or --new-pin-env NAME'
by_hand change-pin --new-pin-env NEW --request-id 0192f0c1-0000-7000-8000-00000000abcd
did "change-pin" "^the card of account $account has the new PIN\$"
events=$(ask "SELECT count(*) FROM esbank.events WHERE event_type LIKE 'Accounts.%'")
by_hand change-pin --new-pin-env NEW --request-id 0192f0c1-0000-7000-8000-00000000abcd
did "the same request again is the same request" "^the card of account $account has the new PIN\$"
NEW=830463 by_hand change-pin --new-pin-env NEW --request-id 0192f0c1-0000-7000-8000-00000000abcd
refused "another PIN under its id is another request" 1 'used before, with other content'
holds "neither is an event" \
    test "$events" = "$(ask "SELECT count(*) FROM esbank.events WHERE event_type LIKE 'Accounts.%'")"
echo 830462 >"$WORLD/pin"
echo 1234 >"$WORLD/back"
by_hand change-pin --new-pin-file "$WORLD/pin"
refused "the same one is no new one" 1 'choose another'
by_hand balance
did "the new PIN holds" '^the balance is 490\.00; '

# At a terminal a new PIN is asked for twice, unseen. FIRST SECOND
shown()
{
    grep -q "$1" "$WORLD/screen"
}

type_new_pin()
{
    : >"$WORLD/screen"
    {
        await 30 shown 'New PIN:'
        echo "$1"
        await 30 shown 'New PIN again:'
        echo "$2"
    } | timeout 90 script -qefc "$BUILD/bank terminal change-pin $card" /dev/null >"$WORLD/screen" 2>&1
}

type_new_pin 6204877315 6204877316
[ $? = 2 ] && shown 'type the new PIN twice' && ! shown 6204
result "two that differ are not sent" $?
type_new_pin 6204877315 6204877315
[ $? = 0 ] && shown 'has the new PIN' && ! shown 6204
result "the new PIN is asked for twice at a terminal, and not shown" $?
echo 6204877315 >"$WORLD/pin"
by_hand balance
did "and holds" '^the balance is 490\.00; '

# ---- in two parts --------------------------------------------------------------

by_hand withdraw 30 --outcome none --json
[ "$status" = 0 ] && grep -q "^bank: it waits for .bank terminal confirm" "$WORLD/err"
result "without an outcome it waits for one, and says how" $?
withdrawal=$(member withdrawal_id)
bank terminal confirm "$withdrawal" dispensed --taken 20x1,10x1
did "confirm" "^withdrawal $withdrawal is completed"
bank terminal confirm "$withdrawal" dispensed --taken 20x1,10x1
did "may be said again" 'is completed'
bank terminal confirm "$withdrawal" not-dispensed
did "what contradicts it is disputed and moves no money" 'is disputed; 0\.00'
request=00000000-0000-4000-8000-000000000077
by_hand withdraw 10 --request-id "$request" --outcome none --json
cp "$WORLD/out" "$WORLD/first"
by_hand withdraw 10 --request-id "$request" --outcome none --json
holds "the same request by another run has the first reply" cmp -s "$WORLD/first" "$WORLD/out"
bank terminal confirm "$request" not-dispensed
did "and is given up by its id" 'is reversed; 10\.00'
connected()
{
    [ "$(grep -c "$ESBANK_HOME/atm.sock" /proc/net/unix)" -ge 2 ]
}
kill -STOP "$(cat "$WORLD/bank.pid")"
timeout 60 "$BUILD/bank" terminal confirm "$request" not-dispensed >"$WORLD/out" 2>"$WORLD/err" &
confirming=$!
await 20 connected
bank_kill KILL
bank_start || exit 1
await 40 gone "$confirming"
holds "one that has no answer is sent again" grep -q 'is reversed; 10.00' "$WORLD/out"

# ---- refused -------------------------------------------------------------------

by_hand withdraw 470
refused "more than there is" 1 'does not hold that much'
by_hand withdraw 0
refused "an amount is above 0" 2 '"0" is no amount'
by_hand withdraw 20 --outcome counted
refused "an outcome of the other kind" 2 \
    '--outcome wants dispensed, not-dispensed, retracted, unknown or none'
by_hand deposit 3x1
refused "notes are the currency's" 2 '"3x1"'
bank terminal confirm "$withdrawal" taken
refused "an outcome there is none of" 2 '"taken" is no outcome'
bank terminal balance --card 4000001234567899
refused "no card's number on the command line" 2 'give --card-file FILE'
bank terminal balance --card-file "$WORLD/card" </dev/null
refused "the PIN has to come from somewhere" 2 '--pin-file FILE or --pin-env NAME'
by_hand balance --teller me
refused "a teller's id is a uuid" 2 '--teller wants a uuid.*"me"'
by_hand balance --teller "$nobody"
refused "and its key has to be in the home" 1 "cannot read the key file .*terminal-$nobody.key"
echo 4321 >"$WORLD/other_pin"
bank terminal balance --card-file "$WORLD/card" --pin-file "$WORLD/other_pin"
refused "a wrong PIN costs a try" 1 'The PIN is wrong\. Tries left: 2$'
cp "$ESBANK_HOME/keys/terminal-$teller.key" "$WORLD/key"
echo 00112233445566778899aabbccddeeff >"$ESBANK_HOME/keys/terminal-$teller.key"
by_hand balance
refused "another key does not sign on" 1 'There is no teller of that id'
cat "$WORLD/key" >"$ESBANK_HOME/keys/terminal-$teller.key"
bank teller bar "$teller" --reason stolen
by_hand withdraw 10
refused "nor does a barred teller begin anything" 1 'The machine is barred'
bank teller unbar "$teller" --reason found
holds "no PIN and no number stands in the log" \
    sh -c "! grep -Eq '4000001234567899|1234[^0-9]*\$' '$WORLD/bank.log'"

bank_stop
results_end
