#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Dependencies point one way. The folders stand in one list, from the bottom up:
# a file may include what is in its own folder and in those before it. Each
# library is included where it is at home and nowhere else. Reads the includes,
# so that what the linker would let pass is caught too. Prints TAP.
# shellcheck disable=SC2086,SC2116  # the order is a list of words
set -u

cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d "${TEST_TMP:-/tmp}/layers.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
count=0

# What the C sources of tree $1 include, a line each: FILE HEADER. Comments cannot begin with a #.
includes()
{
    (cd "$1" && find shared bank atm keys -name '*.[ch]' -exec grep -H '^[[:space:]]*#[[:space:]]*include' {} +) |
        sed 's/^\([^:]*\):[^"<]*["<]\([^">]*\)[">].*/\1 \2/'
}

# The bank's folders, the ATM's and the keystroke tool's; none may use the others'.
order='
shared shared/tui
bank/log bank/core bank/codec bank/cluster bank/postgres bank/vault bank/models bank/store
bank/projections bank/keys bank/subscriptions bank/handlers bank/engine bank/engine/middleware
bank/verify bank/reconcile bank/server bank/import bank/cli bank/console bank/commands bank
atm/files atm/texts atm/trace atm/terminal atm/link atm/devices atm/screens atm/tui atm/machine atm/frontend
atm
keys/terminal keys/script keys/program keys/picture keys/play keys/suite
keys
'

# header, where it is at home.
# A home that begins with ! is where the header must not be.
libraries='
libpq-fe\.h        ^bank/(cluster|codec|postgres)/
cjson/             ^shared/json\.c$
event2/            ^bank/(postgres|store|subscriptions|server|import)/
vterm\.h           ^keys/terminal/
n?curses(w/.*)?    ^(shared/tui/|atm/tui/|bank/console/)
fribidi\.h         ^atm/tui/paint_bidi\.c$
qrencode\.h        ^atm/tui/paint_qr\.c$
openssl/           ^(shared|atm/(files|devices)|bank/(codec|postgres|vault|keys|engine|import|commands))/
(time|unistd|stdio|poll|sys/.*)\.h   !^bank/core/
'

# The folders of the list above $1 that it may include, and itself, as a pattern.
below()
{
    echo $order | tr ' ' '\n' | awk -v folder="$1" '
        { known = known (known == "" ? "" : "|") $0 }
        $0 == folder { found = 1; exit }
        END { if (found) print "^(" known ")/[^/]*$" }' | case $1 in
        bank | bank/*) sed 's/|atm[a-z/]*//g' ;;
        atm | atm/*) sed 's/|bank[a-z/]*//g' ;;
        keys | keys/*) sed 's/|\(bank\|atm\)[a-z/]*//g' ;;
        *) cat ;;
    esac
}

# Lines of "FILE HEADER" on stdin whose file is in folder $1 and whose header is none of its.
upward()
{
    folder="$1/" allowed="$(below "$1")|^(sql|asset)_files\\.inc$" awk 'index($1, ENVIRON["folder"]) == 1 &&
        substr($1, length(ENVIRON["folder"]) + 1) !~ /\// && $2 ~ /^(shared|bank|atm|keys|tests)\/|\.inc$/ &&
        $2 !~ ENVIRON["allowed"] { print $1 " includes " $2 }'
}

# The folders with sources below $1 that the list does not have.
unlisted()
{
    (cd "$1" && find shared bank atm keys -name '*.[ch]' -exec dirname {} +) | sort -u | while read -r folder; do
        case " $(echo $order) " in
        *" $folder "*) ;;
        *) echo "$folder is not in the list: put it after all that it uses" ;;
        esac
    done
}

# Lines of "FILE HEADER" on stdin with header $1 that is not at home there: $2.
misplaced()
{
    header="^$1" home="${2#!}" wanted=$([ "$2" = "${2#!}" ] && echo 1 || echo 0) awk '
        $2 ~ ENVIRON["header"] && ($1 ~ ENVIRON["home"]) != ENVIRON["wanted"] { print $1 " includes " $2 }'
}

# Headers that include each other in a circle, of the lines on stdin.
circles()
{
    awk '$1 ~ /\.h$/ && $2 ~ /^(shared|bank|atm|keys)\// { print $1, $2 }' | tsort 2>&1 >/dev/null | sed -n 's/^tsort: \([a-z].*\.h\)$/\1/p'
}

# All that is wrong in the list of includes $1 of tree $2.
wrongs()
{
    for folder in $order; do
        upward "$folder" <"$1"
    done
    echo "$libraries" | while read -r header home; do
        [ -z "$header" ] || misplaced "$header" "$home" <"$1"
    done
    circles <"$1"
    unlisted "$2"
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
result "every folder has its place in the order" "$(unlisted .)"
for folder in $order; do
    result "$folder includes nothing from above it" "$(upward "$folder" <"$work/includes")"
done
result "no header includes itself by way of others" "$(circles <"$work/includes")"
while read -r header home; do
    [ -z "$header" ] || result "$(echo "$header" | tr -d '\\') is included in its place only" "$(misplaced "$header" "$home" <"$work/includes")"
done <<END
$libraries
END

# Each rule can fail: one break of it, alone in a tree, is found.
while read -r file header back; do
    [ -n "$file" ] || continue
    rm -rf "$work/tree"
    mkdir -p "$work/tree/shared" "$work/tree/bank" "$work/tree/atm" "$work/tree/keys" "$work/tree/$(dirname "$file")"
    echo "  #  include <$header>" >"$work/tree/$file"
    [ -z "$back" ] || { mkdir -p "$work/tree/$(dirname "$header")"; echo "#include \"$file\"" >"$work/tree/$header"; }
    includes "$work/tree" >"$work/broken"
    result "$header in $file would be found" "$([ -n "$(wrongs "$work/broken" "$work/tree")" ] || echo "it is not")"
done <<'END'
shared/money.c              bank/core/event.h
shared/money.c              atm/link/link.h
bank/core/account.c         bank/store/store.h
bank/core/account.c         bank/vault/vault.h
bank/store/store.c          bank/engine/engine.h
bank/store/store.c          atm/link/link.h
bank/projections/cards.c    bank/engine/engine.h
bank/engine/engine.c        bank/server/server.h
bank/server/serve.c         atm/link/link.h
atm/link/link.c             bank/cli/client.h
atm/screens/cash.c          bank/core/event.h
atm/terminal/terminal.c     atm/devices/dispenser.h
bank/engine/engine.c        libpq-fe.h
bank/commands/ping.c        libpq-fe.h
shared/uuid.c               cjson/cJSON.h
bank/vault/vault.c          cjson/cJSON.h
bank/engine/engine.c        event2/event.h
bank/core/account.c         openssl/evp.h
bank/core/account.c         time.h
atm/link/link.c             curses.h
bank/attic/old.c            shared/money.h
keys/play/play.c            atm/link/link.h
keys/script/script.c        keys/play/play.h
keys/play/play.c            vterm.h
bank/core/account.h         bank/core/event.h   back
END
# What is defined for a table stands in it. SENTENCE, the folder, the definition with its name in \1, the table, the row.
tabled()
{
    missing=
    for name in $(sed -n "s/$3/\1/p" "$2"/*.c); do
        grep -q "$(printf '%s' "$5" | sed "s/NAME/$name/")" "$4" || missing="$missing$name is not in $4. "
    done
    result "$1" "$missing"
}
tabled "every read model stands in READ_MODELS" bank/projections '^const struct projection projection_\([a-z_]*\) = .*' \
    bank/projections/read_models.h 'X(NAME)'
tabled "every command of the program stands in BANK_COMMANDS" bank/commands '^const struct bank_command command_\([a-z_]*\) = .*' \
    bank/cli/commands.h 'X(NAME)'
tabled "every event handler stands in the table" bank/handlers '^const struct handler handler_\([a-z_]*\) = .*' \
    bank/handlers/handlers.c '&handler_NAME\b'
echo "1..$count"
