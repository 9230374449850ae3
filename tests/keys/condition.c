/* SPDX-License-Identifier: MIT */
/*
 * Conditions look at what is on the screen now, never at what was. They are
 * asked only when the program has settled: it has read its keys, it sleeps, and
 * all it wrote is on the screen. So a wait right after a key cannot be
 * satisfied by the screen the key was pressed on, unless the program really
 * left it there. A program that never sleeps is looked at after PLAY_SETTLE_MS.
 */
#include "tests/keys/condition.h"
#include "tests/keys/directive.h"
#include "tests/keys/golden.h"
#include "tests/keys/play.h"

#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether the text holds the value; groups may be NULL and is filled for regular expressions only.
 */
static bool text_holds(const char *text, const struct value *value, regmatch_t groups[2])
{
    regex_t regex;
    if (!value->regex)
        return strstr(text, value->text) != NULL;
    if (regcomp(&regex, value->text, REG_EXTENDED | REG_NEWLINE) != 0)
        return false; /* checked before */
    bool found = regexec(&regex, text, groups != NULL ? 2 : 0, groups, 0) == 0;
    regfree(&regex);
    return found;
}

bool condition_screen(struct play *play, const struct step *step)
{
    return strcmp(terminal_screen(play->program.terminal), play_value(step, 0)) == 0;
}

bool condition_text(struct play *play, const struct step *step)
{
    char *text = terminal_text(play->program.terminal);
    bool found = text_holds(text, &step->values[0], NULL);
    free(text);
    return found;
}

bool condition_file(struct play *play, const struct step *step)
{
    (void)play;
    FILE *file = fopen(play_value(step, 0), "re");
    if (file == NULL)
        return false;
    char *text = NULL;
    size_t size = 0;
    bool holds = true;
    if (step->values[1].text != NULL)
        holds = getdelim(&text, &size, '\0', file) > 0 && text_holds(text, &step->values[1], NULL);
    free(text);
    fclose(file);
    return holds;
}

bool condition_exit(struct play *play, const struct step *step)
{
    int wanted = 0;
    value_number(play_value(step, 0), 0, 255, &wanted);
    const struct program *program = &play->program;
    return !program->running && WIFEXITED(program->status) &&
           WEXITSTATUS(program->status) == wanted;
}

bool condition_exit_signal(struct play *play, const struct step *step)
{
    int wanted = 0;
    value_signal(play_value(step, 0), &wanted);
    const struct program *program = &play->program;
    return !program->running && WIFSIGNALED(program->status) && WTERMSIG(program->status) == wanted;
}

bool condition_cursor(struct play *play, const struct step *step)
{
    return terminal_cursor_visible(play->program.terminal) ==
           (strcmp(play_value(step, 0), "visible") == 0);
}

bool condition_restored(struct play *play, const struct step *step)
{
    const struct terminal *terminal = play->program.terminal;
    (void)step;
    return !terminal_alternate(terminal) && terminal_cursor_visible(terminal) &&
           !terminal_mouse(terminal) && program_termios_restored(&play->program);
}

/* The file conditions may become true after the program's end; all others are settled by it. */
static bool condition_outlives(const struct step *step)
{
    return step->directive->condition == condition_file;
}

bool condition_wait(struct play *play, const struct step *step, struct error *error)
{
    int timeout_ms = play_timeout_ms(play, step);
    struct deadline deadline = deadline_in(timeout_ms);
    const struct directive *directive = step->directive;
    for (;;) {
        int settle_ms = deadline_left_ms(deadline, PLAY_SETTLE_MS);
        if (play->program.started)
            program_settle(&play->program, deadline_in(settle_ms));
        bool ended = play->program.started && !play->program.running;
        if (directive->condition(play, step) != directive->negated)
            return true;
        if (ended && !condition_outlives(step))
            return error_set(error, ERROR_FORMAT,
                             "the program has ended and this did not come true");
        if (deadline_passed(deadline))
            return error_set(error, ERROR_FORMAT, "this did not come true within %d ms",
                             timeout_ms);
        program_pump(&play->program, deadline_left_ms(deadline, PLAY_FILE_POLL_MS));
    }
}

static void settle(struct play *play)
{
    if (play->program.started)
        program_settle(&play->program, deadline_in(PLAY_SETTLE_MS));
}

bool condition_expect(struct play *play, const struct step *step, struct error *error)
{
    settle(play);
    if (step->directive->condition(play, step) != step->directive->negated)
        return true;
    if (step->directive->condition != condition_restored)
        return error_set(error, ERROR_FORMAT, "this is not so");
    const struct terminal *terminal = play->program.terminal;
    return error_set(error, ERROR_FORMAT, "the terminal is not as it was: %s%s%s%s",
                     terminal_alternate(terminal) ? "alternate screen; " : "",
                     terminal_cursor_visible(terminal) ? "" : "hidden cursor; ",
                     terminal_mouse(terminal) ? "mouse on; " : "",
                     program_termios_restored(&play->program) ? "" : "line mode or echo off; ");
}

bool condition_golden(struct play *play, const struct step *step, struct error *error)
{
    settle(play);
    char *text = terminal_text(play->program.terminal);
    char *difference = NULL;
    bool same = golden_compare(play_value(step, 0), text, play_value(step, 1), play->update,
                               &difference, error);
    free(text);
    free(play->detail);
    play->detail = difference;
    return same;
}

bool condition_screen_or_golden(struct play *play, const struct step *step, struct error *error)
{
    if (strchr(play_value(step, 0), '/') != NULL)
        return condition_golden(play, step, error);
    if (play_value(step, 1) != NULL)
        return error_set(error, ERROR_USAGE,
                         "a mask belongs to a golden file, whose path has a slash");
    return condition_expect(play, step, error);
}

bool condition_capture(struct play *play, const struct step *step, struct error *error)
{
    settle(play);
    regmatch_t groups[2];
    char *text = terminal_text(play->program.terminal);
    bool found = text_holds(text, &step->values[1], groups) && groups[1].rm_so >= 0;
    if (found) {
        text[groups[1].rm_eo] = '\0';
        variables_set(&play->variables, play_value(step, 0), text + groups[1].rm_so, false);
    }
    free(text);
    return found || error_set(error, ERROR_FORMAT, "nothing on the screen matches");
}
