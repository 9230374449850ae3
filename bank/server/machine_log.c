/* SPDX-License-Identifier: MIT */
#include "bank/server/machine_log.h"

#include "bank/log/limit.h"
#include "bank/log/log.h"

#include <stdio.h>

void machine_log_sign_on(const struct session *session, const struct request *request, bool ok)
{
    char teller[UUID_TEXT_LENGTH], detail[UUID_TEXT_LENGTH + 8];
    uuid_write(&request->command.teller_id, teller);
    if (ok) {
        log_event("sign-on", "teller=%s door=%s", teller, turn_door_name(session->place.door));
        return;
    }
    snprintf(detail, sizeof detail, "teller=%s", teller);
    log_limited("sign-on-refused", refusal_name(request->refusal), detail);
}

void machine_log_lost(const struct session *session)
{
    char teller[UUID_TEXT_LENGTH];
    if (session->why != NULL && !uuid_is_nil(&session->place.signed_on))
        log_event("machine-lost", "teller=%s why=\"%s\"",
                  uuid_write(&session->place.signed_on, teller), session->why);
}
