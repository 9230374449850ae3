#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A card's PIN is changed at a machine, in a bank that runs: who may, what is said, what is
# remembered, and that no PIN is left anywhere. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new pin_change
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# SENTENCE WORD...: the replies have these words, one each.
told()
{
    sentence=$1
    shift
    errors=$(sed -n 's/.*"ok":true.*/approved/p; s/.*"error":"\([a-z_]*\)".*/\1/p' "$WORLD/out" | tr '\n' ' ')
    [ "$errors" = "$* " ]
    result "$sentence" $?
}

# OLD NEW [MORE]
change()
{
    echo "{\"command\":\"ChangePin\",\"card\":\"4000001234567899\",\"pin\":\"$1\",\"new_pin\":\"$2\"${3:-}}"
}

# PIN
balance()
{
    echo "{\"command\":\"BalanceEnquiry\",\"card\":\"4000001234567899\",\"pin\":\"$1\"}"
}

changed_at()
{
    bank card list --json
    grep -o '"pin_changed_at":"[-0-9T:. ]*Z"' "$WORLD/out"
}

bank_start || exit 1
account_new
bank card list
holds "the PIN of a new card was never changed" sh -c "! grep -q pin_changed_at.*Z '$WORLD/out'"

terminal "$(change 1234 1234)" "$(change 1234 1111)" "$(change 1234 4567)" "$(change 1234 9876)" "$(change 1234 890123)"
told "a weak PIN is refused as often as it is tried" weak_pin weak_pin weak_pin weak_pin weak_pin
terminal "$(change 902751380462 1234)" "$(change 902751380462 1111)" "$(balance 1234)"
told "with a wrong old one each is a wrong PIN, whatever the new one is" wrong_pin wrong_pin approved
before=$(ask "SELECT count(*) FROM esbank.events")
terminal "$(change 1234 80427315)" "$(balance 80427315)" "$(balance 1234)"
told "the new PIN is right, the old one is wrong" approved approved wrong_pin
ask "SELECT event_type, metadata->>'command', metadata->>'actor' LIKE 'terminal %' FROM esbank.events
     WHERE position > $before + 1 ORDER BY position LIMIT 2" >"$WORLD/rows" # after the sign-on
holds "it is an event, after the one that says that the old PIN was right" test "$(cat "$WORLD/rows")" = \
    'Accounts.AuthorizationConfirmed|Accounts.ChangePin|t
Accounts.PinChanged|Accounts.ChangePin|t'
holds "the list says when" changed_at

zeros=00000000000000000000000000000000
terminal "$(change 80427315 51063398 ",\"new_pin_block\":\"$zeros\"")" "$(balance 80427315)"
told "a new block that holds no PIN is no request, and no try" invalid_request approved
python3 -c 'import socket, sys
operator = socket.socket(socket.AF_UNIX)
operator.connect(sys.argv[1])
operator.sendall(sys.argv[2].encode() + b"\n")
print(operator.makefile().readline())' "$ESBANK_HOME/operator.sock" "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-00000000abcd\",\"command\":\"ChangePin\",\"card\":\"4000001234567899\",\"pin_block\":\"$zeros\",\"new_pin_block\":\"$zeros\"}" >"$WORLD/out"
told "an operator changes none" not_permitted
bank_stop
bank_start || exit 1
terminal "$(balance 80427315)" "$(change 80427315 80427315)" "$(change 80427315 51063398)" "$(balance 51063398)"
told "all of that after a restart, too" approved weak_pin approved approved
bank projection rebuild cards
holds "a rebuilt list says when, too" changed_at
bank verify
did "the books are right" '^ok +read models'
{ pg_dump "$DATABASE" --schema esbank --inserts; find "$ESBANK_HOME" "$WORLD/bank.log" -type f -exec cat {} +; } >"$WORLD/all"
holds "no PIN was left anywhere" \
    sh -c "[ -s '$WORLD/all' ] && ! grep -qE '80427315|51063398|902751380462' '$WORLD/all'"
bank_stop
results_end
