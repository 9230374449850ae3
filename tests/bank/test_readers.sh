#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every command that only reads, on a standby of the bank's Postgres and by a role that may only read. Prints TAP. The
# programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new readers private
standby=
trap '[ -z "$standby" ] || kill -INT "$standby" 2>/dev/null; bank_kill TERM; rm -rf "$WORLD"' EXIT
bank_start
account_new
chmod 600 "$WORLD/card"
visit
withdrawal=$(ask_models "SELECT withdrawal_id FROM esbank.withdrawals")

# WHO CONNINFO: each of them, there.
all_read()
{
    while read -r command; do
        # shellcheck disable=SC2086  # $command is several words
        bank $command --db "$2"
        [ "$status" = 0 ] && [ -s "$WORLD/out" ] && [ ! -s "$WORLD/err" ]
        result "$1: bank ${command%% [0-9a-f]*-*}" $?
    done <<END
account list
account show $account
account show $account --at 3
account explain $account
account statement $account
card list
teller list
teller show $teller
withdrawal list
withdrawal show $withdrawal
deposit list
events
events --json
events --tree $withdrawal
projection list
snapshot list
subscription list
subscription show low_cash
keys check
END
    bank alert list --db "$2"
    [ "$status" = 0 ] && [ ! -s "$WORLD/err" ]
    result "$1: bank alert list" $?
    bank verify --db "$2"
    [ "$status" = 1 ] && grep -q '^ok  *hash chain' "$WORLD/out" && grep -q '^ok  *money conserved' "$WORLD/out" &&
        grep -q '^UNKNOWN read models .*temporary tables' "$WORLD/out" && ! grep -q '^FAILED' "$WORLD/out" &&
        grep -q '^bank: 3 checks could not be carried out' "$WORLD/err"
    result "$1: bank verify, all but what it needs temporary tables for" $?
}

ask "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA esbank TO reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA esbank TO reader; REVOKE TEMPORARY ON DATABASE esbank FROM PUBLIC"
all_read "a role that may only read" "host=$ESBANK_HOME/pg port=5432 user=reader dbname=esbank"

# ---- a standby ----

bin=$(dirname "$(readlink "/proc/$(head -1 "$ESBANK_HOME/pg/data/postmaster.pid")/exe")")
as_owner=
[ "$(id -u)" != 0 ] || as_owner="setpriv --reuid postgres --regid $(id -g postgres) --init-groups"
mkdir "$WORLD/standby"
chmod 755 "$WORLD"
[ -z "$as_owner" ] || chown postgres "$WORLD/standby"
# shellcheck disable=SC2086  # $as_owner is several words, or none
(cd / && $as_owner "$bin/pg_basebackup" -h "$ESBANK_HOME/pg" -p 5432 -U esbank -c fast -R -D "$WORLD/standby/data") \
    >"$WORLD/out" 2>"$WORLD/err" &&
    (cd / && exec $as_owner "$bin/postgres" -D "$WORLD/standby/data" -p 5433 -c listen_addresses= \
        -c unix_socket_directories="$WORLD/standby" -c fsync=off -c shared_buffers=32MB -c max_connections=40) \
        >"$WORLD/standby.log" 2>&1 </dev/null &
standby=$!
there="host=$WORLD/standby port=5433 user=esbank dbname=esbank"
caught_up()
{
    [ "$(psql -XAtq "$there" -c 'SELECT position FROM esbank.log_head' 2>&1)" = \
        "$(ask 'SELECT position FROM esbank.log_head')" ]
}
await 60 caught_up
result "there is a standby" $?
standby=$(head -1 "$WORLD/standby/data/postmaster.pid")
all_read "a standby" "$there"
bank projection rebuild accounts --db "$there"
refused "a standby: what writes says that it cannot" 1 'read-only'
results_end
