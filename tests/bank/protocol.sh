#!/bin/sh
# SPDX-License-Identifier: MIT
# shared/PROTOCOL.md's tables are those of the code, and its text names every command and error.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
export BUILD
document=shared/PROTOCOL.md
echo 1..4

# SENTENCE STATUS
result()
{
    number=$((${number:-0} + 1))
    [ "$2" = 0 ] && echo "ok $number - $1" || echo "not ok $number - $1"
}

draft=${TEST_TMP:-/tmp}/protocol.md
scripts/protocol "$draft"
cmp -s "$document" "$draft"
same=$?
diff "$document" "$draft" | sed 's/^/# /' | head -20
result "its tables are the code's: scripts/protocol writes them" $same
result "all three are there" "$([ "$(grep -c '^<!-- table: ' $document)" = 3 ]; echo $?)"

# Each command of a terminal has a section of its own.
missing=0
for command in $("$BUILD/protocol_tables" commands | sed -n 's/^| `\([A-Za-z]*\)` | terminal .*/\1/p'); do
    grep -q "^### \`$command\`" $document || { echo "# no section on $command"; missing=1; }
done
result "each command of a terminal has a section" $missing
odd=0
for error in $(grep -o '`[a-z_]*`' $document | tr -d '`' | sort -u); do
    case $error in *_*) ;; *) continue ;; esac
    "$BUILD/protocol_tables" errors | grep -q "^| \`$error\`" && continue
    "$BUILD/protocol_tables" fields | grep -q "^| \`$error\`" && continue
    grep -q "\"$error\"" bank/engine/reply.c bank/server*.c shared/*.c bank/server/session.c && continue
    grep -q "\"$error\"" bank/server/fields.c bank/server/parse.c bank/core/*.[ch] && continue
    echo "# $error is neither an error nor a field"
    odd=1
done
result "no name in its text is unknown to the code" $odd
