#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A real machine's journal beside the real bank's log: as it is, and as another hand has changed it.
# Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new reconcile
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# WORD...: the journal of that folder beside the log.
reconcile()
{
    bank teller reconcile "$teller" --journal "$@"
}

# SENTENCE PATTERN: something differs, which is listed so.
differs()
{
    [ "$status" = 1 ] && [ ! -s "$WORLD/err" ] && grep -Eq -- "$2" "$WORLD/out"
    result "$1" $?
}

# PROGRAM: a copy of the machine's folder, with its journal done to by that program of sed.
doctored()
{
    rm -rf "$WORLD/doctored"
    cp -a "$ATM_FOLDER" "$WORLD/doctored"
    sed -i "$1" "$WORLD/doctored/journal.log"
}

bank_start || exit 1
account_new
visit
holds "a withdrawal is completed" await 20 ended completed
taken=$(ask "SELECT withdrawal_id FROM esbank.withdrawals")
echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
holds "another one is suspect" await 20 ended completed,suspect
suspect=$(ask "SELECT withdrawal_id FROM esbank.withdrawals WHERE state = 'suspect'")
await 20 saf_is_empty

# ---- as it is ------------------------------------------------------------------

reconcile "$ATM_FOLDER/journal.log"
did "nothing differs" '^2 withdrawals and deposits, and nothing differs\.$'
holds "the MACs are checked" grep -q '^MACs         checked$' "$WORLD/out"
reconcile "$ATM_FOLDER/journal.log" --json
did "as JSON" '"macs":"checked","wrong_entries":0,"differences":\[\],"compared":2,"same":true'
holds "that can be read" is_json
bank withdrawal resolve "$suspect" dispensed
reconcile "$ATM_FOLDER/journal.log"
did "what an operator has counted since is no difference" 'nothing differs'
cp "$ATM_FOLDER/journal.log" "$WORLD/alone"
reconcile "$WORLD/alone"
did "without the folder's key the MACs are not checked" '^MACs         not checked'

# ---- what only the log has -----------------------------------------------------

"$BUILD/bank" terminal withdraw 20 --card-file "$WORLD/card" --pin-file "$WORLD/pin" >"$WORLD/out" 2>&1
visit # for the next entries: with notes somewhere unknown the machine is out of service
reconcile "$ATM_FOLDER/journal.log"
differs "a withdrawal without the machine" "^  the machine's journal knows nothing of it\$"
holds "and nothing else" grep -q '^3 withdrawals and deposits, 1 differences\.$' "$WORLD/out"

# ---- as another hand has changed it --------------------------------------------

doctored "/ taken $taken/s/notes=2000x1/notes=1000x2/"
reconcile "$WORLD/doctored/journal.log"
differs "other notes" '^  other notes taken$'
holds "as the journal has them" grep -q '^    journal  10x2$' "$WORLD/out"
holds "and as the log has them" grep -q '^    log      20x1$' "$WORLD/out"
holds "the entry does not have its MAC" \
    grep -Eq '^[*]{3} THE JOURNAL WAS CHANGED: 1 of its entries' "$WORLD/out"
reconcile "$WORLD/doctored/journal.log" --json
differs "as JSON, note by note" \
    '"difference":"taken","journal":\[[{]"denomination":1000,"count":2[}]\],"log":\[[{]"denomination":2000,"count":1[}]\][}]'
doctored "/ request $taken/s/amount=2000/amount=4000/"
reconcile "$WORLD/doctored/journal.log"
differs "another amount" '^  another amount$'
doctored "/ advice $taken/s/outcome=dispensed/outcome=not_dispensed/"
reconcile "$WORLD/doctored/journal.log"
differs "another end" '^  another end$'
doctored "/$taken/d"
reconcile "$WORLD/doctored/journal.log"
differs "entries that are missing" "^withdrawal $taken\$"
holds "are missed by their numbers" grep -q 'THE JOURNAL WAS CHANGED' "$WORLD/out"
doctored "s/$taken/$nobody/"
reconcile "$WORLD/doctored/journal.log"
differs "a withdrawal that the log does not know" "^  the bank's log knows nothing of it\$"

# ---- what is no journal --------------------------------------------------------

bank teller reconcile "$teller"
refused "a journal has to be said" 2 '--journal'
reconcile "$WORLD/not_there"
refused "and be there" 1 'cannot read the journal'
reconcile "$WORLD/card"
refused "and be one" 1 "no entry of a machine's journal"
doctored 's/^\([0-9]*\) [^ ]* /\1 midnight /'
reconcile "$WORLD/doctored/journal.log"
refused "with times that are times" 1 'time is none'
bank teller reconcile "$nobody" --journal "$ATM_FOLDER/journal.log"
differs "another machine's journal is not this one's" "^  the bank's log knows nothing of it\$"

results_end
