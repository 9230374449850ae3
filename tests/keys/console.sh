#!/bin/sh
# SPDX-License-Identifier: MIT
# Plays the keystroke scripts of console/ against `bank console`, as flows.sh plays those of this folder. Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
FOLDERS=console exec sh tests/keys/flows.sh
