/* SPDX-License-Identifier: MIT */
/*
 * Blocks: macros and their calls, cases, repetitions, and what is kept for the
 * end. A variable that a macro takes or a case sets has its old value again
 * afterwards.
 */
#include "keys/play/dispatch.h"
#include "keys/play/play.h"
#include "keys/play/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The values of variables before a block has set its own. */
struct kept {
    char *name;
    char *value; /* NULL: it was not set */
    bool exported;
};

static struct kept variable_keep(struct variables *variables, const char *name)
{
    struct kept kept = { .name = strdup(name) };
    for (size_t i = 0; i < variables->count; i++) {
        if (strcmp(variables->items[i].name, name) == 0) {
            kept.value = strdup(variables->items[i].value);
            kept.exported = variables->items[i].exported;
        }
    }
    return kept;
}

static void variable_restore(struct variables *variables, struct kept *kept)
{
    if (kept->value != NULL)
        variables_set(variables, kept->name, kept->value, kept->exported);
    else
        variables_unset(variables, kept->name);
    free(kept->name);
    free(kept->value);
}

/* For the report: what the innermost case was. */
static void case_note(struct play *play, const struct step *step)
{
    size_t end = strlen(play->failed_case);
    for (size_t i = 0; i < step->count; i++) {
        const char *name = step->values[i].text;
        const char *value = variables_get(&play->variables, name);
        snprintf(play->failed_case + end, sizeof play->failed_case - end, " %s=%s", name,
                 value != NULL ? value : "");
        end = strlen(play->failed_case);
    }
}

static bool cases_run(struct play *play, size_t at, struct error *error)
{
    const struct step *step = &play->script->steps[at];
    struct kept kept[STEP_VALUES];
    bool good = true;
    for (size_t i = 0; i < step->count; i++)
        kept[i] = variable_keep(&play->variables, step->values[i].text);
    for (size_t row = 0; good && row < step->rows; row++) {
        for (size_t i = 0; good && i < step->count; i++) {
            char *value = variables_expand(&play->variables, step->cells[row * step->count + i],
                                           EXPAND_TEXT, error);
            good = value != NULL;
            if (good)
                variables_set(&play->variables, step->values[i].text, value, false);
            free(value);
        }
        good = good && play_steps(play, at + 1, step->block_end, error);
    }
    if (!good)
        case_note(play, step);
    for (size_t i = 0; i < step->count; i++)
        variable_restore(&play->variables, &kept[i]);
    return good;
}

static bool repeat_run(struct play *play, size_t at, struct error *error)
{
    const struct step *step = &play->script->steps[at];
    char *text = variables_expand(&play->variables, step->values[0].text, EXPAND_TEXT, error);
    int times = 0;
    bool good = text != NULL && (value_number(text, 1, 1000, &times) ||
                                 error_set(error, ERROR_USAGE,
                                           "'%s' is not how often: write 1 to "
                                           "1000",
                                           text));
    free(text);
    for (int i = 0; good && i < times; i++)
        good = play_steps(play, at + 1, step->block_end, error);
    return good;
}

static bool ending_keep(struct play *play, size_t at, struct error *error)
{
    if (play->ending_count == PLAY_ENDINGS)
        return error_set(error, ERROR_USAGE, "more than %d blocks for the end", PLAY_ENDINGS);
    play->endings[play->ending_count++] = at;
    return true;
}

bool dispatch_block(struct play *play, size_t at, struct error *error)
{
    switch (play->script->steps[at].directive->name) {
    case DO_CASES:
        return cases_run(play, at, error);
    case DO_REPEAT:
        return repeat_run(play, at, error);
    case DO_AFTER:
    case DO_FINALLY:
        return ending_keep(play, at, error);
    default:
        return true; /* a macro is played where it is called */
    }
}

bool setup_call(struct play *play, const struct step *step, struct error *error)
{
    const struct step *macro = &play->script->steps[step->macro];
    struct kept kept[STEP_VALUES];
    size_t length;
    bool rest;
    if (play->call_count == PLAY_CALLS)
        return error_set(error, ERROR_USAGE, "macros call each other more than %d deep",
                         PLAY_CALLS);
    for (size_t i = 0; i < step->count; i++) {
        const char *parameter = macro_parameter(macro, i, &length, &rest);
        char *name = strndup(parameter, length);
        if (name == NULL)
            panic("out of memory");
        kept[i] = variable_keep(&play->variables, name);
        variables_set(&play->variables, name, step->values[i].text, false);
        free(name);
    }
    /* The filled-in copy of the call lives as long as this does; the report wants the original. */
    const struct step *original = NULL;
    for (size_t i = 0; i < play->script->count && original == NULL; i++)
        if (play->script->steps[i].source == step->source)
            original = &play->script->steps[i];
    play->calls[play->call_count++] = original;
    bool good = play_steps(play, step->macro + 1, macro->block_end, error);
    play->call_count -= good; /* the report of a failure shows them */
    for (size_t i = 0; i < step->count; i++)
        variable_restore(&play->variables, &kept[i]);
    return good;
}
