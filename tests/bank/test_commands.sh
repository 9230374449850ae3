#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The commands of `bank`, on a real bank and a database of their own: what each
# does, what each says to wrong words, that verify finds what was tampered with
# and names it, and that a rebuilt read model is the live one. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
world_new commands
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

other_teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de3
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

# SENTENCE STATUS PATTERN: it failed so, printed nothing, and gave one sentence that fits.
refused()
{
    [ "$status" = "$2" ] && [ ! -s "$WORLD/out" ] && [ "$(wc -l <"$WORLD/err")" = 1 ] &&
        grep -Eq -- "^bank: .*$3" "$WORLD/err"
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

# ---- words -------------------------------------------------------------------

bank --help
did "--help lists the commands" "account open"
bank
holds "no command at all is wrong usage" test "$status" = 2
bank acount list
refused "an unknown command is told which there are" 2 "no command \"acount\"; there are serve, .*account, "
bank account opne
refused "and an unknown second word which go with the first" 2 "\`bank account\` has open, deposit"
bank account
refused "and a missing one too" 2 "needs one more word: open"
bank account list --jsno
refused "an unknown option is told which there are" 2 "no option --jsno; .*--json"
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

# All commands of the table, or all options of all commands, one a line.
names()
{
    "$BUILD/bank" --help | sed -n '/^usage/,/^Options/s/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' | sed 's/  .*//'
}
options()
{
    names | while read -r name; do
        # shellcheck disable=SC2086
        "$BUILD/bank" $name --help
    done | grep -o '^  --[a-z-]*' | sed 's/^  -//' | sort -u
}
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

# ---- accounts and cards --------------------------------------------------------

bank account open --owner 'Änne Ö' --daily-limit 500.00 --daily-count 9
did "account open prints the id" '^[0-9a-f-]{36}$'
account=$(cat "$WORLD/out")
bank account open --owner Bob --id "$nobody" --json
did "with --json, the reply" "\"account_id\":\"$nobody\""
bank account open --owner Bob --id "$nobody"
refused "an id twice is refused with the bank's sentence" 1 'There is one of that id already'
bank account open
refused "an account needs an owner" 2 '--owner NAME'
bank account open --owner X --daily-limit much
refused "a limit is money" 2 '"much" is no daily limit'
bank account deposit "$account" 250.50
did "account deposit" 'the balance is 250\.50'
bank account deposit "$account" 250.50 --request-id 00000000-0000-4000-8000-000000000099 && bank account deposit \
    "$account" 250.50 --request-id 00000000-0000-4000-8000-000000000099
did "the same request id deposits once" 'the balance is 501\.00'
bank account withdraw "$account" 1
did "account withdraw" 'the balance is 500\.00'
bank account withdraw "$account" 10000
refused "not more than there is" 1 'does not hold that much'
bank account deposit "$account" -- -5
refused "no negative amount" 2 'no amount: give money'
bank account deposit "$account" 1.005
refused "and no third decimal" 2 'no amount'
bank account deposit me 5
refused "an account id is a uuid" 2 'no account id'
bank account limits "$account" --daily-limit 400
refused "limits are set together" 2 '--daily-count'
bank account limits "$account" --daily-limit 400 --daily-count 0
did "account limits" 'are set'

echo 1234 >"$WORLD/pin"
bank card issue "$account" --card 4000001234567899 --pin-file "$WORLD/pin"
did "card issue masks the number" '^400000\*{6}7899$'
PIN=4321 bank card issue "$account" --pin-env PIN
did "without a number one is made and shown" '^400000[0-9]{10}$'
made=$(cat "$WORLD/out")
PIN=4321 bank card issue "$nobody" --pin-env PIN --json
did "with --json beside the reply" '^[{]"pan":"400000[0-9]{10}","v":1,.*"card":"400000[*]{6}'
bank card issue "$account" --card 4000001234567898 --pin-file "$WORLD/pin"
refused "a wrong check digit is no card number" 2 'Luhn'
bank card issue "$account" --card 4000001234567899 --pin-env NO_SUCH_NAME
refused "a variable that is not there" 2 'no \$NO_SUCH_NAME'
echo 12x4 >"$WORLD/bad_pin"
bank card issue "$account" --pin-file "$WORLD/bad_pin"
refused "a PIN is digits" 2 '4 to 12 digits'
bank card issue "$account" --pin-file "$WORLD/no_file"
refused "a file that is not there" 2 'check --pin-file'
bank card issue "$account" </dev/null
refused "without a terminal the PIN has to come from somewhere" 2 '--pin-file FILE or --pin-env NAME'
bank card block "$made"
did "card block" 'is blocked'
bank card block "$made"
refused "not twice" 1 'blocked'
bank card list
did "card list shows it blocked" "$(echo "$made" | sed 's/^\(......\)......\(....\)$/\1[*]{6}\2/') +$account +yes"
bank card unblock "$made"
did "card unblock" 'is unblocked'
bank account block "$account"
did "account block" 'are blocked'
bank account unblock "$account"
did "account unblock" 'are unblocked'
bank account list
did "account list aligns what is wider than its bytes" '^.{36}  Änne Ö  open +500\.00'
bank account list --json
did "account list --json has numbers" '"balance":50000'
bank account show "$account"
did "account show folds the events" '^Balance +500\.00'
deposited=$(ask "SELECT min(position) FROM esbank.events WHERE event_type = 'Accounts.MoneyDeposited'")
bank account show "$account" --at "$deposited"
did "and as it was after an event" '^Balance +250\.50'
bank account show "$account" --at 2000-01-01
refused "and before it was" 1 'was no account'
bank account show "$account" --at 'long ago'
refused "a time is one" 2 'no position and no time'
bank account show 00000000-0000-4000-8000-000000000002
refused "an account that is not there" 1 'bank account list'
bank account explain "$account"
did "account explain has the running balance" 'Accounts\.MoneyWithdrawn +-1\.00 +500\.00'
bank account statement "$account"
did "account statement" 'withdrawal +-1\.00 +500\.00'
bank account close "$account"
refused "an account that holds money is not closed" 1 'still holds money'
bank account close "$nobody"
did "account close" 'is closed'

# ---- tellers and withdrawals ---------------------------------------------------

bank teller provision "$other_teller" --notes 50x10,20x20
did "teller provision" 'holds 50x10 20x20'
bank teller provision "$other_teller" --notes 50x10
refused "not twice" 1 'one of that id'
bank teller replenish "$other_teller" --notes 50x5
did "teller replenish" 'hold 50x15 20x20'
bank teller replenish "$other_teller" --notes 50x5,50x6
refused "a denomination stands once in a list" 2 'each denomination once'
bank teller replenish "$other_teller"
refused "notes have to be said" 2 '--notes'
bank teller cut-over "$other_teller"
did "teller cut-over" 'business day is now [0-9-]{10}'
bank teller list
did "teller list" "^$other_teller"
bank teller show "$other_teller"
did "teller show counts by denomination" '^50\.00 +15 +15 +0 +0 +0 +0 +0$'
bank teller show "$nobody"
refused "a teller that is not there" 1 'bank teller list'

# The machine: insert the card, PIN, 20.00, the first mix, no receipt; then as the faults have it.
visit()
{
    printf '1\n1234\n1\n1\n5\n1\n1\n5\n' | ESBANK_DB='' timeout 60 "$BUILD/atm" --plain --home "$ESBANK_HOME" \
        --card 4000001234567899 --countdown 2 >"$WORLD/out" 2>"$WORLD/err"
}
states()
{
    ask "SELECT coalesce(string_agg(state, ',' ORDER BY initiated_at), '') FROM esbank.withdrawals"
}
ended()
{
    [ "$(states)" = "$1" ]
}
visit
await 10 ended completed
result "a customer withdraws" $?
bank withdrawal list --state completed --json
did "withdrawal list --json" '"amount":2000,"taken":2000'
withdrawal=$(member withdrawal_id)
bank withdrawal show "$withdrawal"
did "withdrawal show says what was taken" '^Taken +20x1'
bank events --tree "$withdrawal"
cut -c1-40 "$WORLD/out" | sed 's/ *$//' >"$WORLD/tree"
cat >"$WORLD/flow" <<'FLOW'
C Teller.InitiateWithdrawal
  C Accounts.ConfirmAuthorization
  E Accounts.AuthorizationConfirmed
E Teller.WithdrawalInitiated
C Teller.WithdrawMoney
  C Accounts.WithdrawMoney
  E Accounts.MoneyWithdrawn
E Teller.MoneyWithdrawn
C Teller.ConfirmDispense
E Teller.CashDispensed
FLOW
holds "the tree is the flow of the design" cmp "$WORLD/tree" "$WORLD/flow"
bank events --tree "$withdrawal" --json
did "and an array of its lines" '"depth":1,"kind":"C","name":"Accounts.ConfirmAuthorization"'
bank events --tree "$nobody"
refused "no tree of what is not there" 1 'no event has the correlation id'
bank withdrawal resolve "$withdrawal" dispensed
refused "what has ended cannot be resolved" 1 'Only a withdrawal on the suspect list'
bank withdrawal resolve "$withdrawal" perhaps
refused "an outcome is one of two" 2 'dispensed or not-dispensed'

echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
visit
await 10 ended completed,suspect
result "a machine that does not know makes a suspect" $?
bank withdrawal list --state suspect --json
did "which stands on the suspect list" '"state":"suspect"'
suspect=$(member withdrawal_id)
bank withdrawal list --state lost
refused "a state is one" 2 'no state: say open'
bank withdrawal resolve "$suspect" dispensed --taken 20x1,50x7
refused "not more than was promised" 1 'notes do not fit'
bank withdrawal resolve "$suspect" not-dispensed --reason counted
did "withdrawal resolve gives the money back" 'is reversed; 20\.00 went back'
bank events --tree "$suspect"
did "the reversal stands under the resolution" '^  E Accounts\.WithdrawalReversed'
bank withdrawal show "$nobody"
refused "a withdrawal that is not there" 1 'bank withdrawal list'

# ---- deposits ------------------------------------------------------------------

# A terminal that signs on as the default teller and sends each of its arguments, a command's own fields with PIN
# and PAN where it needs a pin_block; prints the replies.
cat >"$WORLD/terminal" <<'PERL'
use strict; use warnings; use IO::Socket::UNIX; use JSON::PP;
my ($home, $teller, @commands) = @ARGV;
open my $file, '<', "$home/keys/terminal-$teller.key" or die "no key: $!"; chomp(my $key = <$file>);
sub through { my ($input, @command) = @_;
    open my $in, '>', "$home/../input" or die; binmode $in; print $in $input; close $in;
    open my $out, '-|', "@command < '$home/../input'" or die; binmode $out; local $/; return scalar <$out>; }
sub mac { my ($with, $text) = @_; my $hex = through($text, "openssl mac -cipher AES-128-CBC -macopt hexkey:$with -in - CMAC");
    $hex =~ s/\s//g; return lc $hex; }
sub aes { return through($_[0], "openssl enc -aes-128-ecb -nopad -K $key"); }
sub pin_block { my ($pan, $pin) = @_;
    my $pin_field = substr('4' . length($pin) . $pin . 'A' x 16, 0, 16) . '0011223344556677';
    my $pan_field = substr((length($pan) - 12) . $pan . '0' x 32, 0, 32);
    return unpack 'H*', aes(aes(pack 'H*', $pin_field) ^ pack('H*', $pan_field)); }
my $number = time; sub id { return sprintf '00000000-0000-4000-9%03x-%012x', $$ & 0xfff, ++$number; }
my $socket = IO::Socket::UNIX->new("$home/atm.sock") or die "no bank: $!"; $socket->autoflush(1);
sub send_one { my $fields = shift; print $socket encode_json({ v => 1, teller_id => $teller, %$fields }), "\n";
    return scalar <$socket>; }
my $id = id();
send_one({ id => $id, command => 'SignOn', mac => mac(mac($key, 'EsBank sign-on'), "SignOn\n$id\n$teller\n") });
for (@commands) { my $fields = decode_json($_); $fields->{id} //= id();
    $fields->{pin_block} = pin_block($fields->{card}, delete $fields->{pin}) if $fields->{pin};
    print send_one($fields); }
PERL
terminal()
{
    perl "$WORLD/terminal" "$ESBANK_HOME" "$teller" "$@" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}
deposit=00000000-0000-4000-8000-00000000000d
terminal '{"id":"'$deposit'","command":"InitiateDeposit","card":"4000001234567899","pin":"1234"}' \
    '{"command":"ConfirmDeposit","deposit_id":"'$deposit'","outcome":"counted","notes":[{"denomination":5000,"count":2}]}'
did "a customer puts notes in" '"state":"completed","amount":10000'
bank deposit list --json
did "deposit list --json" "\"deposit_id\":\"$deposit\",\"state\":\"completed\",\"amount\":10000"
bank deposit list --state suspect
holds "of those in a state only" test "$(wc -l <"$WORLD/out")" = 1
bank deposit list --state lost
refused "which is one of five" 2 'no state: say counting'
bank deposit show "$deposit"
did "deposit show" '^Notes +50x2'
holds "with its tree" grep -q '^E Teller\.MoneyDeposited' "$WORLD/out"
bank deposit show "$nobody"
refused "a deposit that is not there" 1 'bank deposit list'
bank teller show "$teller"
did "the deposit bin stands beside the cassettes" '^ *50\.00 .* 2$'
bank deposit resolve "$deposit" returned
refused "what has ended cannot be settled" 1 '.'
bank deposit resolve "$deposit" kept
refused "an outcome is one of two" 2 'say credited or returned'

# ---- the log -------------------------------------------------------------------

bank events --limit 2
holds "events --limit" test "$(wc -l <"$WORLD/out")" = 2
bank events --json --limit 0
holds "all events are one array" is_json
bank events --stream "account-$account" --type Accounts.MoneyDeposited
holds "events of a stream and a type" test "$(wc -l <"$WORLD/out")" = 3
bank events --from 2 --limit 1
did "events from a position" '^ +2 '
bank events --correlation "$withdrawal"
holds "events of a withdrawal" test "$(wc -l <"$WORLD/out")" = 5
bank events --type Accounts.Nothing
refused "a type is one" 2 'no event type'
bank events --from there
refused "a position is one" 2 'no position'
"$BUILD/bank" events --limit 1 --follow >"$WORLD/followed" 2>&1 &
follower=$!
await 10 test -s "$WORLD/followed"
bank account deposit "$account" 0.01
await 10 grep -q '"amount":1,' "$WORLD/followed"
result "events --follow shows what comes" $?
kill "$follower"
bank dispatch '{"command":"EchoTest"}'
did "dispatch fills in v and id" '"v":1,"id":"[0-9a-f-]{36}","ok":true'
echo '{"command":"DepositMoney",
"account_id":"'"$account"'","amount":99}' >"$WORLD/request"
"$BUILD/bank" dispatch - <"$WORLD/request" >"$WORLD/out" 2>"$WORLD/err"
status=$?
did "dispatch reads standard input" '"balance":[0-9]+'
bank dispatch '{"command":"Nonsense"}'
holds "a refusal of dispatch is a failure, with the reply" grep -q '"ok":false' "$WORLD/out"
holds "and exit status 1" test "$status" = 1
bank dispatch 'EchoTest'
refused "a request is an object" 2 'JSON object'
bank status
did "status" '^active +yes'
bank snapshot take "account-$account"
did "snapshot take, of one stream" '^1 snapshots taken'
bank snapshot list
did "it is behind no event" "^account-$account +[0-9]+ +0 "
bank snapshot take --json
did "snapshot take, of all that have grown" '"taken":[1-9]'
bank snapshot take
did "and then there are none" '^0 snapshots taken; there are no events'
bank snapshot take "account-00000000-0000-7000-8000-00000000dead"
refused "a stream that does not exist is told so" 1 'there is no stream .*bank account list'
bank snapshot take nonsense
refused "and so is what is no stream" 2 'account-ID or teller-ID'
bank account deposit "$account" 0.01
did "a bank that serves goes on" .
bank snapshot drop
did "snapshot drop" 'snapshots dropped'
bank snapshot list --json
did "then there are none" '^\[\]$'

# ---- the console ---------------------------------------------------------------

bank console </dev/null
refused "the console needs a terminal" 1 'bank events --follow'
bank console --json
refused "and is for people" 2 'bank status --json'
mkfifo "$WORLD/keys"
TERM=xterm script -qec "stty rows 24 cols 100; $BUILD/bank console" /dev/null <"$WORLD/keys" >"$WORLD/screen" 2>&1 &
console=$!
exec 3>"$WORLD/keys"
await 10 grep -q 'Teller.MoneyDeposited' "$WORLD/screen"
result "the console shows the latest events" $?
holds "and the open withdrawals" grep -q 'OPEN WITHDRAWALS' "$WORLD/screen"
bank account deposit "$account" 0.02
await 10 grep -q 'Accounts.MoneyDeposited' "$WORLD/screen"
result "and what happens" $?
printf q >&3
await 10 gone "$console"
result "q leaves it" $?
exec 3>&-

# ---- SQL for people --------------------------------------------------------------

holds "all_events is the log, with whose withdrawal it is and who asked for it" test "$(ask "SELECT
    count(*) = (SELECT count(*) FROM esbank.events) AND count(command) = count(*) AND count(actor) = count(*)
    AND bool_and(coalesce(withdrawal = correlation_id, true)) AND count(withdrawal) > 0
    AND count(*) FILTER (WHERE event_type = 'Teller.WithdrawalInitiated' AND withdrawal IS NULL) = 0
    FROM esbank.all_events")" = t
holds "streams has each with its length and its end" test "$(ask "SELECT bool_and(s.version = e.events AND
    s.last_position = e.last) AND count(*) = (SELECT count(DISTINCT stream_id) FROM esbank.events) FROM esbank.streams s
    JOIN (SELECT stream_id, count(*) AS events, max(position) AS last FROM esbank.events GROUP BY 1) e USING (stream_id)")" = t
holds "lag has every read model and every handler" test "$(ask "SELECT count(*) FILTER (WHERE kind = 'projection') ||
    ' ' || count(*) FILTER (WHERE kind = 'subscription') || ' ' || (min(lag) >= 0) FROM esbank.lag")" = "6 2 true"

# ---- read models ---------------------------------------------------------------

bank projection list
did "projection list" '^accounts +inline .* 0 +0'
bank projection rebuild nothing
refused "a projection is one of those there are" 2 'there are accounts, '

# All rows of a read model, and what hangs on its table.
picture()
{
    ask "SELECT t::text FROM esbank.$1 t ORDER BY 1"
    ask "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'esbank.$1'::regclass ORDER BY 1"
    ask "SELECT obj_description('esbank.$1'::regclass, 'pg_class'), relacl FROM pg_class WHERE oid = 'esbank.$1'::regclass"
}
ask "GRANT SELECT ON esbank.accounts TO PUBLIC"
for name in accounts cards deposits statement teller_days withdrawals; do
    picture "$name" >"$WORLD/live"
    bank projection rebuild "$name"
    did "projection rebuild $name" "$name is rebuilt up to position [0-9]+"
    picture "$name" >"$WORLD/again"
    holds "and is what it was" cmp "$WORLD/live" "$WORLD/again"
done
bank account deposit "$account" 1
did "the bank goes on with the rebuilt table" 'the balance is'
balance=$(ask "SELECT balance FROM esbank.accounts WHERE account_id = '$account'")
bank account show "$account" --json
holds "which shows what it did" test "$(member balance)" = "$balance"
bank projection list --json
did "and rides" '"name":"accounts","state":"inline".*"lag":0'

# A reader that holds on to the table keeps the exchange off; what is folded by then is kept when we are killed.
psql -Xq "$DATABASE" -c "BEGIN; LOCK TABLE esbank.accounts IN ACCESS SHARE MODE; SELECT pg_sleep(60)" \
    >"$WORLD/out" 2>&1 &
reader_waits()
{
    [ "$(ask "SELECT count(*) FROM pg_locks WHERE relation = 'esbank.accounts'::regclass AND granted
        AND mode = 'AccessShareLock'")" -ge 1 ]
}
shadow_filled()
{
    ask "SELECT obj_description('esbank.accounts_rebuild'::regclass, 'pg_class')" 2>/dev/null |
        grep -q 'position [1-9]'
}
await 10 reader_waits
"$BUILD/bank" projection rebuild accounts >"$WORLD/out" 2>"$WORLD/err" &
rebuilder=$!
await 10 shadow_filled
result "a rebuild fills a shadow" $?
kill "$rebuilder"
bank account list
did "readers see the table all the while" "^$account"
bank account deposit "$account" 2
did "the bank goes on all the while" 'the balance is'
ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()" \
    >"$WORLD/out"
bank projection rebuild accounts
did "a rebuild that was killed goes on where it was" 'rebuilt up to .*: [0-9] events after those of the earlier try'
holds "and leaves nothing behind" test -z "$(ask "SELECT to_regclass('esbank.accounts_rebuild')")"

# ---- a deposit that the account cannot take -------------------------------------

bank account open --owner Leaver
leaver=$(cat "$WORLD/out")
bank card issue "$leaver" --card 4000000000000002 --pin-file "$WORLD/pin"
suspect=00000000-0000-4000-8000-00000000000e
terminal '{"id":"'$suspect'","command":"InitiateDeposit","card":"4000000000000002","pin":"1234"}'
bank account close "$leaver"
terminal '{"command":"ConfirmDeposit","deposit_id":"'$suspect'","outcome":"counted","notes":[{"denomination":5000,"count":1}]}'
bank deposit list --state suspect
did "a deposit to an account that was closed meanwhile is suspect" "^$suspect +suspect +50\.00"
bank deposit resolve "$suspect" credited
holds "it is still closed" test "$status" != 0
bank deposit resolve "$suspect" returned --reason 'given back'
did "deposit resolve settles it" 'of [0-9.]+ is cancelled'

# ---- verify --------------------------------------------------------------------

verifies()
{
    bank verify
    [ "$status" = 0 ] && [ "$(grep -c '^ok ' "$WORLD/out")" = 11 ] && ! grep -qv '^ok ' "$WORLD/out"
}
holds "verify finds nothing wrong" verifies
bank verify --json
holds "and says so in JSON" is_json

# CHECK POSITION: verify fails with that check, which names that position.
finds()
{
    bank verify
    [ "$status" = 1 ] && grep -Eq "^FAILED +$1 +.*$2" "$WORLD/out"
}
tamper()
{
    ask "BEGIN; SET LOCAL session_replication_role = replica; $1; COMMIT" >"$WORLD/out" 2>"$WORLD/err"
}
tamper "CREATE TABLE public.kept AS SELECT * FROM esbank.events WHERE position = $deposited"
tamper "UPDATE esbank.events SET data = replace(data::text, '25050', '35050')::json WHERE position = $deposited"
holds "a changed event breaks the chain there" finds 'hash chain' "position $deposited, account-$account"
holds "and money is not conserved" grep -Eq '^FAILED +money conserved' "$WORLD/out"
bank verify --json
holds "in JSON, as numbers" grep -q '"check":"hash chain","ok":false,"checked":[0-9]*,"failed":1,"position":'"$deposited," "$WORLD/out"
tamper "DELETE FROM esbank.events WHERE position = $deposited"
holds "a removed one leaves a gap" finds 'positions without gaps' "position $((deposited + 1)), .*1 are missing"
tamper "INSERT INTO esbank.events SELECT * FROM public.kept"
holds "put back, all is well" verifies
tamper "UPDATE esbank.accounts SET balance = balance + 1 WHERE account_id = '$account'"
holds "a changed read model is found" finds 'read models' 'accounts holds the row .*bank projection rebuild accounts'
holds "and the account named" grep -q "row of account $account" "$WORLD/out"
bank projection rebuild accounts
holds "and mended by a rebuild" verifies
tamper "UPDATE esbank.log_head SET position = position + 1"
holds "a head that is elsewhere is found" finds 'head of the log' 'its head says'
tamper "UPDATE esbank.log_head SET position = position - 1"
tamper "UPDATE esbank.events SET stream_version = 1000 WHERE position = (SELECT max(position) FROM esbank.events)"
holds "a version out of turn is found" finds 'stream versions' 'version 1000 follows version'

# A read model that cannot follow: what was done is done, and the person hears that it may not be seen yet.
ask "ALTER TABLE esbank.accounts RENAME TO gone" >"$WORLD/out"
bank account deposit "$account" 1.00 --json
[ "$status" = 0 ] && grep -q '"ok":true.*,"consistency":"eventual"}$' "$WORLD/out" &&
    grep -q '^bank: it is done, but lists may not show it yet' "$WORLD/err"
result "a command whose read model is stuck succeeds in time, and says so" $?
bank dispatch '{"command":"DepositMoney","account_id":"'"$account"'","amount":100}'
did "by hand, it waits only when it says so" '"ok":true,"code":"00".*"balance":[0-9]*}$'

bank_stop
results_end
