/* SPDX-License-Identifier: MIT */
#include "bank/engine/ttl.h"

#include "bank/engine/cache.h"

#define MINUTES *INT64_C(60000000)
#define DROP    0

/* A withdrawal that is open must be at hand when its advice comes; none asks for one that has
 * ended. An id that was refused, such as one that no withdrawal has, may be tried again soon. */
static const int64_t lifespans[TTL_TYPES][TTL_AFTERS] = {
    /*                          an event        a command       an error        its end     */
    [TTL_ACCOUNT] = { 10 MINUTES, 10 MINUTES, 10 MINUTES, DROP },
    [TTL_TELLER] = { CACHE_FOR_EVER, CACHE_FOR_EVER, CACHE_FOR_EVER, CACHE_FOR_EVER },
    [TTL_WITHDRAWAL] = { CACHE_FOR_EVER, CACHE_FOR_EVER, 1 MINUTES, DROP },
};

int64_t ttl(enum ttl_of type, enum ttl_after after)
{
    return lifespans[type][after];
}
