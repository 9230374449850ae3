#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Tests the keystroke runner against small programs: that good scripts pass,
# and that each kind of bad one fails in the way the manual says. Prints TAP.
# The runner is $KEYS, or the one of this build.


cd "$(dirname "$0")/../.." || exit 1
. tests/support/keys_kit.sh

# ---- what passes -------------------------------------------------------------

passes 'a card, named screens, wide characters, a clean exit' <<'EOF'
require 80x24 utf8
card 4000001234567899        # waits for welcome
wait screen menu within 2s ; expect text "Menü 你好"
expect no text /Hello/ ; expect cursor hidden
press q ; exit 0 ; expect restored ; expect cursor visible
EOF
passes 'a wait is not satisfied by the screen the key was pressed on' <<'EOF'
wait screen welcome ; press Enter ; wait screen menu ; press b w ; wait screen menu ; expect text "here you are"
EOF
passes 'function keys and arrows send the bytes of an xterm' <<'EOF'
wait screen welcome ; press F1 F5 F12 Up PageDown Backspace Esc
expect text "keys <^[><O><P><^[><[><1><5><~><^[><[><2><4><~><^[><[><A>" ; expect text "<^[><[><6><~><^?><^[>"
EOF
passes 'and those of a vt100 where mono is required' <<'EOF'
require mono ascii
wait screen welcome ; press F5 Backspace ; expect text "keys <^[><O><t><^H>" ; expect no text "ü"
EOF
passes 'keys are sent one at a time, though the program dozes' <<'EOF'
wait screen welcome ; press b a b c ; wait text "keys <a><c>"
EOF
passes 'a mouse click, as the program asked for it' <<'EOF'
wait screen welcome ; click 3 7 ; wait text "<^[><[><<><0><;><7><;><3><M><^[><[><<><0><;><7><;><3><m>"
EOF
passes 'resizing reaches the program' <<'EOF'
wait screen welcome ; resize 100x30 ; wait text "size 30 100" ; resize 80x24 ; wait text "size 24 80"
EOF
passes 'Ctrl-C is an interrupt' <<'EOF'
wait screen welcome ; press Ctrl-C ; exit 4 ; expect restored
EOF
passes 'signals, restarts, and the exit they cause' <<'EOF'
env "GREETING=First day"
wait screen welcome ; expect text "First day" ; signal TERM ; exit 3 ; expect restored
restart ; wait screen welcome ; signal KILL ; exit signal KILL
env GREETING="Second \"day\"" ; restart ; wait screen welcome ; expect text "Second \"day\"" ; signal STOP ; press Enter ; signal CONT ; wait screen menu
EOF
passes 'variables: set, captured, from the environment' <<'EOF'
set who World ; env GREETING=Hello-${who}
wait text /${who}$/ ; capture REF /ref ([0-9a-f]+)/ ; expect text "ref ${REF}"
sh test "${REF}" != "" && test "$GREETING" = Hello-World && test "${NONE:-none}" = none
sh! test "${REF}" = ""
set dots 1.2 ; expect no text /${dots}/
EOF
passes 'files: waited for, with a text, and faults' <<'EOF'
wait screen welcome ; fault dispenser partial after 2 notes ; fault reader jam
expect file ${ATM_FOLDER}/faults contains "partial after 2 notes"
expect file faults contains /^reader jam$/ ; expect no file faults contains "printer"
sh (until test -e go; do :; done; echo done > late) > /dev/null 2>&1 &
expect no file late ; sh touch go
wait file late contains "done" within 5s ; wait no file nowhere
EOF
echo 'wait screen welcome ; press Enter ; wait screen menu' > part.keys
passes 'scripts include others' <<'EOF'
include part.keys
press q ; exit 0
EOF
passes 'a secret is typed' <<'EOF'
wait screen welcome ; secret PIN from env ATM_PIN
wait text "digits 5"
EOF

# ---- golden screens -----------------------------------------------------------

golden='wait screen welcome ; expect screen ./golden/welcome.txt mask ref,time'
play_line "$golden"
[ "$status" -eq 1 ] && grep -q -- '--update writes it' err
ok $? 'a golden screen that is not there fails'
play_line "$golden" --update=all
[ "$status" -eq 0 ] && grep -q 'at ##:##:## ref ########' golden/welcome.txt && grep -q '| Hello' out
ok $? '--update=all writes it, masked, and shows it'
play_line "$golden"
ok "$status" 'then it matches, whatever the time and the reference'
[ "$(wc -l < golden/welcome.txt)" -eq 24 ]
ok $? 'it has a line for every row'
sed -i 's/Hello/Goodbye/' golden/welcome.txt
play_line "$golden"
[ "$status" -eq 1 ] && grep -q '1  Goodbye  *| Hello' err
ok $? 'another text fails and shows both beside each other'

fails 1 "unknown mask 'moon': use ref, time, date or number, or write first: mask moon /expression/" 'a mask that there is not' <<'EOF'
wait screen welcome ; expect golden ./golden/welcome.txt mask time,moon
EOF
printf 'from##### or so\n' > golden/ages.txt
cat > ages.keys <<'EOF'
mask age / {1,2}[0-9]{1,2} s/ ; mask dot "(a."
program printf "$AGE"
wait exit 0 ; expect golden golden/ages.txt mask age,dot in 1
EOF
AGE='from  9 s or so' "$KEYS" ages.keys > out 2> err && AGE='from 12 s or so' "$KEYS" ages.keys >> out 2>> err
ok $? "a script's own mask takes its blanks, too"
! AGE='from 9s or so' "$KEYS" ages.keys > out 2> err && grep -q 'ages.txt differs' err
ok $? 'and nothing else'

# ---- what fails ---------------------------------------------------------------

fails 1 'script:2: wait text "Goodbye"' 'a text that never comes' <<'EOF'
wait screen welcome
wait text "Goodbye"
EOF
grep -q 'screen: welcome (80x24, cursor hidden' err && grep -q '│Hello  ' err
ok $? 'the failure shows the screen and its name'
fails 1 'within 300 ms' 'a wait keeps its own deadline' <<'EOF'
wait screen menu within 300ms
EOF
before=$(date +%s%N)
play_line 'wait text never within 500ms'
took_ms=$((($(date +%s%N) - before) / 1000000))
[ "$status" -eq 1 ] && [ "$took_ms" -ge 500 ] && [ "$took_ms" -lt 5000 ]
ok $? "and takes that long, not more ($took_ms ms)"
fails 1 'this is not so' 'an expectation that is not met' <<'EOF'
wait screen welcome ; expect screen menu
EOF
fails 1 'it is in row 1, column 2' 'a text that should not be there, and where it is' <<'EOF'
wait screen welcome ; expect no text /el+o/
EOF
fails 1 'it is in row 5, column 15' 'a style that should not be there, and where it is' <<'EOF'
wait screen welcome ; press s ; wait text green ; expect no style /[a-z]+/ reverse
EOF
fails 1 'nowhere.txt: No such file or directory' 'a file that is not there' <<'EOF'
expect file nowhere.txt ; wait screen welcome
EOF
printf 'Reader,\nfarewell\n' > letter
fails 1 'nearest:  farewell' 'a file without a text' <<'EOF'
wait screen welcome ; wait file letter contains "fare well" within 100ms
EOF
fails 1 'letter has this text' 'a file with a text that should not be in it' <<'EOF'
wait screen welcome ; expect no file letter contains "farewell"
EOF
fails 1 'this did not come true' 'another exit status' <<'EOF'
wait screen welcome ; press q ; exit 7
EOF
grep -q 'exited with status 0' err
ok $? 'and the status it was'
fails 1 'alternate screen; hidden cursor; mouse on; line mode or echo off' 'a terminal left as it was' <<'EOF'
wait screen welcome ; press x ; exit 0 ; expect restored
EOF
fails 1 'the program has ended' 'a wait on a program that has ended does not take its time' <<'EOF'
wait screen welcome ; press q ; wait screen menu within 60s
EOF
fails 1 'nothing reads this key' 'a key for a program that has ended' <<'EOF'
wait screen welcome ; press q ; exit 0 ; press a
EOF
fails 1 'this one says why' 'a command that fails shows its output' <<'EOF'
wait screen welcome ; sh echo this one says why; exit 3
EOF
fails 1 'should have failed' 'a command that should have failed' <<'EOF'
wait screen welcome ; sh! true
EOF
fails 1 'nothing on the screen matches' 'a capture without a match' <<'EOF'
wait screen welcome ; capture X /(nothing here)/
EOF
fails 1 '${NOWHERE} is not set' 'a variable that is not set' <<'EOF'
wait text "${NOWHERE}"
EOF
fails 1 'does not read its keys' 'a program that does not read its keys' <<'EOF'
wait screen welcome ; press z a b
EOF

# ---- secrets ------------------------------------------------------------------

fails 1 '•••' 'a failure shows a secret as dots' <<'EOF'
wait screen welcome ; secret PIN from env ATM_PIN ; press e Enter e ; wait text "echo of" ; wait text "no such text"
EOF
! grep -q 73914 err out && grep -q 'last keys: ••• e Enter e$' err
ok $? 'even where the program echoes it'
fails 1 'is a secret' 'a secret cannot be expanded' <<'EOF'
secret PIN from env ATM_PIN ; wait text "${ATM_PIN}"
EOF
fails 1 'MISSING_SECRET is not set' 'a secret that is not set' <<'EOF'
secret PIN from env MISSING_SECRET
EOF
play_line 'wait screen welcome ; secret PIN from env ATM_PIN ; press e ; wait text "echo of" ; resize 90x30 ; wait text "size 30 90"' --asciicast cast.json
[ "$status" -eq 0 ] && ! grep -q 73914 cast.json && head -1 cast.json | grep -q '"version": 2, "width": 80' &&
    grep -q '"r", "90x30"' cast.json && grep -q '"o", ".*Hello' cast.json
ok $? 'an asciicast has the output, without the secret'

# ---- what cannot be tried -------------------------------------------------------

errors=0
while IFS='|' read -r line message; do
    play_line "$line"
    if [ "$status" -ne 2 ] || ! grep -qF -- "script:1: $message" err; then
        echo "# $line: status $status, $(cat err)"
        errors=$((errors + 1))
    fi
done <<'EOF'
wiat screen menu|unknown directive 'wiat'
wait for menu|after wait comes one of: screen, text, no text, big
wait "Goodbye" # soon|write 'wait text "Goodbye" # soon'
sleep 1|unknown directive 'sleep': a script has no pauses; write wait text TEXT
Press Enter|unknown directive 'Press': did you mean press?
press Entre|unknown key 'Entre'
press C-x|unknown key 'C-x': write Ctrl-x
press ^X|unknown key '^X': write Ctrl-X
press escape|unknown key 'escape': write Esc
press Shift-%|unknown key 'Shift-%': write %
press q; press x|'q;': a ; that ends a directive has a blank before it
type hello; press Enter|'press Enter' is too much here: a ; that ends a directive has a blank before it
type "50\q"|'\q' is nothing in a string: write \\ for a backslash itself
press dd|unknown key 'dd': write Enter
press #|KEY is missing: Enter
type 'hello'|a string stands in "double quotes"
wait text /a/i|'i' is too much: put a blank after the closing /
wait text /((a{200}){200}){200}/|this regular expression has groups more than
send "a\x00"|a string has no zero byte
env GREETING="Hello|no closing "
macro press taking KEY|directives begin with 'press'; give the macro another name
click 3,7|'3,7' is not a place: write a row, a blank and a column
expect cursor 3 7|a cursor is hidden or visible, not '3'; its place is: cursor at ROW COLUMN
wait text /(/|/(/ is not a regular expression
wait text "open|no closing "
wait screen menu within soon|'soon' is not a time
wait screen menu quickly|'quickly' is too much here
wait screen|NAME is missing
secret PIN of env X|write 'from' here
require 80x|cannot require '80x'
signal PIPE|unknown signal 'PIPE'
exit 300|'300' is not an exit status
include nowhere|cannot read nowhere
EOF
ok "$errors" 'every mistake in a script is named with its line'

# Scripts that are none, or mean harm: an end, a sentence, and nothing that a terminal obeys.
hostile() # status, text, sentence; what is played is the file `script`
{
    (ulimit -v 4000000; exec timeout 60 "$KEYS" --timeout 1 script -- perl machine) > out 2> err
    [ $? = "$1" ] && grep -qF -- "$2" err && ! LC_ALL=C grep -q "$(printf '[\001-\010\016-\037]')" err
    ok $? "$3"
}
printf 'press a\0b\n' > script
hostile 2 'script has a zero byte in it' 'a script with a zero byte'
printf 'press a\ntype "\033]0;x\007"\n' > script
hostile 2 'script:2: there is a control character in this line; write it as "\x1b"' 'control characters'
printf 'press a\ntype "\377"\n' > script
hostile 2 'script:2: this line is not UTF-8' 'bytes that are no text'
head -c 5000000 /dev/zero | tr '\0' '#' > script
hostile 2 'script has more than 4 MiB' 'a script without an end'
echo 'include .' > script
hostile 2 'script:1: cannot read .: Is a directory' 'a folder as a script'
{ printf 'wait text /'; head -c 100000 /dev/zero | tr '\0' '('; echo /; } > script
hostile 2 'script:1: this regular expression has groups more than 32 deep' 'a regular expression without a bottom'
printf 'macro again\nagain\nend\nagain\n' > script
echo 'wait screen welcome' >> script
hostile 1 'macros call each other more than 16 deep' 'a macro that calls itself'
{ echo 'set A aaaaaaaa'; yes 'set A ${A}${A}' | head -30; echo 'press a'; } > script
hostile 1 'script:19: set A ${A}${A}' 'a value made of itself'
echo 'wait screen welcome ; sh yes' > script
hostile 1 'the command wrote more than 64 MiB' 'a command that writes without end'
printf 'helper loud yes\nwait screen nowhere within 60s\n' > script
hostile 1 'the helper loud has written more than 64 MiB' 'a helper that does'
printf 'wait screen welcome ; capture X from sh printf "\\033[31mred\\007"\nset Y ${X}\nsh echo "$Y${X}"; false\n' > script
hostile 1 '<U+001B>[31mred<U+0007>' 'what a command prints does not command the terminal'
printf 'require 1x1\nprogram printf "\\344\\275\\240"\nexit 0\n' > script
(exec "$KEYS" script) > out 2> err
ok $? 'a wide character in one column'
while read -r mode bytes; do
    printf '%s\n' "require $mode" "program printf '$bytes'" 'exit 0' > script
    (exec timeout 20 "$KEYS" script) > out 2> err
    ok $? "what breaks terminals does not break this one: $mode $(printf %s "$bytes" | tr '\\' '/')"
done <<'EOF'
utf8 \033[b
ascii \033[b
utf8 \033[\033[5b
utf8 \314\201\033[b
ascii \233b
utf8 \033[\030b
utf8 \033\033[b
utf8 \033\001[\007b
utf8 \033\302[b\033[\302b
utf8 \033[1::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::m
utf8 \033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23:24:25:26m
EOF
cat > script <<'EOF'
program printf 'ab\033[3bc\033[1\n;3\r1mred\033[0m \033\0337x\033[\0301m'
wait text "abbbbc" ; expect text /^red x1m/ in 2 ; expect style "red" bold,fg=red ; exit 0
EOF
(exec "$KEYS" script) > out 2> err
ok $? 'a repetition of a character repeats it'
echo 'program yes
wait text never' > script
(exec timeout 30 "$KEYS" --timeout 1 script) > out 2> err
[ $? = 1 ] && grep -q 'did not come true within 1000 ms' err
ok $? 'a program that writes without end does not outlive a wait'
play_line 'sh true'
[ "$status" -eq 2 ] && grep -q 'never starts the program' err
ok $? 'a script that tests nothing'
"$KEYS" script > out 2> err
[ $? -eq 2 ] && grep -q 'name the program' err
ok $? 'a command line without a program'

# ---- the rest of the command line ------------------------------------------------

"$KEYS" --help > out 2> err && grep -q 'wait screen NAME' out
ok $? '--help lists the directives'

# A runner inside a runner: the outer one is the person, who sees all digits (8 and a third, as the program counts)
# before correcting them: it tells a digit from another key by what it reads first.
cat > outer.keys <<'EOF'
wait screen welcome ; press F1 ; wait screen pin_entry
type ${TYPED} ; wait text /digits 8/ ; press Backspace ; wait text "<^?>" ; press Enter ; wait screen menu ; type q ; exit 0 ; expect restored
EOF
TYPED=$ATM_PIN "$KEYS" outer.keys -- "$KEYS" --record recorded.keys -- perl machine > out 2> err &&
    ! grep -q 73914 recorded.keys && grep -qx 'secret "PIN" from env ATM_PIN' recorded.keys &&
    grep -qx 'press F1' recorded.keys && grep -qx 'wait screen menu' recorded.keys && grep -qx 'program perl machine' recorded.keys
ok $? '--record writes a script, the PIN not in it'
"$KEYS" recorded.keys > out 2> err
ok $? 'which then passes as it is'
cat > outer.keys <<'EOF'
wait screen welcome ; type n ; wait screen pin_new
type ${TYPED} ; wait text "digits 5" ; press Enter ; wait screen menu ; type q ; exit 0
EOF
TYPED=$ATM_PIN "$KEYS" outer.keys -- "$KEYS" --record recorded.keys -- perl machine > out 2> err &&
    ! grep -q 73914 recorded.keys && grep -qx 'secret "new PIN" from env ATM_NEW_PIN' recorded.keys
ok $? 'a new PIN is recorded as another secret than the PIN'
plan
