/* SPDX-License-Identifier: MIT */
/*
 * Cash in a person's hands: notes are put in, a box is swapped, cassettes are
 * counted, bins are emptied. Invariants:
 *
 *   1. What is taken out or found is what was counted, and what the books had
 *      otherwise is the event's difference: after a count the books are the
 *      count, after an emptying the bin is empty.
 *   2. Notes promised to open withdrawals may have left the machine or not. A
 *      count between the two is no difference, and neither is one that a sign-on
 *      would agree with; a difference is taken from the nearer end.
 *   3. A difference moves no account's money.
 */
#include "bank/core/teller.h"

#include "shared/error.h"

/* ---- what there should be ---- */

int64_t teller_in_bin(const struct teller *teller, enum cash_bin bin, int32_t denomination)
{
    if (bin == BIN_DEPOSIT)
        return note_totals_of(&teller->deposited, denomination) +
               note_totals_of(&teller->bin_found, denomination) -
               note_totals_of(&teller->returned, denomination) -
               note_totals_of(&teller->collected, denomination);
    if (bin == BIN_REJECT)
        return note_totals_of(&teller->rejected, denomination) -
               note_totals_of(&teller->reject_emptied, denomination);
    return note_totals_of(&teller->retracted, denomination) -
           note_totals_of(&teller->retract_emptied, denomination);
}

int64_t teller_unplaced(const struct teller *teller, int32_t denomination)
{
    return note_totals_of(&teller->loaded, denomination) +
           note_totals_of(&teller->found, denomination) -
           notes_of(&teller->cassettes, denomination) -
           note_totals_of(&teller->taken, denomination) -
           teller_in_bin(teller, BIN_REJECT, denomination) -
           teller_in_bin(teller, BIN_RETRACT, denomination) -
           note_totals_of(&teller->removed, denomination);
}

/* Of that denomination in a cassette, or in all with number 0. */
static int32_t in_books(const struct teller *teller, int32_t number, int32_t denomination)
{
    const int32_t in_all = notes_of(&teller->cassettes, denomination);
    return number == 0 ? in_all : cassettes_holds(&teller->boxes, number, in_all);
}

static int64_t beyond(int64_t counted, int64_t least, int64_t most)
{
    return counted < least ? counted - least : counted > most ? counted - most : 0;
}

static void difference_add(struct note_totals *difference, int32_t denomination, int64_t change)
{
    if (change != 0)
        note_totals_move(difference, denomination, change);
}

static struct note_totals difference_in_cassettes(const struct teller *teller, int32_t number,
                                                  const struct notes *counted)
{
    struct note_totals difference = { 0 };
    for (uint32_t i = 0; i < counted->length; i++) {
        const int32_t denomination = counted->item[i].denomination,
                      most = in_books(teller, number, denomination),
                      promised = notes_of(&teller->promised, denomination),
                      least = promised < most ? most - promised : 0;
        difference_add(&difference, denomination, beyond(counted->item[i].count, least, most));
    }
    return difference;
}

/* Nothing stays in a bin, so what is not named was not there. */
static struct note_totals difference_in_bin(const struct teller *teller, enum cash_bin bin,
                                            const struct notes *counted)
{
    const struct note_totals *went_in = bin == BIN_REJECT    ? &teller->rejected
                                        : bin == BIN_RETRACT ? &teller->retracted
                                                             : &teller->deposited;
    struct note_totals difference = { 0 };
    for (uint32_t i = 0; i < went_in->length; i++) {
        const int32_t denomination = went_in->item[i].denomination;
        difference_add(&difference, denomination,
                       notes_of(counted, denomination) - teller_in_bin(teller, bin, denomination));
    }
    for (uint32_t i = 0; i < counted->length; i++)
        if (!note_totals_name(went_in, counted->item[i].denomination))
            difference_add(&difference, counted->item[i].denomination, counted->item[i].count);
    return difference;
}

struct note_totals teller_difference(const struct teller *teller, const struct event *event)
{
    static const struct note_totals none;
    if (event->kind == TELLER_CASSETTES_COUNTED)
        return difference_in_cassettes(teller, event->cash.cassette, &event->cash.notes);
    if (event->kind == TELLER_CASSETTE_SWAPPED)
        return cassettes_find(&teller->boxes, event->cash.cassette) == NULL
                   ? none
                   : difference_in_cassettes(teller, event->cash.cassette, &event->cash.removed);
    if (event->kind == TELLER_BIN_EMPTIED)
        return difference_in_bin(teller, cash_bin_find(event->cash.bin), &event->cash.removed);
    return none;
}

/* ---- decisions ---- */

/* Whether these notes go into that cassette, of which 0 is any. */
static bool fits(const struct teller *teller, int32_t number, const struct notes *notes)
{
    const struct cassette *cassette = cassettes_find(&teller->boxes, number);
    return number == 0 || (cassette != NULL && notes->length == 1 &&
                           notes->item[0].denomination == cassette->denomination);
}

/* A place for each denomination that has none yet. */
static bool has_places(const struct teller *teller, const struct notes *notes)
{
    int missing = 0, free = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        missing += cassettes_first(&teller->boxes, notes->item[i].denomination) == 0;
    for (int32_t number = 1; number <= CASSETTES_MAX; number++)
        free += cassettes_find(&teller->boxes, number) == NULL;
    return missing <= free;
}

static struct decision decide_replenish(const struct teller *teller, const struct command *command)
{
    struct notes after = teller->cassettes;
    struct note_totals loaded = teller->loaded;
    if (command->cassette != 0 && cassettes_find(&teller->boxes, command->cassette) == NULL)
        return decision_refuse(REFUSED_NO_SUCH_CASSETTE);
    if (!fits(teller, command->cassette, &command->notes))
        return decision_refuse(REFUSED_CASSETTE_MISMATCH);
    if (!notes_add_all(&after, &command->notes) || !note_totals_add(&loaded, &command->notes) ||
        !has_places(teller, &command->notes))
        return decision_refuse(REFUSED_TOO_MANY_NOTES);
    struct decision decision = decision_accept();
    struct event *event =
        decision_add(&decision, TELLER_CASSETTES_REPLENISHED, &teller->id, command);
    event->cassettes.notes = command->notes;
    event->cassettes.cassette = command->cassette;
    return decision;
}

/* Whether the books have room for what the event says; it is applied to a copy to see. */
static bool has_room(const struct teller *teller, const struct event *event)
{
    struct notes after = teller->cassettes;
    struct note_totals loaded = teller->loaded, removed = teller->removed, found = teller->found,
                       collected = teller->collected, bin_found = teller->bin_found;
    const struct note_totals *difference = &event->cash.difference;
    if (event->kind == TELLER_BIN_EMPTIED && cash_bin_find(event->cash.bin) == BIN_DEPOSIT)
        return note_totals_add(&collected, &event->cash.removed) &&
               note_totals_move_all(&bin_found, difference);
    if (!note_totals_move_all(&found, difference) ||
        (event->kind != TELLER_CASSETTES_COUNTED &&
         !note_totals_add(&removed, &event->cash.removed)))
        return false;
    if (event->kind == TELLER_BIN_EMPTIED)
        return true;
    for (uint32_t i = 0; i < difference->length; i++)
        if (!notes_add(&after, difference->item[i].denomination,
                       (int32_t)difference->item[i].count))
            return false;
    if (event->kind == TELLER_CASSETTES_COUNTED)
        return true;
    return notes_take_all(&after, &event->cash.removed) &&
           notes_add_all(&after, &event->cash.notes) &&
           note_totals_add(&loaded, &event->cash.notes);
}

static struct decision settled(const struct teller *teller, struct decision decision)
{
    struct event *event = &decision.event[0];
    event->cash.difference = teller_difference(teller, event);
    return has_room(teller, event) ? decision : decision_refuse(REFUSED_TOO_MANY_NOTES);
}

/* The low marks of the two denominations, where another one is in that place from now on. */
static struct notes swapped_marks(const struct teller *teller, int32_t number, int32_t denomination)
{
    struct notes marks = { 0 };
    struct cassettes after = teller->boxes;
    const int32_t before = after.at[number - 1].denomination;
    if (before == denomination)
        return marks;
    cassettes_swap(&after, number, notes_of(&teller->cassettes, before), denomination, "");
    if (before != 0)
        notes_add(&marks, before, cassettes_low_mark(&after, before));
    if (denomination != 0)
        notes_add(&marks, denomination, cassettes_low_mark(&after, denomination));
    return marks;
}

/* A box is taken out, put in, or both. */
static struct decision decide_swap(const struct teller *teller, const struct command *command)
{
    const struct cassette *out = cassettes_find(&teller->boxes, command->cassette);
    const struct notes *removed = &command->removed, *notes = &command->notes;
    if (command->cassette < 1 || command->cassette > CASSETTES_MAX)
        return decision_refuse(REFUSED_NO_SUCH_CASSETTE);
    if (out == NULL && notes->length == 0)
        return decision_refuse(REFUSED_NO_SUCH_CASSETTE);
    if (notes->length > 1 || (notes->length == 0 && command->box[0] != '\0') ||
        (out == NULL ? removed->length > 0 : !fits(teller, command->cassette, removed)))
        return decision_refuse(REFUSED_CASSETTE_MISMATCH);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_CASSETTE_SWAPPED, &teller->id, command);
    event->cash.cassette = command->cassette;
    event->cash.removed = *removed;
    event->cash.notes = *notes;
    event->cash.marks = swapped_marks(teller, command->cassette,
                                      notes->length == 0 ? 0 : notes->item[0].denomination);
    memcpy(event->cash.box, command->box, BOX_LENGTH);
    if (out != NULL)
        memcpy(event->cash.removed_box, out->box, BOX_LENGTH);
    memcpy(event->cash.reason, command->reason, REASON_LENGTH);
    return settled(teller, decision);
}

/* Only what is named was counted: a denomination of which there is none is named with 0. */
static struct decision decide_count(const struct teller *teller, const struct command *command)
{
    const struct notes *notes = &command->notes;
    if (command->cassette != 0 && cassettes_find(&teller->boxes, command->cassette) == NULL)
        return decision_refuse(REFUSED_NO_SUCH_CASSETTE);
    if (notes->length == 0 || !fits(teller, command->cassette, notes))
        return decision_refuse(REFUSED_CASSETTE_MISMATCH);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_CASSETTES_COUNTED, &teller->id, command);
    event->cash.cassette = command->cassette;
    event->cash.notes = *notes;
    for (uint32_t i = 0; i < notes->length; i++) {
        const int32_t denomination = notes->item[i].denomination,
                      expected = in_books(teller, command->cassette, denomination),
                      promised = notes_of(&teller->promised, denomination);
        if (cassettes_first(&teller->boxes, denomination) == 0 && expected == 0)
            return decision_refuse(REFUSED_NO_SUCH_CASSETTE);
        notes_add(&event->cash.expected, denomination, expected);
        if (promised > 0)
            notes_add(&event->cash.promised, denomination, promised);
    }
    memcpy(event->cash.reason, command->reason, REASON_LENGTH);
    return settled(teller, decision);
}

static struct decision decide_empty(const struct teller *teller, const struct command *command)
{
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_BIN_EMPTIED, &teller->id, command);
    strcpy(event->cash.bin, cash_bin_name(command->bin));
    event->cash.removed = command->notes;
    notes_drop_zeros(&event->cash.removed);
    memcpy(event->cash.reason, command->reason, REASON_LENGTH);
    return settled(teller, decision);
}

static struct decision decide_low_mark(const struct teller *teller, const struct command *command)
{
    const struct cassette *cassette = cassettes_find(&teller->boxes, command->cassette);
    if (cassette == NULL)
        return decision_refuse(REFUSED_NO_SUCH_CASSETTE);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_LOW_MARK_SET, &teller->id, command);
    event->cash.cassette = command->cassette;
    event->cash.low_mark = command->low_mark;
    notes_add(&event->cash.marks, cassette->denomination,
              cassettes_low_mark(&teller->boxes, cassette->denomination) - cassette->low_mark +
                  command->low_mark);
    return decision;
}

struct decision teller_decide_cash(const struct teller *teller, const struct command *command)
{
    if (teller_bars(teller, command))
        return decision_refuse(REFUSED_TELLER_BARRED);
    if (command->kind == TELLER_REPLENISH_CASSETTES)
        return decide_replenish(teller, command);
    if (command->kind == TELLER_SWAP_CASSETTE)
        return decide_swap(teller, command);
    if (command->kind == TELLER_COUNT_CASSETTES)
        return decide_count(teller, command);
    if (command->kind == TELLER_EMPTY_BIN)
        return decide_empty(teller, command);
    return command->kind == TELLER_SET_LOW_MARK ? decide_low_mark(teller, command)
                                                : decision_refuse(REFUSED_UNKNOWN_COMMAND);
}

/* ---- folding ---- */

static void apply_loaded(struct teller *teller, int32_t number, const struct notes *notes)
{
    cassettes_put(&teller->boxes, number, &teller->cassettes, notes);
    notes_add_all(&teller->cassettes, notes);
    note_totals_add(&teller->loaded, notes);
}

/* So the machine may learn the count at its next sign-on. */
static void apply_recounted(struct teller *teller, const struct event *event, int32_t denomination)
{
    teller->count_id = event->causation_id;
    notes_add(&teller->recounted, denomination, 0);
}

static void apply_counted(struct teller *teller, const struct event *event)
{
    const struct note_totals *difference = &event->cash.difference;
    const int32_t number = event->cash.cassette;
    for (uint32_t i = 0; i < difference->length; i++) {
        const int32_t denomination = difference->item[i].denomination,
                      change = (int32_t)difference->item[i].count;
        if (number != 0)
            cassettes_fill(&teller->boxes, number, notes_of(&teller->cassettes, denomination),
                           change);
        notes_add(&teller->cassettes, denomination, change);
    }
    note_totals_move_all(&teller->found, difference);
    for (uint32_t i = 0; i < event->cash.notes.length; i++)
        apply_recounted(teller, event, event->cash.notes.item[i].denomination);
    teller->differing = (struct notes){ 0 };
}

static void apply_swapped(struct teller *teller, const struct event *event)
{
    const int32_t number = event->cash.cassette;
    const struct cassette *out = cassettes_find(&teller->boxes, number);
    const struct notes *removed = &event->cash.removed, *notes = &event->cash.notes;
    const int32_t before = out == NULL ? 0 : out->denomination,
                  after = notes->length == 0 ? 0 : notes->item[0].denomination;
    const int32_t gone =
        (int32_t)(note_totals_of(&event->cash.difference, before) - notes_of(removed, before));
    cassettes_swap(&teller->boxes, number, notes_of(&teller->cassettes, before), after,
                   event->cash.box);
    if (before != 0) {
        notes_add(&teller->cassettes, before, gone);
        note_totals_move_all(&teller->found, &event->cash.difference);
        note_totals_add(&teller->removed, removed);
        apply_recounted(teller, event, before);
    }
    apply_loaded(teller, number, notes);
    if (after != 0)
        apply_recounted(teller, event, after);
}

static void apply_emptied(struct teller *teller, const struct event *event)
{
    const struct note_totals *difference = &event->cash.difference;
    const struct notes *removed = &event->cash.removed;
    const enum cash_bin bin = cash_bin_find(event->cash.bin);
    struct note_totals *emptied =
        bin == BIN_REJECT ? &teller->reject_emptied : &teller->retract_emptied;
    if (bin == BIN_DEPOSIT) {
        note_totals_add(&teller->collected, removed);
        note_totals_move_all(&teller->bin_found, difference);
        return;
    }
    note_totals_add(emptied, removed);
    for (uint32_t i = 0; i < difference->length; i++)
        note_totals_move(emptied, difference->item[i].denomination, -difference->item[i].count);
    note_totals_add(&teller->removed, removed);
    note_totals_move_all(&teller->found, difference);
}

void teller_apply_cash(struct teller *teller, const struct event *event)
{
    if (event->kind == TELLER_PROVISIONED)
        apply_loaded(teller, 0, &event->cassettes.notes);
    else if (event->kind == TELLER_CASSETTES_REPLENISHED)
        apply_loaded(teller, event->cassettes.cassette, &event->cassettes.notes);
    else if (event->kind == TELLER_CASSETTE_SWAPPED)
        apply_swapped(teller, event);
    else if (event->kind == TELLER_CASSETTES_COUNTED)
        apply_counted(teller, event);
    else if (event->kind == TELLER_BIN_EMPTIED)
        apply_emptied(teller, event);
    else if (cassettes_find(&teller->boxes, event->cash.cassette) != NULL)
        teller->boxes.at[event->cash.cassette - 1].low_mark = event->cash.low_mark;
}

/* Of a bin that was emptied since, the notes that should have come back are found instead. */
static void take_back(struct teller *teller, struct note_totals *book, struct note_totals *emptied,
                      const struct notes *notes)
{
    for (uint32_t i = 0; i < notes->length; i++) {
        const int32_t denomination = notes->item[i].denomination;
        note_totals_move(book, denomination, -notes->item[i].count);
        const int64_t missing =
            note_totals_of(emptied, denomination) - note_totals_of(book, denomination);
        if (missing <= 0)
            continue;
        note_totals_move(emptied, denomination, -missing);
        note_totals_move(&teller->found, denomination, missing);
    }
}

void teller_take_back(struct teller *teller, const struct disposition *where)
{
    note_totals_take(&teller->taken, &where->taken);
    take_back(teller, &teller->rejected, &teller->reject_emptied, &where->rejected);
    take_back(teller, &teller->retracted, &teller->retract_emptied, &where->retracted);
}

void teller_give_back(struct teller *teller, const struct notes *notes)
{
    note_totals_add(&teller->returned, notes);
    for (uint32_t i = 0; i < notes->length; i++) {
        const int32_t denomination = notes->item[i].denomination;
        const int64_t missing = -teller_in_bin(teller, BIN_DEPOSIT, denomination),
                      collected = note_totals_of(&teller->collected, denomination),
                      again = missing < collected ? missing : collected;
        if (missing <= 0)
            continue;
        note_totals_move(&teller->collected, denomination, -again);
        note_totals_move(&teller->bin_found, denomination, missing - again);
    }
}
