#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The plug is pulled at every step of a withdrawal: on the ATM (its own faults,
# and SIGKILL), on the bank, on Postgres, on its connections, on all at once.
# Real processes; one home with the bank's private cluster; one withdrawal a
# kill point. Then everything is started again, what the terminal owes is
# delivered, and the withdrawal has one end, the one that the step allows; the
# books are right and the dispenser's own counters agree with the bank's events
# about every note. In the middle of it the business day ends: its report balances
# and stays what it was. In the end the machine's journal and the log agree.
#
# How a step is met exactly: the ATM by `power cut after STEP`; between two of
# its questions by stopping there; the bank's commit by holding the row lock of
# the log's head, so that the append waits until the blow has been struck.
#
# STEPS="word" strikes only the points whose name has the word.
set -u

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-$PWD/build}
. tests/support/bank.sh
. tests/support/machine.sh

points=0

journalled() # step, since the point began
{
    tail -n +$((journal_before + 1)) "$ATM_FOLDER/journal.log" | grep -q " $1 "
}

# ---- blows -------------------------------------------------------------------

postgres_kill()
{
    kill -KILL "$(head -1 "$ESBANK_HOME/pg/data/postmaster.pid")"
}

bank_signal()
{
    kill "-$1" "$(cat "$WORLD/bank.pid")"
}

# Takes the row lock of the log's head, in a session of its own.
lock_take()
{
    rm -f "$WORLD/lock"
    mkfifo "$WORLD/lock"
    psql -XAtq "$DATABASE" <"$WORLD/lock" >"$WORLD/locked" 2>/dev/null 7>&- &
    lock=$!
    exec 6>"$WORLD/lock"
    echo "BEGIN; SELECT 'locked' FROM esbank.log_head FOR UPDATE;" >&6
    await 20 grep -q locked "$WORLD/locked"
}

lock_leave()
{
    exec 6>&-
    wait "$lock" 2>/dev/null
}

append_waits()
{
    [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'" 2>/dev/null)" = 1 ]
}

position_moved()
{
    [ "$(ask "SELECT position > $position_before FROM esbank.log_head" 2>/dev/null)" = t ]
}

# The command that the ATM sends now meets its blow.
strike() # blow
{
    position_before=$(ask "SELECT position FROM esbank.log_head")
    case $1 in
    unread) # the bank dies with the command in its socket
        bank_signal STOP
        press
        await 20 journalled "$sent_after"
        bank_kill
        return
        ;;
    esac
    lock_take
    press
    await 20 append_waits
    case $1 in
    undecided) # the bank dies while the append waits; Postgres may finish it alone
        bank_kill
        lock_leave
        ;;
    committed) # the bank dies after the commit and before the reply
        bank_signal STOP
        lock_leave
        await 20 position_moved
        bank_kill
        ;;
    terminated)
        ask "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock'" >/dev/null
        lock_leave
        ;;
    postgres)
        postgres_kill
        lock_leave
        ;;
    terminal)
        atm_kill
        lock_leave
        ;;
    everything)
        bank_signal KILL
        postgres_kill
        atm_kill
        lock_leave
        await 20 gone "$(cat "$WORLD/bank.pid")"
        ;;
    esac
}

# ---- a kill point --------------------------------------------------------------

# Where only the postmaster was killed, its last sessions may have finished their work, and nobody has missed it yet.
database_answers()
{
    [ "$(ask "SELECT 1" 2>/dev/null)" = 1 ]
}

# Everything runs, and what was owed is delivered.
recover()
{
    alive "$(cat "$WORLD/bank.pid")" && await 60 database_answers && await 60 bank_answers || bank_start
    if [ -n "$atm" ] && ! alive "$atm"; then
        atm_end
    fi
    if [ -z "$atm" ]; then
        atm_start
        await 30 grep -q '^\[\(welcome\|out_of_service\)\]' "$WORLD/screens"
        await 30 saf_is_empty
    else
        converse goodbye && await 30 saf_is_empty
    fi
}

requests()
{
    grep -c ' request ' "$ATM_FOLDER/journal.log"
}

last_state()
{
    ask_models "SELECT state FROM esbank.withdrawals ORDER BY withdrawal_id DESC LIMIT 1"
}

# Strikes by $3..., then looks: the withdrawal ended as one of $2 ("none": there was none).
point() # name, ends, command...
{
    name=$1 ends=$2
    shift 2
    case $name in
    *"${STEPS:-}"*) ;;
    *) return ;;
    esac
    points=$((points + 1))
    journal_before=$(cat "$ATM_FOLDER/journal.log" 2>/dev/null | wc -l)
    requests_before=$(requests 2>/dev/null)
    atm_start
    "$@"
    struck=$?
    recover
    recovered=$?
    atm_end
    "$BUILD/bank" verify >"$WORLD/out" 2>"$WORLD/err" || struck=1
    state=$(last_state)
    if [ "$(requests)" = "$requests_before" ]; then
        state=none
    fi
    [ "$(ask_models "SELECT count(*) FROM esbank.withdrawals")" = "$(requests)" ] || state="$state, but of another number"
    case " $ends " in
    *" $state "*) ended=0 ;;
    *)
        ended=1
        { echo "it ended $state, not $ends (struck: $struck, recovered: $recovered)"
            tail -n +$((journal_before + 1)) "$ATM_FOLDER/journal.log"; cat "$WORLD/screens"; } >>"$WORLD/out"
        ;;
    esac
    if [ "$ended" = 0 ] && [ "$struck" = 0 ] && [ "$recovered" = 0 ]; then
        notes_agree
        ended=$?
    else
        ended=1
    fi
    result "$name: $state" "$ended"
}

bank_gone_until_the_end()
{
    bank_kill && press && converse goodbye
}

postgres_gone()
{
    postgres_kill && press && converse goodbye
}

world_new steps private
bank_start >"$WORLD/out" 2>&1 && "$BUILD/bank" demo >"$WORLD/out" 2>"$WORLD/err"
account=$(ask "SELECT account_id FROM esbank.accounts")
"$BUILD/bank" account limits "$account" --daily-limit 0 --daily-count 0 >"$WORLD/out" 2>"$WORLD/err" &&
    "$BUILD/bank" account deposit "$account" 100000 >>"$WORLD/out" 2>>"$WORLD/err"
result "a bank on its private cluster, and an account with money" $?
atm_code
result "a machine whose supervisor has a code" $?
: >"$ATM_FOLDER/journal.log"

point "atm, power cut after card_in" none power_cut "power cut after card_in"
point "atm, power cut after request" declined power_cut "power cut after request"
for step in approved card_ejected card_taken stack stacked; do
    point "atm, power cut after $step" reversed power_cut "power cut after $step"
done
point "atm, power cut after the step present" reversed power_cut "power cut after step present"
point "atm, power cut before present" reversed power_cut "power cut before present"
point "atm, power cut while the notes move" suspect power_cut "power cut after moving"
supervise
point "atm, power cut after the notes are out" completed power_cut "power cut after present"
for step in presented taken advice; do
    point "atm, power cut after $step" completed power_cut "power cut after $step"
done
point "atm, power cut after a failed dispense" reversed power_cut "dispenser jam before present
power cut after dispense_failed"
point "atm, power cut before notes are drawn back" completed power_cut "dispenser not taken
power cut after retract"
point "atm, power cut after notes are drawn back" suspect power_cut "dispenser not taken
power cut after retracted"

for where in pin_entry menu note_mix receipt_choice; do point "atm killed at $where" none at_screen "$where" atm_kill; done
point "atm killed at take_card" reversed at_screen take_card atm_kill
point "atm killed at take_cash" completed at_screen take_cash atm_kill
point "atm killed at another" completed at_screen another atm_kill

today=$("$BUILD/bank" day list --json | sed 's/.*"business_day": *"\([^"]*\)".*/\1/;q')
"$BUILD/bank" day close --teller "$teller" --yes >"$WORLD/out" 2>"$WORLD/err" &&
    "$BUILD/bank" day show "$today" --teller "$teller" >"$WORLD/out" 2>"$WORLD/err" &&
    grep -q '^The report balances\.$' "$WORLD/out" &&
    "$BUILD/bank" day show "$today" --teller "$teller" --json >"$WORLD/day" 2>"$WORLD/err"
result "the business day ends, and its report balances" $?

point "bank killed at receipt_choice" "none declined" at_screen receipt_choice bank_gone_until_the_end
for where in take_card take_cash another; do
    point "bank killed at $where" completed at_screen "$where" bank_gone_until_the_end
done
for where in receipt_choice take_card take_cash; do
    point "Postgres killed at $where" "completed declined reversed" at_screen "$where" postgres_gone
done

sent_after=request
for blow in unread undecided committed terminated postgres; do
    point "request, $blow" "completed reversed declined" at_screen receipt_choice strike "$blow"
done
for blow in terminal everything; do
    point "request, $blow killed" "reversed declined" at_screen receipt_choice strike "$blow"
done
sent_after=advice
for blow in unread undecided committed terminated postgres terminal everything; do
    point "advice, $blow" completed at_screen take_cash strike "$blow"
done

point "atm, power cut with notes somewhere" suspect power_cut "dispenser position unknown
power cut after position_unknown"
supervise

[ "$(ask "SELECT count(*) FROM (SELECT FROM esbank.events WHERE event_type IN ('Teller.CashDispensed',
    'Teller.DispenseFailed', 'Teller.WithdrawalDeclined', 'Teller.WithdrawalSuspected')
    GROUP BY correlation_id HAVING count(*) > 1) AS two")" = 0 ]
result "no withdrawal has two ends" $?
"$BUILD/bank" teller reconcile "$teller" --journal "$ATM_FOLDER/journal.log" >"$WORLD/out" 2>"$WORLD/err"
result "the machine's journal and the log agree, note by note" $?
"$BUILD/bank" day show "$today" --teller "$teller" --json >"$WORLD/out" 2>"$WORLD/err" && cmp "$WORLD/day" "$WORLD/out"
result "the day that has ended is shown as it was" $?
find "$ATM_FOLDER/refused" -name '*.json' >"$WORLD/out" && [ ! -s "$WORLD/out" ]
result "the bank has refused no advice" $?
bank_stop
result "the bank ends when it is asked to" $?
echo "# $points kill points, $(requests) withdrawals"
results_end
