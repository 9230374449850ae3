/* SPDX-License-Identifier: MIT */
/*
 * The tree of one correlation: which command (C) caused which events (E) and
 * which further commands.
 *
 *     C Teller.InitiateWithdrawal
 *       C Accounts.ConfirmAuthorization
 *       E Accounts.AuthorizationConfirmed
 *     E Teller.WithdrawalInitiated
 *     C Teller.WithdrawMoney
 *       …
 *
 * An event stands as far in as the command that produced it. A command stands
 * as far in as the one that caused it when both are for the same stream, and
 * one step further in when it asks another. All in order of position, where a
 * command comes before the first thing that it led to. A command that left no
 * event is not in the log and so not here.
 */
#ifndef BANK_CLI_EVENT_TREE_H
#define BANK_CLI_EVENT_TREE_H

#include "bank/postgres/log_reader.h"

#define EVENT_TREE_MAX 200 /* events; what follows is left out */

struct event_node {
    struct event_record record;
    char stream[LOG_READER_STREAM_SIZE];
    char type[64];
    char *data, *metadata; /* as stored */
};

struct event_tree {
    size_t count;
    struct event_node node[EVENT_TREE_MAX];
};

/* Reads the events up to that position into a tree of zeros; false with the error. */
bool event_tree_read(struct event_tree *tree, struct query *query,
                     const struct uuid *correlation_id, int64_t to, struct error *error);
void event_tree_finish(struct event_tree *tree);

/* Each line of the tree, in its order: kind is 'C' or 'E', and a command's node is its first event.
 */
typedef void event_tree_line(void *context, int depth, char kind, const struct event_node *node);
void event_tree_walk(const struct event_tree *tree, event_tree_line *line, void *context);

#endif
