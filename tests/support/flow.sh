# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What a visit at the ATM leaves: the books, the withdrawals' ends, the balance,
# the notes. Source it after bank.sh; settle SCRIPT has the test points.
#
# Lines of a script that begin with #: are for here:
#
#   #: atm OPTION...      options of the ATM
#   #: card typed         without --demo-card
#   #: bank OPTION...     options of the bank
#   #: before COMMAND     run once the bank and the demo account are there
#   #: after COMMAND      has to succeed once the ATM has ended
#   #: ends STATE,...     the states of the withdrawals, in their order; nothing: there are none
#   #: balance N          of the demo account, in minor units; a line for each other account, as they were opened

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

# The report of the day that was ended has what the machine then counted, and the books agree.
counted_at_the_end()
{
    ask "SELECT count(*) FROM esbank.events, json_array_elements(data->'report'->'notes') AS note
         WHERE event_type = 'Teller.BusinessDayClosed' AND data->'report'->>'counted_by' = 'machine'
           AND note->>'counted' = note->>'computed'" >"$WORLD/out"
    [ "$(cat "$WORLD/out")" -gt 0 ]
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
wallet_is_there()
{
    "$BUILD/bank" demo --wallet
}

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

# A cash code's number stands on the owner's paper, and nowhere else in full; it was used.
cash_code_names_no_number()
{
    number=$(cat "$ATM_FOLDER"/receipts/*.txt | sed -n 's/^Cash code *\([0-9]\{4\}\) \([0-9]\{3\}\) \([0-9]\{3\}\)$/\1\2\3/p')
    { pg_dump "$DATABASE" --schema esbank --inserts
      find "$ESBANK_HOME" "$WORLD/bank.log" -type f ! -path '*/receipts/*' -exec cat {} +; } >"$WORLD/all"
    [ ${#number} = 10 ] && ! grep -qF "$number" "$WORLD/all" &&
        [ "$(ask_models "SELECT amount, reason, masked = '******' || right('$number', 4) FROM esbank.cash_codes")" = '5000|used|t' ]
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
        sed -n '\%^[0-9][0-9][-./][0-9][0-9] %{s/^[^ ]* *//;s/  */ /g;p;}' "$WORLD/paper" >"$WORLD/out"
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

settle_books()
{
    "$BUILD/bank" verify >"$WORLD/out" 2>"$WORLD/err"
    result "the books are right" $?
}

# What the script's head asks for besides.
settle_after() # script
{
    [ -n "$(header "$1" after)" ] || return
    header_run "$1" after >"$WORLD/after.out" 2>"$WORLD/err"
    result "$(header "$1" after | tr _ ' ')" $?
}

# Not in a table, a log, a journal, a key recording.
settle_pins()
{
    { pg_dump "$DATABASE" --schema esbank --inserts; find "$ESBANK_HOME" "$WORLD/bank.log" -type f -exec cat {} +; } \
        >"$WORLD/all" 2>"$WORLD/err"
    [ -s "$WORLD/all" ] && ! grep -qF -e "$WRONG_PIN" -e "$ATM_NEW_PIN" -e "$WEAK_PIN" "$WORLD/all"
    result "no PIN was left anywhere" $?
}

# What is left once the ATM has ended.
settle() # script
{
    settle_books
    withdrawal_states >"$WORLD/out"
    [ "$(cat "$WORLD/out")" = "$(header "$1" ends)" ]
    result "the withdrawals' ends: $(header "$1" ends)" $?
    [ "$(ask_models "SELECT balance FROM esbank.accounts ORDER BY opened_at" | tee "$WORLD/out")" = "$(header "$1" balance)" ]
    result "the balance is $(header "$1" balance)" $?
    notes_agree
    result "the dispenser and the events agree on every note" $?
    find "$ATM_FOLDER/saf" "$ATM_FOLDER/refused" -name '*.json' >"$WORLD/out" && [ ! -s "$WORLD/out" ]
    result "nothing is owed and nothing was refused" $?
    settle_after "$1"
    settle_pins
}
