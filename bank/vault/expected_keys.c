/* SPDX-License-Identifier: MIT */
#include "bank/vault/expected_keys.h"

#include <stdlib.h>
#include <string.h>

/* Where it is, or belongs. */
static size_t place_of(const struct expected_keys *expected, const struct uuid *teller_id)
{
    size_t from = 0, to = expected->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (memcmp(&expected->key[middle].teller_id, teller_id, sizeof *teller_id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void expected_keys_set(struct expected_keys *expected, const struct uuid *teller_id,
                       const unsigned char check[static KEY_CHECK_LENGTH])
{
    size_t place = place_of(expected, teller_id);
    if (place == expected->count || !uuid_equal(&expected->key[place].teller_id, teller_id)) {
        if (expected->count == expected->room) {
            expected->room = expected->room > 0 ? expected->room * 2 : 64;
            expected->key = realloc(expected->key, expected->room * sizeof *expected->key);
            if (expected->key == NULL)
                panic("out of memory");
        }
        memmove(&expected->key[place + 1], &expected->key[place],
                (expected->count++ - place) * sizeof *expected->key);
        expected->key[place].teller_id = *teller_id;
    }
    memcpy(expected->key[place].check, check, KEY_CHECK_LENGTH);
}

const unsigned char *expected_keys_find(const struct expected_keys *expected,
                                        const struct uuid *teller_id)
{
    size_t place = place_of(expected, teller_id);
    return place < expected->count && uuid_equal(&expected->key[place].teller_id, teller_id)
               ? expected->key[place].check
               : NULL;
}

void expected_keys_drop(struct expected_keys *expected, const struct uuid *teller_id)
{
    size_t place = place_of(expected, teller_id);
    if (place < expected->count && uuid_equal(&expected->key[place].teller_id, teller_id))
        memmove(&expected->key[place], &expected->key[place + 1],
                (--expected->count - place) * sizeof *expected->key);
}

void expected_keys_finish(struct expected_keys *expected)
{
    free(expected->key);
    *expected = (struct expected_keys){ 0 };
}
