/* SPDX-License-Identifier: MIT */
#include "keys/play/setup.h"
#include "keys/play/play.h"
#include "keys/program/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool before_start(const struct play *play, struct error *error)
{
    return !play->program.running || error_set(error, ERROR_USAGE,
                                               "the program already runs; write this before the "
                                               "first directive that starts it, or between "
                                               "exit and restart");
}

bool setup_program(struct play *play, const struct step *step, struct error *error)
{
    if (!before_start(play, error))
        return false;
    free(play->command);
    play->command = shell_exec(play_value(step, 0));
    return true;
}

bool setup_require(struct play *play, const struct step *step, struct error *error)
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

void setup_assign(struct play *play, const char *assignment)
{
    char *name = strndup(assignment, strcspn(assignment, "="));
    if (name == NULL)
        panic("out of memory");
    variables_set(&play->variables, name, strchr(assignment, '=') + 1, true);
    free(name);
}

bool setup_env(struct play *play, const struct step *step, struct error *error)
{
    if (!before_start(play, error))
        return false;
    setup_assign(play, play_value(step, 0));
    return true;
}

bool setup_set(struct play *play, const struct step *step, struct error *error)
{
    (void)error;
    variables_set(&play->variables, play_value(step, 0), play_value(step, 1), false);
    return true;
}

bool setup_needs(struct play *play, const struct step *step, struct error *error)
{
    const char *name = play_value(step, 0);
    const char *folders = getenv("PATH");
    char path[PATH_MAX], why[300];
    if (strchr(name, '/') != NULL && access(name, X_OK) == 0)
        return true;
    for (const char *at = folders; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, at, name);
        if (access(path, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    snprintf(why, sizeof why, "this needs %.100s, which is not installed", name);
    return play_skip(play, error, why);
}

bool setup_timeout(struct play *play, const struct step *step, struct error *error)
{
    (void)error;
    play->timeout_ms = play_timeout_ms(play, step);
    return true;
}

bool setup_titled(struct play *play, const struct step *step, struct error *error)
{
    (void)error;
    snprintf(play->titled, sizeof play->titled, "%s", play_value(step, 0));
    return true;
}

bool setup_region(struct play *play, const struct step *step, struct error *error)
{
    const char *name = play_value(step, 0);
    struct region *region = NULL;
    for (int i = 0; i < play->region_count; i++)
        if (strcmp(play->regions[i].name, name) == 0)
            region = &play->regions[i];
    if (region == NULL && play->region_count == PLAY_REGIONS)
        return error_set(error, ERROR_USAGE, "a script has at most %d regions", PLAY_REGIONS);
    if (region == NULL) {
        region = &play->regions[play->region_count++];
        region->name = strdup(name);
        if (region->name == NULL)
            panic("out of memory");
    }
    value_area(play_value(step, 1), &region->area);
    return true;
}

/* A text as the expression that matches it. */
static char *expression_of(const char *text)
{
    char *expression = calloc(2, strlen(text) + 1), *end = expression;
    if (expression == NULL)
        panic("out of memory");
    for (; *text != '\0'; text++) {
        if (strchr(".[]{}()*+?|^$\\", *text) != NULL)
            *end++ = '\\';
        *end++ = *text;
    }
    return expression;
}

bool setup_mask(struct play *play, const struct step *step, struct error *error)
{
    const struct value *value = &step->values[1];
    char *literal = NULL;
    (void)play;
    if (!value->regex)
        literal = expression_of(value->text);
    bool good = masks_own(play_value(step, 0), literal != NULL ? literal : value->text, error);
    free(literal);
    return good;
}

bool setup_font(struct play *play, const struct step *step, struct error *error)
{
    font_destroy(play->font);
    play->font = font_load(play_value(step, 0), error);
    return play->font != NULL;
}

bool setup_clock(struct play *play, const struct step *step, struct error *error)
{
    int64_t moment = 0;
    if (clock_library() == NULL)
        return play_skip(play, error, CLOCK_MISSING);
    value_moment(play_value(step, 0), &moment);
    return before_start(play, error) &&
           clock_set(&play->clock, moment, step->directive->name == DO_CLOCK_FROZEN, error);
}

bool setup_clock_advance(struct play *play, const struct step *step, struct error *error)
{
    int ms = 0;
    value_time_ms(play_value(step, 0), &ms);
    return clock_advance(&play->clock, ms / 1000, error);
}
