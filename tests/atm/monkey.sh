#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Random keys, clicks, windows and faults at the real machine: it never ends by
# itself, and the books are right afterwards. Prints TAP. The programs are in
# $BUILD; run it by scripts/test.
#
#   KEYS=1000000 SEED=7 TEST_SECONDS=7200    a long walk, which can be repeated
# shellcheck disable=SC1091,SC2034,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/machine.sh
world_new monkey
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

bank_start --failed-auth-limit 0 || exit 1
"$BUILD/bank" demo || exit 1
"$BUILD/bank" account deposit "$(ask_models "SELECT account_id FROM esbank.accounts")" 9000000 >/dev/null || exit 1
atm_code
account=$(ask_models "SELECT account_id FROM esbank.accounts")
"$BUILD/bank" account limits "$account" --daily-limit 100000 --daily-count 0 >/dev/null || exit 1
MEANWHILE="$BUILD/bank card unblock $(ask_models "SELECT encode(card, 'hex')::uuid FROM esbank.cards")"
export MEANWHILE
seed=${SEED:-$(date +%s)}
python3 tests/support/monkey.py "${KEYS:-2500}" "$seed" "$ATM_FOLDER/faults" "$BUILD/atm" --home "$ESBANK_HOME" \
    --demo-card --countdown 5 --idle-timeout 5 --reply-timeout 8 --no-animation >"$WORLD/out" 2>"$WORLD/err"
result "nothing that a person presses ends the machine" $?
sed -n '/^# [0-9]* keys/p' "$WORLD/out"
echo "# withdrawals: $(ask_models "SELECT string_agg(state || ' ' || n, ', ') FROM (SELECT state, count(*) AS n
    FROM esbank.withdrawals GROUP BY 1 ORDER BY 1) s"); deposits: $(ask_models "SELECT count(*) FROM esbank.deposits")"

# What is owed is sent by a machine without faults.
rm -f "$ATM_FOLDER/faults"
atm_card=
atm_start
await 60 saf_is_empty
result "it owes the bank nothing in the end" $?
atm_end
"$BUILD/bank" verify >"$WORLD/out" 2>"$WORLD/err"
result "the books are right" $?
notes_agree
result "the dispenser and the events agree on every note" $?
bank_stop
results_end
