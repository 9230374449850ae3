#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The variables of libpq in the environment: none of them comes between the bank and its private cluster; beside --db
# they say what they say to every program of libpq's. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new environment private
trap 'bank_kill TERM; psql -Xq "$server dbname=postgres" -c "DROP DATABASE IF EXISTS \"$other\" WITH (FORCE)" \
    >"$WORLD/out" 2>&1; rm -rf "$WORLD"' EXIT
server=$ESBANK_TEST_PG
other=environment_$$

# Each of them alone would do.
hostile='PGSERVICE=nowhere PGSERVICEFILE=/nowhere PGHOST=/nowhere PGHOSTADDR=192.0.2.1 PGPORT=1 PGUSER=nobody
    PGDATABASE=nothing PGGSSENCMODE=require PGTARGETSESSIONATTRS=standby PGCHANNELBINDING=require PGSSLMODE=verify-full
    PGSSLROOTCERT=system PGREQUIREPEER=nobody PGREQUIREAUTH=gss PGCONNECT_TIMEOUT=none PGOPTIONS=-cno=such
    PGCLIENTENCODING=LATIN1 PGTZ=nowhere PGDATA=/nowhere PGAPPNAME=x PGLOCALEDIR=/nowhere PGSSLMINPROTOCOLVERSION=x'
# shellcheck disable=SC2163,SC2086  # $variable is the assignment itself
for variable in $hostile; do
    export "$variable"
done
bank_start
result "the private cluster is made, started and reached whatever libpq's variables say" $?
account_new
bank account list
did "and so by commands" '500.00'
bank verify
did "of every kind" '^ok +hash chain'
bank migrate
did "also by one that changes it" 'up to date'
bank_stop
bank_start
result "and it is found again" $?
bank_stop
for variable in $hostile; do
    unset "${variable%%=*}"
done

# ---- a server of somebody else's ----

psql -Xq "$server dbname=postgres" -c "CREATE DATABASE $other TEMPLATE template0" >"$WORLD/out" 2>&1
host=${server#host=}
printf '[theirs]\nhost=%s\nport=5432\nuser=esbank\ndbname=%s\n' "${host%% *}" "$other" >"$WORLD/services"
PGSERVICEFILE=$WORLD/services bank migrate --db service=theirs
did "--db may name a service" 'migrations applied'
PGHOST=${host%% *} PGUSER=esbank bank migrate --db "dbname=$other"
did "or leave the host to the environment" 'up to date'
PGHOST=${host%% *} PGUSER=esbank PGTARGETSESSIONATTRS=standby bank migrate --db "dbname=$other"
refused "which says there what it says to other programs" 1 'not in hot standby'
PGHOST=${host%% *} PGUSER=esbank bank import --from "dbname=$other"
refused "also of an older bank's database that goes into the private cluster" 2 'search path'
results_end
