/* SPDX-License-Identifier: MIT */
/*
 * sign_ons: an alert for a machine that signs on with other notes in its
 * cassettes than the bank counts, until it signs on with the same or an
 * operator has counted them; and for two
 * machines at once with one teller's key, until the business day is over. What
 * open withdrawals were promised may have left it or not, and is no difference.
 */
#include "bank/handlers/alerts.h"
#include "bank/handlers/handlers.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE_SIZE 700 /* NOTES_MAX denominations, and the words */

static const struct effect_statement raise = ALERT_RAISE("sign_ons"),
                                     clear = ALERT_CLEAR("sign_ons");

/* ", 3 of 50.00 too few": against the nearest count that would agree. */
static int add_difference(char *text, size_t size, int32_t denomination, int32_t counted,
                          int32_t expected, int32_t promised)
{
    char value[MONEY_TEXT_LENGTH];
    const int32_t least = expected - promised,
                  difference = counted < least ? counted - least : counted - expected;
    if (counted >= least && counted <= expected)
        return 0;
    return snprintf(text, size, ", %d of %s too %s", difference < 0 ? -difference : difference,
                    money_format(denomination, value), difference < 0 ? "few" : "many");
}

/* Events of before the bank's counts were in them have no difference to show. */
static void message_format(char message[static MESSAGE_SIZE], const struct event *event)
{
    const struct notes *counted = &event->cassettes.notes, *expected = &event->cassettes.expected;
    int length = snprintf(message, MESSAGE_SIZE, "this machine counts other notes than the bank");
    for (uint32_t i = 0; i < expected->length; i++) {
        const int32_t denomination = expected->item[i].denomination;
        length += add_difference(message + length, MESSAGE_SIZE - (size_t)length, denomination,
                                 notes_of(counted, denomination), expected->item[i].count,
                                 notes_of(&event->cassettes.promised, denomination));
    }
    for (uint32_t i = 0; i < counted->length && expected->length > 0; i++)
        if (!notes_name(expected, counted->item[i].denomination))
            length += add_difference(message + length, MESSAGE_SIZE - (size_t)length,
                                     counted->item[i].denomination, counted->item[i].count, 0, 0);
    snprintf(message + length, MESSAGE_SIZE - (size_t)length, "%s: count its cassettes",
             event->kind == TELLER_SIGN_ON_REFUSED ? " and is kept out of service" : "");
}

static bool handle(struct effects *effects, const struct event_record *record, struct error *reason)
{
    char subject[UUID_TEXT_LENGTH + 16], teller[UUID_TEXT_LENGTH], message[MESSAGE_SIZE];
    static const char two[] =
        "a machine that another one has displaced signs on again: two of them work with this "
        "teller's key: find out which is the right one, stop the other, then start that one anew";
    const struct uuid *teller_id = &record->event.stream_id;
    const enum event_kind kind = record->event.kind;
    const bool kept_out = kind == TELLER_SIGN_ON_REFUSED &&
                          record->event.cassettes.refusal == REFUSED_COUNTS_DIFFER,
               counts = kind == TELLER_SIGNED_ON || kind == TELLER_CASSETTES_COUNTED || kept_out;
    (void)reason;
    snprintf(subject, sizeof subject, "%s %s", uuid_write(teller_id, teller),
             counts ? "counts" : "machines");
    if (kind == TELLER_SIGN_ON_REFUSED && !kept_out) {
        alert_raise(effects, &raise, record, subject, teller_id, two);
    } else if (!counts || kind == TELLER_CASSETTES_COUNTED) {
        alert_clear(effects, &clear, record, subject);
    } else if (!record->event.cassettes.agrees) {
        message_format(message, &record->event);
        alert_raise(effects, &raise, record, subject, teller_id, message);
    } else if (record->event.cassettes.notes.length > 0) { /* else it did not say what it counts */
        alert_clear(effects, &clear, record, subject);
    }
    return true;
}

static const enum event_kind kinds[] = { TELLER_SIGNED_ON, TELLER_SIGN_ON_REFUSED,
                                         TELLER_CASSETTES_COUNTED, TELLER_BUSINESS_DAY_CLOSED,
                                         EVENT_KIND_COUNT };
static const char *const forget[] = { "DELETE FROM esbank.alerts WHERE handler = 'sign_ons'",
                                      NULL };

const struct handler handler_sign_ons = {
    .name = "sign_ons",
    .help = "an alert for a machine that signs on with other counts than the bank's, and for two "
            "machines with one key",
    .start = FROM_ORIGIN,
    .kinds = kinds,
    .handle = handle,
    .forget = forget,
};
