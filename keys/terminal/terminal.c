/* SPDX-License-Identifier: MIT */
/*
 * Wraps libvterm. Screen contents come from libvterm; title and modes from
 * sequence.c, which reads the bytes first. What libvterm wants to say to the
 * program is collected in `output` until the pty's owner takes it.
 */
#include "keys/terminal/terminal.h"
#include "keys/terminal/keyname.h"
#include "keys/terminal/sequence.h"
#include "shared/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>
#include <wchar.h>

struct terminal {
    VTerm *vterm;
    VTermScreen *screen;
    struct sequence sequence;
    int columns, rows;
    bool utf8;
    unsigned long fed;
    char output[4096]; /* what does not fit is dropped: no program asks that much at once */
    size_t output_length;
};

static void output_add(const char *bytes, size_t length, void *context)
{
    struct terminal *terminal = context;
    if (length > sizeof terminal->output - terminal->output_length)
        return;
    memcpy(terminal->output + terminal->output_length, bytes, length);
    terminal->output_length += length;
}

/* Without UTF-8 bytes from 0x80 to 0x9F would be control characters to libvterm; to a program that
 * asked for plain ASCII they are none. */
static void vterm_feed(void *context, const char *bytes, size_t length)
{
    struct terminal *terminal = context;
    if (terminal->utf8) {
        vterm_input_write(terminal->vterm, bytes, length);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        const char byte = ((unsigned char)bytes[i] & 0xE0) == 0x80 ? '?' : bytes[i];
        vterm_input_write(terminal->vterm, &byte, 1);
    }
}

/* libvterm writes beyond a line of one column when a wide character comes; here it has two, of
 * which one is looked at. */
static int columns_for_vterm(int columns)
{
    return columns < 2 ? 2 : columns;
}

struct terminal *terminal_create(int columns, int rows, bool utf8)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL)
        panic("out of memory");
    terminal->columns = columns;
    terminal->rows = rows;
    terminal->utf8 = utf8;
    terminal->vterm = vterm_new(rows, columns_for_vterm(columns));
    vterm_set_utf8(terminal->vterm, utf8);
    vterm_output_set_callback(terminal->vterm, output_add, terminal);
    terminal->screen = vterm_obtain_screen(terminal->vterm);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_reset(terminal->screen, 1);
    return terminal;
}

void terminal_destroy(struct terminal *terminal)
{
    if (terminal == NULL)
        return;
    vterm_free(terminal->vterm);
    free(terminal);
}

void terminal_feed(struct terminal *terminal, const char *bytes, size_t length)
{
    terminal->fed += length;
    sequence_feed(&terminal->sequence, bytes, length, vterm_feed, terminal);
}

void terminal_resize(struct terminal *terminal, int columns, int rows)
{
    terminal->columns = columns;
    terminal->rows = rows;
    vterm_set_size(terminal->vterm, rows, columns_for_vterm(columns));
}

int terminal_columns(const struct terminal *terminal)
{
    return terminal->columns;
}

int terminal_rows(const struct terminal *terminal)
{
    return terminal->rows;
}

/* What is no character, as a program may write it, is shown as U+FFFD. */
static size_t utf8_encode(uint32_t code, char bytes[4])
{
    if (code < ' ' || (code >= 0x7F && code < 0xA0) || (code >= 0xD800 && code < 0xE000) ||
        code > 0x10FFFF)
        code = 0xFFFD;
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (char)(0xC0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (char)(0xE0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | code >> 18);
    bytes[1] = (char)(0x80 | (code >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (code >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

static int color_index(const VTermColor *color, bool is_default)
{
    return is_default ? -2 : VTERM_COLOR_IS_INDEXED(color) ? color->indexed.idx : -1;
}

/* The palette is xterm's; libvterm's own differs. */
static unsigned palette_rgb(int index)
{
    static const unsigned FIRST[] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
                                      0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
                                      0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff };
    static const unsigned LEVELS[] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };
    if (index < 16)
        return FIRST[index];
    if (index >= 232)
        return (unsigned)(8 + (index - 232) * 10) * 0x010101;
    index -= 16;
    return LEVELS[index / 36] << 16 | LEVELS[index / 6 % 6] << 8 | LEVELS[index % 6];
}

static unsigned color_rgb(const struct terminal *terminal, VTermColor color)
{
    if (VTERM_COLOR_IS_INDEXED(&color))
        return palette_rgb(color.indexed.idx);
    vterm_screen_convert_color_to_rgb(terminal->screen, &color);
    return (unsigned)color.rgb.red << 16 | (unsigned)color.rgb.green << 8 | color.rgb.blue;
}

struct cell terminal_cell(const struct terminal *terminal, int row, int column)
{
    VTermScreenCell cell;
    VTermPos position = { .row = row - 1, .col = column - 1 };
    struct cell result = { .text = " ", .front_index = -2, .back_index = -2 };
    if (row < 1 || column < 1 || row > terminal->rows || column > terminal->columns ||
        !vterm_screen_get_cell(terminal->screen, position, &cell))
        return result;
    size_t length = 0;
    const bool right_half = cell.chars[0] == (uint32_t)-1;
    if (right_half) { /* it looks as its left one; what the emulator has of it is older */
        position.col--;
        vterm_screen_get_cell(terminal->screen, position, &cell);
        result.text[0] = '\0';
    } else if (cell.chars[0] != 0)
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
            length += utf8_encode(cell.chars[i], result.text + length);
    if (length > 0)
        result.text[length] = '\0';
    result.front = color_rgb(terminal, cell.fg);
    result.back = color_rgb(terminal, cell.bg);
    result.front_index = color_index(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
    result.back_index = color_index(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
    result.wide = cell.width == 2 && !right_half &&
                  column < terminal->columns; /* not where a resize cut it */
    result.bold = cell.attrs.bold;
    result.underline = cell.attrs.underline != 0;
    result.italic = cell.attrs.italic;
    result.blink = cell.attrs.blink;
    result.reverse = cell.attrs.reverse;
    result.strike = cell.attrs.strike;
    return result;
}

struct area terminal_area(const struct terminal *terminal)
{
    return (
        struct area){ .top = 1, .left = 1, .bottom = terminal->rows, .right = terminal->columns };
}

static void row_text(const struct terminal *terminal, int row, struct area area, FILE *out)
{
    int blanks = 0; /* written only when something follows */
    for (int column = area.left; column <= area.right; column++) {
        struct cell cell = terminal_cell(terminal, row, column);
        if (strcmp(cell.text, " ") == 0) {
            blanks++;
            continue;
        }
        for (; blanks > 0; blanks--)
            fputc(' ', out);
        fputs(cell.text, out);
    }
    fputc('\n', out);
}

char *terminal_text_in(const struct terminal *terminal, struct area area)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    for (int row = area.top; row <= area.bottom; row++)
        row_text(terminal, row, area, out);
    fclose(out);
    return text;
}

char *terminal_text(const struct terminal *terminal)
{
    return terminal_text_in(terminal, terminal_area(terminal));
}

const char *terminal_title(const struct terminal *terminal)
{
    return terminal->sequence.title;
}

unsigned terminal_modes(const struct terminal *terminal)
{
    return terminal->sequence.modes;
}

bool terminal_cursor_visible(const struct terminal *terminal)
{
    return (terminal->sequence.modes & MODE_CURSOR_HIDDEN) == 0;
}

bool terminal_mouse(const struct terminal *terminal)
{
    return (terminal->sequence.modes & MODE_MOUSE) != 0;
}

void terminal_cursor(const struct terminal *terminal, int *row, int *column)
{
    VTermPos position;
    vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &position);
    *row = position.row + 1;
    *column = position.col + 1;
}

unsigned long terminal_fed(const struct terminal *terminal)
{
    return terminal->fed;
}

void terminal_key(struct terminal *terminal, const struct key *key, bool vt100)
{
    if (vt100 && key->vt100 != NULL)
        output_add(key->vt100, strlen(key->vt100), terminal);
    else if (key->special != VTERM_KEY_NONE)
        vterm_keyboard_key(terminal->vterm, key->special, key->modifier);
    else
        output_add(key->bytes, key->length, terminal);
}

void terminal_move(struct terminal *terminal, int row, int column)
{
    vterm_mouse_move(terminal->vterm, row - 1, column - 1, VTERM_MOD_NONE);
}

void terminal_button(struct terminal *terminal, int row, int column, int button, bool pressed)
{
    terminal_move(terminal, row, column);
    vterm_mouse_button(terminal->vterm, button, pressed, VTERM_MOD_NONE);
}

void terminal_send(struct terminal *terminal, const char *bytes, size_t length)
{
    output_add(bytes, length, terminal);
}

size_t terminal_take(struct terminal *terminal, char *bytes, size_t size)
{
    size_t length = terminal->output_length < size ? terminal->output_length : size;
    memcpy(bytes, terminal->output, length);
    terminal->output_length -= length;
    memmove(terminal->output, terminal->output + length, terminal->output_length);
    return length;
}

int terminal_width(const char *text)
{
    int width = 0;
    mbstate_t state = { 0 };
    for (size_t left = strlen(text); left > 0;) {
        wchar_t character;
        size_t used = mbrtowc(&character, text, left, &state);
        if (used == (size_t)-1 || used == (size_t)-2 || used == 0) {
            used = 1;
            state = (mbstate_t){ 0 };
            character = L'?';
        }
        int columns = wcwidth(character);
        width += columns > 0 ? columns : 0;
        text += used;
        left -= used;
    }
    return width;
}
