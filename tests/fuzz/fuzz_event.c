/* SPDX-License-Identifier: MIT */
/*
 * Stored events: "type\ndata". What is read is written and read again, and is
 * the same. The type goes through the upcasters as a row of the log does. So is the
 * report of a day, which an event that is read does not keep.
 */
#include "tests/fuzz/fuzz.h"

#include "bank/codec/day_json.h"
#include "bank/codec/event_json.h"

#include <string.h>

static size_t report_write(const struct day_report *report, char text[static EVENT_DATA_MAX])
{
    struct json_writer writer;
    json_writer_init(&writer, text, EVENT_DATA_MAX);
    json_open_object(&writer, NULL);
    day_json_write(&writer, "report", report, NULL);
    json_close_object(&writer);
    return json_finish(&writer);
}

/* Of numbers that are too large there is no more room. */
static void report_again(const char *data, size_t length)
{
    static char text[EVENT_DATA_MAX], again[EVENT_DATA_MAX];
    static struct day_report report, second;
    struct error error;
    struct json *json = json_parse(data, length, &error);
    const size_t written =
        day_json_read(json_get(json, "report"), &report) ? report_write(&report, text) : 0;
    if (written > 0) {
        (void)day_report_balances(&report);
        struct json *copy = json_parse(text, written, &error);
        PROMISE(day_json_read(json_get(copy, "report"), &second));
        PROMISE(report_write(&second, again) == written && memcmp(text, again, written) == 0);
        json_destroy(copy);
    }
    json_destroy(json);
}

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
    report_again(data, length);
    size_t written = event_json_write_data(&event, text);
    PROMISE(written < sizeof text && strlen(text) == written);
    PROMISE(event_json_read_data(type, text, written, &second, &error));
    PROMISE(event_json_write_data(&second, again) == written && memcmp(text, again, written) == 0);
    return 0;
}
