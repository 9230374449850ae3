/* SPDX-License-Identifier: MIT */
/*
 * A day's report on paper: headings, a line for each thing that can happen to a
 * note, a column for each denomination and one for what it is worth. Nothing is
 * wider than 80 columns; where there are more denominations than fit beside each
 * other, they stand below each other.
 */
#include "bank/commands/day.h"

#include "bank/cli/table.h"

#include "bank/cli/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { RULE = 78, NAME = 21, NUMBER = 9, COLUMNS = 4 }; /* denominations beside each other */

static void rule(char mark)
{
    for (int i = 0; i < RULE; i++)
        putchar(mark);
    putchar('\n');
}

static void heading(const char *text)
{
    printf("\n%s\n", text);
    rule('-');
}

/* ---- the notes ---- */

/* A row of the table: of each line a number, with a sign before its name. */
struct row {
    const char *sign, *name;
    int64_t (*of)(const struct day_line *line, int book);
    int book;
};

static int64_t opening(const struct day_line *line, int book __attribute__((unused)))
{
    return line->opening;
}

static int64_t closing(const struct day_line *line, int book __attribute__((unused)))
{
    return line->closing;
}

static int64_t bin_opening(const struct day_line *line, int book __attribute__((unused)))
{
    return line->bin_opening;
}

static int64_t bin_closing(const struct day_line *line, int book __attribute__((unused)))
{
    return line->bin_closing;
}

static int64_t moved(const struct day_line *line, int book)
{
    return line->moved[book];
}

static int64_t counted(const struct day_line *line, int book __attribute__((unused)))
{
    return line->counted;
}

static int64_t computed(const struct day_line *line, int book __attribute__((unused)))
{
    return line->computed;
}

static int64_t promised(const struct day_line *line, int book __attribute__((unused)))
{
    return line->promised;
}

static int64_t difference(const struct day_line *line, int book __attribute__((unused)))
{
    return day_line_difference(line);
}

/* The last column ends with the rule. */
static int worth_width(uint32_t columns)
{
    return RULE - NAME - 4 - NUMBER * (int)columns;
}

static void row_print(const struct day_report *report, uint32_t from, uint32_t to,
                      const struct row *row)
{
    char text[MONEY_TEXT_LENGTH];
    money value = 0;
    printf("  %1s ", row->sign);
    for (const char *at = row->name; *at != '\0'; at++)
        putchar(*at == '_' ? ' ' : *at);
    printf("%*s", NAME - (int)strlen(row->name), "");
    for (uint32_t i = from; i < to; i++)
        printf("%*" PRId64, NUMBER, row->of(&report->line[i], row->book));
    for (uint32_t i = 0; i < report->line_count; i++)
        value += report->line[i].denomination * row->of(&report->line[i], row->book);
    if (to == report->line_count)
        printf("%*s", worth_width(to - from), money_format(value, text));
    putchar('\n');
}

static void columns_print(const struct day_report *report, uint32_t from, uint32_t to,
                          const char *title)
{
    char text[MONEY_TEXT_LENGTH];
    printf("%-*s", NAME + 4, title);
    for (uint32_t i = from; i < to; i++)
        printf("%*s", NUMBER, money_format(report->line[i].denomination, text));
    if (to == report->line_count)
        printf("%*s", worth_width(to - from), "worth");
    putchar('\n');
}

static void block_print(const struct day_report *report, const char *title, const struct row *rows,
                        size_t count)
{
    for (uint32_t from = 0; from < report->line_count; from += COLUMNS) {
        const uint32_t rest = report->line_count - from;
        const uint32_t to = from + (rest < COLUMNS ? rest : COLUMNS);
        columns_print(report, from, to, title);
        for (size_t i = 0; i < count; i++)
            row_print(report, from, to, &rows[i]);
    }
}

/* From the opening over all books that add to it or take from it to the closing. */
static void books_print(const struct day_report *report, bool bin)
{
    struct row rows[DAY_BOOK_COUNT + 2];
    size_t count = 0;
    rows[count++] = (struct row){ "", "opening", bin ? bin_opening : opening, 0 };
    for (int book = 0; book < DAY_BOOK_COUNT; book++) {
        const int adds = bin ? day_books[book].bin : day_books[book].cassettes;
        if (adds != 0)
            rows[count++] = (struct row){ adds > 0 ? "+" : "-", day_books[book].name, moved, book };
    }
    rows[count++] = (struct row){ "=", "closing", bin ? bin_closing : closing, 0 };
    block_print(report, bin ? "Deposit bin" : "Cassettes", rows, count);
}

static void count_print(const struct day_report *report)
{
    static const struct row rows[] = { { "", "counted", counted, 0 },
                                       { "", "by the books", computed, 0 },
                                       { "", "of them promised", promised, 0 },
                                       { "=", "difference", difference, 0 } };
    char time[TIME_TEXT_SIZE];
    if (report->counted_us == 0) {
        printf("\nThe cassettes were not counted in this day.\n");
        return;
    }
    printf("\nLast count: %s, by the %s\n", time_text(report->counted_us, time),
           source_name(report->counted_by));
    block_print(report, "Count", rows, sizeof rows / sizeof rows[0]);
}

/* ---- the rest ---- */

static void number_print(const char *name, int64_t count, const money *amount)
{
    char text[MONEY_TEXT_LENGTH];
    printf("  %-36s %9" PRId64, name, count);
    if (amount != NULL)
        printf("%30s", money_format(*amount, text));
    putchar('\n');
}

static void totals_print(const struct day_totals *totals)
{
    heading("Business");
    number_print("withdrawals completed", totals->withdrawals, &totals->dispensed);
    number_print("reversals", totals->reversals, &totals->reversed);
    number_print("deposits", totals->deposits, &totals->deposited);
    number_print("withdrawals declined", totals->declined, NULL);
    number_print("deposits declined", totals->deposits_declined, NULL);
    number_print("put on the suspect list", totals->suspect, NULL);
}

static void declines_print(const struct day_report *report)
{
    bool any = false;
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        if (report->declined[i] == 0)
            continue;
        if (!any)
            heading("Declined, by the reason");
        any = true;
        char name[60];
        snprintf(name, sizeof name, "%s (%s)", refusal_name((enum refusal)i),
                 refusal_code((enum refusal)i));
        number_print(name, report->declined[i], NULL);
    }
}

static void open_print(const struct day_open *open)
{
    char id[UUID_TEXT_LENGTH], text[MONEY_TEXT_LENGTH], time[TIME_TEXT_SIZE];
    if (open->saga == NULL) {
        printf("  %s  it cannot be read: see `bank verify`\n", uuid_write(&open->id, id));
        return;
    }
    printf("  ");
    const size_t taken = print_safely(open->saga);
    printf("%*s  %s  ", taken < 10 ? (int)(10 - taken) : 0, "", uuid_write(&open->id, id));
    print_safely(open->state);
    putchar('\n');
    printf("  %-10s  since %-24s%34s\n", "", time_text(open->since_us, time),
           open->amount > 0 ? money_format(open->amount, text) : "amount unknown");
}

static void in_flight_print(const struct day_report *report)
{
    heading("In flight, carried over");
    for (uint32_t i = 0; i < report->open_count; i++)
        open_print(&report->open[i]);
    if (report->open_more > 0)
        printf("  and %" PRId64 " more\n", report->open_more);
    if (report->open_count + report->open_more == 0)
        printf("  none\n");
}

static void imbalance_print(const char *where, const struct day_line *line, int64_t closes,
                            int64_t books)
{
    char text[MONEY_TEXT_LENGTH];
    if (closes != books)
        printf("*** %s, notes of %s: closed with %" PRId64 ", but the books give %" PRId64 "\n",
               where, money_format(line->denomination, text), closes, books);
}

static void balance_print(const struct day_report *report)
{
    if (day_report_balances(report)) {
        printf("\nThe report balances.\n");
        return;
    }
    printf("\n*** THIS REPORT DOES NOT BALANCE ***\n");
    for (uint32_t i = 0; i < report->line_count; i++) {
        const struct day_line *line = &report->line[i];
        imbalance_print("cassettes", line, line->closing, day_line_cassettes(line));
        imbalance_print("deposit bin", line, line->bin_closing, day_line_bin(line));
    }
}

void day_print(const struct day *day)
{
    char text[DAY_TEXT_SIZE], id[UUID_TEXT_LENGTH], time[TIME_TEXT_SIZE], actor[DAY_ACTOR_SIZE];
    rule('=');
    printf("BUSINESS DAY %s\n", day_text(day->event.day, text));
    rule('=');
    printf("Machine      %s\n", uuid_write(&day->teller_id, id));
    printf("Closed       %s\n", time_text(day->closed_us, time));
    printf("Closed by    ");
    print_safely(day_actor(day, actor));
    putchar('\n');
    printf("Event        position %" PRId64 ", version %" PRId64 " of its stream\n", day->position,
           day->version);
    printf("Hash         %s\n", day->hash);
    if (day->reported) {
        heading("Notes");
        books_print(&day->report, false);
        putchar('\n');
        books_print(&day->report, true);
        count_print(&day->report);
    }
    totals_print(&day->event.day_closed.totals);
    if (!day->reported) {
        printf("\nThis day ended before its end was a report: notes by denomination and what\n"
               "was in flight are not on record there.\n");
        return;
    }
    declines_print(&day->report);
    in_flight_print(&day->report);
    balance_print(&day->report);
}

/* ---- the bank ---- */

static void machines_print(const struct days *days)
{
    char id[UUID_TEXT_LENGTH], dispensed[MONEY_TEXT_LENGTH], deposited[MONEY_TEXT_LENGTH];
    heading("Machines that have closed it");
    printf("%-36s %12s %12s %9s\n", "machine", "dispensed", "deposited", "event");
    for (size_t i = 0; i < days->count; i++) {
        const struct day *day = &days->item[i];
        const struct day_totals *totals = &day->event.day_closed.totals;
        printf("%s %12s %12s %9" PRId64 "%s\n", uuid_write(&day->teller_id, id),
               money_format(totals->dispensed, dispensed),
               money_format(totals->deposited, deposited), day->position,
               !day_balances(day) ? " ***"
               : day->reported    ? ""
                                  : " *");
    }
    for (size_t i = 0; i < days->count; i++)
        if (!days->item[i].reported) {
            printf("* before there were reports: its notes are not in the sums above\n");
            break;
        }
    if (rows_count(days->open) == 0)
        return;
    heading("Machines that have not");
    for (size_t i = 0; i < rows_count(days->open); i++)
        printf("%s  still in business day %s\n", rows_text(days->open, i, 0),
               rows_text(days->open, i, 1));
}

void days_print(const struct days *days)
{
    struct day_totals totals;
    struct day_report sum;
    char text[DAY_TEXT_SIZE];
    days_sum(days, &totals, &sum);
    rule('=');
    printf("BUSINESS DAY %s, THE BANK\n", day_text(days->day, text));
    rule('=');
    printf("Machines     %zu closed, %zu not closed\n", days->count, rows_count(days->open));
    heading("Notes");
    books_print(&sum, false);
    putchar('\n');
    books_print(&sum, true);
    totals_print(&totals);
    declines_print(&sum);
    number_print("in flight, carried over", sum.open_more, NULL);
    machines_print(days);
    if (days_balance(days))
        printf("\nThe reports balance.\n");
    else
        printf("\n*** THE REPORTS MARKED *** DO NOT BALANCE ***\n"
               "see each: bank day show %s --teller MACHINE\n",
               text);
}
