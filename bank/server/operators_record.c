/* SPDX-License-Identifier: MIT */
#include "bank/server/operators_record.h"

#include "bank/log/log.h"
#include "bank/server/parse.h"
#include "shared/clock.h"

#include <stdio.h>
#include <time.h>

void operators_record_note(struct operators_record *record, const struct operators *operators)
{
    const struct operators_stamp before = record->stamp;
    const bool was_file = before.is_file;
    record->stamp = *operators_stamp(operators);
    record->due = record->stamp.is_file || was_file;
    record->again = record->under_way;
    if (!record->stamp.is_file && was_file)
        record->stamp.id = uuid_make(); /* that there is none any more has no date */
    record->comes_after = record->comes_after || (!uuid_is_nil(&before.id) &&
                                                  !uuid_equal(&before.id, &record->stamp.id));
}

static void on_done(struct request *request, const char *line, size_t length, bool replayed)
{
    struct operators_record *record = request->owner;
    (void)line, (void)length;
    record->under_way = false;
    if (request->refusal == REFUSED_BANK_UNAVAILABLE) {
        record->comes_after = record->comes_after || record->came_after;
        return; /* again in a later turn */
    }
    if (request->refusal != NOT_REFUSED)
        log_event("act-not-recorded", "act=%s why=\"%s\"", act_name(ACT_OPERATORS_READ),
                  refusal_name(request->refusal));
    record->due = record->again;
    if (!replayed || !record->came_after || record->again)
        return;
    record->stamp.id = uuid_make(); /* the log has it, but another one after it */
    record->due = true;
}

static void reason_write(const struct operators_stamp *stamp, char reason[static REASON_LENGTH])
{
    struct tm at;
    char written[30];
    const time_t at_s = (time_t)stamp->written_s;
    gmtime_r(&at_s, &at);
    strftime(written, sizeof written, "%Y-%m-%dT%H:%M:%SZ", &at);
    if (stamp->is_file)
        snprintf(reason, REASON_LENGTH, "a file of uid %u, written at %s", (unsigned)stamp->owner,
                 written);
    else
        snprintf(reason, REASON_LENGTH, "the file is gone: its owner and root are supervisors");
}

void operators_record_submit(struct operators_record *record, struct engine *engine)
{
    struct request *request = &record->request;
    if (!record->due || record->under_way)
        return;
    record->under_way = true;
    record->again = false;
    record->came_after = record->comes_after;
    record->comes_after = false;
    *request = (struct request){
        .done = on_done,
        .owner = record,
        .repeat = true,
        .received_us = clock_us(CLOCK_MONOTONIC),
        .command = { .kind = BANK_RECORD_ACT, .id = record->stamp.id, .act = ACT_OPERATORS_READ }
    };
    snprintf(request->command.subject, sizeof request->command.subject, "%s",
             record->stamp.is_file ? record->stamp.summary : "");
    reason_write(&record->stamp, request->command.reason);
    request_complete(request);
    engine_submit(engine, request);
}
