/* SPDX-License-Identifier: MIT */
/*
 * The end of a business day: its event holds a report, which says what is in
 * flight. The teller knows the ids of what may be, its sagas know whether it is;
 * so these are loaded before the command is decided.
 *
 * Reports are large and rare. So an event points to its own, which lives in the
 * batch's slot until the next batch takes it.
 */
#include "bank/engine/parts.h"

#include <stdlib.h>

struct day_room {
    struct day_room *next;
    struct day_report report;
};

bool days_met(struct engine *engine, struct request *request)
{
    const struct cached_teller *cached = cache_find(&engine->tellers, &request->command.teller_id);
    bool met = true;
    if (cached == NULL || cached->unreadable)
        return true;
    for (uint32_t i = 0; i < cached->teller.day.open_count; i++)
        met = prefetch_saga(engine, &cached->teller.day.open[i]) && met;
    return met;
}

struct day_report *days_room(struct engine *engine, struct batch_slot *slot,
                             const struct uuid *teller_id)
{
    const struct cached_teller *teller = cache_find(&engine->tellers, teller_id);
    if (teller == NULL)
        return NULL;
    struct day_room *room = calloc(1, sizeof *room);
    if (room == NULL)
        panic("out of memory for the report of a day");
    room->next = slot->days;
    slot->days = room;
    struct day_report *report = &room->report;
    report->open_more = teller->teller.day.open_more;
    for (uint32_t i = 0; i < teller->teller.day.open_count; i++) {
        const struct uuid *id = &teller->teller.day.open[i];
        const struct cached_saga *saga = cache_find(&engine->sagas, id);
        const bool known = saga != NULL && !saga->unreadable;
        report->open_count +=
            teller_day_open(id, known ? &saga->state : NULL, &report->open[report->open_count]);
    }
    return report;
}

void days_forget(struct batch_slot *slot)
{
    struct day_room *next;
    for (struct day_room *room = slot->days; room != NULL; room = next) {
        next = room->next;
        free(room);
    }
    slot->days = NULL;
}
