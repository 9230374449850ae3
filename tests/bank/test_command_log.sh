#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Looking into the log and beside it: events, dispatch, status, snapshots, the
# console, and the views for people who use psql. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new log
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

bank_start || exit 1
account_new
visit
await 10 ended completed
withdrawal=$(ask "SELECT withdrawal_id FROM esbank.withdrawals")

# ---- the log -------------------------------------------------------------------

bank events --limit 2
holds "events --limit" test "$(wc -l <"$WORLD/out")" = 2
bank events --json --limit 0
holds "all events are one array" is_json
bank events --stream "account-$account" --type Accounts.MoneyDeposited
holds "events of a stream and a type" test "$(wc -l <"$WORLD/out")" = 2
bank events --from 2 --limit 1
did "events from a position" '^ +2 '
bank events --correlation "$withdrawal"
holds "events of a withdrawal" test "$(wc -l <"$WORLD/out")" = 5
bank events --type Accounts.Nothing
refused "a type is one" 2 '--type wants an event.s type'
bank events --from 2 --limit 3 --json-lines
positions()
{
    grep -o '^{"position":[0-9]*' "$WORLD/out" | sed 's/.*://' | tr '\n' ' '
}
holds "an object a line" test "$(positions)" = "2 3 4 "
bank events --after 4 --limit 2 --json-lines
holds "going on after the last one" test "$(positions)" = "5 6 "
bank events --after 4 --reverse --json-lines
holds "or back before it" test "$(positions)" = "3 2 1 "
bank events --after 4 --from 4
refused "one of the two" 2 '--from and --after exclude each other'
third=$(ask "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM esbank.events
    WHERE position = (SELECT max(position) - 2 FROM esbank.events)")
bank events --since "$third" --json-lines
ask "SELECT string_agg(position || ' ', '' ORDER BY position) FROM esbank.events WHERE created_at >= '$third'" >"$WORLD/expected"
holds "from a time on" test "$(positions)" = "$(cat "$WORLD/expected")"
bank events --before "$third" --limit 0 --json-lines
ask "SELECT string_agg(position || ' ', '' ORDER BY position) FROM esbank.events WHERE created_at < '$third'" >"$WORLD/expected"
holds "and before it" test "$(positions)" = "$(cat "$WORLD/expected")"
bank events --before "$third" --limit 2 --json-lines
holds "or the last of those" \
    test "$(positions)" = "$(tr ' ' '\n' <"$WORLD/expected" | sed '/^$/d' | tail -2 | tr '\n' ' ')"
bank events --since 2000-01-01 --limit 1 --json-lines
holds "from before the first one on" test "$(positions)" = "1 "
bank events --since tomorrow
refused "a time is one" 2 '--since wants a time'
PAGER='sed s/^/paged:/' script -qec "$BUILD/bank events --limit 2" /dev/null </dev/null >"$WORLD/out"
holds "on a terminal the log goes through \$PAGER" test "$(grep -c '^paged: ' "$WORLD/out")" = 2
bank events --follow --before 2026-01-01
refused "what is to come is not before a time" 2 'leave out --before'
bank events --account "$account" --limit 1 --json-lines
did "an account's stream by its id" "\"stream_id\":\"account-$account\""
bank events --account "$account" --stream "account-$account"
refused "which is one" 2 '--stream and --account exclude each other'
bank events --teller me
refused "as a machine's is" 2 '--teller wants a uuid'
bank events --from there
refused "a position is one" 2 '--from wants the position of an event'
"$BUILD/bank" events --limit 1 --follow >"$WORLD/followed" 2>&1 &
follower=$!
await 10 test -s "$WORLD/followed"
bank account deposit "$account" 0.01
await 10 grep -q '"amount":1,' "$WORLD/followed"
result "events --follow shows what comes" $?
kill "$follower"

# Commands that read have twenty seats in the database: they never keep the bank itself out of it.
followers=
seats_taken()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = hashtext('esbank seat')::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" = "$1" ]
}
await 10 seats_taken 0
for seat in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$BUILD/bank" events --limit 1 --follow >/dev/null 2>&1 &
    followers="$followers $!"
done
holds "twenty commands may read at once" await 20 seats_taken 20
bank events --limit 1
refused "the next is told to wait" 1 '20 other commands are reading'
bank account deposit "$account" 0.01
holds "while the bank goes on" test "$status" = 0
# shellcheck disable=SC2086
kill $followers
holds "and their seats are free again when they have ended" await 10 seats_taken 0
bank dispatch '{"command":"EchoTest"}'
did "dispatch fills in v and id" '"v":1,"id":"[0-9a-f-]{36}","ok":true'
echo '{"command":"DepositMoney",
"account_id":"'"$account"'","amount":99}' >"$WORLD/request"
"$BUILD/bank" dispatch - <"$WORLD/request" >"$WORLD/out" 2>"$WORLD/err"
status=$?
did "dispatch reads standard input" '"balance":[0-9]+'
bank dispatch Accounts.OpenAccount '{"owner":"Peter"}' --returning events --wait all
did "a command may have its full name, and its events be printed" '"event_type" *: *"Accounts.AccountOpened"'
opened=$(sed -n 's/.*"account_id":"\([^"]*\)".*/\1/p' "$WORLD/out" | head -1)
bank dispatch DepositMoney '{"account_id":"'"$opened"'","amount":100}' --expected-version 1 --returning version
did "it may depend on a version, and give the next" \
    '"stream_id" *: *"account-'"$opened"'", *"stream_version" *: *2'
bank dispatch '{"command":"Accounts.DepositMoney","account_id":"'"$opened"'","amount":100}' --expected-version 1
[ "$status" = 1 ] && grep -q '"error":"wrong_version"' "$WORLD/out" && grep -q 'another version than expected' "$WORLD/err"
result "and is refused at another" $?
bank dispatch Accounts.OpenAccount '{"owner":"Paul","account_id":"'"$nobody"'"}' --expected-version 1
[ "$status" = 1 ] && grep -q '"error":"wrong_version"' "$WORLD/out"
result "what is not there has version 0" $?
bank dispatch Accounts.OpenAccount '{"owner":"Paul","account_id":"'"$nobody"'"}' --expected-version 0
did "which may be expected, too" '"ok":true'
bank dispatch DepositMoney '{"account_id":"'"$opened"'","amount":100}' --metadata '{"ticket":"4711","why":"gift"}'
did "it may have metadata" '"ok":true'
holds "which stand in its events" \
    [ "$(ask "SELECT metadata->'given'->>'ticket' FROM esbank.events WHERE stream_id = 'account-$opened'
    ORDER BY stream_version DESC LIMIT 1")" = 4711 ]
id=00000000-0000-4000-8000-0000000000aa
bank dispatch DepositMoney '{"id":"'$id'","account_id":"'"$opened"'","amount":100}' --metadata '{"ticket":"4711"}'
bank dispatch DepositMoney '{"id":"'$id'","account_id":"'"$opened"'","amount":100}' --metadata '{"ticket":"4712"}'
[ "$status" = 1 ] && grep -q '"error":"id_conflict"' "$WORLD/out"
result "and are content" $?
bank dispatch DepositMoney '{"account_id":"'"$opened"'","amount":100}' --metadata '{"card":"4000 0012 3456 7899"}'
[ "$status" = 1 ] && grep -q 'has to be an object of up to 8 texts' "$WORLD/err"
result "but no card's number" $?
bank verify
did "verify finds nothing wrong with that" '^ok +hash chain'
bank dispatch EchoTest
did "a command without fields needs no object" '"ok":true'
bank dispatch Accounts.CloseTheBank '{}'
refused "an unknown command is told which is like it" 2 \
    'no command "Accounts.CloseTheBank" .did you mean Accounts.CloseAccount\?.: shared/PROTOCOL.md'
bank dispatch Teller.InitiateWithdrawal '{}'
refused "a machine's is sent otherwise" 2 'see .bank terminal --help'
bank dispatch Accounts.ReverseWithdrawal '{}'
refused "and a step of the bank's own not at all" 2 'no command "Accounts.ReverseWithdrawal"'
bank dispatch OpenAccount '{"command":"CloseAccount"}'
refused "two names are one too many" 2 'names two commands'
bank dispatch EchoTest '{}' --returning nothing
refused "what is returned is events or version" 2 '--returning wants events or version'
bank dispatch EchoTest '{}' --wait accounts,nothing
refused "and what is waited for a read model" 2 '--wait wants the word all or names of read models.*"nothing"'
bank dispatch DepositMoney '{"account_id":"'"$opened"'","amount":100}' --wait accounts,statement
did "some of them may be waited for" '"ok":true'
bank dispatch '{"command":"OpenAccount"}'
holds "a refusal of dispatch is a failure, with the reply" grep -q '"ok":false' "$WORLD/out"
holds "and exit status 1" test "$status" = 1
bank dispatch EchoTest '[]'
refused "a request is an object" 2 'JSON object'
bank status
did "status" '^active +yes'
bank snapshot take "account-$account"
did "snapshot take, of one stream" '^1 snapshots taken'
bank snapshot list
did "it is behind no event" "^account-$account +[0-9]+ +0 "
bank snapshot take --json
did "snapshot take, of all that have grown" '"taken":[1-9]'
bank snapshot take
did "and then there are none" '^0 snapshots taken; there are no events'
bank snapshot take "account-00000000-0000-7000-8000-00000000dead"
refused "a stream that does not exist is told so" 1 'there is no stream .*bank account list'
bank snapshot take nonsense
refused "and so is what is no stream" 2 'account-ID, teller-ID or bank'
bank account deposit "$account" 0.01
did "a bank that serves goes on" .
bank snapshot drop
did "snapshot drop" 'snapshots dropped'
bank snapshot list --json
did "then there are none" '^\[\]$'

# ---- the console ---------------------------------------------------------------

# Its views and keys are in tests/keys/console.sh.
bank console </dev/null
result "the console reads commands where there is no terminal, and none is none" "$status"
mkfifo "$WORLD/keys"
TERM=xterm script -qec "stty rows 24 cols 100; $BUILD/bank console" /dev/null <"$WORLD/keys" >"$WORLD/screen" 2>&1 &
console=$!
exec 3>"$WORLD/keys"
await 10 grep -q 'withdrawals/s' "$WORLD/screen"
result "the console shows the bank's rate" $?
printf 6 >&3
await 10 grep -q 'Accounts.MoneyDeposited' "$WORLD/screen"
result "and the latest events" $?
card=$(ask_models "SELECT encode(card, 'hex')::uuid FROM esbank.cards WHERE masked LIKE '%7899'")
bank card block "$card"
await 10 grep -q 'Accounts.CardBlocked' "$WORLD/screen"
result "and what happens" $?
printf q >&3
await 10 gone "$console"
result "q leaves it" $?
exec 3>&-

# ---- SQL for people --------------------------------------------------------------

holds "all_events is the log, with whose withdrawal it is and who asked for it" test "$(ask "SELECT
    count(*) = (SELECT count(*) FROM esbank.events) AND count(command) = count(*) AND count(actor) = count(*)
    AND bool_and(coalesce(withdrawal = correlation_id, true)) AND count(withdrawal) > 0
    AND count(*) FILTER (WHERE event_type = 'Teller.WithdrawalInitiated' AND withdrawal IS NULL) = 0
    FROM esbank.all_events")" = t
holds "streams has each with its length and its end" test "$(ask "SELECT bool_and(s.version = e.events AND
    s.last_position = e.last) AND count(*) = (SELECT count(DISTINCT stream_id) FROM esbank.events) FROM esbank.streams s
    JOIN (SELECT stream_id, count(*) AS events, max(position) AS last FROM esbank.events GROUP BY 1) e USING (stream_id)")" = t
holds "lag has every read model and every handler" test "$(ask "SELECT min(lag) >= 0
    AND array_agg(name ORDER BY name) = (SELECT array_agg(name ORDER BY name) FROM
        (SELECT name FROM esbank.projections UNION ALL SELECT name FROM esbank.subscriptions) n) FROM esbank.lag")" = t

bank_stop
results_end
