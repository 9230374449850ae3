#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `bank demo`: one account, and with --wallet six, each made once however often
# it is asked for. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2034,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new demo
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

balances()
{
    ask_models "SELECT balance FROM esbank.accounts ORDER BY opened_at" | tr '\n' ' '
}

cards()
{
    "$BUILD/bank" card list --state "$1" --json | grep -o '"card_id"' | wc -l
}

bank_start || exit 1
bank demo
[ "$status" = 0 ] && [ "$(balances)" = "50000 " ] && [ ! -e "$ESBANK_HOME/demo-wallet" ]
result "the demonstration is one account, without a wallet" $?

wanted="50000 10000000 500 50000 50000 10000 "
for time in once again; do
    bank demo --wallet
    [ "$status" = 0 ] && [ "$(balances)" = "$wanted" ] && [ "$(cards usable) $(cards blocked)" = "5 1" ]
    result "with the wallet there are six, $time" $?
done
[ "$(stat -c %a "$ESBANK_HOME/demo-wallet")" = 600 ] &&
    [ "$(cut -d ' ' -f 2- "$ESBANK_HOME/demo-wallet" | tr '\n' ' ')" = "1234 plenty 1234 poor 1234 limited 1234 blocked 1234 second " ]
result "the wallet's file is the owner's alone, a card a line" $?
grep -q 4000001234567899 "$ESBANK_HOME/demo-card" && ! grep -q 4000001234567899 "$ESBANK_HOME/demo-wallet"
result "the first card stays in its own" $?

blocked=$("$BUILD/bank" card list --state blocked --json | grep -o '"card_id": *"[^"]*"' | cut -d '"' -f 4)
bank card unblock "$blocked"
bank demo --wallet
[ "$status" = 0 ] && [ "$(cards blocked)" = 0 ]
result "a card that was unblocked since stays so" $?
bank demo
[ "$status" = 0 ] && [ -e "$ESBANK_HOME/demo-wallet" ] && [ "$(balances)" = "$wanted" ]
result "without --wallet the wallet stays" $?

bank verify
[ "$status" = 0 ]
result "the books are right" $?
results_end
