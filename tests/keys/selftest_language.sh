#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Tests what the keystroke language can say beyond keys and texts: the mouse,
# colors, places, big letters, blocks, helpers, values, the clock. Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/support/keys_kit.sh

# ---- keyboard and mouse -------------------------------------------------------

passes 'keys with Ctrl, Alt and Shift' <<'EOF'
wait screen welcome ; press Alt-x Ctrl-A Shift-Tab Ctrl-Left
expect text "keys <^[><x><^A><^[><[><Z><^[><[><1><;><5><D>"
EOF
passes 'a byte each, whatever else is held down' <<'EOF'
wait screen welcome ; press Ctrl-Space Alt-Space Ctrl-Enter
wait screen menu ; press Shift-Backspace Ctrl-/
expect text "<^@><^[>< ><^?><^_>"
EOF
cat > interrupted.pl <<'EOF'
use POSIX ();
$| = 1;
system 'stty', '-icanon', '-echo', 'min', '1';
$SIG{INT} = sub { select undef, undef, undef, 0.03; POSIX::tcflush(0, POSIX::TCIFLUSH()); print "again\r\n" };
print "ready\r\n";
for (;;) { my $byte; sysread STDIN, $byte, 1 and print "got $byte\r\n" }
EOF
echo 'wait text "ready" ; press Ctrl-C y ; wait text "again" ; wait text "got y"' > interrupted.keys
"$KEYS" --repeat 3 --timeout 3 interrupted.keys -- perl interrupted.pl > out 2> err
ok $? 'a key after one that became a signal comes once the program has dealt with that'
passes 'bytes as they are' <<'EOF'
wait screen welcome ; send "\e[97;5u\x01" ; wait text "<^[><[><9><7><;><5><u><^A>"
EOF
passes 'a paste, without brackets where none were asked for' <<'EOF'
wait screen welcome ; paste "ab c" ; wait text "keys <a><b>< ><c>"
EOF
passes 'the buttons, the wheel, a drag' <<'EOF'
require 260x24
wait screen welcome ; click 3 7 button right ; wait text "<^[><[><<><2><;><7><;><3><M>"
mouse press 2 4 ; wait text "<0><;><4><;><2><M>" ; mouse release 2 5 ; wait text "<0><;><5><;><2><m>"
wheel up 6 8 times 2 ; wait text /<6><4><;><8><;><6><M>.*<6><4><;><8><;><6><M>/
wheel down 6 9 ; wait text "<6><5><;><9><;><6><M>"
EOF
passes 'a drag' <<'EOF'
wait screen welcome ; drag 1 1 to 1 3 ; wait text "<0><;><3><;><1><m>"
EOF
passes 'a click on a text' <<'EOF'
wait screen welcome ; press s ; wait text "green" ; click text "green" ; wait text "<0><;><5><;><5><M>"
EOF
fails 1 'nothing on the screen that this could click on' 'a click on what is not there' <<'EOF'
wait screen welcome ; click text "nowhere"
EOF
fails 1 'no such place' 'a click outside' <<'EOF'
wait screen welcome ; click 30 1
EOF

# ---- what is seen --------------------------------------------------------------

passes 'colors and attributes' <<'EOF'
wait screen welcome ; press s ; wait style "green" bold,fg=green,bg=default
expect style "under" underline,fg=#20a040,bg=208,no-bold ; expect style /tur.ed/ reverse
expect no style "green" reverse ; expect no style "Hello" bold
EOF
fails 1 'is:       bold,fg=green,bg=default, in row 5, column 3' 'another color' <<'EOF'
wait screen welcome ; press s ; wait text "green" ; expect style "green" fg=red
EOF
passes 'contrast' <<'EOF'
wait screen welcome ; expect contrast 4.5
EOF
fails 1 'is #20a040 on #ff8700' 'too little contrast' <<'EOF'
wait screen welcome ; press s ; wait text "green" ; expect contrast 4.5 in 5
EOF
passes 'the place of the cursor' <<'EOF'
wait screen welcome ; press s ; wait cursor at 8 10 ; expect cursor at 8 10
EOF
fails 1 'the cursor is in row 8, column 10' 'another place' <<'EOF'
wait screen welcome ; press s ; wait text "green" ; expect cursor at 8 11
EOF
passes 'regions, with a name and without' <<'EOF'
region top 1-2 ; region word 5,3-5,7
wait screen welcome ; press s ; wait text /^green$/ in word
expect text "Hello" in top ; expect no text "green" in top ; expect text "reen" in 5,4-9,80
capture FOUND /(u.*r) / in 5
sh test "${FOUND}" = under
EOF
fails 1 'there is no region nowhere' 'a region without a place' <<'EOF'
wait screen welcome ; expect text "Hello" in nowhere
EOF
fails 1 'no part of 30-40 is on a screen of 80x24' 'a region that is not on the screen' <<'EOF'
wait screen welcome ; expect no text "Hello" in 30-40
EOF
passes 'a row ends after its last character, for texts, styles and the mouse' <<'EOF'
wait screen welcome ; press s ; wait text /turned$/
expect style /turned$/ reverse ; expect style /^Hello$/ no-bold ; click text /^Hello$/ ; wait text "<3><;><1><m>"
EOF
fails 1 'this is not so' 'a row begins once' <<'EOF'
wait screen welcome ; press s ; wait text green ; expect style /^ ?[a-z]+/ reverse in 5,9-5,30
EOF
fails 1 'nearest:  Hello' 'a text that is not there shows what is like it' <<'EOF'
wait screen welcome ; expect text "Hallo"
EOF
passes 'a program that goes on writing is waited for' <<'EOF'
wait screen welcome ; press w ; wait settled for 500ms ; expect text "here you are"
EOF
echo 'program while :; do printf x; sleep 0.02; done
wait settled within 600ms' > restless.keys
"$KEYS" restless.keys > out 2> err
[ $? = 1 ] && grep -q 'it was never still for 200 ms' err
ok $? 'a program that never rests'
cat > font <<'EOF'
# Three rows each.
glyph 1
▄█
 █
▄█▄
glyph 7
▀▀█
 ▐▌
 █
glyph C
█▀
█
▀▀
glyph €
█▀
█▀
▀▀
EOF
cat > big.pl <<'EOF'
$| = 1;
print "\e[H\e[2J\e[4;10H▄█  ▀▀█     █▀\e[5;10H █   ▐▌     █▀\e[6;10H▄█▄  █      ▀▀\e[9;10Hsmall"; sleep 60;
EOF
echo 'font font ; wait text small ; expect big "17 €" ; expect big /^17 €$/ in 4-6 ; expect no big "71" ; expect no big "17" in 5-9' > big.keys
"$KEYS" big.keys -- perl big.pl > out 2> err
ok $? 'big letters by a font file'
echo 'font font ; wait text small ; expect big "71"' > big.keys
"$KEYS" big.keys -- perl big.pl > out 2> err
[ $? = 1 ] && grep -q 'in big letters: 17 €' err
ok $? 'others show what is read'
printf 'glyph 1\n█\nglyph 2\n█\n█\n' > wrong
fails 1 'glyph 2 has 2 rows where the first has 1' 'a font whose letters differ in height' <<'EOF'
font wrong ; wait screen welcome
EOF

# ---- blocks and values -----------------------------------------------------------

passes 'cases, each with its values' <<'EOF'
cases KEY BYTES
    F1   "<^[><O><P>"     # a comment
    Tab  "<^I>"
do
    wait screen welcome ; press ${KEY} ; wait text "${BYTES}" ; signal KILL ; exit signal KILL ; restart
end
sh test -z "${KEY:-}"
EOF
fails 1 'in the case KEY=Tab BYTES=<nothing>' 'a failure names its case' <<'EOF'
cases KEY BYTES
    F1   "<O>"
    Tab  "<nothing>"
do
    press ${KEY} ; wait text "${BYTES}" within 300ms
end
EOF
passes 'macros, with values and without, which may have blocks' <<'EOF'
macro twice taking KEY
    repeat 2
        press "${KEY}"
    end
end
macro say taking FIRST REST...
    expect text "${REST}" ; expect text "${FIRST}"
end
macro here
    wait screen welcome
end
here ; twice a ; twice c ; say keys <a><a><c><c> ; press q
EOF
fails 1 'in script:4: twice q' 'a failure in a macro shows the call' <<'EOF'
macro twice taking KEY
    press "${KEY}" ; wait text never within 200ms
end
wait screen welcome ; twice q
EOF
passes 'values of commands' <<'EOF'
capture SUM from sh echo $((3 + 4)); echo
env from sh printf 'ONE=1\nTWO=a b\n'
wait screen welcome
sh test "${SUM}" = 7 && test "$ONE$TWO" = '1a b'
wait sh test -e script
EOF
passes 'after and finally' <<'EOF'
after
    expect restored
    sh echo after > order
end
finally
    sh echo finally >> order
end
wait screen welcome ; press q ; exit 0
EOF
[ "$(tr '\n' ' ' < order)" = 'after finally ' ]
ok $? 'in this order'
fails 1 'did not come true' 'finally is played after a failure' <<'EOF'
finally
    sh echo finally > order
end
after
    sh echo after > order
end
wait screen nowhere within 200ms
EOF
[ "$(cat order)" = finally ]
ok $? 'and after is not'

# ---- the program and the world ----------------------------------------------------

cat > ticker <<'EOF'
echo "begun $$"
trap 'echo told; exit 3' TERM
while :; do sleep 0.05; done
EOF
passes 'helpers are started, watched, killed and started again' <<'EOF'
helper ticker sh ticker
wait helper ticker says "begun" ; expect no helper ticker says "told"
stop helper ticker ; expect helper ticker says "told"
start helper ticker ; wait helper ticker says "begun" ; expect no helper ticker says "told"
kill helper ticker ; wait helper ticker ended
restart helper ticker ; wait helper ticker says /begun [0-9]+/ ; signal helper ticker TERM ; wait helper ticker ended
wait screen welcome
EOF
fails 1 'ticker| the last line' 'a failure shows what helpers said last' <<'EOF'
helper ticker echo the last line
wait helper ticker ended
wait screen nowhere within 200ms
EOF
grep -q 'helper ticker: ended with status 0' err && grep -q 'just this: .*keys --timeout 1 script -- perl machine' err
ok $? 'and the command that plays just this'
fails 1 'there is no helper somebody' 'a helper that is none' <<'EOF'
stop helper somebody ; wait screen welcome
EOF
cat > dated.sh <<'EOF'
date '+now %Y-%m-%d %H:%M'
while read -r x; do date '+then %Y-%m-%d %H:%M'; done
EOF
cat > dated.keys <<'EOF'
clock frozen "2031-05-06 07:08:09"
program sh dated.sh
wait text "now 2031-05-06 07:08" ; clock advance 3600s ; press Enter ; wait text "then 2031-05-06 08:08"
EOF
"$KEYS" dated.keys > out 2> err && { grep -q 'skipped: .*libfaketime' out || [ ! -s out ]; }
ok $? 'the program believes in another time of day, or the script says why not'
echo 'needs no-such-program ; wait screen welcome' > script
"$KEYS" --tap script -- perl machine > out 2> err && grep -q '# SKIP this needs no-such-program, which is not installed' out
ok $? 'what a script needs and is not there skips it'
echo 'needs sh false # never ; wait screen welcome' > script
echo 'wait screen welcome' >> script
"$KEYS" --tap script -- perl machine > out 2> err && grep -q '# SKIP this needs: false # never' out && sed -i 's/false/true/' script &&
    "$KEYS" --tap script -- perl machine > out 2> err && ! grep -q SKIP out
ok $? 'so does a command that fails'
mkdir -p needy && echo 'env from sh echo begun > begun; exit 1' > needy/suite.keys && echo 'program perl machine
needs sh false
wait screen welcome' > needy/one.keys
(cd needy && "$KEYS" --tap one.keys > ../out 2> ../err) && grep -q '# SKIP this needs: false' out && [ ! -e needy/begun ]
ok $? 'before anything is done for the script'
echo 'program perl machine
wait screen welcome' > script
"$KEYS" script > out 2> err
ok $? 'the program may stand in the script'
cat > modes.keys <<'EOF'
program printf '\033[?2004;1004h\033='
wait exit 0
expect restored
EOF
"$KEYS" modes.keys > out 2> err
[ $? = 1 ] && grep -q 'bracketed paste on; reports of the focus on; application mode of the keypad' err
ok $? 'modes that are left on'

echo 'program stty -echo
wait exit 0
expect restored' > modes.keys
"$KEYS" modes.keys > out 2> err
[ $? = 1 ] && grep -q 'line mode or echo off' err
ok $? 'an echo that is left off, alone'

# ---- recording ---------------------------------------------------------------------

cat > outer.keys <<'EOF'
wait screen welcome ; click 3 7 ; wait text "<3><m>" ; drag 2 2 to 2 4 ; wait text "<4><;><2><m>" ; wheel down 5 5 ; wait text "<6><5>"
send "\e[97;5u" ; wait text "<u>" ; press Enter ; wait screen menu ; type q ; exit 0
EOF
"$KEYS" outer.keys -- "$KEYS" --record recorded.keys -- perl machine > out 2> err
grep -qx 'click 3 7' recorded.keys && grep -qx 'drag 2 2 to 2 4' recorded.keys && grep -qx 'wheel down 5 5' recorded.keys &&
    grep -qx 'send "\\x1b\[97;5u"' recorded.keys
ok $? 'the mouse is recorded as such, and what no key sends'
"$KEYS" recorded.keys -- perl machine > out 2> err
ok $? 'and replays'
cat > ask.sh <<'EOF'
stty -echo
printf 'Password: '
read -r x
stty echo
echo
echo thanks
read -r y
EOF
echo 'wait text Password: ; type "opensesame" ; press Enter ; wait text thanks ; press Enter ; exit 0' > outer.keys
"$KEYS" outer.keys -- "$KEYS" --record recorded.keys -- sh ask.sh > out 2> err
! grep -q opensesame recorded.keys && grep -qx 'secret "password" from env PASSWORD' recorded.keys
ok $? 'what is typed without echo is a secret'
plan
