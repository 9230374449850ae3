/* SPDX-License-Identifier: MIT */
/* `bank day`, and `bank teller cut-over`, which is the same as `bank day close`. */
#include "bank/commands/day.h"

#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"
#include "bank/commands/listings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- day list ---- */

static const struct table_column list_columns[] = {
    { "BUSINESS DAY", "business_day", CELL_DATE },
    { "CLOSED", "closed", CELL_NUMBER },
    { "OPEN", "open", CELL_NUMBER },
    { "WITHDRAWALS", "withdrawals", CELL_NUMBER | CELL_RANK(1) },
    { "DISPENSED", "dispensed", CELL_MONEY | CELL_RANK(1) },
    { "DEPOSITS", "deposits", CELL_NUMBER | CELL_RANK(2) },
    { "DEPOSITED", "deposited", CELL_MONEY | CELL_RANK(2) },
    { NULL, NULL, CELL_TEXT },
};

#define DAY_OF_TIME "($?::timestamptz AT TIME ZONE 'UTC')::date"

const struct listing listing_day = {
    .name = "day",
    .columns = list_columns,
    .select = "d.business_day, count(d.closed_at), count(*) - count(d.closed_at),"
              " sum(d.withdrawals), sum(d.dispensed), sum(d.deposits), sum(d.deposited)",
    .from = "esbank.teller_days d",
    .group = "d.business_day",
    .id = "d.business_day",
    .id_value = "$?::date",
    .orders = (const struct listing_order[]){ { "business_day", "d.business_day", "date" },
                                              { NULL, NULL, NULL } },
    .latest_first = true,
    .filters =
        (const struct listing_filter[]){
            { "teller", FILTER_UUID, "d.teller_id = $?::uuid", NULL },
            { "since", FILTER_SINCE, "d.business_day >= " DAY_OF_TIME, NULL },
            { "before", FILTER_BEFORE, "d.business_day < " DAY_OF_TIME, NULL },
            { NULL, FILTER_FLAG, NULL, NULL } },
    .waits_for = LISTING_OF_MODELS,
};

static int run_list(struct arguments *arguments)
{
    return listing_run(&listing_day, arguments, NULL);
}

/* ---- day show ---- */

static int none_closed(const struct days *days, const char *teller)
{
    char text[DAY_TEXT_SIZE];
    day_text(days->day, text);
    if (teller == NULL && rows_count(days->open) == 0)
        return complain_absent(NOT_REFUSED, "no machine has a business day %s: see `bank day list`",
                               text);
    if (rows_count(days->open) == 0)
        return complain_absent(NOT_REFUSED,
                               "machine %s has no business day %s: see `bank day list --teller %s`",
                               teller, text, teller);
    if (teller != NULL)
        return complain_absent(NOT_REFUSED,
                               "machine %s has not closed the business day %s: it is still in %s",
                               teller, text, rows_text(days->open, 0, 1));
    return complain_absent(NOT_REFUSED, "no machine has closed the business day %s yet", text);
}

static int days_show(const struct arguments *arguments, const struct days *days, const char *teller)
{
    if (days->count == 0)
        return none_closed(days, teller);
    if (teller != NULL)
        (arguments->json ? day_print_json : day_print)(&days->item[0]);
    else
        (arguments->json ? days_print_json : days_print)(days);
    return days_balance(days)
               ? EXIT_SUCCESS
               : complain("a report of that day does not balance: see `bank verify`");
}

static int run_show(struct arguments *arguments)
{
    const char *teller = argument_text(arguments, "teller");
    int32_t day;
    struct error error;
    struct days days = { 0 };
    if (!day_read(argument_value(arguments, "DATE"), &day))
        return EXIT_USAGE;
    struct query *query = query_of_models(arguments, &error);
    const int status = query != NULL && days_load(query, day, teller, &days, &error)
                           ? days_show(arguments, &days, teller)
                           : complain_error(&error);
    days_free(&days);
    query_close(query);
    return status;
}

/* ---- day close ---- */

/* Which day it is that would end; empty: the machine has none, and the bank will say why. */
static void running_day(const struct arguments *arguments, const char *teller,
                        char text[static DAY_TEXT_SIZE])
{
    struct error ignored;
    struct query *query = query_of_models(arguments, &ignored);
    struct rows *rows = query == NULL ? NULL
                                      : query_run(query,
                                                  "SELECT max(business_day) FROM esbank.teller_days"
                                                  " WHERE teller_id = $1::uuid",
                                                  1, (const char *[]){ teller }, &ignored);
    const char *day = rows != NULL && rows_count(rows) > 0 ? rows_text(rows, 0, 0) : NULL;
    snprintf(text, DAY_TEXT_SIZE, "%s", day != NULL ? day : "");
    rows_free(rows);
    query_close(query);
}

/* The day that the question was about: what is ended is that one, however long the answer took. */
static char asked_about[DAY_TEXT_SIZE];

static bool ask(const struct arguments *arguments, char *question, size_t size)
{
    char day[DAY_TEXT_SIZE];
    const char *said = argument_text(arguments, "day");
    const char *teller =
        argument_text(arguments, arguments->command->words != NULL ? "ID" : "teller");
    if (said != NULL)
        snprintf(day, sizeof day, "%s", said);
    else
        running_day(arguments, teller, day);
    snprintf(asked_about, sizeof asked_about, "%s", day);
    snprintf(question, size, "End the business day%s%s of machine %.40s?",
             day[0] != '\0' ? " " : "", day, teller);
    return true;
}

static int run_close(struct arguments *arguments)
{
    struct order order;
    order_begin(&order, arguments);
    if (asked_about[0] != '\0' && argument_value(arguments, "day") == NULL)
        json_write_string(&order.writer, "business_day", asked_about);
    return order_finish(&order, arguments, arguments->command->reply);
}

#define DAY_OPTION                                                                                 \
    OPTION("day", "the day that is to end: where another runs, nothing is done", DATE,             \
           .fills = "business_day")

#define CLOSED                                                                                     \
    "business day {closed_day} has ended, `bank day show {closed_day}` reports it;\n"              \
    "the business day is now {business_day}"

const struct bank_command command_day_list = {
    .name = "day list",
    .help = "business days, the newest first",
    .options = WORDS(OPTION("teller", "of that machine alone", TELLER_ID), TIME_OPTIONS,
                     LISTING_OPTIONS(DATE)),
    .effect = READS,
    .run = run_list,
};

const struct bank_command command_day_show = {
    .name = "day show",
    .help = "the report of a business day that has ended: of the bank, or of a machine",
    .detail = "As the events at the ends of the day have it, so it is the same for ever. A report "
              "that\ndoes not balance says so, and the exit status is 1.",
    .words = WORDS(WORD("DATE", DATE)),
    .options = WORDS(OPTION("teller", "of that machine alone", TELLER_ID)),
    .effect = READS,
    .run = run_show,
};

const struct bank_command command_day_close = {
    .name = "day close",
    .help = "end a machine's business day; asks first",
    .detail = "The next is today (UTC), or the one after the day that ends, and never one beyond\n"
              "tomorrow.",
    .options =
        WORDS(OPTION("teller", "the machine", TELLER_ID, .fills = "teller_id", .needed = true),
              DAY_OPTION),
    .effect = SENDS,
    .sends = TELLER_CUT_OVER,
    .asks = ASKS_ALWAYS,
    .ask = ask,
    .reply = CLOSED,
    .run = run_close,
};

const struct bank_command command_teller_cut_over = {
    .name = "teller cut-over",
    .help = "end a machine's business day, as `bank day close` does; asks first",
    .words = WORDS(WORD("ID", TELLER_ID, .fills = "teller_id")),
    .options = WORDS(DAY_OPTION),
    .effect = SENDS,
    .sends = TELLER_CUT_OVER,
    .asks = ASKS_ALWAYS,
    .ask = ask,
    .reply = CLOSED,
    .run = run_close,
};
