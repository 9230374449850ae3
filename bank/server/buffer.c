/* SPDX-License-Identifier: MIT */
#include "bank/server/buffer.h"

#include "shared/error.h"

#include <stdlib.h>
#include <string.h>

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){ 0 };
}

void buffer_reserve(struct buffer *buffer, size_t more, size_t first)
{
    size_t length = buffer_length(buffer);
    if (buffer->start > 0 && buffer->end + more > buffer->capacity) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, length);
        buffer->start = 0;
        buffer->end = length;
    }
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : first;
    while (capacity < buffer->end + more)
        capacity *= 2;
    if (capacity == buffer->capacity)
        return;
    char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL)
        panic("out of memory");
    buffer->bytes = bytes;
    buffer->capacity = capacity;
}

void buffer_drop(struct buffer *buffer, size_t length)
{
    buffer->start += length;
    if (buffer->start < buffer->end)
        return;
    buffer->start = buffer->end = 0;
    if (buffer->capacity > BUFFER_KEPT_BYTES)
        buffer_free(buffer);
}
