/* SPDX-License-Identifier: MIT */
/* How a reply leaves that a rule of the lab (lab.h) changes. */
#ifndef BANK_SERVER_LAB_REPLY_H
#define BANK_SERVER_LAB_REPLY_H

#include "bank/server/session.h"

/* The reply of that request; teller_id: whose key signs it, NULL: none does. Without a rule, as
 * session_reply and session_reply_signed have it. One that is delayed counts as in flight until it
 * has left, so that its session stays. */
void lab_reply(struct session *session, const struct lab_answer *answer,
               const struct uuid *teller_id, const char *line, size_t length);

/* Those that are delayed leave now; before the server ends. */
void lab_reply_all(struct turn *turn);

#endif
