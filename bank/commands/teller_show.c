/* SPDX-License-Identifier: MIT */
/* `bank teller show`: a machine, its notes and its business day. */
#include "bank/cli/commands.h"
#include "bank/cli/table.h"
#include "bank/commands/as_of.h"
#include "bank/commands/events.h"
#include "bank/core/teller.h"
#include "shared/hex.h"
#include "shared/home.h"
#include "shared/pin_block.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void denomination_add(struct table *table, const struct teller *teller, int32_t denomination)
{
    table_money(table, denomination);
    table_integer(table, note_totals_of(&teller->loaded, denomination));
    table_integer(table, notes_of(&teller->cassettes, denomination));
    table_integer(table, notes_of(&teller->promised, denomination));
    table_integer(table, note_totals_of(&teller->taken, denomination));
    table_integer(table, note_totals_of(&teller->rejected, denomination));
    table_integer(table, note_totals_of(&teller->retracted, denomination));
    table_integer(table, note_totals_of(&teller->deposited, denomination) -
                             note_totals_of(&teller->returned, denomination));
}

static void notes_fill(struct table *table, const struct teller *teller)
{
    static const struct table_column columns[] = {
        { "NOTE", "denomination", CELL_MONEY },
        { "LOADED", "loaded", CELL_NUMBER },
        { "IN CASSETTES", "cassettes", CELL_NUMBER },
        { "PROMISED", "promised", CELL_NUMBER },
        { "TAKEN", "taken", CELL_NUMBER },
        { "REJECTED", "rejected", CELL_NUMBER },
        { "RETRACTED", "retracted", CELL_NUMBER },
        { "DEPOSITED", "deposited", CELL_NUMBER },
        { NULL, NULL, CELL_TEXT },
    };
    table_init(table, columns);
    for (uint32_t i = 0; i < teller->loaded.length; i++)
        denomination_add(table, teller, teller->loaded.item[i].denomination);
    /* The deposit bin takes notes that the machine was never loaded with. */
    for (uint32_t i = 0; i < teller->deposited.length; i++)
        if (note_totals_of(&teller->loaded, teller->deposited.item[i].denomination) == 0)
            denomination_add(table, teller, teller->deposited.item[i].denomination);
}

/* The check value of the key in force: the log's, or until it has one the key file's, where that
 * can be read.
 */
static const char *key_text(const struct arguments *arguments, const struct teller *teller,
                            char text[static 7])
{
    struct home home;
    struct pin_key key;
    struct error ignored;
    char path[HOME_PATH_SIZE], id[UUID_TEXT_LENGTH];
    if (teller->key == TELLER_KEY_NONE)
        return "withdrawn";
    hex_encode_upper(teller->key_check, KEY_CHECK_BYTES, text);
    if (teller->key == TELLER_KEY_TOLD)
        return text;
    if (!arguments_home(arguments, &home))
        return "-";
    home_path(&home, path, sizeof path, "keys/terminal-%s.key", uuid_write(&teller->id, id));
    if (!pin_key_load(path, &key, &ignored))
        return "-";
    pin_key_check_value(&key, text);
    pin_wipe(&key, sizeof key);
    return text;
}

static void teller_print(const struct arguments *arguments, const struct teller *teller)
{
    const bool json = arguments->json;
    static const struct table_column columns[] = {
        { "Teller", "teller_id", CELL_TEXT },
        { "Business day", "business_day", CELL_TEXT },
        { "In cassettes", "value", CELL_MONEY },
        { "Withdrawals", "withdrawals", CELL_NUMBER },
        { "Dispensed", "dispensed", CELL_MONEY },
        { "Reversed", "reversed", CELL_MONEY },
        { "Declined", "declined", CELL_NUMBER },
        { "Suspect", "suspect", CELL_NUMBER },
        { "Deposits", "deposits", CELL_NUMBER },
        { "Deposited", "deposited", CELL_MONEY },
        { "Barred", "barred", CELL_BOOLEAN },
        { "Key check value", "key_check", CELL_TEXT },
        { "Notes a deposit", "deposit_capacity", CELL_NUMBER },
        { "Version", "version", CELL_NUMBER },
        { "Cassettes", "cassettes", CELL_RAW },
        { NULL, NULL, CELL_TEXT },
    };
    struct table table, cassettes;
    char day[16], key[7];
    time_t seconds = (time_t)teller->business_day * 86400;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(day, sizeof day, "%Y-%m-%d", &parts);
    notes_fill(&cassettes, teller);
    char *cassettes_text = table_json(&cassettes);
    table_init(&table, columns);
    table_uuid(&table, &teller->id);
    table_text(&table, day);
    table_money(&table, notes_value(&teller->cassettes));
    table_integer(&table, teller->totals.withdrawals);
    table_money(&table, teller->totals.dispensed);
    table_money(&table, teller->totals.reversed);
    table_integer(&table, teller->totals.declined);
    table_integer(&table, teller->totals.suspect);
    table_integer(&table, teller->totals.deposits);
    table_money(&table, teller->totals.deposited);
    table_boolean(&table, teller->barred != 0);
    table_text(&table, key_text(arguments, teller, key));
    table_integer(&table, teller->deposit_capacity);
    table_integer(&table, teller->version);
    table_text(&table, cassettes_text);
    table_print_record(&table, json);
    if (!json) {
        putchar('\n');
        table_print(&cassettes, false);
    }
    table_finish(&table);
    table_finish(&cassettes);
    free(cassettes_text);
}

static int run_show(struct arguments *arguments)
{
    const struct uuid id = argument_value(arguments, "ID")->id;
    struct error error;
    struct teller teller;
    struct as_of as_of;
    char stream[LOG_READER_STREAM_SIZE];
    struct query *query = query_of(arguments, &error);
    bool worked = query != NULL &&
                  as_of_read(query, arguments, log_reader_stream_name(STREAM_TELLER, &id, stream),
                             NULL, &as_of, &error) &&
                  log_reader_fold_teller(query, &id, as_of.to, &teller, &error);
    query_close(query);
    if (!worked)
        return complain_error(&error);
    if (!teller.provisioned)
        return complain("there %s no teller of that id%s; see `bank teller list`",
                        as_of.past ? "was" : "is", as_of.past ? " then" : "");
    teller_print(arguments, &teller);
    return EXIT_SUCCESS;
}

const struct bank_command command_teller_show = {
    .name = "teller show",
    .help = "a machine: its notes by denomination, and its business day",
    .detail = "Folded from its events. For every denomination, loaded = in cassettes + taken + "
              "rejected + "
              "retracted;\n"
              "promised notes are still in the cassettes, deposited ones have a bin of their "
              "own.\n" AS_OF_HELP,
    .words = WORDS(WORD("ID", TELLER_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};
