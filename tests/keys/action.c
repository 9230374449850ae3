/* SPDX-License-Identifier: MIT */
/* Each directive that does something is one short function here; the table that names them is
 * directive.c. */
#include "tests/keys/action.h"
#include "tests/keys/cast.h"
#include "tests/keys/condition.h"
#include "tests/keys/directive.h"
#include "tests/keys/play.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool before_start(const struct play *play, struct error *error)
{
    return !play->program.running || error_set(error, ERROR_USAGE,
                                               "the program already runs; write this before the "
                                               "first directive that starts it, or between "
                                               "exit and restart");
}

bool action_require(struct play *play, const struct step *step, struct error *error)
{
    if (!before_start(play, error))
        return false;
    for (size_t i = 0; i < step->count; i++) {
        const char *want = play_value(step, i);
        if (strcmp(want, "utf8") == 0 || strcmp(want, "ascii") == 0)
            play->ascii = want[0] == 'a';
        else if (strcmp(want, "color") == 0 || strcmp(want, "mono") == 0)
            play->mono = want[0] == 'm';
        else
            value_size(want, &play->columns, &play->rows);
    }
    return true;
}

bool action_env(struct play *play, const struct step *step, struct error *error)
{
    const char *assignment = play_value(step, 0);
    if (!before_start(play, error))
        return false;
    char *name = strndup(assignment, strcspn(assignment, "="));
    if (name == NULL)
        panic("out of memory");
    variables_set(&play->variables, name, strchr(assignment, '=') + 1, true);
    free(name);
    return true;
}

bool action_set(struct play *play, const struct step *step, struct error *error)
{
    (void)error;
    variables_set(&play->variables, play_value(step, 0), play_value(step, 1), false);
    return true;
}

bool action_press(struct play *play, const struct step *step, struct error *error)
{
    for (size_t i = 0; i < step->count; i++)
        if (!play_press(play, play_value(step, i), NULL, error))
            return false;
    return true;
}

/* One character at a time; with `shown`, only the first is noted, under that name. */
static bool type_text(struct play *play, const char *text, const char *shown, struct error *error)
{
    while (*text != '\0') {
        char character[8] = { *text++ };
        for (size_t i = 1; i < 4 && ((unsigned char)*text & 0xC0) == 0x80; i++)
            character[i] = *text++;
        const char *name = character[0] == ' '    ? "Space"
                           : character[0] == '\n' ? "Enter"
                           : character[0] == '\t' ? "Tab"
                                                  : character;
        unsigned noted = play->key_count;
        bool good = play_press(play, name, shown, error);
        explicit_bzero(character, sizeof character);
        if (!good)
            return false;
        if (shown != NULL && noted > 0 &&
            strcmp(play->keys[(noted - 1) % PLAY_KEYS_KEPT], shown) == 0)
            play->key_count = noted; /* not even how many there were */
    }
    return true;
}

bool action_type(struct play *play, const struct step *step, struct error *error)
{
    return type_text(play, play_value(step, 0), NULL, error);
}

bool action_secret(struct play *play, const struct step *step, struct error *error)
{
    const char *secret = variables_get(&play->variables, play_value(step, 1));
    return type_text(play, secret, SECRET_SHOWN, error);
}

bool action_card(struct play *play, const struct step *step, struct error *error)
{
    char welcome[] = "welcome";
    struct step wait = { .directive = &(struct directive){ .condition = condition_screen },
                         .values = { { .text = welcome } },
                         .count = 1 };
    if (!condition_wait(play, &wait, error)) {
        struct error inner = *error;
        return error_set(error, inner.kind, "the screen should be welcome: %.300s", inner.message);
    }
    return type_text(play, play_value(step, 0), NULL, error) &&
           play_press(play, "Enter", NULL, error);
}

bool action_click(struct play *play, const struct step *step, struct error *error)
{
    int row = 1, column = 1;
    value_number(play_value(step, 0), 1, terminal_rows(play->program.terminal), &row);
    value_number(play_value(step, 1), 1, terminal_columns(play->program.terminal), &column);
    program_settle(&play->program,
                   deadline_in(PLAY_SETTLE_MS)); /* it may be about to ask for the mouse */
    if (!terminal_mouse(play->program.terminal))
        return error_set(error, ERROR_FORMAT, "the program has not asked for the mouse");
    if (!program_click(&play->program, row, column, deadline_in(play->timeout_ms), error))
        return false;
    snprintf(play->keys[play->key_count++ % PLAY_KEYS_KEPT], sizeof play->keys[0], "click-%d-%d",
             row % 1000, column % 1000);
    return true;
}

bool action_resize(struct play *play, const struct step *step, struct error *error)
{
    value_size(play_value(step, 0), &play->columns, &play->rows);
    if (play->cast != NULL)
        cast_size(play->cast, play->columns, play->rows);
    return program_resize(&play->program, play->columns, play->rows, error);
}

bool action_signal(struct play *play, const struct step *step, struct error *error)
{
    int number = 0;
    value_signal(play_value(step, 0), &number);
    return program_signal(&play->program, number, error);
}

bool action_restart(struct play *play, const struct step *step, struct error *error)
{
    struct deadline deadline = deadline_in(play->timeout_ms);
    (void)step;
    while (play->program.running &&
           !deadline_passed(deadline)) /* a signal sent just before may still kill it */
        program_pump(&play->program, deadline_left_ms(deadline, 1000));
    if (play->program.running)
        return error_set(error, ERROR_USAGE,
                         "the program still runs; signal it or wait for its exit first");
    return play_start(play, error);
}

/* Runs the command with its output in the file, keeping the program's terminal fed. False at the
 * deadline. */
static bool shell_run(struct play *play, const char *command, int output, int *status)
{
    char **environment = variables_environment(&play->variables);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY);
        dup2(null, STDIN_FILENO);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        setpgid(0, 0);
        for (char **entry = environment; *entry != NULL; entry++)
            putenv(*entry);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    variables_environment_free(environment);
    struct deadline deadline = deadline_in(PLAY_SH_MS);
    while (pid > 0 && waitpid(pid, status, WNOHANG) == 0) {
        if (deadline_passed(deadline)) {
            kill(-pid, SIGKILL);
            waitpid(pid, status, 0);
            return false;
        }
        program_pump(&play->program, deadline_left_ms(deadline, PLAY_FILE_POLL_MS / 4));
    }
    return pid > 0;
}

static char *output_text(FILE *file)
{
    char *text = NULL;
    size_t size = 0;
    rewind(file);
    if (getdelim(&text, &size, '\0', file) < 0 && text != NULL)
        text[0] = '\0';
    return text;
}

bool action_sh(struct play *play, const struct step *step, struct error *error)
{
    int status = 0;
    FILE *output =
        tmpfile(); /* a file and no pipe: what the command leaves running may keep writing */
    if (output == NULL)
        return error_set_errno(error, "cannot make a temporary file");
    bool ended = shell_run(play, play_value(step, 0), fileno(output), &status);
    bool succeeded = ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    free(play->detail);
    play->detail = NULL;
    if (ended && succeeded != step->directive->negated) {
        fclose(output);
        return true;
    }
    play->detail = output_text(output);
    fclose(output);
    if (!ended)
        return error_set(error, ERROR_SYSTEM,
                         "the command did not end within %d s; its output:", PLAY_SH_MS / 1000);
    if (succeeded)
        return error_set(error, ERROR_FORMAT, "the command should have failed; its output:");
    return error_set(error, ERROR_FORMAT, "the command failed (%s %d); its output:",
                     WIFEXITED(status) ? "status" : "signal",
                     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

bool action_fault(struct play *play, const struct step *step, struct error *error)
{
    const char *folder = variables_get(&play->variables, "ATM_FOLDER");
    char path[4096];
    if (folder == NULL || folder[0] == '\0')
        return error_set(
            error, ERROR_USAGE,
            "ATM_FOLDER is not set; it names the terminal's folder, where faults are read");
    snprintf(path, sizeof path, "%s/faults", folder);
    FILE *file = fopen(path, "ae");
    if (file == NULL)
        return error_set_errno(error, "cannot write %s", path);
    bool good = fprintf(file, "%s\n", play_value(step, 0)) > 0;
    good = fclose(file) == 0 && good;
    return good || error_set_errno(error, "cannot write %s", path);
}
