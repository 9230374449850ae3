#!/bin/sh
# SPDX-License-Identifier: MIT
# Plays the keystroke scripts of faults/ as flows.sh plays those of this folder. Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
FOLDERS=faults exec sh tests/keys/flows.sh
