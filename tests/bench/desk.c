/* SPDX-License-Identifier: MIT */
#include "tests/bench/desk.h"

#include "tests/bench/people.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILL_AT 200000 /* notes given; a cassette holds a million */

static const char *const amount_text[DESK_AMOUNTS] = { "1000", "2000", "5000",
                                                       "10000" }; /* one note each */

void desk_open(struct desk *desk, const struct bench_options *options, int64_t number,
               int64_t cards)
{
    struct error error;
    char path[HOME_PATH_SIZE];
    uint64_t state = (uint64_t)number;
    *desk = (struct desk){ .id = people_teller(number),
                           .number = (uint32_t)number,
                           .card_count = (size_t)cards };
    uuid_write(&desk->id, desk->id_text);
    home_path(&options->home, path, sizeof path, "keys/terminal-%s.key", desk->id_text);
    if (!pin_key_load(path, &desk->key, &error))
        give_up("%s", error.message);
    wire_keys_derive(&desk->key, &desk->id, &desk->wire);
    desk->card = bench_allocate(desk->card_count, sizeof *desk->card);
    for (int64_t i = 0; i < cards; i++) {
        int64_t account =
            cards == options->accounts ? i : (int64_t)(draw(&state) % (uint64_t)options->accounts);
        people_card(account, desk->card[i].pan);
    }
}

void desk_close(struct desk *desk)
{
    free(desk->card);
}

void desk_sign_on(const struct desk *desk, struct link *link)
{
    char line[400], id[UUID_TEXT_LENGTH];
    struct uuid uuid = uuid_make();
    int object = snprintf(line, sizeof line,
                          "{\"v\":1,\"id\":\"%s\",\"command\":\"SignOn\",\"teller_id\":\"%s\"}",
                          uuid_write(&uuid, id), desk->id_text);
    size_t length = wire_sign(&desk->wire.request, line, (size_t)object);
    line[length++] = '\n';
    link_send(link, line, length);
    link_flush(link);
}

const char *desk_amount_text(int amount)
{
    return amount_text[amount];
}

bool desk_give(struct desk *desk, int amount, char *line, size_t size, size_t *length)
{
    char id[UUID_TEXT_LENGTH];
    if (++desk->given[amount] < FILL_AT)
        return false;
    struct uuid uuid = uuid_make();
    const uint32_t number = htobe32(desk->number * DESK_AMOUNTS + (uint32_t)amount);
    memcpy(uuid.bytes + 12, &number, sizeof number);
    desk->given[amount] = 0;
    *length = (size_t)snprintf(
        line, size,
        "{\"v\":1,\"id\":\"%s\",\"command\":\"ReplenishCassettes\",\"teller_id\":\"%s\","
        "\"notes\":[{\"denomination\":%s,\"count\":%d}]}\n",
        uuid_write(&uuid, id), desk->id_text, amount_text[amount], FILL_AT);
    return true;
}

void desk_give_again(struct desk *desk, int amount)
{
    desk->given[amount] += FILL_AT;
}
