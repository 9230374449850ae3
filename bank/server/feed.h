/* SPDX-License-Identifier: MIT */
/*
 * The feed: a machine that has asked for it (WatchSagas) sees its own sagas
 * happen. Each event that a request of its teller or about its teller has
 * appended is a line to it, once it is committed: what kind, where in the log,
 * and of which saga; no amounts, names or cards.
 *
 * It is for looking at, and never at a customer's cost: the lines come after
 * the replies, and one that its reader has no room for is left out.
 */
#ifndef BANK_SERVER_FEED_H
#define BANK_SERVER_FEED_H

#include "bank/server/session.h"

/* Answers the request of that id; from now on events follow, each as a reply to it. */
void feed_begin(struct session *session, const struct uuid *id);

#endif
