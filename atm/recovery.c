/* SPDX-License-Identifier: MIT */
#include "atm/recovery.h"

#include "atm/log.h"

#include <stdio.h>

void recovery_read(void *context, const struct journal_entry *entry)
{
    struct recovery *recovery = context;
    int found = 0;
    while (found < recovery->count && !uuid_equal(&recovery->open[found], &entry->withdrawal))
        found++;
    bool asked = entry->step == JOURNAL_REQUEST || entry->step == JOURNAL_DEPOSIT_REQUEST;
    if (asked && found == recovery->count) {
        if (found < RECOVERY_OPEN_MAX) {
            recovery->is_deposit[found] = entry->step == JOURNAL_DEPOSIT_REQUEST;
            recovery->returned[found] = false;
            recovery->open[recovery->count++] = entry->withdrawal;
        } else
            recovery->overflow = true;
    } else if ((entry->step == JOURNAL_ADVICE || entry->step == JOURNAL_DECLINED) &&
               found < recovery->count) {
        recovery->open[found] = recovery->open[--recovery->count];
        recovery->is_deposit[found] = recovery->is_deposit[recovery->count];
        recovery->returned[found] = recovery->returned[recovery->count];
    } else if ((entry->step == JOURNAL_COUNT_FAILED || entry->step == JOURNAL_GIVEN_BACK) &&
               found < recovery->count) {
        recovery->returned[found] = true;
    }
}

struct advice recovery_decide(const struct uuid *withdrawal, const struct dispenser_state *dispenser)
{
    struct advice advice = { .withdrawal = *withdrawal, .outcome = ADVICE_NOT_DISPENSED };
    snprintf(advice.reason, sizeof advice.reason, "power");
    if (!uuid_equal(&dispenser->withdrawal, withdrawal))
        return advice;
    switch (dispenser->status) {
    case DISPENSER_PRESENTED:
    case DISPENSER_TAKEN:
        advice.outcome = ADVICE_DISPENSED;
        advice.taken = dispenser->presented;
        advice.rejected = dispenser->rejected;
        break;
    case DISPENSER_RETRACTED:
        advice.outcome = ADVICE_RETRACTED;
        advice.retracted = dispenser->presented;
        advice.rejected = dispenser->rejected;
        break;
    case DISPENSER_MOVING:
        advice.outcome = ADVICE_UNKNOWN;
        break;
    case DISPENSER_STACKED:
        advice.rejected = dispenser->stacked;
        break;
    case DISPENSER_REJECTED:
        advice.rejected = dispenser->rejected;
        break;
    case DISPENSER_IDLE:
    case DISPENSER_STATUS_COUNT:
        break;
    }
    return advice;
}

static bool recovery_settle(const struct uuid *withdrawal, struct journal *journal,
                            struct dispenser *dispenser, struct saf *saf, const struct uuid *teller,
                            struct error *error)
{
    if (saf_has(saf, withdrawal))
        return journal_write(journal, JOURNAL_ADVICE, withdrawal, "stored before the power went", error);
    bool own = uuid_equal(&dispenser->state.withdrawal, withdrawal);
    if (own && dispenser->state.status == DISPENSER_STACKED && !dispenser_purge(dispenser, error))
        return false;
    struct advice advice = recovery_decide(withdrawal, &dispenser->state);
    char line[MESSAGE_SIZE], detail[80];
    struct uuid id = uuid_generate();
    size_t length = message_advice(line, &id, teller, &advice);
    if (!saf_store(saf, withdrawal, line, length, error))
        return false;
    if (own && dispenser->state.status == DISPENSER_PRESENTED && !dispenser_take(dispenser, error))
        return false;
    snprintf(detail, sizeof detail, "outcome=%s by=recovery", advice_outcome_name(advice.outcome));
    log_line("recovery: an open withdrawal ends as %s", advice_outcome_name(advice.outcome));
    return journal_write(journal, JOURNAL_ADVICE, withdrawal, detail, error);
}

bool recovery_run(const struct recovery *recovery, struct journal *journal, struct dispenser *dispenser,
                  struct saf *saf, const struct uuid *teller, struct error *error)
{
    if (recovery->overflow)
        return error_set(error, ERROR_FORMAT,
                         "the journal has more than %d open withdrawals: have it examined",
                         RECOVERY_OPEN_MAX);
    for (int i = 0; i < recovery->count; i++)
        if (!recovery->is_deposit[i] &&
            !recovery_settle(&recovery->open[i], journal, dispenser, saf, teller, error))
            return false;
    return true;
}
