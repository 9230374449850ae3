/* SPDX-License-Identifier: MIT */
/*
 * A connection to one of the bank's sockets, as lines.
 *
 * Requests are gathered by link_send and leave together at link_flush; lines
 * that came are taken one by one from what link_read read. Blocking until
 * link_unblock. The peer's end gives up: the benchmark has no use for half a
 * fleet.
 */
#ifndef TESTS_BENCH_LINK_H
#define TESTS_BENCH_LINK_H

#include "shared/home.h"

#include <stdbool.h>
#include <stddef.h>

#define LINK_IN_SIZE 131072

struct link {
    int fd;
    bool full; /* the socket takes no more: flush again when it is writable */
    char *out;
    size_t out_at, out_end, out_capacity;
    char *in;
    size_t in_at, in_end;
};

void link_open(struct link *link, const struct home *home, const char *socket_name);
void link_close(struct link *link);
void link_unblock(struct link *link);
void link_send(struct link *link, const char *line, size_t length);
/* False when the socket is full. */
bool link_flush(struct link *link);
/* Reads once; false when there was nothing to read (never so while it blocks). */
bool link_read(struct link *link);
/* The next whole line, without its newline and ended by a NUL; NULL when there is none yet. */
char *link_line(struct link *link, size_t *length);
/* For a link that blocks: flushes, then reads until there is a line. */
char *link_await(struct link *link, size_t *length);

#endif
