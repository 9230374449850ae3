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

static bool same_notes(const struct notes *left, const struct notes *right)
{
    struct notes rest = *left;
    notes_take_all(&rest, right);
    return notes_count(left) == notes_count(right) && notes_count(&rest) == 0;
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
           json_notes(json_get(reply, "notes"), &granted) && same_notes(&granted, notes);
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
