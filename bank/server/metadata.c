/* SPDX-License-Identifier: MIT */
#include "bank/server/metadata.h"

#include "shared/pin_block.h"
#include "shared/text.h"

#include <string.h>

enum { NAME_MOST = 30, VALUE_MOST = 60 };

static bool name_fits(const char *name)
{
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && length <= NAME_MOST && name[length] == '\0';
}

static bool value_fits(const char *text)
{
    const size_t length = strlen(text);
    return length > 0 && length <= VALUE_MOST && text_plain(text) && !pan_within(text);
}

bool metadata_read(const struct json *json, char given[static GIVEN_SIZE])
{
    struct json_writer writer;
    const char *text;
    int count = 0;
    if (json_type_of(json) != JSON_OBJECT)
        return false;
    json_writer_init(&writer, given, GIVEN_SIZE);
    json_open_object(&writer, NULL);
    for (const struct json *member = json_first(json); member != NULL; member = json_next(member)) {
        if (++count > METADATA_MEMBERS || !name_fits(json_name(member)) ||
            !json_string(member, &text) || !value_fits(text))
            return false;
        json_write_string(&writer, json_name(member), text);
    }
    json_close_object(&writer);
    return count > 0 && json_finish(&writer) > 0;
}
