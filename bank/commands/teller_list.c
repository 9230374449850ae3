/* SPDX-License-Identifier: MIT */
/* `bank teller list`: the machines, each with the business day that is running. */
#include "bank/cli/commands.h"
#include "bank/commands/listings.h"

static const struct table_column columns[] = {
    { "TELLER", "teller_id", CELL_UUID },
    { "BUSINESS DAY", "business_day", CELL_DATE | CELL_MAYBE },
    { "WITHDRAWALS", "withdrawals", CELL_NUMBER | CELL_RANK(3) },
    { "DISPENSED", "dispensed", CELL_MONEY | CELL_RANK(4) },
    { "REVERSED", "reversed", CELL_MONEY | CELL_RANK(8) },
    { "DECLINED", "declined", CELL_NUMBER | CELL_RANK(7) },
    { "SUSPECT", "suspect", CELL_NUMBER | CELL_RANK(1) },
    { "DEPOSITS", "deposits", CELL_NUMBER | CELL_RANK(6) },
    { "DEPOSITED", "deposited", CELL_MONEY | CELL_RANK(5) },
    { "BARRED", "barred", CELL_BOOLEAN | CELL_RANK(1) },
    { "KEY", "key_check", CELL_TEXT | CELL_RANK(2) },
    { NULL, NULL, CELL_TEXT },
};

const struct listing listing_teller = {
    .name = "teller",
    .columns = columns,
    .select = "t.teller_id, d.business_day, coalesce(d.withdrawals, 0), coalesce(d.dispensed, 0),"
              " coalesce(d.reversed, 0), coalesce(d.declined, 0), coalesce(d.suspect, 0),"
              " coalesce(d.deposits, 0), coalesce(d.deposited, 0), t.barred,"
              " CASE WHEN t.key_state = 'withdrawn' THEN 'withdrawn'"
              " ELSE coalesce(t.key_check, 'first') END",
    .from = "esbank.tellers t LEFT JOIN LATERAL (SELECT * FROM esbank.teller_days y"
            " WHERE y.teller_id = t.teller_id ORDER BY y.business_day DESC LIMIT 1) d ON true",
    .id = "t.teller_id",
    .id_value = "$?::uuid",
    .orders =
        (const struct listing_order[]){ { "teller_id", "t.teller_id", "uuid" },
                                        { "withdrawals", "coalesce(d.withdrawals, 0)", "bigint" },
                                        { "dispensed", "coalesce(d.dispensed, 0)", "bigint" },
                                        { "suspect", "coalesce(d.suspect, 0)", "bigint" },
                                        { "deposited", "coalesce(d.deposited, 0)", "bigint" },
                                        { NULL, NULL, NULL } },
    .filters = (const struct listing_filter[]){ { "state", FILTER_STATE, "", NULL },
                                                { NULL, FILTER_FLAG, NULL, NULL } },
    .state_words = (const struct listing_state[]){ { "barred", "t.barred", NULL },
                                                   { "in-service", "NOT t.barred", NULL },
                                                   { NULL, NULL, NULL } },
    .waits_for = LISTING_OF_MODELS,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_teller, arguments, NULL);
}

const struct bank_command command_teller_list = {
    .name = "teller list",
    .help = "machines and their running business day",
    .options = WORDS(OPTION("state", "only those that are barred, or in-service", CHOICE,
                            .choices = "barred|in-service"),
                     LISTING_OPTIONS(TELLER_ID)),
    .effect = READS,
    .run = run_list,
};
