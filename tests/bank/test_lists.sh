#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Lists: pages, orders, filters, JSON as an array and a line at a time, the width of
# a terminal, and the pager. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new lists
trap 'rm -rf "$WORLD"' EXIT

"$BUILD/bank" migrate >"$WORLD/out"
# The later an account is opened, the smaller is its id.
ask "CREATE FUNCTION id(g bigint) RETURNS uuid LANGUAGE sql AS \$\$
         SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(10000000 - g), 12, '0'))::uuid \$\$;
     INSERT INTO esbank.accounts (account_id, owner, status, balance, opening, deposits, withdrawals, reversals, cards,
         version, opened_at, updated_at, position)
     SELECT id(g), 'Owner ' || g, CASE g % 2 WHEN 0 THEN 'open' ELSE 'closed' END, g * 37 % 101, 0, 0, 0, 0, 0, 1,
         timestamptz '2026-01-01Z' + g * interval '1 hour', now(), g FROM generate_series(1, 120) g;
     INSERT INTO esbank.transfers (transfer_id, account_id, to_account_id, amount, state, initiated_at, position)
     SELECT id(g), id(1), id(2), g, 'completed', timestamptz '2026-01-01Z' + g * interval '1 second', g
         FROM generate_series(1, 100000) g" >"$WORLD/out"

# ---- pages -------------------------------------------------------------------

ids()
{
    grep -o '"account_id":"[^"]*"' "$WORLD/out" | cut -d'"' -f4
}

bank account list --json
did "a program gets the whole list" '^\[{"account_id":"'
ids >"$WORLD/all"
holds "all of it" test "$(wc -l <"$WORLD/all")" = 120
holds "as JSON" is_json
ask "SELECT account_id FROM esbank.accounts ORDER BY opened_at DESC" >"$WORLD/expected"
holds "in order of time, not of ids" cmp "$WORLD/expected" "$WORLD/all"
bank account list
holds "and so does a pipe" test "$(wc -l <"$WORLD/out")" = 121
pages()
{
    : >"$WORLD/paged"
    set -- --limit 50
    while
        bank account list --json-lines "$@" && [ -s "$WORLD/out" ]
    do
        ids >>"$WORLD/paged"
        set -- --limit 50 --after "$(ids | tail -1)"
    done
    cmp "$WORLD/all" "$WORLD/paged"
}
holds "--after the last id of a page goes on, up to the end" pages
bank account list --limit 3 --json
holds "--limit is one" test "$(ids | wc -l)" = 3
bank account list --after "$nobody"
refused "a row that is not there is no place" 2 '--after wants the id of a row'
bank account list --after there
refused "and neither is what is no id" 2 '--after wants a uuid.*, not "there"'
bank account list --json-lines
did "--json-lines is an object a line" '^\{"account_id":"[^"]*",.*\}$'
holds "for each row" test "$(grep -c '^{.*}$' "$WORLD/out")" = 120
bank account list --since 2026-02-01 --json
did "a list of none is one" '^\[\]$'
bank account list --since 2026-02-01 --json-lines
holds "and no line at all" test ! -s "$WORLD/out"
holds "a list takes no more memory where it is long" python3 -c '
import resource, subprocess, sys
status = subprocess.run([sys.argv[1] + "/bank", "transfer", "list", "--json"], stdout=subprocess.DEVNULL).returncode
sys.exit(status or resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 40000)' "$BUILD"

# ---- orders and filters --------------------------------------------------------

bank account list --sort opened_at --json
ids >"$WORLD/turned"
tac "$WORLD/all" >"$WORLD/expected"
holds "the oldest first is by time" cmp "$WORLD/expected" "$WORLD/turned"
bank account list --sort -balance --limit 2 --json
did "by another column, the largest first" '"balance":100,'
bank account list --sort balance --limit 1 --json
did "or the smallest" '"balance":0,'
bank transfer list --sort -amount --json-lines
ask "SELECT amount FROM esbank.transfers ORDER BY amount DESC, transfer_id DESC" >"$WORLD/expected"
grep -o '"amount":[0-9]*' "$WORLD/out" | sed 's/.*://' >"$WORLD/amounts"
holds "all of a long list in an order of no index" cmp "$WORLD/expected" "$WORLD/amounts"
bank transfer list --sort -amount --limit 1001 --json-lines
holds "or so many" test "$(wc -l <"$WORLD/out")" = 1001
bank account list --sort owner
refused "a column that is none to sort by" 2 'is not sorted by "owner": say opened_at, balance'
bank account list --state open --json-lines
holds "a state" test "$(grep -c '"state":"open"' "$WORLD/out")/$(wc -l <"$WORLD/out")" = 60/60
bank account list --state shut
refused "that there is" 2 '--state wants open or closed, not "shut"'
bank account list --since 2026-01-02 --before '2026-01-02 02:00' --json-lines
holds "a time from which, and one before which" test "$(grep -c '"opened_at":"2026-01-02T0[01]:' "$WORLD/out")/$(wc -l <"$WORLD/out")" = 2/2
bank account list --since yesterday
refused "which are times" 2 '--since wants a time such as .*, not "yesterday"'
bank transfer list --account "$(ask "SELECT id(2)")" --limit 1
did "an account that money goes to" completed
bank transfer list --account "$nobody"
holds "or none" test "$(wc -l <"$WORLD/out")" = 1
bank transfer list --account me
refused "by its id" 2 '--account wants a uuid.*, not "me"'
bank transfer list --limit many
refused "a limit is a number" 2 'limit'

# ---- a terminal ----------------------------------------------------------------

# WORD...: on a terminal, its output in $WORLD/out.
on_terminal()
{
    script -qec "$BUILD/bank $*" /dev/null </dev/null 2>"$WORLD/err" | tr -d '\r' >"$WORLD/out"
}

PAGER=cat COLUMNS=200
export PAGER COLUMNS
on_terminal account list
holds "a terminal gets fifty rows" test "$(grep -c Owner "$WORLD/out")" = 50
holds "and is told of more" \
    grep -q "there are more: add --after $(sed -n 50p "$WORLD/all"), or --limit 0" "$WORLD/out"
on_terminal account list --limit 0
holds "unless it wants all" test "$(grep -c Owner "$WORLD/out")/$(grep -c more "$WORLD/out")" = 120/0
narrow()
{
    for COLUMNS in 160 100 80 66; do
        for list in account transfer; do
            on_terminal "$list list"
            sed 's/…/./g' "$WORLD/out" | awk -v most="$COLUMNS" 'length($0) > most && !/^\(/ { exit 1 }' || return 1
            grep -Eq '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ' "$WORLD/out" || return 1
        done
    done
}
ask "UPDATE esbank.accounts SET owner = 'Owner Whose Name Is Longer Than Any That Was Given Before' WHERE opened_at =
     (SELECT max(opened_at) FROM esbank.accounts)" || exit 1
holds "no line is wider than the terminal, and no row's id is cut" narrow
COLUMNS=80
on_terminal account list --limit 3
holds "a long text loses its end" grep -q 'Owner Whose Name [A-Za-z ]*… ' "$WORLD/out"
COLUMNS=80
on_terminal account list
holds "what there is no room for is named" grep -q '^(too narrow for .*DAILY LIMIT' "$WORLD/out"
COLUMNS=120
on_terminal transfer list
holds "other ids are cut" grep -Eq ' 00000000…' "$WORLD/out"
ask "INSERT INTO esbank.transfers (transfer_id, account_id, to_account_id, amount, state, initiated_at, position)
     SELECT id(g), ('11111111-' || g || '222-4000-8000-000000000000')::uuid, id(2), g, 'completed', now(), g
         FROM generate_series(1, 2) g ON CONFLICT (transfer_id) DO UPDATE SET account_id = excluded.account_id,
             initiated_at = now()" >"$WORLD/out"
on_terminal transfer list --limit 2
holds "not so far that two are alike" test "$(grep -Eo ' 11111111-[12]… ' "$WORLD/out" | sort -u | wc -l)" = 2
bank account list
did "a pipe has all of it" "^ACCOUNT .* DAILY COUNT .* OPENED"

# ---- the pager -----------------------------------------------------------------

PAGER='sed s/^/paged:/'
on_terminal account list
holds "a list goes through \$PAGER" test "$(grep -c '^paged:.*Owner' "$WORLD/out")" = 50
on_terminal account list --no-pager
holds "not with --no-pager" test "$(grep -c '^paged:' "$WORLD/out")" = 0
on_terminal account list --json
holds "not for a program" test "$(grep -c '^paged:' "$WORLD/out")" = 0
bank account list
holds "and not on a pipe" test "$(grep -c '^paged:' "$WORLD/out")" = 0
PAGER=
on_terminal account list
holds "an empty one is none" test "$(grep -c '^0.*Owner' "$WORLD/out")" = 50
PAGER='head -3'
on_terminal transfer list --limit 0
holds "one that is left early ends the list, without a word" test "$(wc -l <"$WORLD/out")" = 3
PAGER=no-such-pager
on_terminal account list
holds "one that is not there is named" grep -q 'names "no-such-pager", which is not there' "$WORLD/out"
holds "and done without" test "$(grep -c '^0.*Owner' "$WORLD/out")" = 50

results_end
