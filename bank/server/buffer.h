/* SPDX-License-Identifier: MIT */
/*
 * Bytes that wait at one end of a connection. libevent's evbuffer chains what
 * it is given; here lines are parsed where they lie and a batch's replies leave
 * in one write, so that one run of bytes is what is wanted.
 */
#ifndef BANK_SERVER_BUFFER_H
#define BANK_SERVER_BUFFER_H

#include <stddef.h>

#define BUFFER_KEPT_BYTES 16384 /* an emptied one that is larger is given back */

struct buffer {
    char *bytes;
    size_t start, end, capacity; /* content is from start to end */
};

static inline size_t buffer_length(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

/* Makes room for `more` bytes at its end; the first time, for `first` at least. */
void buffer_reserve(struct buffer *buffer, size_t more, size_t first);

/* The first bytes are done with. */
void buffer_drop(struct buffer *buffer, size_t length);

void buffer_free(struct buffer *buffer);

#endif
