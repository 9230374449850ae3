/* SPDX-License-Identifier: MIT */
/* Who may send what: terminals their commands for their own teller (the one that their
 * certificate names, where they came with one), operators theirs. */
#include "bank/engine/parts.h"

static enum refusal before(struct engine *engine __attribute__((unused)),
                           const struct request *request)
{
    const struct command *command = &request->command;
    if (request->sender == 0)
        return NOT_REFUSED;
    if ((command_traits(command->kind)->senders & request->sender) == 0)
        return REFUSED_NOT_PERMITTED;
    if (!uuid_is_nil(&request->certified) && !uuid_equal(&request->certified, &command->teller_id))
        return REFUSED_OTHER_TELLER;
    if (request->sender == BY_OPERATOR || command->kind == TELLER_SIGN_ON)
        return NOT_REFUSED;
    if (uuid_is_nil(&request->signed_on))
        return REFUSED_NOT_SIGNED_ON;
    return uuid_equal(&request->signed_on, &command->teller_id) ? NOT_REFUSED
                                                                : REFUSED_OTHER_TELLER;
}

const struct middleware middleware_authorisation = { .name = "authorisation", .before = before };
