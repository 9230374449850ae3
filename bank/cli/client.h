/* SPDX-License-Identifier: MIT */
/*
 * A plain client of a bank that runs: one request, one reply, blocking.
 *
 * For the bank's own commands and for tests; a terminal has its own link,
 * which stores and forwards. Requests go one at a time, so the next line read
 * is the reply to the last one sent.
 */
#ifndef BANK_CLI_CLIENT_H
#define BANK_CLI_CLIENT_H

#include "shared/error.h"
#include "shared/home.h"

#include <stddef.h>

struct client;

/* Connects to `socket_name` ("operator.sock", "atm.sock") in the home, or as an operator to the
 * bank elsewhere that the home names (remote.h). NULL when no bank is there (ERROR_ABSENT) or does
 * not let one in (ERROR_CONNECTION), with what to do in the error. */
struct client *client_open(const struct home *home, const char *socket_name, struct error *error);

/*
 * Sends one line (a newline is added where it has none) and waits up to
 * timeout_ms for one line back: without its newline, for the caller to free.
 * NULL on failure; the client is then of no more use and only to be closed.
 */
char *client_call(struct client *client, const char *line, int timeout_ms, struct error *error);

/* Takes NULL. */
void client_close(struct client *client);

#endif
