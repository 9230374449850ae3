#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The words of `bank`: --help and the manual know the same commands and options,
# every wrong word gets a sentence that says what is right, and so does a command
# that finds no bank or no schema. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new words
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# ---- words -------------------------------------------------------------------

bank --help
did "--help lists the commands" "account open"
bank
holds "no command at all is wrong usage" test "$status" = 2
bank acount list
refused "an unknown command is told which there are" 2 \
    "no command \"acount\" .did you mean account.*; there are serve, .*account, "
bank account opne
refused "and an unknown second word which go with the first" 2 "did you mean account open.*\`bank account\` has open, deposit"
bank account
refused "and a missing one too" 2 "needs one more word: open"
for words in 'transfer make PAN PAN 1.00' 'account show PAN' 'PAN' 'help PAN' 'dispatch PAN' 'account list --PAN' \
    'events --stream PAN' 'account list --json --after PAN'; do
    # shellcheck disable=SC2046  # words
    bank $(echo "$words" | sed 's/PAN/4000001234567899/g')
    [ "$status" = 2 ] && grep -q '400000\*\*\*\*\*\*7899' "$WORLD/err" && ! grep -q 4000001234567899 "$WORLD/err"
    result "a card's number is never told again in full: bank $words" $?
done
bank account list --jsno
refused "an unknown option is told which there are" 2 "no option --jsno .did you mean --json.*; .*--json"
bank account show
refused "a missing word is told the usage" 2 "bank account show ID"
bank account list too many
refused "a word too many likewise" 2 "a word too many"
bank account open --owner
refused "an option without its value is told so" 2 "--owner needs a value"
bank account list --json=yes
refused "and one with a value it does not take" 2 "takes no value"
helps()
{
    for name in account 'account open' 'card issue' teller 'teller show' 'withdrawal resolve' events dispatch verify \
        'projection rebuild' 'snapshot drop' serve ping demo migrate status console import; do
        # shellcheck disable=SC2086  # a name is one or two words
        bank $name --help
        [ "$status" = 0 ] && grep -q "bank $name" "$WORLD/out" || return 1
    done
}
holds "every command has a --help" helps

bank help times
did "bank help says what times are" '2026-11-24T19:40:16'
bank help account open
did "and what a command takes" 'bank account open --owner NAME'
bank help account
did "or all of a noun" 'bank account close ID'
bank help tims
refused "what there is no help on is told what is like it" 2 'no help on "tims" .did you mean times'
bank help
did "the topics are listed" '^  environment '
wide()
{
    names | while read -r name; do
        # shellcheck disable=SC2086
        "$BUILD/bank" $name --help | awk -v name="$name" 'length($0) > 80 { print name ": " $0 }'
    done
}

# All commands of the table, or all options of all commands, one a line.
names()
{
    "$BUILD/bank" --help | sed -n '/^usage/,/^Topics/s/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' | sed 's/  .*//'
}
options()
{
    names | while read -r name; do
        # shellcheck disable=SC2086
        "$BUILD/bank" $name --help
    done | grep -o '^  --[a-z-]*' | sed 's/^  -//' | sort -u
}
wide >"$WORLD/out" 2>&1
holds "no help is wider than 80 columns" test ! -s "$WORLD/out"
manual_tells()
{
    names | while read -r name; do
        grep -Eq "^\.It (Xo )?Cm $name( |$)" man/bank.1 || echo "man/bank.1 lacks $name"
    done
    grep -o 'Fl -[a-z-]*' man/bank.1 | sed 's/^Fl //' | sort -u >"$WORLD/manual"
    options | diff - "$WORLD/manual"
}
manual_tells >"$WORLD/out" 2>&1
holds "the manual and --help know the same commands and options" test ! -s "$WORLD/out"

# ---- without a bank ----------------------------------------------------------

bank status
refused "a command to a bank that is not there says how to start one" 1 "bank serve"
bank account list
refused "a read of an empty database says what it lacks" 1 "bank migrate"
bank migrate
did "migrate makes the schema" "[0-9]+ migrations applied"
bank migrate
did "and then there is nothing to do" "up to date"
bank account list --db "host=$WORLD/nowhere dbname=none"
refused "a database that is not there is told by --db" 1 "check --db"
bank_start
result "the bank starts" $?

bank_stop
results_end
