#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Cash in people's hands on a real bank: boxes are swapped, cassettes counted,
# bins emptied, and a machine that miscounts is kept out of service. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2034,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new cash
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# HANDLER: the message of its alert that is open, or nothing.
alert_of()
{
    ask "SELECT message FROM esbank.alerts WHERE handler = '$1' AND cleared_at IS NULL"
}

alert_says()
{
    alert_of "$1" | grep -q "$2"
}

# HANDLER: it has raised one, and none is open.
alert_is_over()
{
    [ "$(ask "SELECT count(*) > 0 AND count(*) = count(cleared_at) FROM esbank.alerts WHERE handler = '$1'")" = t ]
}

no_alert()
{
    [ -z "$(alert_of "$1")" ]
}

# LIST: what the machine says that it counts, 50s then 20s.
sign_on_with()
{
    terminal "{\"command\":\"SignOn\",\"cassettes\":[{\"denomination\":5000,\"count\":$1},{\"denomination\":2000,\"count\":$2}]}" \
        '{"command":"CutOver"}' '{"command":"ReportIncident","incident":"memory_lost","count":1}' \
        "{\"command\":\"CountCassettes\",\"notes\":[{\"denomination\":2000,\"count\":${3:-$2}}],\"reason\":\"supervisor\"}"
}

# NUMBER PATTERN: whether that reply fits.
reply_is()
{
    sed -n "$1p" "$WORLD/out" | grep -q "$2"
}

learns()
{
    visit
    grep -q ' recounted ' "$ATM_FOLDER/journal.log"
}

bank_start || exit 1
# The machine is provisioned with its key by the bank's start; take its notes as they are.
bank teller show "$teller"
did "a machine's cassettes are shown one by one" '^ *1 +- +[0-9.]+ +[0-9]+ +100$'

# ---- a machine of one's own ------------------------------------------------------

teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de4
bank teller provision "$teller" --notes 50x100,20x200
did "teller provision" 'holds 50x100 20x200'

bank teller swap "$teller" 1 --out 50x97 --in 50x500 --box SN-7 --reason 'weekly round'
did "teller swap says what the box lacked" '^counted 3 of 50\.00 too few; the cassettes hold 50x500 20x200$'
bank teller swap "$teller" 3 --in 50x40 --json
did "a second cassette of one denomination" '"cassette":3,"denomination":5000,"count":40,"low_mark":100'
bank teller show "$teller"
did "teller show has the box" '^ *1 +SN-7 +50\.00 +500 +100$'
holds "and where every note is" grep -Eq '^ *50\.00 +640 +540 +0 +0 +0 +0 +97 +-3 +0$' "$WORLD/out"
bank teller swap "$teller" 3 --out 50x40
did "a box is taken out for good" 'as in the books; the cassettes hold 50x500'
bank teller swap "$teller" 1 --in 50x10
refused "what was in the box is always said" 1 'name the one denomination in it'
bank teller swap "$teller" 1
refused "something is swapped" 1 'name the one denomination in it'
bank teller swap "$teller" 9 --in 50x10
refused "a cassette has a number from 1 to 8" 2 'from 1 to 8'
bank teller swap "$teller" 0 --in 50x10
refused "from 1, that is" 2 'from 1 to 8'
bank teller swap "$teller" 4 --in 7x10
refused "notes are the currency's" 2 'of 5, 10, 20, 50, 100, 200 or 500 EUR'
bank dispatch "{\"command\":\"SwapCassette\",\"teller_id\":\"$teller\",\"cassette\":4,\"notes\":[{\"denomination\":700,\"count\":1}]}"
holds "on the wire too" sh -c "[ $status != 0 ] && grep -q 'EUR notes' '$WORLD/err' '$WORLD/out'"

bank teller count "$teller" --notes 50x498,20x201 --reason 'two people'
did "teller count" 'counted 2 of 50\.00 too few, 1 of 20\.00 too many; the cassettes hold 50x498 20x201'
bank teller count "$teller" --notes 20x201 --cassette 2 --reason again
did "one cassette is counted" 'as in the books'
bank teller count "$teller" --notes 50x498
refused "a count has a reason" 2 '--reason'
bank teller count "$teller" --reason x
refused "and its notes" 2 '--notes'
bank teller count "$teller" --notes 10x1 --reason x
refused "of a denomination that is there" 1 'no cassette of that number or denomination'
bank teller count "$teller" --notes 50x1 --cassette 2 --reason x
refused "and in that cassette" 1 'do not fit the cassette'
bank teller count "$nobody" --notes 50x1 --reason x
refused "in a machine that is there" 1 'There is no teller of that id'

bank teller replenish "$teller" --notes 20x9 --cassette 2
did "notes are put into a cassette" '20x210'
bank teller replenish "$teller" --notes 20x9 --cassette 1
refused "of that denomination" 1 'do not fit the cassette'

bank teller empty "$teller" deposit --notes 50x0
did "an empty bin is emptied" 'as in the books; the bin is empty'
bank teller empty "$teller" reject --notes 50x2 --reason 'found in the bin'
did "what should not be there is found" 'counted 2 of 50\.00 too many'
bank teller empty "$teller" drawer --notes 50x0
refused "a bin is one of three" 2 'give reject, retract or deposit'
bank teller empty "$teller" reject
refused "what was in it is always said" 2 '--notes is missing'

# ---- low marks ---------------------------------------------------------------------

bank teller low-mark "$teller" 2 300
did "teller low-mark" 'the low mark is set'
holds "fewer notes than that raise an alert" \
    await 30 alert_says low_cash '210 notes of 20.00 are left, fewer than 300'
bank teller low-mark "$teller" 2 200
did "a lower mark" 'is set'
holds "clears it" await 30 no_alert low_cash
bank teller low-mark "$teller" 5 200
refused "a mark is of a cassette that is there" 1 'no cassette of that number'

# ---- counts that differ ------------------------------------------------------------

sign_on_with 498 209 209
holds "a machine that counts other notes is let in" reply_is 1 '"agrees":false'
holds "and told what was counted since it last agreed" \
    reply_is 1 '"count":{"id":"[0-9a-f-]*","cassettes":\[{"denomination":5000,"count":498},{"denomination":2000,"count":210}\]}'
holds "it works" reply_is 2 '"ok":true'
holds "its alert was cleared by the count of its supervisor" await 30 alert_is_over sign_ons
sign_on_with 498 208 209
holds "an alert says by how much they differ" await 30 sh -c "
    psql -XAtq \"\$DATABASE\" -c \"SELECT message FROM esbank.alerts WHERE handler = 'sign_ons'\" | grep -q '1 of 20.00 too few'"

bank_stop
bank_start --strict-counts || exit 1
sign_on_with 498 207 209
holds "with strict counts it is refused" reply_is 1 '"error":"counts_differ"'
holds "and begins nothing" reply_is 2 '"error":"not_signed_on"'
holds "but what it reports is taken" reply_is 3 '"ok":true'
holds "and a count there, too" reply_is 4 '"ok":true.*"difference":\[\]'
terminal '{"command":"SignOn","cassettes":[{"denomination":5000,"count":498},{"denomination":2000,"count":207}]}' \
    '{"command":"BalanceEnquiry","card":"4000001234567899","pin":"1234"}'
holds "it stays out" reply_is 2 '"error":"not_signed_on"'
holds "and an alert says so" await 30 alert_says sign_ons '2 of 20.00 too few and is kept out of service'
bank teller count "$teller" --notes 20x207 --reason 'the machine is right'
did "until an operator has counted" '2 of 20\.00 too few'
holds "the alert is cleared" await 30 no_alert sign_ons
sign_on_with 498 207
holds "the machine is let in" reply_is 1 '"agrees":true'
holds "and works" reply_is 2 '"business_day"'

# ---- the machine itself ------------------------------------------------------------

teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de2
account_new
visit
holds "the ATM serves" ended completed
fifties=$(ask "SELECT notes FROM esbank.cassette_levels WHERE teller_id = '$teller' AND denomination = 5000")
bank teller count "$teller" --notes "50x$((fifties - 3))" --reason 'three were short'
did "its cassettes are counted at the bank" '3 of 50\.00 too few'
# One that still owes an advice tells no counts yet, so it may take another visit.
holds "it is kept out, learns the count, and serves" await 60 learns
holds "its dispenser has what was counted" \
    grep -q "^cassettes .*5000x$((fifties - 3))" "$ATM_FOLDER/dispenser"
holds "its journal says so" \
    grep -q " recounted - count=[0-9a-f-]* cassettes=5000x$((fifties - 3)) before=" "$ATM_FOLDER/journal.log"
visit
holds "and it agrees from then on" \
    [ "$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Teller.SignOnRefused' AND stream_id = 'teller-$teller'")" = 1 ]

# ---- the log -----------------------------------------------------------------------

bank verify
did "the books are right" '.'
bank_stop
ask "ALTER TABLE esbank.events DISABLE TRIGGER ALL;
     UPDATE esbank.events SET data = replace(data::text, '\"count\":-2', '\"count\":-1')::json
      WHERE event_type = 'Teller.CassettesCounted' AND data::text LIKE '%-2%'" >"$WORLD/out" 2>&1
bank verify
holds "a count that was tampered with is found" \
    sh -c "[ $status = 1 ] && grep -q 'CassettesCounted says a difference of -1 notes' '$WORLD/out' '$WORLD/err'"
results_end
