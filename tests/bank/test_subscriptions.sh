#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Event handlers in the real bank, and the commands that show and move them:
# what each does, what each says to wrong words, and that another bank goes on
# where a killed one was. Prints TAP. The programs are in $BUILD; run it by
# scripts/test.
# shellcheck disable=SC1091,SC2016,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new handlers
second_bank=
trap 'bank_kill KILL; [ -z "$second_bank" ] || kill -KILL "$second_bank"; rm -rf "$WORLD"' EXIT

machine=2c915dd1-8bf0-4662-a2ce-60725b0c7de4

# PATTERN WORDS...: what the program prints comes to fit it.
comes()
{
    pattern=$1
    shift
    "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err" && grep -Eq -- "$pattern" "$WORLD/out"
}

# SQL ANSWER: the database comes to say so.
says()
{
    [ "$(ask "$1")" = "$2" ]
}

# ---- without a bank ----------------------------------------------------------

bank migrate
bank subscription reset low_cash
refused "a handler that no bank has run yet says how to begin" 2 'start the bank with `bank serve`'
bank subscription show low_cash
refused "and cannot be shown" 1 'there is no subscription "low_cash" yet'
bank subscription list
did "the list is empty" SUBSCRIPTION

# ---- live --------------------------------------------------------------------

bank_start --snapshot-every 5
result "the bank starts" $?
holds "both handlers come to the end of the log" await 20 says \
    "SELECT string_agg(name || ' ' || state || ' ' || lag, ', ' ORDER BY name) FROM esbank.lag WHERE kind = 'subscription'" \
    "authentication live 0, incidents live 0, log_losses live 0, low_cash live 0, sign_ons live 0, suspects live 0"
bank subscription list
did "subscription list shows where they are" '^low_cash +live +[0-9]+ +[0-9]+ +0 +0'
bank subscription list --json
holds "in JSON too" is_json
bank subscription show low_cash
did "subscription show names the bank that runs it" "^run by +.* process $(cat "$WORLD/bank.pid") "
bank subscription show low_cash --json
holds "in JSON too" is_json
bank projection list
holds "read models are listed by themselves" sh -c "! grep -q low_cash '$WORLD/out'"
bank subscription show nothing
refused "a name that is none is told so" 1 'no subscription "nothing"'
bank subscription reset nothing
refused "and which there are" 2 'give one of low_cash, suspects, incidents, authentication, sign_ons'

bank alert list
did "there are no alerts" '^SINCE'
bank teller provision "$machine" --notes 50x120
bank teller provision 2c915dd1-8bf0-4662-a2ce-60725b0c7de5 --notes 20x7
holds "a machine low on cash is among the alerts at once" await 5 comes \
    'low_cash .*7 notes of 20\.00 are left, fewer than 100: replenish this machine' alert list
bank alert list --json
holds "in JSON too" is_json
bank teller replenish 2c915dd1-8bf0-4662-a2ce-60725b0c7de5 --notes 20x93
holds "until it is filled up" await 5 says "SELECT count(*) FROM esbank.alerts WHERE cleared_at IS NULL" 0
bank alert list
holds "then it is gone" sh -c "! grep -q low_cash '$WORLD/out'"
bank alert list --all
did "and stands there with all" 'low_cash .*7 notes'

# ---- operators' actions -------------------------------------------------------

bank subscription reset low_cash --to 99999
refused "no further than the log" 2 'the log ends at position'
bank subscription reset low_cash --to 1 --from-now
refused "one place only" 2 'exclude each other'
bank subscription reset low_cash --to x
refused "a position is a number" 2 '--to wants the position of an event'
bank subscription reset low_cash
did "subscription reset begins with the first event" 'goes on with event 1; what it had written is removed'
holds "and makes the same again" await 10 says \
    "SELECT count(*) || ' ' || count(cleared_at) FROM esbank.alerts WHERE handler = 'low_cash'" "1 1"
bank subscription reset low_cash --from-now --json
holds "or with the next" is_json
holds "which loses nothing and doubles nothing" says "SELECT count(*) FROM esbank.alerts" 1

bank subscription retry suspects
refused "there may be nothing to retry" 2 'no event of suspects fails or is parked'
bank subscription skip suspects 1
refused "nor to skip" 2 'event 1 of suspects neither fails nor is parked'
filled=$(ask "SELECT max(position) FROM esbank.events WHERE event_type = 'Teller.CassettesReplenished'")
ask "INSERT INTO esbank.parked_events VALUES ('low_cash', $filled, 'a full disk', now(), '$machine')"
bank subscription list
did "parked events are counted" '^low_cash .* 1 *$'
bank subscription show low_cash
did "and shown with their reasons" "^ *$filled +Teller.CassettesReplenished .* a full disk"
bank alert list
did "and stand among the alerts" \
    'parked +low_cash .* 1 event waits for `bank subscription retry low_cash`: a full disk'
bank subscription retry low_cash "$filled"
did "subscription retry handles them" 'has handled 1 parked event; alerts raised: 0, cleared: 0$'
holds "then none is parked" says "SELECT count(*) FROM esbank.parked_events" 0

clean()
{
    bank verify
    [ "$status" = 0 ] && grep -Eq "^ok +event handlers +$1" "$WORLD/out"
}

ask "ALTER TABLE esbank.cassette_levels ADD CONSTRAINT odd CHECK (denomination <> 500)"
bank teller provision 2c915dd1-8bf0-4662-a2ce-60725b0c7de6 --notes 5x500
failing=$(ask "SELECT max(position) FROM esbank.events")
holds "an event that fails is told" await 10 comes '^low_cash +retrying .*check constraint' subscription list
holds "in the log too" grep -q "handler-fails .*subscription=low_cash position=$failing reason=.*check constraint" \
    "$WORLD/bank.log"
bank subscription retry low_cash
did "it is tried at once when an operator wants it" 'tries the event that low_cash fails on at once'
holds "fails again" await 10 says "SELECT attempts >= 1 FROM esbank.subscriptions WHERE name = 'low_cash'" t
bank subscription skip low_cash "$failing"
did "and is passed over when an operator wants that" "goes on without event $failing"
holds "then the handler is live again" await 10 says \
    "SELECT state || ' ' || lag FROM esbank.lag WHERE name = 'low_cash'" "live 0"
ask "ALTER TABLE esbank.cassette_levels DROP CONSTRAINT odd"
holds "which verify says, and finds nothing" clean '.*; low_cash leaves out 1 of its events$'

# ---- what a handler needs is broken ------------------------------------------

ask "ALTER TABLE esbank.cassette_levels RENAME TO elsewhere"
bank teller replenish "$machine" --notes 50x1
bank teller replenish "$machine" --notes 50x2
holds "a handler whose table is gone is paused" await 10 comes \
    '^low_cash +paused .*cassette_levels.* does not exist' subscription list
bank alert list
did "which is an alert" 'paused +low_cash .* it goes on when what it needs works again: .*does not exist'
holds "and a line of the log" \
    grep -q 'handler-paused .*subscription=low_cash .*does not exist' "$WORLD/bank.log"
ask "ALTER TABLE esbank.elsewhere RENAME TO cassette_levels"
holds "it goes on by itself" await 15 says \
    "SELECT state || ' ' || lag || ' ' || parked FROM esbank.lag WHERE name = 'low_cash'" "live 0 0"
holds "with nothing lost" says "SELECT notes FROM esbank.cassette_levels WHERE teller_id = '$machine'" 123
holds "and says so" grep -q 'handler-resumed .*subscription=low_cash' "$WORLD/bank.log"
holds "alerts are lines of the log" grep -q 'alert-raised .*alert=low_cash about="2c915dd1-8bf0-4662-a2ce-60725b0c7de5 2000"' \
    "$WORLD/bank.log"

ask "ALTER TABLE esbank.cassette_levels RENAME TO elsewhere"
bank teller replenish "$machine" --notes 50x4
holds "one that is paused" await 10 comes '^low_cash +paused ' subscription list
bank subscription reset low_cash --from-now
did "can be moved ahead" 'low_cash goes on with event [0-9]+; left out: 2$'
ask "ALTER TABLE esbank.elsewhere RENAME TO cassette_levels"
holds "then it is live" \
    await 15 says "SELECT state || ' ' || lag FROM esbank.lag WHERE name = 'low_cash'" "live 0"
holds "and verify says what it leaves out" clean '.*; low_cash leaves out 2 of its events$'

# ---- snapshots, rates --------------------------------------------------------

account=$("$BUILD/bank" account open --owner Peter)
for _ in 1 2 3 4 5 6; do
    bank account deposit "$account" 1
done
bank snapshot list
did "--snapshot-every says how often a snapshot is taken" "^account-$account +5 "
bank serve --snapshot-every x
refused "it is a number" 2 '--snapshot-every wants a whole number'
bank serve --rate 0
refused "and so is the rate" 2 '--rate wants a whole number'

# ---- killed ------------------------------------------------------------------

mkdir -m 711 "$WORLD/second"
cp -rp "$ESBANK_HOME/keys" "$WORLD/second/keys" # both banks have the log's key
setsid "$BUILD/bank" serve --home "$WORLD/second" --db "$DATABASE" >"$WORLD/second.log" 2>&1 </dev/null &
second_bank=$!
holds "a second bank stands by" await 30 grep -q standby "$WORLD/second.log"
runs="SELECT count(DISTINCT lease_owner) || ' ' || bool_and(lease_owner LIKE '% process ' ||"
holds "and runs no handler" says "$runs $(cat "$WORLD/bank.pid") || ' %') FROM esbank.subscriptions" "1 true"
bank teller replenish "$machine" --notes 50x10
bank_kill KILL
ESBANK_HOME=$WORLD/second
await 30 grep -q take-over "$WORLD/second.log"
bank teller provision 2c915dd1-8bf0-4662-a2ce-60725b0c7de7 --notes 10x9
holds "when the first is killed, the second runs them" await 30 says \
    "$runs $second_bank || ' %') FROM esbank.subscriptions" "1 true"
holds "from where they were" await 10 comes '9 notes of 10\.00' alert list
levels="SELECT notes FROM esbank.cassette_levels WHERE teller_id = '$machine'"
holds "without loss or double count" says "$levels" 133
kill -TERM "$second_bank"
await 30 gone "$second_bank"
second_bank=
holds "a bank that ends gives the leases back" says \
    "SELECT count(*) FROM esbank.subscriptions WHERE lease_owner IS NOT NULL" 0

# ---- moved while no bank runs ------------------------------------------------

bank subscription reset low_cash --to 1
refused "one that left something out is not moved before that" 2 \
    'only a reset to the first event has it handled'
bank subscription reset low_cash --to "$(ask "SELECT max(last_position) FROM esbank.subscription_skips")"
did "one that is moved back" 'goes on with event [0-9]+$'
holds "has its rows all the same" clean '.*; low_cash leaves out 2 of its events$'
ESBANK_HOME=$WORLD/home
bank_start
holds "and goes on" await 20 says \
    "SELECT string_agg(DISTINCT state || ' ' || lag, ', ') FROM esbank.lag WHERE kind = 'subscription'" "live 0"
bank_stop

results_end
