#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Plays every keystroke script of this folder and of pictures/ against a real bank and a real
# ATM on a pseudo-terminal, each in a world of its own: tests/support/flow.sh
# says what a script may write about it. Prints TAP.
#
# FLOWS="jam german" plays only those; KEYS_OPTIONS="--update=all" rewrites the golden screens; TEST_JOBS are played at
# a time.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=$(realpath "${BUILD:-build}")
export BUILD
set --
for flow in ${FLOWS:-}; do
    set -- "$@" "tests/keys/$flow.keys"
done
[ $# -gt 0 ] || set -- tests/keys tests/keys/pictures
# shellcheck disable=SC2086  # options are words
exec "$BUILD/keys" --tap --jobs "${TEST_JOBS:-2}" ${KEYS_OPTIONS:-} "$@"
