# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154  # the names are shared with the test
#
# For shell tests of the commands of `bank`: run one, then say what it did. Source it after bank.sh.
#
#   bank WORD...                     runs the program; leaves $WORLD/out, $WORLD/err and $status
#   did SENTENCE PATTERN             a test point: it succeeded and printed a line that fits
#   refused SENTENCE STATUS PATTERN  a test point: it failed with one sentence that fits
#   holds SENTENCE COMMAND...        a test point: the command succeeds
#   member NAME                      a member of the JSON it printed
#   is_json                          whether it printed JSON
#   account_new                      $account, with a card of PIN 1234 and 500.00
#   visit                            that card's owner takes 20.00 out of the machine
#   ended STATES                     whether these are the withdrawals' states
#   terminal COMMAND...              a terminal that signs on and sends these; see docs/terminal.py

nobody=00000000-0000-4000-8000-000000000001

# Runs the program; leaves out, err, status.
bank()
{
    "$BUILD/bank" "$@" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}

# SENTENCE PATTERN: it succeeded, said nothing on stderr, and printed a line that fits.
did()
{
    [ "$status" = 0 ] && [ ! -s "$WORLD/err" ] && grep -Eq -- "$2" "$WORLD/out"
    result "$1" $?
}

# SENTENCE STATUS PATTERN: it failed so, printed nothing, and gave one sentence that fits, with --json in an object.
refused()
{
    [ "$status" = "$2" ] && [ ! -s "$WORLD/out" ] && [ "$(wc -l <"$WORLD/err")" = 1 ] &&
        grep -Eq -- "^(bank: |\{\"error\":\"[a-z_]+\",\"code\":\"[0-9]+\",\"message\":\").*$3" "$WORLD/err"
    result "$1" $?
}

# SENTENCE COMMAND...: the command succeeds.
holds()
{
    sentence=$1
    shift
    "$@"
    result "$sentence" $?
}

# A member of the object printed, or of the first one of an array.
member()
{
    perl -MJSON::PP -e 'local $/; open my $file, "<", $ARGV[0] or die; my $json = decode_json(<$file>);
        $json = $json->[0] if ref $json eq "ARRAY"; print $json->{$ARGV[1]}' "$WORLD/out" "$1"
}

is_json()
{
    perl -MJSON::PP -e 'local $/; open my $file, "<", $ARGV[0] or die; decode_json(<$file>)' "$WORLD/out"
}

account_new()
{
    account=$("$BUILD/bank" account open --owner 'Änne Ö' --daily-limit 500.00 --daily-count 9) || exit 1
    echo 1234 >"$WORLD/pin"
    echo 4000001234567899 >"$WORLD/card"
    "$BUILD/bank" card issue "$account" --card-file "$WORLD/card" --pin-file "$WORLD/pin" >"$WORLD/out" &&
        "$BUILD/bank" account deposit "$account" 250.50 >"$WORLD/out" &&
        "$BUILD/bank" account deposit "$account" 249.50 >"$WORLD/out" || exit 1
}

# The machine: the card's number, then insert the card, PIN, 20.00, the first mix, no receipt; then as the faults have it.
visit()
{
    printf '4000001234567899\n1\n1234\n1\n1\n5\n1\n1\n5\n' | ESBANK_DB='' timeout 60 "$BUILD/atm" --plain --home "$ESBANK_HOME" \
        --card-file - --countdown 2 >"$WORLD/out" 2>"$WORLD/err"
}

ended()
{
    [ "$(withdrawal_states)" = "$1" ]
}

terminal()
{
    python3 docs/terminal.py "$ESBANK_HOME" "$teller" "$@" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}
