/* SPDX-License-Identifier: MIT */
/*
 * Keeps the lines that came, gives one to each view that asks, and prints a
 * view once. It reads with read(2) into one buffer of its own, because stdio
 * would keep a PIN's bytes where they cannot be wiped.
 */
#include "atm/frontend/plain.h"

#include "atm/frontend/plain_text.h"
#include "atm/texts/texts.h"
#include "shared/pin_block.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define IN_SIZE 4096
#define PATIENCE_MS                                                                                \
    10000 /* answers wait so long for a machine that is out of service once the input has ended */

static struct {
    bool terminal; /* standard input is one */
    struct termios line;
    volatile sig_atomic_t hidden; /* its echo is off */

    char in[IN_SIZE];
    size_t length;
    bool ended, quit, gave_up; /* quit: and the machine has heard so */
    bool unseen;               /* what it says cannot be written */

    struct view view;
    int language;
    bool shown;     /* the text below is on paper and has not been answered */
    bool told;      /* how to answer has been said */
    int64_t out_ms; /* since when it is out of service; 0: it is not */
    char text[PLAIN_TEXT_SIZE];

    struct input input[PLAIN_INPUTS_MAX]; /* of the line being answered with */
    int input_count, input_at;
} plain;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_crash(int signal_number)
{
    plain_stop();
    raise(signal_number); /* SA_RESETHAND has put the default back */
}

void plain_start(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
    struct sigaction action = { .sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND };
    setlocale(LC_CTYPE, "C.UTF-8"); /* what is written is UTF-8 in any locale, and so wide */
    plain.terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &plain.line) == 0;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; plain.terminal && i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

void plain_stop(void)
{
    if (plain.hidden)
        tcsetattr(STDIN_FILENO, TCSANOW, &plain.line);
    plain.hidden = 0;
}

/* What was typed ahead of a PIN is dropped: it stood on the screen. */
static void echo_set(bool hidden)
{
    if (!plain.terminal || hidden == (plain.hidden != 0))
        return;
    struct termios line = plain.line;
    if (hidden)
        line.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    if (tcsetattr(STDIN_FILENO, hidden ? TCSAFLUSH : TCSADRAIN, &line) == 0)
        plain.hidden = hidden;
}

static void plain_print(const char *text)
{
    if (!plain.told) {
        printf("%s\n", text_get(plain.language, TEXT_PLAIN_HOW));
        plain.told = true;
    }
    printf("\n%s", text);
    if (plain.terminal && plain_asks(&plain.view))
        printf("> ");
    /* An answer to what was not seen is none. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        plain.ended = plain.unseen = true;
        pin_wipe(plain.in, sizeof plain.in);
        plain.length = 0;
    }
}

void plain_show(const struct view *view, int language)
{
    static char text[PLAIN_TEXT_SIZE];
    plain.view = *view;
    plain.language = language;
    plain_text(view, language, text);
    bool out = view->screen == SCREEN_OUT_OF_SERVICE;
    if (!out || plain.out_ms == 0)
        plain.out_ms = out ? now_ms() : 0;
    if (plain.shown && strcmp(text, plain.text) == 0)
        return;
    memcpy(plain.text, text, sizeof text);
    plain.shown = true;
    echo_set(view->entry == ENTRY_PIN);
    plain_print(text);
}

/* The first line that waits, without its end; NULL: there is none. used gets its bytes. */
static char *line_peek(size_t *used)
{
    char *end = memchr(plain.in, '\n', plain.length);
    bool overlong = end == NULL && plain.length == IN_SIZE - 1;
    if (end == NULL && !overlong && !(plain.ended && plain.length > 0))
        return NULL;
    size_t length = end != NULL ? (size_t)(end - plain.in) : plain.length;
    *used = end != NULL ? length + 1 : length;
    plain.in[length] = '\0';
    if (length > 0 && plain.in[length - 1] == '\r')
        plain.in[length - 1] = '\0';
    return plain.in;
}

/* A line stays as it was when it is not taken. */
static void line_leave(size_t used)
{
    size_t length = strlen(plain.in);
    if (length + 2 == used)
        plain.in[length++] = '\r';
    if (length + 1 == used)
        plain.in[length] = '\n';
}

static void line_drop(size_t used)
{
    plain.length -= used;
    memmove(plain.in, plain.in + used, plain.length);
    pin_wipe(plain.in + plain.length, IN_SIZE - plain.length);
}

static void plain_fill(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    while (plain_listens() && poll(&input, 1, 0) > 0) {
        ssize_t step = read(STDIN_FILENO, plain.in + plain.length, IN_SIZE - 1 - plain.length);
        if (step < 0 && errno == EINTR)
            continue;
        if (step <= 0)
            plain.ended = true;
        else
            plain.length += (size_t)step;
    }
}

/* Whether the view takes this line now. Only "s" and "q" mean anything to one that does not ask. */
static bool view_takes(const char *line)
{
    bool command = strcmp(line, "q") == 0 || strcmp(line, "s") == 0;
    return plain_asks(&plain.view) || (command && plain.view.screen == SCREEN_OUT_OF_SERVICE);
}

static bool waited_enough(void)
{
    return plain.ended && plain.out_ms != 0 && now_ms() - plain.out_ms >= PATIENCE_MS;
}

static struct input plain_next(void)
{
    struct input next = plain.input[plain.input_at];
    pin_wipe(&plain.input[plain.input_at++], sizeof next);
    return next;
}

struct input plain_read(void)
{
    size_t used = 0;
    if (plain.input_at < plain.input_count)
        return plain_next();
    plain.input_at = plain.input_count = 0;
    plain_fill();
    if (!plain.shown)
        return (struct input){ .kind = INPUT_NONE };
    char *line = line_peek(&used);
    if (line == NULL || waited_enough()) {
        plain.gave_up = plain.gave_up || line != NULL;
        plain.quit = plain.ended;
        return (struct input){ .kind = line != NULL || plain.ended ? INPUT_QUIT : INPUT_NONE,
                               .value = 1 };
    }
    if (!view_takes(line)) {
        line_leave(used);
        return (struct input){ .kind = INPUT_NONE };
    }
    plain.input_count = plain_answer(&plain.view, line, plain.input);
    line_drop(used);
    plain.shown = false;
    if (plain.hidden)
        printf("\n");
    if (plain.input_count > 0)
        return plain_next();
    printf("%s\n", text_get(plain.language, TEXT_PLAIN_AGAIN));
    return (struct input){ .kind = INPUT_NONE };
}

int plain_timeout_ms(void)
{
    size_t used = 0;
    char *line = line_peek(&used);
    if (line == NULL)
        return plain.ended && !plain.quit && plain.shown ? 0 : -1;
    bool takes = view_takes(line);
    line_leave(used);
    if (takes || !plain.shown)
        return 0;
    if (!plain.ended || plain.out_ms == 0)
        return -1;
    int64_t left = plain.out_ms + PATIENCE_MS - now_ms();
    return left > 0 ? (int)left : 0;
}

bool plain_listens(void)
{
    return !plain.ended && plain.length < IN_SIZE - 1;
}

bool plain_gave_up(void)
{
    return plain.gave_up;
}

bool plain_unseen(void)
{
    return plain.unseen;
}
