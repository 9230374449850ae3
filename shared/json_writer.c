/* SPDX-License-Identifier: MIT */
/* A piece that does not fit is left out, and json_finish says so. */
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/json_text.h"

#include <string.h>

void json_writer_init(struct json_writer *writer, char *buffer, size_t size)
{
    *writer = (struct json_writer){ .start = buffer, .at = buffer, .end = buffer + size };
}

static void put(struct json_writer *writer, const char *bytes, size_t length)
{
    if ((size_t)(writer->end - writer->at) <= length) { /* one byte stays for the NUL */
        writer->overflow = true;
        return;
    }
    memcpy(writer->at, bytes, length);
    writer->at += length;
}

static void put_escaped(struct json_writer *writer, unsigned char c)
{
    if (c >= 0x20) {
        put(writer, (char[]){ '\\', (char)c }, 2);
    } else {
        char text[] = "\\u00xx";
        hex_encode(&c, 1, text + 4);
        put(writer, text, sizeof text - 1);
    }
}

static void put_quoted(struct json_writer *writer, const char *text, size_t length)
{
    put(writer, "\"", 1);
    size_t at = 0, from = 0; /* what stands for itself from there on is put at once */
    while ((at += json_plain_run(text + at, length - at)) < length) {
        unsigned char c = (unsigned char)text[at++];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        put(writer, text + from, at - 1 - from);
        put_escaped(writer, c);
        from = at;
    }
    put(writer, text + from, length - from);
    put(writer, "\"", 1);
}

/* The comma and the name before a value, in one piece. */
static void put_name(struct json_writer *writer, const char *name)
{
    const size_t length = name == NULL ? 0 : strlen(name);
    if ((size_t)(writer->end - writer->at) <= writer->comma + (name == NULL ? 0 : length + 3)) {
        writer->overflow = true;
        return;
    }
    char *at = writer->at;
    if (writer->comma)
        *at++ = ',';
    if (name != NULL) {
        *at++ = '"';
        memcpy(at, name, length);
        at += length;
        *at++ = '"';
        *at++ = ':';
    }
    writer->at = at;
    writer->comma = true;
}

static void open_with(struct json_writer *writer, const char *name, const char *bracket)
{
    put_name(writer, name);
    put(writer, bracket, 1);
    writer->comma = false;
}

static void close_with(struct json_writer *writer, const char *bracket)
{
    put(writer, bracket, 1);
    writer->comma = true;
}

void json_open_object(struct json_writer *writer, const char *name)
{
    open_with(writer, name, "{");
}

void json_close_object(struct json_writer *writer)
{
    close_with(writer, "}");
}

void json_open_array(struct json_writer *writer, const char *name)
{
    open_with(writer, name, "[");
}

void json_close_array(struct json_writer *writer)
{
    close_with(writer, "]");
}

void json_write_bytes(struct json_writer *writer, const char *name, const char *text, size_t length)
{
    put_name(writer, name);
    put_quoted(writer, text, length);
}

void json_write_string(struct json_writer *writer, const char *name, const char *text)
{
    json_write_bytes(writer, name, text, strlen(text));
}

void json_write_integer(struct json_writer *writer, const char *name, int64_t number)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0)
        *--at = '-';
    put_name(writer, name);
    put(writer, at, (size_t)(digits + sizeof digits - at));
}

void json_write_boolean(struct json_writer *writer, const char *name, bool value)
{
    put_name(writer, name);
    put(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_write_null(struct json_writer *writer, const char *name)
{
    put_name(writer, name);
    put(writer, "null", 4);
}

void json_write_uuid(struct json_writer *writer, const char *name, const struct uuid *uuid)
{
    char text[UUID_TEXT_LENGTH + 1];
    put_name(writer, name);
    text[0] = '"';
    uuid_write(uuid, text + 1);
    text[UUID_TEXT_LENGTH] = '"';
    put(writer, text, sizeof text);
}

static void write_note(struct json_writer *writer, int32_t denomination, int64_t count)
{
    json_open_object(writer, NULL);
    json_write_integer(writer, "denomination", denomination);
    json_write_integer(writer, "count", count);
    json_close_object(writer);
}

void json_write_notes(struct json_writer *writer, const char *name, const struct notes *notes)
{
    json_open_array(writer, name);
    for (uint32_t i = 0; i < notes->length; i++)
        write_note(writer, notes->item[i].denomination, notes->item[i].count);
    json_close_array(writer);
}

void json_write_totals(struct json_writer *writer, const char *name,
                       const struct note_totals *totals)
{
    json_open_array(writer, name);
    for (uint32_t i = 0; i < totals->length; i++)
        write_note(writer, totals->item[i].denomination, totals->item[i].count);
    json_close_array(writer);
}

void json_write_raw(struct json_writer *writer, const char *name, const char *json, size_t length)
{
    put_name(writer, name);
    put(writer, json, length);
}

size_t json_finish(struct json_writer *writer)
{
    if (writer->overflow || writer->at == writer->end)
        return 0;
    *writer->at = '\0';
    return (size_t)(writer->at - writer->start);
}
