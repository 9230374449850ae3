#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What stands beside the log, forged, and a catalogue that is not as the bank made it: verify names each.
# Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/forgery.sh
forgery_new beside

# ---- what stands beside the log ------------------------------------------------

sealed='not those that were sealed'

named "a checkpoint ahead of the log" checkpoints 'accounts is not in the log' \
    "UPDATE esbank.projections SET position = position + 1 WHERE name = 'accounts'"
named "one of another version" checkpoints 'cards is of version 99' \
    "UPDATE esbank.projections SET version = 99 WHERE name = 'cards'"
named "one of no read model" checkpoints 'nothing has a checkpoint' \
    "INSERT INTO esbank.projections VALUES ('nothing', 1, 0, 'inline')"
named "a subscription ahead of the log" checkpoints 'subscription low_cash is ahead' \
    "UPDATE esbank.subscriptions SET position = position + 1 WHERE name = 'low_cash'"
named "a removed alert" 'event handlers' 'alerts lacks suspects .*reset suspects' "DELETE FROM esbank.alerts"
named "a settled alert" 'event handlers' 'alerts holds suspects' \
    "UPDATE esbank.alerts SET cleared_position = $head, cleared_at = now()"
named "an altered alert" 'event handlers' 'alerts holds suspects' "UPDATE esbank.alerts SET message = 'all is well'"
named "an added alert" 'event handlers' 'alerts holds low_cash x' "INSERT INTO esbank.alerts (handler, subject, teller_id,
    message, position, raised_at) VALUES ('low_cash', 'x', '$teller', 'x', 1, now())"
named "an alert of no handler" 'event handlers' '1 alerts of handlers that' "INSERT INTO esbank.alerts (handler, subject,
    teller_id, message, position, raised_at) VALUES ('nobody', 'x', '$teller', 'x', 1, now())"
named "an altered cassette level" 'event handlers' "cassette_levels holds $teller 5000" \
    "UPDATE esbank.cassette_levels SET notes = notes + 1 WHERE denomination = 5000"
named "an altered data key" 'data keys' 'was altered' \
    "UPDATE esbank.data_keys SET wrapped = set_byte(wrapped, 8, get_byte(wrapped, 8) # 1) WHERE account_id = '$other'"
named "a data key without its seal" 'data keys' 'lost its seal' "UPDATE esbank.data_keys SET seal = NULL WHERE account_id = '$other'"
named "a data key for nobody" 'data keys' 'no event has a name' "INSERT INTO esbank.data_keys (account_id, command_id, wrapped)
    SELECT '$nobody', '$nobody', wrapped FROM esbank.data_keys LIMIT 1"
named "a removed data key" 'data keys' '1 of their data keys are gone' "DELETE FROM esbank.data_keys WHERE account_id = '$other'"
named "a data key shredded by hand" 'data keys' 'not by an erasure' \
    "UPDATE esbank.data_keys SET wrapped = NULL, seal = NULL, shredded_at = now() WHERE account_id = '$other'"
named "an event put among those kept of an older bank" "an older bank's events kept" "$sealed" \
    "INSERT INTO esbank.imported_events (event_id, position, stream_id, event_type, created_at, reason)
    VALUES ('$nobody', 1, 'x', 'y', now(), 'z')"

# ---- the catalogue -------------------------------------------------------------

catalogue='tables and functions'
named "a dropped trigger" "$catalogue" 'trigger events_append_only of events is missing' \
    "DROP TRIGGER events_append_only ON esbank.events"
named "a trigger put to sleep" "$catalogue" 'trigger events_append_only of events is not as' \
    "ALTER TABLE esbank.events DISABLE TRIGGER events_append_only"
named "a foreign trigger" "$catalogue" 'a trigger gift of accounts is there' "CREATE TRIGGER gift BEFORE UPDATE ON
    esbank.accounts FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
named "a dropped unique key" "$catalogue" 'events_stream_id_stream_version_key of events is missing' \
    "ALTER TABLE esbank.events DROP CONSTRAINT events_stream_id_stream_version_key"
named "a dropped primary key" "$catalogue" 'commands_pkey of commands is missing' \
    "ALTER TABLE esbank.commands DROP CONSTRAINT commands_pkey"
named "a dropped index" "$catalogue" 'index alerts_open is missing' "DROP INDEX esbank.alerts_open"
named "a dropped check" "$catalogue" 'of log_head is missing' "ALTER TABLE esbank.log_head DROP CONSTRAINT log_head_hash_check"
named "a column that may be null" "$catalogue" 'table events is not as' "ALTER TABLE esbank.events ALTER hash DROP NOT NULL"
named "a replaced function" "$catalogue" 'function superseded' "CREATE OR REPLACE FUNCTION esbank.superseded(is_at bigint,
    is_epoch bigint, known bigint, my_epoch bigint) RETURNS bigint LANGUAGE sql AS 'SELECT known'"
named "a function of the same name" "$catalogue" 'a function cash_moved\(x integer\)' \
    "CREATE FUNCTION esbank.cash_moved(x integer) RETURNS void LANGUAGE sql AS ''"
named "a rule" "$catalogue" 'a rule hide of alerts' "CREATE RULE hide AS ON INSERT TO esbank.alerts DO INSTEAD NOTHING"
named "a table that inherits" "$catalogue" 'inherits from events' "CREATE TABLE public.more () INHERITS (esbank.events)"
named "a table more" "$catalogue" 'a table accounts_2 is there' "CREATE TABLE esbank.accounts_2 (balance bigint)"
named "a view more" "$catalogue" 'a view balances is there' "CREATE VIEW esbank.balances AS SELECT 1 AS balance"
named "a materialized view more" "$catalogue" 'a view kept is there' "CREATE MATERIALIZED VIEW esbank.kept AS SELECT 1 AS one"
named "a constraint more" "$catalogue" 'a constraint small of commands is there' \
    "ALTER TABLE esbank.commands ADD CONSTRAINT small CHECK (position < 1000000)"
named "a replaced view" "$catalogue" 'view lag is not as' "CREATE OR REPLACE VIEW esbank.lag AS SELECT name, state, version,
    position AS checkpoint, position AS head, 0::bigint AS lag, 0::bigint AS parked, error, updated_at,
    'projection'::text AS kind FROM esbank.projections"

forgery_end
