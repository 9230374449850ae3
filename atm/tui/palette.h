/* SPDX-License-Identifier: MIT */
/*
 * The colours of a theme: names that styles use, each a colour of the terminal.
 *
 * Without a file they are the 256 colours that the table has. A file
 * (assets/themes/NAME) gives them in RGB, a line each, "night = #160d00", and
 * comments after '#' at a line's beginning. A terminal of 256 colours gets the nearest it has; one
 * that takes RGB gets it. What the file leaves out is as without it.
 */
#ifndef ATM_TUI_PALETTE_H
#define ATM_TUI_PALETTE_H

#include "shared/error.h"

/* clang-format off */
/* The enumerator; its name in a file; its colour of the 256; what it is for. */
#define PALETTE_TABLE(X) \
    X(NIGHT, "night", 234, "the ground") \
    X(COAL,  "coal",  236, "bands and fields") \
    X(SLATE, "slate", 238, "keys' labels, the keypad") \
    X(STEEL, "steel", 237, "the machine around its screen") \
    X(ASH,   "ash",   247, "quiet text") \
    X(CLOUD, "cloud", 252, "text") \
    X(SNOW,  "snow",  231, "strong text") \
    X(SKY,   "sky",    75, "what answers, large digits") \
    X(LEAF,  "leaf",  114, "what is well") \
    X(SAND,  "sand",  221, "what wants attention, the sticky note") \
    X(ROSE,  "rose",  210, "what is wrong") \
    X(BRICK, "brick", 124, "the band of what is wrong, Cancel") \
    X(OCHRE, "ochre", 136, "the band of a warning, Clear") \
    X(MOSS,  "moss",   65, "the band of what is done, Enter") \
    X(NAVY,  "navy",   25, "the heading's band, the card") \
    X(PAPER, "paper", 255, "the receipt") \
    X(INK,   "ink",   235, "what is printed on it") \
    X(SOOT,  "soot",   16, "text on notes and coloured bands") \
    X(GREY,  "grey",  250, "notes, from the smallest denomination") \
    X(CORAL, "coral", 167, "the second") \
    X(AZURE, "azure",  68, "the third") \
    X(AMBER, "amber", 173, "the fourth") \
    X(FERN,  "fern",   71, "the fifth") \
    X(STRAW, "straw", 179, "the sixth") \
    X(MAUVE, "mauve", 133, "the seventh")
/* clang-format on */

enum palette_colour {
#define X(enumerator, name, colour, about) enumerator,
    PALETTE_TABLE(X)
#undef X
        PALETTE_COLOURS
};

struct palette {
    int rgb[PALETTE_COLOURS]; /* 0xRRGGBB; -1: as the table has it */
};

/* As the table has them all. */
struct palette palette_own(void);

/* Reads a file's text. False (ERROR_FORMAT): says which line of `path` is wrong, and how it is
 * written. */
bool palette_read(struct palette *palette, const char *path, char *text, struct error *error);

/* What the terminal calls that colour: one of the 256, or, where it takes RGB, that. */
int palette_colour(const struct palette *palette, enum palette_colour colour, bool takes_rgb);

#endif
