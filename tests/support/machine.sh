# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2119,SC2120,SC2154  # the names are shared with the test
#
# For shell tests that strike a machine in the middle of a visit: `atm --plain` behind a pipe, and a customer who takes
# 20.00. Source it after bank.sh.
#
#   atm_code               a supervisor's code for the machine, 000000
#   atm_start [OPTION...]  starts it; $atm, what it shows in $WORLD/screens; $atm_card is its option for a card,
#                          $atm_countdown how long it holds card and cash out
#   converse SCREEN        answers what is asked until that screen has come or the machine has ended
#   press                  answers the screen that is there
#   atm_end                takes its keyboard away, and waits
#   atm_kill               SIGKILL
#   fault LINE             its faults file has this line too
#   power_cut LINES        a visit during which these faults end it
#   at_screen SCREEN COMMAND...  the command, when a visit has come there
#   supervise              where it wants attention: the supervisor tests the dispenser, and it serves again

atm=
atm_card=--demo-card
atm_countdown=3

atm_code()
{
    mkdir -p "$ATM_FOLDER"
    echo 000000 | "$BUILD/atm" --home "$ESBANK_HOME" --set-supervisor-code >"$WORLD/out" 2>"$WORLD/err"
}

atm_start()
{
    : >"$WORLD/screens"
    answered=
    rm -f "$WORLD/keys"
    mkfifo "$WORLD/keys"
    # shellcheck disable=SC2086  # one word or two
    "$BUILD/atm" --home "$ESBANK_HOME" --plain $atm_card --countdown "$atm_countdown" \
        --reply-timeout 8 "$@" <"$WORLD/keys" >"$WORLD/screens" 2>"$WORLD/err" &
    atm=$!
    exec 7>"$WORLD/keys"
}

# What is typed on a screen; nothing where the machine goes on by itself.
answer()
{
    case $1 in
    welcome) echo 1 ;;
    pin_entry) echo 1234 ;;
    menu) echo 5 ;;
    amount) echo 20 ;;
    note_mix) echo 1 ;;
    receipt_choice) echo 5 ;;
    take_card) echo 1 ;;
    take_cash) echo 1 ;;
    another) echo 5 ;;
    message) echo ;;

    *) return 1 ;;
    esac
}

screen()
{
    sed -n 's/^\[\([a-z_]*\)\].*/\1/p' "$WORLD/screens" | tail -1
}

# Fails after half a minute.
converse()
{
    converse_until=$(($(date +%s) + 30))
    while now=$(screen) && ! grep -q "^\[$1\]" "$WORLD/screens" && alive "$atm"; do
        [ "$(date +%s)" -lt "$converse_until" ] || return 1
        if [ "$now" != "$answered" ] && answer "$now" >"$WORLD/answer"; then
            answered=$now
            cat "$WORLD/answer" >&7 2>/dev/null
        fi
        sleep 0.01
    done
}

press()
{
    answered=$(screen)
    answer "$answered" >&7 2>/dev/null
}

atm_end()
{
    exec 7>&-
    wait "$atm" 2>/dev/null
    atm=
}

atm_kill()
{
    kill -KILL "$atm"
    atm_end
}

fault()
{
    echo "$1" >>"$ATM_FOLDER/faults"
}

power_cut()
{
    fault "$1"
    converse nowhere && ! alive "$atm"
}

at_screen()
{
    converse "$1" && shift && "$@"
}

wants_attention()
{
    grep -q '^attention yes' "$ATM_FOLDER/dispenser" 2>/dev/null
}

attends_to_itself()
{
    ! wants_attention
}

supervise()
{
    wants_attention || return 0
    atm_start
    await 20 grep -q '^\[welcome\]' "$WORLD/screens"
    printf 's\n000000\n3\n4\nc\n' >&7
    await 20 attends_to_itself
    supervised=$?
    atm_end
    return "$supervised"
}
