/* SPDX-License-Identifier: MIT */
#include "atm/link/dispense_token.h"

#include "shared/json.h"

#include <string.h>

void dispense_token_set(struct dispense_token *token, const struct pin_key *reply_key,
                        const char *line, size_t length)
{
    token->length = length <= sizeof token->line ? length : 0;
    token->key = *reply_key;
    memcpy(token->line, line, token->length);
}

/* The reply to an InitiateWithdrawal has the withdrawal's id as its own. */
static bool allows(const struct json *reply, const struct uuid *withdrawal,
                   const struct notes *notes)
{
    bool ok = false;
    struct uuid id;
    struct notes granted;
    return json_boolean(json_get(reply, "ok"), &ok) && ok &&
           json_uuid(json_get(reply, "id"), &id) && uuid_equal(&id, withdrawal) &&
           json_notes(json_get(reply, "notes"), &granted) && notes_equal(&granted, notes);
}

bool dispense_token_use(struct dispense_token *token, const struct uuid *withdrawal,
                        const struct notes *notes)
{
    struct error error;
    size_t length = token->length;
    token->length = 0;
    if (length == 0 || !wire_signed(&token->key, token->line, length))
        return false;
    struct json *reply = json_parse(token->line, length, &error);
    bool allowed = reply != NULL && allows(reply, withdrawal, notes);
    json_destroy(reply);
    return allowed;
}
