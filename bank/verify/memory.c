/* SPDX-License-Identifier: MIT */
#include "bank/verify/memory.h"

#include "shared/error.h"

#include <sys/mman.h>

void *shared_create(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        panic("out of memory");
    return memory;
}

void shared_destroy(void *memory, size_t size)
{
    if (memory != NULL)
        munmap(memory, size);
}
