#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How long it takes until somebody is served again: the active bank killed, the active bank stopped (SIGSTOP), the
# primary killed, the primary stopped; with a second bank that stands by, and a synchronous standby that is promoted
# at once. From the blow to the first deposit that is acknowledged. Prints the medians of $ROUNDS (5).
#
#   ROUNDS=9 scripts/test tests/bench/takeover.sh        on a machine that does nothing else
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/servers.sh

# HOME...: milliseconds until one of the banks there acknowledges a deposit; each is asked again and again, always
# under a new id. The clock begins before the blow, which it strikes itself: $blow is a command.
served_after()
{
    blow=$blow timeout 60 perl -MIO::Socket::UNIX -MTime::HiRes=time -e '
        my ($account, @homes) = @ARGV;
        my $start = time;
        system($ENV{blow}) == 0 or die "the blow failed\n";
        for (my $n = 1; time - $start < 55; $n++) {
            my $s = IO::Socket::UNIX->new(Peer => "$homes[$n % @homes]/operator.sock") or next;
            printf $s "{\"v\":1,\"id\":\"%08x-%04x-4000-8000-%012x\",\"command\":\"DepositMoney\",\"account_id\":\"%s\",\"amount\":100}\n",
                $$, $n % 65536, time, $account;
            $s->flush;
            my $bits = "";
            vec($bits, fileno($s), 1) = 1;
            my $line = select($bits, undef, undef, 0.1) ? <$s> : undef;
            if (defined $line && $line =~ /"ok":true/) {
                printf "%d\n", (time - $start) * 1000;
                exit 0;
            }
            select undef, undef, undef, 0.02;
        }
        exit 1' "$account" "$@"
}

second_start()
{
    setsid "$BUILD/bank" serve --home "$WORLD/second" >>"$WORLD/second.log" 2>&1 </dev/null &
    second=$!
    await 30 grep -q 'bank: standby ' "$WORLD/second.log"
}

world_begin()
{
    world_new takeover
    servers_new synchronous_standby_names=b && bank_start || exit 1
    account_new
    mkdir -m 711 "$WORLD/second"
    cp -a "$ESBANK_HOME/keys" "$WORLD/second/"
    second_start || exit 1
}

world_end()
{
    kill -CONT "$(cat "$WORLD/bank.pid")" "$second" 2>/dev/null
    kill -KILL "$(cat "$WORLD/bank.pid")" "$second" 2>/dev/null
    servers_end
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "DROP DATABASE IF EXISTS \"$world_database\" WITH (FORCE)"
    rm -rf "$WORLD"
}

# SENTENCE BLOW
measure()
{
    times=
    for round in $(seq "${ROUNDS:-5}"); do
        world_begin
        blow=$(eval "echo \"$2\"")
        times="$times $(served_after "$ESBANK_HOME" "$WORLD/second")"
        world_end
    done
    echo "# $1: median $(printf '%s\n' $times | sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }') ms of$times"
    # shellcheck disable=SC2086
    [ "$(echo $times | wc -w)" = "${ROUNDS:-5}" ]
    result "$1: all were served again" $?
}

trap 'world_end 2>/dev/null' EXIT
all_of_a='$(server_pids a | tr "\n" " ")'
promote_b="cd / && $server_owner $server_bin/pg_ctl -D "'$WORLD/b/data -w promote >/dev/null'
measure "bank killed" 'kill -KILL $(cat "$WORLD/bank.pid")'
measure "bank stopped" 'kill -STOP $(cat "$WORLD/bank.pid")'
measure "primary killed" "kill -KILL $all_of_a; $promote_b"
measure "primary stopped" "kill -STOP $all_of_a; $promote_b"
results_end
