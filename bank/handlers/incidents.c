/* SPDX-License-Identifier: MIT */
/*
 * incidents: an alert for what a machine reports of itself. A lockout of its
 * supervisor is over with the right code, anything else with the business day,
 * whose end somebody has looked at.
 *
 * One alert a machine and incident is open at a time.
 */
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

static const enum column_type raise_types[] = { COLUMN_TEXT, COLUMN_UUID, COLUMN_TEXT, COLUMN_INT8,
                                                COLUMN_TIMESTAMPTZ };
static const enum column_type clear_types[] = { COLUMN_TEXT, COLUMN_INT8, COLUMN_TIMESTAMPTZ };
static const struct effect_statement raise = {
    "SELECT * FROM esbank.alerts_raise('incidents', $1, $2, $3, $4, $5)", 5, raise_types
};
static const struct effect_statement clear = {
    "SELECT * FROM esbank.alerts_clear('incidents', $1, $2, $3)", 3, clear_types
};

static int subject_format(const struct event *event, const char *incident,
                          char subject[static UUID_TEXT_LENGTH + INCIDENT_LENGTH])
{
    char teller[UUID_TEXT_LENGTH];
    return snprintf(subject, UUID_TEXT_LENGTH + INCIDENT_LENGTH, "%s %s",
                    uuid_write(&event->stream_id, teller), incident);
}

static void add_raise(struct effects *effects, const struct event_record *record)
{
    const struct event *event = &record->event;
    char subject[UUID_TEXT_LENGTH + INCIDENT_LENGTH], message[300];
    struct columns *row = effects_row(effects, &raise);
    int subject_length = subject_format(event, event->incident.name, subject), length;
    switch (incident_find(event->incident.name)) {
    case INCIDENT_SUPERVISOR_LOCKOUT:
        length = snprintf(
            message, sizeof message,
            "%d wrong supervisor's codes in a row at this machine: its code is being guessed, or "
            "was forgotten",
            event->incident.count);
        break;
    case INCIDENT_MEMORIES_ADOPTED:
        length = snprintf(
            message, sizeof message,
            "this machine took over a folder without MACs, or a journal without its end: compare "
            "its journal with the log");
        break;
    case INCIDENT_MEMORY_LOST:
        length = snprintf(
            message, sizeof message,
            "a device's memory of this machine was missing, or not its own: count the machine");
        break;
    case INCIDENT_ADVICE_REFUSED:
        length = snprintf(message, sizeof message,
                          "the bank refused an advice of this machine: compare the files in its "
                          "folder refused/ with the log");
        break;
    case INCIDENT_FOLDER_OLDER:
        length = snprintf(
            message, sizeof message,
            "the folder of this machine is older than what the bank knows of it, or a copy of it "
            "works elsewhere: find the right one, then start it once with --adopt-memories");
        break;
    case INCIDENT_SUPERVISOR_ADMITTED:
    case INCIDENT_COUNT:
    default:
        length = snprintf(message, sizeof message, "this machine reports: %s (%d)",
                          event->incident.name, event->incident.count);
    }
    columns_bytes(row, 0, subject, (size_t)subject_length);
    columns_uuid(row, 1, &event->stream_id);
    columns_bytes(row, 2, message, (size_t)length);
    columns_int8(row, 3, record->position);
    columns_time(row, 4, event->at_us);
}

static void add_clear(struct effects *effects, const struct event_record *record,
                      enum incident incident)
{
    char subject[UUID_TEXT_LENGTH + INCIDENT_LENGTH];
    struct columns *row = effects_row(effects, &clear);
    int length = subject_format(&record->event, incident_name(incident), subject);
    columns_bytes(row, 0, subject, (size_t)length);
    columns_int8(row, 1, record->position);
    columns_time(row, 2, record->event.at_us);
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    (void)reason;
    static const enum incident of_the_day[] = { INCIDENT_MEMORIES_ADOPTED, INCIDENT_MEMORY_LOST,
                                                INCIDENT_FOLDER_OLDER, INCIDENT_ADVICE_REFUSED };
    if (record->event.kind == TELLER_BUSINESS_DAY_CLOSED)
        for (size_t i = 0; i < sizeof of_the_day / sizeof of_the_day[0]; i++)
            add_clear(effects, record, of_the_day[i]);
    else if (incident_find(record->event.incident.name) == INCIDENT_SUPERVISOR_ADMITTED)
        add_clear(effects, record, INCIDENT_SUPERVISOR_LOCKOUT);
    else
        add_raise(effects, record);
    return true;
}

static const enum event_kind kinds[] = { TELLER_INCIDENT_REPORTED, TELLER_BUSINESS_DAY_CLOSED,
                                         EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'incidents'",
                                      NULL };

const struct handler handler_incidents = {
    .name = "incidents",
    .help = "an alert for what a machine reports of itself: wrong supervisor's codes, a folder "
            "taken over",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .handle = handle,
    .forget = forget,
};
