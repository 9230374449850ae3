/* SPDX-License-Identifier: MIT */
/* Replies: what the bank answers on the wire, as PROTOCOL.md has it. */
#ifndef BANK_ENGINE_REPLY_H
#define BANK_ENGINE_REPLY_H

#include "bank/core/account.h"
#include "bank/core/saga.h"
#include "bank/core/teller.h"

#include <stddef.h>

#define REPLY_MAX 2048 /* bytes; every reply fits */

#define REPLY_EVENTUAL_MAX 32 /* bytes that reply_mark_eventual adds at most */

/* What a command came to. The states are those after it; NULL where it did not touch one. */
struct outcome {
    enum refusal refusal;
    const struct account *account;
    const struct teller *teller;
    const struct saga_state *saga; /* of a command that belongs to one */
    const struct event *event;     /* the first event of the command itself; NULL: none */
};

/* Writes the reply of a decided command (accepted or refused); returns its length, without a
 * newline or NUL.
 */
size_t reply_write(char buffer[static REPLY_MAX], const struct command *command,
                   const struct outcome *outcome);

/* Writes a refusal that decided nothing. id may be NULL; message NULL: the refusal's own sentence;
 * retry 0: none. */
size_t reply_refuse(char buffer[static REPLY_MAX], const struct uuid *id, enum refusal refusal,
                    const char *message, int retry_after_ms);

/* Adds the member which says that read models may lack what the reply is about; returns the new
 * length. */
size_t reply_mark_eventual(char *line, size_t length);

#endif
