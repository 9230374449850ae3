#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each break of tests/mutate still has its place in the sources, and its tests
# are there. Making them is `make mutate`. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
echo "1..1"
if said=$(scripts/mutate --check); then
    echo "ok 1 - every break has its place and its tests"
else
    echo "not ok 1 - every break has its place and its tests"
    echo "$said" | sed 's/^/# /'
fi
