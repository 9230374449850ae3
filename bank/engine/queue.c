/* SPDX-License-Identifier: MIT */
#include "bank/engine/queue.h"

void queue_init(struct queue *queue)
{
    *queue = (struct queue){ .end = &queue->first };
}

void queue_add(struct queue *queue, struct request *request)
{
    request->next = NULL;
    *queue->end = request;
    queue->end = &request->next;
    queue->count++;
}

struct request *queue_take(struct queue *queue)
{
    struct request *request = queue->first;
    if (request == NULL)
        return NULL;
    queue->first = request->next;
    if (queue->first == NULL)
        queue->end = &queue->first;
    queue->count--;
    return request;
}

void queue_prepend(struct queue *queue, struct queue *front)
{
    if (front->first == NULL)
        return;
    *front->end = queue->first;
    if (queue->first == NULL)
        queue->end = front->end;
    queue->first = front->first;
    queue->count += front->count;
    queue_init(front);
}
