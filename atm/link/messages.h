/* SPDX-License-Identifier: MIT */
/*
 * The terminal's side of the wire: requests as lines, lines as replies.
 * shared/PROTOCOL.md is the manual. Every writer returns the line's length
 * with its newline; WIRE_LINE_MAX always suffices. The link adds the mac.
 */
#ifndef ATM_LINK_MESSAGES_H
#define ATM_LINK_MESSAGES_H

#include "atm/terminal/event.h"
#include "shared/wire.h"

#define MESSAGE_SIZE 4096 /* bytes of any line the terminal sends */

size_t message_echo(char *line, const struct uuid *id);
size_t message_sign_on(char *line, const struct uuid *id, const struct uuid *teller,
                       const struct uuid *run, const struct notes *cassettes);
/* journal: where the machine's journal ends (journal_position); empty: unsaid */
size_t message_withdrawal(char *line, const struct uuid *id, const struct uuid *teller,
                          const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                          money amount, const struct notes *notes, const char *journal);
size_t message_balance(char *line, const struct uuid *id, const struct uuid *teller,
                       const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH]);
size_t message_deposit(char *line, const struct uuid *id, const struct uuid *teller,
                       const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                       const char *journal);
size_t message_statement(char *line, const struct uuid *id, const struct uuid *teller,
                         const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH]);
/* to: the number of the receiver's card */
size_t message_transfer(char *line, const struct uuid *id, const struct uuid *teller,
                        const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                        money amount, const char *to);
/* number: the code's, whose PIN the new block has */
size_t message_cash_code(char *line, const struct uuid *id, const struct uuid *teller,
                         const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                         money amount, const char *number,
                         const unsigned char new_block[static PIN_BLOCK_LENGTH]);
size_t message_new_pin(char *line, const struct uuid *id, const struct uuid *teller,
                       const char *pan, const unsigned char block[static PIN_BLOCK_LENGTH],
                       const unsigned char new_block[static PIN_BLOCK_LENGTH]);
size_t message_advice(char *line, const struct uuid *id, const struct uuid *teller,
                      const struct advice *advice);
size_t message_replenish(char *line, const struct uuid *id, const struct uuid *teller,
                         const struct notes *notes);
/* incident: a name of PROTOCOL.md's table; count: how many of it */
size_t message_incident(char *line, const struct uuid *id, const struct uuid *teller,
                        const char *incident, int count);
size_t message_watch(char *line, const struct uuid *id, const struct uuid *teller);
/* cassettes: as counted; NULL: left out. */
size_t message_cut_over(char *line, const struct uuid *id, const struct uuid *teller,
                        const struct notes *cassettes);

/* The same line with "repeat":true; line has MESSAGE_SIZE bytes. */
size_t message_repeat(char *line, size_t length);

/* Reads a reply; false (ERROR_FORMAT) when the line is none. */
bool message_reply(const char *line, size_t length, struct reply *reply, struct error *error);

/* What a stored message is about: its command, its id, its withdrawal or deposit (nil: none) and
 * its notes.
 */
struct stored {
    char command[32];
    struct uuid id, withdrawal;
    char outcome[16];
    struct notes notes;
};
bool message_stored(const char *line, size_t length, struct stored *stored, struct error *error);

#endif
