#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Tables that can be made from the log are dropped, and made again by one command
# each, with all that the migrations gave them. Prints TAP. The programs are in
# $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new remake
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# Columns, constraints, indexes, options, grants and comments of what has rows in esbank, and the views.
described()
{
    ask "SELECT c.relname, c.relkind, c.reloptions, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                a.attidentity, col_description(c.oid, a.attnum), obj_description(c.oid),
                (SELECT string_agg(x::text, ',' ORDER BY x::text) FROM unnest(c.relacl) x)
           FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relnamespace = 'esbank'::regnamespace AND c.relkind IN ('r', 'v')
          ORDER BY c.relname, a.attnum"
    ask "SELECT indexdef FROM pg_indexes WHERE schemaname = 'esbank' ORDER BY 1"
    ask "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'esbank'::regnamespace ORDER BY conname"
    ask "SELECT viewname, definition FROM pg_views WHERE schemaname = 'esbank' ORDER BY 1"
}

as_before()
{
    described >"$WORLD/after"
    diff "$WORLD/before" "$WORLD/after" >"$WORLD/out"
}

clean()
{
    bank verify
    [ "$status" = 0 ]
}

level()
{
    ask "SELECT string_agg(DISTINCT state || ' ' || lag || ' ' || parked, ', ') FROM esbank.lag WHERE kind = '$1'"
}

is()
{
    [ "$("$1" "$2")" = "$3" ]
}

bank_start || exit 1
account_new
bank teller provision 2c915dd1-8bf0-4662-a2ce-60725b0c7de5 --notes 20x7
await 10 is level subscription 'live 0 0'
described >"$WORLD/before"

# ---- while the bank runs -------------------------------------------------------

models=$(ask "SELECT name FROM esbank.projections ORDER BY 1")
ask "DROP TABLE esbank.accounts CASCADE" 2>"$WORLD/err"
bank account deposit "$account" 1.00
bank account list
refused "a read model that is gone says how it is made again" 1 '`bank projection rebuild` for a read model'
says_gone()
{
    ask "SELECT state || ' ' || parked || ' ' || error FROM esbank.lag WHERE name = 'accounts'" |
        grep -q '^following 0 .*does not exist'
}
holds "nothing is parked for it" await 10 says_gone
bank projection rebuild accounts
did "projection rebuild makes it again" '^accounts is made again up to position [0-9]+'
holds "with all that it had" as_before
bank account deposit "$account" 2.00
holds "the bank goes on with it" await 20 is level projection 'inline 0 0'
bank account list
did "and lists it" '503\.00'

# ---- while it does not ---------------------------------------------------------

bank_stop
for model in $models; do
    ask "DROP TABLE esbank.$model CASCADE" 2>"$WORLD/err"
    bank projection rebuild "$model"
    did "$model is made again without a bank" "^$model is made again up to"
done
holds "all with what they had" as_before
holds "and verify finds nothing" clean

ask "DROP TABLE esbank.statement" 2>"$WORLD/err"
bank_start
bank account deposit "$account" 4.00
bank projection rebuild statement
did "one that was gone when the bank began" '^statement is made again'
bank account deposit "$account" 8.00
shown()
{
    ask "SELECT count(*) FROM esbank.statement WHERE amount = $1"
}
holds "is followed all the same" await 20 is shown 800 1

# ---- what event handlers wrote -------------------------------------------------

ask "DROP TABLE esbank.alerts CASCADE" 2>"$WORLD/err"
ask "DROP TABLE esbank.cassette_levels" 2>"$WORLD/err"
bank subscription reset low_cash
did "subscription reset makes a handler's tables again" '^low_cash goes on with event 1'
did "and lets those begin again whose rows went with them" '^suspects goes on with event 1'
holds "with all that they had" as_before
holds "they are live" await 20 is level subscription 'live 0 0'
bank alert list
did "and have their alerts" '7 notes of 20\.00 are left'
holds "verify finds nothing" clean

# ---- a statement that cannot work ------------------------------------------------

ask "CREATE TABLE esbank.statement_rebuild (LIKE esbank.statement)" >"$WORLD/out"
ask "ALTER TABLE esbank.statement_rebuild DROP COLUMN amount; COMMENT ON TABLE esbank.statement_rebuild IS
    'being rebuilt: version $(ask "SELECT version FROM esbank.projections WHERE name = 'statement'"), position 0'"
bank projection rebuild statement
refused "a rebuild whose statement cannot work gives up" 1 'column "amount".* does not exist'
holds "and parks nothing and exchanges nothing" is shown 800 1
ask "DROP TABLE esbank.statement_rebuild"

# ---- by whom -------------------------------------------------------------------

ask "DROP TABLE esbank.deposits CASCADE" 2>"$WORLD/err"
ask "CREATE ROLE ${world_database}_clerk LOGIN IN ROLE esbank_bank"
bank projection rebuild deposits --db "$DATABASE user=${world_database}_clerk"
refused "it takes the owner's rights" 1 'deposits is gone, and this role may not make it again: .*owner'
bank projection rebuild deposits
did "who makes it" '^deposits is made again'
ask "DROP ROLE ${world_database}_clerk"

bank_stop
results_end
