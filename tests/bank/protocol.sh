#!/bin/sh
# SPDX-License-Identifier: MIT
# The documents' tables are those of the code, and PROTOCOL.md's text names every command and error.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
export BUILD
document=shared/PROTOCOL.md
echo 1..14

# SENTENCE STATUS
result()
{
    number=$((${number:-0} + 1))
    [ "$2" = 0 ] && echo "ok $number - $1" || echo "not ok $number - $1"
}

drafts=$(mktemp -d "${TEST_TMP:-/tmp}/protocol.XXXXXX") || exit 1
scripts/protocol "$drafts"
for each in $(scripts/protocol --list); do
    cmp -s "$each" "$drafts/$each"
    same=$?
    diff "$each" "$drafts/$each" | sed 's/^/# /' | head -20
    result "the tables of $each are the code's: make tables writes them" $same
done
rm -rf "$drafts"
missing=0
for saga in $("$BUILD/protocol_tables" sagas); do
    grep -q "^<!-- table: saga $saga -->" docs/sagas.md || { echo "# no table of the saga $saga"; missing=1; }
done
result "docs/sagas.md has the table of each saga" $missing
result "all three are there" "$([ "$(grep -c '^<!-- table: ' $document)" = 3 ]; echo $?)"

# Each command of a terminal has a section of its own.
missing=0
for command in $("$BUILD/protocol_tables" commands | sed -n 's/^| `\([A-Za-z]*\)` | terminal .*/\1/p'); do
    grep -q "^### \`$command\`" $document || { echo "# no section on $command"; missing=1; }
done
result "each command of a terminal has a section" $missing
sed '/^<!-- table: /,/^<!-- end -->/d' $document >"${TEST_TMP:-/tmp}/protocol.text"
missing=0
for command in $("$BUILD/protocol_tables" commands | sed -n 's/^| `\([A-Za-z]*\)` | .*\(viewer\|clerk\|operator\|supervisor\) |.*/\1/p'); do
    grep -q "\`$command\`" "${TEST_TMP:-/tmp}/protocol.text" || { echo "# the text says nothing of $command"; missing=1; }
done
result "and each of an operator is in the text" $missing
odd=0
for error in $(grep -o '`[a-z_]*`' $document | tr -d '`' | sort -u); do
    case $error in *_*) ;; *) continue ;; esac
    "$BUILD/protocol_tables" errors | grep -q "^| \`$error\`" && continue
    "$BUILD/protocol_tables" fields | grep -q "^| \`$error\`" && continue
    grep -q "\"$error\"" bank/engine/reply.c bank/server/*.c shared/*.c && continue
    grep -q "\"$error\"" bank/server/fields.c bank/server/parse.c bank/core/*.[ch] && continue
    echo "# $error is neither an error nor a field"
    odd=1
done
result "no name in its text is unknown to the code" $odd
# What a machine shows of the bank's events, it shows by their types.
missing=0
for type in $(sed -n 's/.*TRACE_EVENT, *"\([A-Za-z.]*\)".*/\1/p' atm/tui/paint_inside.c); do
    grep -q "\"$type\"" bank/core/event.h || { echo "# the bank has no event $type"; missing=1; }
done
result "the events that a machine shows are the bank's" $missing

# docs/schema: what commands print with --json.
drafts=$(mktemp -d "${TEST_TMP:-/tmp}/schema.XXXXXX") || exit 1
scripts/schema "$drafts"
diff -r docs/schema "$drafts" | sed 's/^/# /' | head -20
diff -rq docs/schema "$drafts" >/dev/null
result "docs/schema is what the tables say: make tables writes it" $?
rm -rf "$drafts"
"$BUILD/schema_tables" --forgotten | sed 's/^/# no schema in tests\/bank\/schema_tables.c: /'
"$BUILD/schema_tables" --forgotten >/dev/null
result "each command has a schema, or says that it has none" $?
missing=0
for schema in $("$BUILD/schema_tables" | sed 's/ .*//'); do
    case $schema in # in another; all in a loop; after a loss; in a home without keys
    notes | console-* | alert-settle | keys-import | day-close) continue ;;
    esac
    grep -Eq "^(prints|lists|keep) $schema |keep $schema |prints $schema " tests/bank/test_schemas.sh ||
        { echo "# tests/bank/test_schemas.sh lacks what prints $schema"; missing=1; }
done
result "and test_schemas.sh runs what prints it" $missing
