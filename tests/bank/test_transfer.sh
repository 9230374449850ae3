#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Transfers on a real bank: an operator's and a terminal's, what is shown of them,
# a bank that is killed while many are on their way, and what verify says of one
# that was tampered with. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new transfer
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
paulas_pan=5500005555555559
bank_start || exit 1
account_new
paula=$("$BUILD/bank" account open --owner Paula) || exit 1
echo $paulas_pan >"$WORLD/paulas_card"
"$BUILD/bank" card issue "$paula" --card-file "$WORLD/paulas_card" --pin-file "$WORLD/pin" >"$WORLD/out" || exit 1

# ---- an operator's -------------------------------------------------------------

bank transfer make "$account" "$paula" 25.00 --request-id 00000000-0000-4000-8000-0000000000a1
did "transfer make" "^transfer $uuid: 25\\.00; the balance is 475\\.00\$"
bank transfer make "$account" "$paula" 25.00 --request-id 00000000-0000-4000-8000-0000000000a1
did "the same request id transfers once" 'the balance is 475\.00'
bank account show "$paula"
did "the other account has it" '25\.00'
bank transfer make "$account" "$paula" 999.00
refused "not more than there is" 1 'does not hold that much'
bank transfer make "$account" "$account" 1
refused "not to itself" 1 'another account than the one it comes from'
bank transfer make "$account" "$nobody" 1
refused "not to one that is not there" 1 'no account to take the transfer'
bank transfer make "$account" "$paula" 0
refused "an amount is above 0" 2 'amount'
bank transfer make me "$paula" 5
refused "an account id is a uuid" 2 'account id'

# ---- what is shown -------------------------------------------------------------

bank transfer list
did "transfer list" '^00000000-0000-4000-8000-0000000000a1 +completed +25\.00'
bank transfer list --state returned --json
did "by state, as JSON" '"state":"returned","amount":100,"refusal":"no_such_receiver"'
bank transfer list --state credited
refused "a state is one that a transfer is kept in" 2 '--state wants completed, returned or declined'
bank transfer show 00000000-0000-4000-8000-0000000000a1
did "transfer show" "^To +$paula"
bank transfer show "$nobody"
refused "a transfer that is not there" 1 'bank transfer list'
bank events --tree 00000000-0000-4000-8000-0000000000a1
cat >"$WORLD/wanted" <<TREE
C Transfers.MakeTransfer
E Transfers.TransferInitiated
C Transfers.CreditTransfer
E Transfers.TransferCredited
C Transfers.CompleteTransfer
E Transfers.TransferCompleted
TREE
sed 's/^ *\([CE] [A-Za-z.]*\).*/\1/' "$WORLD/out" | cmp -s - "$WORLD/wanted"
result "its tree has each step once, in their order" $?
bank account statement "$account"
did "the statement has a line of each side's own: out" 'transfer out +-25\.00 +475\.00'
bank account statement "$paula"
did "and in" 'transfer in +25\.00 +25\.00'

# ---- a terminal's --------------------------------------------------------------

terminal '{"id":"00000000-0000-4000-8000-0000000000b1","command":"InitiateTransfer","card":"4000001234567899","pin":"1234","amount":7500,"to_card":"'$paulas_pan'"}'
did "a customer's, by the receiver's card" '"ok":true.*"amount":7500,"balance":40000'
terminal '{"command":"InitiateTransfer","card":"4000001234567899","pin":"1234","amount":100,"to_card":"4000001234567899"}'
did "not to the same account" '"error":"same_account"'
terminal '{"command":"InitiateTransfer","card":"4000001234567899","pin":"4321","amount":100,"to_card":"'$paulas_pan'"}'
did "a wrong PIN counts" '"error":"wrong_pin".*"tries_left":2'
terminal '{"command":"InitiateTransfer","card":"4000001234567899","pin":"1234","amount":100,"to_card":"12345678"}'
did "a card's number has its check digit" '"error":"invalid_request"'
ask "SELECT e::text FROM esbank.events e UNION ALL SELECT c::text FROM esbank.commands c UNION ALL SELECT t::text FROM esbank.transfers t" >"$WORLD/everything"
[ -s "$WORLD/everything" ] && [ -s "$WORLD/bank.log" ] && ! grep -q $paulas_pan "$WORLD/everything" "$WORLD/bank.log"
result "the receiver's card is in no event, table or log" $?

# ---- killed --------------------------------------------------------------------

# FROM TO DIGIT: so many, one after the other, each sent under its id until it is answered.
send()
{
    for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15; do
        until "$BUILD/bank" transfer make "$1" "$2" 1.00 --request-id "00000000-0000-4000-8000-0000000${3}00$n" \
            >>"$WORLD/sent" 2>>"$WORLD/sent.err"; do sleep 0.1; done
    done
}

made()
{
    [ "$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Transfers.TransferInitiated'")" -ge "$1" ]
}

: >"$WORLD/sent"
before=$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Transfers.TransferCompleted'")
send "$account" "$paula" 1 &
there=$!
send "$paula" "$account" 2 &
back=$!
for n in 4 12 20; do
    await 60 made $((before + n))
    bank_kill KILL
    bank_start
done
wait "$there" "$back"
holds "each was answered" test "$(grep -c '^transfer' "$WORLD/sent")" = 30
holds "and happened once" \
    test "$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Transfers.TransferCompleted'")" = $((before + 30))
holds "nothing was made or lost" test "$(ask_models "SELECT sum(balance) FROM esbank.accounts")" = 50000
holds "none has stopped halfway" \
    test "$(ask "SELECT count(*) FROM esbank.transfers WHERE ended_at IS NULL")" = 0
bank verify
did "verify finds each whole" '^ok +other sagas whole +[0-9]+ sagas'
bank_kill KILL
ask "BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE esbank.events SET event_type = 'Transfers.TransferReturned'
    WHERE correlation_id = '00000000-0000-4000-8000-0000000000a1' AND event_type = 'Transfers.TransferCompleted';
    COMMIT"
bank verify
grep -Eq '^FAILED +other sagas whole' "$WORLD/out" && grep -q 'what left the source is not what the target was given' "$WORLD/out"
result "and what left no source but arrived" $?
results_end
