#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Anchors, the report for an auditor, a key that is not there, and where sealing begins. Prints TAP.
# The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2016,SC2119,SC2154,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
. tests/support/forgery.sh
forgery_new anchor

holds "as the bank left it, all is well" verifies
holds "with an anchor" verifies --anchor "$WORLD/anchor"

richer="UPDATE esbank.events SET data = replace(replace(data::text, '\"amount\":100', '\"amount\":85000100'),
    '\"new_balance\":100', '\"new_balance\":85000100')::json WHERE position = $deposited; SELECT public.rechain()"

# ---- keys and anchors ----------------------------------------------------------

mv "$ESBANK_HOME/keys/log.key" "$WORLD/log.key"
bank verify
[ "$status" = 1 ] && grep -Eq '^UNKNOWN seals +not checked: keys/log.key is not there' "$WORLD/out" &&
    ! grep -q '^FAILED' "$WORLD/out" && grep -q 'checks could not be carried out' "$WORLD/err"
result "without the key, verify says that it has not checked the seals" $?
bank verify --json
holds "in JSON too" grep -q '"clean":false.*"check":"seals","ok":null' "$WORLD/out"
sed 's/^...../00000/' "$WORLD/log.key" >"$ESBANK_HOME/keys/log.key"
chmod 600 "$ESBANK_HOME/keys/log.key"
forge "SELECT 1" && serve_refuses 'log.key'
result "with another key, the bank does not start" $?
holds "and verify names it" finds 'head of the log' 'keys/log.key is another'
mv "$WORLD/log.key" "$ESBANK_HOME/keys/log.key"

bank verify --json
holds "verify's report is JSON" is_json
holds "for an auditor: the range, the head, the time, the program, the anchor" grep -Eq "\"clean\":true,\"from\":1,\"to\":$head,\"sealed_from\":1,\"head\":\{\"position\":$head,\"hash\":\"[0-9a-f]{64}\"\},\"time\":\"20[^\"]*\",\"software\":\"[0-9.]+\",.*\"anchor\":\{\"position\":$head," "$WORLD/out"
bank verify
holds "and for people" \
    grep -Eq "^anchor  position $head hash [0-9a-f]{64} time 20[^ ]* seal [0-9a-f]{144}$" "$WORLD/out"
holds "an anchor is one line" test "$(wc -l <"$WORLD/anchor")" = 1
bank_start
bank account deposit "$other" 5.00
bank_stop
holds "a log that went on continues it" verifies --against "$WORLD/anchor"
forge "SELECT 1" && { bank verify --db "$forged_db" --against "$WORLD/anchor"; [ "$status" = 0 ]; }
result "so does a copy" $?
forge "$richer"
bank verify --db "$forged_db" --against "$WORLD/anchor"
holds "a rewritten one does not" grep -Eq '^FAILED +continues the anchor .*was rewritten' "$WORLD/out"
sed 's/"time":"20/"time":"19/' "$WORLD/anchor" >"$WORLD/anchor.old"
bank verify --against "$WORLD/anchor.old"
[ "$status" = 1 ] && grep -Eq "^FAILED +continues the anchor +the anchor's seal" "$WORLD/out"
result "an anchor of another time is none" $?
echo '{"position":1}' >"$WORLD/anchor.old"
bank verify --against "$WORLD/anchor.old"
refused "nor is another file" 2 'is no anchor'
forge "UPDATE esbank.log_head SET epoch = epoch + 1"
rm -f "$WORLD/anchor.new"
bank verify --db "$forged_db" --anchor "$WORLD/anchor.old"
[ "$status" = 1 ] && grep -q 'no anchor was written' "$WORLD/err" && grep -q '{"position":1}' "$WORLD/anchor.old"
result "where something is wrong no anchor is written" $?

# ---- a log of before there were seals ------------------------------------------

old="UPDATE esbank.events SET seal = NULL; UPDATE esbank.log_head SET seal = NULL; UPDATE esbank.data_keys SET seal = NULL;
    DELETE FROM esbank.key_checks WHERE name = 'log.key'"
forge "$old"
cp -a "$ESBANK_HOME/keys" "$WORLD/keys"
rm -f "$ESBANK_HOME/keys/log.key" "$ESBANK_HOME/log.known"
bank verify --db "$forged_db"
holds "an older log is clean but for its seals" test "$(grep -c '^FAILED' "$WORLD/out")" = 0
export DATABASE="$forged_db" ESBANK_DB="$forged_db"
holds "a bank serves it" bank_start
holds "it is sealed at the first start" \
    grep -Eq '^bank: log-sealed .*position=[0-9]+ chain=checked' "$WORLD/bank.log"
bank account deposit "$other" 7.00
await 20 handled
bank_stop
holds "and verify is content with that" verifies
holds "and says from where on" grep -Eq '^range .*, sealed from [0-9]+ on' "$WORLD/out"
psql -Xq "$forged_db" -c "SET session_replication_role = replica" -c "$old" >"$WORLD/out" 2>&1
holds "but only once" serve_refuses 'was in use before'
rm -rf "$ESBANK_HOME/keys"
mv "$WORLD/keys" "$ESBANK_HOME/keys"
forge "$old; UPDATE esbank.events SET data = '{}' WHERE position = $deposited"
rm "$ESBANK_HOME/keys/log.key"
holds "and not when its chain does not hold" serve_refuses 'hash chain does not hold at position'

forgery_end
