/* SPDX-License-Identifier: MIT */
/*
 * The reader: cJSON does the parsing; what it is lenient about is checked
 * before in one pass over the bytes (UTF-8, depth, numbers such as 01, white
 * space that is none, escapes such as \uzzzz, which it would read as the end of
 * the text), and after in one walk over the tree (names that stand twice).
 *
 * That pass also counts what the tree can need, so a tree is one block: what
 * cJSON allocates is taken from it piece by piece, the root first, and it goes as
 * a whole. cJSON has one allocator for the process, so only one thread may parse
 * at a time.
 */
#include "shared/json.h"

#include "shared/json_text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const cJSON *node(const struct json *json)
{
    return (const cJSON *)json;
}

/* ---- the block of a tree ---- */

enum { ALIGNMENT = 8 };

static struct {
    unsigned char *at, *end;
} room; /* of the tree that is being parsed */

static void *room_take(size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > (size_t)(room.end - room.at))
        return NULL;
    unsigned char *taken = room.at;
    room.at += size;
    return taken;
}

/* A part of a block stays in it. */
static void room_leave(void *part)
{
    (void)part;
}

/* NULL, with where parsing ended, when that is not JSON. */
static cJSON *tree_make(const char *text, size_t length, const struct json_parts *parts,
                        const char **end)
{
    const size_t size = parts->values * sizeof(cJSON) + length + parts->words * ALIGNMENT;
    unsigned char *block = malloc(size);
    if (block == NULL)
        panic("out of memory for %zu bytes", size);
    cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = room_take, .free_fn = room_leave });
    room.at = block;
    room.end = block + size;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length, end, false);
    if (tree == NULL)
        free(block);
    else if ((unsigned char *)tree != block)
        panic("cJSON does not begin with the root");
    return tree;
}

/*
 * A double cannot tell 1 from 1.0000000000000000001. So a number that is no integer by its text
 * becomes one that is none; the tree has its numbers in the text's order. Rare: most lines have no
 * such number.
 */
static void fractions_mark(cJSON *value, const char **at, const char *end)
{
    for (; value != NULL; value = value->next) {
        if (cJSON_IsNumber(value)) {
            size_t length;
            *at = json_number_next(*at, end, &length);
            if (!json_integer_text(*at, length))
                value->valuedouble = NAN;
            *at += length;
        }
        fractions_mark(value->child, at, end);
    }
}

static bool names_check(const cJSON *value, struct error *error)
{
    for (const cJSON *child = value->child; child != NULL; child = child->next) {
        if (cJSON_IsObject(value))
            for (const cJSON *other = value->child; other != child; other = other->next)
                if (strcmp(other->string, child->string) == 0)
                    return error_set(error, ERROR_FORMAT,
                                     "the name \"%.40s\" stands twice in one object",
                                     child->string);
        if (child->child != NULL && !names_check(child, error))
            return false;
    }
    return true;
}

/* The check of names is quadratic: 8 objects of a thousand names in one line would take 13 ms. */
static bool width_check(const cJSON *value, struct error *error)
{
    const int most = cJSON_IsObject(value) ? JSON_MEMBERS_MAX : JSON_ELEMENTS_MAX;
    int children = 0;
    for (const cJSON *child = value->child; child != NULL; child = child->next) {
        if (++children > most)
            return error_set(error, ERROR_FORMAT, "one %s has more than %d members",
                             cJSON_IsObject(value) ? "object" : "array", most);
        if (child->child != NULL && !width_check(child, error))
            return false;
    }
    return true;
}

struct json *json_parse(const char *text, size_t length, struct error *error)
{
    struct json_parts parts;
    if (!json_text_check(text, length, &parts, error))
        return NULL;
    const char *end = NULL;
    cJSON *tree = tree_make(text, length, &parts, &end);
    if (tree == NULL) {
        size_t at = end != NULL && end >= text ? (size_t)(end - text) : 0;
        error_set(error, ERROR_FORMAT, "it is not JSON: see byte %zu", at);
        return NULL;
    }
    while (end < text + length && strchr(" \t\r\n", *end) != NULL)
        end++;
    if (end != text + length)
        error_set(error, ERROR_FORMAT, "something follows the JSON value at byte %zu",
                  (size_t)(end - text));
    else if (width_check(tree, error) && names_check(tree, error)) {
        if (parts.fractions > 0)
            fractions_mark(tree, &text, text + length);
        return (struct json *)tree;
    }
    free(tree);
    return NULL;
}

void json_destroy(struct json *json)
{
    free(json);
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
    return json == NULL ? NULL
                        : (const struct json *)cJSON_GetObjectItemCaseSensitive(node(json), name);
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
    double value =
        node(json)->valuedouble; /* exact, between these two, for what is written as an integer */
    if (!(value >= -9007199254740991.0 && value <= 9007199254740991.0))
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
    return json_string(json, &text) && uuid_read(text, strlen(text), uuid);
}

static bool note_read(const struct json *item, int64_t *denomination, int64_t *count)
{
    return cJSON_GetArraySize(node(item)) == 2 &&
           json_integer(json_get(item, "denomination"), denomination) &&
           json_integer(json_get(item, "count"), count) && *denomination > 0 &&
           *denomination <= DENOMINATION_MAX;
}

bool json_notes(const struct json *json, struct notes *notes)
{
    if (json == NULL || !cJSON_IsArray(node(json)))
        return false;
    struct notes result = { 0 };
    for (const struct json *item = json_first(json); item != NULL; item = json_next(item)) {
        int64_t denomination, count;
        if (result.length == NOTES_MAX || !note_read(item, &denomination, &count) || count < 0 ||
            count > NOTES_COUNT_MAX)
            return false;
        result.item[result.length++] = (struct note_count){ (int32_t)denomination, (int32_t)count };
    }
    if (!notes_valid(&result))
        return false;
    *notes = result;
    return true;
}

bool json_totals(const struct json *json, struct note_totals *totals)
{
    if (json == NULL || !cJSON_IsArray(node(json)))
        return false;
    struct note_totals result = { 0 };
    for (const struct json *item = json_first(json); item != NULL; item = json_next(item)) {
        int64_t denomination, count;
        if (result.length == NOTES_MAX || !note_read(item, &denomination, &count) || count == 0 ||
            note_totals_of(&result, (int32_t)denomination) != 0)
            return false;
        result.item[result.length++] = (struct note_total){ (int32_t)denomination, count };
    }
    *totals = result;
    return true;
}
