/* SPDX-License-Identifier: MIT */
#include "keys/play/world.h"
#include "keys/picture/cast.h"
#include "keys/play/play.h"
#include "keys/play/setup.h"
#include "keys/program/shell.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the program ----------------------------------------------------------------- */

bool world_resize(struct play *play, const struct step *step, struct error *error)
{
    value_size(play_value(step, 0), &play->columns, &play->rows);
    if (play->cast != NULL)
        cast_size(play->cast, play->columns, play->rows);
    return program_resize(&play->program, play->columns, play->rows, error);
}

bool world_signal(struct play *play, const struct step *step, struct error *error)
{
    int number = 0;
    value_signal(play_value(step, 0), &number);
    return program_signal(&play->program, number, error);
}

bool world_restart(struct play *play, const struct step *step, struct error *error)
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

/* ---- commands of the shell --------------------------------------------------------- */

/* A command with its outputs. */
struct shell {
    int output, errors;
    int status;
    bool ended; /* false: its deadline has passed, or it could not be started */
};

static bool shell_open(struct shell *shell, struct error *error)
{
    *shell = (struct shell){ .output = shell_file(), .errors = shell_file() };
    return (shell->output >= 0 && shell->errors >= 0) ||
           error_set_errno(error, "cannot make a temporary file");
}

static void shell_close(struct shell *shell)
{
    close(shell->output);
    close(shell->errors);
}

/* Runs the command, keeping the program's terminal fed. */
static void shell_run(struct play *play, const char *command, struct shell *shell, int limit_ms)
{
    char **environment = variables_environment(&play->variables);
    pid_t pid = shell_start(command, environment, shell->output, shell->errors);
    variables_environment_free(environment);
    struct deadline deadline = deadline_in(limit_ms);
    while (pid > 0 && waitpid(pid, &shell->status, WNOHANG) == 0) {
        if (deadline_passed(deadline) || play_interrupted() || !shell_output_fits(shell->output) ||
            !shell_output_fits(shell->errors)) {
            if (kill(-pid, SIGKILL) < 0)
                kill(pid, SIGKILL);
            waitpid(pid, &shell->status, 0);
            return;
        }
        program_pump(&play->program, deadline_left_ms(deadline, PLAY_FILE_POLL_MS / 4));
    }
    shell->ended = pid > 0;
}

static bool shell_succeeded(const struct shell *shell)
{
    return shell->ended && WIFEXITED(shell->status) && WEXITSTATUS(shell->status) == 0;
}

/* What it has written, for the report. */
static void detail_take(struct play *play, const struct shell *shell)
{
    char *output = shell_output_last(shell->output), *errors = shell_output_last(shell->errors);
    free(play->detail);
    if (asprintf(&play->detail, "%s%s", output, errors) < 0)
        panic("out of memory");
    free(output);
    free(errors);
}

static bool shell_failed(struct play *play, const struct shell *shell, int limit_ms,
                         struct error *error)
{
    detail_take(play, shell);
    if (!shell_output_fits(shell->output) || !shell_output_fits(shell->errors))
        return error_set(
            error, ERROR_SYSTEM,
            "the command wrote more than %d MiB; the end of its output:", SHELL_OUTPUT_LIMIT >> 20);
    if (!shell->ended)
        return error_set(error, ERROR_SYSTEM,
                         "the command did not end within %d s; its output:", limit_ms / 1000);
    return error_set(
        error, ERROR_FORMAT,
        "the command failed (%s %d); its output:", WIFEXITED(shell->status) ? "status" : "signal",
        WIFEXITED(shell->status) ? WEXITSTATUS(shell->status) : WTERMSIG(shell->status));
}

bool world_sh(struct play *play, const struct step *step, struct error *error)
{
    struct shell shell;
    bool wanted = (step->directive->traits & NOT) == 0;
    if (!shell_open(&shell, error))
        return false;
    shell_run(play, play_value(step, 0), &shell, PLAY_SH_MS);
    bool good = shell.ended && shell_succeeded(&shell) == wanted;
    if (!good && shell_succeeded(&shell)) {
        detail_take(play, &shell);
        error_set(error, ERROR_FORMAT, "the command should have failed; its output:");
    } else if (!good) {
        shell_failed(play, &shell, PLAY_SH_MS, error);
    }
    shell_close(&shell);
    return good;
}

bool world_needs(struct play *play, const struct step *step, struct error *error)
{
    struct shell shell;
    if (!shell_open(&shell, error))
        return false;
    shell_run(play, play_value(step, 0), &shell, PLAY_SH_MS);
    bool good = shell_succeeded(&shell);
    char *why = NULL;
    if (!good && asprintf(&why, "this needs: %.200s", play_value(step, 0)) < 0)
        panic("out of memory");
    shell_close(&shell);
    good = good || play_skip(play, error, why);
    free(why);
    return good;
}

bool world_wait_sh(struct play *play, const struct step *step, struct error *error)
{
    struct deadline deadline = deadline_in(play->timeout_ms);
    for (;;) {
        struct shell shell;
        if (!shell_open(&shell, error))
            return false;
        int left_ms = deadline_left_ms(deadline, play->timeout_ms);
        shell_run(play, play_value(step, 0), &shell, left_ms > 1000 ? left_ms : 1000);
        bool good = shell_succeeded(&shell);
        if (good || deadline_passed(deadline) || play_interrupted()) {
            good = good || shell_failed(play, &shell, play->timeout_ms, error);
            shell_close(&shell);
            return good;
        }
        shell_close(&shell);
        program_pump(&play->program, deadline_left_ms(deadline, PLAY_FILE_POLL_MS * 2));
    }
}

/* What the command prints, which the caller frees; NULL when it fails. */
static char *shell_printed(struct play *play, const char *command, struct error *error)
{
    struct shell shell;
    char *text = NULL;
    if (!shell_open(&shell, error))
        return NULL;
    shell_run(play, command, &shell, PLAY_SH_MS);
    if (shell_succeeded(&shell))
        text = shell_output(shell.output);
    else
        shell_failed(play, &shell, PLAY_SH_MS, error);
    shell_close(&shell);
    return text;
}

bool world_capture(struct play *play, const struct step *step, struct error *error)
{
    char *text = shell_printed(play, play_value(step, 1), error);
    if (text == NULL)
        return false;
    for (size_t length = strlen(text); length > 0 && text[length - 1] == '\n';)
        text[--length] = '\0';
    variables_set(&play->variables, play_value(step, 0), text, false);
    free(text);
    return true;
}

bool world_env_from(struct play *play, const struct step *step, struct error *error)
{
    char *text = shell_printed(play, play_value(step, 0), error);
    bool good = text != NULL;
    char *rest = text;
    for (char *line; good && (line = strsep(&rest, "\n")) != NULL;) {
        char *equals = strchr(line, '=');
        if (line[0] == '\0')
            continue;
        if (equals == NULL || equals == line)
            good = error_set(error, ERROR_FORMAT,
                             "'%.60s' is not an assignment: print lines "
                             "NAME=VALUE",
                             line);
        else
            setup_assign(play, line);
    }
    free(text);
    return good;
}

/* ---- helpers ---------------------------------------------------------------------- */

static bool helper_launch(struct play *play, struct helper *helper, struct error *error)
{
    char **environment = variables_environment(&play->variables);
    bool good = helper_start(helper, environment, error);
    variables_environment_free(environment);
    return good;
}

bool world_helper(struct play *play, const struct step *step, struct error *error)
{
    struct helper *helper =
        helper_add(&play->helpers, play_value(step, 0), play_value(step, 1), error);
    return helper != NULL && helper_launch(play, helper, error);
}

bool world_helper_start(struct play *play, const struct step *step, struct error *error)
{
    struct helper *helper = helper_find(&play->helpers, play_value(step, 0), error);
    return helper != NULL && helper_launch(play, helper, error);
}

bool world_helper_end(struct play *play, const struct step *step, struct error *error)
{
    struct helper *helper = helper_find(&play->helpers, play_value(step, 0), error);
    int signal = step->directive->name == DO_HELPER_KILL ? SIGKILL : SIGTERM;
    return helper != NULL && helper_end(helper, signal, deadline_in(play->timeout_ms), error);
}

bool world_helper_restart(struct play *play, const struct step *step, struct error *error)
{
    struct helper *helper = helper_find(&play->helpers, play_value(step, 0), error);
    return helper != NULL && helper_end(helper, SIGTERM, deadline_in(play->timeout_ms), error) &&
           helper_launch(play, helper, error);
}

bool world_helper_signal(struct play *play, const struct step *step, struct error *error)
{
    struct helper *helper = helper_find(&play->helpers, play_value(step, 0), error);
    int number = 0;
    value_signal(play_value(step, 1), &number);
    return helper != NULL && helper_signal(helper, number, error);
}
