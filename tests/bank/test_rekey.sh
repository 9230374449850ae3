#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Several changes of one machine's key: at once, proposed at once, and sent again after a crash. The one that the log
# has last is in force, and nobody acts with another. The operators are users of the machine, so root alone runs it.
# Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP only root can be several users"
    exit 0
fi
. tests/support/bank.sh
. tests/support/commands.sh
world_new rekey
trap 'exec 6>&-; bank_kill KILL; rm -rf "$WORLD"' EXIT
mail=$(getent group mail | cut -d: -f3)
anna=45001 bert=45002
key=$ESBANK_HOME/keys/terminal-$teller.key

as()
{
    as_uid=$1
    shift
    setpriv --reuid "$as_uid" --regid "$as_uid" --groups "$mail" "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}

# LINE...: the file of operators from now on.
operators()
{
    printf '%s\n' 'root supervisor uid=0' 'anna supervisor uid=45001' 'bert supervisor uid=45002' "$@" >"$ESBANK_HOME/operators"
    chmod 644 "$ESBANK_HOME/operators"
    bank_kill
    bank_start --operator-group mail
}

# ID: the command that proposes to change the machine's key, or changes it.
rekey_line()
{
    echo "{\"v\":1,\"id\":\"$1\",\"command\":\"${2:-ReplaceTellerKey}\",\"teller_id\":\"$teller\"}"
}
approve_line()
{
    echo "{\"v\":1,\"id\":\"${1%?}f\",\"command\":\"ApproveProposal\",\"proposal_id\":\"$1\"}"
}
first=01a22e42-0000-7000-8000-000000000010 second=01a22e42-0000-7000-8000-000000000020
third=01a22e42-0000-7000-8000-000000000030 fourth=01a22e42-0000-7000-8000-000000000040
foreseen=01a22e42-0000-7000-8000-000000000070

approved()
{
    as $bert dispatch "$(approve_line "$1")"
    [ "$status" = 0 ] && grep -q '"state":"approved"' "$WORLD/out"
}

# Whether the key in the home is the one in force.
signs_on()
{
    terminal
    [ "$status" = 0 ]
}

bank_start --operator-group mail || exit 1
"$BUILD/bank" demo >"$WORLD/out" || exit 1

# ---- at once ----

# LINE...: their replies, once the bank answers them; it may not while its database stands still.
at_once()
{
    python3 -c 'import socket, sys
door = socket.socket(socket.AF_UNIX)
door.settimeout(20)
door.connect(sys.argv[1])
door.sendall("".join(line + "\n" for line in sys.argv[2:]).encode())
lines = door.makefile()
for _ in sys.argv[2:]:
    sys.stdout.write(lines.readline())' "$ESBANK_HOME/operator.sock" "$@" >"$WORLD/out" &&
        ! grep -q '"error":"bank_unavailable"' "$WORLD/out"
}
await 20 at_once "$(rekey_line 01a22e42-0000-7000-8000-000000000001)" "$(rekey_line 01a22e42-0000-7000-8000-000000000002)"
[ "$(grep -c '"ok":true' "$WORLD/out")" = 2 ]
result "two new keys at once are both done" $?
holds "and the machine has the one in force" signs_on

# ---- a machine whose key is replaced again and again ----

machines()
{
    "$BUILD/bank" dispatch '{"command":"GetMachines"}' | grep -q "\"machines\":\[$1\]"
}
# The machine, until machine_end; it reads its keys from descriptor 6.
machine_begin()
{
    rm -f "$WORLD/keys"
    mkfifo "$WORLD/keys"
    ESBANK_DB='' timeout 200 "$BUILD/atm" --plain --home "$ESBANK_HOME" <"$WORLD/keys" >"$WORLD/atm.out" 2>&1 &
    machine=$!
    exec 6>"$WORLD/keys"
    await 60 machines "\"$teller\""
}
machine_end()
{
    exec 6>&-
    wait "$machine"
    await 20 machines ''
}
holds "a machine is started" machine_begin
"$BUILD/bank" teller rekey "$teller" --yes >"$WORLD/out"
holds "has a new key while it works" await 60 machines "\"$teller\""
"$BUILD/bank" teller rekey "$teller" --yes >"$WORLD/out"
holds "and another" await 60 machines "\"$teller\""
machine_end
holds "its memories are there when it starts again" machine_begin
machine_end
"$BUILD/bank" teller rekey "$teller" --yes >"$WORLD/out"
"$BUILD/bank" teller rekey "$teller" --yes >"$WORLD/out"
holds "also after two new keys while it was off" machine_begin
machine_end

# ---- proposed at once ----

operators 'two-persons keys'
as $anna dispatch "$(rekey_line $first)"
as $anna dispatch "$(rekey_line $second)"
cp -p "$key.$first" "$WORLD/first"
holds "the first of two that wait is approved" approved $first
holds "and in force" signs_on
cp "$key" "$WORLD/of_first"
holds "the second after it" approved $second
holds "is in force as well" signs_on
! cmp -s "$key" "$WORLD/of_first"
result "as another key" $?
cp -p "$WORLD/first" "$key.$first"
cp "$key" "$WORLD/of_second"
as $bert dispatch "$(approve_line $first)"
cmp -s "$key" "$WORLD/of_second" && [ ! -e "$key.$first" ]
result "an approval that is sent again puts no earlier key back" $?

# ---- a machine that watches ----

python3 -c 'import sys
sys.argv[1:] = [sys.argv[1], sys.argv[2], "{\"command\":\"WatchSagas\"}"]
exec(open("docs/terminal.py").read())
sys.stdout.flush()
for line in stream:
    print(line)
    if "Teller.Barred" in line:
        break' "$ESBANK_HOME" "$teller" >"$WORLD/watched" 2>"$WORLD/err" &
watching=$!
await 20 grep -q '"ok":true' "$WORLD/watched"
as $anna dispatch "$(rekey_line $foreseen)"
as $anna teller bar "$teller" --reason test
wait $watching
grep -q 'Teller.Barred' "$WORLD/watched" && ! grep -q 'Bank\.' "$WORLD/watched"
result "a machine that watches is not told that its key is to be changed" $?
as $anna teller unbar "$teller" --reason test

# ---- a crash before the file is there ----

as $anna dispatch "$(rekey_line $third)"
cp "$key.$third" "$WORLD/third"
approved $third
bank_kill
mv "$key.previous" "$key"
cp "$WORLD/third" "$key.$third"
chmod 600 "$key.$third"
chown --reference="$ESBANK_HOME" "$key.$third"
bank_start --operator-group mail
! signs_on
result "a crash leaves no old key of use" $?
holds "the same approval again" approved $third
holds "puts the new one into its place" signs_on

# ---- withdrawn, once another is in force ----

withdraw=01a22e42-0000-7000-8000-000000000050
as $anna dispatch "$(rekey_line $withdraw WithdrawTellerKey)"
as $anna dispatch "$(rekey_line $fourth)"
approved $fourth
holds "the machine works with the newer key" machine_begin
holds "the key is withdrawn that was another when it was proposed" approved $withdraw
holds "the machine works no more" await 10 machines ''
[ ! -e "$key" ]
result "its key is away" $?
[ "$(ask "SELECT data->>'key_check' FROM esbank.events WHERE event_type = 'Teller.KeyWithdrawn'")" = \
    "$(ask "SELECT data->>'key_check' FROM esbank.events WHERE event_type = 'Teller.KeyReplaced' ORDER BY position DESC LIMIT 1")" ]
result "and the log names it" $?
machine_end

# ---- one that the home has not got any more ----

as $anna dispatch "$(rekey_line 01a22e42-0000-7000-8000-000000000060)"
rm "$key.01a22e42-0000-7000-8000-000000000060"
as $bert dispatch "$(approve_line 01a22e42-0000-7000-8000-000000000060)"
[ "$status" != 0 ] && grep -q 'log says why' "$WORLD/out" && grep -q "replace the terminal's key once more" "$WORLD/bank.log"
result "a key that is gone is told" $?
bank verify
did "the log verifies" '^ok'
results_end
