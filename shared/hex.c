/* SPDX-License-Identifier: MIT */
/* By tables: a withdrawal reads and writes some twenty ids. */
#include "shared/hex.h"

#include <string.h>

static const char pairs[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                            "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
                            "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
                            "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
                            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
                            "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                            "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
                            "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

/* A digit's value and 1; 0 for what is no digit. */
static const unsigned char digit_plus_one[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

void hex_encode(const void *bytes, size_t length, char *text)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < length; i++)
        memcpy(text + 2 * i, pairs + 2 * from[i], 2);
    text[2 * length] = '\0';
}

bool hex_decode(const char *text, size_t digits, unsigned char *bytes)
{
    if (digits % 2 != 0)
        return false;
    for (size_t i = 0; i < digits; i += 2) {
        unsigned high = digit_plus_one[(unsigned char)text[i]];
        unsigned low = digit_plus_one[(unsigned char)text[i + 1]];
        if (high == 0 || low == 0)
            return false;
        bytes[i / 2] = (unsigned char)((high - 1) << 4 | (low - 1));
    }
    return true;
}

void hex_encode_upper(const void *bytes, size_t length, char *text)
{
    hex_encode(bytes, length, text);
    for (; *text != '\0'; text++)
        if (*text >= 'a')
            *text = (char)(*text - 'a' + 'A');
}
