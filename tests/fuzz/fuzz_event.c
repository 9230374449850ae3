/* SPDX-License-Identifier: MIT */
/*
 * Stored events: "type\ndata". What is read is written and read again, and is
 * the same. The type goes through the upcasters as a row of the log does.
 */
#include "tests/fuzz/fuzz.h"

#include "bank/codec/event_json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char type[80], text[EVENT_DATA_MAX], again[EVENT_DATA_MAX];
    struct event event = { 0 }, second = { 0 };
    struct event_origin origin;
    struct error error;
    int schema;
    const uint8_t *end = memchr(bytes, '\n', size);
    if (end == NULL || (size_t)(end - bytes) >= sizeof type)
        return 0;
    memcpy(type, bytes, (size_t)(end - bytes));
    type[end - bytes] = '\0';
    const char *data = (const char *)end + 1;
    size_t length = size - (size_t)(end - bytes) - 1;
    event_json_read_metadata(data, length, &origin, &schema, &error);
    if (!event_json_read_data(type, data, length, &event, &error))
        return 0;
    size_t written = event_json_write_data(&event, text);
    PROMISE(written < sizeof text && strlen(text) == written);
    PROMISE(event_json_read_data(type, text, written, &second, &error));
    PROMISE(event_json_write_data(&second, again) == written && memcmp(text, again, written) == 0);
    return 0;
}
