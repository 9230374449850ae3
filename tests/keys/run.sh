#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Everything as `make run` does it, on the private cluster. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}")
. tests/support/bank.sh
. tests/support/flow.sh
ATM_PIN=1234 WRONG_PIN=908172635544 ATM_NEW_PIN=517093826451 WEAK_PIN=876543210987
export ATM_PIN WRONG_PIN ATM_NEW_PIN WEAK_PIN

world_new run private
timeout 120 "$BUILD/keys" --timeout 60 tests/keys/run/run.keys -- scripts/run >"$WORLD/out" 2>"$WORLD/err"
result "scripts/run opens the ATM and ends with it" $?
! "$BUILD/bank" ping >"$WORLD/out" 2>"$WORLD/err"
result "and has stopped the bank it started" $?
bank_start
settle tests/keys/run/run.keys
bank_stop
result "the bank ends when it is asked to" $?
ESBANK_SWITCH_ON="make run" timeout 120 "$BUILD/keys" --timeout 60 tests/keys/run/power_cut.keys -- scripts/run >"$WORLD/out" 2>"$WORLD/err"
result "after a power cut it says how to go on" $?
timeout 120 "$BUILD/keys" --timeout 60 tests/keys/run/killed.keys -- scripts/run --fault "card jam" >"$WORLD/out" 2>"$WORLD/err"
result "a machine that is killed leaves a terminal one can work with" $?
results_end
