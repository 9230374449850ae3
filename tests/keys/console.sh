#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Plays the keystroke scripts of tests/keys/console against `bank console`, a
# real bank and real suspects: withdrawals whose machine does not know what
# became of the notes. Then looks at what the keys have left in the log.
#
# FLOWS="resolve" plays only that one; KEYS_OPTIONS="--update" rewrites golden screens. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-$PWD/build}
. tests/support/bank.sh

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
        "$BUILD/bank" account deposit "$(ask 'SELECT account_id FROM esbank.accounts')" 12.34 &&
        models_are_there
}

# The same of a machine: its dispenser does not know where the notes are.
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

first_suspect()
{
    ask_models "SELECT withdrawal_id FROM esbank.withdrawals WHERE amount = 2000"
}

play() # script
{
    name=$(basename "$1" .keys)
    if [ "$name" = approvals ] && [ "$(id -u)" != 0 ]; then
        echo "# approvals: other users are root's to be"
        return
    fi
    world_new "console_$name"
    made=history_made options=
    [ "$name" != fault ] || made=fault_made
    [ "$name" != approvals ] || options="--operator-group mail"
    # shellcheck disable=SC2086  # options are words
    bank_start $options >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err" &&
        await 60 $made >>"$WORLD/out" 2>>"$WORLD/err" && { [ "$name" != approvals ] || second_person_needed; }
    result "$name: there is a bank with something to see" $?
    SUSPECT=$(first_suspect)
    ACCOUNT=$(ask 'SELECT account_id FROM esbank.accounts')
    ACCOUNT_8=${ACCOUNT%%-*}
    export SUSPECT ACCOUNT ACCOUNT_8
    # shellcheck disable=SC2086  # options are words
    timeout 120 "$BUILD/keys" ${KEYS_OPTIONS:-} "$1" -- "$BUILD/bank" console >"$WORLD/out" 2>"$WORLD/err"
    result "$name: $(sed -n '1s/^# //p' "$1")" $?
    if [ "$name" = resolve ]; then
        [ "$(ask "SELECT event_type, data->>'reason', metadata->'given'->>'evidence', metadata->>'actor' <> 'bank'
            FROM esbank.events WHERE correlation_id = '$SUSPECT' ORDER BY position DESC LIMIT 1" | tee "$WORLD/out")" = \
            'Teller.CashDispensed|the machine was counted|count|t' ]
        result "$name: the event has the operator, the evidence and the reason" $?
    fi
    if [ "$name" = fault ]; then
        [ "$(sed -n '/^press 4 /{s/^press //p;q;}' "$1" | wc -w)" -le 6 ]
        result "$name: from the overview to the end these are six keys" $?
        [ "$(withdrawal_states)" = reversed ]
        result "$name: the money is back" $?
    fi
    if [ "$name" = approvals ]; then
        ask "SELECT event_type, data->>'reason', metadata->>'actor' FROM esbank.events
            WHERE event_type IN ('Bank.ProposalApproved', 'Bank.ProposalRejected', 'Teller.CashDispensed')
            ORDER BY position OFFSET 1" >"$WORLD/out"
        printf '%s\n' 'Bank.ProposalApproved|saw it too|operator root' 'Teller.CashDispensed|seen on tape|operator root' \
            'Bank.ProposalRejected|a slip|operator root' | diff "$WORLD/out" - >"$WORLD/err"
        result "$name: the log has who proposed, who approved and why" $?
    fi
    bank_stop
}

for script in tests/keys/console/*.keys; do
    case " ${FLOWS:-$(basename "$script" .keys)} " in
    *" $(basename "$script" .keys) "*) play "$script" ;;
    esac
done
results_end
