/* SPDX-License-Identifier: MIT */
/*
 * The business day of one machine: what of it the teller remembers, and the
 * report that its end is.
 *
 * The books of a teller only add up: all notes ever loaded, ever dispensed. So
 * a day costs nothing while it runs: what moved in it is what the books have at
 * its end less what they had at its beginning.
 *
 *   cassettes    opening + what each book adds to them = closing
 *   deposit bin  opening + what each book adds to it   = closing
 *
 * Both sides are counted apart, so that a report that does not balance shows.
 * The next day opens with what this one closed with.
 *
 * In flight is what a machine or an operator has to end: withdrawals that may
 * have been paid, deposits that are being counted, and suspects. They are
 * carried over to the next day by their ids, DAY_OPEN_MAX at most, and a number
 * for the rest. A deposit that is only held for review is none: its notes and
 * its money are booked.
 */
#ifndef CORE_TELLER_DAY_H
#define CORE_TELLER_DAY_H

#include "bank/core/command.h"

struct saga_state;
struct teller;

#define DAY_LINES_MAX (2 * NOTES_MAX) /* denominations in the cassettes, and in the deposit bin */

/* clang-format off */

/*
 * The books: the member of struct teller; its name in a report; and what a note
 * in it adds to the cassettes and to the deposit bin.
 */
#define DAY_BOOK_TABLE(X) \
    X(loaded,    "loaded",     1,  0) \
    X(taken,     "dispensed", -1,  0) \
    X(rejected,  "rejected",  -1,  0) \
    X(retracted, "retracted", -1,  0) \
    X(removed,   "removed",   -1,  0) \
    X(reject_emptied,  "removed_of_rejected",  1, 0) \
    X(retract_emptied, "removed_of_retracted", 1, 0) \
    X(found,     "found",      1,  0) \
    X(deposited, "deposited",  0,  1) \
    X(returned,  "returned",   0, -1) \
    X(collected, "collected",  0, -1) \
    X(bin_found, "deposit_bin_found", 0, 1)

enum day_book {
#define X(member, name, cassettes, bin) DAY_BOOK_##member,
    DAY_BOOK_TABLE(X)
#undef X
    DAY_BOOK_COUNT
};
/* clang-format on */

struct day_book_traits {
    const char *name;
    int cassettes, bin;
};
extern const struct day_book_traits day_books[DAY_BOOK_COUNT];

/* The last count of the day: the machine's at a sign-on or at the end, or an operator's. */
struct day_count {
    int64_t at_us; /* 0: none */
    enum source source;
    struct notes counted, computed, promised; /* found; in the books; of those, to withdrawals that
                                                 are open, so that they may be gone */
};

/* What a teller knows of its running day, beside its totals. */
struct teller_day {
    struct notes cassettes;                  /* at its beginning */
    struct note_totals book[DAY_BOOK_COUNT]; /* likewise */
    int32_t declined[REFUSAL_COUNT];         /* withdrawals and deposits, by the reason */
    struct day_count count;
    uint32_t open_count; /* in flight, of all days: */
    int64_t open_more;   /* beside those named, for which there was no room */
    struct uuid open[DAY_OPEN_MAX];
};

/* One denomination in a report. */
struct day_line {
    int32_t denomination;
    int64_t opening, moved[DAY_BOOK_COUNT], closing;
    int64_t bin_opening, bin_closing; /* of the deposit bin */
    int64_t counted, computed, promised;
};

/* A withdrawal or deposit that is in flight. */
struct day_open {
    struct uuid id;
    const char *saga, *state; /* "withdrawal", "suspect"; NULL: it cannot be read */
    money amount;             /* 0: of a deposit that is being counted */
    int64_t since_us;
};

/* What the end of a day has beside the day and its totals. */
struct day_report {
    uint32_t line_count, open_count;
    int64_t open_more;
    int64_t declined[REFUSAL_COUNT];
    int64_t counted_us; /* 0: the machine was not counted in this day */
    enum source counted_by;
    struct day_line line[DAY_LINES_MAX];
    struct day_open open[DAY_OPEN_MAX];
};

/*
 * Ends the business day; the next is today's (UTC, by the command's time), or the one after the one
 * that ends where that is later, and never one after tomorrow. A machine by itself cuts over once a
 * calendar day; an operator may catch up. A teller that is further ahead stays as it is until the
 * calendar has come up with it. The report is written to command->report, which has what is in
 * flight already (teller_day_open); NULL: none is made.
 */
struct decision teller_cut_over(const struct teller *teller, const struct command *command);

/* Folds what matters to the day, before the event is in the books. */
void teller_day_apply(struct teller *teller, const struct event *event);

/* What an id that the teller has as open is in flight as; false: it has come to its end, or only
 * waits for a review. */
bool teller_day_open(const struct uuid *id, const struct saga_state *state, struct day_open *open);

/* The lines, the declines and that count (NULL: the last one of the day), as they are now. */
void teller_day_report(const struct teller *teller, const struct day_count *count,
                       struct day_report *report);

/* What a machine counts now, against the books. */
struct day_count teller_day_count(const struct teller *teller, const struct notes *counted,
                                  int64_t at_us, enum source source);

/* What a line should close with by its books: in the cassettes, in the deposit bin. */
int64_t day_line_cassettes(const struct day_line *line);
int64_t day_line_bin(const struct day_line *line);

/* How many notes more were counted than the books had, less than none where some were missing;
 * none where those that are missing were promised. */
int64_t day_line_difference(const struct day_line *line);

/* Whether every line of it adds up. */
bool day_report_balances(const struct day_report *report);

#endif
