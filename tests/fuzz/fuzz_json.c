/* SPDX-License-Identifier: MIT */
/* The JSON reader: what it takes is walked as its callers walk it. */
#include "tests/fuzz/fuzz.h"

#include "shared/json.h"

static void walk(const struct json *value, int depth)
{
    const char *text;
    int64_t number;
    bool truth;
    struct uuid id;
    struct notes notes;
    PROMISE(value != NULL);
    const bool opens = json_type_of(value) == JSON_OBJECT || json_type_of(value) == JSON_ARRAY;
    PROMISE(depth <= JSON_DEPTH_MAX + !opens); /* what is in the innermost is one deeper */
    if (json_string(value, &text))
        PROMISE(strlen(text) < (1 << 20));
    if (json_integer(value, &number))
        PROMISE(json_type_of(value) == JSON_NUMBER);
    json_boolean(value, &truth);
    json_uuid(value, &id);
    if (json_notes(value, &notes))
        PROMISE(notes.length <= NOTES_MAX);
    for (const struct json *member = json_first(value); member != NULL; member = json_next(member))
        walk(member, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct error error;
    struct json *json = json_parse((const char *)bytes, size, &error);
    if (json != NULL)
        walk(json, 1);
    json_destroy(json);
    return 0;
}
