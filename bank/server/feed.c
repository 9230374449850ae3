/* SPDX-License-Identifier: MIT */
#include "bank/server/feed.h"

#include "bank/core/event.h"
#include "shared/json.h"

#define WAITING_MAX 16384 /* bytes of replies that wait for their reader */
#define LINE_MAX    600

static const char *stream_word(const struct event *event)
{
    return event_stream(event->kind) == STREAM_TELLER ? "teller" : "account";
}

static void tell(struct session *session, const struct event_record *record)
{
    char line[LINE_MAX];
    struct json_writer writer;
    const struct event *event = &record->event;
    /* What is proposed to be done with a machine, its key among it, is no step of its sagas. */
    if (event_stream(event->kind) == STREAM_BANK || buffer_length(&session->out) > WAITING_MAX)
        return;
    json_writer_init(&writer, line, sizeof line);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", &session->place.watch);
    json_write_boolean(&writer, "ok", true);
    json_write_string(&writer, "code", refusal_code(NOT_REFUSED));
    json_open_object(&writer, "event");
    json_write_integer(&writer, "position", record->position);
    json_write_string(&writer, "type", event_type(event->kind));
    json_write_string(&writer, "stream", stream_word(event));
    json_write_uuid(&writer, "correlation_id", &event->correlation_id);
    json_write_integer(&writer, "at_us", event->at_us);
    json_close_object(&writer);
    json_close_object(&writer);
    session_reply_signed(session, &session->place.signed_on, line, json_finish(&writer));
}

static void tell_teller(struct turn *turn, const struct uuid *teller_id,
                        const struct event_record *event, size_t count)
{
    struct place *place, *next;
    for (place = LIST_FIRST(&turn->watching[uuid_hash(teller_id) % WATCHING_BUCKETS]);
         place != NULL; place = next) {
        next = LIST_NEXT(place, watching); /* telling one may close it */
        for (size_t i = 0; i < count && uuid_equal(&place->signed_on, teller_id); i++)
            tell((struct session *)place, event + i);
    }
}

static void on_committed(void *context, const struct uuid *teller_id,
                         const struct event_record *event, size_t count)
{
    const struct uuid *about = teller_id;
    for (size_t i = 0; i < count && uuid_is_nil(about); i++)
        if (event_stream(event[i].event.kind) == STREAM_TELLER)
            about = &event[i].event.stream_id;
    if (!uuid_is_nil(about))
        tell_teller(context, about, event, count);
}

void feed_begin(struct session *session, const struct uuid *id)
{
    char line[REPLY_MAX];
    struct turn *turn = session->turn;
    struct place *place = &session->place;
    turn_unwatch(turn, place);
    place->watch = *id;
    LIST_INSERT_HEAD(&turn->watching[uuid_hash(&place->signed_on) % WATCHING_BUCKETS], place,
                     watching);
    turn->watching_count++;
    engine_watch(turn->engine,
                 &(const struct engine_watch){ .committed = on_committed, .context = turn });
    session_reply_signed(session, &place->signed_on, line,
                         reply_refuse(line, id, NOT_REFUSED, NULL, 0));
}
