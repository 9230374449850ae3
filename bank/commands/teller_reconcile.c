/* SPDX-License-Identifier: MIT */
/*
 * `bank teller reconcile`: a machine's electronic journal beside the bank's log,
 * withdrawal by withdrawal, deposit by deposit, note by note. What differs is
 * listed, and the exit status is 1.
 *
 * The journal's MACs are checked where its folder has the key (memory-key) and
 * this home the terminal's. One that was changed is compared all the same, and
 * said to have been changed.
 */
#include "bank/cli/commands.h"
#include "bank/cli/reading.h"
#include "bank/cli/values.h"
#include "bank/postgres/log_reader.h"
#include "bank/reconcile/reconcile.h"
#include "shared/json.h"

#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reconciling {
    const struct arguments *arguments;
    struct query *query;
    struct uuid teller_id;
    struct machine machine;
    size_t compared, differences;
};

/* ---- the key of the MACs ---- */

static bool text_read(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    const size_t length = file == NULL ? 0 : fread(text, 1, size - 1, file);
    text[length] = '\0';
    if (file != NULL)
        fclose(file);
    return length > 0;
}

static bool key_try(const struct home *home, const char *suffix, const char *text,
                    struct memory_key *key)
{
    char path[HOME_PATH_SIZE], id[UUID_TEXT_LENGTH], check[7];
    struct pin_key terminal;
    struct error ignored;
    bool adopting;
    home_path(home, path, sizeof path, "keys/terminal-%s.key%s", uuid_write(&key->teller, id),
              suffix);
    const bool good = pin_key_load(path, &terminal, &ignored) &&
                      memory_key_read(text, &terminal, key, &adopting, check) == MEMORY_KEY_GOOD;
    pin_wipe(&terminal, sizeof terminal);
    return good;
}

/* Beside the journal, under the terminal's key or the one before. */
static bool key_find(const struct arguments *arguments, const char *journal, struct memory_key *key)
{
    char folder[HOME_PATH_SIZE], path[HOME_PATH_SIZE + 20], text[MEMORY_KEY_SIZE];
    struct home home;
    snprintf(folder, sizeof folder, "%s", journal);
    snprintf(path, sizeof path, "%s/" MEMORY_KEY_FILE, dirname(folder));
    return arguments_home(arguments, &home) && text_read(path, text, sizeof text) &&
           (key_try(&home, "", text, key) || key_try(&home, ".previous", text, key));
}

/* ---- what differs, for people and for programs ---- */

static const char *const macs_text[] = {
    [MACHINE_MACS_GOOD] = "checked",
    [MACHINE_MACS_HASHES] = "none, only hashes, which fit",
    [MACHINE_MACS_UNCHECKED] = "not checked: their key is not beside the journal and in this home",
    [MACHINE_MACS_WRONG] = "WRONG",
};
static const char *const macs_name[] = {
    [MACHINE_MACS_GOOD] = "checked",
    [MACHINE_MACS_HASHES] = "hashes",
    [MACHINE_MACS_UNCHECKED] = "unchecked",
    [MACHINE_MACS_WRONG] = "wrong",
};

static void head_print(const struct reconciling *run, const char *path)
{
    const struct machine *machine = &run->machine;
    char id[UUID_TEXT_LENGTH];
    uuid_write(&run->teller_id, id);
    if (run->arguments->json) {
        char buffer[2048];
        struct json_writer writer;
        json_writer_init(&writer, buffer, sizeof buffer);
        json_open_object(&writer, NULL);
        json_write_uuid(&writer, "teller_id", &run->teller_id);
        json_write_string(&writer, "journal", path);
        json_write_integer(&writer, "first_entry", (int64_t)machine->first);
        json_write_integer(&writer, "last_entry", (int64_t)machine->last);
        json_write_string(&writer, "macs", macs_name[machine->macs]);
        if (machine->wrong != 0)
            json_write_integer(&writer, "first_wrong_entry", (int64_t)machine->wrong);
        json_write_integer(&writer, "wrong_entries", (int64_t)machine->wrong_all);
        json_close_object(&writer);
        const size_t length = json_finish(&writer);
        printf("%.*s,\"differences\":[", (int)length - 1, buffer); /* it goes on */
        return;
    }
    printf("Machine      %s\nJournal      ", id);
    for (const char *at = path; *at != '\0'; at++)
        putchar((unsigned char)*at < ' ' ? '?' : *at);
    printf("\nEntries      %" PRIu64 " to %" PRIu64 ", %s to %s\n", machine->first, machine->last,
           machine->first_time, machine->last_time);
    printf("MACs         %s\n", macs_text[machine->macs]);
    if (machine->wrong_all > 0)
        printf(
            "*** THE JOURNAL WAS CHANGED: %zu of its entries do not follow, the first is %" PRIu64
            "\n",
            machine->wrong_all, machine->wrong);
}

static void difference_json(const struct difference *difference, const struct uuid *id,
                            const char *saga)
{
    char buffer[2048];
    struct json_writer writer;
    json_writer_init(&writer, buffer, sizeof buffer);
    json_open_object(&writer, NULL);
    json_write_uuid(&writer, "id", id);
    json_write_string(&writer, "saga", saga);
    json_write_string(&writer, "difference", difference_name(difference->kind));
    if (difference->kind == DIFFERENCE_AMOUNT) {
        json_write_integer(&writer, "journal", difference->journal_amount);
        json_write_integer(&writer, "log", difference->log_amount);
    } else if (difference->kind >= DIFFERENCE_PROMISED) {
        json_write_notes(&writer, "journal", &difference->journal_notes);
        json_write_notes(&writer, "log", &difference->log_notes);
    } else {
        if (difference->journal_end != NULL)
            json_write_string(&writer, "journal", difference->journal_end);
        if (difference->log_end != NULL)
            json_write_string(&writer, "log", difference->log_end);
    }
    json_close_object(&writer);
    if (json_finish(&writer) == 0)
        panic("a difference is longer than %zu bytes", sizeof buffer);
    fputs(buffer, stdout);
}

static void sides_print(const char *journal, const char *log)
{
    if (journal != NULL)
        printf("    journal  %s\n", journal);
    if (log != NULL)
        printf("    log      %s\n", log);
}

static void difference_print(const struct difference *difference)
{
    char journal[NOTES_TEXT_SIZE], log[NOTES_TEXT_SIZE];
    printf("  %s\n", difference_meaning(difference->kind));
    if (difference->kind == DIFFERENCE_AMOUNT)
        sides_print(money_format(difference->journal_amount, journal),
                    money_format(difference->log_amount, log));
    else if (difference->kind >= DIFFERENCE_PROMISED)
        sides_print(notes_text(&difference->journal_notes, journal),
                    notes_text(&difference->log_notes, log));
    else
        sides_print(difference->journal_end, difference->log_end);
}

/* ---- one after the other ---- */

/* What is another machine's the log does not have of this one. */
static void forget_others(const struct reconciling *run, struct saga_state *state)
{
    const struct uuid *teller_id = state->withdrawal.state != WITHDRAWAL_NONE
                                       ? &state->withdrawal.teller_id
                                       : &state->deposit.teller_id;
    if (!uuid_equal(teller_id, &run->teller_id))
        *state = (struct saga_state){ 0 };
}

static bool compare(struct reconciling *run, const struct uuid *id, const struct machine_saga *saga,
                    struct error *error)
{
    struct difference differences[DIFFERENCE_COUNT];
    struct saga_state state;
    char text[UUID_TEXT_LENGTH];
    if (!log_reader_fold_saga(run->query, id, INT64_MAX, &state, error))
        return false;
    forget_others(run, &state);
    const size_t count = reconcile(saga, &state, differences);
    const bool is_deposit =
        state.deposit.state != DEPOSIT_NONE || (saga != NULL && saga->is_deposit);
    const char *name = is_deposit ? "deposit" : "withdrawal";
    if (count > 0 && !run->arguments->json)
        printf("\n%s %s\n", name, uuid_write(id, text));
    for (size_t i = 0; i < count; i++) {
        if (!run->arguments->json) {
            difference_print(&differences[i]);
        } else {
            fputs(run->differences > 0 ? "," : "", stdout);
            difference_json(&differences[i], id, name);
        }
        run->differences++;
    }
    run->compared++;
    return true;
}

static bool compare_journal(struct reconciling *run, struct error *error)
{
    for (size_t i = 0; i < run->machine.count; i++)
        if (!compare(run, &run->machine.saga[i].id, &run->machine.saga[i], error))
            return false;
    return true;
}

/* What the machine began, with where its journal then ended, as far as it said. */
static const char begun_sql[] =
    "SELECT DISTINCT ON (correlation_id) correlation_id,"
    " (extract(epoch FROM created_at) * 1000000)::bigint, data->>'journal'"
    " FROM esbank.events WHERE stream_id = 'teller-' || $1::uuid AND event_type IN"
    " ('Teller.WithdrawalInitiated', 'Teller.WithdrawalDeclined', 'Teller.DepositInitiated',"
    " 'Teller.DepositDeclined', 'Teller.DispenseDisputed', 'Teller.DepositDisputed')"
    " AND created_at >= $2::timestamptz - interval '1 day'"
    " AND created_at <= $3::timestamptz + interval '1 day' ORDER BY correlation_id, position";

enum { BEGUN_ID, BEGUN_AT, BEGUN_JOURNAL };

/* Whether it began while this file was written: by the entry that was the journal's last then, or
 * where that is not known by both clocks. */
static bool in_this_file(const struct reconciling *run, const struct rows *rows, size_t row)
{
    const struct machine *machine = &run->machine;
    const char *journal = rows_text(rows, row, BEGUN_JOURNAL);
    int64_t from_us, to_us, ignored;
    if (journal != NULL) {
        const uint64_t entry = strtoull(journal, NULL, 10);
        return entry >= machine->first && entry <= machine->last;
    }
    return read_time(machine->first_time, &from_us, &ignored) &&
           read_time(machine->last_time, &ignored, &to_us) &&
           rows_integer(rows, row, BEGUN_AT) >= from_us &&
           rows_integer(rows, row, BEGUN_AT) <= to_us;
}

static bool compare_log(struct reconciling *run, struct error *error)
{
    char id[UUID_TEXT_LENGTH];
    const char *values[] = { uuid_write(&run->teller_id, id), run->machine.first_time,
                             run->machine.last_time };
    struct rows *rows = query_run(run->query, begun_sql, 3, values, error);
    bool worked = rows != NULL;
    for (size_t row = 0; worked && row < rows_count(rows); row++) {
        struct uuid saga_id;
        if (rows_uuid(rows, row, BEGUN_ID, &saga_id) &&
            machine_find(&run->machine, &saga_id) == NULL && in_this_file(run, rows, row))
            worked = compare(run, &saga_id, NULL, error);
    }
    rows_free(rows);
    return worked;
}

static int conclude(const struct reconciling *run)
{
    const bool same = run->differences == 0 && run->machine.wrong_all == 0;
    if (run->arguments->json)
        printf("],\"compared\":%zu,\"same\":%s}\n", run->compared, same ? "true" : "false");
    else if (run->differences == 0)
        printf("\n%zu withdrawals and deposits, and nothing differs.\n", run->compared);
    else
        printf("\n%zu withdrawals and deposits, %zu differences.\n", run->compared,
               run->differences);
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The file is another's: its times go into a statement. */
static bool times_check(const struct machine *machine, const char *path, struct error *error)
{
    int64_t from_us, to_us;
    return (read_time(machine->first_time, &from_us, &to_us) &&
            read_time(machine->last_time, &from_us, &to_us)) ||
           error_set(error, ERROR_FORMAT, "%.300s has an entry whose time is none", path);
}

static bool journal_read(struct reconciling *run, const char *path, struct error *error)
{
    struct memory_key key = { .teller = run->teller_id };
    const bool keyed = key_find(run->arguments, path, &key);
    const bool worked = machine_read(&run->machine, path, keyed ? &key : NULL, error) &&
                        times_check(&run->machine, path, error);
    pin_wipe(&key, sizeof key);
    return worked;
}

static int run_reconcile(struct arguments *arguments)
{
    static struct reconciling run;
    const char *path = argument_text(arguments, "journal");
    struct error error;
    run.arguments = arguments;
    run.teller_id = argument_value(arguments, "ID")->id;
    bool worked =
        journal_read(&run, path, &error) && (run.query = query_of(arguments, &error)) != NULL;
    if (worked)
        head_print(&run, path);
    worked = worked && compare_journal(&run, &error) && compare_log(&run, &error);
    const int status = worked ? conclude(&run) : complain_error(&error);
    machine_finish(&run.machine);
    query_close(run.query);
    return status;
}

const struct bank_command command_teller_reconcile = {
    .name = "teller reconcile",
    .help = "compare a machine's electronic journal with the log, note by note",
    .detail =
        "Lists what differs: what only one of them has, other amounts, ends and notes; then the "
        "exit\nstatus is 1. What the machine does not know is no difference, nor what an operator "
        "has\ncounted since. The journal's MACs are checked where its folder has memory-key and "
        "the home\nthe terminal's key.",
    .words = WORDS(WORD("ID", TELLER_ID)),
    .options =
        WORDS(OPTION("journal", "HOME/TELLER/journal.log, or one set aside", FILE, .needed = true)),
    .effect = READS,
    .run = run_reconcile,
};
