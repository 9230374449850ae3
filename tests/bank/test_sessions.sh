#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What roles, databases, the environment and poolers would change about the bank's sessions: nothing, or it is refused
# in one sentence. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new sessions
server=$ESBANK_TEST_PG
login=${world_database:?}_login
latin=${world_database}_latin
pooler=
trap 'bank_kill KILL; [ -z "$pooler" ] || kill "$pooler" 2>/dev/null
    psql -Xq "$server dbname=postgres" -c "DROP DATABASE IF EXISTS \"$latin\" WITH (FORCE)" \
        -c "DROP DATABASE \"$world_database\" WITH (FORCE)" -c "DROP ROLE IF EXISTS \"$login\"" \
        -c "DROP ROLE IF EXISTS \"${login%_login}_limited\"" >"$WORLD/out" 2>&1
    rm -rf "$WORLD"' EXIT

# ---- settings ----

# Each would change what is stored, what is read back, how it is found, or when it is given up.
psql -Xq "$server dbname=postgres" -c "CREATE ROLE \"$login\" SUPERUSER LOGIN" >"$WORLD/out" 2>&1
for setting in "client_encoding = 'LATIN1'" "datestyle = 'SQL, DMY'" "intervalstyle = 'sql_standard'" \
    "timezone = 'Asia/Tokyo'" "bytea_output = 'escape'" "extra_float_digits = -15" "array_nulls = off" \
    "standard_conforming_strings = off" "search_path = 'nowhere'" "transform_null_equals = on" \
    "default_transaction_isolation = 'serializable'" "default_transaction_read_only = on" \
    "default_transaction_deferrable = on" "lock_timeout = '1ms'" "statement_timeout = '500ms'" \
    "idle_in_transaction_session_timeout = '1ms'" "idle_session_timeout = '100ms'" "synchronous_commit = off" \
    "enable_indexscan = off" "enable_seqscan = off" "jit = on" "jit_above_cost = 0" "plan_cache_mode = 'force_custom_plan'"; do
    # A version that lacks the setting has nothing to be changed by it.
    [ "$(psql -XAtq "$server dbname=postgres" -c "SELECT count(*) FROM pg_settings
        WHERE name = lower('${setting%% *}')")" = 0 ] ||
        psql -Xq "$server dbname=postgres" -c "ALTER ROLE \"$login\" SET $setting" >"$WORLD/out" 2>&1 || exit 1
done
ESBANK_DB="${server%user=*}user=$login dbname=$world_database"
PGCLIENTENCODING=LATIN1 PGDATESTYLE=German PGTZ=America/New_York PGOPTIONS='-c search_path=elsewhere -c bytea_output=escape'
export ESBANK_DB PGCLIENTENCODING PGDATESTYLE PGTZ PGOPTIONS
bank_start
account_new
bank dispatch '{"command":"BarTeller","teller_id":"'"$teller"'","reason":"gezählt, 5 €"}'
did "a bank whose role, database and environment set everything otherwise takes a command" 'ok'
unset PGCLIENTENCODING PGDATESTYLE PGTZ PGOPTIONS
[ "$(ask "SELECT data->>'reason' FROM esbank.events WHERE event_type = 'Teller.Barred'")" = 'gezählt, 5 €' ]
result "a reason is stored as it was typed" $?
bank account show "$account" --json
did "a command's session has none of its role's settings" '"balance":50000'
bank verify
did "and so nothing is wrong with the chain" '^ok +hash chain'
bank_stop
bank_start
result "nor is it for the bank that starts next" $?
[ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid() AND application_name NOT LIKE 'bank: %'")" = 0 ] &&
    [ "$(ask "SELECT count(*) >= 5 FROM pg_stat_activity WHERE datname = current_database()
        AND application_name LIKE 'bank: %'")" = t ]
result "every session has a name" $?
sessions_known()
{
    {
        "$BUILD/protocol_tables" sessions | sed -n 's/^| `\(bank: [^`]*\)` .*/\1/p'
        ask "SELECT 'bank: ' || name FROM esbank.subscriptions"
    } | sort >"$WORLD/named"
    ask "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()
        AND application_name LIKE 'bank: %' AND application_name NOT LIKE 'bank: command %'" | sort >"$WORLD/there"
    comm -13 "$WORLD/named" "$WORLD/there" >"$WORLD/out"
    [ ! -s "$WORLD/out" ]
}
holds "which the table of sessions has" sessions_known
"$BUILD/bank" events --follow >"$WORLD/followed" 2>&1 &
follower=$!
holds "and a command's has the command's" await 20 eval \
    '[ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"'bank: command events'"'")" = 1 ]'
kill "$follower"
bank_stop

# ---- how many ----

login_ask()
{
    psql -Xq "$server dbname=postgres" -c "$1" >"$WORLD/out" 2>&1
}
limited=${world_database}_limited
login_ask "CREATE ROLE \"$limited\" LOGIN CONNECTION LIMIT 5; GRANT esbank_bank TO \"$limited\""
there="${server%user=*}user=$limited dbname=$world_database"
bank serve --db "$there"
refused "a role that may have too few sessions is refused, with the number needed" 1 \
    'at once, of which 0 are taken, and the bank needs [0-9]+: ALTER ROLE'
needed=$(sed 's/.* needs \([0-9]*\):.*/\1/' "$WORLD/err")
login_ask "ALTER ROLE \"$limited\" CONNECTION LIMIT $needed"
ESBANK_DB=$there
bank_start
ask "UPDATE esbank.subscriptions SET position = 0" 2>"$WORLD/err"
handlers_run()
{
    [ "$(ask "SELECT count(*) FROM esbank.subscriptions s, esbank.log_head h WHERE s.position < h.position")" = 0 ]
}
await 20 handlers_run && [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE usename = '$limited'")" -ge 9 ]
result "with that number all of it runs" $?
bank_stop
psql -Xq "$there" -c 'SELECT pg_sleep(60)' >"$WORLD/out" 2>&1 &
other=$!
taken()
{
    [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE usename = '$limited' AND state = 'active'")" = 1 ]
}
await 20 taken
bank_start
grep -q 'sessions-scarce.* of which 1 are taken, and the bank needs' "$WORLD/bank.log"
result "a bank that finds some of them taken says so" $?
kill "$other"
bank_stop

# ---- encodings ----

psql -Xq "$server dbname=postgres" -c "CREATE DATABASE \"$latin\" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'" || exit 1
for command in serve migrate; do
    bank "$command" --db "$server dbname=$latin"
    refused "$command refuses a database that cannot hold UTF-8" "$([ $command = serve ] && echo 1 || echo 2)" "keeps text in LATIN1.*ENCODING 'UTF8'"
done
[ "$(psql -XAtq "$server dbname=$latin" -c "SELECT to_regnamespace('esbank') IS NULL")" = t ]
result "and leaves it as it is" $?

# ---- poolers ----

if command -v pgbouncer >"$WORLD/out" 2>&1; then
    cat >"$WORLD/pgbouncer.ini" <<END
[databases]
* = host=${server#host=}
[pgbouncer]
listen_addr =
unix_socket_dir = $WORLD
listen_port = 6432
auth_type = any
pool_mode = transaction
ignore_startup_parameters = options,extra_float_digits
END
    chmod 644 "$WORLD/pgbouncer.ini"
    chmod 777 "$WORLD"
    setpriv --reuid postgres --clear-groups pgbouncer "$WORLD/pgbouncer.ini" >"$WORLD/pgbouncer.log" 2>&1 &
    pooler=$!
    pooled="host=$WORLD port=6432 user=esbank dbname=$world_database"
    await 20 psql -Xq "$pooled" -c 'SELECT' >"$WORLD/out" 2>&1
    for command in serve migrate 'account list' verify; do
        # shellcheck disable=SC2086  # $command is several words
        bank $command --db "$pooled"
        refused "$command refuses a pooler in transaction mode" "$([ "$command" = serve ] && echo 1 || echo 2)" 'a connection pooler stands before the database'
    done
    kill "$pooler"
else
    for command in serve migrate 'account list' verify; do
        echo "ok $((results += 1)) - $command refuses a pooler # SKIP pgbouncer is not installed"
    done
fi

results_end
