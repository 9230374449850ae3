/* SPDX-License-Identifier: MIT */
/*
 * The deposits among what a start owes. The acceptor's own memory says which
 * end: what it holds stays and is credited; what it does not hold the customer
 * has. A transport that the power stopped while it counted has cleared itself
 * into the escrow.
 *
 * Without that memory the journal is asked: what it has counted and not given
 * back is in the machine; where it has only seen notes begin to move, or a
 * stored advice says otherwise than the journal, the advice is unknown, and the
 * acceptor takes no notes until a person has looked.
 */
#include "atm/files/log.h"
#include "atm/machine/recovery.h"

#include <stdio.h>
#include <string.h>

static bool outcome_set(struct advice *advice, enum advice_outcome outcome,
                        const struct notes *accepted)
{
    advice->outcome = outcome;
    if (accepted != NULL)
        advice->accepted = *accepted;
    return true;
}

/* By the journal alone. */
static void decide_without_acceptor(const struct recovery_item *item, struct advice *advice)
{
    if (item->seen == SEEN_NOTHING)
        return;
    snprintf(advice->reason, sizeof advice->reason, "acceptor's memory lost or forged");
    if (item->seen == SEEN_INSIDE && notes_count(&item->counted) > 0)
        outcome_set(advice, ADVICE_COUNTED, &item->counted);
    else
        advice->outcome = ADVICE_LOST;
}

struct advice recovery_decide_deposit(const struct recovery_item *item,
                                      const struct acceptor *acceptor)
{
    const struct acceptor_state *state = &acceptor->state;
    struct advice advice = { .withdrawal = item->id, .outcome = ADVICE_CANCELLED };
    snprintf(advice.reason, sizeof advice.reason, "power");
    if (item->returned)
        return advice;
    if (item->unheard) {
        advice.outcome = ADVICE_LOST;
        snprintf(advice.reason, sizeof advice.reason, "journal lost");
        return advice;
    }
    if (!acceptor->known ||
        (!uuid_equal(&state->deposit, &item->id) && item->seen >= SEEN_INSIDE)) {
        decide_without_acceptor(item, &advice);
        return advice;
    }
    if (!uuid_equal(&state->deposit, &item->id))
        return advice;
    bool counting = state->status == ACCEPTOR_COUNTING;
    if (!counting && state->status != ACCEPTOR_ESCROW && state->status != ACCEPTOR_KEPT)
        return advice;
    outcome_set(&advice, ADVICE_COUNTED, counting ? &state->fed : &state->escrow);
    return advice;
}

/* What the advice says has become of the notes; an acceptor that cannot tell moves none. */
static bool notes_settle(const struct advice *advice, struct acceptor *acceptor,
                         struct error *error)
{
    if (!uuid_equal(&acceptor->state.deposit, &advice->withdrawal) ||
        advice->outcome == ADVICE_LOST)
        return true;
    return advice->outcome == ADVICE_CANCELLED ? acceptor_give_back(acceptor, error)
                                               : acceptor_keep(acceptor, error);
}

static bool deposit_settle(const struct recovery_item *item, struct recovery *recovery,
                           struct journal *journal, struct acceptor *acceptor, struct saf *saf,
                           const struct uuid *teller, struct error *error)
{
    const bool stored = saf_has(saf, &item->id);
    const char *outcome = stored ? saf_outcome(saf, &item->id) : "";
    const bool contradicted =
        stored && strcmp(outcome, advice_outcome_name(ADVICE_LOST)) != 0 &&
        (outcome[0] == '\0' || (item->outcome[0] != '\0' && strcmp(outcome, item->outcome) != 0));
    struct advice advice = recovery_decide_deposit(item, acceptor);
    char line[MESSAGE_SIZE], detail[160];
    struct uuid id = uuid_make();
    if (contradicted) {
        advice = (struct advice){ .withdrawal = item->id,
                                  .outcome = ADVICE_LOST,
                                  .reason = "stored advice contradicted" };
        if (!saf_set_aside(saf, &item->id, error))
            return false;
    }
    if (stored && !contradicted) {
        for (int i = 0; i < ADVICE_OUTCOME_COUNT; i++)
            if (strcmp(outcome, advice_outcome_name((enum advice_outcome)i)) == 0)
                advice.outcome = (enum advice_outcome)i;
        return notes_settle(&advice, acceptor, error) &&
               (item->advised || journal_write(journal, JOURNAL_ADVICE, &item->id,
                                               "stored before the power went", error));
    }
    size_t length = message_advice(line, &id, teller, &advice);
    recovery->lost = recovery->lost || advice.outcome == ADVICE_LOST;
    if ((advice.outcome == ADVICE_LOST && !acceptor_lose(acceptor, error)) ||
        !saf_store(saf, &item->id, line, length, error) || !notes_settle(&advice, acceptor, error))
        return false;
    snprintf(detail, sizeof detail, "outcome=%s by=recovery reason=%s",
             advice_outcome_name(advice.outcome), advice.reason);
    log_line("recovery: an open deposit ends as %s: %s", advice_outcome_name(advice.outcome),
             advice.reason);
    return journal_write(journal, JOURNAL_ADVICE, &item->id, detail, error);
}

bool recovery_run_deposits(struct recovery *recovery, struct journal *journal,
                           struct acceptor *acceptor, struct saf *saf, const struct uuid *teller,
                           struct error *error)
{
    for (int i = 0; i < recovery->count; i++)
        if (recovery->item[i].is_deposit &&
            !deposit_settle(&recovery->item[i], recovery, journal, acceptor, saf, teller, error))
            return false;
    return true;
}
