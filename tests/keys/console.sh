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

first_suspect()
{
    ask_models "SELECT withdrawal_id FROM esbank.withdrawals WHERE amount = 2000"
}

play() # script
{
    name=$(basename "$1" .keys)
    world_new "console_$name"
    bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err" &&
        await 60 history_made >>"$WORLD/out" 2>>"$WORLD/err"
    result "$name: there is a bank with something to see" $?
    SUSPECT=$(first_suspect)
    ACCOUNT=$(ask 'SELECT account_id FROM esbank.accounts')
    export SUSPECT ACCOUNT
    # shellcheck disable=SC2086  # options are words
    timeout 120 "$BUILD/keys" ${KEYS_OPTIONS:-} "$1" -- "$BUILD/bank" console >"$WORLD/out" 2>"$WORLD/err"
    result "$name: $(sed -n '1s/^# //p' "$1")" $?
    if [ "$name" = resolve ]; then
        [ "$(ask "SELECT event_type, data->>'reason', metadata->'given'->>'evidence', metadata->>'actor' <> 'bank'
            FROM esbank.events WHERE correlation_id = '$SUSPECT' ORDER BY position DESC LIMIT 1" | tee "$WORLD/out")" = \
            'Teller.CashDispensed|the machine was counted|count|t' ]
        result "$name: the event has the operator, the evidence and the reason" $?
    fi
    bank_stop
}

for script in tests/keys/console/*.keys; do
    case " ${FLOWS:-$(basename "$script" .keys)} " in
    *" $(basename "$script" .keys) "*) play "$script" ;;
    esac
done
results_end
