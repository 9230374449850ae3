#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What programs may count on: exit statuses, errors as objects with --json, ids by
# their beginnings, times in RFC 3339, output that cannot be written, questions
# before money moves. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new contract
trap 'bank_kill KILL; [ ! -e "$WORLD/second.pid" ] || kill -KILL "$(cat "$WORLD/second.pid")"; rm -rf "$WORLD"' EXIT

# SENTENCE STATUS ERROR CODE PATTERN: it failed so, printed nothing, and gave one object of that error.
refused_json()
{
    [ "$status" = "$2" ] && [ ! -s "$WORLD/out" ] && [ "$(wc -l <"$WORLD/err")" = 1 ] &&
        perl -MJSON::PP -e 'my $json = decode_json(<STDIN>); my ($error, $code, $message) = @ARGV;
            exit !(join(",", sort keys %$json) eq "code,error,message" && $json->{error} eq $error &&
                $json->{code} eq $code && $json->{message} =~ /$message/)' "$3" "$4" "$5" <"$WORLD/err"
    result "$1" $?
}

# ---- no bank -------------------------------------------------------------------

bank ping
refused "no bank is not running, which is said" 1 'no bank serves .*: start one'
bank ping --json
refused_json "and for programs" 1 bank_not_running 91 'no bank serves'
ESBANK_DB='' bank account list --json
refused_json "nor is its database" 1 bank_not_running 91 'the bank is not running: start it'
bank account list --db "host=$WORLD/nowhere dbname=none" --json
refused_json "a database that is not there is another thing" 1 unreachable 91 'check --db'
bank_start
result "the bank starts" $?
account_new
other=$("$BUILD/bank" account open --owner Ida) || exit 1

# ---- errors are objects ----------------------------------------------------------

bank account show --json
refused_json "a missing word" 2 wrong_words 30 'ID is missing; say `bank account show ID'
bank --json account list --jsno
refused_json "an option that there is not" 2 wrong_words 30 'did you mean --json'
bank accout list --json
refused_json "a command that there is not" 2 wrong_words 30 'did you mean account'
bank account withdraw "$account" 9999.00 --json
refused_json "what the bank refuses has its name and code" 1 insufficient_funds 51 'does not hold that much'
bank account show "$nobody" --json
refused_json "what is not there, by the name that a request would be refused with" 1 no_such_account 14 'no account of that id'
bank teller show "$nobody" --json
refused_json "a machine" 1 no_such_teller 58 'no teller of that id'
bank withdrawal show "$nobody" --json
refused_json "a withdrawal" 1 no_such_withdrawal 25 'no withdrawal of that id'
bank approvals show "$nobody" --json
refused_json "a proposal" 1 no_such_proposal 25 'no proposal of that id'
bank transfer show "$nobody" --json
refused_json "and of what no request is about" 1 not_found 25 'no transfer of that id'
bank account show ffffffff --json
refused_json "or by the beginning of an id" 1 no_such_account 14 'no account id begins with ffffffff'
bank --json
refused_json "no command at all" 2 wrong_words 30 'a command is missing'
bank
[ "$status" = 2 ] && [ ! -s "$WORLD/out" ] && grep -q '^usage: bank' "$WORLD/err"
result "which a person gets told what there is for, beside what is printed" $?
bank account show "$account" --at 99999999 --json
refused_json "a position that the log has not" 2 wrong_words 30 'there is no position 99999999'
bank events --stream nonsense --json
refused_json "a stream that is none" 2 wrong_words 30 'stream'
bank events --follow --stream nonsense --json
refused_json "which is not waited for either" 2 wrong_words 30 'stream'
bank events --tree "$nobody" --json
refused_json "a tree of nothing" 1 not_found 25 'no event has the correlation'

# ---- ids by their beginnings -------------------------------------------------------

bank account show "$(echo "$account" | cut -c 1-13)" --json
[ "$status" = 0 ] && [ "$(member account_id)" = "$account" ]
result "13 characters of an id are enough" $?
bank account deposit "$(echo "$account" | cut -c 1-35)" 1.00 --json
[ "$status" = 0 ] && [ "$(member account_id)" = "$account" ]
result "also where money moves" $?
bank account show "$(echo "$account" | cut -c 1-7)"
refused "7 are not" 2 'no account id: give a uuid .* or 8 or more of its first characters'
bank account show ffffffff
refused "what no id begins with is said" 1 'no account id begins with ffffffff'
twin=$(echo "$account" | sed 's/....$/0000/')
"$BUILD/bank" account open --owner Twin --id "$twin" >"$WORLD/out" || exit 1
bank account show "$(echo "$account" | cut -c 1-32)"
refused "and what more than one begins with, with all of them" 1 \
    "more than one account id begins with .*$account"
grep -q "$twin" "$WORLD/err"
result "the other one too" $?
bank account show "$(echo "$account" | cut -c 1-32)" --json
refused_json "for programs likewise" 1 failed 96 'more than one account id'
bank teller show 1c915dd1 --json
[ "$status" = 0 ] && [ "$(member teller_id)" = "$teller" ]
result "a machine's id" $?
bank card list --json
card=$(member card_id)
bank card block "$(echo "$card" | cut -c 1-8)"
did "a card's id" 'is blocked'
bank card unblock 400000123456
refused "which no card's number is" 2 'card.s number is not taken from the command line'
bank card unblock "$card"
bank transfer make "$account" "$other" 1.00 --json
transfer=$(member transfer_id)
bank transfer show "$(echo "$transfer" | cut -c 1-18)" --json
[ "$status" = 0 ] && [ "$(member transfer_id)" = "$transfer" ]
result "a transfer's id" $?
bank events --tree "$(echo "$transfer" | cut -c 1-18)"
did "and its tree's" 'Transfers.TransferCompleted'
bank events --stream "teller-$(echo "$teller" | cut -c 1-8)"
did "and a stream's" 'Teller.Provisioned'
ESBANK_DB="host=$WORLD/nowhere dbname=none" bank account deposit "$(echo "$account" | cut -c 1-13)" 1.00
refused "without the database the whole id is wanted" 1 'give the whole id'

# ---- times -------------------------------------------------------------------------

time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z'
for command in 'account list' 'transfer list' 'events' 'card list' "account statement $account" "account explain $account" \
    "transfer show $transfer" verify; do
    # shellcheck disable=SC2086
    bank $command
    did "times of \`bank ${command%% [0-9a-f]*-*}\` have their T" "$time"
    grep -Eq '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:' "$WORLD/out"
    [ $? = 1 ]
    result "all of them" $?
done

# ---- output that cannot be written -------------------------------------------------

full()
{
    "$BUILD/bank" "$@" >/dev/full 2>"$WORLD/err"
    status=$?
    : >"$WORLD/out"
}
full account open --owner Ida
refused "an account that was opened is named all the same" 1 \
    'it is done \(account_id [0-9a-f-]{36}\), but what the bank said could not be written'
full account open --owner Ida --json
refused_json "and for programs" 1 output_unwritten 96 'it is done \(account_id [0-9a-f-]{36}\)'
full snapshot drop
refused "what acts by itself says that it did" 1 \
    '`bank snapshot drop` was carried out, but what it printed could not be written'
full snapshot take
refused "whatever it is" 1 'was carried out, but what it printed could not be written'
full account list --json
refused_json "what only reads has done nothing" 1 output_unwritten 96 '^the output could not be written'

# Output that is closed is no place to lose what was done, either.
"$BUILD/bank" account open --owner Ida >&- 2>"$WORLD/err"
status=$?
refused "nor is output that was closed" 1 \
    'it is done \(account_id [0-9a-f-]{36}\), but what the bank said could not be written'
"$BUILD/bank" account list >&- 2>"$WORLD/err"
status=$?
refused "or a list lost" 1 'could not be written'

# ---- alerts ------------------------------------------------------------------------

# Suspects that an operator ends are gone from the list that is read next.
visit_lost()
{
    "$BUILD/bank" terminal withdraw 20 --card-file "$WORLD/card" --pin-file "$WORLD/pin" --outcome unknown --json >"$WORLD/out" \
        2>"$WORLD/err" || return 1
    withdrawal=$(head -1 "$WORLD/out" | perl -MJSON::PP -e 'print decode_json(<STDIN>)->{withdrawal_id}')
}
stale=0
for round in 1 2 3; do
    visit_lost && await 20 sh -c '"$BUILD/bank" alert list | grep -q suspects' || stale=1
    "$BUILD/bank" withdrawal resolve "$withdrawal" dispensed >"$WORLD/out" 2>"$WORLD/err" || stale=1
    bank alert list
    ! grep -q suspects "$WORLD/out" || stale=1
done
result "an alert that was settled is not on the list that is read next" $stale

# ---- a bank that stands by ------------------------------------------------------------

mkdir -m 711 "$WORLD/second"
cp -a "$ESBANK_HOME/keys" "$WORLD/second/keys"
setsid "$BUILD/bank" serve --home "$WORLD/second" >"$WORLD/second.log" 2>&1 </dev/null &
echo $! >"$WORLD/second.pid"
stands_by()
{
    "$BUILD/bank" status --home "$WORLD/second" --json 2>"$WORLD/err" | grep -q '"state":"standby"'
}
await 60 stands_by
result "a second bank stands by" $?
bank account deposit "$account" 1.00 --home "$WORLD/second"
refused "a command to it is told so, with a status of its own" 4 'stands by, and another bank has the log'
bank account deposit "$account" 1.00 --home "$WORLD/second" --json
refused_json "and for programs" 4 bank_standby 91 'stands by'
bank ping --home "$WORLD/second"
refused "a ping is, too" 4 'stands by'
bank status --home "$WORLD/second"
did "its state is no failure" 'state +standby'
kill -TERM "$(cat "$WORLD/second.pid")"
await 60 gone "$(cat "$WORLD/second.pid")"
rm "$WORLD/second.pid"

# ---- questions -------------------------------------------------------------------------

# ANSWER WORD...: at a terminal, where that is typed once the question is there.
asked()
{
    answer=$1
    shift
    rm -f "$WORLD/typed" "$WORLD/screen"
    mkfifo "$WORLD/typed"
    : >"$WORLD/screen"
    script -qefc "'$BUILD/bank' $*" "$WORLD/screen" <"$WORLD/typed" >"$WORLD/out" 2>&1 &
    asking=$!
    exec 4>"$WORLD/typed"
    await 20 grep -q 'Type yes' "$WORLD/screen" || return 1
    echo "$answer" >&4
    wait $asking
    status=$?
    exec 4>&-
}
balance()
{
    "$BUILD/bank" account show "$account" --json | perl -MJSON::PP -e 'local $/; print decode_json(<STDIN>)->{balance}'
}
before=$(balance)
asked no account withdraw "$account" 3.00
[ "$status" = 1 ] && grep -q "Pay 3.00 out of account $account? Type yes" "$WORLD/screen" &&
    grep -q 'nothing was done: the answer was not yes' "$WORLD/screen" && [ "$(balance)" = "$before" ]
result "at a terminal money does not move without a yes" $?
asked yes account withdraw "$account" 3.00
[ "$status" = 0 ] && [ "$(balance)" = $((before - 300)) ]
result "and moves with one" $?
asked yes account close "$other"
[ "$status" = 1 ] && grep -q 'The account still holds money' "$WORLD/screen"
result "the bank has the last word" $?
before=$(balance)
bank account close "$other"
refused "what cannot be undone wants a terminal or --yes" 2 \
    '`bank account close` cannot be undone and there is no terminal to ask at: say --yes'
bank account deposit "$account" 2.00
did "money moves on a pipe" 'the balance is'
[ "$(balance)" = $((before + 200)) ]
result "as it was said" $?

bank_stop
results_end
