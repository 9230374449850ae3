/* SPDX-License-Identifier: MIT */
/*
 * Pictures made of dots: the bank's name and the signs of messages. A dot is a column wide and half
 * a row high, which is about square; two of them share a character. Without half blocks a character
 * is set when either of its dots is.
 */
#include "atm/tui/paint_parts.h"

#include <string.h>

enum { PICTURE_DOTS = 10, PICTURE_ROWS = PICTURE_DOTS / 2 };

/* clang-format off */
static const char *const bank_name[PICTURE_DOTS] = {
    "#######        #######                  ##     ",
    "#######        ########                 ##     ",
    "##      ###### ##    ## ######  ######  ##   ##",
    "##      ###### ##    ## ####### ####### ##  ## ",
    "######  ##     #######       ## ##   ## ## ##  ",
    "##      ##     #######   ###### ##   ## ####   ",
    "##      ###### ##    ## ####### ##   ## ####   ",
    "##          ## ##    ## ##   ## ##   ## ## ##  ",
    "####### ###### ######## ####### ##   ## ##  ## ",
    "####### ###### #######   ###### ##   ## ##   ##",
};

static const char *const tick[PICTURE_DOTS] = {
    "              ##",
    "             ###",
    "            ### ",
    "           ###  ",
    "##        ###   ",
    "###      ###    ",
    " ###    ###     ",
    "  ###  ###      ",
    "   ######       ",
    "    ####        ",
};

static const char *const warning[PICTURE_DOTS] = {
    "          ##          ",
    "         ####         ",
    "        ######        ",
    "       ###  ###       ",
    "      ####  ####      ",
    "     #####  #####     ",
    "    ######  ######    ",
    "   ################   ",
    "  ########  ########  ",
    " #################### ",
};

static const char *const cross[PICTURE_DOTS] = {
    "###      ###",
    " ###    ### ",
    "  ###  ###  ",
    "   ######   ",
    "    ####    ",
    "    ####    ",
    "   ######   ",
    "  ###  ###  ",
    " ###    ### ",
    "###      ###",
};
/* clang-format on */

/* Centred in the span, if it fits. */
static void paint_picture(const struct canvas *canvas, int row, struct span span, enum style style,
                          const char *const dots[static PICTURE_DOTS])
{
    int width = (int)strlen(dots[0]);
    if (width > span.width)
        return;
    int column = span.column + (span.width - width) / 2;
    bool halves = canvas->theme->glyphs != GLYPHS_ASCII;
    for (int i = 0; i < PICTURE_ROWS; i++)
        for (int at = 0; at < width; at++) {
            bool upper = dots[2 * i][at] != ' ', lower = dots[2 * i + 1][at] != ' ';
            if (upper || lower)
                canvas_glyph(canvas, row + i, column + at, style,
                             (upper && lower) || !halves ? GLYPH_BLOCK
                             : upper                     ? GLYPH_UPPER
                                                         : GLYPH_LOWER);
        }
}

void paint_sign(const struct canvas *canvas, int row, struct span span, enum view_tone tone)
{
    switch (tone) {
    case TONE_NEUTRAL: /* a plain question needs no sign */
        break;
    case TONE_GOOD:
        paint_picture(canvas, row, span, STYLE_GOOD, tick);
        break;
    case TONE_WARNING:
        paint_picture(canvas, row, span, STYLE_WARNING, warning);
        break;
    case TONE_BAD:
        paint_picture(canvas, row, span, STYLE_BAD, cross);
        break;
    }
}

void paint_logo(const struct canvas *canvas, int row, struct span span)
{
    paint_picture(canvas, row, span, STYLE_ACCENT, bank_name);
}
