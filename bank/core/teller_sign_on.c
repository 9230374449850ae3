/* SPDX-License-Identifier: MIT */
/*
 * A machine signs on, and what the bank knows of the machine itself: which run
 * of it, and how far its journal had come when it last began something. The
 * sign-on's reply has the latter, so that a machine finds out that its folder
 * is an older one, or that a copy of it has gone on without it.
 */
#include "bank/core/teller.h"

/* Whether that is the key in force, as far as the log tells. */
static bool key_in_force(const struct teller *teller, const struct command *command)
{
    return teller->key == TELLER_KEY_UNTOLD ||
           (teller->key == TELLER_KEY_TOLD &&
            memcmp(teller->key_check, command->key_check, KEY_CHECK_BYTES) == 0);
}

/* Open withdrawals may or may not have left the machine: anything in between fits. */
static bool counts_agree(const struct teller *teller, const struct notes *counted)
{
    struct notes at_least = teller_available(teller);
    for (uint32_t i = 0; i < teller->cassettes.length; i++) {
        int32_t denomination = teller->cassettes.item[i].denomination;
        int32_t count = notes_of(counted, denomination);
        if (count < notes_of(&at_least, denomination) || count > teller->cassettes.item[i].count)
            return false;
    }
    for (uint32_t i = 0; i < counted->length; i++)
        if (counted->item[i].count > notes_of(&teller->cassettes, counted->item[i].denomination))
            return false;
    return true;
}

/*
 * Two machines at once with one teller's key: a copied folder, or a second home.
 * A run that another one has followed counts as ended; one that comes back
 * proves that both are alive. The later one stays, since it was started on
 * purpose after the other; the one that comes back is refused until it is
 * started anew, and an event says so.
 */
static bool run_is_over(const struct teller *teller, const struct uuid *run)
{
    for (int i = 1; i < TELLER_RUNS && !uuid_is_nil(run); i++)
        if (uuid_equal(&teller->run[i], run) && !uuid_equal(&teller->run[0], run))
            return true;
    return false;
}

static struct decision decide_displaced(const struct teller *teller, const struct command *command)
{
    struct decision decision = decision_refuse(REFUSED_DISPLACED);
    if (uuid_equal(&teller->displaced, &command->run))
        return decision;
    decision.kind = DECISION_EVENTS;
    struct event *event = decision_add(&decision, TELLER_SIGN_ON_REFUSED, &teller->id, command);
    event->cassettes.run = command->run;
    event->cassettes.refusal = REFUSED_DISPLACED;
    return decision;
}

static void add_expected(struct event *event, const struct teller *teller)
{
    event->cassettes.expected = teller->cassettes;
    event->cassettes.promised = teller->promised;
    notes_drop_zeros(&event->cassettes.promised);
}

/* A machine that is kept out signs on again and again; one event tells of the same counts. */
static struct decision decide_differing(const struct teller *teller, const struct command *command)
{
    struct decision decision = decision_refuse(REFUSED_COUNTS_DIFFER);
    if (teller->differing.length > 0 && notes_equal(&teller->differing, &command->notes))
        return decision;
    decision.kind = DECISION_EVENTS;
    struct event *event = decision_add(&decision, TELLER_SIGN_ON_REFUSED, &teller->id, command);
    event->cassettes.run = command->run;
    event->cassettes.refusal = REFUSED_COUNTS_DIFFER;
    event->cassettes.notes = command->notes;
    add_expected(event, teller);
    return decision;
}

struct decision teller_sign_on(const struct teller *teller, const struct command *command)
{
    if (!key_in_force(teller, command))
        return decision_refuse(REFUSED_KEY_REPLACED);
    if (teller_bars(teller, command))
        return decision_refuse(REFUSED_TELLER_BARRED);
    if (run_is_over(teller, &command->run))
        return decide_displaced(teller, command);
    const bool agrees = !command->notes_given || counts_agree(teller, &command->notes);
    if (!agrees && command->strict_counts)
        return decide_differing(teller, command);
    struct decision decision = decision_accept();
    struct event *event = decision_add(&decision, TELLER_SIGNED_ON, &teller->id, command);
    event->cassettes.notes = command->notes;
    event->cassettes.run = command->run;
    event->cassettes.agrees = agrees;
    if (!agrees)
        add_expected(event, teller);
    return decision;
}

/* A machine that did not say what it counts has neither agreed nor differed. */
static void apply_counts(struct teller *teller, const struct event *event)
{
    static const struct notes none;
    if (event->kind == TELLER_SIGNED_ON && event->cassettes.agrees) {
        if (event->cassettes.notes.length == 0)
            return;
        teller->recounted = none;
        teller->differing = none;
    } else {
        teller->differing = event->cassettes.notes;
    }
}

/* Adopted memories begin anew. */
void teller_apply_machine(struct teller *teller, const struct event *event)
{
    const struct uuid *run = &event->cassettes.run;
    const bool refused = event->kind == TELLER_SIGN_ON_REFUSED,
               differing = refused && event->cassettes.refusal == REFUSED_COUNTS_DIFFER;
    if (event->kind == TELLER_SIGNED_ON || differing)
        apply_counts(teller, event);
    if (refused && !differing)
        teller->displaced = *run;
    if (event->kind == TELLER_SIGNED_ON && !uuid_is_nil(run) && !uuid_equal(&teller->run[0], run)) {
        memmove(&teller->run[1], &teller->run[0], sizeof teller->run - sizeof teller->run[0]);
        teller->run[0] = *run;
    }
    if (event->kind == TELLER_WITHDRAWAL_INITIATED && event->withdrawal.journal[0] != '\0')
        memcpy(teller->journal, event->withdrawal.journal, JOURNAL_POSITION_LENGTH);
    if (event->kind == TELLER_DEPOSIT_INITIATED && event->deposit.journal[0] != '\0')
        memcpy(teller->journal, event->deposit.journal, JOURNAL_POSITION_LENGTH);
    if (event->kind == TELLER_INCIDENT_REPORTED &&
        incident_find(event->incident.name) == INCIDENT_MEMORIES_ADOPTED)
        memset(teller->journal, 0, JOURNAL_POSITION_LENGTH);
}
