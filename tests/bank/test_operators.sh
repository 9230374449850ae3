#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What operators met: alerts after they were settled, output that cannot be written, bars wider than the terminal, and
# a bank that is said not to run. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new operators
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT
bank_start
account_new
chmod 600 "$WORLD/card"

# ---- alerts ----

mkdir -p "$ATM_FOLDER"
echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
withdrawal=$(ask_models "SELECT withdrawal_id FROM esbank.withdrawals")
bank alert list
did "a suspect withdrawal is on the list of what wants attention" "$withdrawal"
psql -Xq "$DATABASE" -c 'BEGIN' -c 'LOCK TABLE esbank.alerts IN SHARE MODE' -c 'SELECT pg_sleep(1)' -c 'COMMIT' \
    >"$WORLD/locked" 2>&1 &
locked()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.alerts'::regclass AND mode = 'ShareLock' AND granted")" = 1 ]
}
await 10 locked
bank withdrawal resolve "$withdrawal" not-dispensed --reason 'counted'
bank alert list
[ "$status" = 0 ] && ! grep -q "$withdrawal" "$WORLD/out"
result "and right after it was resolved no more" $?
ask "INSERT INTO esbank.alerts (handler, subject, teller_id, message, position, raised_at) VALUES
    ('suspects', 'a', '$teller', 'younger', 1, now()), ('suspects', 'b', '$teller', 'older', 1, now() - interval '1 day')"
bank alert list
[ "$(grep -o 'younger\|older' "$WORLD/out" | tr '\n' ' ')" = 'older younger ' ]
result "the oldest comes first, whichever was raised first" $?
ask "DELETE FROM esbank.alerts WHERE subject IN ('a', 'b')"

# ---- output ----

"$BUILD/bank" account open --owner 'Ida' >/dev/full 2>"$WORLD/err"
[ $? = 1 ] && grep -Eq "^bank: it is done \(account_id $(ask_models "SELECT account_id FROM esbank.accounts
    ORDER BY opened_at DESC LIMIT 1")\)" "$WORLD/err"
result "an account whose id cannot be printed is opened, and its id is said all the same" $?
for command in 'account list' 'events --json' verify help status; do
    # shellcheck disable=SC2086  # $command is several words
    "$BUILD/bank" $command >/dev/full 2>"$WORLD/err"
    [ $? = 1 ] && grep -q 'could not be written' "$WORLD/err"
    result "bank $command says that its output could not be written" $?
done

# ---- bars ----

TERM=xterm script -qec "stty columns 40 rows 24; '$BUILD/bank' projection rebuild accounts" "$WORLD/out" >"$WORLD/err" 2>&1
tr '\r' '\n' <"$WORLD/out" | grep '\[#' | sed 's/\x1b\[K//' >"$WORLD/bars"
[ -s "$WORLD/bars" ] && [ "$(awk '{ if (length($0) > longest) longest = length($0) } END { print longest }' "$WORLD/bars")" -lt 40 ]
result "a bar is not wider than the terminal" $?

# ---- whether it runs ----

unset ESBANK_DB
bank account list
refused "a bank that runs on a database elsewhere is not said not to run" 1 \
    'has its database elsewhere: name it with --db'
ESBANK_DB=$DATABASE
export ESBANK_DB
bank_stop
unset ESBANK_DB
bank account list
refused "one that does not run is" 1 'the bank is not running: start it'
results_end
