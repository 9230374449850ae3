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

# "N notes" and "NAME" are arguments in the manual's markup.
sed -n 's/^    X([A-Z_]*, *"\([^"]*\)".*/\1/p' atm/devices/faults.h | sort >"$work/table"
sed -n '/^\.Sh FAULTS/,/^\.El/s/^\.It Li //p' man/atm.1 | sed 's/ Ar / /; s/ Li / /' | sort >"$work/manual"
[ -s "$work/table" ] && cmp -s "$work/table" "$work/manual"
result "the manual lists every fault" $?

run --version
[ "$status" = 0 ] && grep -q '^atm [0-9]' "$work/out"
result "--version" $?

echo "1..$count"
