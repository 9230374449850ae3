/* SPDX-License-Identifier: MIT */
/*
 * incidents: an alert for what a machine reports of itself. A lockout of its
 * supervisor is over with the right code, anything else with the business day,
 * at whose end the machine was looked at.
 *
 * One alert a machine and incident is open at a time.
 */
#include "bank/handlers/alerts.h"
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

static const struct effect_statement raise = ALERT_RAISE("incidents"),
                                     clear = ALERT_CLEAR("incidents");

/* What to do about each; a right code after a lockout ends an alert instead of raising one. */
static const char *const sentences[INCIDENT_COUNT] = {
    [INCIDENT_SUPERVISOR_LOCKOUT] = "wrong supervisor's codes in a row at this machine: its code "
                                    "is being guessed, or was forgotten",
    [INCIDENT_MEMORIES_ADOPTED] = "this machine took over a folder without MACs, or a journal "
                                  "without its end: compare its journal with the log",
    [INCIDENT_MEMORY_LOST] = "a device's memory of this machine was missing, or not its own: count "
                             "the machine",
    [INCIDENT_ADVICE_REFUSED] = "the bank refused an advice of this machine: compare the files in "
                                "its folder refused/ with the log",
    [INCIDENT_FOLDER_OLDER] = "the folder of this machine is older than what the bank knows of it, "
                              "or a copy of it works elsewhere: find the right one, then start it "
                              "once with --adopt-memories",
};

static const char *subject_of(const struct event *event, const char *incident,
                              char subject[static UUID_TEXT_LENGTH + INCIDENT_LENGTH])
{
    char teller[UUID_TEXT_LENGTH];
    snprintf(subject, UUID_TEXT_LENGTH + INCIDENT_LENGTH, "%s %s",
             uuid_write(&event->stream_id, teller), incident);
    return subject;
}

static void add_raise(struct effects *effects, const struct event_record *record,
                      enum incident incident)
{
    const struct event *event = &record->event;
    char subject[UUID_TEXT_LENGTH + INCIDENT_LENGTH], message[300];
    if (incident == INCIDENT_COUNT) /* of a later program's */
        snprintf(message, sizeof message, "this machine reports: %s (%d)", event->incident.name,
                 event->incident.count);
    else if (incident == INCIDENT_SUPERVISOR_LOCKOUT)
        snprintf(message, sizeof message, "%d %s", event->incident.count, sentences[incident]);
    else
        snprintf(message, sizeof message, "%s", sentences[incident]);
    alert_raise(effects, &raise, record, subject_of(event, event->incident.name, subject),
                &event->stream_id, message);
}

static void add_clear(struct effects *effects, const struct event_record *record,
                      enum incident incident)
{
    char subject[UUID_TEXT_LENGTH + INCIDENT_LENGTH];
    alert_clear(effects, &clear, record,
                subject_of(&record->event, incident_name(incident), subject));
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    const struct event *event = &record->event;
    (void)reason;
    if (event->kind == TELLER_BUSINESS_DAY_CLOSED) {
        for (enum incident incident = 0; incident < INCIDENT_COUNT; incident++)
            if (sentences[incident] != NULL && incident != INCIDENT_SUPERVISOR_LOCKOUT)
                add_clear(effects, record, incident);
        return true;
    }
    const enum incident incident = incident_find(event->incident.name);
    if (incident == INCIDENT_SUPERVISOR_ADMITTED)
        add_clear(effects, record, INCIDENT_SUPERVISOR_LOCKOUT);
    else
        add_raise(effects, record, incident);
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
