#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What an operator does: accounts, cards, tellers, withdrawals and deposits, on a
# real bank; what each command does, and what it says when it cannot. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new commands
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

other_teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de3
bank_start || exit 1

# ---- accounts and cards --------------------------------------------------------

bank account open --owner 'Änne Ö' --daily-limit 500.00 --daily-count 9
did "account open prints the id" '^[0-9a-f-]{36}$'
account=$(cat "$WORLD/out")
bank account open --owner Bob --id "$nobody" --json
did "with --json, the reply" "\"account_id\":\"$nobody\""
bank account open --owner Bob --id "$nobody"
refused "an id twice is refused with the bank's sentence" 1 'There is one of that id already'
override=$(printf 'Pe\342\200\256ter')
bank account open --owner "$override"
refused "no owner's name turns the writing around" 1 'without unseen characters'
bank account open --owner ' '
refused "none is a blank" 1 'blanks at its ends'
bank account open --owner '(erased)'
refused "and none is like the state of another" 1 'not in parentheses'
bank account open
refused "an account needs an owner" 2 '--owner NAME'
bank account open --owner X --daily-limit much
refused "a limit is money" 2 '--daily-limit wants money.*"much"'
bank account deposit "$account" 250.50
did "account deposit" 'the balance is 250\.50'
bank account deposit "$account" 250.50 --request-id 00000000-0000-4000-8000-000000000099 && bank account deposit \
    "$account" 250.50 --request-id 00000000-0000-4000-8000-000000000099
did "the same request id deposits once" 'the balance is 501\.00'
bank account withdraw "$account" 1
did "account withdraw" 'the balance is 500\.00'
bank account withdraw "$account" 10000
refused "not more than there is" 1 'does not hold that much'
bank account deposit "$account" -- -5
refused "no negative amount" 2 'no amount: give money'
bank account deposit "$account" 1.005
refused "and no third decimal" 2 'no amount'
bank account deposit me 5
refused "an account id is a uuid" 2 'no account id'
bank account limits "$account" --daily-limit 400
refused "limits are set together" 2 '--daily-count'
bank account limits "$account" --daily-limit 400 --daily-count 0
did "account limits" 'are set'

echo 1234 >"$WORLD/pin"
uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
bank card issue "$account" --card 4000001234567899 --pin-file "$WORLD/pin"
refused "a card's number is not taken from the command line" 2 'give --card-file FILE, or --card-file -'
echo 4000001234567899 >"$WORLD/card"
bank card issue "$account" --card-file "$WORLD/card" --pin-file "$WORLD/pin"
did "card issue masks the number and says the card's id" "^400000\\*{6}7899 $uuid\$"
echo 4000000000000002 | bank card issue "$account" --card-file - --pin-file "$WORLD/pin"
did "the number may be piped" '^400000\*{6}0002 '
mkfifo "$WORLD/typed"
script -qec "$BUILD/bank card issue $account --card-file -" /dev/null <"$WORLD/typed" >"$WORLD/screen" 2>&1 &
issuing=$!
exec 4>"$WORLD/typed"
await 10 grep -q 'Card number: ' "$WORLD/screen"
result "or typed at a terminal, which asks for it" $?
echo 4000000000000010 >&4
await 10 grep -q 'PIN: ' "$WORLD/screen"
echo 1234 >&4
await 10 gone "$issuing"
exec 4>&-
holds "and for the PIN, unseen" \
    sh -c "grep -Eq '^400000[*]{6}0010 $uuid' '$WORLD/screen' && ! grep -q 1234 '$WORLD/screen'"
PIN=4321 bank card issue "$account" --pin-env PIN
did "without a number one is made and shown" "^400000[0-9]{10} $uuid\$"
read -r made made_id <"$WORLD/out"
PIN=4321 bank card issue "$nobody" --pin-env PIN --json
did "with --json beside the reply" \
    '^[{]"pan":"400000[0-9]{10}","v":1,.*"card":"400000[*]{6}.*"card_id":"[0-9a-f-]{36}"'
echo 4000001234567898 >"$WORLD/bad_card"
bank card issue "$account" --card-file "$WORLD/bad_card" --pin-file "$WORLD/pin"
refused "a wrong check digit is no card number" 2 'Luhn'
bank card issue "$account" --card-file "$WORLD/no_file" --pin-file "$WORLD/pin"
refused "a number comes from a file that is there" 2 'check --card-file'
bank card issue "$account" --card-file "$WORLD/card" --pin-env NO_SUCH_NAME
refused "a variable that is not there" 2 'no \$NO_SUCH_NAME'
echo 12x4 >"$WORLD/bad_pin"
bank card issue "$account" --pin-file "$WORLD/bad_pin"
refused "a PIN is digits" 2 '4 to 12 digits'
bank card issue "$account" --pin-file "$WORLD/no_file"
refused "a file that is not there" 2 'check --pin-file'
bank card issue "$account" </dev/null
refused "without a terminal the PIN has to come from somewhere" 2 '--pin-file FILE or --pin-env NAME'
bank card block "$made"
refused "a card is not named by its number" 2 "give the card's id, which .bank card list. shows"
bank card block 4000
refused "nor by anything else" 2 'no card id'
bank dispatch '{"command":"BlockCard","card":"'"$made"'"}'
refused "not even in a request" 2 'bank dispatch -'
bank card block "$made_id"
did "card block" 'is blocked'
bank card block "$made_id"
refused "not twice" 1 'blocked'
bank card list
did "card list shows it blocked" \
    "$made_id +$(echo "$made" | sed 's/^\(......\)......\(....\)$/\1[*]{6}\2/') +$account +yes"
bank card unblock "$made_id"
did "card unblock" 'is unblocked'
echo '{"command":"BlockCard","card":"'"$made"'"}' | bank dispatch -
did "a request on standard input may have the number" '"ok":true'
bank card unblock "$made_id"
did "and the id is of the same card" 'is unblocked'
bank account show "$account"
did "account show has the ids" "$made_id +400000"
bank account block "$account"
did "account block" 'are blocked'
bank account unblock "$account"
did "account unblock" 'are unblocked'
bank account list
did "account list aligns what is wider than its bytes" '^.{36}  Änne Ö  open +500\.00'
bank account list --json
did "account list --json has numbers" '"balance":50000'
ask "UPDATE esbank.accounts SET owner = '$override' WHERE account_id = '$account'"
bank account list
did "what an older event has is written out" '^.{36}  Pe<U\+202E>ter  open'
bank account list --json
did "and is as it was in JSON" "\"owner\":\"$override\",\"owner_state\":\"known\""
ask "UPDATE esbank.accounts SET owner = '(erased)' WHERE account_id = '$account'"
bank account list
did "a name like a state stands in quotes" '^.{36}  "\(erased\)"  open'
bank account list --json
did "and is told apart from it" '"owner":"\(erased\)","owner_state":"known"'
bank account show "$account"
did "account show folds the events" '^Balance +500\.00'
deposited=$(ask "SELECT min(position) FROM esbank.events WHERE event_type = 'Accounts.MoneyDeposited'")
bank account show "$account" --at "$deposited"
did "and as it was after an event" '^Balance +250\.50'
deposited_at=$(ask "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') FROM esbank.events
    WHERE position = $deposited")
bank account show "$account" --at "${deposited_at}Z"
did "a time as the lists print it is the state after what they print it of" '^Balance +250\.50'
bank account show "$account" --at "$(date -u +%Y-%m-%d)"
did "a day is all of it" '^Balance +500\.00'
bank account show "$account" --at 2000-01-01
refused "and before it was" 1 'was no account'
bank account show "$account" --at 'long ago'
refused "a time is one" 2 '--at wants a position in the log, or a time'
bank account show 00000000-0000-4000-8000-000000000002
refused "an account that is not there" 1 'bank account list'
bank account explain "$account"
did "account explain has the running balance" 'Accounts\.MoneyWithdrawn +-1\.00 +500\.00'
bank account statement "$account"
did "account statement" 'withdrawal +-1\.00 +500\.00'
bank account close "$account" --yes
refused "an account that holds money is not closed" 1 'still holds money'
bank account close "$nobody" --yes
did "account close" 'is closed'

# ---- tellers and withdrawals ---------------------------------------------------

bank teller provision "$other_teller" --notes 50x10,20x20
did "teller provision" 'holds 50x10 20x20'
bank teller provision "$other_teller" --notes 50x10
refused "not twice" 1 'one of that id'
bank teller replenish "$other_teller" --notes 50x5
did "teller replenish" 'hold 50x15 20x20'
bank teller replenish "$other_teller" --notes 50x5,50x6
refused "a denomination stands once in a list" 2 'each denomination once'
bank teller replenish "$other_teller" --notes 50x5,7x1
refused "and is one of the currency" 2 'of 5, 10, 20, 50, 100, 200 or 500 EUR'
bank teller replenish "$other_teller"
refused "notes have to be said" 2 '--notes'
bank teller cut-over "$other_teller" --yes
did "teller cut-over" 'business day is now [0-9-]{10}'
bank teller cut-over "$other_teller" --yes
refused "never ahead of tomorrow" 1 "at most tomorrow's"
bank teller list
did "teller list" "^$other_teller"
bank teller show "$other_teller"
did "teller show counts by denomination" '^50\.00 +15 +15 +0 +0 +0 +0 +0 +0 +0$'
bank teller show "$nobody"
refused "a teller that is not there" 1 'bank teller list'
bank teller bar "$other_teller"
refused "barring has a reason" 2 '--reason'
bank teller bar "$other_teller" --reason stolen
did "teller bar" "teller $other_teller is barred"
bank teller bar "$other_teller" --reason stolen
refused "once" 1 'is barred'
bank teller list --json
did "teller list shows who is barred" '"barred":true,"key_check":"first"'
bank teller show "$other_teller" --json
did "and teller show, with the key's check value" '"barred":true,"key_check":"[0-9A-F]{6}"'
bank teller unbar "$other_teller" --reason found
did "teller unbar" 'no longer barred'
bank teller unbar "$other_teller" --reason found
refused "once as well" 1 'is not barred'
bank teller rekey "$other_teller"
did "teller rekey says where the key is" \
    "check value [0-9A-F]{6}: carry .*/keys/terminal-$other_teller\.key to the machine"
check=$(sed 's/.*check value \([0-9A-F]*\):.*/\1/' "$WORLD/out")
bank teller list
did "its check value is listed" " no +$check$"
bank teller show "$other_teller"
did "and shown" "Key check value +$check"
bank teller rekey "$nobody"
refused "no key for a teller that is not there" 1 'no teller of that id'
bank teller withdraw-key "$other_teller"
did "teller withdraw-key" "check value $check\) is withdrawn"
bank teller withdraw-key "$other_teller"
refused "there is none to withdraw then" 1 'withdrawn already'
bank teller list
did "which is listed" 'withdrawn$'
bank teller rekey "$other_teller"
did "and it can have a new one" 'new key'

visit
await 10 ended completed
result "a customer withdraws" $?
bank withdrawal list --state completed --json
did "withdrawal list --json" '"amount":2000,"taken":2000'
withdrawal=$(member withdrawal_id)
bank withdrawal show "$withdrawal"
did "withdrawal show says what was taken" '^Taken +20x1'
bank events --tree "$withdrawal"
cut -c1-40 "$WORLD/out" | sed 's/ *$//' >"$WORLD/tree"
cat >"$WORLD/flow" <<'FLOW'
C Teller.InitiateWithdrawal
  C Accounts.ConfirmAuthorization
  E Accounts.AuthorizationConfirmed
E Teller.WithdrawalInitiated
C Teller.WithdrawMoney
  C Accounts.WithdrawMoney
  E Accounts.MoneyWithdrawn
E Teller.MoneyWithdrawn
C Teller.ConfirmDispense
E Teller.CashDispensed
FLOW
holds "the tree is the flow of the design" cmp "$WORLD/tree" "$WORLD/flow"
bank events --tree "$withdrawal" --json
did "and an array of its lines" '"depth":1,"kind":"C","name":"Accounts.ConfirmAuthorization"'
bank events --tree "$nobody"
refused "no tree of what is not there" 1 'no event has the correlation id'
bank withdrawal resolve "$withdrawal" dispensed
refused "what has ended cannot be resolved" 1 'Only a suspect withdrawal'
bank withdrawal resolve "$withdrawal" perhaps
refused "an outcome is one of two" 2 '"perhaps" is no outcome: give dispensed or not-dispensed'

echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
await 10 ended completed,suspect
result "a machine that does not know makes a suspect" $?
bank withdrawal list --state suspect --json
did "which stands on the suspect list" '"state":"suspect"'
suspect=$(member withdrawal_id)
bank withdrawal show "$suspect"
did "with what is not known" '^Not known where +20x1$'
did "and who says so" '^Said by +machine$'
bank withdrawal list --state lost
refused "a state is one" 2 '--state wants open, authorized, .* or settled, not .lost.'
bank withdrawal resolve "$suspect" dispensed --taken 20x1,50x7
refused "not more than was promised" 1 'notes do not fit'
bank withdrawal resolve "$suspect" not-dispensed --reason counted
did "withdrawal resolve gives the money back" 'is reversed; 20\.00 went back'
bank events --tree "$suspect"
did "the reversal stands under the resolution" '^  E Accounts\.WithdrawalReversed'
bank withdrawal show "$nobody"
refused "a withdrawal that is not there" 1 'bank withdrawal list'

# ---- disputed -----------------------------------------------------------------

unheard=00000000-0000-4000-8000-0000000000d1
terminal '{"command":"ConfirmDispense","withdrawal_id":"'$unheard'","outcome":"dispensed","reason":"power","taken":[{"denomination":5000,"count":4}]}'
bank withdrawal list --state suspect
did "what this bank does not know of is on the list" \
    "^$unheard +disputed +200\.00 +200\.00 +machine +0\.00 +no_such_withdrawal"
holds "and among the alerts" \
    await 10 eval 'bank alert list; grep -q "unknown to this bank: the machine says that it paid (dispensed, 200.00)" "$WORLD/out"'
bank teller show 1c915dd1-8bf0-4662-a2ce-60725b0c7de2
did "its notes are in the machine's books" '^ *50\.00 '
bank verify
holds "which are right" \
    sh -c 'grep -q "^ok *notes conserved" "$WORLD/out" && grep -q "^ok *one end each" "$WORLD/out"'
bank withdrawal resolve "$unheard" dispensed --reason 'a day of the log was lost'
did "an operator settles it" 'is settled'
bank withdrawal show "$unheard"
did "and says why" '^Reason +a day of the log was lost$'

# ---- deposits ------------------------------------------------------------------

deposit=00000000-0000-4000-8000-00000000000d
terminal '{"id":"'$deposit'","command":"InitiateDeposit","card":"4000001234567899","pin":"1234"}' \
    '{"command":"ConfirmDeposit","deposit_id":"'$deposit'","outcome":"counted","notes":[{"denomination":5000,"count":2}]}'
did "a customer puts notes in" '"state":"completed","amount":10000'
bank deposit list --json
did "deposit list --json" "\"deposit_id\":\"$deposit\",\"state\":\"completed\",\"amount\":10000"
bank deposit list --state suspect
holds "of those in a state only" test "$(wc -l <"$WORLD/out")" = 1
bank deposit list --state lost
refused "which is one of six" 2 '--state wants counting, .* or settled, not .lost.'
bank deposit show "$deposit"
did "deposit show" '^Notes +50x2'
holds "with its tree" grep -q '^E Teller\.MoneyDeposited' "$WORLD/out"
bank deposit show "$nobody"
refused "a deposit that is not there" 1 'bank deposit list'
bank teller show "$teller"
did "the deposit bin stands beside the cassettes" '^ *50\.00 .* 2$'
bank deposit resolve "$deposit" returned
refused "what has ended cannot be settled" 1 '.'
bank deposit resolve "$deposit" kept
refused "an outcome is one of two" 2 '"kept" is no outcome: give credited or returned'

# ---- a deposit that the account cannot take -------------------------------------

bank account open --owner Leaver
leaver=$(cat "$WORLD/out")
echo 4000000000000028 >"$WORLD/card"
bank card issue "$leaver" --card-file "$WORLD/card" --pin-file "$WORLD/pin"
suspect=00000000-0000-4000-8000-00000000000e
terminal '{"id":"'$suspect'","command":"InitiateDeposit","card":"4000000000000028","pin":"1234"}'
bank account close "$leaver" --yes
terminal '{"command":"ConfirmDeposit","deposit_id":"'$suspect'","outcome":"counted","notes":[{"denomination":5000,"count":1}]}'
bank deposit list --state suspect
did "a deposit to an account that was closed meanwhile is suspect" "^$suspect +suspect +50\.00"
bank deposit resolve "$suspect" credited
holds "it is still closed" test "$status" != 0
bank deposit resolve "$suspect" returned --reason 'given back'
did "deposit resolve settles it" 'of [0-9.]+ is cancelled'

# ---- a deposit that is above a limit ---------------------------------------------

bank account open --owner Claimant --deposit-limit 100.00
claimant=$(cat "$WORLD/out")
echo 4000000000000036 >"$WORLD/card"
bank card issue "$claimant" --card-file "$WORLD/card" --pin-file "$WORLD/pin"
terminal '{"id":"00000000-0000-4000-8000-0000000000e1","command":"InitiateDeposit","card":"4000000000000036","pin":"1234"}' \
    '{"command":"ConfirmDeposit","deposit_id":"00000000-0000-4000-8000-0000000000e1","outcome":"counted","notes":[{"denomination":20000,"count":50000}]}'
did "50,000 notes in one deposit are held" '"state":"held","amount":1000000000,"review":"deposit_capacity"'
terminal '{"id":"00000000-0000-4000-8000-0000000000e2","command":"InitiateDeposit","card":"4000000000000036","pin":"1234"}' \
    '{"command":"ConfirmDeposit","deposit_id":"00000000-0000-4000-8000-0000000000e2","outcome":"counted","notes":[{"denomination":5000,"count":3}]}'
did "what is above the account's limit too" '"state":"held","amount":15000,"review":"deposit_limit"'
bank deposit list --state held
holds "and stand on a list" test "$(grep -c ' held ' "$WORLD/out")" = 2
bank account withdraw "$claimant" 0.01
refused "none of it is paid out" 1 'does not hold that much'
bank account show "$claimant"
did "account show has what is held" '^Held for review +10000150\.00'
holds "and that nothing is available" grep -Eq '^Available today +0\.00' "$WORLD/out"
bank account list
did "account list has it beside the balance" '\+?10000150\.00 +\+?10000150\.00'
alerts()
{
    [ "$(ask "SELECT count(*) FROM esbank.alerts WHERE subject LIKE '%0000000000e_' AND cleared_at IS $1")" = "$2" ]
}
await 10 alerts NULL 2
result "each raises an alert" $?
bank verify
# An owner's row was changed by hand above: what matters here is the line about deposits.
holds "verify knows what is held" grep -Eq '^ok +deposits credited' "$WORLD/out"
bank deposit resolve 00000000-0000-4000-8000-0000000000e1 returned --reason 'no such notes'
did "one is returned" 'is cancelled'
bank deposit resolve 00000000-0000-4000-8000-0000000000e2 credited
did "the other released" 'of 150\.00 is completed'
await 10 alerts 'NOT NULL' 2
result "which clears the alerts" $?
bank account withdraw "$claimant" 150.00
did "and is available from then on" 'balance is 0\.00'
bank account statement "$claimant"
did "the statement tells" 'return +-10000000\.00 +150\.00'
bank account limits "$claimant" --daily-limit 0 --daily-count 0 --deposit-daily 0
did "limits of deposits are set beside the others" 'are set'
bank account show "$claimant"
did "what is not named stays" '^Deposit limit +100\.00'
bank verify
holds "and verify knows the states" grep -Eq '^ok +deposits credited' "$WORLD/out"

# ---- a command that is interrupted ------------------------------------------------

psql -Xq "$DATABASE" -c "BEGIN; LOCK TABLE esbank.events IN SHARE MODE; SELECT pg_sleep(60)" >"$WORLD/lock" 2>&1 &
locked()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.events'::regclass AND mode = 'ShareLock'")" = 1 ]
}
append_waits()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.events'::regclass AND NOT granted")" -ge 1 ]
}
await 10 locked
before=$(ask_models "SELECT balance FROM esbank.accounts WHERE account_id = '$account'")
"$BUILD/bank" account deposit "$account" 5 >"$WORLD/out" 2>"$WORLD/err" &
order=$!
await 10 append_waits
kill -TERM "$order"
wait "$order"
status=$?
holds "a command that is interrupted ends so" test "$status" -gt 128
id=$(sed -n "s/^bank: it may have been done (the request's id was \(.*\))$/\1/p" "$WORLD/err")
holds "and says under which id it may have been done" test -n "$id"
ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()" \
    >"$WORLD/out"
bank account deposit "$account" 5 --request-id "$id"
did "which asked again is answered" 'the balance is'
holds "and done once" \
    test "$(ask_models "SELECT balance FROM esbank.accounts WHERE account_id = '$account'")" = $((before + 500))

bank_stop
results_end
