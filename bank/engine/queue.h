/* SPDX-License-Identifier: MIT */
/*
 * Requests in their order, linked through request->next: one is in one queue
 * at a time. A queue must not be copied; it may point into itself.
 */
#ifndef BANK_ENGINE_QUEUE_H
#define BANK_ENGINE_QUEUE_H

#include "bank/engine/request.h"

#include <stddef.h>

struct queue {
    struct request *first, **end;
    size_t count;
};

void queue_init(struct queue *queue);
void queue_add(struct queue *queue, struct request *request); /* at the end */
struct request *queue_take(struct queue *queue); /* the first; NULL when there is none */
/* Puts all of `front` before what is in the queue; `front` is empty after it. */
void queue_prepend(struct queue *queue, struct queue *front);

#endif
