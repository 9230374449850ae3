/* SPDX-License-Identifier: MIT */
#ifndef BANK_VERIFY_MEMORY_H
#define BANK_VERIFY_MEMORY_H

#include <stddef.h>

/* Memory that a process beside fills for this one. */
void *shared_create(size_t size);
void shared_destroy(void *memory, size_t size); /* takes NULL */

#endif
