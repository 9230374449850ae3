/* SPDX-License-Identifier: MIT */
#include "atm/machine/recovery.h"

#include "atm/files/log.h"
#include "shared/notes_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int recovery_find(const struct recovery *recovery, const struct uuid *id)
{
    int found = 0;
    while (found < recovery->count && !uuid_equal(&recovery->item[found].id, id))
        found++;
    return found;
}

static void recovery_add(struct recovery *recovery, const struct uuid *id, bool is_deposit)
{
    if (recovery->count == recovery->room) {
        recovery->room = recovery->room == 0 ? 16 : recovery->room * 2;
        recovery->item = realloc(recovery->item, (size_t)recovery->room * sizeof *recovery->item);
        if (recovery->item == NULL)
            panic("out of memory");
    }
    recovery->item[recovery->count++] =
        (struct recovery_item){ .id = *id, .is_deposit = is_deposit };
}

void recovery_finish(struct recovery *recovery)
{
    free(recovery->item);
    *recovery = (struct recovery){ 0 };
}

/* How far a step says that the notes have come. */
static const enum recovery_seen step_shows[JOURNAL_STEP_COUNT] = {
    [JOURNAL_STACK] = SEEN_BEGUN,         [JOURNAL_STACKED] = SEEN_INSIDE,
    [JOURNAL_PRESENTED] = SEEN_OUTSIDE,   [JOURNAL_TAKEN] = SEEN_OUTSIDE,
    [JOURNAL_RETRACT] = SEEN_OUTSIDE,     [JOURNAL_RETRACTED] = SEEN_OUTSIDE,
    [JOURNAL_ACCEPT] = SEEN_BEGUN,        [JOURNAL_COUNTED] = SEEN_INSIDE,
    [JOURNAL_GIVE_BACK] = SEEN_RETURNING,
};

static void item_read(struct recovery_item *item, const struct journal_entry *entry)
{
    char notes[NOTES_TEXT_LENGTH];
    if (entry->step < JOURNAL_STEP_COUNT && step_shows[entry->step] > item->seen)
        item->seen = step_shows[entry->step];
    if (entry->step == JOURNAL_KEEP) /* also of a return that did not come about */
        item->seen = SEEN_INSIDE;
    if (entry->step == JOURNAL_COUNTED &&
        (!journal_detail_get(entry->detail, "notes", notes, sizeof notes) ||
         !notes_text_parse(notes, &item->counted)))
        item->counted = (struct notes){ 0 };
    item->returned =
        item->returned || entry->step == JOURNAL_COUNT_FAILED || entry->step == JOURNAL_GIVEN_BACK;
    item->advised = item->advised || entry->step == JOURNAL_ADVICE;
    if (entry->step == JOURNAL_ADVICE)
        journal_detail_get(entry->detail, "outcome", item->outcome, sizeof item->outcome);
}

static void code_read(struct recovery *recovery, const struct journal_entry *entry)
{
    char code[16];
    if (journal_detail_get(entry->detail, "code", code, sizeof code))
        recovery->code_wrong = strcmp(code, "wrong") == 0 ? recovery->code_wrong + 1 : 0;
}

void recovery_read(void *context, const struct journal_entry *entry)
{
    struct recovery *recovery = context;
    bool asked = entry->step == JOURNAL_REQUEST || entry->step == JOURNAL_DEPOSIT_REQUEST;
    int found = recovery_find(recovery, &entry->withdrawal);
    recovery->worked = recovery->worked || entry->step == JOURNAL_LOADED ||
                       (!recovery->begun && entry->sequence > 1);
    recovery->begun = true;
    if (entry->step == JOURNAL_SUPERVISOR)
        code_read(recovery, entry);
    if (asked && found == recovery->count)
        recovery_add(recovery, &entry->withdrawal, entry->step == JOURNAL_DEPOSIT_REQUEST);
    else if (found == recovery->count)
        return;
    else if (entry->step == JOURNAL_DECLINED || entry->step == JOURNAL_ACKNOWLEDGED ||
             entry->step == JOURNAL_REFUSED)
        recovery->item[found] = recovery->item[--recovery->count];
    else
        item_read(&recovery->item[found], entry);
}

void recovery_without_journal(struct recovery *recovery, const struct dispenser *dispenser,
                              const struct acceptor *acceptor)
{
    const struct uuid *ids[] = { &dispenser->state.withdrawal, &acceptor->state.deposit };
    for (int i = 0; i < 2; i++) {
        if (uuid_is_nil(ids[i]) || recovery_find(recovery, ids[i]) < recovery->count)
            continue;
        recovery_add(recovery, ids[i], i == 1);
        recovery->item[recovery->count - 1].unheard = true;
    }
}

int recovery_open(const struct recovery *recovery, const struct saf *saf)
{
    int open = 0;
    for (int i = 0; i < recovery->count; i++)
        open += !saf_has(saf, &recovery->item[i].id);
    return open;
}

/* ---- withdrawals ---- */

/* Whether the journal has seen more than the dispenser's memory says, for this withdrawal or at
 * all. */
static bool witnesses_differ(const struct recovery_item *item, const struct dispenser *dispenser)
{
    const struct dispenser_state *state = &dispenser->state;
    if (!uuid_equal(&state->withdrawal, &item->id) || state->status == DISPENSER_IDLE)
        return item->seen >= SEEN_INSIDE;
    return item->seen >= SEEN_OUTSIDE &&
           (state->status == DISPENSER_STACKED || state->status == DISPENSER_REJECTED);
}

bool recovery_contradicted(const struct recovery_item *item, const char *outcome,
                           const struct dispenser *dispenser)
{
    const struct dispenser_state *state = &dispenser->state;
    const bool own = dispenser->loaded && uuid_equal(&state->withdrawal, &item->id);
    const bool out = own &&
                     (state->status == DISPENSER_PRESENTED || state->status == DISPENSER_TAKEN ||
                      state->status == DISPENSER_RETRACTED),
               inside =
                   own && (state->status == DISPENSER_IDLE || state->status == DISPENSER_STACKED ||
                           state->status == DISPENSER_REJECTED);
    if (strcmp(outcome, advice_outcome_name(ADVICE_UNKNOWN)) == 0)
        return false; /* it claims nothing */
    if (outcome[0] == '\0' || (item->outcome[0] != '\0' && strcmp(item->outcome, outcome) != 0))
        return true;
    return strcmp(outcome, advice_outcome_name(ADVICE_NOT_DISPENSED)) == 0
               ? out || item->seen >= SEEN_OUTSIDE
               : inside && strcmp(outcome, advice_outcome_name(ADVICE_DISPENSED)) == 0;
}

struct advice recovery_decide(const struct recovery_item *item, const struct dispenser *dispenser)
{
    const struct dispenser_state *state = &dispenser->state;
    struct advice advice = { .withdrawal = item->id, .outcome = ADVICE_NOT_DISPENSED };
    snprintf(advice.reason, sizeof advice.reason, "power");
    if (item->advised || item->unheard || !dispenser->loaded || witnesses_differ(item, dispenser)) {
        advice.outcome = ADVICE_UNKNOWN;
        snprintf(advice.reason, sizeof advice.reason, "%s",
                 item->unheard        ? "journal lost"
                 : item->advised      ? "stored advice lost or forged"
                 : !dispenser->loaded ? "dispenser's memory lost or forged"
                                      : "journal and dispenser differ");
        return advice;
    }
    if (!uuid_equal(&state->withdrawal, &item->id))
        return advice;
    switch (state->status) {
    case DISPENSER_PRESENTED:
    case DISPENSER_TAKEN:
        advice.outcome = ADVICE_DISPENSED;
        advice.taken = state->presented;
        advice.rejected = state->rejected;
        break;
    case DISPENSER_RETRACTED:
        advice.outcome = ADVICE_RETRACTED;
        advice.retracted = state->presented;
        advice.rejected = state->rejected;
        break;
    case DISPENSER_MOVING:
        advice.outcome = ADVICE_UNKNOWN;
        break;
    case DISPENSER_STACKED:
        advice.rejected = state->stacked;
        break;
    case DISPENSER_REJECTED:
        advice.rejected = state->rejected;
        break;
    case DISPENSER_IDLE:
    case DISPENSER_STATUS_COUNT:
        break;
    }
    return advice;
}

/* What was stacked is purged, what was put out is taken: the status keeps its meaning, and the
 * counters have it however often the start was cut off. */
static bool devices_settle(const struct recovery_item *item, struct dispenser *dispenser,
                           struct error *error)
{
    return !uuid_equal(&dispenser->state.withdrawal, &item->id) ||
           (dispenser_purge(dispenser, error) && dispenser_take(dispenser, error));
}

static bool recovery_settle(const struct recovery_item *item, struct journal *journal,
                            struct dispenser *dispenser, struct saf *saf, const struct uuid *teller,
                            struct error *error)
{
    bool stored = saf_has(saf, &item->id);
    const bool contradicted =
        stored && recovery_contradicted(item, saf_outcome(saf, &item->id), dispenser);
    struct advice advice = recovery_decide(item, dispenser);
    if (!devices_settle(item, dispenser, error))
        return false;
    if (stored && !contradicted)
        return item->advised || journal_write(journal, JOURNAL_ADVICE, &item->id,
                                              "stored before the power went", error);
    if (contradicted) {
        advice = (struct advice){ .withdrawal = item->id,
                                  .outcome = ADVICE_UNKNOWN,
                                  .reason = "stored advice contradicted" };
        if (!saf_set_aside(saf, &item->id, error))
            return false;
    }
    char line[MESSAGE_SIZE], detail[160];
    struct uuid id = uuid_make();
    size_t length = message_advice(line, &id, teller, &advice);
    if (!saf_store(saf, &item->id, line, length, error))
        return false;
    snprintf(detail, sizeof detail, "outcome=%s by=recovery reason=%s",
             advice_outcome_name(advice.outcome), advice.reason);
    log_line("recovery: an open withdrawal ends as %s: %s", advice_outcome_name(advice.outcome),
             advice.reason);
    return journal_write(journal, JOURNAL_ADVICE, &item->id, detail, error);
}

/* A forged message about what this journal does not know any more: were it a withdrawal, it is
 * unknown. */
static bool forged_settle(const struct recovery *recovery, struct journal *journal,
                          struct dispenser *dispenser, struct saf *saf, const struct uuid *teller,
                          struct error *error)
{
    for (int i = 0; i < saf->forged_count; i++) {
        const struct recovery_item item = { .id = saf->forged[i], .advised = true };
        if (recovery_find(recovery, &item.id) == recovery->count &&
            !recovery_settle(&item, journal, dispenser, saf, teller, error))
            return false;
    }
    return true;
}

bool recovery_run(const struct recovery *recovery, struct journal *journal,
                  struct dispenser *dispenser, struct saf *saf, const struct uuid *teller,
                  struct error *error)
{
    if (recovery_open(recovery, saf) > RECOVERY_OPEN_MAX)
        return error_set(error, ERROR_FORMAT,
                         "the journal has more than %d open withdrawals: have it examined",
                         RECOVERY_OPEN_MAX);
    for (int i = 0; i < recovery->count; i++)
        if (!recovery->item[i].is_deposit &&
            !recovery_settle(&recovery->item[i], journal, dispenser, saf, teller, error))
            return false;
    return forged_settle(recovery, journal, dispenser, saf, teller, error);
}
