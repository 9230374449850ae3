/* SPDX-License-Identifier: MIT */
/* The bytes of a terminal's line: none blocks, and time makes an end of each sequence. */
#include "tests/fuzz/fuzz.h"

#include "atm/tui/keys.h"

static void promise_key(const struct key *key)
{
    PROMISE(key->kind != KEYS_CLICK || (key->row >= 0 && key->column >= 0));
    PROMISE(key->kind != KEYS_INPUT || key->input.kind != INPUT_NONE);
    PROMISE(key->input.kind != INPUT_DIGIT || (key->input.value >= '0' && key->input.value <= '9'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct keys keys = { .state = KEYS_GROUND };
    struct key key;
    int64_t now_ms = 0;
    for (size_t i = 0; i < size; i++) {
        now_ms += bytes[i] >= 0xF0 ? KEYS_SEQUENCE_MS : 1; /* some bytes are a pause, too */
        for (int left = 4; (key = keys_expire(&keys, now_ms)).kind != KEYS_NOTHING; left--) {
            PROMISE(left > 0 && key.input.kind == INPUT_CANCEL);
        }
        key = keys_feed(&keys, bytes[i], now_ms);
        promise_key(&key);
        PROMISE(keys.length <= KEYS_SEQUENCE_MAX);
        if (bytes[i] == 0)
            keys_forget(&keys);
    }
    while ((key = keys_expire(&keys, now_ms + KEYS_SEQUENCE_MS)).kind != KEYS_NOTHING)
        promise_key(&key);
    PROMISE(keys_deadline(&keys) == -1);
    key = keys_feed(&keys, '7', now_ms);
    PROMISE(key.kind == KEYS_INPUT && key.input.kind == INPUT_DIGIT);
    return 0;
}
