#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Operators elsewhere: by TLS, each with a certificate of the operators' CA, whose common name the file of operators
# knows. Who is let in, what each may do, what the log says of it, and what takes a certificate back. Prints TAP. The
# programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2094,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/certificates.sh
world_new operators_network
trap 'exec 7>&- 8>&- 9>&-; bank_kill KILL; rm -rf "$WORLD"' EXIT

mkdir "$WORLD/tls" && cd "$WORLD/tls" || exit 1
ca ca && ca people && certificate ca bank localhost 30 subjectAltName=DNS:localhost,IP:127.0.0.1 &&
    certificate ca atm "$teller" 30 && certificate ca intruder anna 30 &&
    certificate people anna anna 30 && certificate people carl carl@desk 30 && certificate people eve eve 30 &&
    certificate people machine "$teller" 30 && certificate people expired anna -1 && certificate people blank 'anna b' 30 &&
    certificate people two 'anna/CN=carl@desk' 30 && certificate people long "$(printf '%041d' 0)" 30 &&
    certificate people quote 'anna"' 30 && revoke people people.crl
result "certificates are made with openssl" $?

me=$(id -u)
operators()
{
    printf '%s\n' 'anna supervisor cert=anna' "carl ${1:-clerk} cert=carl@desk # at the desk" "root supervisor uid=$me" \
        >"$ESBANK_HOME/operators"
    chmod 644 "$ESBANK_HOME/operators"
}
operators

# NAME: the home of that operator's computer.
away()
{
    mkdir -p "$WORLD/$1" && cp "$1.crt" "$1.key" ca.crt "$WORLD/$1" && chmod 600 "$WORLD/$1/$1.key" &&
        printf '%s\n' '# the bank' "connect  localhost:$port" "tls-cert $1.crt" "tls-key $1.key" 'tls-ca ca.crt' \
            >"$WORLD/$1/remote"
}

# NAME WORD...: the program at that operator's computer.
as()
{
    as_name=$1
    shift
    timeout 60 "$BUILD/bank" --home "$WORLD/$as_name" "$@" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}

unused()
{
    # shellcheck disable=SC2016  # perl's own
    perl -MIO::Socket::INET -e '
        exit !IO::Socket::INET->new(LocalAddr => "127.0.0.1:$ARGV[0]", Listen => 1, ReuseAddr => 1)' "$1"
}
port=$((20000 + $$ % 12000))
until unused "$port" && unused "$((port + 1))"; do
    port=$((port + 2))
done

# ---- words ----

serve_wrong()
{
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" "$@" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    status=$?
}
serve_wrong --operator-listen localhost:0 --tls-cert bank.crt --tls-key bank.key
refused "the port of operators goes with their CA" 2 \
    '--operator-listen, --tls-cert, --tls-key and --operator-ca go together'
serve_wrong --operator-listen localhost:0 --tls-cert bank.crt --tls-key bank.key --operator-ca people.crt --tls-ca ca.crt
refused "the machines' CA with their port" 2 '--listen, --tls-cert, --tls-key and --tls-ca go together'
serve_wrong --operator-crl people.crl
refused "a list with both" 2 \
    '--operator-crl goes with --operator-listen, --tls-cert, --tls-key and --operator-ca'
serve_wrong --operator-listen localhost:0 --tls-cert bank.crt --tls-key bank.key --operator-ca nothing.crt
refused "a CA that is not there is named" 1 'cannot read nothing.crt, the file after --operator-ca'
serve_wrong --operator-listen 7443 --tls-cert bank.crt --tls-key bank.key --operator-ca people.crt
refused "an address is checked" 2 '--operator-listen wants HOST:PORT'

# ---- who is let in ----

bank_start --listen "127.0.0.1:$((port + 1))" --operator-listen "127.0.0.1:$port" --tls-cert bank.crt --tls-key bank.key \
    --tls-ca ca.crt --operator-ca people.crt --operator-crl people.crl
result "the bank listens for machines and for operators" $?
for name in anna carl eve machine expired blank two long quote intruder; do
    away $name
done
as anna status
did "an operator with a certificate sees the status" 'active'
as carl account open --owner Peter
did "a clerk opens an account" '^[0-9a-f-]{36}$'
account=$(cat "$WORLD/out")
[ "$(ask "SELECT metadata->>'actor' || '|' || (metadata->>'role') || '|' || (metadata->>'from') FROM esbank.events
    WHERE stream_id = 'account-$account'")" = 'operator carl|clerk|certificate carl@desk' ]
result "the event says who, as what, and by which certificate" $?
as carl account close "$account" --yes
refused "and no more than a clerk may" 1 'CloseAccount needs the role supervisor, and carl is clerk'
pretended='{"actor":"operator anna","role":"supervisor","from":"certificate anna"}'
as carl dispatch CloseAccount "{\"account_id\":\"$account\",\"metadata\":$pretended}"
[ "$status" = 1 ] && grep -q role_needed "$WORLD/out"
result "whatever the metadata say" $?
printf '{"v":1,"id":"0192f0c1-0000-7000-8000-00000000e003","command":"SignOn","teller_id":"%s"}\n' "$teller" >sign_on
{ cat sign_on && await 20 grep -q not_permitted "$WORLD/out"; } | timeout 20 openssl s_client -connect "127.0.0.1:$port" \
    -quiet -no_ign_eof -CAfile ca.crt -cert anna.crt -key anna.key >"$WORLD/out" 2>"$WORLD/err"
grep -q '"not_permitted"' "$WORLD/out"
result "the command of a machine is none of an operator's" $?
as eve status
refused "a certificate that the file does not know is no operator's" 1 \
    'certificate eve is no operator of this bank'
as machine account open --owner Eve
refused "a machine's name is no operator's" 1 "certificate $teller is no operator"
as intruder status
refused "a certificate of the machines' CA is refused, whatever its name" 1 \
    'does not accept this side.s certificate'
grep -q 'tls-refused .*certificate is not signed by the CA in the file after --operator-ca' "$WORLD/bank.log"
result "and the log says of which CA it is not" $?
as expired status
refused "so is one that has expired" 1 'does not accept this side.s certificate'
for name in blank two long quote; do
    as $name status
    [ "$status" = 1 ] && grep -Eq 'names no operator|connection' "$WORLD/err"
    result "a certificate with the name of $name names no operator" $?
done
grep -q 'tls-refused .*why="the certificate names no operator' "$WORLD/bank.log"
result "which the log says" $?
[ "$(ask "SELECT count(*) FROM esbank.events WHERE stream_id LIKE 'account-%'")" = 1 ]
result "none of them left an event" $?
printf '%s\n' "connect localhost:$((port + 1))" 'tls-cert anna.crt' 'tls-key anna.key' 'tls-ca ca.crt' >"$WORLD/anna/remote"
as anna status
refused "an operator's certificate opens no door of machines" 1 'does not accept this side.s certificate'
away anna
timeout 20 openssl s_client -connect "127.0.0.1:$port" -quiet -CAfile ca.crt -cert atm.crt -key atm.key </dev/null \
    >"$WORLD/out" 2>"$WORLD/err"
grep -q 'alert unknown ca' "$WORLD/err" && grep -q 'tls-refused .*--operator-ca' "$WORLD/bank.log"
result "nor a machine's the one of operators" $?

# ---- the file remote ----

bank_db=$ESBANK_DB && unset ESBANK_DB
as anna account list
refused "what reads the database says that it is elsewhere" 1 \
    'is elsewhere, and this command reads its database: name that with --db'
ESBANK_DB=$bank_db && export ESBANK_DB
as anna account list --db "$DATABASE"
did "and reads it once it is named" "$account"
for word in check 'export copy' 'import copy'; do
    # shellcheck disable=SC2086  # two words
    as anna keys $word
    refused "bank keys $word says that its keys are there, too" 1 'is elsewhere, and so are its keys: say .bank keys .*. at its host'
done
as anna serve
refused "a home whose bank is elsewhere serves none" 1 'names a bank elsewhere: serve another home'
chmod 666 "$WORLD/anna/remote"
as anna status
refused "a file that others can write leads nowhere" 1 'remote can be written by other users'
chmod 644 "$WORLD/anna/remote"
echo 'tls-crl ca.crl' >>"$WORLD/anna/remote"
as anna status
refused "a word that it has not is named" 1 \
    "the file remote, line 6: it has connect, tls-cert, tls-key and tls-ca, not 'tls-crl'"
printf '%s\n' "connect localhost:$port" >"$WORLD/anna/remote"
as anna status
refused "so is what is missing" 1 'wants a line each of connect'
away anna
sed -i 's/anna.crt/nothing.crt/' "$WORLD/anna/remote"
as anna status
refused "and a certificate that is not there" 1 \
    'cannot read .*nothing.crt, the file after tls-cert in the file remote'
away anna
chmod 644 "$WORLD/anna/anna.key"
as anna status
refused "a key is not for everybody" 1 \
    'anybody may open .*anna.key, the file after tls-key in the file remote'
chmod 600 "$WORLD/anna/anna.key"
cp people.crt "$WORLD/anna/ca.crt"
as anna status
refused "a bank of another CA is not believed" 1 \
    "the bank's certificate is not signed by the CA in the file after tls-ca in the file remote"
away anna

# ---- two persons ----

operators operator
echo 'two-persons money 100.00' >>"$ESBANK_HOME/operators"
sed -i "s/^anna .*/anna supervisor cert=anna uid=$me/; /^root/d" "$ESBANK_HOME/operators"
hang_up()
{
    before=$(wc -l <"$WORLD/bank.log")
    kill -HUP "$(cat "$WORLD/bank.pid")" && await 20 logged_since "$1"
}
logged_since()
{
    tail -n "+$((before + 1))" "$WORLD/bank.log" | grep -Eq -- "$1"
}
hang_up '^bank: reloaded .*closed=0'
result "a hang-up reads the files" $?
as carl account deposit "$account" 200.00
proposal=$(sed -n 's/.*bank approvals approve //p' "$WORLD/out")
[ "$status" = 5 ] && [ ${#proposal} = 36 ]
result "what needs a second person is proposed from elsewhere" $?
as carl approvals approve "$proposal"
refused "an operator approves nothing" 1 'ApproveProposal needs the role supervisor'
as anna approvals approve "$proposal"
[ "$status" = 0 ]
result "a supervisor's certificate approves it" $?
as anna account deposit "$account" 300.00
proposal=$(sed -n 's/.*bank approvals approve //p' "$WORLD/out")
bank approvals approve "$proposal"
refused "a person at the host is the same one by certificate" 1 'approved by another operator'
operators
hang_up '^bank: operators-reloaded '

# ---- taken back ----

mkfifo "$WORLD/guest"
echo='{"v":1,"id":"0192f0c1-0000-7000-8000-00000000e001","command":"EchoTest"}'
deposit="{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-00000000e002\",\"command\":\"DepositMoney\",\"account_id\":\"$account\",\"amount\":100}"
timeout 60 openssl s_client -connect "127.0.0.1:$port" -quiet -no_ign_eof -CAfile ca.crt -cert carl.crt -key carl.key \
    <"$WORLD/guest" >"$WORLD/said" 2>"$WORLD/err" &
guest=$!
exec 7>"$WORLD/guest"
echo "$echo" >&7
await 20 grep -q '"ok":true' "$WORLD/said"
result "a clerk is connected" $?
operators viewer
hang_up '^bank: reloaded '
echo "$deposit" >&7
await 20 grep -q 'role_needed' "$WORLD/said"
result "another role holds on a connection that there is" $?
revoke people people.crl carl && hang_up '^bank: reloaded .*certificates=1 closed=1'
result "it is closed once its certificate is revoked" $?
await 20 grep -q "The bank has read its certificates again: the client's certificate has been revoked" "$WORLD/said"
result "and told why" $?
exec 7>&-
wait "$guest"
as carl status
refused "and is not let in again" 1 'does not accept this side.s certificate or TLS: certificate revoked'
as anna status
did "as another still is" 'active'

# ---- run out ----

# WHO: their certificates last for 12 seconds.
brief people brief anna 12 && brief ca brief_atm "$teller" 12
result "certificates of some seconds are made" $?
timeout 60 openssl s_client -connect "127.0.0.1:$port" -quiet -no_ign_eof -CAfile ca.crt -cert brief.crt -key brief.key \
    <"$WORLD/guest" >"$WORLD/said" 2>"$WORLD/err" &
guest=$!
exec 7>"$WORLD/guest"
mkfifo "$WORLD/atm_guest" "$WORLD/lasting"
timeout 60 openssl s_client -connect "127.0.0.1:$((port + 1))" -quiet -no_ign_eof -CAfile ca.crt -cert brief_atm.crt \
    -key brief_atm.key <"$WORLD/atm_guest" >"$WORLD/atm_said" 2>"$WORLD/err" &
machine=$!
exec 8>"$WORLD/atm_guest"
timeout 60 openssl s_client -connect "127.0.0.1:$port" -quiet -no_ign_eof -CAfile ca.crt -cert anna.crt -key anna.key \
    <"$WORLD/lasting" >"$WORLD/lasting_said" 2>"$WORLD/err" &
lasting=$!
exec 9>"$WORLD/lasting"
echo "$echo" | tee "/dev/fd/7" "/dev/fd/8" >&9
await 20 grep -q '"ok":true' "$WORLD/said" && await 20 grep -q '"ok":true' "$WORLD/lasting_said" &&
    await 20 grep -q '"ok":true' "$WORLD/atm_said"
result "clients are connected" $?
await 30 grep -q "client's certificate has expired" "$WORLD/said" && wait "$guest"
result "an operator's connection ends when its certificate does" $?
await 30 grep -q "client's certificate has expired" "$WORLD/atm_said" && wait "$machine"
result "so does a machine's" $?
grep -q 'client-expelled .*certificate=anna why="The client.s certificate has expired' "$WORLD/bank.log" &&
    grep -q "client-expelled .*certificate=$teller why=\"The client.s certificate has expired" "$WORLD/bank.log"
result "the log says whose" $?
echo "$echo" | sed s/e001/e009/ >&9
await 20 grep -q 'e009' "$WORLD/lasting_said"
result "another of the same name goes on" $?
exec 7>&- 8>&- 9>&-
wait "$lasting"

echo nothing >people.crl
hang_up '^bank: not-reloaded .*why="there is no list of revoked certificates in PEM form in people.crl, the file after --operator-crl'
result "a list that is wrong is said in one sentence" $?
as carl status
refused "and changes nothing" 1 'certificate revoked'

# ---- a crowd ----

cat >"$WORLD/crowd.py" <<'PYTHON'
import socket, ssl, sys
port, crowd = int(sys.argv[1]), []
context = ssl.create_default_context(cafile="ca.crt")
context.load_cert_chain("anna.crt", "anna.key")
served = turned = 0
for _ in range(24):
    one = context.wrap_socket(socket.create_connection(("localhost", port)), server_hostname="localhost")
    crowd.append(one)
    try:
        one.sendall(b'{"v":1,"id":"0192f0c1-0000-7000-8000-00000000e001","command":"EchoTest"}\n')
        reply = one.recv(4096)
    except OSError:
        reply = b""
    served += b'"ok":true' in reply
    turned += b'"ok":true' not in reply
print(served, turned)
PYTHON
python3 "$WORLD/crowd.py" "$port" >"$WORLD/out" 2>"$WORLD/err"
[ "$(cat "$WORLD/out")" = '16 8' ]
result "one certificate has sixteen connections" $?
bank ping
result "and the sockets of the home are served" $status
bank_stop
grep -q '^bank: ended' "$WORLD/bank.log"
result "the bank ends in order" $?
as anna status
refused "a bank that is away is said to be" 1 \
    'the bank at localhost:[0-9]*, which .*/remote names: cannot connect'
results_end
