#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --at: an account, a machine and a withdrawal as they were, by position and by time; and times that programs read.
# Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new as_of
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT
bank_start
account_new
chmod 600 "$WORLD/card"
visit
withdrawal=$(ask_models "SELECT withdrawal_id FROM esbank.withdrawals")

# The position and the time, FORMAT, of the first event of that type.
position_of()
{
    ask "SELECT min(position) FROM esbank.events WHERE event_type = '$1'"
}
time_of()
{
    ask "SET timezone = '${3:-UTC}'; SELECT to_char(created_at, '$2') FROM esbank.events WHERE position = $(position_of "$1")"
}

bank account show "$account" --at "$(position_of Accounts.MoneyDeposited)" --json
did "an account after an event" '"balance":25050'
bank account show "$account" --at "$(time_of Accounts.MoneyDeposited 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')" --json
did "and at its microsecond" '"balance":25050'
bank account show "$account" --at "$(time_of Accounts.MoneyDeposited 'YYYY-MM-DD"T"HH24:MI:SS.US' Asia/Kolkata)+05:30" --json
did "also as the clock stood elsewhere" '"balance":25050'
bank account show "$account" --at "$(date -u +%Y-%m-%d)" --json
did "a day that is not over means until now" '"balance":48000'
bank account show "$account" --at 1
refused "before its opening there was no such account" 1 'there was no account of that id then'
bank account show "$account" --at 2020-01-01
refused "nor at a time before it" 1 'there was no account of that id then'
for wrong in 2026-02-30 2026-13-01 2026-02-28T25:00:00 2026-02-28+25:00 2026-02-28T10:00:00+1 yesterday '' 2026-02-28T10:00:00Zulu; do
    bank account show "$account" --at "$wrong"
    refused "\"$wrong\" is no time" 2 '--at wants a position in the log, or a time'
done
bank account show "$account" --at 2999-01-01
refused "a time to come is refused" 2 'is still to come'
bank account show "$account" --at 99999999
refused "and a position beyond the log's end" 2 \
    "the log has 1 to $(ask 'SELECT position FROM esbank.log_head')"
bank account show "$account" --at 99999999999999999999999
refused "and one beyond all numbers" 2 '--at wants a position'
bank account show "$account" --at 0
refused "and one before its beginning" 2 'there is no position 0'

bank teller show "$teller" --at "$(position_of Teller.Provisioned)" --json
did "a machine as it was" '"dispensed":0'
bank teller show "$teller" --json
did "and is" '"dispensed":2000'
bank withdrawal show "$withdrawal" --at "$(position_of Teller.MoneyWithdrawn)" --json
did "a withdrawal as it was" '"state":"dispensing"'
bank withdrawal show "$withdrawal" --at "$(position_of Teller.MoneyWithdrawn)"
! grep -q 'Teller.CashDispensed' "$WORLD/out" && grep -q 'Teller.MoneyWithdrawn' "$WORLD/out"
result "with its tree up to then" $?
bank withdrawal show "$withdrawal" --at 1
refused "before it began there was none" 1 'there was no withdrawal of that id then'

# ---- times for programs ----

whole='"20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}Z"'
for command in "events --json" "account explain $account --json" "account statement $account --json" \
    "withdrawal list --json" "withdrawal show $withdrawal --json" "card list --json" "keys check --json" \
    "events --tree $withdrawal --json"; do
    # shellcheck disable=SC2086  # $command is several words
    bank $command
    grep -Eq "$whole" "$WORLD/out" && ! grep -Eq '"20[0-9-]{8} [0-9:]{8}' "$WORLD/out"
    result "bank ${command%% [0-9a-f]*-*} gives times to programs in full" $?
done
bank events --json
[ "$(grep -o '"created_at":"[^"]*"' "$WORLD/out" | cut -d'"' -f4 | tr '\n' ' ')" = \
    "$(ask "SELECT string_agg(to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\" '), '' ORDER BY position)
        FROM esbank.events")" ]
result "to the last digit" $?
results_end
