/* SPDX-License-Identifier: MIT */
/* Showing events. */
#ifndef BANK_COMMANDS_EVENTS_H
#define BANK_COMMANDS_EVENTS_H

#include "bank/cli/reading.h"
#include "bank/postgres/log_reader.h"
#include "shared/json.h"

/* One line without, and one object with no newline. */
void event_print(const struct stored_event *stored);
void event_print_json(const struct stored_event *stored);

/* Prints the commands and events of one correlation as a tree; the exit status. */
int events_tree(struct query *query, const struct uuid *correlation_id, int64_t to, bool json);

/* Who caused an event: of an operator also the role, and how the bank knew it. */
void actor_print(const struct event_origin *origin);

#endif
