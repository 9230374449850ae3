#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Terminals over the network: a whole visit at the real ATM through TLS, the
# bank away and back, who is let in and who is not, and what both programs say
# when something is wrong with an address or a certificate. Prints TAP. The
# programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/certificates.sh
world_new tls
atm_process=
trap '[ -z "$atm_process" ] || kill -KILL "$atm_process" 2>/dev/null; bank_kill KILL; rm -rf "$WORLD"' EXIT

other=2c915dd1-8bf0-4662-a2ce-60725b0c7de4
mkdir "$WORLD/tls" && cd "$WORLD/tls" || exit 1
ca ca && ca foreign && certificate ca bank localhost 30 subjectAltName=DNS:localhost,IP:127.0.0.1 &&
    certificate ca elsewhere elsewhere.example 30 subjectAltName=DNS:elsewhere.example &&
    certificate ca atm $teller 30 && certificate ca other $other 30 && certificate ca expired $teller -1 &&
    certificate foreign stranger $teller 30 && certificate ca nobody "Peter" 30 &&
    certificate ca stale localhost -1 subjectAltName=DNS:localhost &&
    revoke ca ca.crl && revoke foreign foreign.crl &&
    openssl ec -in atm.key -aes128 -passout pass:secret -out locked.key 2>>openssl.log &&
    key_give locked.key && cp atm.key open.key && chmod 644 open.key
result "certificates are made with openssl" $?

# SENTENCE PATTERN: it failed with one sentence on stderr that fits.
refused()
{
    [ "$status" != 0 ] && [ "$(wc -l <"$WORLD/err")" = 1 ] && grep -Eq -- "$2" "$WORLD/err"
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

# ---- words -------------------------------------------------------------------

# ADDRESS CERTIFICATE KEY CA
serve()
{
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" --listen "$1" --tls-cert "$2" --tls-key "$3" --tls-ca "$4" \
        >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}

serve localhost bank.crt bank.key ca.crt
refused "an address without a port is no address" '^bank: --listen wants HOST:PORT'
serve ::1:7443 bank.crt bank.key ca.crt
refused "an IPv6 address wants its brackets" '^bank: --listen wants HOST:PORT'
serve localhost:0 bank.crt bank.key nothing.crt
refused "a CA that is not there is named" \
    '^bank: cannot read nothing.crt, the file after --tls-ca: No such file'
serve localhost:0 bank.crt bank.key bank.key
refused "a CA that is none is named" \
    '^bank: there is no certificate in PEM form in bank.key, the file after --tls-ca'
serve localhost:0 bank.crt nothing.key ca.crt
refused "a key that cannot be read is named" '^bank: cannot read nothing.key, the file after --tls-key'
serve localhost:0 bank.crt bank.crt ca.crt
refused "a key that is none, too" '^bank: (anybody may open|there is no private key in PEM form in) bank.crt'
serve localhost:0 bank.crt atm.key ca.crt
refused "a key has to fit its certificate" \
    '^bank: the key in atm.key does not fit the certificate in bank.crt'
serve localhost:0 atm.crt locked.key ca.crt
refused "a key has no pass phrase" '^bank: the key in locked.key, .*, has a pass phrase: use one without'
serve localhost:0 atm.crt open.key ca.crt
refused "a key is not for everybody" '^bank: anybody may open open.key, .*chmod 600'
"$BUILD/bank" serve --listen localhost:0 >"$WORLD/out" 2>"$WORLD/err"
status=$?
refused "a port goes with a certificate" '^bank: --listen, --tls-cert, --tls-key and --tls-ca go together'

"$BUILD/bank" serve --tls-crl ca.crl >"$WORLD/out" 2>"$WORLD/err"
status=$?
refused "so does a list of what is revoked" '^bank: --tls-crl goes with --listen'

# LIST
serve_list()
{
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" --listen localhost:0 --tls-cert bank.crt --tls-key bank.key \
        --tls-ca ca.crt --tls-crl "$1" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}
serve_list nothing.crl
refused "a list that is not there is named" \
    '^bank: cannot read nothing.crl, the file after --tls-crl: No such file'
serve_list ca.crt
refused "a list that is none, too" \
    '^bank: there is no list of revoked certificates in PEM form in ca.crt, the file after --tls-crl'
serve_list foreign.crl
refused "a list is one of the CA" \
    '^bank: no list in foreign.crl, .* is signed by the CA /CN=EsBank CA in the file after --tls-ca'

# ---- a visit -----------------------------------------------------------------

# Nobody has that port. Below the ports that connections go out from, or one of those could have it meanwhile.
unused()
{
    # shellcheck disable=SC2016  # perl's own
    perl -MIO::Socket::INET -e '
        exit !IO::Socket::INET->new(LocalAddr => "127.0.0.1:$ARGV[0]", Listen => 1, ReuseAddr => 1)' "$1"
}
port=$((20000 + $$ % 12000))
until unused "$port"; do
    port=$((port + 1))
done

# [CERTIFICATE]
bank_listen()
{
    bank_start --listen "127.0.0.1:$port" --tls-cert "${1:-bank}.crt" --tls-key "${1:-bank}.key" --tls-ca ca.crt
}

# CERTIFICATE [OPTION...], input from stdin
atm()
{
    name=$1
    shift
    timeout 60 "$BUILD/atm" --home "$ESBANK_HOME" --plain --connect "localhost:$port" --tls-cert "$name.crt" \
        --tls-key "$name.key" --tls-ca ca.crt "$@" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
}

bank_listen && "$BUILD/bank" demo >"$WORLD/out" 2>"$WORLD/err"
result "the bank listens" $?
printf '%s\n' 1 1234 2 1 1 5 >answers
atm atm --demo-card <answers
holds "a withdrawal by TLS" [ "$status" = 0 ]
holds "is completed" [ "$(withdrawal_states)" = completed ]
holds "the notes agree" notes_agree

ESBANK_HOME=$WORLD/second
mkdir -m 711 "$ESBANK_HOME"
cp -a "$WORLD/home/keys" "$ESBANK_HOME/keys" # two banks on one database have the same keys
serve "127.0.0.1:$port" bank.crt bank.key ca.crt
grep '^bank: another' "$WORLD/err" >"$WORLD/errors"
mv "$WORLD/errors" "$WORLD/err"
refused "a port that is taken is named" \
    "^bank: another program listens on 127.0.0.1:$port: choose another port"
ESBANK_HOME=$WORLD/home

# ---- who is let in -----------------------------------------------------------

# The bank's log after $before lines has a refusal for this reason.
refusal_logged()
{
    tail -n "+$((before + 1))" "$WORLD/bank.log" | grep -Eq "tls-refused .*peer=127\.0\.0\.1:[0-9]* why=\"$1\""
}

# SENTENCE PATTERN OPTION...: the bank closes the connection, and its log says why.
turned_away()
{
    sentence=$1 pattern=$2 before=$(wc -l <"$WORLD/bank.log")
    shift 2
    # With -quiet the end of the input is not the end: the bank's closing is.
    timeout 20 openssl s_client -connect "127.0.0.1:$port" -quiet -CAfile ca.crt "$@" </dev/null >"$WORLD/out" 2>"$WORLD/err"
    [ $? != 124 ] && await 20 refusal_logged "$pattern"
    result "$sentence" $?
}

turned_away "no certificate" "the client shows no certificate"
turned_away "no certificate, with TLS 1.2" "the client shows no certificate" -tls1_2
turned_away "a certificate of another CA" "the client's certificate is not signed by the CA.*" -cert stranger.crt -key stranger.key
turned_away "an expired certificate" "the client's certificate has expired" -cert expired.crt -key expired.key
turned_away "a certificate that names no teller" "the certificate names no teller: .*" -cert nobody.crt -key nobody.key
holds "which the client is told" \
    grep -q '"error":"not_permitted","message":"The certificate names no teller' "$WORLD/out"
turned_away "TLS 1.2 without authenticated encryption" "TLS with the client failed: no shared cipher" -tls1_2 \
    -cipher ECDHE-ECDSA-AES128-SHA256 -cert atm.crt -key atm.key
turned_away "TLS 1.1" "TLS with the client failed: .*" -tls1_1 -cipher DEFAULT@SECLEVEL=0 -cert atm.crt -key atm.key
# shellcheck disable=SC2016  # perl's own
printf 'GET / HTTP/1.0\r\n\r\n' | timeout 20 perl -MIO::Socket::INET -e '
    my $bank = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die; print $bank <STDIN>; print <$bank>' "$port" >"$WORLD/out" 2>"$WORLD/err"
grep -q '"message":"This port speaks TLS' "$WORLD/out" && await 20 refusal_logged "the client speaks no TLS"
result "plain text is told that the port speaks TLS" $?
bank_answers
result "none of them harmed the bank" $?

echo='{"v":1,"id":"0192f0c1-0000-7000-8000-00000000e001","command":"EchoTest"}'

# SENTENCE CERTIFICATE OPTION...: it is let in and served.
let_in()
{
    sentence=$1 certificate=$2
    shift 2
    : >"$WORLD/out"
    { echo "$echo" && await 20 grep -q '"ok":true' "$WORLD/out"; } | timeout 20 openssl s_client -connect "127.0.0.1:$port" \
        -quiet -no_ign_eof -CAfile ca.crt -cert "$certificate.crt" -key "$certificate.key" "$@" >"$WORLD/out" 2>"$WORLD/err"
    grep -q '"ok":true' "$WORLD/out"
    result "$sentence" $?
}

for suite in ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305; do
    let_in "TLS 1.2 with $suite" atm -tls1_2 -cipher "$suite"
done
for suite in TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256; do
    let_in "TLS 1.3 with $suite" atm -tls1_3 -ciphersuites "$suite"
done

# ---- what is revoked ---------------------------------------------------------

# SIGHUP, and until the log has a line more that fits.
hang_up()
{
    before=$(wc -l <"$WORLD/bank.log")
    kill -HUP "$(cat "$WORLD/bank.pid")" && await 20 logged_since "$1"
}

logged_since()
{
    tail -n "+$((before + 1))" "$WORLD/bank.log" | grep -Eq -- "$1"
}

hang_up "^bank: reloaded .*certificates=1 closed=0"
holds "a hang-up has the files read again" bank_answers
bank_stop
bank_start --listen "127.0.0.1:$port" --tls-cert bank.crt --tls-key bank.key --tls-ca ca.crt --tls-crl ca.crl
let_in "with an empty list, too" other
mkfifo "$WORLD/guest"
timeout 60 openssl s_client -connect "127.0.0.1:$port" -quiet -no_ign_eof -CAfile ca.crt -cert other.crt -key other.key \
    <"$WORLD/guest" >"$WORLD/said" 2>"$WORLD/err" &
guest=$!
exec 7>"$WORLD/guest"
echo "$echo" >&7
holds "one who is in" await 20 grep -q '"ok":true' "$WORLD/said"
revoke ca ca.crl other && hang_up "^bank: reloaded .*certificates=1 closed=1"
result "is closed once its certificate is revoked" $?
holds "and told why" await 20 grep -q "\"not_permitted\",\"message\":\"The bank has read its certificates again: the client's certificate has been revoked" "$WORLD/said"
exec 7>&-
wait "$guest"
turned_away "and not let in again" "the client's certificate has been revoked" -cert other.crt -key other.key
let_in "as another still is" atm
openssl ca -config ca.conf -cert ca.crt -keyfile ca.key -gencrl -crlsec 4 -out ca.crl.new 2>>openssl.log && mv ca.crl.new ca.crl &&
    hang_up "^bank: reloaded .*certificates=1"
result "a list that soon is late is read" $?
holds "when it is, the log says so" await 20 grep -q '^bank: list-late ' "$WORLD/bank.log"
turned_away "and it counts still" "the client's certificate has been revoked" -cert other.crt -key other.key
let_in "for the others too" atm
[ "$(grep -c '^bank: list-late ' "$WORLD/bank.log")" = 1 ]
result "it is said once" $?
echo nothing >ca.crl
hang_up "^bank: not-reloaded .*why=\"there is no list of revoked certificates in PEM form in ca.crl, .* stay\""
result "a file that is wrong is said in one sentence" $?
turned_away "and changes nothing" "the client's certificate has been revoked" -cert other.crt -key other.key
let_in "for anybody" atm
bank_stop
bank_listen
result "the bank is served without a list again" $?

# ---- what the machine says ---------------------------------------------------

atm expired </dev/null
refused "the ATM: an expired certificate" \
    '^atm: the certificate in expired.crt has expired: have a new one signed\.$'
atm nobody </dev/null
refused "one that names no teller" '^atm: the certificate in nobody.crt names no teller: its common name'
atm other </dev/null
refused "one of another teller" \
    "^atm: the certificate in other.crt is that of the teller $other: give --teller-id"
atm nothing </dev/null
refused "one that is not there" '^atm: cannot read nothing.crt, the file after --tls-cert'
atm atm --tls-key bank.key </dev/null
refused "a key that does not fit" '^atm: the key in bank.key does not fit the certificate in atm.crt'
atm atm --bank "$ESBANK_HOME/atm.sock" </dev/null
refused "two banks" '^atm: give either --bank or --connect'
"$BUILD/atm" --home "$ESBANK_HOME" --plain --tls-ca ca.crt </dev/null >"$WORLD/out" 2>"$WORLD/err"
status=$?
refused "a CA and nothing to connect to" '^atm: --connect, --tls-cert, --tls-key and --tls-ca go together'

# SENTENCE PATTERN: the log of a machine that is out of service comes to say why. Its input ends once it has.
out_of_service()
{
    : >"$ATM_FOLDER/atm.log"
    { await 20 grep -Eq "$2" "$ATM_FOLDER/atm.log"; } | atm atm
    grep -Eq "$2" "$ATM_FOLDER/atm.log"
    result "$1" $?
}

bank_stop
out_of_service "a bank that is not there" "no link to the bank: cannot connect to localhost, port $port: Connection refused"
bank_listen elsewhere
out_of_service "a bank under another name is not believed" "no link to the bank: the bank's certificate does not name the host"
bank_stop
bank_listen stale
holds "a bank says that its certificate has expired" grep -q 'bank: certificate-expired' "$WORLD/bank.log"
out_of_service "and no machine believes it" "no link to the bank: the bank's certificate has expired"
bank_stop
bank_start --listen "127.0.0.1:$port" --tls-cert bank.crt --tls-key bank.key --tls-ca foreign.crt
out_of_service "a machine whose certificate is not accepted knows it" \
    "no link to the bank: the bank does not accept this side's certificate or TLS: unknown CA"
bank_stop

# ---- away and back -----------------------------------------------------------

mkfifo "$WORLD/keys"
"$BUILD/atm" --home "$ESBANK_HOME" --plain --demo-card --connect "localhost:$port" --tls-cert atm.crt --tls-key atm.key \
    --tls-ca ca.crt <"$WORLD/keys" >"$WORLD/screens" 2>"$WORLD/err" &
atm_process=$!
exec 8>"$WORLD/keys"

# SCREEN: it is the one that is shown.
shown()
{
    [ "$(sed -n 's/^\[\([a-z_]*\)\].*/\1/p' "$WORLD/screens" | tail -1)" = "$1" ]
}

holds "a machine that starts without a bank is out of service" await 20 shown out_of_service
bank_listen
holds "it comes up with the bank" await 20 shown welcome
printf '%s\n' 1 1234 2 1 >&8
holds "it pays" await 20 shown take_cash
bank_kill
echo 1 >&8
holds "the bank's death is not the customer's trouble" await 20 shown another
echo 5 >&8
holds "it serves nobody new without a bank" await 20 shown out_of_service
bank_listen
holds "it is back with the bank" await 20 shown welcome
holds "which hears what it was owed" await 20 saf_is_empty
holds "both withdrawals are completed" [ "$(withdrawal_states)" = completed,completed ]
exec 8>&-
wait "$atm_process"
holds "and it ends in order" [ $? = 0 ]
atm_process=
bank_stop
holds "the bank too" grep -q "^bank: ended" "$WORLD/bank.log"

results_end
