/* SPDX-License-Identifier: MIT */
/* PIN blocks: 16 bytes of key, 16 of block, then a PAN. A block that opens makes the same PIN
 * again. */
#include "tests/fuzz/fuzz.h"

#include "shared/pin_block.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const unsigned char random[8];
    struct pin_key key;
    unsigned char block[PIN_BLOCK_LENGTH];
    char pan[64], pin[PIN_DIGITS_MAX + 1], again[PIN_DIGITS_MAX + 1];
    if (size < 32 || size - 32 >= sizeof pan)
        return 0;
    memcpy(key.bytes, bytes, sizeof key.bytes);
    memcpy(block, bytes + 16, sizeof block);
    memcpy(pan, bytes + 32, size - 32);
    pan[size - 32] = '\0';
    bool valid = pan_valid(pan);
    bool opened = pin_block_decode(&key, pan, block, pin);
    PROMISE(opened == (pin[0] != '\0'));
    if (opened) {
        PROMISE(strlen(pin) >= PIN_DIGITS_MIN && strspn(pin, "0123456789") == strlen(pin));
        PROMISE(pin_block_encode(&key, pan, pin, random, block));
        PROMISE(pin_block_decode(&key, pan, block, again) && strcmp(pin, again) == 0);
    }
    /* Fuzzed ciphertext hardly ever opens; a made block always does. */
    if (valid) {
        PROMISE(pin_block_encode(&key, pan, "4711", bytes + 16, block));
        PROMISE(pin_block_decode(&key, pan, block, pin) && strcmp(pin, "4711") == 0);
    }
    return 0;
}
