#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A rebuilt read model is the live one, whatever stands in its way; and verify finds
# what was tampered with and names it. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new verify
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

bank_start || exit 1
account_new
visit
await 10 ended completed
echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
await 10 ended completed,suspect
terminal '{"id":"'$nobody'","command":"InitiateDeposit","card":"4000001234567899","pin":"1234"}' \
    '{"command":"ConfirmDeposit","deposit_id":"'$nobody'","outcome":"counted","notes":[{"denomination":5000,"count":2}]}'
did "a withdrawal, a suspect one and a deposit" '"state":"completed","amount":10000'
deposited=$(ask "SELECT min(position) FROM esbank.events WHERE event_type = 'Accounts.MoneyDeposited'")

# ---- read models ---------------------------------------------------------------

bank projection list
did "projection list" '^accounts +inline .* 0 +0'
bank projection rebuild nothing
refused "a projection is one of those there are" 2 'give one of accounts, '

# All rows of a read model, and what hangs on its table.
picture()
{
    ask "SELECT t::text FROM esbank.$1 t ORDER BY 1"
    ask "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'esbank.$1'::regclass ORDER BY 1"
    ask "SELECT obj_description('esbank.$1'::regclass, 'pg_class'), relacl FROM pg_class WHERE oid = 'esbank.$1'::regclass"
}
ask "GRANT SELECT ON esbank.accounts TO PUBLIC"
for name in accounts cards deposits statement teller_days withdrawals; do
    picture "$name" >"$WORLD/live"
    bank projection rebuild "$name"
    did "projection rebuild $name" "$name is rebuilt up to position [0-9]+"
    picture "$name" >"$WORLD/again"
    holds "and is what it was" cmp "$WORLD/live" "$WORLD/again"
done
bank account deposit "$account" 1
did "the bank goes on with the rebuilt table" 'the balance is'
balance=$(ask "SELECT balance FROM esbank.accounts WHERE account_id = '$account'")
bank account show "$account" --json
holds "which shows what it did" test "$(member balance)" = "$balance"
bank projection list --json
did "and rides" '"name":"accounts","state":"inline".*"lag":0'

# A reader that holds on to the table keeps the exchange off; what is folded by then is kept when we are killed.
psql -Xq "$DATABASE" -c "BEGIN; LOCK TABLE esbank.accounts IN ACCESS SHARE MODE; SELECT pg_sleep(60)" \
    >"$WORLD/out" 2>&1 &
reader_waits()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.accounts'::regclass AND granted
        AND mode = 'AccessShareLock'")" -ge 1 ]
}
shadow_filled()
{
    ask "SELECT obj_description('esbank.accounts_rebuild'::regclass, 'pg_class')" 2>/dev/null |
        grep -q 'position [1-9]'
}
await 10 reader_waits
"$BUILD/bank" projection rebuild accounts >"$WORLD/out" 2>"$WORLD/err" &
rebuilder=$!
await 10 shadow_filled
result "a rebuild fills a shadow" $?
kill "$rebuilder"
bank account list
did "readers see the table all the while" "^$account"
bank account deposit "$account" 2
did "the bank goes on all the while" 'the balance is'
ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()" \
    >"$WORLD/out"
# What fails for now is not the events' fault: none of them is left out for it, and the table stays what it was.
ask "CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'No space left on device'
    USING ERRCODE = 'disk_full'; END \$\$; CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON esbank.accounts_rebuild
    FOR EACH STATEMENT EXECUTE FUNCTION public.full()" >"$WORLD/out"
bank projection rebuild accounts
refused "a rebuild that finds the disk full gives up" 1 'the database refused: .*No space left'
holds "and parks nothing" test "$(ask "SELECT count(*) FROM esbank.parked_events")" = 0
ask "DROP TRIGGER full_disk ON esbank.accounts_rebuild" >"$WORLD/out"
bank projection rebuild accounts
did "a rebuild that was killed goes on where it was" \
    'rebuilt up to .*: [0-9] events after those of the earlier try'
holds "and leaves nothing behind" test -z "$(ask "SELECT to_regclass('esbank.accounts_rebuild')")"

# A reader that is busy for longer than the exchange may wait: it is tried again, until it lets go.
psql -Xq "$DATABASE" -c "BEGIN; LOCK TABLE esbank.accounts IN ACCESS SHARE MODE; SELECT pg_sleep(60)" \
    >"$WORLD/out" 2>&1 &
exchange_waits()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.accounts'::regclass AND NOT granted
        AND mode = 'AccessExclusiveLock'")" = 1 ]
}
exchange_rests()
{
    ! exchange_waits
}
await 10 reader_waits
"$BUILD/bank" projection rebuild accounts >"$WORLD/out" 2>"$WORLD/err" &
rebuilder=$!
await 20 exchange_waits && await 20 exchange_rests
result "an exchange that has to wait lets the bank through now and then" $?
ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()" \
    >"$WORLD/killed"
wait "$rebuilder"
status=$?
did "and comes about when the reader lets go" 'accounts is rebuilt'

# ---- verify --------------------------------------------------------------------

verifies()
{
    bank verify
    [ "$status" = 0 ] && [ "$(grep -c '^ok ' "$WORLD/out")" = 20 ] && ! grep -Eqv '^(ok|range|head|time|program|anchor|speed) ' "$WORLD/out"
}
holds "verify finds nothing wrong" verifies
bank verify --json
holds "and says so in JSON" is_json

# CHECK POSITION: verify fails with that check, which names that position.
finds()
{
    bank verify
    [ "$status" = 1 ] && grep -Eq "^FAILED +$1 +.*$2" "$WORLD/out"
}
tamper()
{
    ask "BEGIN; SET LOCAL session_replication_role = replica; $1; COMMIT" >"$WORLD/out" 2>"$WORLD/err"
}
tamper "CREATE TABLE public.kept AS SELECT * FROM esbank.events WHERE position = $deposited"
tamper "UPDATE esbank.events SET data = replace(data::text, '25050', '35050')::json WHERE position = $deposited"
holds "a changed event breaks the chain there" finds 'hash chain' "position $deposited, account-$account"
holds "and money is not conserved" grep -Eq '^FAILED +money conserved' "$WORLD/out"
bank verify --json
holds "in JSON, as numbers" \
    grep -q '"check":"hash chain","ok":false,"checked":[0-9]*,"failed":1,"position":'"$deposited," "$WORLD/out"
tamper "DELETE FROM esbank.events WHERE position = $deposited"
holds "a removed one leaves a gap" \
    finds 'positions without gaps' "position $((deposited + 1)), .*1 are missing"
tamper "INSERT INTO esbank.events SELECT * FROM public.kept"
holds "put back, all is well" verifies
tamper "UPDATE esbank.accounts SET balance = balance + 1 WHERE account_id = '$account'"
holds "a changed read model is found" \
    finds 'read models' 'accounts holds a row .*bank projection rebuild accounts'
holds "and the account named" grep -q "row of account $account" "$WORLD/out"
bank projection rebuild accounts
holds "and mended by a rebuild" verifies
bank snapshot take
holds "with snapshots too" verifies
tamper "CREATE TABLE public.kept_snapshots AS SELECT * FROM esbank.snapshots"
tamper "UPDATE esbank.snapshots SET state = overlay(state placing '\\x8096980000000000'::bytea from 33 for 8)
    WHERE stream_id = 'account-$account'"
holds "a changed snapshot is found" \
    finds snapshots "snapshot of account-$account is not what the events give.*snapshot drop"
tamper "UPDATE esbank.snapshots SET stream_version = stream_version + 100, state = (SELECT state FROM public.kept_snapshots k
    WHERE k.stream_id = esbank.snapshots.stream_id)"
holds "one from ahead of its stream too" finds snapshots 'does not have'
tamper "UPDATE esbank.snapshots SET stream_version = 0"
holds "and one of none" finds snapshots 'does not have'
tamper "UPDATE esbank.snapshots s SET stream_version = k.stream_version, state = overlay(k.state placing '\\x07'::bytea from 17 for 1)
    FROM public.kept_snapshots k WHERE k.stream_id = s.stream_id"
holds "and one whose state is of another version" finds snapshots 'is not what the events give'
tamper "UPDATE esbank.snapshots s SET state = k.state FROM public.kept_snapshots k WHERE k.stream_id = s.stream_id"
tamper "INSERT INTO esbank.snapshots (stream_id, stream_version, layout, state) SELECT 'account-' || repeat('z', 250), 1, 1, ''"
holds "and one of a name that no stream has" finds snapshots 'stands for no events'
tamper "INSERT INTO esbank.snapshots (stream_id, stream_version, layout, state) SELECT 'account-$nobody', 1, 1, ''"
holds "and one of a stream that is not there" finds snapshots 'stands for no events'
bank snapshot drop
holds "without them, all is well" verifies
tamper "CREATE TABLE public.kept_commands AS SELECT * FROM esbank.commands"
tamper "DELETE FROM esbank.commands WHERE command_id = (SELECT causation_id FROM esbank.events WHERE position = $deposited)"
holds "a command that is forgotten is found" finds 'commands remembered' 'has lost the command'
tamper "INSERT INTO esbank.commands SELECT * FROM public.kept_commands ON CONFLICT DO NOTHING"
tamper "UPDATE esbank.log_head SET position = position + 1"
holds "a head that is elsewhere is found" finds 'head of the log' 'its head says'
tamper "UPDATE esbank.log_head SET position = position - 1"
tamper "UPDATE esbank.events SET stream_version = 1000 WHERE position = (SELECT max(position) FROM esbank.events)"
holds "a version out of turn is found" finds 'stream versions' 'version 1000 follows version'

# A read model that cannot follow: what was done is done, and the person hears that it may not be seen yet.
ask "ALTER TABLE esbank.accounts RENAME TO gone" >"$WORLD/out"
bank account deposit "$account" 1.00 --json
[ "$status" = 0 ] && grep -q '"ok":true.*,"consistency":"eventual"}$' "$WORLD/out" &&
    grep -q '^{"caution":"it is done, but lists may not show it yet' "$WORLD/err"
result "a command whose read model is stuck succeeds in time, and says so" $?
bank dispatch '{"command":"DepositMoney","account_id":"'"$account"'","amount":100}'
did "by hand, it waits only when it says so" '"ok":true,"code":"00".*"balance":[0-9]*}$'

bank_stop
results_end
