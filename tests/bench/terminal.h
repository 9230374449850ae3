/* SPDX-License-Identifier: MIT */
/*
 * One terminal of the load: the withdrawal it is at, and the request it waits
 * for an answer to. Lines are put together and taken apart by hand, so that
 * the load costs little beside what it measures.
 */
#ifndef TESTS_BENCH_TERMINAL_H
#define TESTS_BENCH_TERMINAL_H

#include "tests/bench/desk.h"

#define TERMINAL_LINE_MAX 768

enum terminal_phase { TERMINAL_IDLE, TERMINAL_ASKING, TERMINAL_CONFIRMING };

struct terminal {
    struct link *link;
    struct desk *desk;
    enum terminal_phase phase;
    int amount;
    int64_t begun_ns, retry_ns; /* retry: when to send the line again; 0: not waiting for that */
    char id[UUID_TEXT_LENGTH];  /* of the request it waits for */
    size_t length;
    char line[TERMINAL_LINE_MAX];
};

/* What a reply came to. */
struct reply {
    bool ok;
    int64_t retry_after_ms; /* above 0: send it again */
    const char *notes;      /* the array, or NULL */
    size_t notes_length;
};

/* Writes an InitiateWithdrawal for a card and an amount that are drawn. The id ends with the
 * terminal's number. */
void terminal_ask(struct terminal *terminal, uint32_t number, uint64_t *state);

/* Writes the ConfirmDispense for the withdrawal just approved. */
void terminal_confirm(struct terminal *terminal, uint32_t number, uint64_t *state,
                      const struct reply *reply);

/* The number of the terminal that a reply line is for, and its id; false when it is no reply of
 * ours. */
bool reply_number(const char *line, const char **id, uint32_t *number);
void reply_read(const char *line, struct reply *reply);

#endif
