#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the bank knows of a machine's memory: a folder that was put back from an
# older copy, one that was deleted, a copy that works in a second home at the
# same time, and a withdrawal that only the machine remembers. Real processes.
# Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new witness
second=$WORLD/second
machines=
trap 'for machine in $machines; do kill -KILL "$machine"; done 2>/dev/null; bank_kill KILL; rm -rf "$WORLD"' EXIT

# HOME NAME [OPTION...]: a machine that waits for its customers until its keyboard, $WORLD/NAME.keys, is shut.
machine_start()
{
    home=$1 name=$2
    shift 2
    rm -f "$WORLD/$name.keys"
    mkfifo "$WORLD/$name.keys"
    : >"$WORLD/$name.screens"
    ESBANK_DB='' "$BUILD/atm" --plain --home "$home" "$@" <"$WORLD/$name.keys" >"$WORLD/$name.screens" \
        2>"$WORLD/$name.err" &
    machines="$machines $!"
    eval "$name=$!"
}

machine_stop() # pid
{
    kill -TERM "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

shows() # name screen
{
    [ "$(sed -n 's/^\[\([a-z_]*\)\].*/\1/p' "$WORLD/$1.screens" | tail -1)" = "$2" ]
}

says() # name words
{
    tail -5 "$WORLD/$1.screens" | grep -q "$2"
}

sql() # statement...
{
    for statement; do
        psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "$statement" || exit 1
    done
}

alerted() # words
{
    bank alert list
    grep -q "$1" "$WORLD/out"
}

bank_start
account_new
visit
await 10 ended completed
result "a machine has worked" $?

# ---- an older folder -------------------------------------------------------------

cp -a "$ATM_FOLDER" "$WORLD/older"
visit
await 10 ended completed,completed
mv "$ATM_FOLDER" "$WORLD/newer"
cp -a "$WORLD/older" "$ATM_FOLDER"
machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
holds "a folder older than the bank knows stays out of service" await 20 says first 'knows more of this machine'
holds "and says so" shows first out_of_service
holds "the operators hear of it" await 20 alerted 'older than what the bank knows'
exec 7>&-
machine_stop "$first"

rm -rf "$ATM_FOLDER"
machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
holds "nor does one that was deleted" await 20 says first 'knows more of this machine'
exec 7>&-
machine_stop "$first"

machine_start "$ESBANK_HOME" first --adopt-memories 7>&-
exec 7>"$WORLD/first.keys"
holds "with --adopt-memories it serves" await 20 shows first welcome
holds "and that is an alert" await 20 alerted 'took over a folder'
exec 7>&-
machine_stop "$first"
machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
holds "once is enough" await 20 shows first welcome

# ---- two homes -------------------------------------------------------------------

mkdir -m 700 "$second"
cp -a "$ATM_FOLDER" "$second/$teller"
cp -a "$ESBANK_HOME/keys" "$second/keys"
ln -s "$ESBANK_HOME/atm.sock" "$second/atm.sock"
machine_start "$second" other 7>&-
exec 8>"$WORLD/other.keys"
holds "a copy of the folder that is started later works" await 20 shows other welcome
holds "and the first one does not any more" await 20 says first "works under this one's name"
holds "the operators hear of that too" await 20 alerted 'two of them work with this'
exec 7>&- 8>&-
machine_stop "$first"
machine_stop "$other"
bank teller cut-over "$teller" --yes
holds "until the day is over" await 20 sh -c '! "$BUILD/bank" alert list | grep -q "two of them work"'

# ---- an honest restart -----------------------------------------------------------

machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
await 20 shows first welcome
bank_stop
await 20 shows first out_of_service
bank_start
holds "a machine that lost its bank comes back" await 20 shows first welcome
exec 7>&-
machine_stop "$first"
bank alert list --all
[ "$(grep -c 'two of them work' "$WORLD/out")" = 1 ]
result "without an alert" $?

# ---- a restored backup -----------------------------------------------------------

# The customer has the cash, the machine has not told, and the bank's database is one of before.
bank_stop
sql "CREATE DATABASE \"$world_database.backup\" TEMPLATE \"$world_database\""
bank_start
echo 'power cut after taken' >"$ATM_FOLDER/faults"
visit
bank_stop
sql "DROP DATABASE \"$world_database\"" "ALTER DATABASE \"$world_database.backup\" RENAME TO \"$world_database\""
bank_start --accept-log-loss
machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
holds "what only the machine remembers is an alert" await 20 alerted \
    'unknown to this bank: the machine says that it paid (dispensed, 20.00)'
holds "and the machine owes it no more" await 20 saf_is_empty
exec 7>&-
machine_stop "$first"
machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
await 20 shows first welcome
[ "$(ask "SELECT data->>'agrees' FROM esbank.events WHERE event_type = 'Teller.SignedOn' AND data->'notes' IS NOT NULL
    ORDER BY position DESC LIMIT 1")" = true ]
result "the machine and the bank count the same notes" $?
exec 7>&-
machine_stop "$first"
bank withdrawal list --state suspect --json
did "it stands on the list of suspects" '"state":"disputed","amount":2000,"taken":2000'
unheard=$(member withdrawal_id)
bank verify
did "the books are right" '^ok +notes conserved'
bank withdrawal resolve "$unheard" dispensed --reason 'card number from the journal'
did "an operator settles it" 'is settled'
holds "and that ends the alert" await 20 sh -c '! "$BUILD/bank" alert list | grep -q "unknown to this bank"'

# ---- a deadline ------------------------------------------------------------------

bank_stop
bank_start --confirm-within 1
echo 'power cut after presented' >"$ATM_FOLDER/faults"
visit
holds "a machine that died with its cash out is an alert" await 20 alerted '20\.00 may have been paid or not'
bank withdrawal list --state suspect --json
late=$(member withdrawal_id)
bank withdrawal show "$late"
did "after a deadline it is not known where the notes are" '^Not known where +20x1$'
did "nobody has said" '^Said by +deadline$'
! grep -Eq '^Left in cassettes +[0-9]' "$WORLD/out"
result "and they are not said to be in the cassettes" $?
bank events --json --type Teller.WithdrawalSuspected
did "the event has it so" '"unknown":\[\{"denomination":2000,"count":1\}\]'
machine_start "$ESBANK_HOME" first 7>&-
exec 7>"$WORLD/first.keys"
holds "the machine that comes back knows" await 20 sh -c '"$BUILD/bank" withdrawal show "$0" | grep -q "^State *completed"' "$late"
bank withdrawal show "$late"
did "and says so" '^Said by +machine$'
did "with the notes" '^Taken +20x1$'
exec 7>&-
machine_stop "$first"

bank_stop
results_end
