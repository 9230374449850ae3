/* SPDX-License-Identifier: MIT */
/*
 * The order of it all:
 *
 *   home, lock ─▶ database ─▶ vault ─▶ the old log is read ─▶ sagas ─▶ judged ─▶ store
 *     ─▶ what is there already ─▶ card numbers' file ─▶ history only ─▶ events
 *
 * Everything is read and judged before any of it is written. A dry run takes no
 * lock, opens no vault and has no store: it ends before the file.
 */
#include "bank/import/parts.h"
#include "bank/keys/checks.h"
#include "bank/postgres/database.h"
#include "shared/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the report ---- */

static void event_count(struct import *import, const struct import_event *event)
{
    struct import_report *report = import->report;
    struct import_type *type = &report->type[event->type];
    int missing = 0;
    if (event->fate == IMPORT_KEEP) {
        report->kept++;
        type->kept++;
    } else if (event->fate == IMPORT_LEAVE_OUT) {
        report->left_out++;
        type->left_out++;
    } else {
        for (int part = 0; part < import_parts_of(import, event); part++)
            missing += event->version + part > import->account[event->account].matching;
        report->appended += missing;
        type->appended += missing;
        report->present += missing == 0;
        type->present += missing == 0;
    }
}

static void report_make(struct import *import)
{
    struct import_report *report = import->report;
    import_findings_order(report);
    report->card = calloc(import->account_count + 1, sizeof *report->card);
    if (report->card == NULL)
        panic("out of memory");
    for (size_t i = 0; i < import->event_count; i++)
        event_count(import, &import->event[i]);
    for (size_t i = 0; i < import->account_count; i++) {
        const struct import_account *account = &import->account[i];
        if (account->left_out)
            continue;
        report->accounts++;
        if (!account->has_card || import->vault == NULL)
            continue;
        struct import_card *card = &report->card[report->card_count++];
        card->account_id = account->id;
        pan_mask(account->pan, card->masked);
    }
}

void import_report_finish(struct import_report *report)
{
    free(report->type);
    free(report->finding);
    free(report->reason);
    free(report->card);
    *report = (struct import_report){ 0 };
}

/* ---- the steps ---- */

static bool read_and_judge(struct import *import, struct error *error)
{
    if (!import_read(import, error))
        return false;
    import_sagas(import);
    import_judge(import);
    import_number(import);
    return true;
}

/* The database that was named; NULL: none, the home's private cluster is meant. */
static const char *database_named(const struct import *import)
{
    const char *db = import->options->db != NULL ? import->options->db : getenv("ESBANK_DB");
    return db != NULL && db[0] != '\0' ? db : NULL;
}

/* Without a schema nothing is there. */
static bool compare(struct import *import, struct query *query, struct error *error)
{
    struct rows *rows =
        query_run(query, "SELECT to_regclass('esbank.cards') IS NOT NULL", 0, NULL, error);
    bool schema = rows != NULL && strcmp(rows_text(rows, 0, 0), "t") == 0, asked = rows != NULL;
    rows_free(rows);
    return asked && (!schema || import_present(import, query, error));
}

/* A dry run starts no cluster: one that does not run cannot be asked. */
static bool dry_run(struct import *import, struct error *error)
{
    char cluster[HOME_PATH_SIZE];
    if (!read_and_judge(import, error))
        return false;
    struct query *query = query_open(import->options->db, import->options->home, error);
    bool worked = query != NULL ? compare(import, query, error) : database_named(import) == NULL;
    home_path(import->options->home, cluster, sizeof cluster, "pg");
    if (query == NULL && worked && access(cluster, F_OK) == 0)
        import_find(import, "not compared", 0, NULL,
                    "the bank's own Postgres does not run: what is in its log already is counted "
                    "as missing");
    query_close(query);
    if (worked)
        report_make(import);
    return worked;
}

static bool write_all(struct import *import, const char *conninfo, struct error *error)
{
    struct import_writer *writer = import_writer_open(import, conninfo, error);
    struct query *query =
        writer != NULL ? query_open(conninfo, import->options->home, error) : NULL;
    bool worked = query != NULL && import_present(import, query, error) &&
                  import_cards_write(import, error) && import_keep(import, writer, query, error) &&
                  import_append(import, writer, error);
    query_close(query);
    import_writer_close(writer);
    if (worked)
        report_make(import);
    return worked;
}

static bool locked_run(struct import *import, struct error *error)
{
    struct bank_database database = { 0 };
    bool worked =
        bank_database_open(&database, import->options->home, import->options->db, NULL, error) &&
        (import->vault = key_checks_open(import->options->home, database.role.conninfo, NULL, NULL,
                                         error)) != NULL &&
        read_and_judge(import, error) && write_all(import, database.role.conninfo, error);
    bank_database_close(&database);
    return worked;
}

static bool real_run(struct import *import, struct error *error)
{
    import_watch_signals();
    int lock = import_cards_open(import, error) && home_create(import->options->home, error) &&
                       user_follow(import->options->home, NULL, error)
                   ? home_lock(import->options->home, error)
                   : -1;
    if (lock < 0)
        return false;
    bool worked = locked_run(import, error);
    vault_close(import->vault);
    home_unlock(lock);
    return worked;
}

bool import(const struct import_options *options, struct import_report *report, struct error *error)
{
    struct import import = { .options = options, .report = report, .cards = -1 };
    *report = (struct import_report){ 0 };
    vault_harden_process();
    /* First of all, while the environment is the user's: the bank's own Postgres wants none. */
    bool worked = import_old_open(&import, error) &&
                  (options->dry_run ? dry_run(&import, error) : real_run(&import, error));
    query_close(import.old);
    if (import.cards >= 0)
        close(import.cards);
    for (size_t i = 0; i < import.event_count; i++) {
        free(import.event[i].stream);
        free(import.event[i].data);
    }
    pin_wipe(import.account, import.account_count * sizeof *import.account);
    free(import.event);
    free(import.account);
    free(import.saga);
    import_index_finish(&import.by_account);
    import_index_finish(&import.by_card);
    import_index_finish(&import.by_event);
    import_index_finish(&import.by_saga);
    import_index_finish(&import.by_new_id);
    return worked;
}
