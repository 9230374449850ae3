#!/bin/sh
# SPDX-License-Identifier: MIT
# The program from outside: what it says when it cannot start, and that its manual is complete and true.
set -u

cd "$(dirname "$0")/../.." || exit 1
atm=${BUILD:-$PWD/build}/atm
work=$(mktemp -d "${TEST_TMP:-/tmp}/program.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
home=$work/home
count=0

# $1: a sentence; $2: 0 when it is true
result()
{
    count=$((count + 1))
    if [ "$2" = 0 ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        sed 's/^/# /' "$work/out" "$work/err" 2>/dev/null
    fi
}

run()
{
    timeout 20 "$atm" "$@" </dev/null >"$work/out" 2>"$work/err"
    status=$?
}

# Failed, with one sentence on standard error that has $1 in it, and nothing else.
refused()
{
    [ "$status" = 1 ] && [ "$(wc -l <"$work/err")" = 1 ] && grep -q '^atm: .*\.$' "$work/err" &&
        grep -qF -- "$1" "$work/err" && [ ! -s "$work/out" ]
}

run --home "$home"
refused "--plain"
result "without a terminal it says what to do" $?
[ ! -e "$home" ]
result "and leaves nothing behind" $?

run --tty
refused 'atm --help'
result "an option it does not know is named" $?

run --home "$home" --teller-id 12
refused "UUID of 36 characters"
result "a teller id that is none is refused" $?

run --home "$home" --plain --view all
refused "screen, machine or inside"
result "a view that there is not is refused" $?

run --home "$home" --plain --trace "$work/nowhere/trace"
refused "cannot open the trace"
result "a trace that cannot be written is refused" $?

for card in "--card 4000001234567899" --card=4000001234567899; do
    # shellcheck disable=SC2086  # two words
    run --home "$home" $card --plain
    refused "--card-file" && ! grep -q 4000001234567899 "$work/err"
    result "a card number among the arguments is refused (${card%%[ =]*}${card##*[0-9]})" $?
done

umask 077
echo 4000001234567890 >"$work/card"
run --home "$home" --card-file "$work/card" --plain
refused "check digit"
result "a card number that is none is refused" $?

echo 4000001234567899 >"$work/card"
chmod 644 "$work/card"
run --home "$home" --card-file "$work/card" --plain
refused "chmod 600"
result "a card's file that others can read is refused" $?
chmod 600 "$work/card"

run --home "$home" --card-file "$work/nothing" --plain
refused "cannot read the card's file"
result "a card's file that is not there is named" $?

run --home "$home" --card-file - --plain
refused "standard input"
result "a card number that does not come is asked for" $?

run --home "$home" --demo-card --plain
refused "demo-card"
result "a demo card that is not there is named" $?

run --home "$home" --plain --language xx
refused "choose one of en, de"
result "a language that is not there is refused with those that are" $?

run --home "$home" --idle-timeout soon --plain
refused "seconds"
result "a time that is none is refused" $?

run --home "$home" --plain --fault "card jamm"
refused 'no fault "card jamm"'
result "a fault that is none is refused" $?

run --home "$home" --plain --fault "$(printf 'card\033[31m')"
refused 'no fault "card<U+001B>[31m"'
result "an error shows what is wrong without commands to the terminal" $?

run --home "$home" --plain --fault "card jam" --fault "dispenser partial after 3 notes"
folder=$(find "$home" -maxdepth 1 -name '*-*-*-*-*')
[ "$status" = 0 ] && [ "$(cat "$folder/faults")" = "card jam
dispenser partial after 3 notes" ]
result "faults can be given at the start" $?

echo "card jamm" >>"$folder/faults"
run --home "$home" --plain
refused '/faults is no fault: "card jamm"' && grep -q 'line 3 of' "$work/err"
result "a line of the faults that is none is named" $?
rm "$folder/faults"

run --home "$home" --plain
[ "$status" = 0 ] && grep -q '^\[out_of_service\]' "$work/out"
result "without a bank it is out of service, and the end of input switches it off" $?

echo 1 >"$work/answers"
start=$(date +%s)
timeout 30 "$atm" --home "$home" --plain <"$work/answers" >"$work/out" 2>"$work/err"
status=$?
[ "$status" = 1 ] && grep -q 'out of service' "$work/err" && [ $(($(date +%s) - start)) -lt 25 ]
result "answers that nobody can be served with are a failure" $?

# Every signal that asks a program to end: it is switched off in order.
mkfifo "$work/keys"
exec 5<>"$work/keys"
until_or_gone()
{
    deadline=$(($(date +%s) + 20))
    until "$@" || ! kill -0 "$job" 2>/dev/null || [ "$(date +%s)" -ge "$deadline" ]; do sleep 0.02; done
}
for signal in INT QUIT TERM HUP; do
    : >"$work/out"
    # A shell starts what it does not wait for with INT and QUIT ignored; env gives them back.
    env --default-signal "$atm" --home "$home" --plain <&5 >"$work/out" 2>"$work/err" &
    job=$!
    until_or_gone grep -q '^\[out_of_service\]' "$work/out"
    kill "-$signal" "$job"
    until_or_gone false
    kill -KILL "$job" 2>/dev/null
    wait "$job"
    [ $? = 0 ] && tail -1 "$home"/*/journal.log | grep -q ' stopped '
    result "SIG$signal switches it off" $?
done
exec 5>&-

# A machine of its own, with a terminal key but no bank.
locked=$work/locked
teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de2
mkdir -p "$locked/keys"
echo 00112233445566778899aabbccddeeff >"$locked/keys/terminal-$teller.key"

printf 's\n000000\n8\nq\n' | timeout 20 "$atm" --home "$locked" --plain >"$work/out" 2>"$work/err"
grep -q -- '--set-supervisor-code' "$work/out" && ! grep -q 'Show counters' "$work/out"
result "without a code there is no supervisor, and it says how to set one" $?

for code in 123 1234567890123 12a456; do
    echo "$code" | timeout 20 "$atm" --home "$locked" --set-supervisor-code >"$work/out" 2>"$work/err"
    status=$?
    refused "4 to 12 digits"
    result "a code that is none is refused ($code)" $?
done
echo 482913 | timeout 20 "$atm" --home "$locked" --set-supervisor-code >"$work/out" 2>"$work/err" &&
    ! grep -rq 482913 "$locked"
result "a code is set, and no file has it" $?

# Guesses are piped in, in two goes: each waits for the one before, and the fifth locks.
start=$(date +%s)
printf 's\n000000\n000001\n000002\n' | timeout 60 "$atm" --home "$locked" --plain >"$work/out" 2>"$work/err"
[ $(($(date +%s) - start)) -ge 3 ] && [ "$(grep -c 'code=wrong' "$locked/$teller/journal.log")" = 3 ]
result "piped guesses wait for each other" $?
printf 's\n000003\n000004\n482913\n' | timeout 60 "$atm" --home "$locked" --plain >"$work/out" 2>"$work/err"
printf 's\n482913\n' | timeout 60 "$atm" --home "$locked" --plain >>"$work/out" 2>>"$work/err"
grep -q 'Locked after 5 wrong codes' "$work/out" && ! grep -q 'Show counters' "$work/out" &&
    grep -q 'code=wrong in_a_row=5 next_in_s=300' "$locked/$teller/journal.log" &&
    grep -q '"incident":"supervisor_lockout","count":5' "$locked/$teller/saf/"*.json
result "the fifth locks the supervisor out, over a restart too, and the bank is owed a word of it" $?

# The wrong codes are erased, and the chain made good as far as that goes without a key.
sed -i '/code=wrong/d' "$locked/$teller/journal.log"
run --home "$locked" --plain
refused "was changed after entry"
result "wrong codes erased from the journal stop the start" $?

run --help
[ "$status" = 0 ]
result "--help" $?
missing=
for option in $(grep -o '^  --[a-z-]*' "$work/out"); do
    grep -q -- "^\.It Fl ${option#-}" man/atm.1 || missing="$missing $option"
done
for option in $(sed -n 's/^\.It Fl \(-[a-z-]*\).*/-\1/p' man/atm.1); do
    grep -q -- "^  $option " "$work/out" || missing="$missing $option"
done
echo "missing:$missing" >"$work/err"
[ -z "$missing" ]
result "the manual and --help know the same options" $?

screens=$(sed -n '/define SCREEN_TABLE/,/^$/s/^    X([A-Z_]*, *"\([a-z_]*\)".*/\1/p' atm/terminal/view.h)
missing=
for screen in $screens; do
    sed -n '/once the screen has settled/,/^\.Sh/p' man/atm.1 | grep -qw "$screen" || missing="$missing $screen"
done
echo "missing:$missing" >"$work/err"
[ -n "$screens" ] && [ -z "$missing" ]
result "the manual lists every screen's name" $?

# "N notes" and "NAME" are arguments in the manual's markup.
sed -n 's/^    X([A-Z_]*, *"\([^"]*\)".*/\1/p' atm/terminal/fault.h | sort >"$work/table"
sed -n '/^\.Sh FAULTS/,/^\.El/s/^\.It Li //p' man/atm.1 | sed 's/ Ar / /; s/ Li / /' | sort >"$work/manual"
[ -s "$work/table" ] && cmp -s "$work/table" "$work/manual"
result "the manual lists every fault" $?

run --version
[ "$status" = 0 ] && grep -q '^atm [0-9]' "$work/out"
result "--version" $?

echo "1..$count"
