# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154  # the names are shared with the test
#
# For shell tests of what whoever can write to the database, but has no key of the bank, can do to it. Source it
# after bank.sh and commands.sh.
#
#   forgery_new NAME               a bank's world with withdrawals, deposits and an alert; the bank has ended. $account
#                                  $other, $deposited (the last position of $other's deposit) and $head tell about it
#   forge SQL                      a copy of its database, $forged_db, done to by that SQL with the triggers asleep
#   derive                         what is derived there follows the forged log
#   finds CHECK PATTERN            whether verify fails there with that check, saying that, without a row's text
#   named SENTENCE CHECK PATTERN SQL   a test point of these
#   serve_refuses PATTERN          whether the bank ends there, saying that, without having been ready
#   verifies WORD...               whether verify with these words finds nothing in the bank's own database
#   forgery_end                    the end, with the plan

verifies()
{
    bank verify "$@"
    [ "$status" = 0 ] && ! grep -Eq '^(FAILED|UNKNOWN)' "$WORLD/out"
}

handled()
{
    [ "$(ask "SELECT count(*) FROM esbank.lag WHERE lag > 0")" = 0 ]
}

forgery_new()
{
    world_new "$1"
    trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT
    bank_start || exit 1
    account_new
    visit
    await 10 ended completed
    echo 'dispenser position unknown' >"$ATM_FOLDER/faults"
    visit
    await 10 ended completed,suspect
    bank account withdraw "$account" 100000.00 # refused, and so remembered without an event
    other=$("$BUILD/bank" account open --owner 'Otto')
    bank account deposit "$other" 1.00
    deposited=$(ask "SELECT max(position) FROM esbank.events")
    bank account deposit "$account" 3.00
    await 20 handled
    bank_stop
    head=$(ask "SELECT position FROM esbank.log_head")
    forged=$(basename "$WORLD" | tr 'A-Z.' 'a-z_')_forged
    forged_db="$ESBANK_TEST_PG dbname=$forged"
}

forgery_end()
{
    postgres "DROP DATABASE IF EXISTS $forged WITH (FORCE)"
    results_end
}

postgres()
{
    psql -Xq "$ESBANK_TEST_PG dbname=postgres" -c "$1" >"$WORLD/forge" 2>&1
}

# A copy of the database, done to by that SQL with the triggers asleep.
forge()
{
    postgres "DROP DATABASE IF EXISTS $forged WITH (FORCE)"
    postgres "CREATE DATABASE $forged TEMPLATE \"$world_database\"" || return 1
    psql -Xq -v ON_ERROR_STOP=1 "$forged_db" -c "SET session_replication_role = replica" -c "$rechain" -c "$1" \
        >"$WORLD/forge" 2>&1 || { cat "$WORLD/forge" >&2; return 1; }
}

# Right hashes for all events, and for the head.
rechain="CREATE FUNCTION public.rechain() RETURNS void LANGUAGE plpgsql AS \$\$
DECLARE e record; h bytea := decode(repeat('00', 32), 'hex'); s bytea; BEGIN
FOR e IN SELECT * FROM esbank.events ORDER BY position LOOP
    h := sha256(h || int8send(e.position) || int4send(octet_length(e.stream_id)) || convert_to(e.stream_id, 'UTF8')
        || int8send(e.stream_version) || uuid_send(e.event_id)
        || int4send(octet_length(e.event_type)) || convert_to(e.event_type, 'UTF8')
        || uuid_send(e.causation_id) || uuid_send(e.correlation_id)
        || int4send(octet_length(e.data::text)) || convert_to(e.data::text, 'UTF8')
        || int4send(octet_length(e.metadata::text)) || convert_to(e.metadata::text, 'UTF8')
        || int8send((extract(epoch FROM e.created_at) * 1000000)::bigint));
    UPDATE esbank.events SET hash = h WHERE position = e.position AND hash <> h;
END LOOP;
UPDATE esbank.log_head SET hash = h, position = (SELECT max(position) FROM esbank.events);
END \$\$;"

# What is derived follows the forged log, as a careful forger has it.
derive()
{
    for name in accounts statement; do
        bank projection rebuild "$name" --db "$forged_db"
    done
}

# CHECK PATTERN: verify fails with that check, which says that, in one sentence without a row's text.
finds()
{
    bank verify --db "$forged_db"
    [ "$status" = 1 ] && grep -Eq "^FAILED +$1 +.*$2" "$WORLD/out" && ! grep -Eq '^FAILED.*(\{|\([0-9a-f]{8}-)' "$WORLD/out"
}

# SENTENCE CHECK PATTERN SQL
named()
{
    forge "$4" && finds "$2" "$3"
    result "$1 is named" $?
}

serve_refuses()
{
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" --db "$forged_db" >"$WORLD/out" 2>"$WORLD/err"
    status=$?
    [ "$status" = 1 ] && grep -Eq "^bank: .*$1" "$WORLD/err" && ! grep -q 'bank: ready' "$WORLD/err"
}
