/* SPDX-License-Identifier: MIT */
/*
 * The loop over steps. A step's values are filled in just before it runs, as
 * captures and sets before it may have changed them; its directive then does
 * the work (condition.c, action.c). Failures come up here and nowhere else are
 * they printed.
 */
#include "tests/keys/play.h"
#include "tests/keys/cast.h"
#include "tests/keys/directive.h"
#include "tests/keys/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *play_value(const struct step *step, size_t i)
{
    return i < step->count ? step->values[i].text : NULL;
}

int play_timeout_ms(const struct play *play, const struct step *step)
{
    int ms = play->timeout_ms;
    for (size_t i = 0; i < step->count; i++)
        if (step->values[i].kind != NULL && strcmp(step->values[i].kind->name, "TIME") == 0)
            value_time_ms(step->values[i].text, &ms);
    return ms;
}

static void output_tap(void *context, const char *bytes, size_t length)
{
    struct play *play = context;
    if (play->slow && write(STDOUT_FILENO, bytes, length) < 0)
        play->slow = false; /* nobody watches any more */
    if (play->cast != NULL)
        cast_output(play->cast, &play->variables, bytes, length);
}

bool play_start(struct play *play, struct error *error)
{
    char **environment = variables_environment(&play->variables);
    struct program_options options = { .argv = play->argv,
                                       .environment = environment,
                                       .columns = play->columns,
                                       .rows = play->rows,
                                       .utf8 = !play->ascii,
                                       .mono = play->mono };
    if (play->program.started)
        output_tap(play, "\033c", 2); /* those who watch get a fresh terminal too */
    if (play->cast != NULL)
        cast_size(play->cast, play->columns, play->rows);
    play->program.tap = output_tap;
    play->program.tap_context = play;
    bool good = program_start(&play->program, &options, error);
    variables_environment_free(environment);
    return good;
}

bool play_press(struct play *play, const char *name, const char *shown, struct error *error)
{
    struct key key;
    if (!key_named(name, &key))
        return error_set(error, ERROR_USAGE, "cannot type this character");
    for (struct deadline pace = deadline_in(PLAY_SLOW_MS); play->slow && !deadline_passed(pace);)
        program_pump(&play->program, deadline_left_ms(pace, PLAY_SLOW_MS));
    if (!program_key(&play->program, &key, deadline_in(play->timeout_ms), error))
        return false;
    snprintf(play->keys[play->key_count++ % PLAY_KEYS_KEPT], sizeof play->keys[0], "%s",
             shown != NULL ? shown : key.name);
    return true;
}

/* The secrets a script types, known before the first step so that no message can show one. */
static bool secrets_learn(struct play *play, struct error *error, const struct step **at)
{
    for (size_t i = 0; i < play->script->count; i++) {
        const struct step *step = &play->script->steps[i];
        if (strncmp(step->directive->syntax, "secret ", 7) != 0)
            continue;
        *at = step;
        if (!variables_secret(&play->variables, play_value(step, 1), error))
            return false;
    }
    return true;
}

static void values_free(struct step *step)
{
    for (size_t i = 0; i < step->count; i++)
        free(step->values[i].text);
}

/* A copy of the step with its variables filled in and checked. */
static bool values_expand(const struct play *play, const struct step *step, struct step *filled,
                          struct error *error)
{
    *filled = *step;
    for (size_t i = 0; i < step->count; i++)
        filled->values[i].text = NULL;
    for (size_t i = 0; i < step->count; i++) {
        const struct value *value = &step->values[i];
        if (value->text == NULL)
            continue;
        enum expansion expansion = value->regex                      ? EXPAND_REGEX
                                   : value->kind->form == VALUE_LINE ? EXPAND_SHELL
                                                                     : EXPAND_TEXT;
        char *text = variables_expand(&play->variables, value->text, expansion, error);
        filled->values[i].text = text;
        if (text == NULL ||
            (value->kind->check != NULL && !value->kind->check(&filled->values[i], error))) {
            values_free(filled);
            return false;
        }
    }
    return true;
}

static bool step_run(struct play *play, const struct step *step, struct error *error)
{
    struct step filled;
    if (!values_expand(play, step, &filled, error))
        return false;
    bool good = true;
    if (step->directive->needs_program && !play->program.started)
        good = play_start(play, error);
    good = good && step->directive->run(play, &filled, error);
    values_free(&filled);
    return good;
}

bool play_run(struct play *play)
{
    struct error error;
    const struct step *step = NULL;
    if (!secrets_learn(play, &error, &step)) {
        report_failure(play, step, &error);
        return false;
    }
    for (size_t i = 0; i < play->script->count; i++) {
        step = &play->script->steps[i];
        if (!step_run(play, step, &error)) {
            report_failure(play, step, &error);
            return false;
        }
    }
    if (!program_terminate(&play->program, deadline_in(play->timeout_ms))) {
        error_set(&error, ERROR_SYSTEM,
                  "at the end of the script the program did not end on SIGTERM within %d ms",
                  play->timeout_ms);
        report_failure(play, step, &error);
        return false;
    }
    return true;
}

void play_finish(struct play *play)
{
    program_terminate(&play->program, deadline_in(PLAY_SETTLE_MS));
    program_finish(&play->program);
    variables_finish(&play->variables);
    free(play->detail);
    play->detail = NULL;
}
