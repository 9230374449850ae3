/* SPDX-License-Identifier: MIT */
#include "bank/server/session.h"

void session_expel_machines(struct session *session, const struct uuid *teller_id, const char *why)
{
    struct place *next;
    for (struct place *place = session->turn->places; place != NULL; place = next) {
        next = place->next;
        if (place != &session->place && !place->closed && !uuid_is_nil(&place->run) &&
            uuid_equal(&place->signed_on, teller_id))
            session_expel((struct session *)place, REFUSED_NOT_SIGNED_ON, why);
    }
}
