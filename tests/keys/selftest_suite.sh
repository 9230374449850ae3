#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Tests the keystroke runner on many scripts: folders, jobs, filters, results,
# the sandbox; and what it draws: golden files beside each other, pictures,
# films, casts. Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/support/keys_kit.sh

run() # ARGUMENT...
{
    "$KEYS" "$@" > out 2> err
    status=$?
}

mkdir many
cp suite.keys machine many
printf '# It passes.\nwait screen welcome ; press q ; exit 0\n' > many/a.keys
printf '# It fails & says <so>.\nwait screen nowhere within 200ms\n' > many/b.keys
printf 'needs no-such-program ; wait screen welcome\n' > many/c.keys
printf 'wait for it\n' > many/d.keys
printf 'this is no script\n' > many/_part.keys
echo 'program perl many/machine' >> many/suite.keys

run --list many
[ "$status" = 0 ] && [ "$(sed -n 1p out)" = 'many/a.keys: It passes.' ] && [ "$(wc -l < out)" = 4 ]
ok $? '--list names the scripts of a folder, not its suite nor its parts'
run --jobs 3 many
[ "$status" = 1 ] && grep -q '^passed .*many/a.keys' out && grep -q '^FAILED .*many/b.keys' out &&
    grep -q '^skipped .*many/c.keys' out && grep -q '^BROKEN .*many/d.keys' out && tail -1 out | grep -q '^1 passed, 2 failed, 1 skipped in'
ok $? 'some at a time, each with its result'
run --filter passes many many/a.keys
[ "$status" = 0 ] && [ "$(grep -c '^passed ' out)" = 2 ]
ok $? '--filter looks into paths and titles'
run --filter nothing many
[ "$status" = 2 ] && grep -q 'there is no script here with the word nothing' err
ok $? 'a filter that leaves nothing'
run --repeat 3 --jobs 2 many/a.keys
[ "$status" = 0 ] && grep -q '^3 passed' out
ok $? '--repeat'
run --tap --junit results.xml many
[ "$status" = 1 ] && grep -qx '1..4' out && grep -q '^ok 1 - many/a.keys: It passes.$' out && grep -q '^not ok 2 - many/b.keys' out &&
    grep -q '^ok 3 - many/c.keys # SKIP this needs no-such-program' out && grep -q '^# .*did not come true' out
ok $? 'TAP'
grep -q '<testsuite name="keys" tests="4" failures="1" errors="1" skipped="1"' results.xml &&
    grep -q 'name="many/b.keys: It fails &#38; says &#60;so&#62;." time="[0-9.]*"><failure message="many/b.keys:2: [^"]*: this did not come true within [0-9]* ms">many/b.keys:2' results.xml &&
    grep -q '<skipped message="this needs no-such-program[^"]*"/>' results.xml
ok $? "JUnit's XML"
perl -MXML::Parser -e 1 2>/dev/null && { perl -MXML::Parser -e 'XML::Parser->new->parsefile("results.xml")' > out 2> err; ok $? 'which is XML'; }
run --asciicast x many
[ "$status" = 2 ] && grep -q 'name one' err
ok $? 'a cast is of one script'
run --update many/a.keys < /dev/null
[ "$status" = 2 ] && grep -q 'write --update=all' err
ok $? '--update asks, and needs a terminal for that'

cat > sandboxed.sh <<'EOF'
echo "home ${HOME%.*} secret <${ATM_PIN:-none}>"
ls -A "$HOME" | wc -l
cat /proc/net/dev | grep -c : > devices
sleep 60
EOF
echo 'program sh sandboxed.sh
wait text "home /tmp/keys.sandbox secret <none>" ;  wait text /^0$/' > sandboxed.keys
run --sandbox sandboxed.keys
ok "$status" '--sandbox has a fresh HOME and not the environment'
[ "$(ls -d /tmp/keys.sandbox.* 2>/dev/null | wc -l)" = 0 ] || [ -n "${TEST_TMP:-}" ]
ok $? 'and takes it away'

# ---- golden files, accepted one by one ---------------------------------------------

cat > two.keys <<'EOF'
program perl machine
wait screen welcome ; expect golden one.txt in 1 ; expect golden two.txt in 1
EOF
printf 'Goodbye\n' > one.txt
printf 'Goodbye\n' > two.txt
cat > outer.keys <<'EOF'
wait text /one.txt: take it/ ; expect text /Goodbye +\| Hello/ ; type n ; press Enter ; exit 1
restart
wait text /one.txt: take it/ ; type y ; press Enter ; wait text /two.txt: take it/ ; type y ; press Enter ; exit 0
EOF
run outer.keys -- "$KEYS" --update two.keys
[ "$status" = 0 ] && grep -qx Hello one.txt && grep -qx Hello two.txt
ok $? '--update shows both beside each other and asks'

# ---- pictures ------------------------------------------------------------------------

cat > picture.keys <<'EOF'
# A picture.
program perl machine
wait screen welcome ; press s ; wait text green ; picture picture.svg mask ref,time
film film.svg mask ref,time ; frame 500ms ; press Enter ; wait screen menu ; frame 1s ; press q ; exit 0
EOF
run --update=all picture.keys
[ "$status" = 0 ] && grep -q '<title>A picture.</title>' picture.svg && grep -q 'fill="#00cd00" font-weight="bold">green</text>' picture.svg &&
    grep -q 'text-decoration="underline">under</text>' picture.svg
ok $? 'a picture has texts, colors and attributes'
grep -q '33.333% { transform: translateY(-' film.svg && grep -q 'animation: film 1.500s step-end infinite' film.svg && grep -q '你好' film.svg
ok $? 'a film has frames, each for its time'
cat > wide.keys <<'EOF'
# Wide characters over an older color, and letters in the order of their columns.
program sh -c 'printf "\033[42m          \033[0m\r\033[41m你好\033[0m םולש"; read line'
wait text "你好" ; picture wide.svg ; press Enter ; exit 0
EOF
run --update=all wide.keys
[ "$status" = 0 ] && grep -q 'fill="#cd0000" d="M0 0h36' wide.svg && grep -q 'unicode-bidi="bidi-override">[^<]*םולש' wide.svg
ok $? 'a wide character has one look, and no viewer turns letters around'
run picture.keys
ok "$status" 'both are the same at another time'
sed -i 's/1;32mgreen/1;32mgreem/' machine
sed 's/text green/text greem/' picture.keys > other.keys
run other.keys
[ "$status" = 1 ] && grep -q 'picture.svg differs' err && grep -q ' green under turned *| *greem under turned$' err
ok $? 'a stale picture fails, and says in words what differs'
sed -i 's/1;32mgreem/1;33mgreen/' machine
run picture.keys
[ "$status" = 1 ] && grep -q 'the words are the same; a color' err
ok $? 'so does another color'
sed "s/mask ref,time/mask ref,time without 5/" picture.keys > other.keys
run --update=all other.keys
sed -i 's/1;33mgreen/1;34mgreen/' machine
run other.keys
[ "$status" = 0 ]
ok $? 'but not in a part that is left out'
run --animate live.svg --asciicast live.json two.keys
[ "$status" = 0 ] && grep -q '>Hello</text>' live.svg && grep -q 'Hello' live.json
ok $? 'what the screen shows can be saved as it happens'
echo 'program perl machine
wait screen welcome ; picture picture.png' > png.keys
if command -v rsvg-convert > /dev/null; then
    run png.keys
    [ "$status" = 0 ] && head -c 4 picture.png | grep -q PNG
    ok $? 'a PNG'
fi
rm -f picture.png
path=$PATH
mkdir bin
for each in sh perl stty cat; do
    ln -s "$(command -v $each)" bin/$each
done
PATH=$folder/bin
"$KEYS" png.keys > out 2> err
status=$?
PATH=$path
[ "$status" = 1 ] && grep -q 'rsvg-convert, which is not installed' err
ok $? 'without the program for it, a sentence says which'
for ending in 'picture x.gif|a picture is a .svg or a .png' 'frame 1s|no film has begun' 'film x.svg|the film x.svg has no frames'; do
    echo "wait screen welcome ; ${ending%|*}" > script
    run script -- perl machine
    [ "$status" = 1 ] && grep -qF "${ending#*|}" err
    ok $? "refused: ${ending%|*}"
done

# ---- an interruption ------------------------------------------------------------------

echo 'program perl machine
finally
    sh echo done > finished
end
sh echo > begun
wait screen nowhere within 60s' > long.keys
"$KEYS" long.keys > out 2> err &
pid=$!
while [ ! -e begun ]; do sleep 0.02; done
kill -TERM $pid
wait $pid
[ $? = 1 ] && [ -e finished ] && grep -q interrupted err
ok $? 'an interrupted script plays its finally'
plan
