/* SPDX-License-Identifier: MIT */
#include "bank/core/teller_day.h"

#include "bank/core/saga.h"
#include "bank/core/teller.h"

const struct day_book_traits day_books[DAY_BOOK_COUNT] = {
#define X(member, name, cassettes, bin) { name, cassettes, bin },
    DAY_BOOK_TABLE(X)
#undef X
};

/* ---- the end of a day ---- */

/* The business day that begins when this one ends. */
static int32_t day_after(const struct teller *teller, int32_t today)
{
    return today > teller->business_day ? today : teller->business_day + 1;
}

static void carry_over(struct event *event, const struct day_report *report)
{
    event->day_closed.report = report;
    event->day_closed.reported = true;
    event->day_closed.carried_more = report->open_more;
    event->day_closed.carried_count = report->open_count;
    for (uint32_t i = 0; i < report->open_count; i++)
        event->day_closed.carried[i] = report->open[i].id;
}

struct decision teller_cut_over(const struct teller *teller, const struct command *command)
{
    if (teller_bars(teller, command))
        return decision_refuse(REFUSED_TELLER_BARRED);
    const int32_t today = day_of(command->at_us);
    if (command->running_day != 0 && command->running_day != teller->business_day)
        return decision_refuse(REFUSED_WRONG_VERSION); /* that day has ended meanwhile */
    if (day_after(teller, today) > today + 1 ||
        (command->by_machine && teller->cut_over_day >= today))
        return decision_refuse(REFUSED_CUT_OVER_TOO_EARLY);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_BUSINESS_DAY_CLOSED, &teller->id, command);
    event->day = teller->business_day;
    event->day_closed.by_machine = command->by_machine;
    event->day_closed.totals = teller->totals;
    if (command->report != NULL) {
        const struct day_count count =
            teller_day_count(teller, &command->notes, command->at_us, SOURCE_MACHINE);
        teller_day_report(teller, command->notes_given ? &count : NULL, command->report);
        carry_over(event, command->report);
    }
    return decision;
}

/* ---- the report ---- */

static const struct note_totals *book_of(const struct teller *teller, enum day_book book)
{
    const struct note_totals *const books[DAY_BOOK_COUNT] = {
#define X(member, name, cassettes, bin) &teller->member,
        DAY_BOOK_TABLE(X)
#undef X
    };
    return books[book];
}

static struct day_line *line_of(struct day_report *report, int32_t denomination)
{
    for (uint32_t i = 0; i < report->line_count; i++)
        if (report->line[i].denomination == denomination)
            return &report->line[i];
    if (report->line_count == DAY_LINES_MAX)
        return NULL;
    struct day_line *line = &report->line[report->line_count++];
    *line = (struct day_line){ .denomination = denomination };
    return line;
}

static void lines_add(struct day_report *report, const struct note_totals *totals)
{
    for (uint32_t i = 0; i < totals->length; i++)
        line_of(report, totals->item[i].denomination);
}

static void line_fill(struct day_line *line, const struct teller *teller,
                      const struct day_count *count)
{
    const struct teller_day *day = &teller->day;
    const int32_t denomination = line->denomination;
    line->opening = notes_of(&day->cassettes, denomination);
    line->closing = notes_of(&teller->cassettes, denomination);
    for (enum day_book book = 0; book < DAY_BOOK_COUNT; book++) {
        const int64_t before = note_totals_of(&day->book[book], denomination),
                      now = note_totals_of(book_of(teller, book), denomination);
        line->moved[book] = now - before;
        line->bin_opening += day_books[book].bin * before;
        line->bin_closing += day_books[book].bin * now;
    }
    line->counted = notes_of(&count->counted, denomination);
    line->computed = notes_of(&count->computed, denomination);
    line->promised = notes_of(&count->promised, denomination);
}

static void lines_sort(struct day_report *report)
{
    for (uint32_t i = 1; i < report->line_count; i++)
        for (uint32_t j = i;
             j > 0 && report->line[j].denomination > report->line[j - 1].denomination; j--) {
            const struct day_line line = report->line[j];
            report->line[j] = report->line[j - 1];
            report->line[j - 1] = line;
        }
}

struct day_count teller_day_count(const struct teller *teller, const struct notes *counted,
                                  int64_t at_us, enum source source)
{
    return (struct day_count){ .at_us = at_us,
                               .source = source,
                               .counted = *counted,
                               .computed = teller->cassettes,
                               .promised = teller->promised };
}

void teller_day_report(const struct teller *teller, const struct day_count *count,
                       struct day_report *report)
{
    const struct teller_day *day = &teller->day;
    if (count == NULL)
        count = &day->count;
    report->line_count = 0;
    for (enum day_book book = 0; book < DAY_BOOK_COUNT; book++)
        lines_add(report, book_of(teller, book));
    for (uint32_t i = 0; i < count->counted.length; i++)
        line_of(report, count->counted.item[i].denomination);
    lines_sort(report);
    for (uint32_t i = 0; i < report->line_count; i++)
        line_fill(&report->line[i], teller, count);
    for (int i = 0; i < REFUSAL_COUNT; i++)
        report->declined[i] = day->declined[i];
    report->counted_us = count->at_us;
    report->counted_by = count->source;
}

static int64_t moved(const struct day_line *line, bool bin)
{
    int64_t sum = 0;
    for (enum day_book book = 0; book < DAY_BOOK_COUNT; book++)
        sum += (bin ? day_books[book].bin : day_books[book].cassettes) * line->moved[book];
    return sum;
}

int64_t day_line_cassettes(const struct day_line *line)
{
    return line->opening + moved(line, false);
}

int64_t day_line_bin(const struct day_line *line)
{
    return line->bin_opening + moved(line, true);
}

int64_t day_line_difference(const struct day_line *line)
{
    const int64_t difference = line->counted - line->computed;
    if (difference > 0)
        return difference;
    return difference + line->promised < 0 ? difference + line->promised : 0;
}

bool day_report_balances(const struct day_report *report)
{
    for (uint32_t i = 0; i < report->line_count; i++)
        if (day_line_cassettes(&report->line[i]) != report->line[i].closing ||
            day_line_bin(&report->line[i]) != report->line[i].bin_closing)
            return false;
    return true;
}

/* ---- what is in flight ---- */

static bool withdrawal_in_flight(const struct withdrawal *withdrawal, struct day_open *open)
{
    if (!withdrawal_open(withdrawal) && withdrawal->state != WITHDRAWAL_DISPUTED)
        return false;
    open->saga = "withdrawal";
    open->state = withdrawal_state_name(withdrawal->state);
    open->amount = withdrawal->amount;
    open->since_us = withdrawal->initiated_us;
    return true;
}

static bool deposit_in_flight(const struct deposit *deposit, struct day_open *open)
{
    if (deposit->state != DEPOSIT_COUNTING && deposit->state != DEPOSIT_SUSPECT &&
        deposit->state != DEPOSIT_DISPUTED)
        return false;
    open->saga = "deposit";
    open->state = deposit_state_name(deposit->state);
    open->amount =
        deposit->state == DEPOSIT_DISPUTED ? notes_value(&deposit->disputed) : deposit->amount;
    open->since_us = deposit->initiated_us;
    return true;
}

bool teller_day_open(const struct uuid *id, const struct saga_state *state, struct day_open *open)
{
    *open = (struct day_open){ .id = *id };
    return state == NULL || withdrawal_in_flight(&state->withdrawal, open) ||
           deposit_in_flight(&state->deposit, open);
}

static uint32_t open_find(const struct teller_day *day, const struct uuid *id)
{
    uint32_t i = 0;
    while (i < day->open_count && !uuid_equal(&day->open[i], id))
        i++;
    return i;
}

static void open_add(struct teller_day *day, const struct uuid *id)
{
    if (open_find(day, id) < day->open_count)
        return;
    if (day->open_count < DAY_OPEN_MAX)
        day->open[day->open_count++] = *id;
    else
        day->open_more++;
}

static void open_remove(struct teller_day *day, const struct uuid *id)
{
    const uint32_t at = open_find(day, id);
    if (at < day->open_count) {
        memmove(&day->open[at], &day->open[at + 1], (--day->open_count - at) * sizeof day->open[0]);
        day->open[day->open_count] = (struct uuid){ 0 };
    } else if (day->open_more > 0) {
        day->open_more--;
    }
}

/* ---- folding ---- */

static void apply_closed(struct teller *teller, const struct event *event)
{
    struct teller_day day = { .cassettes = teller->cassettes };
    for (enum day_book book = 0; book < DAY_BOOK_COUNT; book++)
        day.book[book] = *book_of(teller, book);
    if (event->day_closed.reported) { /* the sagas have said which are in flight */
        day.open_count = event->day_closed.carried_count;
        day.open_more = event->day_closed.carried_more;
        memcpy(day.open, event->day_closed.carried, sizeof day.open);
    } else {
        day.open_count = teller->day.open_count;
        day.open_more = teller->day.open_more;
        memcpy(day.open, teller->day.open, sizeof day.open);
    }
    teller->day = day;
    teller->business_day = day_after(teller, day_of(event->at_us));
    if (event->day_closed.by_machine)
        teller->cut_over_day = day_of(event->at_us);
    teller->totals = (struct day_totals){ 0 };
}

/* Of a sign-on, which is the machine's own word. */
static void apply_count(struct teller *teller, const struct event *event)
{
    if (event->cassettes.notes.length == 0)
        return;
    teller->day.count =
        teller_day_count(teller, &event->cassettes.notes, event->at_us, SOURCE_MACHINE);
}

static void note_set(struct notes *notes, int32_t denomination, int32_t count)
{
    notes_add(notes, denomination, count - notes_of(notes, denomination));
}

/* A person counts some denominations, each in all its cassettes; of the others the machine's own
 * word stays. */
static void apply_counted(struct teller *teller, const struct event *event)
{
    struct day_count *count = &teller->day.count;
    if (event->cash.cassette != 0)
        return;
    count->at_us = event->at_us;
    count->source = SOURCE_OPERATOR;
    for (uint32_t i = 0; i < event->cash.notes.length; i++) {
        const int32_t denomination = event->cash.notes.item[i].denomination;
        note_set(&count->counted, denomination, event->cash.notes.item[i].count);
        note_set(&count->computed, denomination, notes_of(&event->cash.expected, denomination));
        note_set(&count->promised, denomination, notes_of(&event->cash.promised, denomination));
    }
}

void teller_day_apply(struct teller *teller, const struct event *event)
{
    struct teller_day *day = &teller->day;
    switch (event->kind) {
    case TELLER_MONEY_WITHDRAWN:
    case TELLER_DISPENSE_DISPUTED:
    case TELLER_DEPOSIT_INITIATED:
    case TELLER_DEPOSIT_DISPUTED:
        open_add(day, &event->correlation_id);
        break;
    case TELLER_DEPOSIT_SUSPECTED: /* one without an amount is being counted, so it is in flight */
        if (event->deposit.amount > 0)
            open_add(day, &event->correlation_id);
        break;
    case TELLER_CASH_DISPENSED:
    case TELLER_DISPENSE_FAILED:
    case TELLER_DISPENSE_SETTLED:
    case TELLER_MONEY_DEPOSITED:
    case TELLER_DEPOSIT_CANCELLED:
    case TELLER_DEPOSIT_SETTLED:
        open_remove(day, &event->correlation_id);
        break;
    case TELLER_WITHDRAWAL_DECLINED:
        day->declined[event->withdrawal.refusal]++;
        break;
    case TELLER_DEPOSIT_DECLINED:
        day->declined[event->deposit.refusal]++;
        teller->totals.deposits_declined++;
        break;
    case TELLER_SIGNED_ON:
        apply_count(teller, event);
        break;
    case TELLER_CASSETTES_COUNTED:
        apply_counted(teller, event);
        break;
    case TELLER_BUSINESS_DAY_CLOSED:
        apply_closed(teller, event);
        break;
    default:
        break; /* nothing to the day */
    }
}
