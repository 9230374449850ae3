#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What operators do beside the bank leaves an event of the stream bank, and is not done without: while the bank runs,
# and while it does not. Prints TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new acts
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT
bank_start
account_new
me=$(id -un)

# The acts that the log has, in their order: ACT SUBJECT, with commas.
acts()
{
    ask "SELECT string_agg(concat_ws(' ', data->>'act', data->>'subject'), ',' ORDER BY position) FROM esbank.events
        WHERE stream_id = 'bank' AND event_type = 'Bank.ActRecorded' AND data->>'act' <> 'operators_read'"
}

echo a-long-passphrase-of-words >"$WORLD/phrase"
handler=suspects
bank snapshot take
did "snapshots are taken" 'snapshots taken'
bank snapshot drop
did "and dropped" 'snapshots dropped'
bank projection rebuild accounts
did "a read model is made again" 'rebuilt up to position'
bank subscription reset $handler --from-now
did "a subscription is set" 'goes on with event'
bank subscription skip $handler 1
bank subscription retry $handler
bank keys export "$WORLD/keys.sealed" --passphrase-file "$WORLD/phrase"
did "keys are exported" 'keys are sealed'
expected="snapshot_take,snapshot_drop,projection_rebuild accounts,subscription_reset $handler from now"
expected="$expected,subscription_skip $handler 1,subscription_retry $handler,keys_export keys.sealed"
[ "$(acts)" = "$expected" ]
result "each is an event before it is done" $?
[ "$(ask "SELECT count(*) FROM esbank.events WHERE event_type = 'Bank.ActRecorded' AND metadata->>'actor' = 'operator $me'
    AND metadata->>'role' = 'supervisor' AND metadata->>'from' = 'uid $(id -u)'")" = 7 ]
result "by its operator" $?
bank events --stream bank
did "bank events shows them" "Bank.ActRecorded .*snapshot_drop.*by operator $me"
[ "$(ask "SELECT array_agg(stream_version ORDER BY position) = array(SELECT generate_series(1, 7)::bigint) FROM esbank.events
    WHERE stream_id = 'bank'")" = t ]
result "versions of the stream have no gap" $?

# ---- roles ----

printf 'me viewer uid=%s\n' "$(id -u)" >"$ESBANK_HOME/operators"
chmod 644 "$ESBANK_HOME/operators"
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 grep -q operators-reloaded "$WORLD/bank.log"
before=$(acts)
ask "INSERT INTO esbank.snapshots (stream_id, stream_version, layout, state) VALUES ('account-x', 1, 1, 'x')" >"$WORLD/out"
bank snapshot drop
refused "a viewer drops no snapshots" 1 'RecordAct needs the role operator, and me is viewer'
[ "$(ask "SELECT count(*) FROM esbank.snapshots WHERE stream_id = 'account-x'")" = 1 ]
result "and none is dropped" $?
printf 'me operator uid=%s\n' "$(id -u)" >"$ESBANK_HOME/operators"
kill -HUP "$(cat "$WORLD/bank.pid")"
await 20 sh -c "[ \$(grep -c operators-reloaded '$WORLD/bank.log') = 2 ]"
bank keys export "$WORLD/again.sealed" --passphrase-file "$WORLD/phrase"
refused "an operator exports no keys" 1 'keys_export needs the role supervisor, and me is operator'
[ ! -e "$WORLD/again.sealed" ] && [ "$(acts)" = "$before" ]
result "and nothing is written" $?
rm "$ESBANK_HOME/operators"

# ---- without a bank ----

bank_stop
bank snapshot drop
did "without a bank snapshots are dropped" 'snapshots dropped'
bank keys import "$WORLD/keys.sealed" --passphrase-file "$WORLD/phrase" --replace
[ "$status" = 0 ] && [ "$(cut -d ' ' -f 4- "$ESBANK_HOME/acts" | tr '\n' ',')" = 'snapshot_drop ,keys_import keys.sealed,' ]
result "keys imported, and both are noted in the home" $?
bank_start
noted()
{
    [ "$(ask "SELECT string_agg(concat_ws(' ', data->>'act', data->>'subject', metadata->>'actor', metadata->>'from'), ','
        ORDER BY position) FROM esbank.events WHERE data->>'reason' ~ '^done at 20.*Z, while no bank served\$'")" = \
        "snapshot_drop operator $me uid $(id -u),keys_import keys.sealed operator $me uid $(id -u)" ]
}
await 20 noted
result "the bank records them when it starts" $?
await 20 test ! -e "$ESBANK_HOME/acts.taken" && [ ! -e "$ESBANK_HOME/acts" ]
result "once" $?
bank_stop
many=1100
for number in $(seq $many); do
    printf '0192f0c1-0000-7000-8000-%012x %s 1796064386 snapshot_take %s\n' "$number" "$(id -u)" "$number"
done >"$ESBANK_HOME/acts"
[ "$(id -u)" != 0 ] || chown "$(stat -c %u "$ESBANK_HOME/keys")" "$ESBANK_HOME/acts"
bank_start
all_noted()
{
    [ "$(ask "SELECT count(*), max((data->>'subject')::int) FROM esbank.events WHERE data->>'act' = 'snapshot_take'
        AND data->>'reason' ~ 'while no bank served'")" = "$many|$many" ]
}
await 60 all_noted
result "however many there are" $?
await 20 test ! -e "$ESBANK_HOME/acts.taken"
bank_stop
chmod 0 "$ESBANK_HOME/bank.lock"
mkdir "$ESBANK_HOME/acts"
bank snapshot drop
refused "what cannot be noted is not done" 1 'cannot note in .*/acts .*nothing was done'
rmdir "$ESBANK_HOME/acts"
chmod 600 "$ESBANK_HOME/bank.lock"
bank_start
bank verify
did "the log verifies" '.'
results_end
