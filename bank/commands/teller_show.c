/* SPDX-License-Identifier: MIT */
/* `bank teller show`: a machine, its notes and its business day. */
#include "bank/cli/commands.h"
#include "bank/cli/table.h"
#include "bank/commands/as_of.h"
#include "bank/commands/events.h"
#include "bank/commands/outputs.h"
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
    table_integer(table, teller_in_bin(teller, BIN_REJECT, denomination));
    table_integer(table, teller_in_bin(teller, BIN_RETRACT, denomination));
    table_integer(table, note_totals_of(&teller->removed, denomination));
    table_integer(table, note_totals_of(&teller->found, denomination));
    table_integer(table, teller_in_bin(teller, BIN_DEPOSIT, denomination));
}

static const struct table_column note_columns[] = {
    { "NOTE", "denomination", CELL_MONEY },
    { "LOADED", "loaded", CELL_NUMBER },
    { "CASSETTES", "cassettes", CELL_NUMBER },
    { "OPEN", "promised", CELL_NUMBER },
    { "TAKEN", "taken", CELL_NUMBER },
    { "REJECT", "rejected", CELL_NUMBER },
    { "RETRACT", "retracted", CELL_NUMBER },
    { "REMOVED", "removed", CELL_NUMBER },
    { "FOUND", "found", CELL_NUMBER },
    { "DEPOSIT", "deposited", CELL_NUMBER },
    { NULL, NULL, CELL_TEXT },
};

static void notes_fill(struct table *table, const struct teller *teller)
{
    table_init(table, note_columns);
    /* The deposit bin takes notes that the machine was never loaded with, and a count can find any.
     */
    struct note_totals all = teller->loaded;
    note_totals_move_all(&all, &teller->found);
    for (uint32_t i = 0; i < teller->deposited.length; i++)
        note_totals_move(&all, teller->deposited.item[i].denomination, 0);
    for (uint32_t i = 0; i < all.length; i++)
        denomination_add(table, teller, all.item[i].denomination);
}

static const struct table_column box_columns[] = {
    { "CASSETTE", "cassette", CELL_NUMBER }, { "BOX", "box", CELL_TEXT },
    { "NOTE", "denomination", CELL_MONEY },  { "NOTES", "count", CELL_NUMBER },
    { "LOW MARK", "low_mark", CELL_NUMBER }, { NULL, NULL, CELL_TEXT },
};

static void boxes_fill(struct table *table, const struct teller *teller)
{
    table_init(table, box_columns);
    for (int32_t number = 1; number <= CASSETTES_MAX; number++) {
        const struct cassette *cassette = cassettes_find(&teller->boxes, number);
        if (cassette == NULL)
            continue;
        table_integer(table, number);
        table_text(table, cassette->box[0] != '\0' ? cassette->box : "-");
        table_money(table, cassette->denomination);
        table_integer(table, cassettes_holds(&teller->boxes, number,
                                             notes_of(&teller->cassettes, cassette->denomination)));
        table_integer(table, cassette->low_mark);
    }
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

static const struct table_column record_columns[] = {
    { "Teller", "teller_id", CELL_UUID },
    { "Business day", "business_day", CELL_DATE },
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
    { "Boxes", "boxes", CELL_RAW },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_teller_show = {
    .name = "teller-show",
    .command = "teller show",
    .columns = record_columns,
    .inner = { { "cassettes", note_columns }, { "boxes", box_columns } },
};

static void teller_print(const struct arguments *arguments, const struct teller *teller)
{
    const bool json = arguments->json;
    struct table table, cassettes, boxes;
    char day[16], key[7];
    time_t seconds = (time_t)teller->business_day * 86400;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(day, sizeof day, "%Y-%m-%d", &parts);
    notes_fill(&cassettes, teller);
    boxes_fill(&boxes, teller);
    char *cassettes_text = table_json(&cassettes), *boxes_text = table_json(&boxes);
    table_init(&table, record_columns);
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
    table_text(&table, boxes_text);
    table_print_record(&table, json);
    if (!json) {
        putchar('\n');
        table_print(&cassettes, false);
        putchar('\n');
        table_print(&boxes, false);
    }
    table_finish(&table);
    table_finish(&cassettes);
    table_finish(&boxes);
    free(cassettes_text);
    free(boxes_text);
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
        return complain_absent(REFUSED_NO_SUCH_TELLER,
                               "there %s no teller of that id%s; see `bank teller list`",
                               as_of.past ? "was" : "is", as_of.past ? " then" : "");
    teller_print(arguments, &teller);
    return EXIT_SUCCESS;
}

const struct bank_command command_teller_show = {
    .name = "teller show",
    .help = "a machine: its notes by denomination, and its business day",
    .detail = "Folded from its events. For every denomination, loaded + found = in cassettes + "
              "taken + in the\n"
              "reject bin + in the retract bin + removed; found is what counts showed beyond the "
              "books, below 0\n"
              "what they missed. Promised notes are still in the cassettes; deposited ones have a "
              "bin of their own.\n" AS_OF_HELP,
    .words = WORDS(WORD("ID", TELLER_ID)),
    .options = WORDS(AS_OF_OPTION),
    .effect = READS,
    .run = run_show,
};
