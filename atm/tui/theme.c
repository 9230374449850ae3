/* SPDX-License-Identifier: MIT */
/*
 * Two tables. Styles have a foreground and a background of the palette and in 8
 * colours, for high contrast, and the attributes that must do on a terminal
 * with none. Symbols have a form for any Unicode font, one for the console's
 * 256 glyphs, and one in ASCII.
 *
 * Text stands out from what is behind it by 4.5 to 1 at least; a test computes it.
 * The ground is painted, never left to the terminal's default, so that the
 * machine looks the same on light terminals.
 */
#include "atm/tui/theme.h"

#include "atm/tui/tui_curses.h"
#include <string.h>

struct ink {
    short front, back;
    unsigned attributes;
};

#define B COLOR_BLACK
#define R COLOR_RED
#define G COLOR_GREEN
#define Y COLOR_YELLOW
#define U COLOR_BLUE
#define C COLOR_CYAN
#define M COLOR_MAGENTA
#define W COLOR_WHITE

#define LOUD (A_REVERSE | A_BOLD)

static const struct {
    struct ink rich, plain, contrast;
    unsigned mono;
} styles[STYLE_COUNT] = {
    /* clang-format off */
    /*                              256 colours              8 colours         high contrast     none */
    [STYLE_GROUND]             = { { CLOUD, NIGHT, 0 },     { W, B, 0 },      { W, B, A_BOLD }, 0 },
    [STYLE_DIM]                = { { ASH, NIGHT, 0 },       { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_STRONG]             = { { SNOW, NIGHT, A_BOLD }, { W, B, A_BOLD }, { W, B, A_BOLD }, A_BOLD },
    [STYLE_ACCENT]             = { { SKY, NIGHT, A_BOLD },  { C, B, A_BOLD }, { Y, B, A_BOLD }, A_BOLD },
    [STYLE_GOOD]               = { { LEAF, NIGHT, A_BOLD }, { G, B, A_BOLD }, { W, B, A_BOLD }, A_BOLD },
    [STYLE_WARNING]            = { { SAND, NIGHT, A_BOLD }, { Y, B, A_BOLD }, { Y, B, A_BOLD }, A_BOLD },
    [STYLE_BAD]                = { { ROSE, NIGHT, A_BOLD }, { R, B, A_BOLD }, { Y, B, A_BOLD }, A_BOLD },
    [STYLE_BAND]               = { { CLOUD, COAL, 0 },      { W, U, 0 },      { B, W, 0 },      A_REVERSE },
    [STYLE_BAND_STRONG]        = { { SNOW, COAL, A_BOLD },  { W, U, A_BOLD }, { B, W, 0 },      A_REVERSE },
    [STYLE_BAND_ACCENT]        = { { SKY, COAL, A_BOLD },   { C, U, A_BOLD }, { B, W, 0 },      LOUD },
    [STYLE_BAND_GOOD]          = { { LEAF, COAL, A_BOLD },  { G, U, A_BOLD }, { B, W, 0 },      A_REVERSE },
    [STYLE_BAND_WARNING]       = { { SAND, COAL, A_BOLD },  { Y, U, A_BOLD }, { B, W, 0 },      LOUD },
    [STYLE_BAND_BAD]           = { { ROSE, COAL, A_BOLD },  { Y, U, A_BOLD }, { B, W, 0 },      LOUD },
    [STYLE_TITLE]              = { { SNOW, NAVY, A_BOLD },  { B, C, 0 },      { B, Y, 0 },      A_BOLD },
    [STYLE_TITLE_GOOD]         = { { SOOT, MOSS, A_BOLD },  { B, G, 0 },      { B, Y, 0 },      A_BOLD },
    [STYLE_TITLE_WARNING]      = { { SOOT, OCHRE, A_BOLD }, { B, Y, 0 },      { B, Y, 0 },      A_BOLD },
    [STYLE_TITLE_BAD]          = { { SNOW, BRICK, A_BOLD }, { W, R, A_BOLD }, { B, Y, 0 },      A_BOLD },
    [STYLE_TITLE_EDGE]         = { { NAVY, NIGHT, 0 },      { C, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_TITLE_GOOD_EDGE]    = { { MOSS, NIGHT, 0 },      { G, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_TITLE_WARNING_EDGE] = { { OCHRE, NIGHT, 0 },     { Y, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_TITLE_BAD_EDGE]     = { { BRICK, NIGHT, 0 },     { R, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_TITLE_TOP]          = { { NAVY, COAL, 0 },       { C, U, 0 },      { Y, W, 0 },      0 },
    [STYLE_TITLE_GOOD_TOP]     = { { MOSS, COAL, 0 },       { G, U, 0 },      { Y, W, 0 },      0 },
    [STYLE_TITLE_WARNING_TOP]  = { { OCHRE, COAL, 0 },      { Y, U, 0 },      { Y, W, 0 },      0 },
    [STYLE_TITLE_BAD_TOP]      = { { BRICK, COAL, 0 },      { R, U, 0 },      { Y, W, 0 },      0 },
    [STYLE_BAND_EDGE]          = { { COAL, NIGHT, 0 },      { U, B, 0 },      { W, B, 0 },      0 },
    [STYLE_LABEL]              = { { SNOW, SLATE, A_BOLD }, { W, U, A_BOLD }, { B, W, 0 },      A_BOLD },
    [STYLE_LABEL_EDGE]         = { { SLATE, NIGHT, 0 },     { U, B, 0 },      { W, B, 0 },      0 },
    [STYLE_LABEL_OFF]          = { { ASH, COAL, 0 },        { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_LABEL_OFF_EDGE]     = { { COAL, NIGHT, 0 },      { B, B, 0 },      { B, B, 0 },      0 },
    [STYLE_CAP]                = { { NIGHT, SKY, A_BOLD },  { B, C, 0 },      { B, Y, 0 },      LOUD },
    [STYLE_CAP_EDGE]           = { { SKY, NIGHT, 0 },       { C, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_PAD]                = { { SNOW, SLATE, A_BOLD }, { B, W, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_PAD_EDGE]           = { { SLATE, NIGHT, 0 },     { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_PAD_CANCEL]         = { { SNOW, BRICK, A_BOLD }, { W, R, A_BOLD }, { B, W, 0 },      A_BOLD },
    [STYLE_PAD_CANCEL_EDGE]    = { { BRICK, NIGHT, 0 },     { R, B, 0 },      { W, B, 0 },      0 },
    [STYLE_PAD_CLEAR]          = { { SOOT, OCHRE, A_BOLD }, { B, Y, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_PAD_CLEAR_EDGE]     = { { OCHRE, NIGHT, 0 },     { Y, B, 0 },      { W, B, 0 },      0 },
    [STYLE_PAD_ENTER]          = { { SOOT, MOSS, A_BOLD },  { B, G, 0 },      { B, Y, 0 },      A_BOLD },
    [STYLE_PAD_ENTER_EDGE]     = { { MOSS, NIGHT, 0 },      { G, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_FIELD]              = { { SNOW, COAL, A_BOLD },  { B, W, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_FIELD_EMPTY]        = { { ASH, COAL, 0 },        { B, W, 0 },      { B, W, 0 },      0 },
    [STYLE_FIELD_EDGE]         = { { COAL, NIGHT, 0 },      { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_BAR]                = { { SKY, SLATE, 0 },       { C, U, 0 },      { Y, B, A_BOLD }, A_BOLD },
    [STYLE_BAR_LATE]           = { { SAND, SLATE, 0 },      { Y, U, 0 },      { W, B, A_BOLD }, A_BOLD },
    [STYLE_PAPER]              = { { INK, PAPER, 0 },       { B, W, 0 },      { B, W, 0 },      0 },
    [STYLE_PAPER_EDGE]         = { { PAPER, NIGHT, 0 },     { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_SLOT]               = { { ASH, NIGHT, 0 },       { W, B, 0 },      { W, B, A_BOLD }, A_BOLD },
    [STYLE_CARD]               = { { SNOW, NAVY, A_BOLD },  { W, U, A_BOLD }, { B, W, 0 },      A_BOLD },
    [STYLE_CARD_EDGE]          = { { NAVY, NIGHT, 0 },      { U, B, 0 },      { W, B, 0 },      0 },
    [STYLE_CARD_CHIP]          = { { SAND, NAVY, 0 },       { Y, U, A_BOLD }, { B, W, 0 },      0 },
    [STYLE_NOTE]               = { { SOOT, GREY, A_BOLD },  { B, W, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_NOTE + 1]           = { { SOOT, CORAL, A_BOLD }, { W, R, A_BOLD }, { B, W, 0 },      A_BOLD },
    [STYLE_NOTE + 2]           = { { SOOT, AZURE, A_BOLD }, { W, U, A_BOLD }, { B, W, 0 },      A_BOLD },
    [STYLE_NOTE + 3]           = { { SOOT, AMBER, A_BOLD }, { B, Y, 0 },      { B, Y, 0 },      A_BOLD },
    [STYLE_NOTE + 4]           = { { SOOT, FERN, A_BOLD },  { B, G, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_NOTE + 5]           = { { SOOT, STRAW, A_BOLD }, { B, C, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_NOTE + 6]           = { { SOOT, MAUVE, A_BOLD }, { W, M, A_BOLD }, { B, W, 0 },      A_BOLD },
    [STYLE_NOTE + 7]           = { { SOOT, ASH, A_BOLD },   { B, W, 0 },      { B, W, 0 },      A_BOLD },
    [STYLE_NOTE_EDGE]          = { { GREY, NIGHT, 0 },      { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 1]      = { { CORAL, NIGHT, 0 },     { R, B, 0 },      { W, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 2]      = { { AZURE, NIGHT, 0 },     { U, B, 0 },      { W, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 3]      = { { AMBER, NIGHT, 0 },     { Y, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 4]      = { { FERN, NIGHT, 0 },      { G, B, 0 },      { W, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 5]      = { { STRAW, NIGHT, 0 },     { C, B, 0 },      { W, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 6]      = { { MAUVE, NIGHT, 0 },     { M, B, 0 },      { W, B, 0 },      0 },
    [STYLE_NOTE_EDGE + 7]      = { { ASH, NIGHT, 0 },       { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_FACE]               = { { CLOUD, STEEL, 0 },     { B, W, 0 },      { W, B, 0 },      0 },
    [STYLE_FACE_GOOD]          = { { LEAF, STEEL, A_BOLD }, { B, W, 0 },      { W, B, A_BOLD }, 0 },
    [STYLE_FACE_ACCENT]        = { { SNOW, STEEL, A_BOLD }, { U, W, 0 },      { Y, B, A_BOLD }, A_BOLD },
    [STYLE_FACE_BAD]           = { { ROSE, STEEL, A_BOLD }, { R, W, 0 },      { Y, B, A_BOLD }, A_BOLD },
    [STYLE_TRAY]               = { { ASH, NIGHT, 0 },       { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_STICKY]             = { { INK, SAND, 0 },        { B, Y, 0 },      { B, Y, 0 },      A_BOLD },
    [STYLE_STICKY_EDGE]        = { { SAND, NIGHT, 0 },      { Y, B, 0 },      { Y, B, 0 },      0 },
    [STYLE_BEZEL]              = { { ASH, NIGHT, 0 },       { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_QR]                 = { { SOOT, SNOW, 0 },       { B, W, 0 },      { B, W, 0 },      A_REVERSE },
    [STYLE_QR_DARK]            = { { SNOW, SOOT, 0 },       { W, B, 0 },      { W, B, 0 },      0 },
    [STYLE_QR_EDGE]            = { { NAVY, SNOW, 0 },       { C, W, 0 },      { Y, W, 0 },      A_REVERSE },
    /* clang-format on */
};

static const char *const glyph_table[GLYPH_COUNT][3] = {
    /* clang-format off */
    /*                             any font  console  ASCII */
    [GLYPH_BLOCK]               = { "█",     "█",     "#" },
    [GLYPH_UPPER]               = { "▀",     "▀",     " " },
    [GLYPH_LOWER]               = { "▄",     "▄",     " " },
    [GLYPH_LINE]                = { "─",     "─",     "-" },
    [GLYPH_PILLAR]              = { "│",     "│",     "|" },
    [GLYPH_CORNER_TOP_LEFT]     = { "╭",     "┌",     "+" },
    [GLYPH_CORNER_TOP_RIGHT]    = { "╮",     "┐",     "+" },
    [GLYPH_CORNER_BOTTOM_LEFT]  = { "╰",     "└",     "+" },
    [GLYPH_CORNER_BOTTOM_RIGHT] = { "╯",     "┘",     "+" },
    [GLYPH_SLOT]                = { "━",     "═",     "=" },
    [GLYPH_PIN_FULL]            = { "●",     "■",     "*" },
    [GLYPH_PIN_EMPTY]           = { "○",     "·",     "_" },
    [GLYPH_GOOD]                = { "✓",     "√",     "OK:" },
    [GLYPH_WARNING]             = { "!",     "!",     "!" },
    [GLYPH_BAD]                 = { "×",     "x",     "x" },
    [GLYPH_ENTER]               = { "○",     "o",     "o" },
    [GLYPH_CLEAR]               = { "←",     "<",     "<" },
    [GLYPH_CANCEL]              = { "×",     "x",     "x" },
    [GLYPH_LAMP_OFF]            = { "○",     "o",     "( )" },
    [GLYPH_LAMP_ON]             = { "●",     "■",     "(*)" },
    [GLYPH_LAMP_BLINK]          = { "◉",     "►",     "(!)" },
    [GLYPH_LAMP_FAULT]          = { "×",     "x",     "(x)" },
    [GLYPH_BRAND]               = { "◆",     "■",     "*" },
    [GLYPH_DOT]                 = { "●",     "■",     "o" },
    [GLYPH_CURSOR]              = { "▏",     "_",     "_" },
    [GLYPH_FOCUS]               = { "▸",     "►",     ">" },
    [GLYPH_TEAR]                = { "▀ ",    "▀ ",    "/\\" },
    [GLYPH_SENT]                = { "→",     ">",     ">" },
    [GLYPH_RECEIVED]            = { "←",     "<",     "<" },
    [GLYPH_WRITTEN]             = { "■",     "■",     "#" },
    /* clang-format on */
};

static const char *const bar_table[3][THEME_BAR_STEPS + 1] = {
    [GLYPHS_FULL] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" },
    [GLYPHS_CONSOLE] = { " ", " ", " ", " ", "▌", "▌", "▌", "▌", "█" },
    [GLYPHS_ASCII] = { ".", ".", ".", ".", "-", "-", "-", "-", "=" },
};

struct theme theme_choose(const struct tui_options *options, int colours, const char *term)
{
    struct theme theme = { .palette = PALETTE_8, .glyphs = GLYPHS_FULL };
    if (options->mono || colours < 8)
        theme.palette = PALETTE_MONO;
    else if (options->high_contrast)
        theme.palette = PALETTE_CONTRAST;
    else if (colours >= 256)
        theme.palette = PALETTE_256;

    if (options->ascii)
        theme.glyphs = GLYPHS_ASCII;
    else if (term != NULL && strcmp(term, "linux") == 0)
        theme.glyphs = GLYPHS_CONSOLE;

    const struct palette own = palette_own();
    const struct palette *palette = options->palette != NULL ? options->palette : &own;
    for (int i = 0; i < PALETTE_COLOURS; i++)
        theme.colour[i] = palette_colour(palette, (enum palette_colour)i, colours > 256);
    theme.black = palette_colour(&own, SOOT, colours > 256);
    theme.white = palette_colour(&own, SNOW, colours > 256);
    theme.filled = theme.palette != PALETTE_MONO;
    return theme;
}

static const struct ink *style_ink(const struct theme *theme, enum style style)
{
    switch (theme->palette) {
    case PALETTE_256:
        return &styles[style].rich;
    case PALETTE_8:
        return &styles[style].plain;
    case PALETTE_CONTRAST:
        return &styles[style].contrast;
    case PALETTE_MONO:
        break;
    }
    return NULL;
}

void theme_start(const struct theme *theme)
{
    if (theme->palette != PALETTE_MONO) {
        start_color();
        for (int style = 0; style < STYLE_COUNT; style++) {
            struct colours colours;
            if (theme_colours(theme, (enum style)style, &colours))
                init_extended_pair(style + 1, colours.front, colours.back);
        }
    }
    bkgdset((chtype)' ' | theme_attributes(theme, STYLE_GROUND));
}

unsigned theme_attributes(const struct theme *theme, enum style style)
{
    const struct ink *ink = style_ink(theme, style);
    if (ink == NULL)
        return styles[style].mono;
    return ink->attributes | (unsigned)COLOR_PAIR(style + 1);
}

/* Paper is what a theme says; what a phone is to read has to be black on white. */
static int colour_of(const struct theme *theme, enum style style, short colour)
{
    const bool fixed = style >= STYLE_QR && style <= STYLE_QR_EDGE;
    return fixed && colour == SOOT   ? theme->black
           : fixed && colour == SNOW ? theme->white
                                     : theme->colour[colour];
}

bool theme_colours(const struct theme *theme, enum style style, struct colours *colours)
{
    const struct ink *ink = style_ink(theme, style);
    if (ink == NULL)
        return false;
    const bool rich = theme->palette == PALETTE_256;
    *colours = (struct colours){ rich ? colour_of(theme, style, ink->front) : ink->front,
                                 rich ? colour_of(theme, style, ink->back) : ink->back,
                                 (ink->attributes & A_BOLD) != 0 };
    return true;
}

const char *theme_glyph(const struct theme *theme, enum glyph glyph)
{
    return glyph_table[glyph][theme->glyphs];
}

const char *theme_bar(const struct theme *theme, int eighths)
{
    return bar_table[theme->glyphs][eighths];
}
