#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The manual of keys: its examples pass as they stand there, and it has every
# directive, value, mask and option of --help. Prints TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
KEYS=$(realpath "${KEYS:-${BUILD:-build}/keys}") || exit 1
work=$(mktemp -d "${TEST_TMP:-/tmp}/manual.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
count=0

result() # sentence, status, what to show
{
    count=$((count + 1))
    if [ "$2" = 0 ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        sed 's/^/# /' "$3"
    fi
}

# The text of the manual as a person reads it, without overstriking or lines broken.
sed 's/\\(dq/"/g; s/\\e/\\/g; s/\\&//g' man/keys.1 >"$work/manual"

# Examples that begin with a title are whole scripts.
awk -v folder="$work" '
    /^\.Bd -literal/ { inside = 1; first = 1; next }
    /^\.Ed/ { inside = 0; file = ""; next }
    inside && first && /^# / { file = folder "/" ++scripts ".keys" }
    inside { first = 0; if (file != "") print > file }' "$work/manual"
result "the manual has two scripts" "$([ -e "$work/1.keys" ] && [ -e "$work/2.keys" ] && [ ! -e "$work/3.keys" ]; echo $?)" "$work/manual"
for script in "$work"/[0-9].keys; do
    sed "s,/tmp/,$work/,g" "$script" >"$script.here" && mv "$script.here" "$script" # another user may have those files
    "$KEYS" --tap "$script" >"$work/out" 2>&1
    result "it passes: $(sed -n '1s/^# //p' "$script")" $? "$work/out"
    ! grep -q SKIP "$work/out" || sed 's/^/# /' "$work/out"
done

"$KEYS" --help >"$work/help"
awk '/^  --/ { print "Fl -" substr($1, 3) } /^(Directives|Values|Masks):$/ { kind = $1; next }
    kind != "" && /^  [^ ]/ { print ".It Li \"" (kind == "Directives:" ? (length($0) > 50 && substr($0, 51, 1) != " " ? substr($0, 3) : substr($0, 3, 48)) : $1) "\"" }' \
    "$work/help" | sed 's/ *"$/"/; s/\[=all\]//' >"$work/wanted"
grep -vxF -e '' "$work/wanted" | while read -r line; do
    case $line in
    Fl*) grep -qE -- "^\.It $line( |\$)" "$work/manual" || echo "$line" ;;
    *) grep -qxF -- "$line" "$work/manual" || echo "$line" ;;
    esac
done >"$work/missing"
result "it has all $(wc -l <"$work/wanted") words of --help" "$([ ! -s "$work/missing" ] && [ "$(wc -l <"$work/wanted")" -gt 100 ]; echo $?)" "$work/missing"
"$KEYS" --grammar >"$work/grammar"
grep -oE '^[A-Z]+ +=' "$work/grammar" | tr -d ' =' | sort >"$work/defined"
sed 's/"[^"]*"//g; s/(\*.*//' "$work/grammar" | sed -n '/^directive/,/^WANT/p' | grep -oE '[A-Z]{2,}' | sort -u >"$work/used"
comm -13 "$work/defined" "$work/used" >"$work/undefined"
result "the grammar defines the $(wc -l <"$work/used") kinds of values that it names" \
    "$([ ! -s "$work/undefined" ] && [ "$(wc -l <"$work/used")" -gt 25 ] && grep -q '^  *| "wait" , "no" , "text" , TEXT , \[ "in" , REGION \]' "$work/grammar"; echo $?)" "$work/undefined"
if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning man/keys.1 >"$work/lint" 2>&1
    result "it is laid out well" $? "$work/lint"
fi
echo "1..$count"
