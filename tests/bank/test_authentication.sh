#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The budget of failed authentications in a bank that runs: what a machine is told, what
# operators are shown, and what a restart changes. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new authentication
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

codes()
{
    sed -n 's/.*"code":"\([0-9]*\)".*/\1/p' "$WORLD/out" | tr '\n' ' '
}

# SENTENCE CODES: the replies have these.
told()
{
    [ "$(codes)" = "$2 " ]
    result "$1" $?
}

kept()
{
    ask "SELECT (SELECT count(*) FROM esbank.events) || ' ' || (SELECT count(*) FROM esbank.commands)"
}

balance='"command":"BalanceEnquiry","card"'
unknown="{$balance:\"4000000000000002\",\"pin\":\"1234\"}"
wrong="{$balance:\"4000001234567899\",\"pin\":\"9999\"}"
right="{$balance:\"4000001234567899\",\"pin\":\"1234\"}"
withdraw='{"command":"InitiateWithdrawal","card":"4000000000000002","pin":"1234","amount":5000}'

bank_start --failed-auth-limit 0 || exit 1
account_new
before=$(kept)
terminal "$unknown" "$withdraw" "$unknown" "$unknown" "$unknown" "$unknown" "$unknown" "$unknown" "$unknown" \
    "$unknown" "$unknown" "$unknown"
told "a card of no account is refused, and a limit of 0 is none" "14 14 14 14 14 14 14 14 14 14 14 14"
holds "nothing about it is kept" test "$(kept)" = "$(echo "$before" | awk '{ print $1 + 1, $2 + 1 }')" # the sign-on
bank_stop

# A token comes back after twenty seconds.
bank_start --failed-auth-limit 3 || exit 1
terminal "$unknown" "$wrong" "$withdraw" "$right" "$wrong" "$unknown" '{"command":"CutOver"}'
told "after three failures of any mixture no card is authenticated, and other commands go on" "14 55 14 65 65 65 00"
holds "one line in the log says so" \
    grep -q "authentication-suspended .*teller=$teller failures=3 " "$WORLD/bank.log"
before=$(kept)
terminal "$right" "$wrong" "$unknown"
told "whatever the card and the PIN" "65 65 65"
holds "nothing of it is kept" test "$(kept)" = "$(echo "$before" | awk '{ print $1 + 1, $2 + 1 }')"
alerted()
{
    bank alert list
    grep -q "authentication.*3 authentications failed here" "$WORLD/out"
}
await 30 alerted
result "there is an alert" $?
bank_stop
bank_start --failed-auth-limit 3 || exit 1
terminal "$right"
told "a restart gives no fresh budget" 65
bank verify
did "the log is sound" '^ok +read models'
bank_stop
results_end
