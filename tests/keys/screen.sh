#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The scripts of screen/, as flows.sh plays those of this folder: how the ATM
# looks and is operated. FLOWS="mouse resize" plays only those. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
flows=
for flow in ${FLOWS:-}; do
    flows="$flows screen/$flow"
done
[ -n "$flows" ] || flows=$(cd tests/keys && ls screen/*.keys | sed 's/[.]keys$//' | grep -v suite)
# shellcheck disable=SC2086  # a word a script
FLOWS=$(echo $flows) exec sh tests/keys/flows.sh
