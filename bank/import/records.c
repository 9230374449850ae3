/* SPDX-License-Identifier: MIT */
/* Room for what is read. */
#include "bank/import/parts.h"

#include <stdlib.h>
#include <string.h>

void *import_grow(void *array, size_t *count, size_t *capacity, size_t size)
{
    if (*count == *capacity) {
        *capacity = *capacity > 0 ? 2 * *capacity : 64;
        array = reallocarray(array, *capacity, size);
        if (array == NULL)
            panic("out of memory");
    }
    memset((char *)array + *count * size, 0, size);
    ++*count;
    return array;
}

char *import_copy(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        panic("out of memory");
    return copy;
}
