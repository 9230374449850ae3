#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Plays the keystroke scripts of this folder and of pictures/ against a real
# bank and a real ATM on a pseudo-terminal, each in a world of its own:
# tests/support/flow.sh says what a script may write about it. Prints TAP.
#
# FLOWS="jam german" plays only those, from whatever folder; KEYS_OPTIONS="--update=all" rewrites the golden screens;
# TEST_JOBS are played at a time. FOLDERS="faults" is how the tests beside this one play their folders.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}")
export BUILD
set --
for flow in ${FLOWS:-}; do
    for script in tests/keys/"$flow".keys tests/keys/*/"$flow".keys; do
        [ -e "$script" ] && set -- "$@" "$script"
    done
done
if [ -z "${FLOWS:-}" ]; then
    for folder in ${FOLDERS:-/ /pictures}; do
        set -- "$@" "tests/keys/${folder#/}"
    done
fi
# shellcheck disable=SC2086  # options are words
exec "$BUILD/keys" --tap --jobs "${TEST_JOBS:-2}" ${KEYS_OPTIONS:-} "$@"
