#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An older copy of the whole database, put back under the home of a bank that has acknowledged more since: refused
# with both positions, and gone on with only when the loss is accepted, which is an event. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh

postgres()
{
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "$1"
}

# A bank that starts and ends: its status, and what it said.
serve()
{
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" "$@" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}

put_back()
{
    postgres "DROP DATABASE \"$world_database\" WITH (FORCE)"
    postgres "CREATE DATABASE \"$world_database\" TEMPLATE \"${world_database}_copy\""
}

world_new known
trap 'bank_kill KILL; postgres "DROP DATABASE IF EXISTS \"${world_database}_copy\" WITH (FORCE)"; rm -rf "$WORLD"' EXIT
bank_start || exit 1
account_new
bank_stop
copied=$(ask "SELECT position FROM esbank.log_head")
postgres "CREATE DATABASE \"${world_database}_copy\" TEMPLATE \"$world_database\""
bank_start || exit 1
bank account deposit "$account" 3.00
bank account deposit "$account" 4.00
bank_stop
known=$(ask "SELECT position FROM esbank.log_head")

put_back
serve
[ "$status" = 1 ] && ! grep -q 'bank: ready' "$WORLD/err" &&
    grep -q "it ends at position $copied, and the bank has acknowledged everything up to position $known:" "$WORLD/err"
result "an older copy is refused, with both positions" $?
serve
holds "and again" test "$status" = 1
bank_start --accept-log-loss
holds "a loss that is accepted is gone on with" bank_answers
bank account deposit "$account" 5.00
bank events --stream bank
did "it is an event of the bank's stream" \
    "Bank.LogLossAccepted +bank 1 .*\"known_position\":$known,.*\"found_position\":$copied,"
grep -q "log-loss-accepted .*level=warn known_position=$known found_position=$copied\$" "$WORLD/bank.log"
result "and a line of the bank's log" $?
position=$(ask "SELECT position FROM esbank.events WHERE stream_id = 'bank'")
bank alert list
did "operators are alerted, with what is lost" \
    "log_losses .*events $((copied + 1)) to $known were acknowledged and are lost"
bank alert settle 1
refused "another event is no loss that can be settled" 1 'event 1 is no loss of the log that is to be settled'
bank alert settle "$position"
did "they settle it" "the loss of event $position is settled"
bank alert list --exit-code
holds "and it is off the list" test "$status" = 0
bank events --stream bank
did "which is an act on record" 'Bank.ActRecorded .*"act":"alert_settle"'
bank alert settle "$position"
refused "settled is settled" 1 'is no loss of the log that is to be settled'
bank_stop
bank verify
did "the log that goes on is clean" '^ok +seals'
bank_start
holds "it is the known one now" bank_answers
bank_kill KILL
known=$(ask "SELECT position FROM esbank.log_head")
put_back
serve
grep -q "position $copied, and the bank has acknowledged everything up to position $known:" "$WORLD/err"
result "a bank that was killed had left what it knew" $?

ask "SET session_replication_role = replica; DELETE FROM esbank.events; DELETE FROM esbank.commands;
    UPDATE esbank.log_head SET position = 0, hash = decode(repeat('00', 32), 'hex'), epoch = 0, seal = NULL" >/dev/null
rm "$ESBANK_HOME/log.known"
serve
[ "$status" = 1 ] && grep -q 'the log is empty and has no seal' "$WORLD/err"
result "a log that was emptied is not sealed anew" $?
results_end
