/* SPDX-License-Identifier: MIT */
#include "tests/bench/people.h"

#include "shared/hex.h"
#include "shared/wire.h"
#include "tests/bench/bench.h"

#include <stdio.h>

#define EPOCH_US INT64_C(1767225600000000) /* the first of January 2026 */

static struct uuid numbered(int64_t number, unsigned char family)
{
    unsigned char random[10] = { family };
    uint64_t state = (uint64_t)number * 8 + family;
    uint64_t drawn = draw(&state);
    memcpy(random + 1, &drawn, sizeof drawn);
    return uuid_from_time(EPOCH_US + number * 1000, random);
}

struct uuid people_account(int64_t number)
{
    return numbered(number, 1);
}

struct uuid people_teller(int64_t number)
{
    return numbered(number, 2);
}

void people_card(int64_t number, char pan[static PAN_DIGITS_MAX + 1])
{
    snprintf(pan, PAN_DIGITS_MAX, "400000%09lld", (long long)number);
    size_t length = strlen(pan);
    pan[length] = pan_check_digit(pan);
    pan[length + 1] = '\0';
}

void people_pin_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                      char text[static 2 * PIN_BLOCK_LENGTH + 1])
{
    static const unsigned char fixed[8] = { 0xe5, 0xba, 0x0c };
    unsigned char block[PIN_BLOCK_LENGTH];
    struct pin_key once;
    wire_pin_key(key, request_id, &once);
    if (!pin_block_encode(&once, pan, PEOPLE_PIN, fixed, block))
        give_up("no PIN block can be made for card %s", pan);
    hex_encode(block, sizeof block, text);
}
