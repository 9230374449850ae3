#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Whom the bank runs as: never as root, with no way back, and root's commands and
# root's machine work with it all the same. Prints TAP. The programs are in
# $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
world_new user private
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

# SENTENCE COMMAND...: the command succeeds.
holds()
{
    sentence=$1
    shift
    "$@"
    result "$sentence" $?
}

# NAME: what the kernel says of the bank.
status_of_bank()
{
    awk -v name="$1:" '$1 == name { $1 = ""; print substr($0, 2) }' "/proc/$(cat "$WORLD/bank.pid")/status"
}

# SENTENCE PATTERN WORD...: `bank serve` with these words fails with one sentence that fits.
refused()
{
    sentence=$1 pattern=$2
    shift 2
    timeout 60 "$BUILD/bank" serve --home "$ESBANK_HOME" "$@" >"$WORLD/out" 2>"$WORLD/err" </dev/null
    [ $? != 0 ] && [ "$(wc -l <"$WORLD/err")" = 1 ] && grep -Eq -- "$pattern" "$WORLD/err"
    result "$sentence" $?
}

refused "a user that is none" \
    '^bank: --user nobody-by-that-name is no user|^bank: only root can run' --user nobody-by-that-name
refused "root is none that it can run as" '^bank: --user root is no user|^bank: only root can run' --user root
if [ "$(id -u)" != 0 ]; then
    bank_start
    result "the bank starts" $?
    holds "without new privileges" [ "$(status_of_bank NoNewPrivs)" = 1 ]
    bank_stop
    results_end
    exit 0
fi

owner_of()
{
    stat -c %u "$1"
}

# What stands in a home that root's bank has made before, and two names that lead elsewhere.
echo secret >"$WORLD/secret"
chmod 600 "$WORLD/secret"
ln -s "$WORLD/secret" "$ESBANK_HOME/soft" && ln "$WORLD/secret" "$ESBANK_HOME/hard" &&
    mkdir -m 700 "$ESBANK_HOME/keys" && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$ESBANK_HOME/keys/card.key" &&
    echo >>"$ESBANK_HOME/keys/card.key" && chmod 600 "$ESBANK_HOME/keys/card.key"
holds "root starts a bank" bank_start
user=$(status_of_bank Uid | cut -f1 | cut -d' ' -f1)
holds "that runs as another user" [ "${user:-0}" != 0 ]
holds "by every one of its ids" [ "$(status_of_bank Uid | tr '\t ' '\n\n' | sort -u)" = "$user" ]
holds "in that user's groups" [ -z "$(status_of_bank Groups | tr ' ' '\n' | grep -x 0)" ]
holds "without new privileges" [ "$(status_of_bank NoNewPrivs)" = 1 ]
holds "and without capabilities" \
    [ "$(status_of_bank CapPrm)$(status_of_bank CapEff)" = 00000000000000000000000000000000 ]
holds "the home is that user's" [ "$(owner_of "$ESBANK_HOME")" = "$user" ]
holds "a key that was root's, too" [ "$(owner_of "$ESBANK_HOME/keys/card.key")" = "$user" ]
holds "what a name in it leads to is not" [ "$(owner_of "$WORLD/secret")" = 0 ]
{ "$BUILD/bank" demo && "$BUILD/bank" account list && "$BUILD/bank" verify; } >"$WORLD/out" 2>"$WORLD/err"
result "root's commands work" $?
printf '%s\n' 1 1234 2 1 1 5 | timeout 60 "$BUILD/atm" --plain --demo-card >"$WORLD/out" 2>"$WORLD/err"
holds "root's machine works" [ "$(withdrawal_states)" = completed ]
holds "as that user" \
    [ "$(owner_of "$ATM_FOLDER/journal.log") $(owner_of "$ESBANK_HOME/demo-card")" = "$user $user" ]
# What the user may put into its home leads root's programs nowhere.
rm -f "$ATM_FOLDER/lock" && ln -s "$WORLD/made" "$ATM_FOLDER/lock"
printf '%s\n' q | timeout 60 "$BUILD/atm" --plain --demo-card >"$WORLD/out" 2>"$WORLD/err"
[ ! -e "$WORLD/made" ]
result "and makes nothing where a link leads" $?
rm -f "$ATM_FOLDER/lock"
chown -R root "$ATM_FOLDER"
printf '%s\n' 1 1234 2 1 1 5 | timeout 60 "$BUILD/atm" --plain --demo-card >"$WORLD/out" 2>"$WORLD/err"
holds "a folder from when it was root's becomes the user's" [ "$(withdrawal_states)" = completed,completed ]
bank_stop
refused "what the cluster's files belong to is the user" "^bank: .*/pg belongs to user $user, and the bank would run as daemon" \
    --user daemon
holds "it starts again" bank_start
bank_stop
name=$(getent passwd "$user" | cut -d: -f1)
as_user="setpriv --reuid $name --regid $(id -g "$name") --init-groups"
# shellcheck disable=SC2086  # several words
timeout 60 $as_user "$BUILD/bank" serve --home "$ESBANK_HOME" --user daemon >"$WORLD/out" 2>"$WORLD/err"
holds "only root chooses another user" \
    grep -q '^bank: only root can run the bank as another user' "$WORLD/err"
mkdir -m 700 "$WORLD/closed"
ESBANK_HOME=$WORLD/closed/home
refused "a home that the user cannot come to" \
    "^bank: the bank runs as user $name, who cannot use the home $WORLD/closed/home: allow"

results_end
