# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What there is to see in a console's world. Source it after bank.sh and flow.sh;
# the scripts of tests/keys/console name these functions after "#: before" and
# "#: after", and options of the bank after "#: bank".

withdraw() # amount, outcome
{
    "$BUILD/bank" terminal withdraw "$1" --outcome "$2" --card-file "$WORLD/card" --pin-file "$WORLD/pin"
}

# A withdrawal that is done, two suspects, one that was refused, and a deposit at the counter.
history_made()
{
    echo 4000001234567899 >"$WORLD/card"
    echo 1234 >"$WORLD/pin"
    withdraw 70 dispensed && withdraw 20 unknown && withdraw 50 unknown && ! withdraw 5000 dispensed &&
        "$BUILD/bank" account deposit "$(account)" 12.34 && models_are_there
}

# A suspect of a machine: its dispenser does not know where the notes are.
fault_made()
{
    printf 'include %s\n' "$PWD/tests/keys/_words.keys" "$PWD/tests/keys/faults/unknown.keys" >"$WORLD/atm.keys"
    ATM_PIN=1234 timeout 120 "$BUILD/keys" "$WORLD/atm.keys" -- "$BUILD/atm" --home "$ESBANK_HOME" --demo-card &&
        models_are_there
}

# Two supervisors: who runs the tests, and one who has to be another user.
second_person_needed()
{
    printf '%s\n' 'root supervisor uid=0' 'bert supervisor uid=45002' 'two-persons resolve' >"$ESBANK_HOME/operators"
    chmod 644 "$ESBANK_HOME/operators"
    kill -HUP "$(cat "$WORLD/bank.pid")" && await 20 grep -q operators-reloaded "$WORLD/bank.log"
}

# The ids that scripts type, as NAME=VALUE lines.
console_names()
{
    echo "SUSPECT=$(ask_models "SELECT withdrawal_id FROM esbank.withdrawals WHERE amount = 2000")"
    echo "ACCOUNT=$(account)"
    account | sed 's/-.*//; s/^/ACCOUNT_8=/'
}

# ---- what is looked at afterwards ---------------------------------------------------

resolution_has_operator_evidence_and_reason()
{
    ask "SELECT event_type, data->>'reason', metadata->'given'->>'evidence', metadata->>'actor' <> 'bank'
         FROM esbank.events WHERE correlation_id = '$SUSPECT' ORDER BY position DESC LIMIT 1" >"$WORLD/out"
    [ "$(cat "$WORLD/out")" = 'Teller.CashDispensed|the machine was counted|count|t' ]
}

six_keys_gave_the_money_back()
{
    [ "$(sed -n '/^press 4 /{s/^press //p;q;}' "$KEYS_SCRIPT" | wc -w)" -le 6 ] && [ "$(withdrawal_states)" = reversed ]
}

log_has_who_proposed_who_approved_and_why()
{
    ask "SELECT event_type, data->>'reason', metadata->>'actor' FROM esbank.events
         WHERE event_type IN ('Bank.ProposalApproved', 'Bank.ProposalRejected', 'Teller.CashDispensed')
         ORDER BY position OFFSET 1" >"$WORLD/out"
    printf '%s\n' 'Bank.ProposalApproved|saw it too|operator root' 'Teller.CashDispensed|seen on tape|operator root' \
        'Bank.ProposalRejected|a slip|operator root' | diff "$WORLD/out" -
}
