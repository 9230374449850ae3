#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each fault of the machine's devices, at a machine of its own: a withdrawal and a deposit that it strikes. Then the
# journal and the log agree, and the business day ends with a report that balances. The faults are those that
# `atm --help` lists; tests/plug/steps.sh has the power cuts at each step. Prints TAP. The programs are in $BUILD; run
# it by scripts/test.
# shellcheck disable=SC1091,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new reconcile_faults
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT
bank_start || exit 1
account_new
"$BUILD/bank" account limits "$account" --daily-limit 0 --daily-count 0 >"$WORLD/out" &&
    "$BUILD/bank" account deposit "$account" 10000 >"$WORLD/out"
chmod 600 "$WORLD/card"

# The machine answers these, as long as it asks.
machine()
{
    printf '%s\n' "$@" | ESBANK_DB='' timeout 60 "$BUILD/atm" --plain --home "$ESBANK_HOME" --teller-id "$teller" \
        --card-file "$WORLD/card" --countdown 1 >"$WORLD/screens" 2>"$WORLD/err"
}

"$BUILD/atm" --help | sed -n '/^Faults/,/^$/s/^  \([a-z].*\)/\1/p' | sed 's/  .*//' | grep -v 'NAME$' |
    sed 's/\<N\>/1/' >"$WORLD/faults"
[ "$(wc -l <"$WORLD/faults")" -ge 15 ]
result "the faults are those of the manual" $?
number=0
while read -r fault; do
    number=$((number + 1))
    teller=$(printf '1c915dd1-8bf0-4662-a2ce-%012d' "$number")
    ATM_FOLDER=$ESBANK_HOME/$teller
    "$BUILD/bank" teller provision "$teller" --notes 50x20,20x20,10x20 >"$WORLD/out" 2>"$WORLD/err"
    machine 1 1234 1 1 1 5  # an honest visit, so that there is a journal
    echo "$fault" >"$ATM_FOLDER/faults"
    machine 1 1234 2 1 1 5         # 50.00, card, cash, no more
    machine 1 1234 7 3x4 7 1 5 1 1 # three notes of 50.00, counted
    machine                        # what the power took is looked at
    [ ! -s "$ATM_FOLDER/faults" ]
    result "$fault: it strikes" $?
    await 20 saf_is_empty
    bank teller reconcile "$teller" --journal "$ATM_FOLDER/journal.log"
    did "$fault: the journal and the log agree" 'nothing differs\.$'
    day=$("$BUILD/bank" teller show "$teller" --json | sed 's/.*"business_day": *"\([^"]*\)".*/\1/')
    bank day close --teller "$teller" --yes && bank day show "$day" --teller "$teller"
    did "$fault: the day's report balances" '^The report balances\.$'
done <"$WORLD/faults"
bank verify
did "the books are right" '^ok +tables'
results_end
