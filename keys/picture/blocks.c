/* SPDX-License-Identifier: MIT */
#include "keys/picture/blocks.h"

#include <stdint.h>
#include <string.h>

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, HEAVY = 16 };

static const struct {
    uint32_t code;
    int arms;
} LINES[] = {
    { 0x2500, LEFT | RIGHT },
    { 0x2501, LEFT | RIGHT | HEAVY },
    { 0x2502, UP | DOWN },
    { 0x2503, UP | DOWN | HEAVY },
    { 0x250C, DOWN | RIGHT },
    { 0x250F, DOWN | RIGHT | HEAVY },
    { 0x2510, DOWN | LEFT },
    { 0x2513, DOWN | LEFT | HEAVY },
    { 0x2514, UP | RIGHT },
    { 0x2517, UP | RIGHT | HEAVY },
    { 0x2518, UP | LEFT },
    { 0x251B, UP | LEFT | HEAVY },
    { 0x251C, UP | DOWN | RIGHT },
    { 0x2523, UP | DOWN | RIGHT | HEAVY },
    { 0x2524, UP | DOWN | LEFT },
    { 0x252B, UP | DOWN | LEFT | HEAVY },
    { 0x252C, DOWN | LEFT | RIGHT },
    { 0x2533, DOWN | LEFT | RIGHT | HEAVY },
    { 0x2534, UP | LEFT | RIGHT },
    { 0x253B, UP | LEFT | RIGHT | HEAVY },
    { 0x253C, UP | DOWN | LEFT | RIGHT },
    { 0x254B, UP | DOWN | LEFT | RIGHT | HEAVY },
    { 0x256D, DOWN | RIGHT },
    { 0x256E, DOWN | LEFT },
    { 0x256F, UP | LEFT },
    { 0x2570, UP | RIGHT },
};

/* Quadrants from U+2596 on: upper left 1, upper right 2, lower left 4, lower right 8. */
static const int QUADRANTS[] = { 4, 8, 1, 13, 9, 7, 11, 2, 6, 14 };

/* Block elements and lines all take three bytes of UTF-8. */
static uint32_t code_of(const char *character)
{
    const unsigned char *byte = (const unsigned char *)character;
    if (strlen(character) != 3 || (byte[0] & 0xF0) != 0xE0)
        return 0;
    return (uint32_t)(byte[0] & 0x0F) << 12 | (uint32_t)(byte[1] & 0x3F) << 6 | (byte[2] & 0x3F);
}

static int line_of(int arms, struct block blocks[BLOCKS])
{
    int half = (arms & HEAVY) != 0 ? 8 : 4, count = 0;
    int x = BLOCK_WIDTH / 2, y = BLOCK_HEIGHT / 2;
    if ((arms & (LEFT | RIGHT)) != 0)
        blocks[count++] = (struct block){ (arms & LEFT) != 0 ? 0 : x - half, y - half,
                                          (arms & RIGHT) != 0 ? BLOCK_WIDTH : x + half, y + half };
    if ((arms & (UP | DOWN)) != 0)
        blocks[count++] = (struct block){ x - half, (arms & UP) != 0 ? 0 : y - half, x + half,
                                          (arms & DOWN) != 0 ? BLOCK_HEIGHT : y + half };
    return count;
}

static int quadrants_of(int parts, struct block blocks[BLOCKS])
{
    int count = 0;
    for (int i = 0; i < 4; i++) {
        if ((parts >> i & 1) == 0)
            continue;
        int left = i % 2 * BLOCK_WIDTH / 2, top = i / 2 * BLOCK_HEIGHT / 2;
        blocks[count++] =
            (struct block){ left, top, left + BLOCK_WIDTH / 2, top + BLOCK_HEIGHT / 2 };
    }
    return count;
}

int blocks_of(const char *character, struct block blocks[BLOCKS])
{
    uint32_t code = code_of(character);
    struct block block = { 0, 0, BLOCK_WIDTH, BLOCK_HEIGHT };
    for (size_t i = 0; code != 0 && i < sizeof LINES / sizeof LINES[0]; i++)
        if (LINES[i].code == code)
            return line_of(LINES[i].arms, blocks);
    if (code >= 0x2596 && code <= 0x259F)
        return quadrants_of(QUADRANTS[code - 0x2596], blocks);
    if (code == 0x2580)
        block.bottom = BLOCK_HEIGHT / 2;
    else if (code >= 0x2581 && code <= 0x2588)
        block.top = (int)(0x2588 - code) * BLOCK_HEIGHT / 8;
    else if (code >= 0x2589 && code <= 0x258F)
        block.right = (int)(0x2590 - code) * BLOCK_WIDTH / 8;
    else if (code == 0x2590)
        block.left = BLOCK_WIDTH / 2;
    else if (code == 0x2594)
        block.bottom = BLOCK_HEIGHT / 8;
    else if (code == 0x2595)
        block.left = BLOCK_WIDTH * 7 / 8;
    else
        return 0;
    blocks[0] = block;
    return 1;
}
