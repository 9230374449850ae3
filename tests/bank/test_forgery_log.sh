#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A log that is rewritten, cut off or added to with right hashes, and its memory of commands: verify names it,
# and the bank does not start on it. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/forgery.sh
forgery_new forgery

holds "as the bank left it, all is well" verifies
holds "with an anchor" verifies --anchor "$WORLD/anchor"

# ---- the log -------------------------------------------------------------------

richer="UPDATE esbank.events SET data = replace(replace(data::text, '\"amount\":100', '\"amount\":85000100'),
    '\"new_balance\":100', '\"new_balance\":85000100')::json WHERE position = $deposited; SELECT public.rechain()"
forge "$richer" && derive && finds seals "position $deposited, .*was rewritten"
result "850,000.00 made out of nothing, with right hashes, is named" $?
grep -Eq "^FAILED +head of the log +the head's seal is not this bank's" "$WORLD/out"
result "and so is the head" $?
holds "nothing else would have told" test "$(grep -c '^FAILED' "$WORLD/out")" = 2
holds "the bank does not start on that" serve_refuses "head does not bear this bank's seal"

kept_to=$(ask "SELECT max(position) FROM esbank.events WHERE seal IS NOT NULL AND position < $head")
cut="DELETE FROM esbank.events WHERE position > $kept_to; DELETE FROM esbank.commands WHERE position > $kept_to;
    UPDATE esbank.subscriptions SET position = least(position, $kept_to);
    UPDATE esbank.projections SET position = least(position, $kept_to);
    UPDATE esbank.log_head h SET seal = e.seal FROM esbank.events e WHERE e.position = $kept_to; SELECT public.rechain()"
forge "$cut" && derive && finds 'head of the log' "seal is not this bank's for position $kept_to"
result "the end of the log cut off, with the head fixed, is named" $?
holds "the bank does not start on that" serve_refuses "head does not bear this bank's seal"
bank verify --db "$forged_db" --against "$WORLD/anchor"
grep -Eq "^FAILED +continues the anchor +.*ends at position $kept_to" "$WORLD/out"
result "and does not continue the anchor" $?

append="INSERT INTO esbank.events SELECT position + 1, stream_id, stream_version + 1, gen_random_uuid(), event_type,
    gen_random_uuid(), correlation_id, replace(data::text, '\"old_balance\":0,\"new_balance\":100',
    '\"old_balance\":100,\"new_balance\":200')::json, metadata, created_at, hash FROM (SELECT $head::bigint AS position,
    stream_id, stream_version, event_type, correlation_id, data, metadata, created_at, hash FROM esbank.events
    WHERE position = $deposited) e;
    INSERT INTO esbank.commands SELECT causation_id, '\\x00', '{}', position FROM esbank.events WHERE position = $head + 1;"
forge "$append SELECT public.rechain()" && derive && finds seals "position $((head + 1)), no seal stands for this event"
result "an event appended by hand, with its right hash, is named" $?
holds "the bank does not start on that" serve_refuses "head does not bear this bank's seal"
forge "$append" && serve_refuses "does not end where its head says"
result "nor beneath a head that was left as it was" $?
forge "UPDATE esbank.events SET hash = sha256(hash) WHERE position = $head" && serve_refuses "were rewritten"
result "nor on a last event that was changed" $?

named "a seal taken away" seals 'seals were taken away' "UPDATE esbank.events SET seal = NULL WHERE position = $deposited"
named "all of the events' seals taken away" seals 'no seal stands for' "UPDATE esbank.events SET seal = NULL"
named "a seal put elsewhere" seals 'not this bank' "UPDATE esbank.events e SET seal = o.seal FROM esbank.events o
    WHERE e.position = $deposited AND o.position = $head"
forge "UPDATE esbank.log_head SET seal = NULL" && finds 'head of the log' 'head bears no seal' && serve_refuses 'was in use before'
result "the head's seal taken away is named, and not taken for an older log" $?
forge "UPDATE esbank.log_head SET epoch = epoch + 1" && finds 'head of the log' 'sealed in epoch [0-9]+, its row says'
result "a changed epoch is named" $?
holds "the bank does not start on that" serve_refuses "head does not bear this bank's seal"

# ---- the memory of commands ----------------------------------------------------

command="(SELECT causation_id FROM esbank.events WHERE position = $deposited)"
unmade="(SELECT command_id FROM esbank.commands c WHERE NOT EXISTS (SELECT FROM esbank.events e WHERE
    e.causation_id = c.command_id) ORDER BY position DESC LIMIT 1)"
opening="(SELECT causation_id FROM esbank.events WHERE stream_id = 'account-$other' AND stream_version = 1)"
sealed='not those that were sealed'
named "an altered reply" 'commands remembered' "$sealed" \
    "UPDATE esbank.commands SET reply = reply || ' ' WHERE command_id = $command"
named "an altered content" 'commands remembered' "$sealed" \
    "UPDATE esbank.commands SET content = decode(repeat('00', 16), 'hex') WHERE command_id = $command"
named "an altered position" 'commands remembered' "$sealed" \
    "UPDATE esbank.commands SET position = position - 1 WHERE command_id = $command"
named "another id" 'commands remembered' "$sealed" "UPDATE esbank.commands SET command_id = '$nobody' WHERE command_id = $unmade"
named "a removed refusal" 'commands remembered' "$sealed" "DELETE FROM esbank.commands WHERE command_id = $unmade"
named "an added command" 'commands remembered' "$sealed" \
    "INSERT INTO esbank.commands VALUES ('$nobody', decode(repeat('00', 16), 'hex'), '{}', $deposited)"
named "one added at the end" 'commands remembered' "$sealed" \
    "INSERT INTO esbank.commands VALUES ('$nobody', decode(repeat('00', 16), 'hex'), '{}', $head)"
forge "UPDATE esbank.commands SET reply = reply || ' ' WHERE command_id = $command"
bank verify --db "$forged_db"
holds "and where it is" grep -Eq "^FAILED +commands remembered +position $deposited, commands of positions [0-9]+ to $deposited" \
    "$WORLD/out"
named "the content of an account's opening" 'data keys' 'was altered' \
    "UPDATE esbank.commands SET content = decode(repeat('00', 16), 'hex') WHERE command_id = $opening"

forgery_end
