/* SPDX-License-Identifier: MIT */
/*
 * The reader: cJSON does the parsing; what it is lenient about is checked
 * before in one pass over the bytes (UTF-8, depth, numbers such as 01, white
 * space that is none, escapes such as \uzzzz, which it would read as the end of
 * the text), and after in one walk over the tree (names that stand twice).
 */
#include "shared/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

static const cJSON *node(const struct json *json)
{
    return (const cJSON *)json;
}

/* How many bytes the character at text takes, 0 when it is none. */
static size_t utf8_length(const unsigned char *text, size_t left)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return lead != 0;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (lead == 0xe0 && text[1] < 0xa0) || (lead == 0xf0 && text[1] < 0x90);
    bool beyond = (lead == 0xed && text[1] > 0x9f) || (lead == 0xf4 && text[1] > 0x8f);
    return overlong || beyond ? 0 : length;
}

bool json_utf8_valid(const char *text, size_t length)
{
    for (size_t at = 0, step; at < length; at += step)
        if ((step = utf8_length((const unsigned char *)text + at, length - at)) == 0)
            return false;
    return true;
}

/* How many bytes the escape at text (a backslash) takes, 0 when it is none, or stands for the NUL. */
static size_t escape_length(const char *text, size_t left)
{
    if (left < 2)
        return 0;
    if (text[1] != 'u')
        return text[1] != '\0' && strchr("\"\\/bfnrt", text[1]) != NULL ? 2 : 0;
    if (left < 6 || memcmp(text + 2, "0000", 4) == 0)
        return 0;
    for (int i = 2; i < 6; i++)
        if (text[i] == '\0' || strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return 0;
    return 6;
}

static size_t digits_length(const char *text, size_t left)
{
    size_t length = 0;
    while (length < left && text[length] >= '0' && text[length] <= '9')
        length++;
    return length;
}

/* How many bytes the number at text takes, 0 when it is none as RFC 8259 has it. */
static size_t number_length(const char *text, size_t left)
{
    size_t at = text[0] == '-', digits = digits_length(text + at, left - at);
    if (digits == 0 || (digits > 1 && text[at] == '0'))
        return 0;
    at += digits;
    if (at < left && text[at] == '.') {
        if ((digits = digits_length(text + at + 1, left - at - 1)) == 0)
            return 0;
        at += 1 + digits;
    }
    if (at < left && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < left && (text[at] == '+' || text[at] == '-');
        if ((digits = digits_length(text + at, left - at)) == 0)
            return 0;
        at += digits;
    }
    return at < left && text[at] != '\0' && strchr("0123456789+-.eE", text[at]) != NULL ? 0 : at;
}

/* Inside a string, at its next byte. */
static bool string_step(const char *text, size_t at, size_t length, size_t *step, struct error *error)
{
    *step = utf8_length((const unsigned char *)text + at, length - at);
    if (*step == 0)
        return error_set(error, ERROR_FORMAT, "byte %zu is not UTF-8", at);
    if ((unsigned char)text[at] < 0x20)
        return error_set(error, ERROR_FORMAT, "byte %zu is a control character inside a string", at);
    if (text[at] == '\\' && (*step = escape_length(text + at, length - at)) == 0)
        return error_set(error, ERROR_FORMAT, "byte %zu begins no escape that is allowed", at);
    return true;
}

/* Outside, at a number, a letter of a word (the parser knows them all), a bracket or white space. */
static bool plain_step(const char *text, size_t at, size_t length, size_t *step, struct error *error)
{
    char c = text[at];
    bool number = c == '-' || (c >= '0' && c <= '9');
    *step = number ? number_length(text + at, length - at) : 1;
    if (*step == 0)
        return error_set(error, ERROR_FORMAT, "byte %zu begins no number that is allowed", at);
    if (!number && !(c >= 'a' && c <= 'z') && (c == '\0' || strchr("{}[]:,\" \t\r\n", c) == NULL))
        return error_set(error, ERROR_FORMAT, "byte %zu is not JSON", at);
    return true;
}

/* How many bytes from here on stand for themselves in a string: most of a line is in such runs. */
static size_t plain_run(const char *text, size_t length)
{
    size_t run = 0;
    while (run < length && text[run] >= ' ' && text[run] <= '~' && text[run] != '"' && text[run] != '\\')
        run++;
    return run;
}

static bool bytes_check(const char *text, size_t length, struct error *error)
{
    int depth = 0;
    bool in_string = false;
    for (size_t at = 0, step; at < length; at += step) {
        if (in_string && (step = plain_run(text + at, length - at)) > 0)
            continue;
        if (!(in_string ? string_step : plain_step)(text, at, length, &step, error))
            return false;
        if (text[at] == '"')
            in_string = !in_string;
        if (in_string)
            continue;
        if ((text[at] == '{' || text[at] == '[') && ++depth > JSON_DEPTH_MAX)
            return error_set(error, ERROR_FORMAT, "it is nested deeper than %d levels", JSON_DEPTH_MAX);
        depth -= text[at] == '}' || text[at] == ']';
    }
    return true;
}

static bool names_check(const cJSON *value, struct error *error)
{
    for (const cJSON *child = value->child; child != NULL; child = child->next) {
        if (cJSON_IsObject(value))
            for (const cJSON *other = value->child; other != child; other = other->next)
                if (strcmp(other->string, child->string) == 0)
                    return error_set(error, ERROR_FORMAT, "the name \"%.40s\" stands twice in one object",
                                     child->string);
        if (child->child != NULL && !names_check(child, error))
            return false;
    }
    return true;
}

/* The quadratic check above is for small objects; a line of thousands of names is none of ours. */
static bool width_check(const cJSON *value, struct error *error)
{
    int children = 0;
    for (const cJSON *child = value->child; child != NULL; child = child->next) {
        if (++children > 1000)
            return error_set(error, ERROR_FORMAT, "one object or array has more than 1000 members");
        if (child->child != NULL && !width_check(child, error))
            return false;
    }
    return true;
}

struct json *json_parse(const char *text, size_t length, struct error *error)
{
    if (!bytes_check(text, length, error))
        return NULL;
    const char *end = NULL;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length, &end, false);
    if (tree == NULL) {
        size_t at = end != NULL && end >= text ? (size_t)(end - text) : 0;
        error_set(error, ERROR_FORMAT, "it is not JSON: see byte %zu", at);
        return NULL;
    }
    while (end < text + length && strchr(" \t\r\n", *end) != NULL)
        end++;
    if (end != text + length)
        error_set(error, ERROR_FORMAT, "something follows the JSON value at byte %zu", (size_t)(end - text));
    else if (width_check(tree, error) && names_check(tree, error))
        return (struct json *)tree;
    cJSON_Delete(tree);
    return NULL;
}

void json_destroy(struct json *json)
{
    cJSON_Delete((cJSON *)json);
}

enum json_type json_type_of(const struct json *json)
{
    const cJSON *value = node(json);
    return cJSON_IsString(value)   ? JSON_STRING
           : cJSON_IsNumber(value) ? JSON_NUMBER
           : cJSON_IsObject(value) ? JSON_OBJECT
           : cJSON_IsArray(value)  ? JSON_ARRAY
           : cJSON_IsBool(value)   ? JSON_BOOLEAN
                                   : JSON_NULL;
}

const struct json *json_get(const struct json *json, const char *name)
{
    return json == NULL ? NULL : (const struct json *)cJSON_GetObjectItemCaseSensitive(node(json), name);
}

const struct json *json_first(const struct json *json)
{
    return json == NULL ? NULL : (const struct json *)node(json)->child;
}

const struct json *json_next(const struct json *json)
{
    return (const struct json *)node(json)->next;
}

const char *json_name(const struct json *member)
{
    return node(member)->string;
}

bool json_string(const struct json *json, const char **text)
{
    if (json == NULL || !cJSON_IsString(node(json)))
        return false;
    *text = node(json)->valuestring;
    return true;
}

bool json_integer(const struct json *json, int64_t *number)
{
    if (json == NULL || !cJSON_IsNumber(node(json)))
        return false;
    double value = node(json)->valuedouble;
    if (!(value >= -9007199254740991.0 && value <= 9007199254740991.0) || value != floor(value))
        return false;
    *number = (int64_t)value;
    return true;
}

bool json_boolean(const struct json *json, bool *value)
{
    if (json == NULL || !cJSON_IsBool(node(json)))
        return false;
    *value = cJSON_IsTrue(node(json));
    return true;
}

bool json_uuid(const struct json *json, struct uuid *uuid)
{
    const char *text;
    return json_string(json, &text) && uuid_parse(text, strlen(text), uuid);
}

bool json_notes(const struct json *json, struct notes *notes)
{
    if (json == NULL || !cJSON_IsArray(node(json)))
        return false;
    struct notes result = { 0 };
    for (const struct json *item = json_first(json); item != NULL; item = json_next(item)) {
        int64_t denomination, count;
        if (result.length == NOTES_MAX || cJSON_GetArraySize(node(item)) != 2 ||
            !json_integer(json_get(item, "denomination"), &denomination) ||
            !json_integer(json_get(item, "count"), &count) || denomination > DENOMINATION_MAX ||
            denomination <= 0 || count < 0 || count > NOTES_COUNT_MAX)
            return false;
        result.item[result.length++] = (struct note_count){ (int32_t)denomination, (int32_t)count };
    }
    if (!notes_valid(&result))
        return false;
    *notes = result;
    return true;
}

/* ---- the writer ---- */

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

static void put_quoted(struct json_writer *writer, const char *text, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    put(writer, "\"", 1);
    size_t plain = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        put(writer, text + plain, i - plain);
        plain = i + 1;
        if (c >= 0x20)
            put(writer, (char[]){ '\\', (char)c }, 2);
        else
            put(writer, (char[]){ '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] }, 6);
    }
    put(writer, text + plain, length - plain);
    put(writer, "\"", 1);
}

static void put_name(struct json_writer *writer, const char *name)
{
    if (writer->comma)
        put(writer, ",", 1);
    writer->comma = true;
    if (name != NULL) {
        put(writer, "\"", 1);
        put(writer, name, strlen(name));
        put(writer, "\":", 2);
    }
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
    uuid_format(uuid, text + 1);
    text[UUID_TEXT_LENGTH] = '"';
    put(writer, text, sizeof text);
}

void json_write_notes(struct json_writer *writer, const char *name, const struct notes *notes)
{
    json_open_array(writer, name);
    for (uint32_t i = 0; i < notes->length; i++) {
        json_open_object(writer, NULL);
        json_write_integer(writer, "denomination", notes->item[i].denomination);
        json_write_integer(writer, "count", notes->item[i].count);
        json_close_object(writer);
    }
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
