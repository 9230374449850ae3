/* SPDX-License-Identifier: MIT */
#include "bank/server/machines.h"

#include "shared/json.h"
#include "shared/wire.h"

#include <string.h>

/* The smallest ones found so far, in their order. */
struct smallest {
    size_t count;
    bool more; /* there are others, above the last */
    struct uuid id[MACHINES_A_REPLY];
};

static int compare(const struct uuid *one, const struct uuid *other)
{
    return memcmp(one->bytes, other->bytes, sizeof one->bytes);
}

static void add(struct smallest *smallest, const struct uuid *id)
{
    size_t low = 0, high = smallest->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (compare(&smallest->id[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < smallest->count && compare(&smallest->id[low], id) == 0)
        return;
    const bool full = smallest->count == MACHINES_A_REPLY;
    smallest->more = smallest->more || full;
    if (low == MACHINES_A_REPLY)
        return;
    smallest->count -= full; /* the last one gives way */
    memmove(&smallest->id[low + 1], &smallest->id[low],
            (smallest->count - low) * sizeof smallest->id[0]);
    smallest->id[low] = *id;
    smallest->count++;
}

size_t machines_write(const struct turn *turn, char *buffer, size_t size, const struct uuid *id,
                      const struct uuid *after)
{
    struct smallest smallest = { 0 };
    struct json_writer writer;
    for (const struct place *place = turn->places; place != NULL; place = place->next)
        if (!place->closed && !uuid_is_nil(&place->signed_on) &&
            compare(&place->signed_on, after) > 0)
            add(&smallest, &place->signed_on);
    json_writer_init(&writer, buffer, size);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", id);
    json_write_boolean(&writer, "ok", true);
    json_write_string(&writer, "code", refusal_code(NOT_REFUSED));
    json_open_array(&writer, "machines");
    for (size_t i = 0; i < smallest.count; i++)
        json_write_uuid(&writer, NULL, &smallest.id[i]);
    json_close_array(&writer);
    json_write_boolean(&writer, "more", smallest.more);
    json_close_object(&writer);
    return json_finish(&writer);
}
