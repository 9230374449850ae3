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
console '--json' "machines\n"
python3 -c '
import json, sys
row = json.load(sys.stdin)[0]
for box in row["cassettes"]:
    assert sorted(box) == ["count", "denomination", "low_mark"] and box["denomination"] % 500 == 0, row
assert len(row["cassettes"]) > 1 and row["devices"] == [] and row["barred"] is False, row' <"$WORLD/out" 2>"$WORLD/err"
result "cassettes are objects, and devices that reported nothing an empty list" $?
ask "INSERT INTO esbank.alerts (handler, subject, teller_id, message, position, raised_at)
    SELECT 'incidents', teller_id || ' ' || device, teller_id, 'x', 1, now() FROM esbank.tellers,
    unnest(ARRAY['card_reader', 'printer']) device"
console '--json' "machines\n"
python3 -c '
import json, sys
assert sorted(json.load(sys.stdin)[0]["devices"]) == ["card reader", "printer"]' <"$WORLD/out" 2>"$WORLD/err"
result "those that did are texts of their own" $?
ask "DELETE FROM esbank.alerts WHERE message = 'x'"
console '' "machines\n"
says "people read a word" 'no reports'
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
console '' "suspect\n"
[ "$status" = 2 ] && grep -q 'there is no command "suspect"' "$WORLD/err"
result "a view that is about one thing is no list" $?
console '' "nonsense\n"
[ "$status" = 2 ] && grep -q 'nonsense' "$WORLD/err"
result "what is neither a view nor a command is told so" $?

bank_stop
console '' "accounts\n"
[ "$status" != 0 ] && [ -s "$WORLD/err" ] || [ -n "$ESBANK_DB" ]
result "without a bank it says so, or shows what the database has" $?

# Rows that no log would have; the database gives a statement of the console two seconds.
ask "INSERT INTO esbank.withdrawals (withdrawal_id, teller_id, account_id, amount, state, taken, reversed,
                                     initiated_at, source, position)
    SELECT ('0192a000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, gen_random_uuid(), gen_random_uuid(), 2000,
           'suspect', 0, 0, now() - n * interval '1 s', 'deadline', n FROM generate_series(1, 3000) n" >"$WORLD/out"
ask "INSERT INTO esbank.events (position, stream_id, stream_version, event_id, event_type, causation_id,
                                correlation_id, data, metadata, created_at, hash)
    SELECT end_of.position + n, 'bank', 1000 + n, gen_random_uuid(),
           CASE WHEN n > 256 THEN 'Bank.ActRecorded' ELSE 'Bank.CommandProposed' END, gen_random_uuid(), gen_random_uuid(),
           jsonb_build_object('withdrawal_id', '0192a000-0000-7000-8000-' || lpad((3001 - least(n, 256))::text, 12, '0'),
                              'proposer', 'carl', 'outcome', 'not_dispensed',
                              'expires_us', (extract(epoch FROM now() + interval '1 h') * 1000000)::bigint),
           '{\"actor\":\"carl\",\"schema\":1}', now(), decode(repeat('00', 32), 'hex')
      FROM generate_series(1, 6000) n, (SELECT max(position) AS position FROM esbank.events) end_of" >"$WORLD/out"
console '--json' "suspects\n"
[ "$status" = 0 ] && python3 -c '
import json, sys
rows = json.load(sys.stdin)
assert len(rows) == 1000, len(rows)
assert rows[0]["proposed"] == "carl proposes not-dispensed" and rows[0]["proposal_id"], rows[0]
assert sum(row["proposal_id"] is not None for row in rows) == 256
assert rows[999]["proposed"] is None and rows[999]["proposal_id"] is None, rows[999]' <"$WORLD/out"
result "thousands of suspects with hundreds of proposals are shown, each with its own" $?
results_end
