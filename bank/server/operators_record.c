/* SPDX-License-Identifier: MIT */
#include "bank/server/operators_record.h"

#include "bank/log/log.h"
#include "bank/server/parse.h"
#include "shared/clock.h"

#include <stdio.h>
#include <time.h>

void operators_record_note(struct operators_record *record, const struct operators *operators)
{
    record->stamp = *operators_stamp(operators);
    record->is_settled = false;
}

/* The id of the act that records this file after that one. */
static struct uuid id_after(const struct operators_stamp *stamp, const struct uuid *before)
{
    static const struct uuid none;
    char text[UUID_TEXT_LENGTH];
    return uuid_named(stamp->is_file ? &stamp->id : &none, uuid_write(before, text));
}

/* In older logs the id of an act is the file's alone. */
static bool is_recorded(const struct operators_stamp *stamp, const struct operators_read *read)
{
    const struct uuid id = id_after(stamp, &read->before);
    if (!stamp->is_file || !read->is_file)
        return stamp->is_file == read->is_file;
    return uuid_equal(&read->last, &id) || uuid_equal(&read->last, &stamp->id);
}

static void settle(struct operators_record *record, const struct uuid *last)
{
    record->settled = *last;
    record->is_settled = true;
}

static void on_done(struct request *request, const char *line, size_t length, bool replayed)
{
    struct operators_record *record = request->owner;
    (void)line, (void)length, (void)replayed;
    record->under_way = false;
    if (request->refusal == REFUSED_BANK_UNAVAILABLE)
        return; /* again in a later turn */
    if (request->refusal == NOT_REFUSED) {
        engine_operators_note(record->engine, &request->command.id, record->is_file);
        return;
    }
    log_event("act-not-recorded", "act=%s why=\"%s\"", act_name(ACT_OPERATORS_READ),
              refusal_name(request->refusal));
    settle(record, &engine_operators_read(record->engine)->last); /* it would be refused again */
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
    const struct operators_read *read = engine_operators_read(engine);
    struct request *request = &record->request;
    if (record->under_way || (record->is_settled && uuid_equal(&record->settled, &read->last)))
        return;
    if (is_recorded(&record->stamp, read)) {
        settle(record, &read->last);
        return;
    }
    record->engine = engine;
    record->under_way = true;
    record->is_file = record->stamp.is_file;
    *request = (struct request){ .done = on_done,
                                 .owner = record,
                                 .repeat = true,
                                 .received_us = clock_us(CLOCK_MONOTONIC),
                                 .command = { .kind = BANK_RECORD_ACT,
                                              .id = id_after(&record->stamp, &read->last),
                                              .act = ACT_OPERATORS_READ } };
    snprintf(request->command.subject, sizeof request->command.subject, "%s",
             record->stamp.is_file ? record->stamp.summary : "");
    reason_write(&record->stamp, request->command.reason);
    request_complete(request);
    engine_submit(engine, request);
}
