/* SPDX-License-Identifier: MIT */
/* The mouse as a person's terminal reports it, turned into lines of a script. */
#ifndef KEYS_POINTER_H
#define KEYS_POINTER_H

#include <stddef.h>

struct pointer {
    int row, column, button; /* held down since; row 0: none is */
};

/* How many bytes a report at the start of `bytes` takes; 0 when there is none. The line of script
 * that comes of it is put into `line`, "" for none. */
size_t pointer_read(struct pointer *pointer, const char *bytes, size_t size, char *line,
                    size_t line_size);

#endif
