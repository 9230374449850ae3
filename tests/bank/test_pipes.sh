#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The ends of pipes and terminals: `atm --plain` at the end of its input, `bank events --follow` whose reader or
# database goes away, `bank console` on terminals of every kind. Prints TAP. The programs are in $BUILD; run it by
# scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new pipes private
follower=
trap '[ -z "$follower" ] || kill "$follower" 2>/dev/null; bank_kill TERM; rm -rf "$WORLD"' EXIT
bank_start
account_new
chmod 600 "$WORLD/card"

# ---- atm --plain ----

# SENTENCE INPUT: with that input the ATM ends by itself, long before its own clocks would end it.
at_once()
{
    printf '%b' "$2" | timeout 10 "$BUILD/atm" --plain --home "$ESBANK_HOME" --card-file "$WORLD/card" \
        >"$WORLD/out" 2>"$WORLD/err"
    result "$1" $?
}

at_once "without any input the ATM ends at once" ''
at_once "so it does before a PIN" '1\n'
at_once "and in the middle of a visit" '1\n1234\n'
at_once "and with a line that has no end" 'q'
timeout 10 "$BUILD/atm" --plain --home "$ESBANK_HOME" --card-file "$WORLD/card" >"$WORLD/out" 2>"$WORLD/err" <&-
result "and with no standard input at all" $?
printf '1\n1234\n' | timeout 10 "$BUILD/atm" --plain --home "$ESBANK_HOME" --card-file "$WORLD/card" \
    >/dev/full 2>"$WORLD/err"
[ $? = 1 ] && grep -q 'could not be written' "$WORLD/err"
result "an ATM whose words cannot be written says so and ends" $?

# ---- a line that never stops ----

TERM=xterm-256color
export TERM
for text in '\x01' '7' '\x1b[<' '\x1b[<0;1;1M' '\x1b'; do
    timeout 60 python3 tests/support/flood.py "$text" 'atm: welcome' "$BUILD/atm" --home "$ESBANK_HOME" \
        --card-file "$WORLD/card" >"$WORLD/out" 2>"$WORLD/err"
    result "an ATM whose line never stops sending $text still hears a signal" $?
done

# ---- bank events --follow ----

mkfifo "$WORLD/fifo"
"$BUILD/bank" events --limit 1 --follow >"$WORLD/fifo" 2>"$WORLD/err" &
follower=$!
head -1 "$WORLD/fifo" >"$WORLD/out"
await 10 gone "$follower"
result "events --follow ends with its reader, though no event comes" $?

"$BUILD/bank" events --from 1 --json --follow >"$WORLD/followed" 2>"$WORLD/err" &
follower=$!
count_is()
{
    [ "$(wc -l <"$WORLD/followed")" = "$(ask 'SELECT count(*) FROM esbank.events')" ]
}
await 10 count_is
kill -KILL "$(head -1 "$ESBANK_HOME/pg/data/postmaster.pid")"
await 20 bank_answers
await 20 "$BUILD/bank" account deposit "$account" 1.00 >"$WORLD/out" 2>"$WORLD/err2"
await 20 count_is
result "events --follow goes on when Postgres comes back" $?
bank_stop
bank_start
"$BUILD/bank" account deposit "$account" 2.00 >"$WORLD/out"
await 20 count_is && kill -0 "$follower"
result "and when the bank does" $?
python3 -c 'import json, sys
positions = [json.loads(line)["position"] for line in open(sys.argv[1])]
sys.exit(positions != list(range(1, len(positions) + 1)))' "$WORLD/followed"
result "each event once, in order, none left out" $?
[ "$(grep -c 'going on when it is back' "$WORLD/err")" -ge 1 ]
result "and says that it waits" $?
kill "$follower"
follower=

bank events --stream nope
refused "a stream that is not there is an error" 2 '--stream wants account-ID, teller-ID or bank, not "nope"'
bank events --reverse --limit 2
last=$(ask 'SELECT position FROM esbank.log_head')
[ "$(sed 's/^ *\([0-9]*\) .*/\1/' "$WORLD/out" | tr '\n' ' ')" = "$last $((last - 1)) " ]
result "events --reverse has the latest first" $?
bank events --reverse --follow
refused "which has no end to follow" 2 'reverse and --follow exclude each other'

# ---- bank console ----

timeout 60 python3 tests/support/console.py 100 "$BUILD/bank" see 'withdrawals/s' keys '\x1c' keys 6 \
    see POSITION keys ' ' see paused keys q end 0 >"$WORLD/out" 2>"$WORLD/err"
result "Ctrl-\\ does not end the console, q does" $?
timeout 60 python3 tests/support/console.py 100 "$BUILD/bank" see 'withdrawals/s' gone '' end 0 >"$WORLD/out" 2>"$WORLD/err"
result "it ends with its terminal" $?
timeout 60 python3 tests/support/console.py 100 "$BUILD/bank" see '[38;5;' keys q end 0 >"$WORLD/out" 2>"$WORLD/err"
result "it has colours" $?
NO_COLOR=1 timeout 60 python3 tests/support/console.py 100 "$BUILD/bank" see 'withdrawals/s' no '[38' no '[48' keys q end 0 \
    >"$WORLD/out" 2>"$WORLD/err"
result "and none where \$NO_COLOR is set" $?
timeout 60 python3 tests/support/console.py 40000 "$BUILD/bank" see 'withdrawals/s' keys q end 0 >"$WORLD/out" 2>"$WORLD/err"
result "a window beyond all screens is painted in part" $?
TERM=dumb timeout 60 python3 tests/support/console.py 100 "$BUILD/bank" see 'can place text' end 1 no '\x1b' \
    >"$WORLD/out" 2>"$WORLD/err"
result "a terminal that cannot place text is refused" $?
results_end
