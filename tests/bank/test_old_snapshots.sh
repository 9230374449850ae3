#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A session that forgot its transaction has its name in the bank's log. Prints
# TAP. The programs are in $BUILD; run it by scripts/test.
# shellcheck disable=SC1091,SC2317  # functions run by name look unreachable
set -u

BUILD=$(realpath "${BUILD:-build}") || exit 1
export BUILD
cd "$(dirname "$0")/../.." || exit 1
. tests/support/bank.sh
. tests/support/commands.sh
world_new old_snapshots
trap 'bank_kill KILL; rm -rf "$WORLD"' EXIT

logs()
{
    grep -Eq -- "$1" "$WORLD/bank.log"
}

mkfifo "$WORLD/statements"
bank_start --old-snapshot 1
result "the bank starts" $?
PGAPPNAME='a report "x"' psql -qXtA "$ESBANK_DB" <"$WORLD/statements" >"$WORLD/answers" &
exec 6>"$WORLD/statements"
echo "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_backend_pid();" >&6
holds "a session holds a snapshot" await 20 grep -Eq '^[0-9]+$' "$WORLD/answers"
pid=$(grep -E '^[0-9]+$' "$WORLD/answers")
holds "the log says which" \
    await 20 logs "old-snapshot time=[^ ]+ level=warn pid=$pid user=.* application=\"a report \\?x\\?\" for_s="
exec 6>&-
holds "and when it has ended" await 20 logs "old-snapshot-ended time=[^ ]+ level=info pid=$pid after_s="
[ "$(grep -c ' old-snapshot ' "$WORLD/bank.log")" = 1 ]
result "each once" $?
bank serve --old-snapshot x
refused "the age is a number" 2 '--old-snapshot wants SECONDS, a whole number'

results_end
