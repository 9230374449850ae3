#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The Tab key: what `bank complete` offers, by the table of commands and by the
# running bank's database, and that bash takes it. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new completion
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# SENTENCE CANDIDATES WORD...: what is offered, in its order and with blanks between.
offers()
{
    sentence=$1 wanted=$2
    shift 2
    bank complete -- "$@"
    [ "$status" = 0 ] && [ ! -s "$WORLD/err" ] && [ "$(cut -f 1 "$WORLD/out" | tr '\n' ' ')" = "${wanted:+$wanted }" ]
    result "$sentence" $?
}

# ---- without a bank ------------------------------------------------------------

offers "first words, each once" account acc
offers "second words" "show statement" account s
offers "none of a command that there is not" "" acount s
offers "options" "--state --since --sort" account list --s
offers "not those that are given" "--since --sort" account list --state open --s
offers "choices of an option" "open" account list --state o
offers "also in its own word" "--state=closed" account list --state=c
offers "choices of a word" "dispensed" withdrawal resolve 1c915dd1-8bf0-4662-a2ce-60725b0c7de2 d
offers "options of every command before it" "--home --help" --h
offers "and the command after them" "account" --home "$WORLD/nowhere" --json acc
offers "files are the shell's" ":files" keys export ""
offers "folders, too" ":folders" --home ""
offers "read models" "tellers" projection rebuild tellers
offers "event handlers" "suspects" subscription reset su
offers "types of events" "Teller.CashDispensed" events --type Teller.Cash
offers "commands of the wire" "DepositMoney" dispatch Dep
offers "topics" "times" help ti
offers "nothing where only the person knows" "" account deposit 1c915dd1-8bf0-4662-a2ce-60725b0c7de2 1
ESBANK_DB="host=$WORLD/nowhere dbname=none"
offers "no ids without a database, and no word about it" "" account show ""
ESBANK_DB=$DATABASE

# ---- with one ------------------------------------------------------------------

bank_start
result "the bank starts" $?
account_new
offers "an account's id" "$account" account show ""
offers "by its beginning" "$account" account show "$(echo "$account" | cut -c 1-6)"
offers "also of an option" "$account" withdrawal list --account ""
offers "none of another beginning" "" account show ffff
offers "a machine's" "$teller" teller show 1c9
offers "a stream's" "account-$account" events --stream acc
offers "by the id in it" "teller-$teller" events --stream teller-1c
bank card list --json
card=$(member card_id)
offers "a card's id" "$card" card block ""
[ "$(cut -f 2 "$WORLD/out")" = '400000******7899' ]
result "with its number masked" $?
"$BUILD/bank" terminal withdraw 20 --card-file "$WORLD/card" --pin-file "$WORLD/pin" --json >"$WORLD/reply" 2>"$WORLD/err"
withdrawal=$(head -1 "$WORLD/reply" | perl -MJSON::PP -e 'print decode_json(<STDIN>)->{withdrawal_id}')
listed()
{
    "$BUILD/bank" complete -- withdrawal show "" | grep -q "$withdrawal"
}
await 20 listed
offers "a withdrawal's" "$withdrawal" withdrawal show ""

# ---- bash ------------------------------------------------------------------------

# WORD...: what bash has after the Tab key behind the last one.
tabbed()
{
    bash -c 'eval "$("$0" completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bank; printf "%s\n" "${COMPREPLY[@]}"' \
        "$BUILD/bank" "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err"
    [ ! -s "$WORLD/err" ] && tr '\n' ' ' <"$WORLD/out"
}
[ "$(tabbed account s)" = "show statement " ]
result "bash completes words" $?
[ "$(tabbed account show "$(echo "$account" | cut -c 1-8)")" = "$account " ]
result "and ids" $?
[ "$(tabbed account list --state = o)" = "open " ]
result "and values in the option's own word, which it takes apart" $?
echo x >"$WORLD/sealed.keys"
[ "$(cd "$WORLD" && tabbed keys import sealed)" = "sealed.keys " ]
result "and files" $?
bank completion zsh
did "zsh has a script, too" '^#compdef bank'
bank completion fish
refused "other shells have none" 2 '"fish" is no shell: give bash or zsh'

bank_stop
results_end
