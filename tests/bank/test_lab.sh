#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Answers that operators force, of a bank that was started as a lab, and of one
# that was not. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2034,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new lab
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

withdraw='{"command":"InitiateWithdrawal","card":"4000001234567899","pin":"1234","amount":7000'
report='{"command":"ReportIncident","incident":"memory_lost","count":1}'

# How many rules there are.
rules()
{
    bank lab list --json
    grep -o '"effect"' "$WORLD/out" | wc -l
}

# COUNT: an EchoTest, and the first so many lines that come back.
echo_test()
{
    python3 -c 'import socket, sys
door = socket.socket(socket.AF_UNIX)
door.settimeout(20)
door.connect(sys.argv[1])
door.sendall(b"{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-000000000009\",\"command\":\"EchoTest\"}\n")
lines = door.makefile()
for _ in range(int(sys.argv[2])):
    sys.stdout.write(lines.readline())' "$ESBANK_HOME/atm.sock" "$1"
}

events_of()
{
    ask "SELECT count(*) FROM esbank.events WHERE event_type = '$1'"
}

# ---- a bank that is none -----------------------------------------------------

bank_start || exit 1
bank demo
bank lab rule drop
refused "a bank that is no lab takes no rule" 1 'no lab.*--lab'
bank lab clear
refused "and has none to forget" 1 'no lab'
bank lab list
refused "or to list" 1 'no lab'
bank dispatch '{"command":"RecordAct","act":"lab_rule","subject":"drop"}'
holds "on the wire neither" grep -q '"error":"not_permitted"' "$WORLD/out"
[ "$(events_of Bank.ActRecorded)" = 0 ]
result "and the log has nothing of it" $?
bank_stop

# ---- a lab ---------------------------------------------------------------------

bank_start --lab || exit 1
bank lab rule decline
refused "a decline says with which error" 1 'needs "error"'
bank lab rule decline --error nonsense
refused "one that there is" 1 'name of an error'
bank lab rule drop --delay 5
refused "a delay alone has its time" 1 'no other rule'
bank lab rule delay
refused "and needs it" 1 'needs "delay_ms"'
bank lab rule drop --command OpenAccount
refused "a rule is for what terminals send" 1 'of a terminal'
bank lab rule explode
refused "an effect is one of five" 2 'decline'
bank dispatch '{"command":"RecordAct","act":"lab_rule","subject":"drop","metadata":{"times":"-1"}}'
holds "times is a number" grep -q '"error":"invalid_request"' "$WORLD/out"
[ "$(events_of Bank.ActRecorded)" = 0 ] && [ "$(rules)" = 0 ]
result "what is no rule is in the log neither" $?

bank lab rule decline --error daily_limit --amount 70.00 --command InitiateWithdrawal
did "lab rule" 'the lab has the rule'
[ "$(ask "SELECT data->>'subject', metadata->'given'->>'error', metadata->>'operator' IS NOT NULL OR metadata->>'actor' LIKE 'operator %'
    FROM esbank.events WHERE event_type = 'Bank.ActRecorded'")" = 'decline|daily_limit|t' ]
result "is an event that says who" $?
id=0192f0c1-0000-7000-8000-000000000001
terminal "$report" "$withdraw,\"id\":\"$id\"}" "$withdraw,\"id\":\"$id\"}" "$withdraw}"
cp "$WORLD/out" "$WORLD/replies"
sed -n 1p "$WORLD/replies" | grep -q '"ok":true'
result "what a rule does not match is answered as ever" $?
sed -n 2p "$WORLD/replies" | grep -q '"code":"61","error":"daily_limit"'
result "a decline is" $?
# The PIN's block was made anew, so the line is another: but the id is taken.
sed -n 3p "$WORLD/replies" | grep -Eq '"error":"(id_conflict|daily_limit)"'
result "remembered under its id" $?
sed -n 4p "$WORLD/replies" | grep -q '"ok":true'
result "and the rule was for once" $?
[ "$(rules)" = 0 ] && grep -q 'lab-answer .*effect=decline command=InitiateWithdrawal' "$WORLD/bank.log"
result "of which the log has a line" $?

bank lab rule repeat --command EchoTest
echo_test 2 >"$WORLD/out"
[ "$(sort "$WORLD/out" | uniq -c | sed 's/^ *//;s/ .*//')" = 2 ]
result "a repeated reply comes twice" $?

bank lab rule garbage --command ReportIncident
terminal "$report"
[ "$status" != 0 ] && ! grep -q '"ok"' "$WORLD/out"
result "garbage is no reply" $?

bank lab rule delay --delay 1200 --command ReportIncident
began=$(date +%s%3N)
terminal "$report"
[ $(($(date +%s%3N) - began)) -ge 1200 ] && grep -q '"ok":true' "$WORLD/out"
result "a delayed one comes late" $?

before=$(events_of Teller.WithdrawalInitiated)
bank lab rule drop --command InitiateWithdrawal --times 0
timeout 3 python3 docs/terminal.py "$ESBANK_HOME" "$teller" "$withdraw}" >"$WORLD/out" 2>"$WORLD/err"
[ $? = 124 ] && [ "$(events_of Teller.WithdrawalInitiated)" = $((before + 1)) ]
result "a dropped one never, though it was done" $?
[ "$(rules)" = 1 ]
result "a rule without end stays" $?
bank lab list
did "lab list" '^drop +.*InitiateWithdrawal'

bank lab rule drop --teller 1c915dd1-8bf0-4662-a2ce-60725b0c7de3 --times 0
bank lab rule drop --card "$(ask_models "SELECT md5('no card')::uuid")" --times 0
bank lab clear
did "lab clear" 'no rules'
bank lab rule drop --teller 1c915dd1-8bf0-4662-a2ce-60725b0c7de3 --times 0
bank lab rule decline --error no_such_account --card "$(ask_models "SELECT md5('no card')::uuid")" --times 0
terminal "$report" "$withdraw}"
[ "$(grep -c '"ok":true' "$WORLD/out")" = 2 ]
result "rules for another machine or card force nothing here" $?
bank lab clear
bank lab rule decline --error card_blocked --card "$(ask_models "SELECT encode(card, 'hex')::uuid FROM esbank.cards")"
terminal "$withdraw}"
holds "one for this card does" grep -q '"error":"card_blocked"' "$WORLD/out"

added=0
while bank lab rule drop --command CutOver --times 0 && [ "$status" = 0 ] && [ $added -lt 70 ]; do
    added=$((added + 1))
done
[ $added = 64 ] && grep -q 'as many rules' "$WORLD/err"
result "there are at most 64" $?
bank lab clear
python3 -c 'import socket, sys, uuid
door = socket.socket(socket.AF_UNIX)
door.settimeout(20)
door.connect(sys.argv[1])
for _ in range(100):
    door.sendall(b"{\"v\":1,\"id\":\"%s\",\"command\":\"RecordAct\",\"act\":\"lab_rule\",\"subject\":\"drop\"}\n" % str(uuid.uuid4()).encode())
lines = door.makefile()
for _ in range(100):
    sys.stdout.write(lines.readline())' "$ESBANK_HOME/operator.sock" >"$WORLD/out"
[ "$(grep -c '"ok":true' "$WORLD/out")" = 64 ] && grep -q 'as many rules' "$WORLD/out" && [ "$(rules)" = 64 ]
result "also when they come at once, and those that were taken are there" $?

bank lab clear
bank lab rule delay --delay 600000 --command EchoTest --times 2
echo_test 1 >"$WORLD/late" &
waiting=$!
await 10 grep -q 'lab-answer .*effect=delay command=EchoTest' "$WORLD/bank.log"
result "a question is forced, too" $?
bank_stop
result "a bank ends though a reply is delayed" $?
wait "$waiting"
holds "which leaves before" grep -q '"ok":true' "$WORLD/late"
"$BUILD/bank" verify >"$WORLD/out" 2>"$WORLD/err"
result "and its books are right" $?
bank_start --lab
[ "$(rules)" = 0 ]
result "a bank that starts has no rules" $?
bank_stop
results_end
