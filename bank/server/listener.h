/* SPDX-License-Identifier: MIT */
/*
 * A listening socket in the loop: whoever connects is accepted and handed on, until the process has
 * no descriptors left; then accepting pauses for a second.
 */
#ifndef BANK_SERVER_LISTENER_H
#define BANK_SERVER_LISTENER_H

#include "shared/error.h"

struct event_base;
struct listener;

/* file: a non-blocking socket that is bound, taken over (closed on failure too). `where` is for the
 * error. The sockets that `accepted` gets are non-blocking and its own. */
struct listener *listener_create(struct event_base *loop, int file, const char *where,
                                 void (*accepted)(void *context, int file), void *context,
                                 struct error *error);
void listener_destroy(struct listener *listener); /* takes NULL */

#endif
