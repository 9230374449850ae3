/* SPDX-License-Identifier: MIT */
/* The bank's replies and the terminal's stored messages, as the ATM reads them, and dispense
 * tokens. */
#include "tests/fuzz/fuzz.h"

#include "atm/link/dispense_token.h"
#include "atm/link/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct pin_key key = { { 7 } };
    static struct dispense_token token;
    static char line[WIRE_LINE_MAX + WIRE_SIGNATURE_LENGTH];
    struct reply reply;
    struct stored stored;
    struct error error;
    if (size == 0 || size > WIRE_LINE_MAX)
        return 0;
    memcpy(line, bytes, size);
    if (message_reply(line, size, &reply, &error)) {
        PROMISE(reply.notes.length <= NOTES_MAX &&
                memchr(reply.state, '\0', sizeof reply.state) != NULL);
        PROMISE(reply.ok == (reply.refusal == REFUSED_NONE) || !reply.ok);
    }
    message_stored(line, size, &stored, &error);
    if (size > 1 && line[size - 1] == '}') {
        dispense_token_set(&token, &key, line, wire_sign(&key, line, size));
        bool first = dispense_token_use(&token, &reply.id, &reply.notes);
        PROMISE(!first || reply.ok);
        PROMISE(!dispense_token_use(&token, &reply.id, &reply.notes));
    }
    return 0;
}
