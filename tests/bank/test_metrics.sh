#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `bank serve --metrics`: what a monitor gets, and what it cannot do. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/certificates.sh
world_new metrics
second=
trap '[ -z "$second" ] || kill -KILL "$second" 2>/dev/null; bank_kill KILL; rm -rf "$WORLD"' EXIT

port()
{
    sed -n 's/.*metrics-listening .*address=127\.0\.0\.1:\([0-9]*\)$/\1/p' "${log:-$WORLD/bank.log}" | tail -1
}

# PATH [HEADER...]: leaves the reply's $WORLD/head and $WORLD/out.
get()
{
    get_path=$1 get_headers=
    shift
    for header; do get_headers="$get_headers$header\\r\\n"; done
    python3 tests/support/metrics.py say "$(port)" "GET $get_path HTTP/1.1\\r\\nHost: x\\r\\n$get_headers\\r\\n" >"$WORLD/reply" 2>"$WORLD/err"
    sed '/^\r$/q' "$WORLD/reply" | tr -d '\r' >"$WORLD/head"
    sed '1,/^\r$/d' "$WORLD/reply" >"$WORLD/out"
}

# TEXT STATUS: what is sent so is answered so.
answered()
{
    python3 tests/support/metrics.py say "$(port)" "$1" >"$WORLD/out" 2>"$WORLD/err"
    head -1 "$WORLD/out" | grep -q "^HTTP/1.1 $2 "
}

# SAMPLE VALUE: whether /metrics has that now.
shows()
{
    get /metrics
    [ "$(python3 tests/support/metrics.py value "$WORLD/out" "$1")" = "$2" ]
}

# STATUS WORD [QUERY]: whether /healthz says that.
health()
{
    get "/healthz${3:-}"
    head -1 "$WORLD/head" | grep -q "^HTTP/1.1 $1 " && [ "$(cat "$WORLD/out")" = "$2" ]
}

bank serve --metrics nonsense:port
refused "--metrics wants an address" 2 '--metrics wants HOST:PORT'
bank_start --metrics 0 --confirm-within 3
result "the bank starts" $?
grep -q 'metrics-listening .*address=127\.0\.0\.1:' "$WORLD/bank.log"
result "without a host it listens on loopback alone" $?

# ---- the format ---------------------------------------------------------------

account_new
visit
card="--card-file $WORLD/card --pin-file $WORLD/pin"
# shellcheck disable=SC2086
bank terminal withdraw 490 $card
# shellcheck disable=SC2086
bank terminal withdraw 20 --outcome retracted $card
get /metrics
grep -q '^Content-Type: application/openmetrics-text; version=1.0.0' "$WORLD/head"
result "the metrics are OpenMetrics" $?
python3 tests/support/metrics.py check "$WORLD/out" >"$WORLD/err"
result "in which nothing is wrong" $?
get /metrics "Accept: text/plain;version=0.0.4"
grep -q '^Content-Type: text/plain; version=0.0.4' "$WORLD/head" && ! grep -q '^# \(UNIT\|EOF\)' "$WORLD/out"
result "the older text is given to those who know that alone" $?
if command -v promtool >/dev/null; then
    promtool check metrics <"$WORLD/out" >"$WORLD/err" 2>&1 && [ ! -s "$WORLD/err" ]
    result "promtool has no complaint" $?
else
    echo "ok $((results += 1)) - promtool has no complaint # SKIP promtool is not installed"
fi
get /metrics "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
grep -q '^Content-Type: application/openmetrics-text' "$WORLD/head"
result "a Prometheus that knows both gets OpenMetrics" $?
python3 tests/support/metrics.py names "$WORLD/out" assets/grafana-dashboard.json assets/prometheus-alerts.yml docs/operations.md >"$WORLD/err"
result "the dashboard, the alerts and the manual name metrics that there are" $?

python3 -m json.tool assets/grafana-dashboard.json >"$WORLD/out" 2>"$WORLD/err"
result "the dashboard is JSON" $?
if command -v promtool >/dev/null; then
    promtool check rules assets/prometheus-alerts.yml >"$WORLD/out" 2>"$WORLD/err"
    result "promtool takes the alerts" $?
else
    echo "ok $((results += 1)) - promtool takes the alerts # SKIP promtool is not installed"
fi

# ---- the figures --------------------------------------------------------------

initiated='esbank_commands_total{command="Teller.InitiateWithdrawal"'
holds "withdrawals are counted by what they came to" shows "$initiated,outcome=\"approved\",code=\"00\"}" 2
holds "refusals by their reason" shows "$initiated,outcome=\"insufficient_funds\",code=\"51\"}" 1
holds "each has its latency" \
    shows 'esbank_command_duration_seconds_count{command="Teller.InitiateWithdrawal"}' 3
holds "the withdrawal that only a count can end is suspect" \
    await 30 shows 'esbank_sagas{saga="withdrawal",state="suspect"}' 1
holds "and has its alert" await 30 shows 'esbank_alerts_open{alert="suspects"}' 1
twenties=$(ask "SELECT notes FROM esbank.cassette_levels WHERE denomination = 2000" 2>"$WORLD/err")
holds "the cassettes are those of the log" \
    shows "esbank_cassette_notes{teller=\"$teller\",denomination=\"2000\"}" "$twenties"
holds "the read models have all" await 30 shows 'esbank_projection_lag_events{projection="accounts"}' 0
holds "and the event handlers" await 30 shows 'esbank_subscription_lag_events{subscription="suspects"}' 0
holds "the log's end" shows esbank_log_position "$(ask "SELECT position FROM esbank.log_head")"
bank status --json
perl -MJSON::PP -e 'local $/; open my $file, "<", $ARGV[0] or die; my $status = decode_json(<$file>)->{status};
    exit !($status->{state} eq "active" && $status->{latency_p50_us} > 0
        && $status->{latency_p99_us} >= $status->{latency_p50_us} && $status->{position} > 0)' "$WORLD/out"
result "status has the same figures, and the last minute's latency" $?

# ---- what else is asked ---------------------------------------------------------

holds "HEAD has no body" answered 'HEAD /healthz HTTP/1.1\r\n\r\n' 200
[ "$(sed '1,/^\r$/d' "$WORLD/out" | wc -c)" = 0 ]
result "and no byte of one" $?
holds "POST is not answered" answered 'POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc' 405
holds "a body is not taken" answered 'GET /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc' 413
holds "nor in pieces" answered 'GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n' 413
holds "other paths are not there" answered 'GET /metrics/ HTTP/1.1\r\n\r\n' 404
holds "nor other protocols" answered 'hello\r\n\r\n' 400
holds "a long head is refused" \
    answered "GET /healthz HTTP/1.1\\r\\nX: $(head -c 5000 /dev/zero | tr '\0' x)" 431
mkfifo "$WORLD/wait"
python3 tests/support/metrics.py slow "$(port)" 64 <"$WORLD/wait" >"$WORLD/slow" &
slow=$!
exec 6>"$WORLD/wait"
await 20 grep -q there "$WORLD/slow"
began=$(date +%s%N)
health 200 active && bank_answers
result "64 clients that say half a word, or hear nothing, keep no other out" $?
[ $(($(date +%s%N) - began)) -lt 5000000000 ]
result "and do not slow the bank" $?
exec 6>&-
wait "$slow"
[ "$(tail -1 "$WORLD/slow")" -ge 48 ]
result "the oldest of them had to go" $?

# ---- health ----------------------------------------------------------------------

holds "the active bank is well" health 200 active '?active'
mkdir -m 711 "$WORLD/second"
cp -a "$ESBANK_HOME/keys" "$WORLD/second/"
(cd "$WORLD" && ca ca && certificate ca bank localhost 30 && revoke ca ca.crl) || exit 1
until_s=$(date -d "$(openssl x509 -in "$WORLD/bank.crt" -noout -enddate | sed 's/.*=//')" +%s)
list_s=$(date -d "$(openssl crl -in "$WORLD/ca.crl" -noout -nextupdate | sed 's/.*=//')" +%s)
setsid "$BUILD/bank" serve --home "$WORLD/second" --metrics 0 --listen 127.0.0.1:0 --tls-cert "$WORLD/bank.crt" \
    --tls-key "$WORLD/bank.key" --tls-ca "$WORLD/ca.crt" --tls-crl "$WORLD/ca.crl" >"$WORLD/second.log" 2>&1 </dev/null 6>&- &
second=$!
log=$WORLD/second.log
holds "a standby is well, and says that it is one" await 30 health 200 standby
holds "but is not the active one" health 503 standby '?active'
holds "it shows so" shows 'esbank_state{state="standby"}' 1
holds "and when its certificate expires" shows esbank_certificate_expiry_timestamp_seconds "$until_s"
holds "and its list" shows esbank_revocation_list_expiry_timestamp_seconds "$list_s"
shows esbank_log_position ''
result "and no end of the log, which is not its own" $?
kill -TERM "$second"
await 30 gone "$second"
second='' log=''
world_name=$(ask "SELECT current_database()")
away()
{
    psql -XAtq "$ESBANK_TEST_PG dbname=postgres" -c "ALTER DATABASE \"$world_name\" ALLOW_CONNECTIONS $1"
}
away false
psql -XAtq "$ESBANK_TEST_PG dbname=postgres" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$world_name'" >/dev/null
holds "without its database the bank says so" await 20 health 503 away
holds "and still has metrics" shows 'esbank_state{state="away"}' 1
away true
holds "it is well again once that is back" await 30 health 200 active
bank_stop
results_end
