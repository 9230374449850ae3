/* SPDX-License-Identifier: MIT */
#include "bank/server/default_teller.h"

#include "bank/log/log.h"
#include "bank/server/parse.h"
#include "shared/clock.h"
#include "shared/wire.h"

/* Of the command that loads it. */
#define PROVISIONING_ID "e5ba0000-0000-8000-8000-000000000001"

static void on_provisioned(struct request *request, const char *line, size_t length, bool replayed)
{
    struct default_teller *teller = request->owner;
    (void)line;
    (void)length;
    teller->under_way = false;
    teller->due = request->refusal == REFUSED_BANK_UNAVAILABLE;
    if (!replayed && request->refusal == NOT_REFUSED)
        log_event("teller-provisioned", "teller=%s", DEFAULT_TELLER_ID);
}

void default_teller_provision(struct default_teller *teller, struct engine *engine)
{
    struct request *request = &teller->request;
    if (!teller->due || teller->under_way)
        return;
    teller->due = false;
    teller->under_way = true;
    *request = (struct request){ .done = on_provisioned,
                                 .owner = teller,
                                 .repeat = true,
                                 .received_us = clock_us(CLOCK_MONOTONIC),
                                 .command = { .kind = TELLER_PROVISION, .notes_given = true } };
    uuid_read(PROVISIONING_ID, UUID_TEXT_LENGTH - 1, &request->command.id);
    uuid_read(DEFAULT_TELLER_ID, UUID_TEXT_LENGTH - 1, &request->command.teller_id);
    /* 1,000,000.00 in all, in notes that pay every multiple of ten. */
    request->command.notes = (struct notes){
        .length = 4, .item = { { 10000, 4000 }, { 5000, 8000 }, { 2000, 7500 }, { 1000, 5000 } }
    };
    request_complete(request);
    engine_submit(engine, request);
}
