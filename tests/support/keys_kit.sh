# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# For tests of the keystroke runner: a temporary folder to work in, a small
# program on a full screen, and test points. Source it from the top of the tree.
#
#   play [OPTION...]         plays the script on stdin; leaves out, err, status
#   play_line LINE [OPTION]  plays one line
#   passes SENTENCE          plays the script on stdin; a test point
#   fails STATUS TEXT SENTENCE   likewise; it has to fail with this text
#   ok STATUS SENTENCE       a test point; out and err are shown when it failed
#   plan                     once all is done

KEYS=$(realpath "${KEYS:-${BUILD:-build}/keys}") || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export ATM_PIN=73914
export ATM_FOLDER="$folder"
unset MISSING_SECRET
number=0

# What the scripts here have in common.
cat > suite.keys <<'EOF'
screens titled "atm: "
record secret PIN from env ATM_PIN on /^pin_entry$/
record secret "new PIN" from env ATM_NEW_PIN on /^pin_/
macro card taking NUMBER
    wait screen welcome ; type "${NUMBER}" ; press Enter
end
macro fault taking WORDS...
    sh printf '%s\n' "${WORDS}" >> "$ATM_FOLDER/faults"
end
EOF

# A program with named screens: Enter for the menu, F1 to F12, the mouse, q to quit.
cat > machine <<'EOF'
use strict;
$| = 1;
my ($state, $keys) = ($ENV{GREETING} // 'Hello', '');
sub say_screen {
    my ($name, $text) = @_;
    my @now = localtime;
    printf "\e[2J\e[H%s\r\nat %02d:%02d:%02d ref %08x\r\n", $text, @now[2, 1, 0], $$;
    print "\e]0;atm: ";
    select undef, undef, undef, 0.002 if $name eq 'welcome'; # in two writes, as may happen on any line
    print "$name\a";
}
sub leave { print "\e[?1006;1000l\e[?25h\e[?1049l"; system 'stty', 'sane'; exit shift; }
$SIG{TERM} = sub { leave(3) };
$SIG{INT}  = sub { leave(4) };
$SIG{WINCH} = sub { say_screen('menu', 'size ' . `stty size`) };
system 'stty', '-echo', '-icanon', 'min', '1', '-icrnl';
print "\e[?1049h\e[?25l\e[?1006;1000h";
say_screen('welcome', $state);
my $bytes;
for (;;) {
    my $got = sysread STDIN, $bytes, 100;
    next unless defined $got;
    last if $got == 0;
    if ($bytes eq 'q') { leave(0) }
    elsif ($bytes eq 'x') { exit 0 }                      # leaves the terminal as it is
    elsif ($bytes eq "\r") { say_screen('menu', "Men\xc3\xbc \xe4\xbd\xa0\xe5\xa5\xbd after $keys") }
    elsif ($bytes eq 'w') { say_screen('please_wait', 'one moment'); select undef, undef, undef, 0.3;
                            say_screen('menu', 'here you are') }
    elsif ($bytes eq 'e') { say_screen('pin_entry', "echo of $ENV{ATM_PIN}") }
    elsif ($bytes eq 'n') { say_screen('pin_new', 'another') }
    elsif ($bytes eq "s") { print "\e[5;3H\e[1;32mgreen\e[0m \e[4;38;2;32;160;64;48;5;208munder\e[0m \e[7mturned\e[0m\e[8;10H" }
    elsif ($bytes eq 'b') { select undef, undef, undef, 0.1 }
    elsif ($bytes eq 'z') { select undef, undef, undef, 20 }
    else { $keys .= join('', map { sprintf '<%s>', /[ -~]/ ? $_ : '^' . chr(64 ^ ord) } split //, $bytes);
           say_screen('pin_entry', $bytes =~ /^\d/ ? 'digits ' . length($keys) / 3 : "keys $keys") }
}
EOF

ok() # condition's status, description
{
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        sed 's/^/# /' out err
    fi
}

play() # [option...] with the script on stdin; leaves out, err, status
{
    cat > script
    "$KEYS" "$@" script -- perl machine > out 2> err
    status=$?
}

play_line() # script of one line, [option...]
{
    echo "$1" > line
    shift
    play "$@" < line
}

passes() # description, with the script on stdin
{
    play
    ok "$status" "$1"
}

fails() # expected status, text expected on stderr, description; with the script on stdin
{
    play --timeout 1
    [ "$status" -eq "$1" ] && grep -qF -- "$2" err
    ok $? "$3"
}

plan()
{
    echo "1..$number"
}
