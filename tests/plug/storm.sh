#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A storm: while customers' deposits go on, the bank and its Postgres are killed and stand still, the network between
# them is cut, late and narrow, an older copy of the database is put back; the machine is killed, stands still and loses
# its power in the middle of a withdrawal, and one bit of what it remembers is another; all by chance from one seed:
#
#   SEED=4711 STRIKES=1000 TEST_SECONDS=3600 scripts/test tests/plug/storm.sh
#
# ONLY="word" strikes only in ways whose name has the word; MINUTES=20 ends it after so many, whatever is left.
#
# In the end every acknowledged reply is in the log, word by word, the same id gives it again, and verify finds nothing.
# An older copy has to be refused. Every withdrawal has the end that the dispenser saw. A machine whose memory was changed
# does not serve or says that it does not know, and its counters differ from the bank's by no more than what is suspect.
# Prints TAP; the programs are in $BUILD.
# shellcheck disable=SC1091,SC2016,SC2089,SC2090,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/machine.sh
. tests/support/servers.sh
. tests/support/visits.sh

STRIKES=${STRIKES:-20} # one of each kind
SEED=${SEED:-$(date +%s)}
ONLY=${ONLY:-}
export SEED STRIKES ONLY
CUSTOMERS=3
SAMPLE=200 # acknowledged requests that are sent again
DEPOSIT='{"v":1,"id":"%s","command":"DepositMoney","account_id":"%s","amount":%d,"repeat":%s}'
export DEPOSIT
echo "# SEED=$SEED STRIKES=$STRIKES"

# ---- the customers ---------------------------------------------------------------------

# Each deposits under ids of its own, and sends one again until it is acknowledged; id and reply then stand in its file.
customer()
{
    exec perl -MIO::Socket::UNIX -e '
        my ($path, $account, $who, $file) = @ARGV;
        $SIG{PIPE} = "IGNORE";
        my ($n, $id, $repeat, $ends) = (0, undef, "false", 0);
        $SIG{TERM} = sub { $ends = 1 };
        open my $out, ">>", $file or die;
        $out->autoflush;
        while (!$ends || defined $id) {
            $id //= sprintf "%08x-%04x-4000-8000-%012x", $who, ++$n % 65536, $n;
            my $s = IO::Socket::UNIX->new(Peer => $path);
            if (!$s) { select undef, undef, undef, 0.1; next; }
            printf $s "$ENV{DEPOSIT}\n", $id, $account, $n, $repeat;
            $s->flush;
            $repeat = "true";
            my $bits = "";
            vec($bits, fileno($s), 1) = 1;
            my $line = select($bits, undef, undef, 3) ? <$s> : undef;
            if (defined $line && $line =~ /"ok":true/) {
                print $out "$id $line";
                ($id, $repeat) = (undef, "false");
            }
            select undef, undef, undef, 0.1;
        }' "$ESBANK_HOME/operator.sock" "$account" "$1" "$WORLD/acknowledged.$1"
}

acknowledged()
{
    cat "$WORLD"/acknowledged.* 2>/dev/null | wc -l
}

more_than()
{
    [ "$(acknowledged)" -gt "$1" ]
}

# A sample of them once more, under their ids, until the bank can answer: each reply has to be the acknowledged one.
sent_again()
{
    perl -MIO::Socket::UNIX -MList::Util=shuffle -e '
        my ($path, $account, $sample, @files) = @ARGV;
        srand $ENV{SEED};
        my @told = map { open my $in, "<", $_ or die; <$in> } @files;
        @told = (shuffle @told)[0 .. $sample - 1] if @told > $sample;
        my $s = IO::Socket::UNIX->new(Peer => $path) or die "the bank does not answer\n";
        alarm 60;
        for (@told) {
            my ($id, $reply) = /^(\S+) (.*\n)/ or die "no acknowledgement: $_";
            my $n = hex substr $id, -12;
            my $again;
            do {
                select undef, undef, undef, 0.1 if defined $again;
                printf $s "$ENV{DEPOSIT}\n", $id, $account, $n, "true";
                $s->flush;
                $again = <$s> // "nothing\n";
            } while $again =~ /"error":"bank_unavailable"/;
            die "$id was answered $reply and now $again" if $again ne $reply;
        }
        print scalar @told, "\n"' "$ESBANK_HOME/operator.sock" "$account" "$SAMPLE" "$WORLD"/acknowledged.* >"$WORLD/again" \
        2>"$WORLD/out"
}

# ---- strikes -----------------------------------------------------------------------------

server_stop()
{
    kill -INT "$(cat "$WORLD/a.pid")"
    await 60 gone "$(cat "$WORLD/a.pid")"
}

network_cut()
{
    echo "cut $strikes" >"$WORLD/network"
    await 10 grep -qsx "$strikes" "$WORLD/cut"
}

# $1: tenths of a second; $2: which of them; $3: any number. Where it says dropped, nothing of what was sent arrives.
strike()
{
    pause=$(awk -v tenths="$1" 'BEGIN { print tenths / 10 }')
    case $2 in
    bank_killed) bank_kill KILL && bank_start ;;
    bank_dropped) echo stall >"$WORLD/network" && sleep "$pause" && bank_kill KILL && network_cut && bank_start ;;
    bank_stopped) kill -STOP "$(cat "$WORLD/bank.pid")" && sleep "$pause" && kill -CONT "$(cat "$WORLD/bank.pid")" ;;
    server_killed) server_kill a && server_start a ;;
    server_stopped) server_pause a && sleep "$pause" && server_resume a ;;
    network_cut) network_cut ;;
    network_late) echo "delay $(($1 * 5))" >"$WORLD/network" && sleep "$pause" && echo pass >"$WORLD/network" ;;
    network_narrow) echo "throttle $(($1 * 400))" >"$WORLD/network" && sleep "$pause" && echo pass >"$WORLD/network" ;;
    network_dropped) echo stall >"$WORLD/network" && sleep "$pause" && network_cut ;;
    network_stalled) echo stall >"$WORLD/network" && sleep "$pause" && echo pass >"$WORLD/network" ;;
    older_copy) older_copy ;;
    visit_*) visit_struck "$3" strike "$1" "${2#visit_}" ;;
    machine_killed) visit_struck "$3" atm_kill ;;
    machine_stopped) visit_struck "$3" machine_stands_still "$pause" ;;
    machine_cut) machine_cut "$3" ;;
    flip_*) "$2" "$3" ;;
    esac
}

# It has acknowledged more than the copy has, so it ends, and says why; with the newer one it goes on. A customer's last
# acknowledgement may be of what the copy has already.
older_copy()
{
    server_stop
    cp -a "$WORLD/a/data" "$WORLD/a/copy"
    server_start a
    await 30 more_than $(($(acknowledged) + CUSTOMERS)) || return 1
    server_stop
    older_from=$(($(wc -l <"$WORLD/bank.log") + 1))
    mv "$WORLD/a/data" "$WORLD/a/newer" && mv "$WORLD/a/copy" "$WORLD/a/data"
    server_start a
    await 30 gone "$(cat "$WORLD/bank.pid")" || return 1
    tail -n "+$older_from" "$WORLD/bank.log" | grep -q 'is not the one this bank knew' || return 1
    server_stop
    rm -rf "$WORLD/a/data" && mv "$WORLD/a/newer" "$WORLD/a/data"
    server_start a
    bank_start
}

# ---- the storm -----------------------------------------------------------------------------

world_new storm
postgres_end()
{
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "DROP DATABASE IF EXISTS \"$world_database\" WITH (FORCE)"
}
customers=
proxy=
# shellcheck disable=SC2086  # a word each
trap 'kill -KILL $customers $proxy $atm 2>/dev/null; bank_kill KILL; servers_end; postgres_end; rm -rf "$WORLD"' EXIT
server_new a || exit 1
echo pass >"$WORLD/network"
perl tests/support/proxy.pl "$WORLD/a/.s.PGSQL.5432" "$WORLD" 2>"$WORLD/proxy.log" &
proxy=$!
await 10 test -s "$WORLD/port" || exit 1
ESBANK_DB="host=127.0.0.1 port=$(cat "$WORLD/port") user=esbank dbname=esbank"
DATABASE="host='$WORLD/a' port=5432 user=esbank dbname=esbank"
bank_start || exit 1
account_new
for who in $(seq "$CUSTOMERS"); do
    customer "$who" &
    customers="$customers $!"
done
await 20 more_than 3
result "customers are served" $?

chmod 600 "$WORLD/card"
atm_card="--card-file $WORLD/card"
atm_countdown=20 # a server that starts again may take its time
visits_new
bank account limits "$account" --daily-limit 0 --daily-count 0 && bank account deposit "$account" 1000000 && atm_code &&
    atm_start && converse goodbye && await 20 saf_is_empty
result "and so is one at the machine" $?
atm_end

strikes=0
failed=
ends=$(($(date +%s) + ${MINUTES:-1440} * 60))
perl -MList::Util=shuffle -e 'srand $ENV{SEED};
    my @kinds = grep { /$ENV{ONLY}/ } qw(bank_killed bank_dropped bank_stopped server_killed server_stopped network_cut
        network_late network_narrow network_stalled network_dropped older_copy visit_bank_killed visit_server_killed
        visit_network_cut machine_killed machine_stopped machine_cut flip_dispenser flip_advice flip_journal) or die "there is no $ENV{ONLY}\n";
    my @deck;
    for (1 .. $ENV{STRIKES}) {
        @deck = shuffle @kinds if !@deck;
        printf "%d %s %d\n", 1 + int rand 20, pop @deck, int rand 1e6;
    }' >"$WORLD/strikes" || exit 1
while read -r tenths kind number; do
    [ "$(date +%s)" -lt "$ends" ] || break
    strikes=$((strikes + 1))
    before=$(acknowledged)
    if ! { strike "$tenths" "$kind" "$number" >>"$WORLD/struck" 2>&1 && await 40 more_than "$before"; }; then
        failed="$strikes:$kind $number"
        break
    fi
    alive "$(cat "$WORLD/bank.pid")" || bank_start
done <"$WORLD/strikes"
echo "# $(acknowledged) acknowledged through $(head -n "$strikes" "$WORLD/strikes" | sort |
    awk '{ n[$2]++ } END { for (k in n) printf "%s %d, ", k, n[k] }')and no more"
sed 's/^/# /' "$WORLD/why"
[ -z "$failed" ] || { echo "# SEED=$SEED failed at strike $failed"; tail -5 "$WORLD/struck" | sed 's/^/# /'; }
holds "after each strike they are served again" test -z "$failed"

# One that waits for its last reply waits for ever where there is none to come.
signal=TERM
[ -z "$failed" ] || signal=KILL
# shellcheck disable=SC2086
kill "-$signal" $customers
# shellcheck disable=SC2086
wait $customers
customers=
cat "$WORLD"/acknowledged.* | sort >"$WORLD/told"
ask "SELECT command_id || ' ' || reply FROM esbank.commands WHERE reply LIKE '%\"balance\"%'" | sort >"$WORLD/kept"
comm -23 "$WORLD/told" "$WORLD/kept" >"$WORLD/out"
holds "every acknowledged reply is in the log, word by word" test ! -s "$WORLD/out"
holds "none of them twice" test -z "$(cut -d' ' -f1 "$WORLD/told" | uniq -d)"
sent_again
result "the same ids give the same bytes, $(cat "$WORLD/again") times" $?
ask_models "SELECT withdrawal_id, state FROM esbank.withdrawals WHERE state NOT IN ('completed', 'reversed', 'declined')" |
    grep -v '|\(suspect\|disputed\)$' | grep -vFf "$WORLD/flipped" >"$WORLD/out"
holds "every withdrawal has its end, or is suspect" test ! -s "$WORLD/out"
cp "$WORLD/why" "$WORLD/out"
[ -n "$failed" ] || counters_agree
result "the machine's counters and the bank's differ by no more than that" $?
today=$(bank day list --json && sed 's/.*"business_day": *"\([^"]*\)".*/\1/;q' "$WORLD/out")
bank day close --teller "$teller" --yes && bank day show "$today" --teller "$teller"
did "its business day ends with a report that balances" '^The report balances\.$'
bank_stop
bank verify --db "$DATABASE"
did "and verify finds nothing" '^ok +seals'
results_end
