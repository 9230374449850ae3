#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How long a key at the ATM takes, from the moment it is pressed to the last
# byte of what it paints: digits typed and taken back at the welcome screen, in
# two sizes of window, on a private cluster of its own. Lights do not blink
# meanwhile, since that would be counted, too.
#
#   KEYS=500 BUILD=build sh tests/bench/keys.sh
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}") || exit 1
. tests/support/bank.sh
world_new keys private
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

bank_start && "$BUILD/bank" demo || exit 1
for size in 80x24 132x43; do
    python3 tests/support/monkey.py --latency "${KEYS:-500}" "$size" "$BUILD/atm" --home "$ESBANK_HOME" \
        --demo-card --no-animation || exit 1
done
bank_stop
