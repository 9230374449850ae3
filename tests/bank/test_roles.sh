#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Operators as users of the machine: who may connect to which socket, what each role may do, and what the log says of
# it. Other users are tried by root alone. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new roles
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

bank account list --as anna
refused "a name that is given is not taken" 2 '--as is not taken: the bank knows an operator by the user'

# ---- without a file ----

bank_start
me=$(id -u)
account_new
[ "$(ask "SELECT metadata->>'actor' = 'operator $(id -un)' AND metadata->>'role' = 'supervisor'
    AND metadata->>'from' = 'uid $me' FROM esbank.events WHERE event_type = 'Accounts.AccountOpened'")" = t ]
result "without a file the user that runs the bank is a supervisor, and its events say so" $?
bank events --type Accounts.AccountOpened
did "bank events says so" "by operator $(id -un) \(supervisor, uid $me\)"
bank events --tree "$(ask "SELECT correlation_id FROM esbank.events WHERE event_type = 'Accounts.AccountOpened'")"
did "and a tree" "^C Accounts.OpenAccount +operator $(id -un) \(supervisor, uid $me\)$"

# ---- the file, and SIGHUP ----

reloads=0
# WORD TEXT: once the bank has read the file with that text, the log has one more such line.
reload()
{
    printf '%s\n' "$2" >"$ESBANK_HOME/operators"
    chmod 644 "$ESBANK_HOME/operators"
    reloads=$(grep -c "^bank: $1 " "$WORLD/bank.log")
    kill -HUP "$(cat "$WORLD/bank.pid")"
    await 20 reloaded "$1"
}
reloaded()
{
    [ "$(grep -c "^bank: $1 " "$WORLD/bank.log")" -gt "$reloads" ]
}

reload operators-reloaded "me viewer uid=$me"
result "SIGHUP reads the file" $?
# The events of files that were read: actor, what they say.
files_read()
{
    ask "SELECT metadata->>'actor' || ': ' || coalesce(data->>'subject', '-') || ' (' || (data->>'reason') || ')' FROM esbank.events
        WHERE event_type = 'Bank.ActRecorded' AND data->>'act' = 'operators_read' ORDER BY position"
}
many_read()
{
    [ "$(files_read | wc -l)" = "$1" ]
}
await 20 many_read 1 &&
    files_read | grep -Eq "^bank: 1 name \(a file of uid $me, written at 20[0-9-]+T[0-9:]+Z\)\$"
result "another file is an event" $?
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 sh -c "[ \$(grep -c '^bank: operators-reloaded ' '$WORLD/bank.log') = 2 ]" && bank ping && many_read 1
result "the same one is not" $?
cp -p "$ESBANK_HOME/operators" "$WORLD/operators.first"
reload operators-reloaded "me operator uid=$me"
await 20 many_read 2
cp -p "$WORLD/operators.first" "$ESBANK_HOME/operators"
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 many_read 3 && [ "$(files_read | sed -n 1p)" = "$(files_read | sed -n 3p)" ]
result "but for one that comes back after another" $?
if [ "$me" = 0 ]; then
    chown "$(stat -c %u "$ESBANK_HOME/keys")" "$ESBANK_HOME/operators"
    kill -HUP "$(cat "$WORLD/bank.pid")"
    await 20 many_read 4
fi
result "or is another user's" $?
bank status
did "a viewer sees the status" 'active'
bank account deposit "$account" 1.00
refused "and moves no money" 1 'DepositMoney needs the role clerk, and me is viewer'
bank dispatch DepositMoney "{\"account_id\":\"$account\",\"amount\":100}" --metadata '{"role":"supervisor","actor":"bank"}'
[ "$status" = 1 ] && grep -q role_needed "$WORLD/out"
result "whatever the metadata say" $?
reload operators-not-reloaded "me clerk uid=none"
[ "$(grep -c '^bank: operators-not-reloaded .*why="the file operators, line 1: uid= wants the number' "$WORLD/bank.log")" = 1 ]
result "of a file that is wrong the log says why, in one line" $?
bank account deposit "$account" 1.00
refused "and the one before stays" 1 'me is viewer'
reload operators-reloaded "me clerk uid=$me"
bank account deposit "$account" 1.00
did "a clerk moves money" 'balance'
bank account limits "$account" --daily-limit 100 --daily-count 3
refused "and sets no limits" 1 'SetLimits needs the role operator, and me is clerk'

# ---- while it is down ----

there=4
[ "$me" != 0 ] || there=5 # it had another owner once
await 20 many_read $there
bank_stop
cp -p "$ESBANK_HOME/operators" "$WORLD/operators.clerk"
rm "$ESBANK_HOME/operators"
bank_start
await 20 many_read $((there + 1)) && files_read | tail -1 | grep -q '^bank: - (the file is gone: its owner and root are supervisors)$'
result "a file that was removed while the bank was down is an event when it starts" $?
bank_stop
bank_start
bank ping && many_read $((there + 1))
result "once" $?
bank_stop
cp -p "$WORLD/operators.clerk" "$ESBANK_HOME/operators"
bank_start
await 20 many_read $((there + 2)) && files_read | tail -1 | grep -q '^bank: 1 name (a file of uid'
result "so is one that is put back, as old as it was" $?
bank_stop
bank_start
bank ping && many_read $((there + 2))
result "once, too" $?
bank_stop
echo "# nobody else" >>"$ESBANK_HOME/operators"
bank_start
await 20 many_read $((there + 3))
result "and one that was changed" $?
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 grep -q '^bank: operators-reloaded ' "$WORLD/bank.log" && bank ping && many_read $((there + 3))
result "which SIGHUP finds as it is" $?
bank_stop
chmod 666 "$ESBANK_HOME/operators"
timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" >"$WORLD/out" 2>"$WORLD/err"
[ $? = 1 ] && grep -q '^bank: .*/operators can be written by other users' "$WORLD/err"
result "a bank does not start with a file that others can write" $?
for word in atm operator; do
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" --$word-group no-such-group >"$WORLD/out" 2>"$WORLD/err"
    [ $? = 1 ] && grep -q "^bank: --$word-group no-such-group: this machine has no group of that name" "$WORLD/err"
    result "nor with an $word group that is none" $?
done

if [ "$me" != 0 ]; then
    results_end
    exit 0
fi

# ---- other users, by their groups ----

# UID GROUP COMMAND...: as that user, a member of that group alone.
as()
{
    as_uid=$1 as_group=$2
    shift 2
    setpriv --reuid "$as_uid" --regid "$as_uid" --groups "$(getent group "$as_group" | cut -d: -f3)" "$@" \
        >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}
deposit="{\"account_id\":\"$account\",\"amount\":100}"
echo_line='{"command":"EchoTest"}'

cat >"$ESBANK_HOME/operators" <<END
anna  supervisor  uid=44001
bert  clerk       uid=44002 uid=44003
root  supervisor  uid=0
END
chmod 644 "$ESBANK_HOME/operators"
chmod 755 "$WORLD"
bank_start --atm-group games --operator-group mail
result "the bank starts with two groups" $?
[ "$(stat -c '%a %G' "$ESBANK_HOME/atm.sock" "$ESBANK_HOME/operator.sock" | tr '\n' ' ')" = '660 games 660 mail ' ]
result "each socket is its group's" $?
as 44001 mail "$BUILD/bank" dispatch SetLimits "{\"account_id\":\"$account\",\"daily_limit\":90000,\"daily_count\":0}"
did "a supervisor sets limits" '"ok":true'
[ "$(ask "SELECT metadata->>'actor', metadata->>'role', metadata->>'from' FROM esbank.events
    WHERE event_type = 'Accounts.LimitsSet'")" = 'operator anna|supervisor|uid 44001' ]
result "by name" $?
as 44002 mail "$BUILD/bank" dispatch DepositMoney "$deposit"
did "a clerk takes a deposit" '"ok":true'
as 44003 mail "$BUILD/bank" dispatch DepositMoney "$deposit"
[ "$status" = 0 ] && [ "$(ask "SELECT string_agg(DISTINCT metadata->>'from', ',') FROM esbank.events
    WHERE metadata->>'actor' = 'operator bert'")" = 'uid 44002,uid 44003' ]
result "also under another of its users" $?
as 44002 mail "$BUILD/bank" dispatch EraseOwner "{\"account_id\":\"$account\"}"
[ "$status" = 1 ] && grep -q 'EraseOwner needs the role supervisor, and bert is clerk' "$WORLD/err"
result "and erases no owner" $?
as 44004 mail "$BUILD/bank" dispatch "$echo_line"
[ "$status" = 1 ] && grep -q 'uid 44004 is no operator of this bank' "$WORLD/err"
result "a member of the group that the file does not name may nothing" $?
as 44001 games "$BUILD/bank" dispatch "$echo_line"
[ "$status" = 1 ] && grep -q 'lets its own user and its groups in' "$WORLD/err"
result "a member of the ATM's group does not come to operator.sock" $?
as 44002 mail timeout 20 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])' "$ESBANK_HOME/atm.sock"
[ "$status" = 1 ] && grep -q 'PermissionError' "$WORLD/err"
result "nor an operator to atm.sock" $?

# A machine that is neither root nor the bank's user, with a home of its own and a copy of its key.
machine=$WORLD/machine
mkdir -m 700 "$machine" && cp "$ESBANK_HOME/keys/terminal-$teller.key" "$WORLD/card" "$machine/" && chmod 600 "$machine/card" &&
    chown -R 44005:44005 "$machine"
printf '%s\n' 1 1234 2 1 1 5 | as 44005 games env ESBANK_HOME="$machine" timeout 60 "$BUILD/atm" --plain \
    --bank "$ESBANK_HOME/atm.sock" --key "$machine/terminal-$teller.key" --card-file "$machine/card"
[ "$(withdrawal_states)" = completed ]
result "a machine's user is a member of the one group, and its machine pays" $?
for secret in keys/card.key bank.lock; do
    as 44005 games cat "$ESBANK_HOME/$secret"
    [ "$status" != 0 ]
    result "and $secret is not for it" $?
done
results_end
