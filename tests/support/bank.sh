# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# For shell tests: a home and a bank of a test's own. Source it, then
#
#   world_new NAME            a fresh home and a database on the tests' Postgres; nothing runs yet
#   world_new NAME private    the same with the bank's private cluster (its fsync off)
#   bank_start [OPTION...]    the real bank; returns once it answers
#   bank_kill [SIGNAL]        SIGKILL unless another is named, and waits until it is gone
#   bank_stop                 asks it to end and waits
#   ask SQL                   rows, columns parted by |
#   ask_models SQL            the same of read models, once they have all that is committed
#   withdrawal_states         states of the withdrawals, in their order, with commas
#   notes_agree               whether the bank's events and the dispenser's counters agree about every note
#   saf_is_empty              whether the terminal owes the bank nothing
#   await SECONDS COMMAND...  until the command succeeds; fails at the deadline
#   result SENTENCE STATUS    a test point; $WORLD/out and $WORLD/err are shown when it failed
#   results_end               the plan
#
# What it knows is in the environment and in files of $WORLD, so that a command
# of a keystroke script that sources it again works on the same world.

teller=1c915dd1-8bf0-4662-a2ce-60725b0c7de2
[ -n "${results:-}" ] || results=0

await()
{
    await_until=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$await_until" ] || return 1
        sleep 0.02
    done
}

world_new()
{
    WORLD=$(mktemp -d "${TEST_TMP:-/tmp}/$1.XXXXXX") || exit 1
    ESBANK_HOME=$WORLD/home
    ATM_FOLDER=$ESBANK_HOME/$teller
    mkdir -m 711 "$ESBANK_HOME"
    chmod 711 "$WORLD"
    unset ESBANK_DB ESBANK_PG_OPTIONS
    if [ "${2:-}" = private ]; then
        DATABASE="host='$ESBANK_HOME/pg' port=5432 user=esbank dbname=esbank"
        ESBANK_PG_OPTIONS="-c fsync=off -c shared_buffers=32MB"
        export ESBANK_PG_OPTIONS
    else
        world_database=$(basename "$WORLD" | tr 'A-Z.' 'a-z_')_$$
        psql -Xq "${ESBANK_TEST_PG:?run this by scripts/test} dbname=postgres" \
            -c "CREATE DATABASE \"$world_database\" TEMPLATE template0" || exit 1
        DATABASE="$ESBANK_TEST_PG dbname=$world_database"
        ESBANK_DB=$DATABASE
        export ESBANK_DB
    fi
    export WORLD ESBANK_HOME ATM_FOLDER DATABASE BUILD
}

# Whether process $1 runs; one that has ended and that nobody has waited for has no command line.
alive()
{
    [ -e "/proc/$1" ] && [ -n "$({ tr -d '\0' <"/proc/$1/cmdline"; } 2>/dev/null)" ]
}

gone()
{
    ! alive "$1"
}

bank_answers()
{
    timeout 5 "$BUILD/bank" ping >/dev/null 2>&1
}

bank_start()
{
    # The home on the command line is what scripts/test finds it by. Pipes of the caller's are to end with the caller.
    setsid "$BUILD/bank" serve --home "$ESBANK_HOME" "$@" >>"$WORLD/bank.log" 2>&1 </dev/null 6>&- 7>&- 8>&- &
    echo $! >"$WORLD/bank.pid"
    await 60 bank_answers
}

bank_kill()
{
    kill "-${1:-KILL}" "$(cat "$WORLD/bank.pid")" 2>/dev/null
    await 60 gone "$(cat "$WORLD/bank.pid")"
}

bank_stop()
{
    bank_kill TERM
}

ask()
{
    psql -XAtq -F '|' "$DATABASE" -c "$1"
}

models_are_there()
{
    [ "$(ask "SELECT count(*) FROM esbank.lag WHERE kind = 'projection' AND lag > 0")" = 0 ]
}

ask_models()
{
    await 60 models_are_there && ask "$1"
}

withdrawal_states()
{
    ask_models "SELECT coalesce(string_agg(state, ',' ORDER BY withdrawal_id), '') FROM esbank.withdrawals"
}

saf_is_empty()
{
    [ -z "$(ls "$ATM_FOLDER/saf" 2>/dev/null)" ]
}

# Cash: what the events of the bank say is in the cassettes, what has left them, and where it is, against the
# dispenser's own file. Notes of a withdrawal whose notes are somewhere unknown are out of the cassettes.
# $WORLD/out has both sides when they differ.
notes_agree()
{
    ask_models "WITH counted AS (
             SELECT 'loaded' AS place, note FROM esbank.events, json_array_elements(data->'notes') AS note
                 WHERE stream_id = 'teller-$teller'
                   AND event_type IN ('Teller.Provisioned', 'Teller.CassettesReplenished')
             UNION ALL SELECT name, note FROM esbank.events, (VALUES ('taken'), ('rejected'), ('retracted')) AS place (name),
                 json_array_elements(data->name) AS note
                 WHERE stream_id = 'teller-$teller' AND event_type IN
                     ('Teller.CashDispensed', 'Teller.DispenseFailed', 'Teller.WithdrawalSuspected')
             UNION ALL SELECT 'lost', note FROM esbank.withdrawals w, json_array_elements(w.notes) AS note
                 WHERE teller_id = '$teller' AND state = 'suspect' AND NOT EXISTS (SELECT FROM esbank.events
                     WHERE correlation_id = withdrawal_id AND event_type = 'Teller.WithdrawalSuspected'
                       AND json_array_length(coalesce(data->'retracted', '[]')) > 0)),
         totals AS (SELECT place, (note->>'denomination')::int AS denomination, sum((note->>'count')::int) AS count
             FROM counted GROUP BY 1, 2)
         SELECT 'cassettes', denomination, sum(CASE place WHEN 'loaded' THEN count ELSE -count END) FROM totals GROUP BY 2
         UNION ALL SELECT CASE place WHEN 'taken' THEN 'out' WHEN 'lost' THEN 'out' ELSE
             CASE place WHEN 'rejected' THEN 'reject_bin' ELSE 'retract_bin' END END, denomination, sum(count)
             FROM totals WHERE place <> 'loaded' GROUP BY 1, 2" | sort >"$WORLD/bank.notes"
    # Notes on their way, or somewhere unknown, are in no counter of the dispenser's until the next ones are stacked.
    awk '$1 == "status" { place["stacked"] = $2 == "unknown" ? "out" : "" }
         $1 ~ /^(cassettes|reject_bin|retract_bin|out)$/ { place[$1] = $1 }
         place[$1] != "" { n = split($2, notes, ",")
             for (i = 1; i <= n; i++) if (split(notes[i], note, "x") == 2) sum[place[$1] "|" note[1]] += note[2] }
         END { for (key in sum) if (sum[key] > 0) print key "|" sum[key] }' "$ATM_FOLDER/dispenser" | sort >"$WORLD/atm.notes"
    grep -v '|0$' "$WORLD/bank.notes" | diff - "$WORLD/atm.notes" >"$WORLD/out"
}

result()
{
    results=$((results + 1))
    if [ "$2" = 0 ]; then
        echo "ok $results - $1"
    else
        echo "not ok $results - $1"
        sed 's/^/# /' "$WORLD/out" "$WORLD/err" 2>/dev/null
        tail -5 "$WORLD/bank.log" 2>/dev/null | sed 's/^/# bank: /'
    fi
}

results_end()
{
    echo "1..$results"
}
