/* SPDX-License-Identifier: MIT */
/* What no decision may ever see, however a command came in: amounts out of range, notes that are
 * none or not the currency's, an id that is that of the withdrawal it is about. */
#include "bank/engine/parts.h"

#include "shared/currency.h"

static bool notes_fit(const struct notes *notes)
{
    return notes_valid(notes) && currency_has_all(currency_own(), notes);
}

static enum refusal before(struct engine *engine __attribute__((unused)),
                           const struct request *request)
{
    const struct command *command = &request->command;
    const bool amount = (command_traits(command->kind)->required & WITH(AMOUNT)) != 0;
    if (amount && (command->amount <= 0 || !money_in_range(command->amount)))
        return REFUSED_INVALID_AMOUNT;
    bool notes = notes_fit(&command->notes) && notes_fit(&command->taken) &&
                 notes_fit(&command->rejected) && notes_fit(&command->retracted) &&
                 notes_fit(&command->removed);
    bool limits = command->daily_limit >= 0 && money_in_range(command->daily_limit) &&
                  command->daily_count >= 0 && command->deposit_capacity >= 0 &&
                  command->cassette >= 0 && command->cassette <= CASSETTES_MAX &&
                  command->low_mark >= 0 && command->deposit_limit >= LIMIT_UNSAID &&
                  money_in_range(command->deposit_limit) &&
                  command->deposit_daily >= LIMIT_UNSAID && money_in_range(command->deposit_daily);
    return notes && limits && command_id_fits(command) ? NOT_REFUSED : REFUSED_INVALID_REQUEST;
}

const struct middleware middleware_validation = { .name = "validation", .before = before };
