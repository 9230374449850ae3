#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Whether the documents' pictures of the console are as the console is. They
# show a bank after minutes of work, which no test has the time for; so each
# word of the console itself, as console/pictures.keys has just seen it, has to
# be in its picture, and the picture has no others but those of the data.
# scripts/picture_console draws them anew. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d "${TEST_TMP:-/tmp}/pictures.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
count=0

# The first row, whose places differ from world to world; and what the data of the pictures say.
HEAD='EsBank active since withdrawals'
DATA='insufficient|funds|batch|commands|min|off'

# Words of three letters and more, a line each; ids, paths and figures are data.
words()
{
    sed -E 's/[0-9a-f#]{8}(-[0-9a-f#]{4})+[-0-9a-f#]*/ /g; s/\/[a-z]+\/[^ ]*/ /g' | grep -oE '[[:alpha:]]{3,}' | sort -u
}

shown() # picture
{
    sed -n '/<text/{s/^[^>]*>//;s/<\/text>.*//;s/&#39;/'"'"'/g;s/&[a-z#0-9]*;/ /g;p;}' "$1" | words | grep -vxE "$DATA"
}

same() # picture, golden file
{
    count=$((count + 1))
    shown "docs/console-$1.svg" >"$work/picture"
    { cat tests/keys/golden/console_picture_"$1"*.txt; echo "$HEAD"; } | words | grep -vxE "$DATA" >"$work/now"
    comm -13 "$work/picture" "$work/now" | sed 's/^/# not in the picture: /' >"$work/stale"
    comm -23 "$work/picture" "$work/now" | sed 's/^/# no longer in the console: /' >>"$work/stale"
    if [ -s "$work/now" ] && [ -s "$work/picture" ] && [ ! -s "$work/stale" ]; then
        echo "ok $count - docs/console-$1.svg shows the console as it is"
    else
        echo "not ok $count - docs/console-$1.svg is stale: scripts/picture_console draws it anew"
        cat "$work/stale"
    fi
}

same overview
same suspects
echo "1..$count"
