#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The private cluster when its Postgres is stuck: it is stopped within seconds all the same, and the next bank is not
# kept waiting by what is left of it. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new ends private
data=$ESBANK_HOME/pg/data
stuck=
trap '[ -z "$stuck" ] || kill -KILL "$stuck" 2>/dev/null; bank_kill TERM; rm -rf "$WORLD"' EXIT
bank_start
account_new
bank_stop

# The pid of the server's process that shows $1.
process()
{
    for directory in /proc/[0-9]*; do
        [ "$(readlink "$directory/cwd" 2>/dev/null)" = "$data" ] &&
            tr '\0' ' ' <"$directory/cmdline" 2>/dev/null | grep -q "^postgres: [^:]*: $1" && echo "${directory#/proc/}"
    done
}

is_there()
{
    stuck=$(process "$1")
    [ -n "$stuck" ]
}

postmaster()
{
    head -1 "$data/postmaster.pid"
}

none_left()
{
    [ -z "$(process .)" ]
}

# A start that replays its log and does not come to the end of it.
settings=$ESBANK_PG_OPTIONS
printf '#!/bin/sh\nexec sleep 1000\n' >"$WORLD/slow"
chmod 755 "$WORLD/slow" "$WORLD"
recovering_start()
{
    touch "$data/recovery.signal"
    ESBANK_PG_OPTIONS="$settings -c restore_command=$WORLD/slow" setsid "$BUILD/bank" serve --home "$ESBANK_HOME" \
        >>"$WORLD/bank.log" 2>&1 </dev/null &
    echo $! >"$WORLD/bank.pid"
    await 30 is_there startup && kill -STOP "$stuck"
}

said()
{
    grep -q "$1" "$WORLD/bank.log"
}

recovering_start
await 10 said 'waiting .*Postgres is starting'
result "a start says what it waits for" $?
kill -TERM "$(cat "$WORLD/bank.pid")"
await 8 gone "$(cat "$WORLD/bank.pid")"
result "a bank whose Postgres recovers is ended within seconds" $?
none_left
result "and nothing of its Postgres is left" $?

recovering_start
kill -KILL "$(cat "$WORLD/bank.pid")"
await 10 gone "$(cat "$WORLD/bank.pid")"
kill -INT "$(postmaster)"
rm -f "$data/recovery.signal"
bank_start
[ $? = 0 ] && said 'waiting .*earlier bank is ending'
result "one that was killed while it stopped such a Postgres does not keep the next one waiting" $?

is_there checkpointer && kill -STOP "$stuck"
kill -KILL "$(postmaster)"
away()
{
    "$BUILD/bank" account deposit "$account" 1.00 >"$WORLD/out" 2>"$WORLD/err"
}
await 30 said 'database-back' && await 10 away
result "nor does a process of a Postgres that was killed keep it from coming back" $?
bank verify
did "and nothing is lost" '^ok +hash chain'

is_there checkpointer && kill -STOP "$stuck"
kill -TERM "$(cat "$WORLD/bank.pid")"
await 25 gone "$(cat "$WORLD/bank.pid")"
result "a Postgres that cannot make its last checkpoint is ended without it" $?
stuck=
bank_start
result "which the next start makes good" $?
results_end
