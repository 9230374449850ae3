#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `bank console` on a pipe: commands and views, line by line, as text or JSON. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-$PWD/build}
. tests/support/bank.sh

# Lines as printf makes them, through the console with these options; its status in $status.
console() # options, format, arguments
{
    console_options=$1
    shift
    # shellcheck disable=SC2059,SC2086  # the format is an argument, options are words
    printf "$@" >"$WORLD/in" && "$BUILD/bank" console $console_options <"$WORLD/in" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}

says() # sentence, pattern in the output
{
    [ "$status" = 0 ] && grep -Eq "$2" "$WORLD/out"
    result "$1" $?
}

world_new console_batch
bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >>"$WORLD/out" 2>"$WORLD/err"
result "there is a bank" $?
account=$(ask 'SELECT account_id FROM esbank.accounts')

console '' '# the books\n\naccounts\nbank status\naccount deposit %s 12.50\n' "$account"
says "views and commands are answered in their order" '^ACCOUNT .*OWNER'
[ "$(grep -c . "$WORLD/out")" -gt 10 ] && grep -q '^state  *active' "$WORLD/out" && grep -q '512.50' "$WORLD/out"
result "a comment and an empty line are nothing" $?

for view in overview machines sagas suspects accounts events alerts approvals withdrawals models; do
    console '--json' "$view\n"
    [ "$status" = 0 ] && python3 -c 'import json, sys; assert isinstance(json.load(sys.stdin), list)' <"$WORLD/out"
    result "$view has rows as JSON" $?
done
console '--json' "accounts\n"
python3 -c '
import json, sys
row = json.load(sys.stdin)[0]
assert row["owner"] == "Peter" and row["balance"] == 51250 and row["account_id"] == sys.argv[1], row' "$account" <"$WORLD/out"
result "as the commands have them: money in minor units, whole ids" $?
console '' "events\n"
says "events are the last ones" 'Accounts.MoneyDeposited'

console '' 'accounts\naccount show nonsense\nmachines\n'
[ "$status" = 2 ] && ! grep -q CASSETTES "$WORLD/out" && grep -q 'line 2 failed (2): account show nonsense' "$WORLD/err"
result "the first line that fails ends it, with its status" $?
console '--batch --keep-going' 'accounts\naccount show nonsense\nmachines\n'
[ "$status" = 2 ] && grep -q CASSETTES "$WORLD/out"
result "unless it is to keep going" $?
console '' 'account rename %s --owner "Peter the\\"Great"\naccounts\n' "$account"
says "words are quoted as in a shell" 'Peter the"Great'
console '' 'account rename %s --owner "open' "$account"
[ "$status" = 2 ] && grep -q 'quotation mark is not closed' "$WORLD/err"
result "and a quote that is not closed is named" $?
console '' "console\n"
[ "$status" = 2 ]
result "the console does not run itself" $?
console '' "nonsense\n"
[ "$status" = 2 ] && grep -q 'nonsense' "$WORLD/err"
result "what is neither a view nor a command is told so" $?

bank_stop
console '' "accounts\n"
[ "$status" != 0 ] && [ -s "$WORLD/err" ] || [ -n "$ESBANK_DB" ]
result "without a bank it says so, or shows what the database has" $?
results_end
