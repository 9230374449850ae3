/* SPDX-License-Identifier: MIT */
/*
 * How long the engine keeps an aggregate's state in memory after it was last
 * used: one table, a row for each type. What is no longer there is read again
 * when it is needed, so a lifespan changes what is fast, never what is true.
 *
 *              after an event   after a command   after an error    once it has ended
 *
 * A command is one that changed nothing, such as an enquiry; an error one that
 * was refused. The bounds on memory (struct engine_settings) stand above all.
 */
#ifndef BANK_ENGINE_TTL_H
#define BANK_ENGINE_TTL_H

#include <stdbool.h>
#include <stdint.h>

enum ttl_of { TTL_ACCOUNT, TTL_TELLER, TTL_WITHDRAWAL, TTL_TYPES };
enum ttl_after { AFTER_EVENT, AFTER_COMMAND, AFTER_ERROR, AFTER_END, TTL_AFTERS };

/* Microseconds to be kept; CACHE_FOR_EVER; 0: until what changed it has committed. */
int64_t ttl(enum ttl_of type, enum ttl_after after);

#endif
