#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A copy of a bank's data put into another schema: a log whose head is not its end is not served, in one sentence, and
# nothing asks for it again and again meanwhile. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new restored
server=$ESBANK_TEST_PG
copy=${world_database:?}_copy
trap 'bank_kill KILL; psql -Xq "$server dbname=postgres" -c "DROP DATABASE IF EXISTS \"$copy\" WITH (FORCE)" \
    -c "DROP DATABASE \"$world_database\" WITH (FORCE)" >"$WORLD/out" 2>&1; rm -rf "$WORLD"' EXIT
bank_start
account_new
bank_stop
psql -Xq "$server dbname=postgres" -c "CREATE DATABASE \"$copy\" TEMPLATE template0"
there="$server dbname=$copy"
bank migrate --db "$there"
pg_dump --data-only --schema=esbank -d "$DATABASE" >"$WORLD/dump" 2>"$WORLD/err"
psql -Xq "$there" <"$WORLD/dump" >"$WORLD/restored" 2>&1
[ "$(psql -XAtq "$there" -c 'SELECT (SELECT count(*) > 3 FROM esbank.events) AND position = 0 FROM esbank.log_head')" = t ]
result "data alone, put into a schema that is there, leave its head behind the events" $?
timeout 20 "$BUILD/bank" serve --db "$there" >"$WORLD/out" 2>"$WORLD/err"
status=$?
refused "such a log is not served" 1 'verify'
bank verify --db "$there"
[ "$status" = 1 ] && grep -q '^FAILED *head of the log' "$WORLD/out"
result "verify says the same" $?

# ---- while it runs ----

# Statements of all sessions within a second.
pace()
{
    pace_before=$(ask "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
    sleep 1
    echo $(($(ask "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()") -
        pace_before))
}

# SENTENCE SQL: with that done by hand beneath it a bank that is given a command ends, or is at rest.
struck()
{
    if ! bank_start ||
        ! psql -XAtq "$DATABASE" -v ON_ERROR_STOP=1 -c "$2" >"$WORLD/out" 2>"$WORLD/err"; then
        result "$1: it could be struck" 1
        bank_kill KILL
        return
    fi
    timeout 3 "$BUILD/bank" account deposit "$account" 1.01 >"$WORLD/out" 2>"$WORLD/err"
    pace >"$WORLD/pace"
    [ "$(cat "$WORLD/pace")" -lt 200 ]
    result "$1" $?
    bank_kill KILL
}

ESBANK_DB=$DATABASE
struck "an event from elsewhere, beyond the head, makes no loop hot" "INSERT INTO esbank.events SELECT position + 1, stream_id,
    stream_version + 1, gen_random_uuid(), event_type, causation_id, correlation_id, data, metadata, created_at, hash, seal
    FROM esbank.events ORDER BY position DESC LIMIT 1"
psql -XAtq "$DATABASE" -c "ALTER TABLE esbank.events DISABLE TRIGGER USER" \
    -c "DELETE FROM esbank.events WHERE position > (SELECT position FROM esbank.log_head)" \
    -c "ALTER TABLE esbank.events ENABLE TRIGGER USER" >"$WORLD/out" 2>&1
struck "nor does a head that is set back under a running bank" "ALTER TABLE esbank.log_head DISABLE TRIGGER USER;
    UPDATE esbank.log_head SET position = position - 2"
results_end
