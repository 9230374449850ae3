#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The role of the running bank: what Postgres refuses it, and that all the bank does works under it: a withdrawal, an
# import, an erasure, a rebuild, snapshots, subscriptions, verify and a take-over; on a server of somebody else's, by
# a login without rights of its own, and on the private cluster. Prints TAP. The programs are in $BUILD; run it by
# scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new role
login=${world_database:?}_login
owner_login=${world_database}_owner
trap 'bank_kill KILL; bank_kill_second; ask "DROP OWNED BY \"$login\", \"$owner_login\"; DROP ROLE \"$login\", \"$owner_login\"" \
    >"$WORLD/out" 2>&1; rm -rf "$WORLD"' EXIT

second_pid=
bank_kill_second()
{
    [ -z "$second_pid" ] || kill -KILL "$second_pid" 2>/dev/null
}

# SENTENCE SQL: the bank's role may not, and it is Postgres that says so.
denied()
{
    psql -XAtq "$AS_BANK" -v ON_ERROR_STOP=1 -c "$2" >"$WORLD/out" 2>"$WORLD/err"
    [ $? = 1 ] && grep -Eq 'permission denied|must be owner|may not exchange|is no name for a shadow' "$WORLD/err"
    result "$1" $?
}

# What is tried, in the name of $AS_BANK.
all_denied()
{
    denied "$1: an event is not changed" "UPDATE esbank.events SET data = '{}' WHERE position = 1"
    denied "$1: no event is removed" "DELETE FROM esbank.events WHERE position = 1"
    denied "$1: the log is not emptied" "TRUNCATE esbank.events CASCADE"
    denied "$1: no trigger is disabled" "ALTER TABLE esbank.events DISABLE TRIGGER ALL"
    denied "$1: no trigger is dropped" "DROP TRIGGER events_append_only ON esbank.events"
    denied "$1: none is made" "CREATE TRIGGER t BEFORE INSERT ON esbank.events EXECUTE FUNCTION esbank.refuse_change()"
    denied "$1: triggers are not switched off for the session" "SET session_replication_role = replica"
    denied "$1: no function is replaced" "CREATE OR REPLACE FUNCTION esbank.superseded(is_at bigint, is_epoch bigint,
        known bigint, my_epoch bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'"
    denied "$1: none is added" "CREATE FUNCTION esbank.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    denied "$1: the log is not altered" "ALTER TABLE esbank.events ADD COLUMN note text"
    denied "$1: nor given away" "ALTER TABLE esbank.events OWNER TO esbank_bank"
    denied "$1: nor dropped" "DROP TABLE esbank.events CASCADE"
    denied "$1: no table is made" "CREATE TABLE esbank.mine (x int)"
    denied "$1: the memory of commands is not changed" "UPDATE esbank.commands SET reply = ''"
    denied "$1: nor shortened" "DELETE FROM esbank.commands"
    denied "$1: the log keeps its head" "DELETE FROM esbank.log_head"
    denied "$1: a data key is not changed by hand" "UPDATE esbank.data_keys SET wrapped = NULL, shredded_at = now()"
    denied "$1: what was kept of an import stays" "DELETE FROM esbank.imported_events"
    denied "$1: the list of migrations is not changed" "DELETE FROM esbank.migrations"
    denied "$1: a key's check value is not forgotten" "DELETE FROM esbank.key_checks"
    denied "$1: the log is not exchanged for a shadow" "SELECT esbank.shadow_make('events', 'events_shadow')"
    denied "$1: nor for one that is there" "SELECT esbank.shadow_swap('events', 'events_rebuild')"
    denied "$1: a shadow's name hits nothing else" "SELECT esbank.shadow_make('accounts', 'events')"
    denied "$1: a note names nothing else" "SELECT esbank.shadow_note('accounts', 'events', '')"
    denied "$1: the role gives itself nothing" "GRANT UPDATE ON esbank.events TO esbank_bank;
        UPDATE esbank.events SET data = '{}'"
    denied "$1: it makes no roles" "CREATE ROLE esbank_helper"
}

session_is()
{
    [ "$(psql -XAtq "$DATABASE" -c "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name LIKE 'bank%' AND usename <> '$1'")" = 0 ]
}

# ---- a login of somebody else's server -----------------------------------------

ask "CREATE ROLE \"$login\" LOGIN; CREATE ROLE \"$owner_login\" LOGIN"
OWNER_DB=$DATABASE
LOGIN_DB=$(echo "$DATABASE" | sed "s/user=esbank/user=$login/")
ESBANK_DB=$LOGIN_DB
bank serve
refused "a login that may not make the schema says so" 1 \
    "run .bank migrate --db CONNINFO. as the schema's owner"
bank migrate --db "$OWNER_DB"
did "the owner makes it" 'migrations applied'
bank serve
refused "a login without rights is told what it lacks" 1 \
    "\"$login\" lacks USAGE on the schema esbank: run .*GRANT esbank_bank TO"
ask "GRANT esbank_bank TO \"$login\"; ALTER ROLE \"$login\" NOINHERIT"
bank_start
result "with the role granted it serves" $?
! grep -q history-unguarded "$WORLD/bank.log"
result "and history is out of its reach" $?
AS_BANK="$LOGIN_DB options='-c role=esbank_bank'"
all_denied "a session of the bank"
holds "its sessions are that login's" session_is "$login"

account_new
visit
holds "a withdrawal is made" ended completed
bank projection rebuild accounts
did "a read model is made again" 'events'
bank projection rebuild withdrawals
did "so is another" 'events'
bank account show "$account"
did "and says the same" '^Balance +480\.00'
bank snapshot take
did "snapshots are taken" '[0-9]'
bank snapshot drop
did "and dropped" '[0-9]'
bank subscription list
did "event handlers run" 'live'
bank subscription reset low_cash --from 0
[ "$status" = 0 ] || bank subscription reset low_cash
result "and can be reset" "$status"
bank account erase "$account" --yes
did "an owner is erased" 'is erased'
bank verify
did "verify finds nothing wrong" ''
ask "UPDATE esbank.projections SET version = -1 WHERE name = 'accounts'"
bank_stop
bank_start
accounts_again()
{
    [ "$(ask "SELECT version > 0 AND state = 'inline' FROM esbank.projections WHERE name = 'accounts'")" = t ]
}
holds "a read model of another version is made again by the bank" await 60 accounts_again
bank account list
did "and is read" '480\.00'

# ---- a take-over ------------------------------------------------------------------

# What an earlier bank of this login has left is ended by the one that takes over: here, a session that waits for the
# lock of its second one, and would hold it next.
SECOND=$WORLD/second
mkdir -m 711 "$SECOND"
cp -rp "$ESBANK_HOME/keys" "$SECOND/"
setsid "$BUILD/bank" serve --home "$SECOND" >>"$WORLD/second.log" 2>&1 </dev/null &
second_pid=$!
stands_by()
{
    grep -q standby "$WORLD/second.log"
}
holds "a second bank stands by" await 60 stands_by
psql -XAtq "$LOGIN_DB" -c "SELECT pg_advisory_lock(7310595820020203), pg_sleep(600)" >"$WORLD/left" 2>&1 &
left_pid=$!
waits()
{
    [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND wait_event = 'advisory'
        AND pid <> pg_backend_pid()")" = 1 ]
}
holds "a session of the same login waits" await 60 waits
bank_kill KILL
second_serves()
{
    ESBANK_HOME=$SECOND timeout 5 "$BUILD/bank" ping >"$WORLD/out" 2>"$WORLD/err"
}
holds "it takes over" await 60 second_serves
await 60 gone "$left_pid"
grep -q 'terminating connection' "$WORLD/left"
result "and has ended that session" $?
ESBANK_HOME=$SECOND bank account deposit "$account" 20
did "and goes on" '500\.00'
kill -TERM "$second_pid"
await 60 gone "$second_pid"
second_pid=

# ---- what is lacking -----------------------------------------------------------------

ask "REVOKE INSERT ON esbank.events FROM esbank_bank; REVOKE SELECT ON esbank.alerts FROM esbank_bank"
bank serve
refused "what the role lacks is named, and how much" 1 \
    '"esbank_bank" lacks .* on esbank\.[a-z]+ and 1 more: run .bank migrate'
bank migrate --db "$OWNER_DB"
did "migrate puts it right" 'up to date'
ask "GRANT UPDATE, TRUNCATE ON esbank.events TO esbank_bank"
bank migrate --db "$OWNER_DB"
AS_BANK="$LOGIN_DB options='-c role=esbank_bank'"
denied "and takes back what is too much" "UPDATE esbank.events SET data = '{}'"

# ---- an owner that may not make roles, without the role -------------------------------

ask "REVOKE esbank_bank FROM \"$login\""
ask "ALTER DATABASE \"$world_database\" OWNER TO \"$owner_login\"; ALTER SCHEMA esbank OWNER TO \"$owner_login\"" 
ask "DO \$\$ DECLARE r record; BEGIN
    FOR r IN SELECT oid::regclass AS name, relkind FROM pg_class WHERE relnamespace = 'esbank'::regnamespace AND relkind IN ('r', 'v') LOOP
        EXECUTE format('ALTER %s %s OWNER TO %I', CASE r.relkind WHEN 'r' THEN 'TABLE' ELSE 'VIEW' END, r.name, '$owner_login'); END LOOP;
    FOR r IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'esbank'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', r.name, '$owner_login'); END LOOP; END \$\$"
ESBANK_DB=$(echo "$OWNER_DB" | sed "s/user=esbank/user=$owner_login/")
: >"$WORLD/bank.log"
bank_start
result "an owner that is no member of the role serves all the same" $?
grep -q 'history-unguarded .*why="the database role .*_owner could change history' "$WORLD/bank.log"
result "and the log says what that means" $?
bank account deposit "$account" 1
did "it works" '501\.00'
bank_stop

# ---- the private cluster --------------------------------------------------------------

rm -rf "$WORLD"
world_new role_private private
bank_start
result "a bank with a cluster of its own starts" $?
AS_BANK=$(echo "$DATABASE" | sed 's/user=esbank/user=esbank_bank/')
all_denied "the private cluster"
holds "nothing of the bank that listens is the owner's" session_is esbank_bank
account_new
visit
holds "a withdrawal is made there" ended completed
bank projection rebuild statement
did "and a read model again" 'events'
bank account erase "$account" --yes
did "and an owner erased" 'is erased'
bank verify
did "and verify finds nothing wrong" ''
kill -KILL "$(ask "SELECT pid FROM pg_stat_activity WHERE application_name = 'bank: second writer'")" 2>/dev/null
holds "the cluster comes back after its crash" await 60 bank_answers
bank_stop
results_end
