#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Plays every keystroke script of this folder against a real bank and a real
# ATM on a pseudo-terminal, each in a home and a database of its own, and looks
# at what is left: the books, the withdrawals' ends, the balance, the notes.
# Then one through scripts/run on the private cluster, and the flow of --plain.
#
# Lines of a script that begin with #: are for here:
#
#   #: atm OPTION...      options of the ATM
#   #: card typed         without --demo-card
#   #: before COMMAND     run once the bank and the demo account are there
#   #: after COMMAND      has to succeed once the ATM has ended
#   #: ends STATE,...     the states of the withdrawals, in their order; nothing: there are none
#   #: balance N          of the demo account, in minor units; a line for each other account, as they were opened
#
# FLOWS="jam german" plays only those; KEYS_OPTIONS="--update" rewrites the golden screens.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-$PWD/build}
. tests/support/bank.sh

# The demo card's number has the demo PIN's digits in it, so the wrong PIN is the one that can be looked for.
ATM_PIN=1234 WRONG_PIN=908172635544 ATM_NEW_PIN=517093826451 WEAK_PIN=876543210987
export ATM_PIN WRONG_PIN ATM_NEW_PIN WEAK_PIN

header() # script, word
{
    sed -n "s/^#: $2 *//p" "$1"
}

account()
{
    ask "SELECT account_id FROM esbank.accounts ORDER BY opened_at LIMIT 1"
}

# The flow that the design promises: the events' order, the command of each, what caused that command, and that all
# carry the withdrawal's id. A command is named by its place: W is the withdrawal's own id.
events_in_order()
{
    ask_models "WITH flow AS (
             SELECT e.*, w.withdrawal_id, metadata->>'command' AS command, (metadata->>'parent')::uuid AS parent
             FROM esbank.events e JOIN esbank.withdrawals w ON e.correlation_id = w.withdrawal_id)
         SELECT event_type, command,
                CASE causation_id WHEN withdrawal_id THEN 'is W'
                                  ELSE CASE parent WHEN withdrawal_id THEN 'by W' ELSE
                                       coalesce('by the cause of ' || (SELECT o.event_type FROM flow o
                                           WHERE o.causation_id = flow.parent), 'by the terminal') END END
         FROM flow ORDER BY position" >"$WORLD/out"
    cat >"$WORLD/expected" <<END
Accounts.AuthorizationConfirmed|Accounts.ConfirmAuthorization|by W
Teller.WithdrawalInitiated|Teller.InitiateWithdrawal|is W
Accounts.MoneyWithdrawn|Accounts.WithdrawMoney|by the cause of Teller.MoneyWithdrawn
Teller.MoneyWithdrawn|Teller.WithdrawMoney|by W
Teller.CashDispensed|Teller.ConfirmDispense|by the terminal
END
    diff "$WORLD/expected" "$WORLD/out"
}

# One deposit that was given back, and one that was credited, with what the machine holds for it.
deposit_in_order()
{
    ask "SELECT event_type, metadata->>'command' FROM esbank.events e
         WHERE event_type LIKE 'Teller.%Deposit%' OR correlation_id IN
               (SELECT correlation_id FROM esbank.events WHERE event_type = 'Teller.DepositInitiated')
         ORDER BY position" >"$WORLD/out"
    cat >"$WORLD/expected" <<END
Accounts.AuthorizationConfirmed|Accounts.ConfirmAuthorization
Teller.DepositInitiated|Teller.InitiateDeposit
Teller.DepositCancelled|Teller.ConfirmDeposit
Accounts.AuthorizationConfirmed|Accounts.ConfirmAuthorization
Teller.DepositInitiated|Teller.InitiateDeposit
Teller.MoneyDeposited|Teller.ConfirmDeposit
Accounts.MoneyDeposited|Accounts.DepositMoney
END
    diff "$WORLD/expected" "$WORLD/out" && grep -q '^bin 5000x4,2000x1$' "$ATM_FOLDER/acceptor" &&
        [ "$(ask_models "SELECT deposits, deposited FROM esbank.teller_days")" = '1|22000' ] &&
        [ "$(ask_models "SELECT amount FROM esbank.statement WHERE teller_id IS NOT NULL")" = 22000 ]
}

# Another account, with a card.
receiver_is_there()
{
    echo 5500005555555559 >"$WORLD/receivers_card"
    echo 4321 >"$WORLD/receivers_pin"
    receiver=$("$BUILD/bank" account open --owner Paula) &&
        "$BUILD/bank" card issue "$receiver" --card-file "$WORLD/receivers_card" --pin-file "$WORLD/receivers_pin"
}

# The receiver's card stands nowhere in full; there is a receipt, and the bank has the transfer.
transfer_names_no_number()
{
    { pg_dump "$DATABASE" --schema esbank --inserts; find "$ESBANK_HOME" "$WORLD/bank.log" -type f -exec cat {} +; } >"$WORLD/all"
    ! grep -qF 5500005555555559 "$WORLD/all" && grep -rq '^To card *550000\*\*\*\*\*\*5559$' "$ATM_FOLDER/receipts" &&
        [ "$(ask_models "SELECT state, amount FROM esbank.transfers")" = 'completed|7500' ]
}

# The operators see when, and nothing else.
pin_changed_in_list()
{
    "$BUILD/bank" card list --json | grep -q '"pin_changed_at": *"[-0-9T:. ]*Z"'
}

# The paper has the lines of the read model `statement`, the last one first.
statement_on_paper()
{
    ask_models "SELECT initcap(kind) || ' ' || to_char(amount / 100.0, 'FM99990.00') || ' ' ||
                to_char(balance / 100.0, 'FM99990.00') FROM esbank.statement ORDER BY position DESC" >"$WORLD/expected"
    cat "$ATM_FOLDER"/receipts/*.txt >"$WORLD/paper" &&
        sed -n '/^[0-9][0-9]-[0-9][0-9] /{s/^[^ ]* *//;s/  */ /g;p;}' "$WORLD/paper" >"$WORLD/out"
    diff "$WORLD/expected" "$WORLD/out"
}

# The operators see that a supervisor's code is being guessed.
lockout_is_told()
{
    await 20 lockout_in_list
}

lockout_in_list()
{
    "$BUILD/bank" alert list | grep -q "incidents .*5 wrong supervisor's codes in a row"
}

# A command from a script's head, seen by the functions here.
header_run() # script, word
{
    header "$1" "$2" >"$WORLD/$2"
    # shellcheck disable=SC1090
    . "$WORLD/$2"
}

begin() # script; [private]
{
    name=$(basename "$1" .keys)${2:+ ($2)}
    world_new "$(basename "$1" .keys)" ${2:+private}
}

play() # script
{
    begin "$1"
    bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err" && header_run "$1" before >>"$WORLD/out" 2>>"$WORLD/err"
    result "$name: the bank starts and opens the demo account" $?
    CARD=4000001234567899
    export CARD
    set -- "$1" --demo-card
    [ "$(header "$1" card)" = typed ] && set -- "$1"
    # shellcheck disable=SC2046,SC2086  # options are words
    timeout 120 "$BUILD/keys" ${KEYS_OPTIONS:-} "$1" -- "$BUILD/atm" --home "$ESBANK_HOME" ${2:-} $(header "$1" atm) \
        >"$WORLD/out" 2>"$WORLD/err"
    result "$name: $(sed -n '1s/^# //p' "$1")" $?
    settle "$1"
    # No PIN was left anywhere: not in a table, a log, a journal, a key recording.
    { pg_dump "$DATABASE" --schema esbank --inserts; find "$ESBANK_HOME" "$WORLD/bank.log" -type f -exec cat {} +; } \
        >"$WORLD/all" 2>"$WORLD/err"
    [ -s "$WORLD/all" ] && ! grep -qF -e "$WRONG_PIN" -e "$ATM_NEW_PIN" -e "$WEAK_PIN" "$WORLD/all"
    result "$name: no PIN was left anywhere" $?
    bank_stop
    result "$name: the bank ends when it is asked to" $?
}

# What is left once the ATM has ended.
settle() # script
{
    "$BUILD/bank" verify >"$WORLD/out" 2>"$WORLD/err"
    result "$name: the books are right" $?
    withdrawal_states >"$WORLD/out"
    [ "$(cat "$WORLD/out")" = "$(header "$1" ends)" ]
    result "$name: the withdrawals' ends: $(header "$1" ends)" $?
    [ "$(ask_models "SELECT balance FROM esbank.accounts ORDER BY opened_at" | tee "$WORLD/out")" = "$(header "$1" balance)" ]
    result "$name: the balance is $(header "$1" balance)" $?
    notes_agree
    result "$name: the dispenser and the events agree on every note" $?
    find "$ATM_FOLDER/saf" "$ATM_FOLDER/refused" -name '*.json' >"$WORLD/out" && [ ! -s "$WORLD/out" ]
    result "$name: nothing is owed and nothing was refused" $?
    if [ -n "$(header "$1" after)" ]; then
        header_run "$1" after >"$WORLD/out" 2>"$WORLD/err"
        result "$name: $(header "$1" after | tr _ ' ')" $?
    fi
}

# Everything as `make run` does it, on the private cluster: the bank is started and stopped by the script.
play_run()
{
    begin tests/keys/fast_cash.keys private
    timeout 120 "$BUILD/keys" --timeout 60 tests/keys/run.keys -- scripts/run >"$WORLD/out" 2>"$WORLD/err"
    result "$name: scripts/run opens the ATM and ends with it" $?
    ! "$BUILD/bank" ping >"$WORLD/out" 2>"$WORLD/err"
    result "$name: and has stopped the bank it started" $?
    bank_start
    settle tests/keys/fast_cash.keys
    bank_stop
    result "$name: the bank ends when it is asked to" $?
}

# A whole visit piped in, and what comes out; then without a terminal and without --plain.
play_plain()
{
    begin plain.keys
    bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err"
    result "$name: the bank starts and opens the demo account" $?
    # card, PIN, 50.00, notes, receipt, card, cash, no more
    printf '%s\n' 1 "$ATM_PIN" 2 1 1 1 1 5 | timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card \
        >"$WORLD/out" 2>"$WORLD/err"
    result "$name: a visit is piped in" $?
    tr '\n' ' ' <"$WORLD/out" >"$WORLD/line"
    grep -q '\[welcome\].*\[pin_entry\].*\[menu\].*\[note_mix\].*\[receipt_choice\].*\[take_card\].*\[take_cash\].*\[another\].*\[goodbye\]' \
        "$WORLD/line"
    result "$name: every screen is named, in its order" $?
    grep -qF 'F1' "$WORLD/out"
    [ $? = 1 ] && grep -q '^Balance *450.00 EUR' "$WORLD/out"
    result "$name: numbers instead of keys, and the receipt is read out" $?
    # card, PIN, more, mini statement, print, no more, card
    printf '%s\n' 1 "$ATM_PIN" 8 1 4 5 1 | timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card \
        >"$WORLD/out" 2>"$WORLD/err"
    grep -q '^\[statement\] Your last movements$' "$WORLD/out" &&
        grep -q '^[-0-9]* [:0-9]* Withdrawal  *-50.00  *450.00$' "$WORLD/out" && statement_on_paper
    result "$name: the last movements are read out, and printed" $?
    # card, PIN, more, change PIN, the new one twice, read, no more, card
    printf '%s\n' 1 "$ATM_PIN" 8 2 "$ATM_NEW_PIN" "$ATM_NEW_PIN" '' 5 1 |
        timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card >"$WORLD/out" 2>"$WORLD/err"
    tr '\n' ' ' <"$WORLD/out" >"$WORLD/line"
    grep -q '\[pin_new\] Choose your new PIN.*\[pin_repeat\].*Your PIN has been changed' "$WORLD/line" && pin_changed_in_list
    result "$name: the PIN is changed" $?
    # Where the machine was switched off before the advice was acknowledged, the next start delivers it.
    mkfifo "$WORLD/keep_open"
    timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain <"$WORLD/keep_open" >"$WORLD/out" 2>"$WORLD/err" &
    exec 8>"$WORLD/keep_open"
    await 20 saf_is_empty
    exec 8>&-
    wait $!
    result "$name: it ends with its input" $?
    cat >"$WORLD/plain.keys" <<END
#: ends completed
#: balance 45000
END
    settle "$WORLD/plain.keys"
    timeout 20 "$BUILD/atm" --home "$ESBANK_HOME" --demo-card </dev/null >"$WORLD/out" 2>"$WORLD/err"
    [ $? = 1 ] && [ "$(wc -l <"$WORLD/err")" = 1 ] && grep -q -- '--plain' "$WORLD/err" && [ ! -s "$WORLD/out" ]
    result "$name: without a terminal it says in one sentence what to do" $?
    bank_stop
    result "$name: the bank ends when it is asked to" $?
}

wanted()
{
    case " ${FLOWS:-$1} " in
    *" $1 "*) return 0 ;;
    esac
    return 1
}

for script in tests/keys/*.keys; do
    flow=$(basename "$script" .keys)
    [ "$flow" = run ] || ! wanted "$flow" || play "$script"
done
! wanted run || play_run
! wanted plain || play_plain
results_end
