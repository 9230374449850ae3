/* SPDX-License-Identifier: MIT */
#include "bank/console/paint.h"

#include "bank/console/mouse.h"
#include "shared/clock.h"
#include "shared/text.h"
#include "shared/tty.h"
#include "shared/tui/crash.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#undef columns /* <term.h> has these names for capabilities */
#undef tone

enum { ESCAPE_DELAY_MS = 25, TEXT_SIZE = 4000 };

static struct {
    bool started, ascii, colours;
    char title[80];
} terminal;

/* ---- looks and glyphs ---- */

#define NONE (-1)

/* Foreground and background of 256 colours, of 8, and attributes besides; without colours the last
 * ones alone. */
static const struct {
    short fore, back, fore8, back8;
    attr_t with, without;
} looks[LOOK_COUNT] = {
    [LOOK_PLAIN] = { NONE, NONE, NONE, NONE, A_NORMAL, A_NORMAL },
    [LOOK_DIM] = { 245, NONE, COLOR_WHITE, NONE, A_NORMAL, A_NORMAL },
    [LOOK_STRONG] = { NONE, NONE, NONE, NONE, A_BOLD, A_BOLD },
    [LOOK_GOOD] = { 71, NONE, COLOR_GREEN, NONE, A_NORMAL, A_NORMAL },
    [LOOK_WARNING] = { 179, NONE, COLOR_YELLOW, NONE, A_NORMAL, A_NORMAL },
    [LOOK_BAD] = { 203, NONE, COLOR_RED, NONE, A_BOLD, A_BOLD },
    [LOOK_HEAD] = { 110, NONE, COLOR_CYAN, NONE, A_BOLD, A_BOLD | A_UNDERLINE },
    [LOOK_BAND] = { 252, 236, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE },
    [LOOK_BAND_STRONG] = { 231, 236, COLOR_WHITE, COLOR_BLUE, A_BOLD, A_REVERSE | A_BOLD },
    [LOOK_BAND_BAD] = { 210, 236, COLOR_YELLOW, COLOR_BLUE, A_BOLD, A_REVERSE | A_BOLD },
    [LOOK_TAB] = { 245, NONE, COLOR_WHITE, NONE, A_NORMAL, A_NORMAL },
    [LOOK_TAB_CHOSEN] = { 231, 24, COLOR_WHITE, COLOR_BLUE, A_BOLD, A_REVERSE },
    [LOOK_KEY] = { 222, 236, COLOR_YELLOW, COLOR_BLUE, A_BOLD, A_REVERSE | A_BOLD },
    [LOOK_ACCENT] = { 74, NONE, COLOR_CYAN, NONE, A_NORMAL, A_NORMAL },
    [LOOK_ACCENT_DIM] = { 61, NONE, COLOR_BLUE, NONE, A_NORMAL, A_NORMAL },
    [LOOK_CURSOR] = { 231, 24, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE },
};

static const char *const glyphs[GLYPH_COUNT][2] = {
    [GLYPH_ELLIPSIS] = { "…", "~" }, [GLYPH_LINE] = { "─", "-" }, [GLYPH_PILLAR] = { "│", "|" },
    [GLYPH_UP] = { "▲", "^" },       [GLYPH_DOWN] = { "▼", "v" }, [GLYPH_DOT] = { "·", "." },
    [GLYPH_STEP] = { "›", ">" },     [GLYPH_FULL] = { "█", "#" },
};

const char *paint_glyph(enum glyph glyph)
{
    return glyphs[glyph][terminal.ascii];
}

const char *paint_eighths(int eighths)
{
    static const char *const full[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
    static const char *const ascii[] = { " ", " ", " ", "-", "-", "-", "=", "=", "#" };
    return (terminal.ascii ? ascii : full)[eighths < 0 ? 0 : eighths > 8 ? 8 : eighths];
}

bool paint_ascii(void)
{
    return terminal.ascii;
}

bool paint_colours(void)
{
    return terminal.colours;
}

enum look paint_tone(enum tone tone)
{
    static const enum look looks_of[] = {
        [TONE_PLAIN] = LOOK_PLAIN, [TONE_DIM] = LOOK_DIM,         [TONE_STRONG] = LOOK_STRONG,
        [TONE_GOOD] = LOOK_GOOD,   [TONE_WARNING] = LOOK_WARNING, [TONE_BAD] = LOOK_BAD,
        [TONE_HEAD] = LOOK_HEAD,
    };
    return looks_of[tone];
}

static attr_t attributes(enum look look)
{
    if (!terminal.colours)
        return looks[look].without;
    return looks[look].with | (attr_t)COLOR_PAIR(look + 1);
}

static void looks_start(void)
{
    const char *no_color = getenv("NO_COLOR");
    terminal.colours = has_colors() && (no_color == NULL || no_color[0] == '\0');
    if (!terminal.colours)
        return;
    start_color();
    use_default_colors();
    for (int look = 0; look < LOOK_COUNT; look++)
        init_pair((short)(look + 1), COLORS >= 256 ? looks[look].fore : looks[look].fore8,
                  COLORS >= 256 ? looks[look].back : looks[look].back8);
}

/* ---- starting and stopping ---- */

bool paint_possible(struct error *error)
{
    const char *term = getenv("TERM");
    char place[] = "cup";
    int known = 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, ERROR_USAGE,
                         "the console needs a terminal; with --batch, or on a pipe, it reads "
                         "commands line by line");
    if (term == NULL || setupterm(term, STDOUT_FILENO, &known) != OK || tigetstr(place) == NULL)
        return error_set(error, ERROR_USAGE,
                         "the console needs a terminal whose type, $TERM, is known and can place "
                         "text; `bank console --batch` does without");
    return true;
}

/* Ctrl-S is a key, and Ctrl-C and Ctrl-\ are: the console ends when it is asked to. */
static void line_settings(void)
{
    struct termios line;
    if (tcgetattr(STDIN_FILENO, &line) != 0)
        return;
    line.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL);
    line.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN | ISIG);
    tcsetattr(STDIN_FILENO, TCSANOW, &line);
    def_prog_mode();
}

void paint_raw(const char *bytes)
{
    fflush(stdout);
    for (size_t left = strlen(bytes); left > 0;) {
        const ssize_t written = write(STDOUT_FILENO, bytes, left);
        if (written <= 0)
            return; /* it went away; reading will say so */
        bytes += written;
        left -= (size_t)written;
    }
}

bool paint_start(struct error *error)
{
    if (!paint_possible(error))
        return false;
    setlocale(LC_ALL, "");
    terminal.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    tui_crash_prepare();
    set_escdelay(ESCAPE_DELAY_MS);
    if (tty_oversized(STDIN_FILENO))
        use_env(FALSE);
    if (newterm(getenv("TERM"), stdout, stdin) == NULL)
        return error_set(error, ERROR_USAGE, "the terminal cannot be used: see $TERM");
    tui_crash_arm(true);
    terminal.started = true;
    paint_raw("\033[22;2t"); /* keep the title there is */
    cbreak();
    noecho();
    nonl();
    line_settings();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    if (mouse_start())
        paint_raw(MOUSE_ON);
    curs_set(0);
    looks_start();
    return true;
}

void paint_stop(void)
{
    if (terminal.started)
        tui_crash_restore();
    terminal.started = false;
}

void paint_size(int *rows, int *columns)
{
    int high, wide;
    if (tty_size(STDIN_FILENO, &high, &wide) && (high != LINES || wide != COLS)) {
        resizeterm(high, wide);
        clearok(curscr, TRUE); /* terminals differ in what they keep of the old screen */
    }
    *rows = LINES;
    *columns = COLS;
}

void paint_clear(void)
{
    erase();
}

void paint_flush(void)
{
    refresh();
}

void paint_again(void)
{
    clearok(curscr, TRUE);
}

void paint_title(const char *title)
{
    char bytes[120];
    if (strcmp(title, terminal.title) == 0)
        return;
    snprintf(terminal.title, sizeof terminal.title, "%s", title);
    snprintf(bytes, sizeof bytes, "\033]2;bank: %.70s\a", title);
    paint_raw(bytes);
}

/* ---- text ---- */

/* What of the text is shown in so many columns; its width. Two columns of room for the ellipsis are
 * not needed: it takes the place of the last one. */
static int fit(const char *text, int width, char shown[static TEXT_SIZE])
{
    char safe[TEXT_SIZE];
    int used = 0;
    size_t length = 0, before = 0; /* before: without the last column's character */
    mbstate_t state = { 0 };
    text_shown(text, safe, sizeof safe);
    for (const char *at = safe; *at != '\0';) {
        wchar_t wide;
        size_t bytes = mbrtowc(&wide, at, strlen(at), &state);
        const bool plain = bytes != (size_t)-1 && bytes != (size_t)-2 && bytes > 0;
        int columns = plain ? wcwidth(wide) : 1;
        if (!plain) { /* of ASCII: one mark for each character */
            memset(&state, 0, sizeof state);
            uint32_t character;
            bytes = text_decode(at, strlen(at), &character);
            bytes = bytes > 0 ? bytes : 1;
        }
        columns = columns < 0 ? 0 : columns;
        if (used + columns > width) { /* make room for the ellipsis */
            const char *mark = paint_glyph(GLYPH_ELLIPSIS);
            memcpy(shown + before, mark, strlen(mark) + 1);
            return width;
        }
        if (used < width)
            before = used + columns <= width - 1 ? length + (plain ? bytes : 1) : before;
        if (plain)
            memcpy(shown + length, at, bytes);
        else
            shown[length] = '?';
        length += plain ? bytes : 1;
        used += columns;
        at += bytes;
    }
    shown[length] = '\0';
    return used;
}

int paint_width(const char *text)
{
    char shown[TEXT_SIZE];
    return fit(text, TEXT_SIZE, shown);
}

static void put(int row, int column, enum look look, const char *text)
{
    attrset((int)attributes(look));
    mvaddstr(row, column, text);
    attrset(A_NORMAL);
}

static void blanks(int row, int column, int width, enum look look)
{
    if (width <= 0)
        return;
    attrset((int)attributes(look));
    for (int i = 0; i < width; i++)
        mvaddch(row, column + i, ' ');
    attrset(A_NORMAL);
}

int paint_text(int row, int column, int width, enum look look, const char *text)
{
    char shown[TEXT_SIZE];
    if (width <= 0 || row < 0 || row >= LINES)
        return 0;
    const int used = fit(text, width, shown);
    put(row, column, look, shown);
    return used;
}

int paint_wrapped(int row, int rows, int columns, enum look look, const char *text)
{
    int used = 0;
    for (; *text != '\0' && used < rows; used++) {
        char line[TEXT_SIZE];
        size_t length = strlen(text);
        length = length < sizeof line ? length : sizeof line - 1;
        if (length > (size_t)columns) {
            length = (size_t)columns;
            while (length > 0 && text[length] != ' ')
                length--;
            length = length > 0 ? length : (size_t)columns;
        }
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        paint_left(row + used, 0, columns, look, line);
        text += length;
        text += strspn(text, " ");
    }
    return used;
}

void paint_drawn(int row, int column, enum look look, const char *drawn)
{
    put(row, column, look, drawn);
}

void paint_left(int row, int column, int width, enum look look, const char *text)
{
    const int used = paint_text(row, column, width, look, text);
    blanks(row, column + used, width - used, look);
}

void paint_right(int row, int column, int width, enum look look, const char *text)
{
    char shown[TEXT_SIZE];
    if (width <= 0 || row < 0 || row >= LINES)
        return;
    const int used = fit(text, width, shown);
    blanks(row, column, width - used, look);
    put(row, column + width - used, look, shown);
}

void paint_fill(int row, int column, int width, enum look look, const char *glyph)
{
    for (int i = 0; i < width; i++)
        put(row, column + i, look, glyph);
}

void paint_cursor(int row, int column)
{
    curs_set(row >= 0 ? 1 : 0);
    if (row >= 0)
        move(row, column);
}

/* ---- keys ---- */

int paint_key(int *row, int *column)
{
    for (;;) {
        const int key = getch();
        if (key == ERR)
            return tty_gone(STDIN_FILENO) ? PAINT_GONE : PAINT_NO_KEY;
        switch (mouse_key(key, clock_now_ms(), row, column)) {
        case MOUSE_PART:
            continue;
        case MOUSE_PRESSED:
            return PAINT_CLICK;
        case MOUSE_UP:
            return PAINT_WHEEL_UP;
        case MOUSE_DOWN:
            return PAINT_WHEEL_DOWN;
        case MOUSE_NONE:
            return key;
        }
    }
}
