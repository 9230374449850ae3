/* SPDX-License-Identifier: MIT */
/*
 * How things look: a style for each role a piece of text can have, and a
 * glyph for each symbol, by what the terminal can do.
 *
 * Painters name roles and symbols; only this file knows colours and
 * characters. There is one accent colour. A theme is a plain value; the
 * table of styles becomes ncurses colour pairs in theme_start, which has to
 * come after curses has started.
 */
#ifndef ATM_TUI_THEME_H
#define ATM_TUI_THEME_H

#include "atm/tui/palette.h"
#include "atm/tui/tui.h"

#include <stdbool.h>

enum depth { PALETTE_256, PALETTE_8, PALETTE_CONTRAST, PALETTE_MONO };
enum glyphs { GLYPHS_FULL, GLYPHS_CONSOLE, GLYPHS_ASCII };

struct theme {
    enum depth palette;
    int colour[PALETTE_COLOURS]; /* as the terminal calls them, with PALETTE_256 */
    int black, white;            /* likewise, of no palette */
    enum glyphs glyphs;
    bool filled; /* surfaces have a colour; else they are outlined */
};

enum { NOTE_STYLES = 8 };

enum style {
    STYLE_GROUND, /* plain text */
    STYLE_DIM,
    STYLE_STRONG,
    STYLE_ACCENT,
    STYLE_GOOD,
    STYLE_WARNING,
    STYLE_BAD,
    STYLE_BAND, /* the frame's top and bottom */
    STYLE_BAND_STRONG,
    STYLE_BAND_ACCENT,
    STYLE_BAND_GOOD,
    STYLE_BAND_WARNING,
    STYLE_BAND_BAD,
    STYLE_TITLE, /* the heading's band, by tone; in the order of enum view_tone */
    STYLE_TITLE_GOOD,
    STYLE_TITLE_WARNING,
    STYLE_TITLE_BAD,
    STYLE_TITLE_EDGE, /* below it; above it is the frame's band */
    STYLE_TITLE_GOOD_EDGE,
    STYLE_TITLE_WARNING_EDGE,
    STYLE_TITLE_BAD_EDGE,
    STYLE_TITLE_TOP,
    STYLE_TITLE_GOOD_TOP,
    STYLE_TITLE_WARNING_TOP,
    STYLE_TITLE_BAD_TOP,
    STYLE_BAND_EDGE, /* an EDGE is its surface's colour on the ground, for half blocks and outlines
                      */
    STYLE_LABEL,     /* what a function display key does now */
    STYLE_LABEL_EDGE,
    STYLE_LABEL_OFF,
    STYLE_LABEL_OFF_EDGE,
    STYLE_CAP, /* the key's own name beside it */
    STYLE_CAP_EDGE,
    STYLE_PAD, /* keypad */
    STYLE_PAD_EDGE,
    STYLE_PAD_CANCEL,
    STYLE_PAD_CANCEL_EDGE,
    STYLE_PAD_CLEAR,
    STYLE_PAD_CLEAR_EDGE,
    STYLE_PAD_ENTER,
    STYLE_PAD_ENTER_EDGE,
    STYLE_FIELD, /* something typed */
    STYLE_FIELD_EMPTY,
    STYLE_FIELD_EDGE,
    STYLE_BAR, /* full part in the foreground, track behind it */
    STYLE_BAR_LATE,
    STYLE_PAPER,
    STYLE_PAPER_EDGE,
    STYLE_SLOT,
    STYLE_CARD,
    STYLE_CARD_EDGE,
    STYLE_CARD_CHIP,
    STYLE_NOTE, /* by denomination, the smallest first: NOTE_STYLES of them */
    STYLE_NOTE_LAST = STYLE_NOTE + NOTE_STYLES - 1,
    STYLE_NOTE_EDGE, /* likewise */
    STYLE_NOTE_EDGE_LAST = STYLE_NOTE_EDGE + NOTE_STYLES - 1,
    STYLE_FACE, /* the machine around its screen, and what is said there */
    STYLE_FACE_GOOD,
    STYLE_FACE_ACCENT,
    STYLE_FACE_BAD,
    STYLE_TRAY, /* where things come out of it */
    STYLE_STICKY,
    STYLE_STICKY_EDGE,
    STYLE_BEZEL,
    STYLE_QR,      /* a QR code: dark on light, whatever the palette */
    STYLE_QR_DARK, /* where all of a cell is */
    STYLE_QR_EDGE, /* the heading's band above it */
    STYLE_COUNT
};

enum glyph {
    GLYPH_BLOCK,
    GLYPH_UPPER, /* upper and lower half blocks; blank in ASCII */
    GLYPH_LOWER,
    GLYPH_LINE,
    GLYPH_PILLAR,
    GLYPH_CORNER_TOP_LEFT,
    GLYPH_CORNER_TOP_RIGHT,
    GLYPH_CORNER_BOTTOM_LEFT,
    GLYPH_CORNER_BOTTOM_RIGHT,
    GLYPH_SLOT,
    GLYPH_PIN_FULL,
    GLYPH_PIN_EMPTY,
    GLYPH_GOOD,
    GLYPH_WARNING,
    GLYPH_BAD,
    GLYPH_ENTER,
    GLYPH_CLEAR,
    GLYPH_CANCEL,
    GLYPH_LAMP_OFF,
    GLYPH_LAMP_ON,
    GLYPH_LAMP_BLINK,
    GLYPH_LAMP_FAULT,
    GLYPH_BRAND,
    GLYPH_DOT,
    GLYPH_CURSOR,
    GLYPH_FOCUS,
    GLYPH_TEAR,
    GLYPH_SENT, /* to the bank, from it, and onto the machine's own disk */
    GLYPH_RECEIVED,
    GLYPH_WRITTEN,
    GLYPH_COUNT
};

#define THEME_BAR_STEPS 8 /* parts a cell of a bar is divided in */

/* The theme for these wishes on a terminal with so many colours and that TERM. */
struct theme theme_choose(const struct tui_options *options, int colours, const char *term);

/* Makes the colour pairs and the ground. */
void theme_start(const struct theme *theme);

/* The attributes of a style (an attr_t of ncurses, which fits an unsigned). */
unsigned theme_attributes(const struct theme *theme, enum style style);

struct colours {
    int front, back; /* of the palette, as the terminal numbers them */
    bool bold;
};

/* False: this theme has none. */
bool theme_colours(const struct theme *theme, enum style style, struct colours *colours);

const char *theme_glyph(const struct theme *theme, enum glyph glyph);

/* The piece of a bar's cell that is so many eighths full, 0 to 8. */
const char *theme_bar(const struct theme *theme, int eighths);

#endif
