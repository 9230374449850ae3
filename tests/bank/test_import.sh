#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `bank import` on the databases of an older bank, data as bytea and as jsonb:
# what comes over and what is kept as history, that twice is once and a kill
# changes nothing, that no PIN is anywhere afterwards and each still works.
# Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2153,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new import
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

fixtures=tests/bank/fixtures/import
peter=acc00000-0000-4000-8000-000000000001
pin=739154860427
# All there is of an event; and without what another key makes of the same name, and so of the hashes.
events="SELECT position, stream_id, stream_version, event_id, event_type, causation_id, correlation_id, data::text,
    metadata::text, created_at, hash FROM esbank.events ORDER BY position"
alike="SELECT position, stream_id, stream_version, event_id, event_type, causation_id, correlation_id,
    regexp_replace(data::text, 'sealed:v1:[^\"]*', 'sealed'), metadata::text, created_at FROM esbank.events ORDER BY position"

# SENTENCE WANTED SQL: that is what the bank's database answers.
answers()
{
    ask "$3" >"$WORLD/out" 2>"$WORLD/err"
    [ "$(cat "$WORLD/out")" = "$2" ]
    result "$1" $?
}

# A home that has known no log: it would refuse another one than that.
forget()
{
    rm -f "$ESBANK_HOME/log.known"
}

# A fresh database NAME; prints its conninfo.
database_new()
{
    forget
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "CREATE DATABASE \"$world_database$1\" TEMPLATE template0"
    echo "$ESBANK_TEST_PG dbname=$world_database$1"
}

# COLUMN FILE...: an old database with data of that type; prints its conninfo.
old_new()
{
    old=$(database_new "_old_$1")
    sed "s/@COLUMN@/$1/g" "$fixtures/commanded.sql" | psql -Xq -v ON_ERROR_STOP=1 "$old" || exit 1
    shift
    for file in "$@"; do
        psql -Xq -v ON_ERROR_STOP=1 "$old" -f "$fixtures/$file" >/dev/null || exit 1
    done
    echo "$old"
}

# A member of the report, or of its element ($2) of the list $1 as its own members (perl).
report()
{
    perl -MJSON::PP -e 'local $/; open my $file, "<", $ARGV[0] or die; my $r = decode_json(<$file>);
        print eval $ARGV[1]' "$WORLD/out" "$1"
}

# SENTENCE WANTED EXPRESSION: of the report, in perl.
reports()
{
    [ "$(report "$3")" = "$2" ]
    result "$1" $?
}

bytea=$(old_new bytea history.sql) || exit 1
jsonb=$(old_new jsonb history.sql) || exit 1
trouble=$(database_new _old_trouble)
sed "s/@COLUMN@/jsonb/g" "$fixtures/commanded.sql" | cat - "$fixtures/trouble.sql" | psql -Xq "$trouble" >/dev/null

# ---- words -------------------------------------------------------------------

bank import
holds "without --from it says so" test "$status" = 2
bank import --from "$bytea" --units cents
holds "units are minor or major" test "$status" = 2
bank import --from "$DATABASE"
holds "a database without an event store is told" grep -q "no event store at --from" "$WORLD/err"
bank import --from "host=$WORLD/nowhere dbname=none"
holds "and one that is not there" grep -q "check --from" "$WORLD/err"

# ---- a dry run ---------------------------------------------------------------

other=$(database_new _empty)
[ ! -e "$ESBANK_HOME/keys" ] || mv "$ESBANK_HOME/keys" "$WORLD/keys"
bank import --from "$bytea" --db "$other" --dry-run --json
holds "a dry run succeeds" test "$status" = 0
reports "it counts the events" "33 15 0 20" '"$r->{events} $r->{to_append} $r->{present} $r->{kept}"'
reports "of each type" \
    "8 8" '(map { "$_->{events} $_->{kept}" } grep { $_->{event_type} =~ /WithdrawlInitiated/ } @{$r->{types}})[0]'
reports "and names what no upcaster knows" \
    "30 31" 'join " ", map { $_->{position} } grep { $_->{kind} eq "unknown type" } @{$r->{findings}}'
reports "and the sagas that cannot be told apart" \
    "17 2" '(map { "$_->{position} $r->{ambiguous}" } grep { $_->{kind} eq "ambiguous" } @{$r->{findings}})[0]'
reports "in the order of their positions" 1 'join(" ", map { $_->{position} } @{$r->{findings}}) eq
    join(" ", sort { $a <=> $b } map { $_->{position} } @{$r->{findings}})'
reports "and those that did not end" \
    "26" 'join " ", map { $_->{position} } grep { $_->{kind} eq "unfinished" } @{$r->{findings}}'
bank import --from "$bytea" --db "host=$WORLD/nowhere dbname=none" --dry-run
holds "a dry run against a database that is not there is no success" grep -q "check --db" "$WORLD/err"
tables=$(psql -XAtq "$other" -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'esbank'")
holds "and writes nothing: no table" test "$tables" = 0
holds "and no key" test ! -e "$ESBANK_HOME/keys"
[ ! -e "$WORLD/keys" ] || mv "$WORLD/keys" "$ESBANK_HOME/keys"

# ---- the import --------------------------------------------------------------

bank import --from "$bytea" --cards "$WORLD/cards" --json
holds "the import succeeds" test "$status" = 0
reports "it reports what it appended" \
    "15 20 3 0" '"$r->{appended} $r->{kept} $r->{accounts} $r->{accounts_left_out}"'
reports "and the cards, masked" "400001******" 'substr $r->{cards}[0]{card}, 0, 12'
cp "$WORLD/out" "$WORLD/report"
bank verify
holds "verify finds nothing" test "$status" = 0
answers "the balances are the old ones" "51700|35|5" \
    "SELECT string_agg(balance::text, '|' ORDER BY account_id) FROM esbank.accounts"
answers "the old order and times are kept" "1,1,2,2,3,5,6,10,11,15,19,20,24,28,32" \
    "SELECT string_agg((extract(epoch FROM created_at - '2020-02-29 12:00:00.123456+00'))::int::text, ','
        ORDER BY position) FROM esbank.events"
answers "the old ids are kept; a card's event has one that is derived" "13|2" \
    "SELECT count(*) FILTER (WHERE event_id::text LIKE '0e000000-0000-4000-8000-%'),
        count(*) FILTER (WHERE event_type = 'Accounts.CardIssued' AND substr(event_id::text, 15, 1) = '8')
     FROM esbank.events"
answers "correlation ids are kept" 5,6 \
    "SELECT string_agg(ltrim(right(event_id::text, 4), '0'), ',' ORDER BY position) FROM esbank.events
     WHERE correlation_id IN ('c0000000-0000-4000-8000-000000000105', 'c0000000-0000-4000-8000-000000000106')"
answers "causation ids too" 0e000000-0000-4000-8000-000000000027 \
    "SELECT causation_id FROM esbank.events WHERE event_id = '0e000000-0000-4000-8000-000000000028'"
answers "no two movements of ambiguous sagas share a correlation" 5 \
    "SELECT count(DISTINCT correlation_id) FROM esbank.events
     WHERE stream_id = 'account-acc00000-0000-4000-8000-000000000002' AND event_type = 'Accounts.MoneyWithdrawn'
        OR event_id = '0e000000-0000-4000-8000-000000000003'"
answers "what tellers said is history only, each with a reason" \
    "11|the notes of the withdrawal are not known
4|sagas of one account that cannot be told apart
2|the notes of the deposit are not known
2|of no known type" \
    "SELECT count(*), reason FROM esbank.imported_events WHERE stream_id NOT LIKE 'acc00000-%3' AND event_type !~ 'Authen'
     GROUP BY 2 ORDER BY 1 DESC, reason COLLATE \"C\" DESC"
answers "of unknown types history keeps no data but ids and times" '{"changed_by":"c0000000-0000-4000-8000-000000000007"}|{}' \
    "SELECT string_agg(data::text, '|' ORDER BY position) FROM esbank.imported_events WHERE position IN (30, 31)"
answers "of known ones ids and amounts" '{"teller_id":"1c915dd1-8bf0-4662-a2ce-60725b0c7de2","account_id":"'$peter'","amount":1000}' \
    "SELECT data FROM esbank.imported_events WHERE position = 4"
answers "an odd stream's name is hashed" t "SELECT stream_id ~ '^hashed:[0-9a-f]{32}$' FROM esbank.imported_events
    WHERE position = 31"
bank import list
did "import list shows what was kept, and why" \
    'Elixir\.EsBank\.Tellers\.Events\.WithdrawlInitiated .*the notes of the withdrawal are not known'
bank import list --json
holds "in JSON too" is_json
answers "an account without a proper PIN has no card" 0 \
    "SELECT count(*) FROM esbank.cards WHERE account_id = 'acc00000-0000-4000-8000-000000000003'"
holds "the file of cards is its owner's only" test "$(stat -c %a "$WORLD/cards")" = 600
card=$(sed -n "s/^$peter //p" "$WORLD/cards")
holds "and has whole numbers" test "$(expr "$card" : '400001[0-9]\{10\}$')" = 16

# ---- twice, and as jsonb ---------------------------------------------------------

ask "$events" >"$WORLD/events"
bank import --from "$bytea" --json
reports "a second run appends nothing" "0 13" '"$r->{appended} $r->{present}"'
ask "$events" >"$WORLD/again"
holds "and changes nothing" cmp -s "$WORLD/events" "$WORLD/again"
second=$(database_new _second)
bank import --from "$jsonb" --db "$second" --json
holds "jsonb is imported as bytea is" test "$status" = 0
ask "$alike" >"$WORLD/events"
psql -XAtq -F '|' "$second" -c "$alike" >"$WORLD/again"
holds "with the same log, but for how names are sealed" cmp -s "$WORLD/events" "$WORLD/again"
major=$(database_new _major)
bank import --from "$jsonb" --db "$major" --units major
holds "--units major makes a hundred of each" \
    test "$(psql -XAtq "$major" -c "SELECT balance FROM esbank.accounts
    WHERE account_id = '$peter'")" = 5170000

# ---- an account that does not fit -------------------------------------------------

third=$(database_new _third)
bank import --from "$trouble" --db "$third"
holds "accounts that do not fit make it fail" test "$status" = 1
holds "saying how many were left out" grep -q "3 accounts were left out" "$WORLD/err"
holds "where the balance is wrong" \
    grep -Eq " 2 .*old_balance is 999, where the events before it give 1000" "$WORLD/out"
holds "and where a field is missing" grep -Eq " 4 .*cannot be read" "$WORLD/out"
holds "and where an owner cannot be called so" \
    grep -Eq " 5 .*the owner's name is empty, over 120 bytes" "$WORLD/out"
holds "nothing of them is there" test "$(psql -XAtq "$third" -c "SELECT count(*) FROM esbank.events")" = 0
psql -Xq "$trouble" -c "UPDATE events SET data = jsonb_set(data, '{old_balance}', '1000') WHERE data ? 'old_balance';
    UPDATE events SET data = jsonb_set(data, '{new_balance}', '1010') WHERE data ? 'new_balance'"
bank import --from "$trouble" --db "$third" --json
reports "once put right, the account comes over" "3 2" '"$r->{appended} $r->{accounts_left_out}"'

# ---- as the application writes it -------------------------------------------------

# SENTENCE STATUS PATTERN [FILE...]: a dry run of an old database with those fixtures, after SQL on it.
dry()
{
    sentence=$1 wanted=$2 pattern=$3 sql=$4
    shift 4
    column=${column:-jsonb} # for one call
    dries=$((${dries:-0} + 1))
    from=$(database_new "_dry$dries")
    { sed "s/@COLUMN@/$column/g" "$fixtures/commanded.sql"; for file in "$@"; do cat "$fixtures/$file"; done; echo "$sql"; } |
        psql -Xq -v ON_ERROR_STOP=1 "$from" >/dev/null || exit 1
    bank import --from "$from" --db "$other" --dry-run
    [ "$status" = "$wanted" ] && cat "$WORLD/out" "$WORLD/err" | grep -Eq -- "$pattern"
    result "$sentence" $?
}
column=bytea dry "withdrawals whose account's events have other ids are whole" 0 '; 41 sagas, 0 ambiguous' '' app.sql
holds "and nothing is found" sh -c "! grep -Eq 'unfinished|ambiguous +[0-9]' '$WORLD/out'"
holds "a dry run has not appended anything" \
    sh -c "grep -q 'TO APPEND' '$WORLD/out' && ! grep -q 'APPENDED' '$WORLD/out'"
dry "two begun at once are told apart by their places" 0 '; 46 sagas, 1 ambiguous' '' app.sql app_twice.sql
holds "two movements that fit one are ambiguous" \
    grep -Eq '^ambiguous +1 +[0-9]+ +acc0.* 2 movements of the account fit this withdrawal' "$WORLD/out"
holds "one that did not end names the movement" \
    grep -Eq '^unfinished .*never said that the withdrawal ended; the movement at position [0-9]+ may' "$WORLD/out"
holds "or that there is none" grep -Eq '^unfinished .*the withdrawal never moved' "$WORLD/out"
dry "what is found often is one line" 0 '^unfinished +4 +[0-9]+ .*the withdrawal never moved' \
    "SELECT teller(600 + n, 'WithdrawlInitiated', 2, 9, corr(600 + n)) FROM generate_series(1, 4) AS n" app.sql

# ---- what cannot be read ----------------------------------------------------------

column=bytea dry "Erlang's terms are no success, and say what to do" 1 "Erlang's term format.*JsonSerializer" \
    "UPDATE events SET data = '\\x836d00000001'" app.sql
dry "nor are types of another application" 1 'none of the [0-9]+ old events can be read; the first is of type Other\.' \
    "UPDATE events SET event_type = replace(event_type, 'Elixir.EsBank', 'Other')" app.sql
dry "nor is a store without events" 2 'has no events: check' ''
dry "types without Elixir's prefix are known" 0 '; 41 sagas, 0 ambiguous' \
    "UPDATE events SET event_type = replace(event_type, 'Elixir.', '')" app.sql
dry "streams may have a prefix" 0 '2 accounts, 0 left out' \
    "UPDATE streams SET stream_uuid = 'account-' || stream_uuid WHERE stream_uuid LIKE 'acc0%'" app.sql
dry "a stream that was deleted softly is named" 0 '^deleted stream +1 .*deleted softly' \
    "ALTER TABLE streams ADD deleted_at timestamptz; UPDATE streams SET deleted_at = now() WHERE stream_uuid = account(1)" app.sql
before_014="ALTER TABLE events ADD event_number bigint, ADD stream_id bigint, ADD stream_version bigint;
    UPDATE events e SET event_number = s.stream_version, stream_id = s.original_stream_id,
        stream_version = s.original_stream_version FROM stream_events s WHERE s.event_id = e.event_id AND s.stream_id = 0;
    DROP TABLE stream_events"
dry "the library's schema 0.13 is read" 0 '2 accounts, 0 left out; 41 sagas, 0 ambiguous' "$before_014" app.sql
dry "an older one says so" 2 "older than its library's schema 0.13" \
    "$before_014; ALTER TABLE events DROP event_id; ALTER TABLE events RENAME event_number TO event_id" app.sql
dry "a field that is wrong is named" 1 'cannot be read: its amount is missing or no whole number' \
    "UPDATE events SET data = data - 'amount' WHERE event_id = id_of('0e000000', 12)" app.sql

# ---- killed -------------------------------------------------------------------------

long=$(database_new _long)
{
    sed "s/@COLUMN@/jsonb/g" "$fixtures/commanded.sql"
    cat "$fixtures/history.sql"
    echo "SELECT moved(100 + n, 1, 1, 51699 + n) FROM generate_series(1, 5900) AS n;"
} | psql -Xq -v ON_ERROR_STOP=1 "$long" >/dev/null
whole=$(database_new _whole)
bank import --from "$long" --db "$whole"
psql -XAtq -F '|' "$whole" -c "$alike" >"$WORLD/events"
holds "a long history is imported" test "$(wc -l <"$WORLD/events")" = 5915
killed=$(database_new _killed)
"$BUILD/bank" migrate --db "$killed" >/dev/null
# Each batch takes its time, so that there is a moment to be killed in; and there are more of them than blows,
# each of which may come a batch late.
psql -Xq "$killed" -c "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
    CREATE TRIGGER slow AFTER INSERT ON esbank.events FOR EACH STATEMENT EXECUTE FUNCTION slow()"
there()
{
    psql -XAtq "$killed" -c "SELECT count(*) FROM esbank.events"
}
reached()
{
    [ "$(there)" -ge "$1" ]
}
begun()
{
    psql -XAtq "$killed" -c "SELECT count(*) FROM esbank.imported_events" | grep -qv '^0$'
}
points=""
for point in 0 1 1001; do
    "$BUILD/bank" import --from "$long" --db "$killed" >"$WORLD/killed" 2>&1 &
    pid=$!
    if [ "$point" = 0 ]; then await 20 begun; else await 20 reached "$point"; fi
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    points="$points $(there)"
done
echo "# killed at$points"
holds "it was killed before the end" test "$(there)" -lt 5915
"$BUILD/bank" import --from "$long" --db "$killed" >"$WORLD/out" 2>"$WORLD/err" &
pid=$!
await 20 reached $(($(there) + 1))
kill -TERM "$pid"
wait "$pid"
holds "asked to end, it ends after a batch and says how to go on" test "$?" = 1 -a "$(there)" -lt 5915
holds "in a sentence" grep -q "run it again" "$WORLD/err"
psql -Xq "$killed" -c "SET client_min_messages = warning; DROP FUNCTION slow() CASCADE"
bank import --from "$long" --db "$killed"
holds "killed three times, it goes on" test "$status" = 0
psql -XAtq -F '|' "$killed" -c "$alike" >"$WORLD/again"
holds "and gives the same log as in one go" cmp -s "$WORLD/events" "$WORLD/again"
bank verify --db "$killed"
holds "which verify finds nothing in" test "$status" = 0

# ---- the bank on it ---------------------------------------------------------------------

forget

bank_start
result "a bank starts on what was imported" $?
bank import --from "$bytea"
holds "while it runs there is no import" grep -q "stop it first" "$WORLD/err"
mkdir -m 711 "$WORLD/elsewhere"
cp -a "$ESBANK_HOME/keys" "$WORLD/elsewhere/"
bank import --from "$bytea" --home "$WORLD/elsewhere"
holds "from another home neither" grep -q "a bank serves this database: stop it first" "$WORLD/err"
holds "and the words were not wrong" test "$status" = 1
# A whole visit at the machine: the card's number, card, PIN, 20.00, notes, receipt, card, cash, no more.
mkfifo "$WORLD/answers"
timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --card-file - <"$WORLD/answers" >"$WORLD/visit" 2>"$WORLD/err" &
exec 8>"$WORLD/answers"
printf '%s\n' "$card" 1 "$pin" 1 1 1 1 1 5 >&8
completed()
{
    [ "$(withdrawal_states)" = completed ]
}
await 40 completed
holds "an imported card and its old PIN draw money at the machine" completed
exec 8>&-
wait $!
holds "which tells the balance" grep -q "^Balance *497.00 EUR" "$WORLD/visit"
withdraw()
{
    terminal "{\"command\":\"InitiateWithdrawal\",\"card\":\"$card\",\"pin\":\"$1\",\"amount\":20000}"
}
withdraw 739154860428
holds "another PIN is refused" grep -q '"error":"wrong_pin"' "$WORLD/out"
withdraw "$pin"
holds "the old PIN draws money by the protocol too" grep -q '"ok":true.*"balance":29700' "$WORLD/out"
bank_stop
bank import --from "$bytea" --json
reports "what has gone on here is not imported again" \
    "0 13 0" '"$r->{appended} $r->{present} $r->{accounts_left_out}"'
bank verify
holds "and verify finds nothing" test "$status" = 0
for change in "UPDATE esbank.imported_events SET reason = 'x' WHERE position = 30" \
    "DELETE FROM esbank.imported_events WHERE position = 31"; do
    ask "BEGIN; SET LOCAL session_replication_role = replica; CREATE TABLE public.kept AS SELECT * FROM
        esbank.imported_events; $change; COMMIT" >"$WORLD/out"
    bank verify
    [ "$status" = 1 ] && grep -Eq "^FAILED +an older bank's events kept +.*not those that were sealed" "$WORLD/out"
    result "what is kept is sealed: $change" $?
    ask "BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM esbank.imported_events;
        INSERT INTO esbank.imported_events SELECT * FROM public.kept; DROP TABLE public.kept; COMMIT" >"$WORLD/out"
done
bank verify
holds "put back, all is well" test "$status" = 0

# ---- what follows from it ------------------------------------------------------------------

models="SELECT 1, row_to_json(t)::text FROM esbank.accounts t UNION ALL SELECT 2, row_to_json(t)::text FROM esbank.cards t
    UNION ALL SELECT 3, row_to_json(t)::text FROM esbank.statement t ORDER BY 1, 2"
rebuilt()
{
    ask "$models" >"$WORLD/models"
    for model in accounts cards statement withdrawals deposits teller_days; do
        "$BUILD/bank" projection rebuild "$model" >"$WORLD/out" 2>"$WORLD/err" || return 1
    done
    ask "$models" >"$WORLD/again"
    [ -s "$WORLD/models" ] && cmp "$WORLD/models" "$WORLD/again" >"$WORLD/out"
}
holds "read models made again are the same" rebuilt

# ---- erasure ---------------------------------------------------------------------------------

bank account show "$peter"
holds "the owner is known" grep -q "Petronella Quast" "$WORLD/out"
answers "and sealed in the log" 3 \
    "SELECT count(*) FROM esbank.events WHERE event_type = 'Accounts.AccountOpened' AND data->>'owner' LIKE 'sealed:v1:%'"
answers "with a key each" 3 "SELECT count(*) FROM esbank.data_keys WHERE wrapped IS NOT NULL"
ask "$events" >"$WORLD/events"
bank account erase "$peter" --yes
holds "an imported owner can be erased" test "$status" = 0
bank account show "$peter"
holds "and is" grep -Eq "^Owner +\(erased\)" "$WORLD/out"
bank import --from "$bytea" --json
reports "another import does not bring the name back" \
    "0 13 0" '"$r->{appended} $r->{present} $r->{accounts_left_out}"'
bank account show "$peter"
holds "it stays erased" grep -Eq "^Owner +\(erased\)" "$WORLD/out"
ask "$events" >"$WORLD/again"
holds "and the log as it was" cmp -s "$WORLD/events" "$WORLD/again"
bank verify
holds "in which verify finds nothing" test "$status" = 0

# ---- no PIN and no name anywhere -----------------------------------------------------------------------

hidden()
{
    for database in "$DATABASE" "$second" "$killed"; do
        pg_dump "$database" >>"$WORLD/dump" || return 1
    done
    grep -q "$peter" "$WORLD/dump" && ! grep -rlE "$pin|8604591573" "$WORLD" >"$WORLD/found" && [ ! -s "$WORLD/found" ]
}
holds "no PIN is in a dump, a log, a file or what was printed" hidden
holds "no owner's name in a dump" test "$(grep -c Petronella "$WORLD/dump")" = 0
holds "nor a whole card number but in the file asked for" test "$(grep -rl "$card" "$WORLD")" = "$WORLD/cards"

results_end
