# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2015,SC2119,SC2120,SC2154  # the names are shared with the test
#
# For shell tests of visits at a machine that are struck, and of what has to be true of them afterwards: a withdrawal has
# the end that the dispenser saw, and the bank's counters are the machine's. A machine whose memory has another bit does
# not serve or says that it does not know; from then on the two may differ by that withdrawal's notes. Source it after
# machine.sh. A number is any: the choices follow from it. What was not as it has to be is in $WORLD/why.
#
#   visits_new                        nothing is doubtful yet
#   visit_struck NUMBER COMMAND...    a visit, and at one of its screens the command
#   machine_stands_still SECONDS      SIGSTOP and SIGCONT
#   machine_cut NUMBER                the power goes at one of the steps
#   flip_dispenser NUMBER             a bit of what is stored is another one while the machine is off: it is put back or
#   flip_advice NUMBER                taken over, and life goes on
#   flip_journal NUMBER
#   counters_agree                    whether the bank's counters and the machine's do
#   pick NUMBER WORD...               one of the words

visits_new()
{
    for visits_file in flipped doubted accepted why; do
        : >"$WORLD/$visits_file"
    done
}

pick() # number, words: one of them
{
    shift $(($1 % ($# - 1) + 1))
    echo "$1"
}

says_why() # sentence; fails
{
    echo "$1" >>"$WORLD/why"
    return 1
}

last_withdrawal()
{
    awk '$3 == "request" { id = $4 } END { print id }' "$ATM_FOLDER/journal.log"
}

dispenser_keep()
{
    cp -p "$ATM_FOLDER/dispenser" "$WORLD/dispenser.was"
}

# The ends that are true of withdrawal $1, by what the dispenser says.
truth()
{
    awk -v id="$1" '$1 == "status" { status = $2 } $1 == "withdrawal" { own = $2 == id }
        END {
            if (own && status ~ /^(presented|taken)$/) print "completed"
            else if (own && status ~ /^(unknown|retracted)$/) print "suspect"
            else print "reversed declined"
        }' "$WORLD/dispenser.was"
}

# The bank has one of them, or of $2..., for withdrawal $1.
bank_knows()
{
    known=$1
    shift
    state=$(ask_models "SELECT state FROM esbank.withdrawals WHERE withdrawal_id = '$known'")
    case " $(truth "$known") $* " in
    *" ${state:-unheard} "*) ;;
    *) says_why "withdrawal $known is ${state:-unheard}, but $(truth "$known") $*" ;;
    esac
}

serves()
{
    grep -q '^\[welcome\]' "$WORLD/screens"
}

# It has read its memories, what it owed is delivered, and it serves, perhaps without cash.
machine_settled()
{
    grep -q '^\[' "$WORLD/screens" && saf_is_empty && { serves || grep -q '^attention yes' "$ATM_FOLDER/dispenser"; }
}

machine_up() # option...
{
    atm_start "$@"
    await 40 machine_settled
    machine_is=$?
    [ "$machine_is" = 0 ] || says_why "the machine does not come up: $(tail -3 "$WORLD/err" "$ATM_FOLDER/atm.log" 2>/dev/null)"
    return "$machine_is"
}

# Served again, by a start like any other.
machine_back()
{
    supervise || says_why "the supervisor cannot make it serve" || return
    machine_up && serves
    machine_is=$?
    atm_end
    return "$machine_is"
}

# Counters: the notes of a withdrawal that a flipped bit has made doubtful may be on either side; and what differs by that
# is accepted from then on.
counters_agree()
{
    notes_agree
    ask_models "SELECT note->>'denomination', sum((note->>'count')::int) FROM esbank.withdrawals,
        json_array_elements(notes) AS note WHERE state IN ('suspect', 'disputed', 'dispensing')
        AND withdrawal_id = ANY ('{$(paste -sd, "$WORLD/doubted")}') GROUP BY 1" >"$WORLD/doubtful"
    perl -e 'my (%s, %keys, $bad);
        for my $name (qw(bank.notes atm.notes accepted doubtful)) {
            open my $in, "<", "$ENV{WORLD}/$name" or die;
            while (<$in>) {
                chomp;
                my ($key, $count) = /(.*)\|(-?\d+)$/ or die;
                $s{$name}{$key} += $count;
                $keys{$key} = 1 if $name ne "doubtful";
            }
        }
        open my $out, ">", "$ENV{WORLD}/differences" or die;
        for my $key (sort keys %keys) {
            my $more = ($s{"bank.notes"}{$key} // 0) - ($s{"atm.notes"}{$key} // 0);
            my $beyond = $more - ($s{accepted}{$key} // 0);
            print $out "$key|$more\n";
            next if abs $beyond <= ($s{doubtful}{ $key =~ s/.*\|//r } // 0);
            print "the bank counts $beyond more of $key\n";
            $bad = 1;
        }
        exit $bad' >"$WORLD/counted" || says_why "$(paste -sd, "$WORLD/counted")"
}

# The ends of $visited that are possible after a flipped bit: the true one or $1.... Where it is still open, its deadline
# will move its notes.
doubt_over()
{
    machine_back && bank_knows "$visited" "$@" && counters_agree || return
    cp "$WORLD/differences" "$WORLD/accepted"
    [ "$state" = dispensing ] || sed -i "/$visited/d" "$WORLD/doubted"
}

doubt()
{
    echo "$visited" | tee -a "$WORLD/flipped" >>"$WORLD/doubted"
}

# The visit goes on to its end, or what it left open is recovered.
visit_over()
{
    if [ -n "$atm" ] && alive "$atm"; then
        converse goodbye && await 40 saf_is_empty || says_why "the visit does not end" || return
        atm_end
        dispenser_keep
    else
        [ -z "$atm" ] || atm_end
        dispenser_keep
        machine_up || return
        atm_end
    fi
    supervise || says_why "the supervisor cannot make it serve" || return
    visited=$(last_withdrawal)
    [ "$visited" = "$visit_before" ] || bank_knows "$visited" || return
    counters_agree
}

visit_begin()
{
    visit_before=$(last_withdrawal)
    atm_start
}

# A visit, and at one of its screens the rest.
visit_struck() # number command...
{
    visit_screen=$(pick "$1" pin_entry menu note_mix receipt_choice take_card take_cash another)
    shift
    visit_begin
    at_screen "$visit_screen" "$@" && visit_over
}

machine_stands_still() # seconds
{
    kill -STOP "$atm" && sleep "$1" && kill -CONT "$atm"
}

# ---- struck --------------------------------------------------------------------------------

# A visit that is whole, or one that the power ended; the machine is off.
visit_left() # number
{
    visit_begin
    case $(pick "$1" whole cut) in
    whole) converse goodbye && await 40 saf_is_empty ;;
    cut) power_cut "power cut after $(pick $(($1 / 2)) approved card_taken stack stacked moving presented taken)" ;;
    esac || says_why "there is no visit" || return
    atm_end
    dispenser_keep
    visited=$(last_withdrawal)
}

flip() # file number: a bit of it
{
    perl -e 'my ($file, $number) = @ARGV;
        open my $f, "+<", $file or die;
        binmode $f;
        sysread $f, my $text, 1 << 26;
        my $from = $number % 3 || $file !~ /journal/ ? 0 : 1 + rindex $text, "\n", length($text) - 2;
        my $at = $from + int($number / 24) % (length($text) - $from);
        sysseek $f, $at, 0;
        syswrite $f, chr(ord(substr $text, $at, 1) ^ 1 << $number / 3 % 8);' "$1" "$2"
}

flip_dispenser()
{
    visit_left "$1" || return
    flip "$ATM_FOLDER/dispenser" "$1"
    machine_up || return
    wants_attention || says_why "it pays with a dispenser that it did not write" || return
    atm_end
    rm "$ATM_FOLDER/dispenser.forged" || return
    if [ "$(pick "$1" whole cut)$(pick $(($1 / 2)) back anew)" = wholeback ]; then
        cp -p "$WORLD/dispenser.was" "$ATM_FOLDER/dispenser"
    else
        doubt
        notes_agree
        grep -v '^cassettes' "$WORLD/bank.notes" >"$WORLD/accepted" # its counters begin anew
    fi
    doubt_over suspect disputed
}

flip_advice()
{
    visit_begin
    power_cut "power cut after advice" || return
    atm_end
    dispenser_keep
    visited=$(last_withdrawal)
    flip "$ATM_FOLDER/saf/$visited.json" "$1" || return
    doubt
    machine_up || return
    atm_end
    [ -e "$ATM_FOLDER/refused/$visited.json" ] || says_why "the changed advice is not filed" || return
    echo "status unknown withdrawal $visited" | tr ' ' '\n' | paste - - -d' ' >"$WORLD/dispenser.was"
    doubt_over
}

machine_decided()
{
    ! alive "$atm" || machine_settled || grep -q 'knows more of this machine' "$WORLD/screens"
}

flip_journal()
{
    visit_left "$1" || return
    cp -p "$ATM_FOLDER/journal.log" "$WORLD/journal.was"
    flip "$ATM_FOLDER/journal.log" "$1"
    line=$(cmp "$WORLD/journal.was" "$ATM_FOLDER/journal.log" | sed 's/.*line //')
    atm_start
    await 40 machine_decided || says_why "it neither serves nor ends" || return
    if alive "$atm" && machine_settled; then
        atm_end
        [ "$line" = "$(wc -l <"$WORLD/journal.was")" ] || says_why "it serves with line $line changed" || return
    elif alive "$atm"; then
        atm_end
        machine_up --adopt-memories || return
        atm_end
    else
        atm_end
        grep -q 'journal.log \(was changed after\|lacks its end\)' "$WORLD/err" || says_why "$(cat "$WORLD/err")" || return
        if [ "$(pick $(($1 / 4)) back anew)" = back ]; then
            cp -p "$WORLD/journal.was" "$ATM_FOLDER/journal.log"
            doubt_over
            return
        fi
        ! grep -q 'was changed after' "$WORLD/err" || rm "$ATM_FOLDER/journal.log"
        machine_up --adopt-memories || return
        atm_end
    fi
    doubt
    doubt_over suspect disputed dispensing
}

# The power goes at one of the steps.
machine_cut()
{
    visit_begin
    power_cut "power cut $(pick "$1" 'before present' 'after present' 'after moving' 'after card_in' 'after request' \
        'after approved' 'after card_ejected' 'after card_taken' 'after stack' 'after stacked' 'after step present' \
        'after presented' 'after taken' 'after advice')" || says_why "the power did not go" || return
    visit_over
}
