/* SPDX-License-Identifier: MIT */
/*
 * Relays both ways and writes a line of script for what passes. Characters are
 * held back as a run until another key or another screen comes: so digits that
 * someone types ahead, before a secret's screen is up, are still a secret. On
 * such a screen the run keeps no characters at all, only that there was one.
 */
#include "keys/suite/record.h"
#include "keys/play/find.h"
#include "keys/program/program.h"
#include "keys/script/source.h"
#include "keys/suite/pointer.h"
#include "keys/terminal/keyname.h"
#include "shared/shell_word.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

struct recording {
    FILE *script;
    struct script suite; /* what is known of the program: names of screens, secrets */
    struct program program;
    struct pointer pointer;
    const char *titled;
    char screen[64]; /* the name last written */
    char run[256];   /* characters typed since the last key or screen */
    size_t run_length;
    bool secret; /* something was typed where it is one */
};

/* The rule `record secret` for a screen; NULL: what is typed there is none. */
static const struct step *secret_rule(const struct recording *recording, const char *screen)
{
    for (size_t i = 0; i < recording->suite.count; i++) {
        const struct step *step = &recording->suite.steps[i];
        if (step->directive->name == DO_RECORD_SECRET && find_holds(screen, &step->values[2], NULL))
            return step;
    }
    return NULL;
}

/* A password asked for in line mode, as by getpass(). */
static bool echo_off(const struct recording *recording)
{
    struct termios now;
    return tcgetattr(recording->program.slave, &now) == 0 && (now.c_lflag & ICANON) != 0 &&
           (now.c_lflag & ECHO) == 0;
}

static bool is_secret(const struct recording *recording)
{
    return secret_rule(recording, recording->screen) != NULL || echo_off(recording);
}

static void string_write(FILE *script, const char *text, size_t length)
{
    fputc('"', script);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < ' ' || byte == 0x7F)
            fprintf(script, "\\x%02x", byte);
        else
            fprintf(script, "%s%c", strchr("\"\\", byte) != NULL ? "\\" : "", byte);
    }
    fputs("\"\n", script);
}

static void run_write(struct recording *recording)
{
    if (recording->secret) {
        const struct step *rule = secret_rule(recording, recording->screen);
        fprintf(recording->script, "secret \"%s\" from env %s\n",
                rule != NULL ? rule->values[0].text : "password",
                rule != NULL ? rule->values[1].text : "PASSWORD");
    }
    if (recording->run_length > 0) {
        fputs("type ", recording->script);
        string_write(recording->script, recording->run, recording->run_length);
    }
    explicit_bzero(recording->run, sizeof recording->run);
    recording->run_length = 0;
    recording->secret = false;
}

static void screen_note(struct recording *recording)
{
    const char *title = terminal_title(recording->program.terminal);
    size_t length = strlen(recording->titled);
    const char *name = strncmp(title, recording->titled, length) == 0 ? title + length : "";
    if (recording->pointer.row > 0)
        return; /* a click is written once it is over, and its screen comes after it */
    if (name[0] == '\0' || strncmp(name, recording->screen, sizeof recording->screen - 1) == 0)
        return;
    bool typed_ahead = secret_rule(recording, name) != NULL && recording->run_length > 0;
    if (typed_ahead)
        explicit_bzero(recording->run, sizeof recording->run);
    recording->run_length = typed_ahead ? 0 : recording->run_length;
    run_write(recording);
    snprintf(recording->screen, sizeof recording->screen, "%s", name);
    bool word = name[strcspn(name, " \t\"#;")] == '\0';
    fprintf(recording->script, "wait screen ");
    if (word)
        fprintf(recording->script, "%s\n", name);
    else
        string_write(recording->script, name, strlen(name));
    recording->secret = typed_ahead;
}

static void key_note(struct recording *recording, const char *name, char character)
{
    bool backspace = name != NULL && strcmp(name, "Backspace") == 0;
    if ((name == NULL || (backspace && recording->secret)) && is_secret(recording)) {
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

/* The bytes of a control sequence that no key has; 0: there is none. */
static size_t sequence_length(const char *bytes, size_t size)
{
    if (size < 3 || bytes[0] != '\033' || (bytes[1] != '[' && bytes[1] != 'O'))
        return 0;
    for (size_t i = 2; i < size; i++)
        if (bytes[i] >= '@' && bytes[i] <= '~')
            return i + 1;
    return 0;
}

/* One key, click or sequence at the start of the bytes; how many it took. */
static size_t input_note(struct recording *recording, const char *bytes, size_t size)
{
    char line[120];
    size_t length = pointer_read(&recording->pointer, bytes, size, line, sizeof line);
    if (length > 0) {
        run_write(recording);
        fputs(line, recording->script);
        screen_note(recording);
        return length;
    }
    const char *name = key_recognise(bytes, size, &length);
    size_t unknown = sequence_length(bytes, size);
    if (unknown > length) {
        run_write(recording);
        fputs("send ", recording->script);
        string_write(recording->script, bytes, unknown);
        return unknown;
    }
    key_note(recording, name, bytes[0]);
    return length;
}

/* False when the person's terminal is gone. */
static bool input_relay(struct recording *recording)
{
    char bytes[256];
    ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    if (size <= 0)
        return false;
    for (size_t at = 0; at < (size_t)size;)
        at += input_note(recording, bytes + at, (size_t)size - at);
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

/* What the folder of the script says about the program. */
static bool suite_read(struct recording *recording, const struct options *options,
                       struct error *error)
{
    bool good = true;
    for (int i = 0; good && i < options->include_count; i++)
        good = script_load(&recording->suite, options->includes[i], error);
    good = good && script_load_suite(&recording->suite, options->record, error);
    recording->titled = "";
    for (size_t i = 0; good && i < recording->suite.count; i++)
        if (recording->suite.steps[i].directive->name == DO_TITLED)
            recording->titled = recording->suite.steps[i].values[0].text;
    return good;
}

/* The directive `program`, where a line of a script can have the command line in it. */
static void command_write(FILE *script, char **argv)
{
    char *command = NULL;
    size_t length = 0;
    struct error error;
    FILE *out = open_memstream(&command, &length);
    if (out == NULL)
        panic("out of memory");
    for (char **word = argv; *word != NULL; word++) {
        fputc(' ', out);
        shell_word_write(out, *word);
    }
    fclose(out);
    if (strstr(command, "${") == NULL && source_line_sound(command, &error))
        fprintf(script, "program%s\n", command);
    free(command);
}

static bool record_play(struct recording *recording, const struct options *options,
                        struct winsize size, struct error *error)
{
    struct program_options program = {
        .argv = options->argv, .columns = size.ws_col, .rows = size.ws_row, .utf8 = true
    };
    recording->program.tap = output_relay;
    recording->program.tap_context = recording;
    fprintf(recording->script, "require %dx%d utf8\n", program.columns, program.rows);
    command_write(recording->script, options->argv);
    fputs("wait settled\n", recording->script); /* a key before that may go to line mode */
    if (!program_start(&recording->program, &program, error))
        return false;
    relay(recording);
    return true;
}

bool record_run(const struct options *options, struct error *error)
{
    struct termios before, raw;
    struct winsize size;
    struct recording recording = { 0 };
    if (tcgetattr(STDIN_FILENO, &before) < 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0)
        return error_set(error, ERROR_USAGE, "--record needs a terminal to relay; run it in one");
    bool good = suite_read(&recording, options, error);
    if (good) {
        recording.script = fopen(options->record, "we");
        good =
            recording.script != NULL || error_set_errno(error, "cannot write %s", options->record);
    }
    if (good) {
        raw = before;
        cfmakeraw(&raw);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        good = record_play(&recording, options, size, error);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        program_finish(&recording.program);
        good = fclose(recording.script) == 0 && good;
    }
    script_finish(&recording.suite);
    return good;
}
