#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The bank's keys and the database that was made with them: one that is lost, another one, a fresh home beside an old
# database, a terminal's; and the sealed archive of all of them. Prints TAP. The programs are in $BUILD; run it by
# scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new keys
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

keys=$ESBANK_HOME/keys
other=0192f0c1-0000-7000-8000-0000000000a1
phrase='correct horse battery'
printf '%s\n' "$phrase" >"$WORLD/phrase"
printf 'another horse battery\n' >"$WORLD/wrong"

# Another key in the place of $1.
replace()
{
    mv "$1" "$WORLD/kept"
    tr 0-9a-f 1-9a-f0 <"$WORLD/kept" >"$1"
    chmod 600 "$1"
}

restore()
{
    mv "$WORLD/kept" "$1"
}

recorded()
{
    [ "$(ask "SELECT count(*) FROM esbank.key_checks WHERE name = '$1'")" = 1 ]
}

no_keys_in()
{
    [ -z "$(ls "$1/keys" 2>/dev/null)" ]
}

# ---- what the database knows --------------------------------------------------

bank_start
result "a bank starts with new keys" $?
for name in card.key pin.key data.key pin-entry.key "terminal-$teller.key"; do
    holds "the database knows $name" recorded "$name"
done
bank keys check
did "they are right" '^pin\.key +right +20'
bank keys check --json
did "for programs too" '"name":"pin.key","state":"right","since":"20[^"]*","problem":null'
value=$(ask "SELECT encode(check_value, 'hex') FROM esbank.key_checks WHERE name = 'pin.key'")
[ ${#value} = 16 ] && ! grep -q "$value" "$keys/pin.key"
result "a check value is 8 bytes that are not the key's" $?
expected=$(printf 'EsBank key check value v1 pin.key' |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat "$keys/pin.key")" | sed 's/.* //' | cut -c 1-16)
[ "$value" = "$expected" ]
result "and is what its comment says" $?
account_new
bank teller provision "$other" --notes 10x1000
did "a machine is provisioned" "$other"
holds "the database learns of its key while the bank runs" await 30 recorded "terminal-$other.key"
chmod 640 "$keys/pin-entry.key"
bank keys check
[ "$status" = 1 ] && grep -Eq '^pin-entry\.key +exposed .*chmod 600' "$WORLD/out"
result "a key that others can read is pointed out" $?
chmod 600 "$keys/pin-entry.key"
bank_stop
ESBANK_DB='' bank keys check
[ "$status" = 1 ] && grep -q 'not compared with the database: the bank is not running' "$WORLD/err"
result "keys that cannot be compared are not called right" $?

# ---- the archive -----------------------------------------------------------------

bank keys export "$WORLD/archive" --passphrase-file "$WORLD/phrase"
did "all keys are sealed in a file" '^[0-9]+ keys are sealed'
[ "$(stat -c %a "$WORLD/archive")" = 600 ]
result "its owner's only" $?
bank keys export "$WORLD/archive" --passphrase-file "$WORLD/phrase"
refused "that is never overwritten" 2 'is there already and is not overwritten'
for name in card.key pin.key data.key pin-entry.key "terminal-$teller.key"; do
    grep -qF "$(cut -c 1-16 "$keys/$name")" "$WORLD/archive" && break
done
result "no key can be read in it" $((! $?))
echo short | "$BUILD/bank" keys export "$WORLD/archive2" >"$WORLD/out" 2>"$WORLD/err"
status=$?
refused "a short passphrase is refused" 2 '12 bytes or more'
bank keys export "$WORLD/archive2" --passphrase "$phrase"
refused "none is taken from the command line" 2 'no option'
[ ! -e "$WORLD/archive2" ]
result "and no file is left behind" $?

fresh=$WORLD/fresh
mkdir -m 711 "$fresh"
bank keys import "$WORLD/archive" --home "$fresh" --passphrase-file "$WORLD/wrong"
refused "another passphrase opens nothing" 2 'the passphrase is another one, or the file is damaged'
damaged()
{
    bank keys import "$WORLD/damaged" --home "$fresh" --passphrase-file "$WORLD/phrase"
    [ "$status" != 0 ] && [ ! -s "$WORLD/out" ] && [ "$(wc -l <"$WORLD/err")" = 1 ] && no_keys_in "$fresh"
    result "damaged: $1" $?
}
sed '5s/^\(.\{20\}\)\(.\)/\1\n\2/;' "$WORLD/archive" | sed '6s/^[A-Za-z]/0/;6s/^[1-9+\/]/A/' >"$WORLD/damaged"
damaged "a character of what is sealed"
sed '$d' "$WORLD/archive" >"$WORLD/damaged"
damaged "its last line is missing"
sed '5q' "$WORLD/archive" >"$WORLD/damaged"
damaged "most is missing"
sed 's/^scrypt 17/scrypt 16/' "$WORLD/archive" >"$WORLD/damaged"
damaged "cheaper parameters"
sed 's/^scrypt 17/scrypt 4/' "$WORLD/archive" >"$WORLD/damaged"
damaged "parameters that protect nothing"
sed 's/^scrypt 17/scrypt 40/' "$WORLD/archive" >"$WORLD/damaged"
damaged "parameters that would take all memory"
sed 's/^esbank keys 1/esbank keys 2/' "$WORLD/archive" >"$WORLD/damaged"
damaged "another version"
grep -q 'version 2 and this program reads version 1' "$WORLD/err"
result "which is named" $?
: >"$WORLD/damaged"
damaged "nothing at all"
head -c 3000 /dev/urandom >"$WORLD/damaged"
damaged "something else"
bank keys import "$WORLD/archive" --home "$fresh" --passphrase-file "$WORLD/phrase"
did "the right passphrase opens it" 'keys were put into'
diff -r "$keys" "$fresh/keys" >"$WORLD/out" 2>&1
result "to the same keys" $?
bank keys import "$WORLD/archive" --home "$fresh" --passphrase-file "$WORLD/phrase"
did "twice is no error" '^0 of the'
replace "$fresh/keys/pin.key"
cp "$fresh/keys/pin.key" "$WORLD/mine"
rm "$fresh/keys/card.key"
bank keys import "$WORLD/archive" --home "$fresh" --passphrase-file "$WORLD/phrase"
refused "other keys are not replaced" 2 'other keys already \(pin\.key\): nothing was changed'
[ ! -e "$fresh/keys/card.key" ]
result "and then nothing is" $?
bank keys import "$WORLD/archive" --home "$fresh" --passphrase-file "$WORLD/phrase" --replace
did "unless it is said" '^2 of the'
cmp -s "$fresh/keys/pin.key" "$keys/pin.key" && cmp -s "$fresh/keys/pin.key.replaced" "$WORLD/mine"
result "the old one is kept beside" $?

# At a terminal: asked for twice, unseen. FIRST SECOND FILE
asked()
{
    grep -q "$1" "$WORLD/screen"
}

type_phrases()
{
    : >"$WORLD/screen"
    {
        await 30 asked 'Passphrase:'
        echo "$1"
        await 30 asked 'The same again:'
        echo "$2"
    } | timeout 90 script -qefc "$BUILD/bank keys export $3" /dev/null >"$WORLD/screen" 2>&1
}

type_phrases "$phrase" "$phrase" "$WORLD/typed"
[ -s "$WORLD/typed" ] && ! grep -q horse "$WORLD/screen"
result "the passphrase is asked for twice at a terminal, and not shown" $?
type_phrases "$phrase" "something else" "$WORLD/typed.other"
[ ! -e "$WORLD/typed.other" ] && grep -q 'differ' "$WORLD/screen"
result "two that differ make no archive" $?

# ---- a key that is lost, or another -------------------------------------------------

mv "$keys/pin.key" "$WORLD/lost"
bank serve
refused "without pin.key the bank does not start" 1 \
    '\(pin\.key is missing\): put them back .*bank keys import FILE'
[ ! -e "$keys/pin.key" ]
result "and makes no new one" $?
bank keys check
[ "$status" = 1 ] && grep -Eq '^pin\.key +missing' "$WORLD/out"
result "the list says so too" $?
bank keys import "$WORLD/archive" --passphrase-file - <"$WORLD/phrase"
did "it comes back from the archive, compared at once" '^pin\.key +right'
replace "$keys/card.key"
bank serve
refused "with another card.key it does not start" 1 '\(card\.key is another one\)'
restore "$keys/card.key"
rm -rf "$fresh"
mkdir -m 711 "$fresh"
bank serve --home "$fresh"
refused "a fresh home does not start on an old database" 1 \
    'card\.key is missing, pin\.key is missing, data\.key is missing'
holds "nor gets keys of its own" no_keys_in "$fresh"
ask "CREATE TABLE kept AS SELECT * FROM esbank.key_checks; DELETE FROM esbank.key_checks"
bank serve --home "$fresh"
refused "also where an older program left no check values" 1 \
    'card\.key is missing, pin\.key is missing, data\.key is missing'
ask "INSERT INTO esbank.key_checks SELECT * FROM kept; DROP TABLE kept"
bank keys import "$WORLD/archive" --home "$fresh" --passphrase-file "$WORLD/phrase"
did "with the archive's keys" 'right'
ESBANK_HOME=$fresh
ATM_FOLDER=$fresh/$teller
bank_start
result "it does" $?
visit
holds "and knows the card and its PIN" ended completed
bank_stop
ESBANK_HOME=$WORLD/home
ATM_FOLDER=$ESBANK_HOME/$teller

# ---- a terminal's ---------------------------------------------------------------------

signs_on()
{
    teller=$other
    terminal '{"command":"CutOver"}'
    teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de2
    grep -q business_day "$WORLD/out"
}

logged()
{
    grep -q "terminal-key .*teller=$other key=terminal-$other.key why=\"it $1" "$WORLD/bank.log"
}

replace "$keys/terminal-$other.key"
bank_start
result "another key of one terminal does not keep the bank" $?
holds "the log says which" logged "is another one"
! signs_on
result "that terminal stays out" $?
bank account show "$account"
did "the others' customers are served" 'Balance'
bank keys check
[ "$status" = 1 ] && grep -Eq "^terminal-$other\.key +another" "$WORLD/out" && grep -Eq "^terminal-$teller\.key +right" "$WORLD/out"
result "the list says which" $?
bank_stop
restore "$keys/terminal-$other.key"
mv "$keys/terminal-$other.key" "$WORLD/kept"
bank_start
holds "nor does a missing one" logged "is missing"
bank teller provision "$other" --notes 10x1000
[ "$status" = 1 ] && [ ! -e "$keys/terminal-$other.key" ]
result "that is not made anew" $?
restore "$keys/terminal-$other.key"
holds "put back, the terminal signs on at once" signs_on
cp "$keys/terminal-$other.key" "$WORLD/old"
bank teller rekey "$other"
did "its key is replaced" "$other"
shows_right()
{
    bank keys check
    [ "$status" = 0 ] && grep -Eq "^terminal-$other\.key +right" "$WORLD/out"
}
holds "and what replaced it is right" await 10 shows_right
bank_stop
ask "DELETE FROM esbank.key_checks WHERE name = 'terminal-$other.key'; INSERT INTO esbank.key_checks (name, check_value)
    SELECT 'terminal-$other.key', '\x0011223344556677'"
bank keys check
did "so it is by the log where the database has not heard of it" "^terminal-$other\.key +replaced"
bank_start
bank_stop
holds "until the bank starts" shows_right
cp "$keys/terminal-$other.key" "$WORLD/new"
cat "$WORLD/old" >"$keys/terminal-$other.key"
bank keys check
[ "$status" = 1 ] && grep -Eq "^terminal-$other\.key +another" "$WORLD/out"
result "the old one, brought back, is not" $?
bank_start
holds "nor does it sign on" \
    sh -c "! { python3 docs/terminal.py '$ESBANK_HOME' '$other' '{\"command\":\"CutOver\"}' | grep -q business_day; }"
bank_stop
cat "$WORLD/new" >"$keys/terminal-$other.key"
: >"$WORLD/bank.log"
bank_start
! grep -q 'terminal-key ' "$WORLD/bank.log"
result "and nothing is said when the bank starts" $?
holds "with it the terminal signs on" signs_on
bank teller withdraw-key "$other"
did "its key is withdrawn" "$other"
bank keys check
did "which is not missed" "^terminal-$other\.key +withdrawn"
bank_stop

# ---- a new database ---------------------------------------------------------------------

psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "CREATE DATABASE \"${world_database:?}_new\" TEMPLATE template0"
DATABASE="$ESBANK_TEST_PG dbname=${world_database}_new"
ESBANK_DB=$DATABASE
timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" >"$WORLD/out" 2>"$WORLD/err"
holds "a new database is not the log that the home knew" grep -q 'it ends at position 0' "$WORLD/err"
bank_start --accept-log-loss
result "told so, it takes the keys of an old home" $?
holds "and knows them" recorded pin.key
results_end
