#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Commands that need a second person: proposed, approved by another, carried out once. The operators are three users of
# the machine, so root alone runs it. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP other users are root's to be"
    exit 0
fi
. tests/support/bank.sh
. tests/support/commands.sh
world_new approvals
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT
mail=$(getent group mail | cut -d: -f3)

# anna and bert are supervisors, anna with two users; carl is a clerk.
operators()
{
    printf '%s\n' 'root supervisor uid=0' 'anna supervisor uid=45001 uid=45011' 'bert supervisor uid=45002' \
        'carl clerk uid=45003' "$@" >"$ESBANK_HOME/operators"
    chmod 644 "$ESBANK_HOME/operators"
}

# UID WORD...: the program, run by that user.
as()
{
    as_uid=$1
    shift
    setpriv --reuid "$as_uid" --regid "$as_uid" --groups "$mail" "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}
anna=45001 bert=45002 carl=45003

# SENTENCE: it was proposed and not done; $proposal is its id.
proposed()
{
    proposal=$(sed -n 's/.*bank approvals approve //p' "$WORLD/out")
    [ "$status" = 5 ] && [ ! -s "$WORLD/err" ] && [ ${#proposal} = 36 ]
    result "$1" $?
}
balance()
{
    ask "SELECT (data::jsonb)->>'new_balance' FROM esbank.events WHERE stream_id = 'account-$account'
        AND (data::jsonb) ? 'new_balance' ORDER BY position DESC LIMIT 1"
}
happened()
{
    ask "SELECT count(*) FROM esbank.events WHERE event_type = '$1'"
}

operators
bank_start --operator-group mail
account_new
other=$("$BUILD/bank" account open --owner 'Eva')
operators 'two-persons money 100.00' 'two-persons resolve' 'two-persons erase # for ever' 'two-persons keys'
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 grep -q operators-reloaded "$WORLD/bank.log"

# ---- money ----

as $carl account deposit "$account" 100.00
did "the threshold itself is one person's" 'balance'
as $carl account deposit "$account" 100.01
proposed "above it a clerk's deposit is proposed"
[ "$(balance)" = 60000 ]
result "and the account has nothing of it" $?
bank approvals list
did "it is on the list" "$proposal +proposed +Accounts.DepositMoney +carl +100.01"
as $carl approvals approve "$proposal"
refused "a clerk approves nothing" 1 'ApproveProposal needs the role supervisor, and carl is clerk'
as $anna approvals approve "$proposal" --reason 'seen the notes'
did "a supervisor does" 'Accounts.DepositMoney of carl is approved, and done'
[ "$(balance)" = 70001 ]
result "and then the money is there" $?
as $bert approvals approve "$proposal"
refused "once" 1 'decided already'
[ "$(ask "SELECT string_agg(event_type || ' ' || (metadata->>'actor'), ',' ORDER BY position) FROM esbank.events
    WHERE correlation_id = '$proposal'")" = \
    "Bank.CommandProposed operator carl,Bank.ProposalApproved operator anna,Accounts.MoneyDeposited operator anna" ]
result "both people are in the log" $?
bank approvals show "$proposal"
did "and shown" 'Proposed by +carl'
bank approvals list
did "nothing is left on the list" '^PROPOSAL'
! grep -q "$proposal" "$WORLD/out"
result "not this one" $?

as $anna account withdraw "$account" 300.00
proposed "a supervisor's withdrawal is proposed, too"
as $anna approvals approve "$proposal"
refused "nobody approves one's own" 1 'approved by another operator'
as 45011 approvals approve "$proposal"
refused "by whichever user" 1 'approved by another operator'
operators 'two-persons money 100.00' 'dora supervisor uid=45004'
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 sh -c "[ \$(grep -c operators-reloaded '$WORLD/bank.log') = 2 ]"
as $anna approvals reject "$proposal"
did "one's own is taken back" 'is rejected'
as $bert approvals approve "$proposal"
refused "and then it is out of use" 1 'decided already'
as $bert transfer make "$account" "$account" 400.00
refused "a transfer to oneself is not proposed" 1 'to another account'
as $bert transfer make "$account" "$other" 9999.00
refused "nor one of more than there is" 1 'does not hold that much'
as $bert dispatch '{"command":"MakeTransfer","amount":40000,"account_id":"'"$account"'","to_account_id":"'"$nobody"'"}'
[ "$status" = 1 ] && grep -q '"error":"no_such_receiver"' "$WORLD/out"
result "nor one to nobody" $?
as $bert transfer make "$account" "$other" 400.00
proposed "a transfer is proposed"
as $carl approvals reject "$proposal"
refused "another's is not a clerk's to reject" 1 'higher role'
as $anna approvals approve "$proposal"
did "and made when it is approved" 'is approved'
[ "$(ask_models "SELECT state || ' ' || amount FROM esbank.transfers")" = 'completed 40000' ]
result "as a transfer of its own" $?
as $carl account withdraw "$account" 900.00
refused "what would be refused is not proposed" 1 'does not hold that much'
as $bert account withdraw "$account" 290.00
proposed "what would not"
as $bert account withdraw "$account" 60.00
as $anna approvals approve "$proposal"
refused "is refused in its time" 1 'does not hold that much'
bank approvals show "$proposal" --json
did "and has failed" '"state": *"failed"'
[ "$(balance)" = 24001 ]
result "with no money moved" $?

# ---- the same id again ----

id=01a22e42-0000-7000-8000-000000000001
line="{\"v\":1,\"id\":\"$id\",\"command\":\"DepositMoney\",\"account_id\":\"$account\",\"amount\":20000}"
as $carl dispatch "$line"
cp "$WORLD/out" "$WORLD/first"
as $carl dispatch "$line"
cmp -s "$WORLD/out" "$WORLD/first" && [ "$(happened Bank.CommandProposed)" = 5 ]
result "a proposal that is sent again is the same one, and has the same answer" $?
as $bert dispatch "${line%20000\}}20001}"
[ "$status" = 1 ] && grep -q id_conflict "$WORLD/out"
result "another operator's under its id is refused" $?
approve="{\"v\":1,\"id\":\"01a22e42-0000-7000-8000-000000000002\",\"command\":\"ApproveProposal\",\"proposal_id\":\"$id\"}"
as $bert dispatch "$approve"
cp "$WORLD/out" "$WORLD/first"
as $bert dispatch "$approve"
cmp -s "$WORLD/out" "$WORLD/first" && [ "$(balance)" = 44001 ]
result "an approval that is sent again does it once" $?
operators
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 sh -c "[ \$(grep -c operators-reloaded '$WORLD/bank.log') = 3 ]"
as $carl dispatch "$line"
grep -q '"state":"proposed"' "$WORLD/out" && [ "$(balance)" = 44001 ]
result "also once it would need one person only" $?
as $anna dispatch '{"command":"ProposeCommand"}'
[ "$status" != 0 ]
result "no client proposes by itself" $?
as $anna dispatch '{"v":1,"id":"01a22e42-0000-7000-8000-000000000003","command":"Bank.ProposeCommand"}'
[ "$status" != 0 ] && [ "$(happened Bank.CommandProposed)" = 5 ]
result "by whichever name" $?

# ---- suspects, erasing, keys ----

operators 'two-persons resolve' 'two-persons erase' 'two-persons keys' 'two-persons within 3600'
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 sh -c "[ \$(grep -c operators-reloaded '$WORLD/bank.log') = 4 ]"
chmod 600 "$WORLD/card"
mkdir -p "$ATM_FOLDER"
echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
withdrawal=$(ask_models "SELECT withdrawal_id FROM esbank.withdrawals")
as $bert withdrawal resolve "$withdrawal" not-dispensed --reason counted --evidence 'the count of "1"'
proposed "settling a suspect withdrawal is proposed"
suspect=$proposal
bank approvals show "$suspect"
did "on the grounds that are shown" 'Evidence +the count of "1"'
key=$ESBANK_HOME/keys/terminal-$teller.key
before=$(cat "$key")
as $anna teller rekey "$teller"
proposed "so is another key"
rekey=$proposal
as $anna account erase "$other" --yes
proposed "and erasing"
erase=$proposal
[ "$(cat "$key")" = "$before" ] && [ "$(happened Teller.KeyReplaced)$(happened Accounts.OwnerErased)" = 00 ]
result "and nothing of it is done" $?
read_files()
{
    ask "SELECT count(*) || ' ' || (array_agg(data->>'subject' ORDER BY position DESC))[1] FROM esbank.events
        WHERE event_type = 'Bank.ActRecorded' AND data->>'act' = 'operators_read'"
}
read_files >"$WORLD/read"
[ "$(cut -d ' ' -f 2- "$WORLD/read")" = '4 names, two for resolve, erase, keys' ]
result "what needs two persons is on record" $?
bank_kill KILL
bank_start --operator-group mail
result "the bank starts again" $?
read_files | cmp -s - "$WORLD/read"
result "the same file is no other event" $?
as $anna dispatch '{"command":"RecordAct","act":"operators_read","subject":"9 names"}'
[ "$status" != 0 ] && read_files | cmp -s - "$WORLD/read"
result "which no operator makes" $?
as $anna approvals approve "$suspect"
did "what was proposed before can be approved" 'Teller.ResolveWithdrawal of bert is approved'
ended reversed
result "and the money is back" $?
ask "SELECT concat_ws('|', event_type, metadata->>'actor', metadata->>'proposer', metadata->>'approver',
        metadata->'given'->>'evidence') FROM esbank.events WHERE position >= (SELECT position FROM esbank.events
        WHERE event_type = 'Bank.ProposalApproved' ORDER BY position DESC LIMIT 1) ORDER BY position" >"$WORLD/out"
printf '%s\n' 'Bank.ProposalApproved|operator anna' \
    'Teller.DispenseFailed|operator anna|bert|anna|the count of "1"' \
    'Accounts.WithdrawalReversed|operator anna|bert|anna|the count of "1"' | cmp - "$WORLD/out"
result "its events name both, and have what the first rests it on" $?
as $bert approvals approve "$rekey"
did "the key is approved" 'Teller.ReplaceTellerKey of anna'
[ "$(cat "$key")" != "$before" ] && [ "$(happened Teller.KeyReplaced)" = 1 ]
result "and in force" $?
as $bert approvals approve "$erase"
[ "$status" = 0 ] && [ "$(happened Accounts.OwnerErased)" = 1 ]
result "the owner is erased" $?
as $anna teller rekey "$teller"
proposed "a second new key"
as $bert approvals reject "$proposal"
[ "$status" = 0 ] && [ "$(find "$ESBANK_HOME/keys" -name "*$proposal*" | wc -l)" = 0 ]
result "leaves nothing behind when it is rejected" $?

# ---- a new machine ----

new=1c915dd1-8bf0-4662-a2ce-60725b0c7d99
bert_provisions()
{
    as $bert teller provision "$new" --notes 50x100,20x200 --deposit-capacity 77
}
bert_provisions
proposed "a new machine is proposed"
none=$proposal
[ "$(happened Teller.Provisioned)" = 1 ]
result "and not there yet" $?
as $anna approvals reject "$none"
[ "$status" = 0 ] && [ "$(happened Teller.Provisioned)" = 1 ]
result "nor once it is rejected" $?
bert_provisions
proposed "it is proposed again"
as $bert approvals approve "$proposal"
refused "not for oneself" 1 'approved by another operator'
as $anna approvals approve "$proposal"
did "and is there once another agrees" 'Teller.ProvisionTeller of bert is approved'
ask "SELECT concat_ws('|', stream_id, data->>'notes', data->>'deposit_capacity', metadata->>'proposer',
        metadata->>'approver') FROM esbank.events WHERE event_type = 'Teller.Provisioned' ORDER BY position DESC LIMIT 1" \
    >"$WORLD/out"
grep -qx "teller-$new|\[{\"denomination\":5000,\"count\":100},{\"denomination\":2000,\"count\":200}\]|77|bert|anna" "$WORLD/out"
result "with what was proposed" $?
[ -s "$ESBANK_HOME/keys/terminal-$new.key" ]
result "and it has a key" $?
bert_provisions
refused "there is no second one of that id" 1 'already'
as $bert teller provision 1c915dd1-8bf0-4662-a2ce-60725b0c7d98 --notes 50x1
proposed "another machine"
bank keys check
[ "$status" = 0 ]
result "the keys are as they should be while it waits" $?

# ---- time, and how many ----

operators 'two-persons money 0.00' 'two-persons within 1'
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 grep -q 'operators-reloaded' "$WORLD/bank.log"
as $carl account deposit "$account" 1.00
await 20 sh -c "! '$BUILD/bank' approvals list | grep -q proposed" || true
expired()
{
    [ "$(happened Bank.ProposalExpired)" = "$1" ]
}
await 20 expired 1
result "one that nobody approves expires" $?
as $carl account deposit "$account" 1.00
proposed "another is open"
bank_kill KILL
sleep_until=$(($(date +%s) + 2))
await 5 sh -c "[ \$(date +%s) -ge $sleep_until ]"
bank_start --operator-group mail
await 20 expired 2
result "and expires also when the bank starts after its time" $?
as $anna approvals approve "$proposal"
refused "then it is not approved" 1 'its time is over'
operators 'two-persons money 0.00' 'two-persons within 3600'
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 sh -c "[ \$(grep -c operators-reloaded '$WORLD/bank.log') -ge 6 ]"
before=$(happened Bank.CommandProposed)
python3 - "$ESBANK_HOME/operator.sock" "$account" >"$WORLD/out" 2>"$WORLD/err" <<'PYTHON'
import collections, json, socket, sys, uuid
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
stream, answers = client.makefile("rw"), collections.Counter()
for _ in range(40):
    for _ in range(50):
        stream.write(json.dumps({"v": 1, "id": str(uuid.uuid4()), "command": "DepositMoney",
                                 "account_id": sys.argv[2], "amount": 100}) + "\n")
    stream.flush()
    for _ in range(50):
        reply = json.loads(stream.readline())
        answers[reply.get("error", "ok")] += 1
print(answers["ok"], answers["too_many_proposals"])
PYTHON
[ "$(($(happened Bank.CommandProposed) - before))" -le 64 ] && [ "$(cut -d ' ' -f 2 "$WORLD/out")" -ge 1936 ]
result "a flood of one operator's proposals is refused above 64" $?
bank_kill KILL
bank_start --operator-group mail
bank account deposit "$account" 1.00
refused "also by the bank that comes after" 1 'As many proposals are open as there may be, of one operator'
as $carl account deposit "$account" 1.00
proposed "and the others have room"
bank verify
did "the log verifies" '.'
results_end
