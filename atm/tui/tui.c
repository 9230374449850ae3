/* SPDX-License-Identifier: MIT */
/*
 * Starts and stops the terminal, reads keys and the mouse, and decides when to paint: when the view
 * differs from the last one, when something moves, when the window has another size.
 *
 * Invariants:
 *  1. The title names a screen only once that screen is on the terminal, whole and at rest, so
 * a reader of the title may then look at the screen.
 *  2. Flow control and the characters that send signals are off: Ctrl-S is a key, and no key can
 * leave the machine in the middle of a transaction. Ctrl-C is a key too: as a signal it
 * would also reach the programs that started this one, and make would call an orderly end an error.
 *  3. The window's size is asked for, not waited for: it does not matter who handles SIGWINCH.
 */
#include "atm/tui/tui.h"
#include "atm/tui/crash.h"
#include "atm/tui/mouse.h"
#include "atm/tui/paint.h"
#include "atm/tui/tui_curses.h"
#include "shared/tty.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    ESCAPE_DELAY_MS = 25,
    SUPERVISOR_KEY = 's' & 0x1F,
    QUIT_KEY = 'c' & 0x1F,
    ESCAPE_KEY = 27,
    DELETE_KEY = 127,
    KEYS_MAX = 256 /* looked at in one turn */
};

static struct {
    bool started;
    struct theme theme;
    struct view view; /* the one on the terminal */
    bool painted;     /* there is one */
    bool more;        /* keys may be left that curses has read already */
    struct hits hits;
    int64_t screen_ms;  /* when its screen came up */
    int64_t view_ms;    /* when it came, to count down from */
    int64_t due_ms;     /* when something moves; -1: nothing does */
    enum screen titled; /* SCREEN_COUNT: none yet */
    struct around around;
    struct inside inside; /* of around, when it has one */
    unsigned long told;   /* entries of its trace that are on the terminal */
} tui;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void terminal_write(const char *text)
{
    fflush(stdout);
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(STDOUT_FILENO, text, left);
        if (written <= 0)
            return; /* it went away; reading will say so */
        text += written;
        left -= (size_t)written;
    }
}

/* ---- starting and stopping ------------------------------------------------ */

static bool locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void tui_options_from_environment(struct tui_options *options)
{
    setlocale(LC_ALL, "");
    const char *no_color = getenv("NO_COLOR");
    options->mono = no_color != NULL && no_color[0] != '\0';
    options->ascii = !locale_is_utf8();
    options->high_contrast = false;
}

/* Keys that some terminals send otherwise than their description says. */
static void keys_define(void)
{
    static const struct {
        const char *sequence;
        int key;
    } others[] = {
        { "\033OP", KEY_F(1) },   { "\033OQ", KEY_F(2) },    { "\033OR", KEY_F(3) },
        { "\033OS", KEY_F(4) },   { "\033[11~", KEY_F(1) },  { "\033[12~", KEY_F(2) },
        { "\033[13~", KEY_F(3) }, { "\033[14~", KEY_F(4) },  { "\033[[A", KEY_F(1) },
        { "\033[[B", KEY_F(2) },  { "\033[[C", KEY_F(3) },   { "\033[[D", KEY_F(4) },
        { "\033[15~", KEY_F(5) }, { "\033[17~", KEY_F(6) },  { "\033[18~", KEY_F(7) },
        { "\033[19~", KEY_F(8) }, { "\033[24~", KEY_F(12) },
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        define_key(others[i].sequence, others[i].key);
}

static void line_settings(void)
{
    struct termios line;
    if (tcgetattr(STDIN_FILENO, &line) != 0)
        return;
    line.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL);
    line.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN | ISIG);
    tcsetattr(STDIN_FILENO, TCSANOW, &line);
    def_prog_mode(); /* curses comes back to these after a stop from outside */
}

bool tui_possible(struct error *error)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, ERROR_USAGE,
                         "standard input and output have to be a terminal: start the ATM in one, "
                         "or with --plain");
    int known = 0;
    if (term == NULL || setupterm(term, STDOUT_FILENO, &known) != OK ||
        tigetstr((char[]){ "cup" }) == NULL)
        return error_set(error, ERROR_USAGE,
                         "the terminal type \"%s\" is unknown or cannot place text: set TERM to "
                         "what the terminal is, "
                         "for instance xterm, or use --plain",
                         term != NULL ? term : "");
    return true;
}

bool tui_start(const struct tui_options *options, struct error *error)
{
    const char *term = getenv("TERM");
    if (!tui_possible(error))
        return false;
    setlocale(LC_CTYPE, "");
    struct tui_options chosen = *options;
    chosen.ascii = chosen.ascii || !locale_is_utf8();

    tui_crash_prepare();
    set_escdelay(ESCAPE_DELAY_MS);
    if (tty_oversized(STDIN_FILENO))
        use_env(FALSE);
    SCREEN *curses = newterm(term, stdout, stdin);
    if (curses == NULL)
        return error_set(error, ERROR_USAGE, "the terminal cannot be used: use --plain");
    tui_crash_arm();
    tui.started = true;
    terminal_write(
        "\033[22;2t"); /* keep the title there is; terminals that do not know how ignore it */
    cbreak();
    noecho();
    nonl();
    line_settings();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    keys_define();
    if (mouse_start())
        terminal_write(MOUSE_ON);
    curs_set(0);
    tui.around = (struct around){ .face = options->face };
    tui.theme = theme_choose(&chosen, tigetnum((char[]){ "colors" }), term);
    theme_start(&tui.theme);
    tui.painted = false;
    tui.titled = SCREEN_COUNT;
    tui.due_ms = -1;
    return true;
}

void tui_stop(void)
{
    tui.started = false;
    tui_crash_restore();
}

/* ---- painting -------------------------------------------------------------- */

/* True when the window has another size than curses thinks. */
static bool window_resized(void)
{
    int high, wide;
    if (!tty_size(STDIN_FILENO, &high, &wide) || (high == LINES && wide == COLS))
        return false;
    resizeterm(high, wide);
    clearok(curscr, TRUE); /* terminals differ in what they keep of the old screen */
    return true;
}

static struct moment moment_at(int64_t now)
{
    int64_t left = tui.view.countdown_ms - (now - tui.view_ms);
    int64_t age = now - tui.screen_ms;
    return (struct moment){
        .age_ms = age < 60000 ? (int)age : 60000,
        .tick_ms = (int)((now - tui.screen_ms) % 86400000),
        .left_ms = left > 0 ? (int)left : 0,
    };
}

static void title_write(enum screen screen)
{
    char title[64];
    snprintf(title, sizeof title, "\033]2;atm: %s\a", screen_name(screen));
    terminal_write(title);
    tui.titled = screen;
}

static void paint_now(int64_t now)
{
    struct moment moment = moment_at(now);
    paint_view(&tui.view, &tui.around, &tui.theme, &moment, LINES, COLS, &tui.hits);
    refresh();
    if (tui.titled != tui.view.screen && paint_settled(&tui.view, &moment))
        title_write(tui.view.screen);
    int interval = paint_interval_ms(&tui.view, &moment);
    tui.due_ms = interval < 0 ? -1 : now + interval;
}

/* Takes over what is inside; whether that is news. */
static bool inside_take(const struct inside *inside)
{
    if (inside == NULL)
        return false;
    const bool news = tui.around.inside == NULL || tui.told != inside->trace->count ||
                      !notes_equal(&tui.inside.cassettes, &inside->cassettes);
    tui.inside = *inside;
    tui.around.inside = &tui.inside;
    tui.told = inside->trace->count;
    return news;
}

void tui_paint(const struct view *view, const struct inside *inside)
{
    if (!tui.started)
        return;
    int64_t now = now_ms();
    bool resized = window_resized(), news = inside_take(inside);
    /* Padding may differ where nothing else does: then it is painted once too often. */
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    bool differs = !tui.painted || memcmp(view, &tui.view, sizeof *view) != 0;
    if (differs) {
        if (!tui.painted || view->screen != tui.view.screen)
            tui.screen_ms = now;
        tui.view = *view;
        tui.view_ms = now;
        tui.painted = true;
    }
    if (differs || resized || news || (tui.due_ms >= 0 && now >= tui.due_ms))
        paint_now(now);
}

int tui_timeout_ms(void)
{
    if (!tui.started || (tui.due_ms < 0 && !tui.more))
        return -1;
    int64_t left = tui.more ? 0 : tui.due_ms - now_ms();
    return left > 0 ? (int)left : 0;
}

/* ---- reading --------------------------------------------------------------- */

static struct input key_input(int key)
{
    if (key >= '0' && key <= '9')
        return (struct input){ INPUT_DIGIT, key };
    if (key >= KEY_F(1) && key <= KEY_F(VIEW_FDKS))
        return (struct input){ INPUT_FDK, key - KEY_F(1) };
    switch (key) {
    case '\r':
    case '\n':
    case KEY_ENTER:
        return (struct input){ INPUT_ENTER, 0 };
    case '\b':
    case DELETE_KEY:
    case KEY_BACKSPACE:
        return (struct input){ INPUT_CLEAR, 0 };
    case ESCAPE_KEY:
        return (struct input){ INPUT_CANCEL, 0 };
    case KEY_F(12):
    case SUPERVISOR_KEY:
        return (struct input){ INPUT_SUPERVISOR, 0 };
    case QUIT_KEY:
        return (struct input){ INPUT_QUIT, 0 };
    case 'L' & 0x1F: /* the old way to have a garbled screen painted again */
        clearok(curscr, TRUE);
        tui.due_ms = 0;
        break;
    default:
        if (key >= ' ' && key <= '~')
            return (struct input){ INPUT_TEXT, key };
    }
    return (struct input){ .kind = INPUT_NONE };
}

struct input tui_read(void)
{
    if (!tui.started)
        return (struct input){ .kind = INPUT_NONE };
    if (window_resized() && tui.painted)
        paint_now(now_ms());
    tui.more = false;
    for (int keys = 0; keys < KEYS_MAX; keys++) {
        int row, column, key = getch();
        if (key == ERR)
            return (struct input){ .kind = tty_gone(STDIN_FILENO) ? INPUT_QUIT : INPUT_NONE };
        enum mouse_step step = mouse_key(key, now_ms(), &row, &column);
        if (step == MOUSE_PART)
            continue;
        struct input input =
            step == MOUSE_PRESSED ? hits_find(&tui.hits, row, column) : key_input(key);
        if (input.kind != INPUT_NONE)
            return input;
        if (key == KEY_RESIZE && tui.painted)
            paint_now(now_ms());
    }
    tui.more = true;
    return (struct input){ .kind = INPUT_NONE };
}

void tui_discard(void)
{
    if (tui.started)
        flushinp();
}
