#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Alerts for programs: --alert-command, and `bank alert list --exit-code`. Prints
# TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new alert_command
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# Where the program is slow it says so first. $WORLD has no blank in it.
cat >"$WORLD/program" <<END
#!/bin/sh
echo "begun" >>$ESBANK_HOME/runs
[ ! -e $ESBANK_HOME/slow ] || { rm $ESBANK_HOME/slow; sleep 120 & echo \$! >$ESBANK_HOME/sleeper; wait; }
[ ! -e $ESBANK_HOME/fail ] || { rm $ESBANK_HOME/fail; exit 7; }
env >$ESBANK_HOME/env
ls /proc/self/fd >$ESBANK_HOME/files
cat >>$ESBANK_HOME/alerts
END
chmod 755 "$WORLD/program"

# PATTERN COUNT: so many alerts are so by now.
heard()
{
    [ "$(grep -Ec -- "$1" "$ESBANK_HOME/alerts" 2>/dev/null)" = "$2" ]
}

logs()
{
    grep -Eq -- "$1" "$WORLD/bank.log"
}

# A withdrawal that only an operator can end: an alert.
suspect()
{
    # shellcheck disable=SC2086
    bank terminal withdraw 20 --outcome retracted --card-file "$WORLD/card" --pin-file "$WORLD/pin"
    withdrawal=$(sed -n 's/^withdrawal \([^:]*\):.*/\1/p' "$WORLD/out")
}

exits()
{
    bank alert list --exit-code
    [ "$status" = "$1" ]
}

bank serve --alert-command program
refused "the program has a whole path" 1 '--alert-command wants the whole path of a program'
bank serve --alert-command "$WORLD/nothing"
refused "and is there" 1 'cannot run .*nothing, the program after --alert-command'
bank_start --alert-command "$WORLD/program"
result "the bank starts" $?
account_new
holds "without an alert --exit-code exits 0" exits 0
suspect
raised="\"event\":\"alert-raised\",\"alert\":\"suspects\",\"about\":\"$withdrawal\",\"position\":[0-9]+,\"message\":\"20.00 may"
holds "an alert that is raised is given to the program" await 20 heard "^\\{$raised.*\"\\}\$" 1
holds "while one is open it exits 3" exits 3
grep -q "$withdrawal" "$WORLD/out"
result "with the same list" $?
bank alert list --all --exit-code
refused "which is of those that are open" 2 '--all and --exit-code exclude each other'
bank withdrawal resolve "$withdrawal" not-dispensed
holds "one that is cleared is, too" \
    await 20 heard "\"event\":\"alert-cleared\",\"alert\":\"suspects\",\"about\":\"$withdrawal\"" 1
holds "and then it exits 0" exits 0
! grep -q 'ESBANK\|PG' "$ESBANK_HOME/env"
result "the program has no variable of the bank's" $?
[ "$(grep -c . "$ESBANK_HOME/files")" = 4 ]
result "and no file of its" $? # three, and the folder that ls reads

touch "$ESBANK_HOME/fail"
suspect
holds "one that fails is a line in the log" await 20 logs 'alert-command-failed .* why="its exit status is 7"'
touch "$ESBANK_HOME/slow"
runs=$(grep -c . "$ESBANK_HOME/runs")
suspect
suspect
begun_again()
{
    [ "$(grep -c . "$ESBANK_HOME/runs")" = $((runs + 1)) ]
}
holds "one that does not end" await 20 begun_again
began=$(date +%s%N)
bank_answers && [ $(($(date +%s%N) - began)) -lt 5000000000 ] && begun_again
result "does not hold up the bank, and no other runs beside it" $?
holds "until it is killed" \
    await 40 logs 'alert-command-failed .* why="it took longer than 10 s and was killed"'
holds "and the next one runs" await 20 heard "$withdrawal" 1
holds "nothing of it is left" await 20 gone "$(cat "$ESBANK_HOME/sleeper")"
bank_stop

# ---- suspects at a start -------------------------------------------------------

# Their deadline has passed once and for all: as if they were older than that.
ask "UPDATE esbank.withdrawals SET confirm_by = now() - interval '1 minute'" >/dev/null
before=$(ask "SELECT count(*) FROM esbank.commands")
bank_start
bank account deposit "$account" 1.00
[ "$before" -gt 5 ] && [ "$(ask "SELECT count(*) FROM esbank.commands")" = $((before + 1)) ]
result "a start adds no command for what is suspect already" $?
bank_stop

results_end
