/* SPDX-License-Identifier: MIT */
/*
 * Wraps libvterm. Screen contents come from libvterm; title and modes from
 * sequence.c, which reads the bytes first. What libvterm wants to say to the
 * program is collected in `output` until the pty's owner takes it.
 */
#include "tests/keys/terminal.h"
#include "shared/error.h"
#include "tests/keys/keyname.h"
#include "tests/keys/sequence.h"

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
    char output[4096]; /* an answer that does not fit is dropped: no program asks that much at once
                        */
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

static void vterm_feed(void *context, const char *bytes, size_t length)
{
    struct terminal *terminal = context;
    vterm_input_write(terminal->vterm, bytes, length);
}

struct terminal *terminal_create(int columns, int rows, bool utf8)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL)
        panic("out of memory");
    terminal->columns = columns;
    terminal->rows = rows;
    terminal->vterm = vterm_new(rows, columns);
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
    sequence_feed(&terminal->sequence, bytes, length, vterm_feed, terminal);
}

void terminal_resize(struct terminal *terminal, int columns, int rows)
{
    terminal->columns = columns;
    terminal->rows = rows;
    vterm_set_size(terminal->vterm, rows, columns);
}

int terminal_columns(const struct terminal *terminal)
{
    return terminal->columns;
}

int terminal_rows(const struct terminal *terminal)
{
    return terminal->rows;
}

static size_t utf8_encode(uint32_t code, char bytes[4])
{
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

static void row_text(const struct terminal *terminal, int row, FILE *out)
{
    int blanks = 0; /* written only when something follows */
    for (int column = 0; column < terminal->columns; column++) {
        VTermScreenCell cell;
        VTermPos position = { .row = row, .col = column };
        if (!vterm_screen_get_cell(terminal->screen, position, &cell) ||
            cell.chars[0] == (uint32_t)-1)
            continue; /* the right half of a wide character */
        if (cell.chars[0] == 0 || cell.chars[0] == ' ') {
            blanks++;
            continue;
        }
        for (; blanks > 0; blanks--)
            fputc(' ', out);
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++) {
            char bytes[4];
            size_t length = utf8_encode(cell.chars[i], bytes);
            fwrite(bytes, 1, length, out);
        }
    }
    fputc('\n', out);
}

char *terminal_text(const struct terminal *terminal)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    for (int row = 0; row < terminal->rows; row++)
        row_text(terminal, row, out);
    fclose(out);
    return text;
}

const char *terminal_title(const struct terminal *terminal)
{
    return terminal->sequence.title;
}

const char *terminal_screen(const struct terminal *terminal)
{
    const char prefix[] = "atm: ";
    const char *title = terminal->sequence.title;
    return strncmp(title, prefix, strlen(prefix)) == 0 ? title + strlen(prefix) : "";
}

unsigned terminal_title_changes(const struct terminal *terminal)
{
    return terminal->sequence.title_changes;
}

bool terminal_cursor_visible(const struct terminal *terminal)
{
    return !terminal->sequence.cursor_hidden;
}

bool terminal_alternate(const struct terminal *terminal)
{
    return terminal->sequence.alternate_screen;
}

bool terminal_mouse(const struct terminal *terminal)
{
    return terminal->sequence.mouse;
}

void terminal_key(struct terminal *terminal, const struct key *key, bool vt100)
{
    if (vt100 && key->vt100 != NULL)
        output_add(key->vt100, strlen(key->vt100), terminal);
    else if (key->special != VTERM_KEY_NONE)
        vterm_keyboard_key(terminal->vterm, key->special, VTERM_MOD_NONE);
    else
        output_add(key->bytes, strlen(key->bytes), terminal);
}

void terminal_button(struct terminal *terminal, int row, int column, bool pressed)
{
    vterm_mouse_move(terminal->vterm, row - 1, column - 1, VTERM_MOD_NONE);
    vterm_mouse_button(terminal->vterm, 1, pressed, VTERM_MOD_NONE);
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
