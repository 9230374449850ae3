/* SPDX-License-Identifier: MIT */
/*
 * Relays both ways and writes a line of script for what passes. Characters are
 * held back as a run until another key or another screen comes: so digits that
 * someone types ahead, before the PIN screen is up, are still a secret. On a
 * PIN screen the run keeps no characters at all, only that there was one.
 */
#include "tests/keys/record.h"
#include "tests/keys/keyname.h"
#include "tests/keys/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

struct recording {
    FILE *script;
    struct program program;
    char screen[64]; /* the name last written */
    char run[256];   /* characters typed since the last key or screen */
    size_t run_length;
    bool secret; /* something was typed on this PIN screen */
};

static bool on_pin_screen(const struct recording *recording)
{
    return strncmp(recording->screen, "pin", 3) == 0;
}

static void run_write(struct recording *recording)
{
    if (recording->secret)
        fputs(strcmp(recording->screen, "pin_entry") == 0
                  ? "secret PIN from env ATM_PIN\n"
                  : "secret \"new PIN\" from env ATM_NEW_PIN\n",
              recording->script);
    if (recording->run_length > 0) {
        fputs("type \"", recording->script);
        for (size_t i = 0; i < recording->run_length; i++)
            fprintf(recording->script, "%s%c",
                    strchr("\"\\", recording->run[i]) != NULL ? "\\" : "", recording->run[i]);
        fputs("\"\n", recording->script);
    }
    explicit_bzero(recording->run, sizeof recording->run);
    recording->run_length = 0;
    recording->secret = false;
}

static void screen_note(struct recording *recording)
{
    const char *name = terminal_screen(recording->program.terminal);
    if (name[0] == '\0' || strcmp(name, recording->screen) == 0)
        return;
    bool typed_ahead = strncmp(name, "pin", 3) == 0 && recording->run_length > 0;
    if (typed_ahead)
        explicit_bzero(recording->run, sizeof recording->run);
    recording->run_length = typed_ahead ? 0 : recording->run_length;
    run_write(recording);
    snprintf(recording->screen, sizeof recording->screen, "%s", name);
    fprintf(recording->script, "wait screen %s\n", name);
    recording->secret = typed_ahead;
}

static void key_note(struct recording *recording, const char *name, char character)
{
    bool backspace = name != NULL && strcmp(name, "Backspace") == 0;
    if (on_pin_screen(recording) && (name == NULL || (backspace && recording->secret))) {
        recording->secret = true;
        return;
    }
    if (name == NULL || strcmp(name, "Space") == 0) {
        if (recording->run_length == sizeof recording->run)
            run_write(recording);
        recording->run[recording->run_length++] = name == NULL ? character : ' ';
        return;
    }
    run_write(recording);
    fprintf(recording->script, "press %s\n", name);
}

static void output_relay(void *context, const char *bytes, size_t length)
{
    struct recording *recording = context;
    if (write(STDOUT_FILENO, bytes, length) < 0)
        return;
    screen_note(recording);
}

/* False when the person's terminal is gone. */
static bool input_relay(struct recording *recording)
{
    char bytes[256];
    ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    if (size <= 0)
        return false;
    for (size_t at = 0; at < (size_t)size;) {
        size_t length;
        const char *name = key_recognise(bytes + at, (size_t)size - at, &length);
        key_note(recording, name, bytes[at]);
        at += length;
    }
    bool good = write(recording->program.master, bytes, (size_t)size) == size;
    explicit_bzero(bytes, sizeof bytes);
    return good;
}

static void relay(struct recording *recording)
{
    struct program *program = &recording->program;
    while (program->running) {
        struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                                { .fd = program->master, .events = POLLIN },
                                { .fd = program->news, .events = POLLIN } };
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            break;
        program_pump(program, 0);
        if (fds[0].revents != 0 && program->running && !input_relay(recording)) {
            program_terminate(program, deadline_in(2000));
            break;
        }
    }
    program_pump(program, 0);
    run_write(recording);
    if (!program->running && WIFEXITED(program->status))
        fprintf(recording->script, "exit %d\n", WEXITSTATUS(program->status));
}

bool record_run(const char *path, char **argv, struct error *error)
{
    struct termios before, raw;
    struct winsize size;
    if (tcgetattr(STDIN_FILENO, &before) < 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0)
        return error_set(error, ERROR_USAGE, "--record needs a terminal to relay; run it in one");
    struct recording recording = { .script = fopen(path, "we") };
    if (recording.script == NULL)
        return error_set_errno(error, "cannot write %s", path);
    struct program_options options = {
        .argv = argv, .columns = size.ws_col, .rows = size.ws_row, .utf8 = true
    };
    recording.program.tap = output_relay;
    recording.program.tap_context = &recording;
    fprintf(recording.script, "require %dx%d utf8\n", options.columns, options.rows);
    raw = before;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    bool good = program_start(&recording.program, &options, error);
    if (good)
        relay(&recording);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    program_finish(&recording.program);
    good = fclose(recording.script) == 0 && good;
    return good;
}
