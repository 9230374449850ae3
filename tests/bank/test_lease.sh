#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The lease of the active bank: one that stands still is superseded by one that may end its sessions; one that may
# not says so as it starts, with what to grant. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh

world_new lease
role="other_$(basename "$WORLD" | tr -dc 'a-z0-9')"
second=0
trap 'bank_kill KILL; [ "$second" = 0 ] || kill -KILL "$second"; ask "DROP OWNED BY $role; DROP ROLE $role" >/dev/null; rm -rf "$WORLD"' EXIT

# USER: another bank on the same database, with a home of its own, logging in as that.
second_start()
{
    : >"$WORLD/second.log"
    setsid "$BUILD/bank" serve --home "$WORLD/second" --db "$DATABASE user=$1" >"$WORLD/second.log" 2>&1 </dev/null &
    second=$!
}

second_says()
{
    grep -Eq "$1" "$WORLD/second.log"
}

second_end()
{
    kill -TERM "$second"
    await 30 gone "$second"
    second=0
}

bank_start || exit 1
account_new
mkdir -m 711 "$WORLD/second"
cp -a "$ESBANK_HOME/keys" "$WORLD/second/"
ask "CREATE ROLE $role LOGIN; GRANT esbank_bank TO $role; GRANT CONNECT ON DATABASE \"$world_database\" TO $role" >/dev/null

second_start "$role"
holds "a bank that may not end the other one's sessions says so, with what to grant" \
    await 30 second_says "bank: standby .*: GRANT esbank TO $role\""
second_end

second_start esbank
holds "one that may says nothing of it" await 30 second_says 'bank: standby .*when it ends"'
kill -STOP "$(cat "$WORLD/bank.pid")"
stopped=$(date +%s%N)
holds "it takes over from one that stands still" await 20 second_says 'bank: take-over '
echo "# after $((($(date +%s%N) - stopped) / 1000000)) ms"
holds "and says why" second_says 'bank: lease-expired .*silent_ms=3'
inactive=$(grep -c 'bank: inactive ' "$WORLD/bank.log")
kill -CONT "$(cat "$WORLD/bank.pid")"
noticed()
{
    [ "$(grep -c 'bank: inactive ' "$WORLD/bank.log")" -gt "$inactive" ]
}
holds "that one knows when it goes on" await 20 noticed
second_end
holds "and has its turn again" await 20 bank_answers
bank account deposit "$account" 1.00
did "and serves" .
bank_stop
bank verify
did "the log is clean" '^ok +seals'
results_end
