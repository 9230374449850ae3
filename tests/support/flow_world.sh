#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The world of one keystroke script, for tests/keys/suite.keys:
#
#   flow_world.sh begin SCRIPT    a bank and an ATM's folder; prints NAME=VALUE lines for the script's environment
#   flow_world.sh begin SCRIPT console    likewise, with what the operators' console can show
#   flow_world.sh look SCRIPT     the books, and what the script's head asks for
#   flow_world.sh settle SCRIPT   looks at what is left once the ATM has ended: flow.sh
#   flow_world.sh finish SCRIPT   ends the bank, removes the world
#
# Without the tests' Postgres (scripts/test) the world has a private cluster of its own.
set -u

BUILD=$(realpath "${BUILD:-build}")
. tests/support/bank.sh
. tests/support/flow.sh
. tests/support/console_world.sh
wrong=0

# Instead of a test point: a sentence when it is not so.
result()
{
    [ "$2" = 0 ] && return
    wrong=$((wrong + 1))
    echo "not so: $1"
    cat "$WORLD/out" "$WORLD/err" 2>/dev/null
    tail -5 "$WORLD/bank.log" 2>/dev/null | sed 's/^/bank: /'
}

begin() # script, "console" or nothing
{
    # shellcheck disable=SC2046  # options are words
    bank_start $(header "$1" bank) && "$BUILD/bank" demo || return
    if [ "${2:-}" = console ] && [ -z "$(header "$1" before)" ]; then
        await 60 history_made
    else
        header_run "$1" before
    fi
}

case $1 in
begin)
    [ -n "${ESBANK_TEST_PG:-}" ] || place=private
    world_new "$(basename "$2" .keys)" ${place:-}
    begin "$2" "${3:-}" >"$WORLD/out" 2>"$WORLD/err"
    result "the bank starts and opens the demo account" $? >&2
    options=--demo-card
    [ "$(header "$2" card)" = typed ] && options=
    for name in BUILD WORLD ESBANK_HOME ATM_FOLDER DATABASE ESBANK_DB ESBANK_PG_OPTIONS; do
        eval "value=\${$name:-}"
        # shellcheck disable=SC2154  # the line above sets it
        [ -z "$value" ] || echo "$name=$value"
    done
    if [ "${3:-}" = console ]; then
        console_names
        exit "$((wrong > 0))"
    fi
    echo "CARD=4000001234567899"
    # shellcheck disable=SC2046  # options are words
    echo "ATM_OPTIONS=$(echo $options $(header "$2" atm))"
    ;;
look)
    settle_books
    settle_after "$2"
    ;;
settle)
    settle "$2"
    ;;
finish)
    [ -n "${WORLD:-}" ] || exit 0
    bank_stop
    result "the bank ends when it is asked to" $?
    [ -z "${ESBANK_DB:-}" ] || psql -Xq "$ESBANK_TEST_PG dbname=postgres" \
        -c "DROP DATABASE \"${ESBANK_DB##*dbname=}\" WITH (FORCE)"
    rm -rf "$WORLD"
    ;;
esac
exit "$((wrong > 0))"
