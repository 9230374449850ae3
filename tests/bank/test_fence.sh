#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The running bank changes files in its home only, where the kernel has landlock,
# and its private cluster lives with that. Prints TAP. The programs are in $BUILD;
# run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new fence private
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

other=2c915dd1-8bf0-4662-a2ce-60725b0c7de4
bank_start
result "a bank starts" $?

# The cluster that it starts again is behind the fence.
kill -KILL "$(head -1 "$ESBANK_HOME/pg/data/postmaster.pid" 2>/dev/null || head -1 "$ESBANK_HOME/pg/postmaster.pid")"
provisions()
{
    "$BUILD/bank" teller provision "$other" --notes 10x1000 >"$WORLD/out" 2>"$WORLD/err"
}
holds "its cluster, killed, comes again" await 60 provisions
bank account open --owner Peter
did "and takes what is written" '^[0-9a-f-]{36}$'
ask "CREATE TABLE public.wide AS SELECT g, repeat('x', 100) FROM generate_series(1, 50000) g" >"$WORLD/out" 2>&1 &&
    ask "VACUUM FULL public.wide" >"$WORLD/out" 2>&1 && ask "CHECKPOINT" >"$WORLD/out" 2>&1
result "and large things" $?

python3 - <<'PYTHON' || { echo "ok 5 - # SKIP no landlock"; echo "1..5"; exit 0; }
import ctypes, sys
sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 2)
PYTHON
# Keys that were moved elsewhere, with a link in their place, while the bank runs.
user=$(stat -c %u "$ESBANK_HOME")
mkdir -m 700 "$WORLD/elsewhere" && cp -p "$ESBANK_HOME"/keys/* "$WORLD/elsewhere" && chown -R "$user" "$WORLD/elsewhere"
mv "$ESBANK_HOME/keys" "$ESBANK_HOME/keys.kept" && ln -s "$WORLD/elsewhere" "$ESBANK_HOME/keys"
bank teller provision "${other%4}5" --notes 10x1000
[ "$status" != 0 ] && [ ! -e "$WORLD/elsewhere/terminal-${other%4}5.key" ]
result "it makes no file elsewhere" $?
rm "$ESBANK_HOME/keys" && mv "$ESBANK_HOME/keys.kept" "$ESBANK_HOME/keys"

bank_stop
results_end
