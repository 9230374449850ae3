#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An owner's name changes: each name is sealed under a key of its own, the old
# one is what the account had then, and an erasure shreds them all. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2034,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new rename
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

nobody=0192f0c1-0000-7000-8000-00000000000f
request=0192f0c1-0000-7000-8000-0000000000aa

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

holds()
{
    sentence=$1
    shift
    "$@"
    result "$sentence" $?
}

bank_start
result "the bank starts" $?
bank account open --owner Petra
account=$(cat "$WORLD/out")
opened=$(ask "SELECT max(position) FROM esbank.events")
bank account rename "$account" --owner Paula --request-id "$request"
did "the owner is renamed" "^the owner of account $account has that name now"
bank account rename "$account" --owner Paula --request-id "$request"
did "which may be said again" "^the owner of account $account has that name now"
bank account rename "$account" --owner Pauline --request-id "$request"
refused "but not with another name" 1 'before, with other content'
bank account show "$account"
did "the account has the new name" '^Owner +Paula$'
bank account list
did "and so does the list" "^$account  Paula "
bank account show "$account" --at "$opened"
did "before that it had the old one" '^Owner +Petra$'
answers "each is sealed under a key of its own" "SELECT count(DISTINCT wrapped) FROM esbank.data_keys
    WHERE account_id = '$account'" 2
bank verify
did "verify is clean" '^ok +data keys +2 keys'
bank projection rebuild accounts
bank account list
did "the read model made again has the new name" "^$account  Paula "
bank account rename "$nobody" --owner Paula
refused "an account that is not there" 1 'no account of that id'
bank account rename "$account"
refused "a name has to be given" 2 '--owner is missing; say .bank account rename ID --owner NAME'
bank account rename "$account" --owner '(erased)'
refused "and be a name" 1 'not in parentheses'
ask "UPDATE esbank.data_keys SET command_id = '$nobody' WHERE command_id = '$request'" >"$WORLD/out" 2>&1
bank verify
holds "a key that is no name's is found" grep -Eq '^FAILED +data keys .*no event has a name' "$WORLD/out"
ask "UPDATE esbank.data_keys SET command_id = '$request' WHERE command_id = '$nobody'" >"$WORLD/out" 2>&1
bank_stop && bank_start
bank account show "$account"
did "a restart changes nothing" '^Owner +Paula$'

bank account erase "$account" --yes
did "the owner is erased" 'is erased'
bank account show "$account"
did "the new name is gone" '^Owner +\(erased\)$'
bank account show "$account" --at "$opened"
did "and the old one" '^Owner +\(erased\)$'
answers "no key is left, and nothing to try names with" "SELECT count(k.wrapped), count(*) FILTER (WHERE
    encode(c.content, 'hex') <> repeat('00', 16)) FROM esbank.data_keys k JOIN esbank.commands c USING (command_id)" '0|0'
bank account rename "$account" --owner Petra
refused "an erased owner gets no name again" 1 'was erased'
bank verify
did "verify is clean after it" '^ok +data keys +2 keys'
holds "the bank ends" bank_stop
results_end
