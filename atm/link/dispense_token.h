/* SPDX-License-Identifier: MIT */
/*
 * The bank's leave to move notes, checked on the dispenser's side: the reply
 * that approved a withdrawal, as it came, with its mac. The dispenser stacks
 * exactly the notes that reply names, for the withdrawal it names, once. So
 * neither a forged reply nor a mistake in the terminal moves a note. The model
 * is the dispense token of CEN XFS4IoT.
 */
#ifndef ATM_LINK_DISPENSE_TOKEN_H
#define ATM_LINK_DISPENSE_TOKEN_H

#include "shared/notes.h"
#include "shared/wire.h"

#include <stdbool.h>

#define DISPENSE_TOKEN_MAX 4096 /* bytes of a reply; an approval has under 1,000 */

struct dispense_token {
    struct pin_key key; /* of replies, at the time it came */
    size_t length;      /* 0: there is none */
    char line[DISPENSE_TOKEN_MAX];
};

/* Takes the place of the token before. A line that is too long is no token. */
void dispense_token_set(struct dispense_token *token, const struct pin_key *reply_key,
                        const char *line, size_t length);

/* Whether these notes may be stacked for this withdrawal. The token is used up, whatever the
 * answer. */
bool dispense_token_use(struct dispense_token *token, const struct uuid *withdrawal,
                        const struct notes *notes);

#endif
