/* SPDX-License-Identifier: MIT */
/*
 * Ids by their beginning. 8 or more of an id's first characters stand for the
 * whole one wherever only one id of that type begins so; the read models, or for
 * a correlation the log, say which. Only here: a command gets whole ids.
 */
#ifndef BANK_CLI_IDS_H
#define BANK_CLI_IDS_H

#include "bank/cli/arguments.h"
#include "bank/postgres/query.h"

/* Puts the whole ids in the place of those that were shortened; false after saying which there are,
 * that there is none, or why it cannot be told. Asks the database only where it has to. */
bool ids_complete(struct arguments *arguments);

/*
 * Ids of a type that lie between two, as text, at most `limit`; a card's with its masked number as
 * second column. NULL with the error.
 */
struct rows *ids_between(struct query *query, enum value_type type, const struct uuid *least,
                         const struct uuid *most, int limit, struct error *error);

#endif
