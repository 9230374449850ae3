#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Dependencies point one way: shared < core < store < bank, and shared < atm.
# Each library is included where it is at home and nowhere else. Reads the
# includes, so that what the linker would let pass is caught too. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d "${TEST_TMP:-/tmp}/layers.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
count=0

# What the C sources of tree $1 include, a line each: FILE HEADER. Comments cannot begin with a #.
includes()
{
    (cd "$1" && find shared bank atm -name '*.[ch]' -exec grep -H '^[[:space:]]*#[[:space:]]*include' {} +) |
        sed 's/^\([^:]*\):[^"<]*["<]\([^">]*\)[">].*/\1 \2/'
}

# folder, what its files may include of ours. A file may always include its neighbours.
own='
shared            ^shared/
bank/core         ^(shared|bank/core)/
bank/store        ^(shared|bank/core|bank/store)/|^sql_files\.inc$
bank/projections  ^(shared|bank/core|bank/store|bank/projections)/
bank/handlers     ^(shared|bank/core|bank/store|bank/handlers)/
bank/engine       ^(shared|bank/core|bank/store|bank/engine)/
bank              ^(shared|bank)/|^sql_files\.inc$
atm               ^(shared|atm)/|^asset_files\.inc$
'

# header, where it is at home.
libraries='
libpq-fe\.h        ^bank/store/
cjson/             ^shared/json\.c$
event2/            ^bank/(store/)?[a-z_]+\.[ch]$
n?curses(w/.*)?    ^(atm/tui|bank/commands/console_paint\.c$)
openssl/           ^(shared|atm)/|^bank/((store|engine)/)?[a-z_]+\.[ch]$
(time|unistd|stdio|poll|sys/.*)\.h   ^(shared|atm|bank/(store|engine|commands|projections|handlers))/|^bank/[a-z_]+\.[ch]$
'

# Lines of "FILE HEADER" on stdin that break the rule for files below folder $1, which may include $2.
strangers()
{
    folder="$1/" allowed="$2" awk 'index($1, ENVIRON["folder"]) == 1 && $2 ~ /^(shared|bank|atm|tests)\/|\.inc$/ &&
        $2 !~ ENVIRON["allowed"] { print $1 " includes " $2 }'
}

# The same for header $1, which is at home in $2.
misplaced()
{
    header="^$1" home="$2" awk '$2 ~ ENVIRON["header"] && $1 !~ ENVIRON["home"] { print $1 " includes " $2 }'
}

# All that is wrong in the list of includes $1.
wrongs()
{
    echo "$own" | while read -r folder allowed; do
        [ -z "$folder" ] || strangers "$folder" "$allowed" <"$1"
    done
    echo "$libraries" | while read -r header home; do
        [ -z "$header" ] || misplaced "$header" "$home" <"$1"
    done
}

result() # sentence, the list of what is wrong
{
    count=$((count + 1))
    if [ -z "$2" ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        echo "$2" | sed 's/^/# /'
    fi
}

includes . >"$work/includes"
result "the includes are found" "$([ "$(wc -l <"$work/includes")" -gt 300 ] || cat "$work/includes")"

while read -r folder allowed; do
    [ -z "$folder" ] || result "$folder includes nothing from above it" "$(strangers "$folder" "$allowed" <"$work/includes")"
done <<END
$own
END
while read -r header home; do
    [ -z "$header" ] || result "$(echo "$header" | tr -d '\\') is included in its place only" "$(misplaced "$header" "$home" <"$work/includes")"
done <<END
$libraries
END

# Each rule can fail: one break of it, alone in a tree, is found.
while read -r file header; do
    [ -n "$file" ] || continue
    rm -rf "$work/tree"
    mkdir -p "$work/tree/shared" "$work/tree/bank" "$work/tree/atm" "$work/tree/$(dirname "$file")"
    echo "  #  include <$header>" >"$work/tree/$file"
    includes "$work/tree" >"$work/broken"
    result "$header in $file would be found" "$([ -n "$(wrongs "$work/broken")" ] || echo "it is not")"
done <<'END'
shared/money.c              bank/core/event.h
shared/money.c              atm/link.h
bank/core/account.c         bank/store/store.h
bank/core/account.c         bank/vault.h
bank/store/store.c          bank/engine/engine.h
bank/store/store.c          bank/vault.h
bank/store/store.c          atm/link.h
bank/projections/cards.c    bank/engine/engine.h
bank/engine/engine.c        bank/server.h
bank/serve.c                atm/link.h
atm/link.c                  bank/client.h
atm/screens/cash.c          bank/core/event.h
bank/engine/engine.c        libpq-fe.h
bank/commands/ping.c        libpq-fe.h
shared/uuid.c               cjson/cJSON.h
bank/vault.c                cjson/cJSON.h
bank/engine/engine.c        event2/event.h
bank/core/account.c         openssl/evp.h
bank/core/account.c         time.h
atm/link.c                  curses.h
END
echo "1..$count"
