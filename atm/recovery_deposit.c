/* SPDX-License-Identifier: MIT */
/*
 * The deposits among what a start owes. The acceptor's own memory says which
 * end: what it holds stays and is credited; what it does not hold the customer
 * has. A transport that the power stopped while it counted has cleared itself
 * into the escrow.
 */
#include "atm/log.h"
#include "atm/recovery.h"

#include <stdio.h>

struct advice recovery_decide_deposit(const struct uuid *deposit, const struct acceptor_state *acceptor,
                                      bool returned)
{
    struct advice advice = { .withdrawal = *deposit, .outcome = ADVICE_CANCELLED };
    snprintf(advice.reason, sizeof advice.reason, "power");
    if (returned || !uuid_equal(&acceptor->deposit, deposit))
        return advice;
    bool counting = acceptor->status == ACCEPTOR_COUNTING;
    if (!counting && acceptor->status != ACCEPTOR_ESCROW && acceptor->status != ACCEPTOR_KEPT)
        return advice;
    advice.outcome = ADVICE_COUNTED;
    advice.accepted = counting ? acceptor->fed : acceptor->escrow;
    return advice;
}

static bool deposit_settle(const struct uuid *deposit, bool returned, struct journal *journal,
                           struct acceptor *acceptor, struct saf *saf, const struct uuid *teller,
                           struct error *error)
{
    bool own = uuid_equal(&acceptor->state.deposit, deposit), stored = saf_has(saf, deposit);
    struct advice advice = recovery_decide_deposit(deposit, &acceptor->state, returned);
    char line[MESSAGE_SIZE], detail[80];
    struct uuid id = uuid_generate();
    size_t length = message_advice(line, &id, teller, &advice);
    if ((!stored && !saf_store(saf, deposit, line, length, error)) ||
        (own && !(returned ? acceptor_give_back(acceptor, error) : acceptor_keep(acceptor, error))))
        return false;
    if (stored)
        return journal_write(journal, JOURNAL_ADVICE, deposit, "stored before the power went", error);
    snprintf(detail, sizeof detail, "outcome=%s by=recovery", advice_outcome_name(advice.outcome));
    log_line("recovery: an open deposit ends as %s", advice_outcome_name(advice.outcome));
    return journal_write(journal, JOURNAL_ADVICE, deposit, detail, error);
}

bool recovery_run_deposits(const struct recovery *recovery, struct journal *journal,
                           struct acceptor *acceptor, struct saf *saf, const struct uuid *teller,
                           struct error *error)
{
    for (int i = 0; i < recovery->count; i++)
        if (recovery->is_deposit[i] &&
            !deposit_settle(&recovery->open[i], recovery->returned[i], journal, acceptor, saf, teller, error))
            return false;
    return true;
}
