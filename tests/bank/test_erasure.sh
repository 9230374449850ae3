#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Erasure, on a real bank and a database of its own: a name is readable for
# people and nowhere in the database; once its key is shredded nobody can read
# it, while the log, the balances and every repeated request are as they were.
# Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new erasure
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

first=0192f0c1-0000-7000-8000-00000000000a
second=0192f0c1-0000-7000-8000-00000000000b
older=0192f0c1-0000-7000-8000-00000000000c
name='Peter Ümlaut'

# As there, with nobody to ask.
bank()
{
    "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}

# SENTENCE SQL ANSWER
answers()
{
    ask "$2" >"$WORLD/out" 2>"$WORLD/err"
    [ "$(cat "$WORLD/out")" = "$3" ]
    result "$1" $?
}

clean()
{
    bank verify
    [ "$status" = 0 ]
    result "$1" $?
}

# The name (or its last word, since JSON may write others otherwise) in clear, in hexadecimal or in base64, anywhere
# in the database or in what the bank logs.
nowhere()
{
    pg_dump -d "$DATABASE" >"$WORLD/dump" 2>"$WORLD/err" || return 1
    grep -q AccountOpened "$WORLD/dump" || return 1
    for form in "$name" "${name##* ?}" "$(printf '%s' "$name" | od -An -tx1 | tr -d ' \n')" "$(printf '%s' "$name" | base64 | tr -d =)"; do
        grep -qiF -- "$form" "$WORLD/dump" "$WORLD/bank.log" && return 1
    done
    return 0
}

open_account() # ID REQUEST [OWNER]: the reply stays in $WORLD/out
{
    bank dispatch "{\"v\":1,\"id\":\"$2\",\"command\":\"OpenAccount\",\"account_id\":\"$1\",\"owner\":\"${3:-$name}\"}"
}

bank_start --log commands
result "the bank starts" $?
[ "$(stat -c %a "$ESBANK_HOME/keys/data.key")" = 600 ]
result "the key of keys is its owner's only" $?

# ---- before ----------------------------------------------------------------------

open_account "$first" "$first"
did "an account is opened" '"code":"00"'
cp "$WORLD/out" "$WORLD/reply"
open_account "$second" "$second"
did "and another of the same owner" '"code":"00"'
bank account deposit "$first" 100
did "there is money on it" '100\.00'
bank account list
did "the list shows the owner" "^$first  $name  open +100\\.00"
bank account list --json
did "with --json too" "\"account_id\":\"$first\",\"owner\":\"$name\",\"owner_state\":\"known\""
bank account show "$first"
did "so does the account" "^Owner +$name\$"
nowhere
result "the name is nowhere in the database or the bank's log" $?
answers "the same owner is sealed differently for each account" \
    "SELECT count(DISTINCT data->>'owner') FROM esbank.events WHERE data->>'owner' LIKE 'sealed:v1:%'" 2
answers "each with a key of its own" "SELECT count(DISTINCT wrapped) FROM esbank.data_keys" 2
answers "every column of the table has its comment" "SELECT count(*) FROM pg_attribute WHERE attnum > 0
    AND attrelid = 'esbank.data_keys'::regclass AND col_description(attrelid, attnum) IS NULL" 0
open_account "$first" "$first"
cmp -s "$WORLD/out" "$WORLD/reply"
result "a repeated request gets the same reply" $?
open_account "$first" "$first" Petra
[ "$status" != 0 ] || grep -q id_conflict "$WORLD/out"
result "with another name it is another request" $?
answers "and none of that made another key" "SELECT count(*) FROM esbank.data_keys" 2
clean "verify is clean before"

mv "$ESBANK_HOME/keys/data.key" "$WORLD/data.key"
bank account show "$first"
did "without the vault's key the owner is sealed" '^Owner +\(sealed\)$'
mv "$WORLD/data.key" "$ESBANK_HOME/keys/data.key"
ask "UPDATE esbank.accounts a SET owner = b.owner FROM esbank.accounts b
    WHERE a.account_id = '$second' AND b.account_id = '$first'"
bank account list
did "a sealed text of another account is refused" "^$second  \\(damaged\\)"
bank projection rebuild accounts
bank account list
did "and right again when the read model is made again" "^$second  $name"

# ---- erasing -----------------------------------------------------------------------

bank account erase "$first"
refused "without a terminal it has to be said twice" 2 'say --yes'
bank account erase "$nobody" --yes
refused "an account that is not there" 1 'no account of that id; see .bank account list'
bank account erase me --yes
refused "an id is a uuid" 2 'no account id'
head=$(ask "SELECT position || ' ' || encode(hash, 'hex') FROM esbank.log_head")
pg_dump -d "$DATABASE" -Fc -f "$WORLD/backup"
ask "CREATE TABLE public.kept_keys AS SELECT * FROM esbank.data_keys" >"$WORLD/out"
bank account erase "$first" --yes
did "the owner is erased" "the owner of account $first is erased"
answers "the log is as it was, and says so" "SELECT (SELECT position || ' ' || encode(hash, 'hex') FROM esbank.events
    WHERE position = ${head%% *}) = '$head', stream_id, event_type, data::text, metadata->>'command', metadata->>'actor'
    FROM esbank.events ORDER BY position DESC LIMIT 1" \
    "t|account-$first|Accounts.OwnerErased|{}|Accounts.EraseOwner|operator $(id -un)"
bank events --reverse --limit 1
did "which its history shows" "Accounts\\.OwnerErased"
answers "the home has a list of it" "SELECT '$(stat -c %a "$ESBANK_HOME/erased") $(grep -c "^$first 2" "$ESBANK_HOME/erased")
    $(wc -w <"$ESBANK_HOME/erased")'" '600 1
    2'
answers "the key is gone" "SELECT wrapped IS NULL, shredded_at IS NOT NULL FROM esbank.data_keys
    WHERE account_id = '$first'" 't|t'
shredded=$(ask "SELECT shredded_at FROM esbank.data_keys WHERE account_id = '$first'")
bank account erase "$first" --yes
did "twice is no error" 'was erased already'
answers "and no event" "SELECT count(*) FROM esbank.events WHERE event_type = 'Accounts.OwnerErased'" 1
bank account erase "$first" --yes --json
did "with --json" "\"account_id\":\"$first\",\"owner_state\":\"erased\",\"erased_at\":\"2"
answers "and it stays the first time's" "SELECT shredded_at = '$shredded' FROM esbank.data_keys
    WHERE account_id = '$first'" t

# ---- after -------------------------------------------------------------------------

bank account list
did "the list says so" "^$first  \\(erased\\)"
did "of that account only" "^$second  $name"
bank account list --json
did "and to programs" "\"owner\":null,\"owner_state\":\"erased\""
bank account show "$first"
did "so does the account" '^Owner +\(erased\)$'
nowhere
result "the name is nowhere" $?
clean "verify is clean after"
bank account withdraw "$first" 40
did "money can be withdrawn" 'the balance is 60\.00'
bank account deposit "$first" 1
did "and paid in" 'the balance is 61\.00'
open_account "$first" "$first"
cmp -s "$WORLD/out" "$WORLD/reply"
result "the request that opened it still gets its reply, byte for byte" $?
bank_kill TERM
bank_start
open_account "$first" "$first"
cmp -s "$WORLD/out" "$WORLD/reply"
result "after a restart too, when it comes from the table" $?
open_account "$second" "$second" Petra
grep -q id_conflict "$WORLD/out" "$WORLD/err"
result "and for the other account another name is still a conflict" $?
answers "the keyed hash of the name is gone with the key" \
    "SELECT content = decode(repeat('00', 16), 'hex') FROM esbank.commands WHERE command_id = '$first'" t
bank projection rebuild accounts
bank account list
did "the read model can be made again" "^$first  \\(erased\\) +open +61\\.00"
answers "repeating made no new key" "SELECT count(*) FROM esbank.data_keys" 2
clean "verify is clean at the end"

# ---- restored ------------------------------------------------------------------------

bank_stop
erased="SELECT count(*) FILTER (WHERE wrapped IS NULL), (SELECT count(*) FROM esbank.events
    WHERE event_type = 'Accounts.OwnerErased') FROM esbank.data_keys WHERE account_id = '$first'"
unerase="BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM esbank.data_keys;
    INSERT INTO esbank.data_keys SELECT * FROM public.kept_keys; COMMIT"
ask "$unerase" >"$WORLD/out"
bank verify
[ "$status" = 1 ] && grep -Eq "^FAILED +data keys .*owner of account $first was erased, but the data key is there" "$WORLD/out"
result "a key that is back is found" $?
bank_start
answers "by the event it is erased again" "$erased" '1|1'
grep -q "owner-erased-again .*account=$first why=\"the log has it" "$WORLD/bank.log"
result "which the log of the bank says" $?
clean "then verify is clean"
bank_stop
ask "$unerase" >"$WORLD/out"
rm "$ESBANK_HOME/erased"
bank_start
answers "without the list too" "$erased" '1|1'
[ "$(grep -c "^$first 2" "$ESBANK_HOME/erased")" = 1 ]
result "which is made again" $?
bank_stop

older_log=$(basename "$WORLD" | tr 'A-Z.' 'a-z_')_older
psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "CREATE DATABASE \"$older_log\" TEMPLATE template0"
pg_restore -d "$ESBANK_TEST_PG dbname=$older_log" "$WORLD/backup" 2>"$WORLD/err"
rm -f "$ESBANK_HOME/log.known"
kept=$DATABASE
DATABASE="$ESBANK_TEST_PG dbname=$older_log" ESBANK_DB="$ESBANK_TEST_PG dbname=$older_log"
answers "a backup of before has the key" "$erased" '0|0'
bank_start
says_erased()
{
    [ "$(ask "$erased")" = '1|1' ]
}
holds "and is erased again by the list, with an event" await 20 says_erased
bank account show "$first"
did "the name is gone there too" '^Owner +\(erased\)$'
grep -q "owner-erased-again .*account=$first why=\"the list in the home has it" "$WORLD/bank.log"
result "which the bank's log says" $?
clean "and verify is clean"

bank_stop
ask "SELECT esbank.erase_owner('$second')" >"$WORLD/out"
bank verify
did "one that was erased beside the log is noted" '^ok +data keys .*; 1 erased before the log says so'
bank_start
noted()
{
    [ "$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Accounts.OwnerErased'")" = 2 ]
}
holds "and becomes an event when the bank starts" await 20 noted
bank_stop
bank_start
answers "once" "SELECT count(*) FROM esbank.events WHERE event_type = 'Accounts.OwnerErased'" 2
clean "and verify is clean"
bank_stop
rm -f "$ESBANK_HOME/log.known" "$ESBANK_HOME/erased"
DATABASE=$kept ESBANK_DB=$kept
bank_start

# ---- the demonstration, and accounts from before ------------------------------------

bank demo
bank account list
did "the demonstration's account has its owner" '  Peter +open +500\.00'
answers "sealed like any other" "SELECT count(*) FROM esbank.accounts WHERE owner = 'Peter'" 0
demo=$(ask "SELECT account_id FROM esbank.accounts WHERE balance = 50000")
bank account erase "$demo" --yes
bank demo
bank account show "$demo"
did "erased, it stays so when the demonstration is repeated" '^Owner +\(erased\)$'

bank_stop
ask "INSERT INTO esbank.events SELECT 1000000, 'account-$older', 1, gen_random_uuid(), event_type, causation_id,
        correlation_id, '{\"owner\":\"Peter the Elder\",\"balance\":0}', metadata, created_at, hash
    FROM esbank.events WHERE event_type = 'Accounts.AccountOpened' LIMIT 1" 2>"$WORLD/err"
bank account show "$older"
did "an older account's owner is shown as it is" '^Owner +Peter the Elder$'
name='Peter the Elder'
nowhere
[ $? = 1 ]
result "and would have been found in the database" $?
bank account erase "$older" --yes
refused "and cannot be erased, which is said" 1 'stands in the log in clear'

results_end
