#!/bin/sh
# SPDX-License-Identifier: MIT
#
# docs/schema: what each command prints with --json fits its schema, and so does
# what it says when it fails. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2046,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new schemas
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# Debian's package is for Debian's Python.
for python in python3 /usr/bin/python3; do
    "$python" -c 'import jsonschema' 2>/dev/null && break
done

mkdir "$WORLD/json"
count=100

# SCHEMA FORM FILE COMMAND: kept for the validator.
keep()
{
    count=$((count + 1))
    cp "$3" "$WORLD/json/$count.out"
    echo "$1 $2 $4" >"$WORLD/json/$count.schema"
}

# SCHEMA WORD...: the command succeeds, and its output is kept.
prints()
{
    schema=$1
    shift
    bank "$@" --json
    if [ "$status" != 0 ] || [ ! -s "$WORLD/out" ]; then
        result "bank $* prints" 1
        return 1
    fi
    keep "$schema" whole "$WORLD/out" "$*"
}

# A list, as an array and an object a line.
lists()
{
    prints "$@"
    schema=$1
    shift
    bank "$@" --json-lines
    keep "$schema" lines "$WORLD/out" "$* --json-lines"
}

# WORD...: the command fails, and what it says is kept.
fails()
{
    bank "$@" --json
    [ "$status" != 0 ] && [ ! -s "$WORLD/out" ] || result "bank $* fails" 1
    keep error lines "$WORLD/err" "$*"
}

replies()
{
    prints reply "$@"
}

bank_start --lab || exit 1
account_new
other=$("$BUILD/bank" account open --owner Bob)
machine=1c915dd1-8bf0-4662-a2ce-60725b0c7de3

# ---- what changes something ---------------------------------------------------

replies account open --owner Paula
replies account deposit "$account" 100
replies account withdraw "$account" 1
replies account block "$account"
replies account unblock "$account"
replies account rename "$account" --owner 'Änne'
replies account limits "$account" --daily-limit 0 --daily-count 0 --deposit-limit 0.01
replies account close "$(ask "SELECT min(account_id::text) FROM esbank.accounts WHERE balance = 0 AND account_id <> '$other'")" --yes
replies transfer make "$account" "$other" 5
transfer=$(member transfer_id)
replies card issue "$account" --pin-file "$WORLD/pin"
card=$(member card_id)
replies card block "$card"
replies card unblock "$card"
replies teller provision "$machine" --notes 50x10
replies teller replenish "$machine" --notes 50x1
replies teller capacity "$machine" 100
replies teller bar "$machine" --reason stolen
replies teller unbar "$machine" --reason found
replies teller rekey "$machine"
replies teller withdraw-key "$machine"

visit
await 10 ended completed
withdrawal=$(ask "SELECT withdrawal_id FROM esbank.withdrawals")
echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
await 10 ended completed,suspect
suspect=$(ask "SELECT withdrawal_id FROM esbank.withdrawals WHERE state = 'suspect'")
await 10 eval '[ "$(ask "SELECT count(*) FROM esbank.alerts")" -ge 1 ]'
deposit=00000000-0000-4000-8000-00000000000d
terminal '{"id":"'$deposit'","command":"InitiateDeposit","card":"4000001234567899","pin":"1234"}' \
    '{"command":"ConfirmDeposit","deposit_id":"'$deposit'","outcome":"counted","notes":[{"denomination":5000,"count":2}]}'

# ---- what lists and shows ------------------------------------------------------

lists account-list account list
lists account-statement account statement "$account"
prints account-show account show "$account"
prints account-explain account explain "$account"
lists card-list card list
lists teller-list teller list
prints teller-show teller show "$teller"
lists withdrawal-list withdrawal list
prints withdrawal-show withdrawal show "$withdrawal"
prints withdrawal-show withdrawal show "$suspect"
lists deposit-list deposit list
prints deposit-show deposit show "$deposit"
lists transfer-list transfer list
prints transfer-show transfer show "$transfer"
lists alert-list alert list
lists event events --limit 0
prints events-tree events --tree "$withdrawal"
lists projection-list projection list
prints snapshot-take snapshot take
lists snapshot-list snapshot list
prints snapshot-drop snapshot drop
prints version version
prints version account list --version
prints projection-rebuild projection rebuild cards
lists subscription-list subscription list
prints subscription-show subscription show low_cash
prints subscription-reset subscription reset low_cash
lists import-list import list
prints status status
replies lab rule decline --error daily_limit --amount 70 --times 0
prints lab-list lab list
replies lab clear
prints migrate migrate
prints verify verify
prints keys-check keys check
echo 'a long passphrase' >"$WORLD/passphrase"
prints keys-export keys export "$WORLD/keys.sealed" --passphrase-file "$WORLD/passphrase"
replies dispatch EchoTest
replies terminal balance --card-file "$WORLD/card" --pin-file "$WORLD/pin"
replies terminal statement --card-file "$WORLD/card" --pin-file "$WORLD/pin"
replies withdrawal resolve "$suspect" not-dispensed
replies deposit resolve "$deposit" credited
lists day-list day list
replies teller cut-over "$teller" --yes
prints day-show day show "$(ask "SELECT min(business_day) FROM esbank.teller_days WHERE closed_at IS NOT NULL")"
prints account-erase account erase "$other" --yes

printf 'me supervisor uid=%s\ntwo-persons money 0.00\n' "$(id -u)" >"$ESBANK_HOME/operators"
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 grep -q operators-reloaded "$WORLD/bank.log"
bank account deposit "$account" 5 --json
keep reply whole "$WORLD/out" 'account deposit'
proposal=$(member proposal_id)
lists approvals-list approvals list
prints approvals-show approvals show "$proposal"
replies approvals reject "$proposal"

# ---- the console on a pipe ---------------------------------------------------------

for view in $("$BUILD/schema_tables" | sed -n 's/^console-\([a-z]*\) .*/\1/p'); do
    echo "$view" | "$BUILD/bank" console --json >"$WORLD/out" 2>"$WORLD/err" || result "the console prints $view" 1
    keep "console-$view" whole "$WORLD/out" "console: $view"
done

# ---- what fails ------------------------------------------------------------------

fails account show "$nobody"
fails account shwo
fails account list --sort owner
fails account withdraw "$account" 100000
fails events --stream nope
fails withdrawal list --after "$nobody"
fails account deposit "$account" much
fails alert list --db 'host=/nowhere dbname=none'

"$python" tests/support/schema.py docs/schema "$WORLD/json" >"$WORLD/out" 2>"$WORLD/err"
result "what each command prints fits its schema" $?
# That the validator can say no.
sed 's/"amount":/"amuont":/' "$(grep -l '^withdrawal-list whole' "$WORLD"/json/*.schema | sed 's/schema$/out/')" >"$WORLD/wrong"
rm "$WORLD"/json/*
keep withdrawal-list whole "$WORLD/wrong" 'a wrong list'
"$python" tests/support/schema.py docs/schema "$WORLD/json" >"$WORLD/out" 2>"$WORLD/err"
result "and another name does not" "$([ $? = 1 ]; echo $?)"

bank_stop
results_end
