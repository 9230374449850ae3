#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The documents fit the tree: links and paths in backticks lead somewhere, prose
# has at most 80 columns, and the words are those of the field. Reads every
# Markdown file. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d "${TEST_TMP:-/tmp}/documents.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
count=0

# The files of the tree here; not what was built.
files()
{
    find . \( -name build -o -name .git \) -prune -o -type f -print | sed 's|^\./||'
}

# DOCUMENT, LINE and TEXT, with tabs between them, of all lines outside code blocks.
prose()
{
    # shellcheck disable=SC2046  # a word a document
    awk '
        FNR == 1 { fenced = 0; before = "" }
        /^```/ { fenced = !fenced; next }
        fenced { next }
        /^    / && before ~ /^(    |[ \t]*$)/ { before = "    "; next }
        { before = $0; print FILENAME "\t" FNR "\t" $0 }' $(grep '\.md$' "$work/files")
}

# Of the prose on stdin: relative links that lead to no file or heading, and names of files in
# backticks that are none of the tree. A path is one below a folder of the tree, another name is
# looked for in all of them. A * stands for anything; what has NAME or NNN in it is not looked for.
dead()
{
    awk -F'\t' '
        function resolved(path, from,    folder) {
            folder = from
            if (!sub(/\/[^\/]*$/, "", folder))
                folder = ""
            path = folder == "" ? path : folder "/" path
            while (sub(/[^\/]+\/\.\.\//, "", path))
                ;
            return path
        }
        function anchor(heading) {
            sub(/^#+ /, "", heading)
            gsub(/[^A-Za-z0-9 _-]/, "", heading)
            gsub(/ /, "-", heading)
            return tolower(heading)
        }
        function is_there(path,    pattern, each) {
            sub(/\/$/, "", path)
            if (path in known)
                return 1
            if (path !~ /\*/)
                return 0
            pattern = path
            gsub(/[.]/, "[.]", pattern)
            gsub(/[*]/, "[^/]*", pattern)
            for (each in known)
                if (each ~ ("^" pattern "$"))
                    return 1
            return 0
        }
        FNR == NR {
            path = $0
            known[path]
            name = path
            sub(/.*\//, "", name)
            names[name]
            top = path
            if (sub(/\/.*/, "", top))
                tops[top]
            while (sub(/\/[^\/]*$/, "", path))
                known[path]
            next
        }
        {
            text = substr($0, length($1) + length($2) + 3)
            if (text ~ /^#+ /)
                headings[$1 "#" anchor(text)]
            if (!($1 in all))
                document[++documents] = $1
            all[$1] = all[$1] " " text
        }
        END {
            for (i = 1; i <= documents; i++) {
                from = document[i]
                for (rest = all[from]; match(rest, /\]\([^)]*\)/); rest = substr(rest, RSTART + RLENGTH)) {
                    link = substr(rest, RSTART + 2, RLENGTH - 3)
                    if (link ~ /^[a-z]+:/)
                        continue
                    at = link
                    heading = sub(/#.*/, "", at) ? substr(link, length(at) + 2) : ""
                    at = at == "" ? from : resolved(at, from)
                    if (!is_there(at))
                        print from ": the link " link " leads to no file"
                    else if (heading != "" && !((at "#" heading) in headings))
                        print from ": the link " link " leads to no heading"
                }
                for (rest = all[from]; match(rest, /`[^` ]*`/); rest = substr(rest, RSTART + RLENGTH)) {
                    path = substr(rest, RSTART + 1, RLENGTH - 2)
                    top = path
                    if (path !~ /^[A-Za-z0-9_.*\/-]+$/ || path ~ /NAME|NNN/)
                        continue
                    if (sub(/\/.*/, "", top)) {
                        if (top in tops && !is_there(path))
                            print from ": there is no " path
                    } else if (path ~ /^[^.].*\.(c|h|sh|sql|md)$/ && path !~ /\*/ && !(path in names))
                        print from ": there is no file " path
                }
            }
        }' "$work/files" - | sort -u
}

# Of the prose on stdin: lines with more than 80 columns. Tables and headings cannot be broken, nor
# can a line without a blank.
wide()
{
    LC_ALL=C sed 's/[\x80-\xbf]//g' | awk -F'\t' '
        { text = substr($0, length($1) + length($2) + 3) }
        text ~ /^<!-- table: / { made = 1 }
        text ~ /^<!-- end -->/ { made = 0 }
        !made && length(text) > 80 && text !~ /^[|#]/ && text !~ /^!\[/ && text ~ /[^ ] +[^ ]/ {
            print $1 ": line " $2 " has " length(text) " columns" }'
}

# Lines whose subject hides behind one of these words, in what is read first.
devices()
{
    # shellcheck disable=SC2046  # a word a document
    grep -nwi -e nobody -e whoever -e somebody /dev/null $(grep -x -e README.md -e ARCHITECTURE.md -e 'docs/[^/]*\.md' "$work/files")
}

# All that is wrong in the tree here.
wrongs()
{
    files >"$work/files"
    prose >"$work/prose"
    dead <"$work/prose" >"$work/dead"
    wide <"$work/prose" >"$work/wide"
    devices >"$work/devices"
    cat "$work/dead" "$work/wide" "$work/devices"
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

wrongs >"$work/wrongs"
result "the documents are found" "$([ "$(grep -c '\.md$' "$work/files")" -gt 15 ] || cat "$work/files")"
result "links lead to files and headings" "$(grep ': the link ' "$work/dead")"
result "what is named in backticks is there" "$(grep ': there is no ' "$work/dead")"
result "prose has at most 80 columns" "$(cat "$work/wide")"
result "the thing is the subject" "$(cat "$work/devices")"

# Each rule can fail: one break of it, alone in a tree, is found, and what is right beside it is not.
mkdir -p "$work/tree/docs" "$work/tree/bank"
cd "$work/tree" || exit 1
: >bank/main.c
long=$(printf 'long %.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)
# shellcheck disable=SC2016  # backticks of Markdown
printf '# A heading, here\n\n[a](docs/b.md#there) `bank/main.c` `main.c` `bank/*.c`\n\n    %s\n\n| %s |\n' "$long" "$long" >README.md
printf '## There\n\n[up](../README.md#a-heading-here)\n' >docs/b.md
result "a tree with nothing wrong has nothing" "$(wrongs)"
while IFS= read -r line; do
    printf '%s\n' "$line" >docs/c.md
    found=$(wrongs)
    result "found: $(echo "$line" | cut -c1-50)" "$([ "$(echo "$found" | grep -c '^docs/c.md')" = 1 ] || echo "it is not: $found")"
done <<END
[a](gone.md)
[a](b.md#gone)
\`bank/gone.c\`
\`gone.c\`
\`bank/*.sql\`
$long
Nobody reads this.
END
echo "1..$count"
