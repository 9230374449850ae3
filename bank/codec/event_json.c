/* SPDX-License-Identifier: MIT */
/*
 * Both directions walk the fields of event_fields.h. A value that does not fit
 * into EVENT_DATA_MAX is a bug: the core bounds every text, and the longest
 * event (the end of a day with all that can be in its report) takes some 10,000 bytes.
 */
#include "bank/codec/event_json.h"

#include "bank/codec/day_json.h"
#include "bank/codec/event_fields.h"
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/version.h"

#include <string.h>

/* ---- writing ---- */

static bool all_zero(const unsigned char *bytes, size_t length)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0;
}

static void field_write(struct json_writer *writer, const struct event_field *field,
                        const struct event *event)
{
    const void *value = (const char *)event + field->offset;
    char hex[2 * PIN_REFERENCE_LENGTH + 1];
    switch (field->type) {
    case FIELD_INT64:
        if (field->always || *(const int64_t *)value != 0)
            json_write_integer(writer, field->name, *(const int64_t *)value);
        break;
    case FIELD_LIMIT:
        if (*(const money *)value != LIMIT_UNSAID)
            json_write_integer(writer, field->name, *(const money *)value);
        break;
    case FIELD_INT32:
        if (field->always || *(const int32_t *)value != 0)
            json_write_integer(writer, field->name, *(const int32_t *)value);
        break;
    case FIELD_BOOL:
        if (field->always || *(const bool *)value)
            json_write_boolean(writer, field->name, *(const bool *)value);
        break;
    case FIELD_TEXT:
        if (*(const char *)value != '\0')
            json_write_bytes(writer, field->name, value, strnlen(value, field->size));
        break;
    case FIELD_HEX:
        if (!all_zero(value, field->size)) {
            hex_encode(value, field->size, hex);
            json_write_bytes(writer, field->name, hex, 2 * field->size);
        }
        break;
    case FIELD_UUID:
        if (!uuid_is_nil(value))
            json_write_uuid(writer, field->name, value);
        break;
    case FIELD_NOTES:
        if (((const struct notes *)value)->length > 0)
            json_write_notes(writer, field->name, value);
        break;
    case FIELD_TOTALS:
        if (((const struct note_totals *)value)->length > 0)
            json_write_totals(writer, field->name, value);
        break;
    case FIELD_REFUSAL:
        if (*(const enum refusal *)value != NOT_REFUSED) {
            json_write_string(writer, field->name, refusal_name(*(const enum refusal *)value));
            json_write_string(writer, "code", refusal_code(*(const enum refusal *)value));
        }
        break;
    case FIELD_DAY_REPORT:
        if (event->day_closed.report != NULL)
            day_json_write(writer, field->name, event->day_closed.report, NULL);
        break;
    case FIELD_END:
        break;
    }
}

size_t event_json_write_data(const struct event *event, char buffer[static EVENT_DATA_MAX])
{
    struct json_writer writer;
    json_writer_init(&writer, buffer, EVENT_DATA_MAX);
    json_open_object(&writer, NULL);
    for (const struct event_field *field = event_fields(event->kind); field->type != FIELD_END;
         field++)
        field_write(&writer, field, event);
    json_close_object(&writer);
    size_t length = json_finish(&writer);
    if (length == 0)
        panic("the data of an event %s is longer than %d bytes", event_type(event->kind),
              EVENT_DATA_MAX);
    return length;
}

int event_schema(enum event_kind kind)
{
    return kind == TELLER_WITHDRAWAL_SUSPECTED ? 2 : 1;
}

size_t event_json_write_metadata(const struct event_origin *origin, int schema,
                                 char buffer[static EVENT_METADATA_MAX])
{
    struct json_writer writer;
    json_writer_init(&writer, buffer, EVENT_METADATA_MAX);
    json_open_object(&writer, NULL);
    if (origin->command != NO_COMMAND)
        json_write_string(&writer, "command", command_name(origin->command));
    if (!uuid_is_nil(&origin->parent_id))
        json_write_uuid(&writer, "parent", &origin->parent_id);
    if (origin->actor[0] != '\0')
        json_write_bytes(&writer, "actor", origin->actor,
                         strnlen(origin->actor, sizeof origin->actor));
    if (origin->role != ROLE_NONE)
        json_write_string(&writer, "role", operator_role_name(origin->role));
    if (origin->from[0] != '\0')
        json_write_bytes(&writer, "from", origin->from, strnlen(origin->from, sizeof origin->from));
    if (origin->proposer != NULL)
        json_write_string(&writer, "proposer", origin->proposer);
    if (origin->approver != NULL)
        json_write_string(&writer, "approver", origin->approver);
    if (origin->given != NULL)
        json_write_raw(&writer, "given", origin->given, strlen(origin->given));
    json_write_integer(&writer, "schema", schema);
    json_write_string(&writer, "software", VERSION);
    json_close_object(&writer);
    size_t length = json_finish(&writer);
    if (length == 0)
        panic("an event's metadata are longer than %d bytes", EVENT_METADATA_MAX);
    return length;
}

/* ---- reading ---- */

static bool integer_read(const struct json *json, int64_t low, int64_t high, int64_t *number)
{
    return json_integer(json, number) && *number >= low && *number <= high;
}

/* Puts the value where it belongs; false when it does not fit there. */
static bool field_read(const struct json *json, const struct event_field *field,
                       struct event *event)
{
    void *value = (char *)event + field->offset;
    int64_t number;
    const char *text;
    switch (field->type) {
    case FIELD_INT64:
        return json_integer(json, value);
    case FIELD_LIMIT:
        return json_integer(json, value) && *(money *)value >= 0 && money_in_range(*(money *)value);
    case FIELD_INT32:
        if (!integer_read(json, INT32_MIN, INT32_MAX, &number))
            return false;
        *(int32_t *)value = (int32_t)number;
        return true;
    case FIELD_BOOL:
        return json_boolean(json, value);
    case FIELD_TEXT:
        if (!json_string(json, &text) || strlen(text) >= field->size)
            return false;
        strcpy(value, text);
        return true;
    case FIELD_HEX:
        return json_string(json, &text) && strlen(text) == 2 * field->size &&
               hex_decode(text, 2 * field->size, value);
    case FIELD_UUID:
        return json_uuid(json, value);
    case FIELD_NOTES:
        return json_notes(json, value);
    case FIELD_TOTALS:
        return json_totals(json, value);
    case FIELD_REFUSAL:
        if (!json_string(json, &text) || refusal_find(text) == REFUSAL_COUNT)
            return false;
        *(enum refusal *)value = refusal_find(text);
        return true;
    case FIELD_DAY_REPORT:
        return day_json_read_carried(json, event);
    case FIELD_END:
        break;
    }
    return false;
}

bool event_json_read_data(const char *type, const char *data, size_t length, struct event *event,
                          struct error *error)
{
    enum event_kind kind = event_kind_find(type);
    if (kind == EVENT_KIND_COUNT)
        return error_set(error, ERROR_FORMAT,
                         "this program knows no event of type %.60s: use a newer one", type);
    struct json *json = json_parse(data, length, error);
    if (json == NULL)
        return false;
    /* The content is cleared as a whole, so that what is left out reads as zero. */
    size_t content = offsetof(struct event, account_opened);
    memset((char *)event + content, 0, sizeof *event - content);
    event->kind = kind;
    bool fits = json_type_of(json) == JSON_OBJECT;
    if (!fits)
        error_set(error, ERROR_FORMAT, "the data of an event %s are not an object", type);
    for (const struct event_field *field = event_fields(kind); fits && field->type != FIELD_END;
         field++) {
        const struct json *member = json_get(json, field->name);
        if (field->type == FIELD_LIMIT)
            *(money *)((char *)event + field->offset) = LIMIT_UNSAID;
        fits =
            member == NULL || json_type_of(member) == JSON_NULL || field_read(member, field, event);
        if (!fits)
            error_set(error, ERROR_FORMAT,
                      "the field \"%s\" of an event %s does not hold what it should", field->name,
                      type);
    }
    json_destroy(json);
    return fits;
}

static enum command_kind command_kind_named(const char *name)
{
    int kind = 0;
    while (kind < COMMAND_KIND_COUNT && strcmp(command_name((enum command_kind)kind), name) != 0)
        kind++;
    return (enum command_kind)kind;
}

bool event_json_read_metadata(const char *metadata, size_t length, struct event_origin *origin,
                              int *schema, struct error *error)
{
    struct json *json = json_parse(metadata, length, error);
    if (json == NULL)
        return false;
    *origin = (struct event_origin){ .command = NO_COMMAND };
    *schema = 0;
    const char *text;
    int64_t number;
    if (json_string(json_get(json, "command"), &text))
        origin->command = command_kind_named(text);
    json_uuid(json_get(json, "parent"), &origin->parent_id);
    if (json_string(json_get(json, "actor"), &text) && strlen(text) < sizeof origin->actor)
        strcpy(origin->actor, text);
    if (json_string(json_get(json, "role"), &text))
        origin->role = operator_role_find(text);
    if (json_string(json_get(json, "from"), &text) && strlen(text) < sizeof origin->from)
        strcpy(origin->from, text);
    if (integer_read(json_get(json, "schema"), 0, 1000, &number))
        *schema = (int)number;
    json_destroy(json);
    return true;
}

bool event_json_read_given(const char *metadata, size_t length, char given[static GIVEN_SIZE])
{
    struct error ignored;
    struct json *json = json_parse(metadata, length, &ignored);
    const struct json *object = json_get(json, "given");
    struct json_writer writer;
    const char *text;
    json_writer_init(&writer, given, GIVEN_SIZE);
    json_open_object(&writer, NULL);
    bool fits = object != NULL && json_type_of(object) == JSON_OBJECT;
    for (const struct json *member = fits ? json_first(object) : NULL; fits && member != NULL;
         member = json_next(member)) {
        fits = json_string(member, &text);
        if (fits)
            json_write_string(&writer, json_name(member), text);
    }
    json_close_object(&writer);
    fits = json_finish(&writer) > 0 && fits;
    json_destroy(json);
    return fits;
}
