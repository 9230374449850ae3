/* SPDX-License-Identifier: MIT */
/* Many requests over a few connections to operator.sock, with many in flight. A refusal gives up.
 */
#ifndef TESTS_BENCH_PIPELINE_H
#define TESTS_BENCH_PIPELINE_H

#include "shared/home.h"

#include <stddef.h>
#include <stdint.h>

#define PIPELINE_LINE_MAX 1024

/* Writes request `number` with its newline; returns its length. */
typedef size_t (*pipeline_maker)(int64_t number, char line[static PIPELINE_LINE_MAX],
                                 const void *context);

/* Returns how long all of them took, in seconds. */
double pipeline_run(const struct home *home, int64_t count, pipeline_maker make,
                    const void *context);

#endif
