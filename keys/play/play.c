/* SPDX-License-Identifier: MIT */
/*
 * The loop over steps. A step's values are filled in just before it runs, as
 * captures and sets before it may have changed them; its directive then does
 * the work (dispatch.c says where). Failures come up here and nowhere else are
 * they printed.
 */
#include "keys/play/play.h"
#include "keys/picture/cast.h"
#include "keys/play/dispatch.h"
#include "keys/play/report.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIVE_FRAME_MS = 40, LIVE_LAST_MS = 2000 };

static volatile sig_atomic_t interrupted;

void play_interrupt(int signal)
{
    interrupted = signal;
}

bool play_interrupted(void)
{
    return interrupted != 0;
}

bool play_sound(struct play *play, struct error *error)
{
    if (play_interrupted())
        return error_set(error, ERROR_SYSTEM, "interrupted");
    return helpers_sound(&play->helpers, error);
}

const char *play_value(const struct step *step, size_t i)
{
    return i < step->count ? step->values[i].text : NULL;
}

const char *play_optional(const struct step *step, const char *kind)
{
    for (size_t i = step->count; i-- > 0;)
        if (step->values[i].kind != NULL && strcmp(step->values[i].kind->name, kind) == 0)
            return step->values[i].text;
    return NULL;
}

int play_timeout_ms(const struct play *play, const struct step *step)
{
    int ms = play->timeout_ms;
    const char *text = play_optional(step, "TIME");
    if (text != NULL)
        value_time_ms(text, &ms);
    return ms;
}

bool play_area(struct play *play, const struct step *step, struct area *area, struct error *error)
{
    const char *text = play_optional(step, "REGION");
    if (play->program.terminal != NULL)
        *area = terminal_area(play->program.terminal);
    if (text == NULL)
        return true;
    struct area whole = *area;
    bool found = value_area(text, area);
    for (int i = 0; !found && i < play->region_count; i++) {
        found = strcmp(play->regions[i].name, text) == 0;
        *area = play->regions[i].area;
    }
    if (!found)
        return error_set(error, ERROR_USAGE,
                         "there is no region %s; write first: region %s "
                         "7,10-9,40",
                         text, text);
    if (play->program.terminal == NULL)
        return true;
    if (area->top > whole.bottom || area->left > whole.right)
        return error_set(error, ERROR_USAGE, "no part of %s is on a screen of %dx%d", text,
                         whole.right, whole.bottom);
    area->bottom = area->bottom < whole.bottom ? area->bottom : whole.bottom;
    area->right = area->right < whole.right ? area->right : whole.right;
    return true;
}

const char *play_screen(const struct play *play)
{
    const char *title = terminal_title(play->program.terminal);
    size_t length = strlen(play->titled);
    return strncmp(title, play->titled, length) == 0 ? title + length : "";
}

bool play_skip(struct play *play, struct error *error, const char *why)
{
    snprintf(play->skip, sizeof play->skip, "%s", why);
    return error_set(error, ERROR_USAGE, "%s", why);
}

void play_settle(struct play *play)
{
    if (play->program.started)
        program_settle(&play->program, deadline_in(PLAY_SETTLE_MS));
}

/* ---- the program ----------------------------------------------------------------- */

void play_live(struct play *play, bool last)
{
    int64_t now_ms = deadline_now_ms();
    if (play->live == NULL || play->live_over || play->program.terminal == NULL)
        return;
    if (play->live_shot != NULL && (last || now_ms - play->live_ms >= LIVE_FRAME_MS)) {
        film_add(play->live, play->live_shot, (int)(now_ms - play->live_ms) + last * LIVE_LAST_MS);
        play->live_shot = NULL;
    }
    play->live_over = last;
    if (last)
        return;
    if (play->live_shot == NULL)
        play->live_ms = now_ms;
    shot_free(play->live_shot);
    play->live_shot = shot_take(play->program.terminal);
}

static void output_tap(void *context, const char *bytes, size_t length)
{
    struct play *play = context;
    if (play->slow && write(STDOUT_FILENO, bytes, length) < 0)
        play->slow = false; /* nothing watches any more */
    if (play->cast != NULL)
        cast_output(play->cast, &play->variables, bytes, length);
    play_live(play, false);
}

/* The program's own environment: what the script has set, and its clock. */
static char **environment_make(struct play *play)
{
    struct variables all = { 0 };
    for (size_t i = 0; i < play->variables.count; i++)
        if (play->variables.items[i].exported)
            variables_set(&all, play->variables.items[i].name, play->variables.items[i].value,
                          true);
    if (play->clock.set) {
        variables_set(&all, "LD_PRELOAD", clock_library(), true);
        variables_set(&all, "FAKETIME_TIMESTAMP_FILE", play->clock.file, true);
        variables_set(&all, "FAKETIME_NO_CACHE", "1", true);
        variables_set(&all, "FAKETIME_DONT_FAKE_MONOTONIC", "1", true);
    }
    char **environment = variables_environment(&all);
    variables_finish(&all);
    return environment;
}

bool play_start(struct play *play, struct error *error)
{
    char shell[] = "/bin/sh", flag[] = "-c";
    char *spoken[] = { shell, flag, play->command, NULL };
    if (play->argv == NULL && play->command == NULL)
        return error_set(error, ERROR_USAGE,
                         "name the program to play against, after -- on the "
                         "command line or in the script: program COMMAND");
    char **environment = environment_make(play);
    struct program_options options = { .argv = play->argv != NULL ? play->argv : spoken,
                                       .environment = environment,
                                       .columns = play->columns,
                                       .rows = play->rows,
                                       .utf8 = !play->ascii,
                                       .mono = play->mono };
    if (play->slow && play->program.started && write(STDOUT_FILENO, "\033c", 2) < 0)
        play->slow = false;
    if (play->cast != NULL)
        cast_size(play->cast, play->columns, play->rows);
    play->program.tap = output_tap;
    play->program.tap_context = play;
    bool good = program_start(&play->program, &options, error);
    variables_environment_free(environment);
    return good;
}

void play_note(struct play *play, const char *shown)
{
    snprintf(play->keys[play->key_count++ % PLAY_KEYS_KEPT], sizeof play->keys[0], "%s", shown);
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
    play_note(play, shown != NULL ? shown : key.name);
    return true;
}

/* ---- steps ----------------------------------------------------------------------- */

/* The secrets a script types, known before the first step so that no message can show one. One that
 * is set later is learnt when it is typed. */
static void secrets_learn(struct play *play)
{
    struct error later;
    for (size_t i = 0; i < play->script->count; i++) {
        const struct step *step = &play->script->steps[i];
        if (step->directive->name == DO_SECRET && strchr(play_value(step, 1), '$') == NULL)
            variables_secret(&play->variables, play_value(step, 1), &later);
    }
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
    if (!play_sound(play, error) || !values_expand(play, step, &filled, error))
        return false;
    bool good = true;
    if ((step->directive->traits & STARTS) != 0 && !play->program.started)
        good = play_start(play, error);
    good = good && dispatch_run(play, &filled, error);
    values_free(&filled);
    return good;
}

static bool is_need(const struct step *step)
{
    return step->directive->name == DO_NEEDS || step->directive->name == DO_NEEDS_SH;
}

bool play_steps(struct play *play, size_t from, size_t to, struct error *error)
{
    const bool whole = to - from == play->script->count; /* needs_met has seen to its needs */
    for (size_t i = from; i < to; i++) {
        const struct step *step = &play->script->steps[i];
        if (whole && is_need(step))
            continue;
        bool block = (step->directive->traits & BLOCK) != 0;
        if (!(block ? dispatch_block(play, i, error) : step_run(play, step, error))) {
            if (play->failed == NULL)
                play->failed = step;
            return false;
        }
        i = block ? step->block_end : i;
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------- */

/* What a script needs is looked at before anything is done for it: the suite's beginning may take
 * long, or be just what cannot be done here. */
static bool needs_met(struct play *play, struct error *error)
{
    const struct script *script = play->script;
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (is_need(step) && !step_run(play, step, error)) {
            play->failed = step;
            return false;
        }
        i = (step->directive->traits & BLOCK) != 0 ? step->block_end : i;
    }
    return true;
}

static bool main_run(struct play *play, struct error *error)
{
    if (!needs_met(play, error) || !play_steps(play, 0, play->script->count, error))
        return false;
    play_live(play, true); /* what a program paints when it is told to end is no part of it */
    if (!program_terminate(&play->program, deadline_in(play->timeout_ms)))
        return error_set(error, ERROR_SYSTEM,
                         "at the end of the script the program did not end on SIGTERM within %d ms",
                         play->timeout_ms);
    if (!dispatch_film(play, error))
        return false;
    for (int i = 0; i < play->ending_count; i++) {
        const struct step *step = &play->script->steps[play->endings[i]];
        if (step->directive->name == DO_AFTER &&
            !play_steps(play, play->endings[i] + 1, step->block_end, error))
            return false;
    }
    return true;
}

static bool finally_run(struct play *play, struct error *error)
{
    bool good = true;
    interrupted = 0;
    while (play->ending_count > 0) {
        size_t at = play->endings[--play->ending_count];
        const struct step *step = &play->script->steps[at];
        if (step->directive->name != DO_FINALLY)
            continue;
        play->failed = NULL;
        play->call_count = 0;
        if (good)
            good = play_steps(play, at + 1, step->block_end, error);
        else
            play_steps(play, at + 1, step->block_end, &(struct error){ 0 });
    }
    return good;
}

enum play_result play_run(struct play *play)
{
    struct error error;
    secrets_learn(play);
    enum play_result result = main_run(play, &error)  ? PLAY_PASSED
                              : play->skip[0] != '\0' ? PLAY_SKIPPED
                                                      : PLAY_FAILED;
    if (result == PLAY_FAILED)
        report_failure(play, play->failed, &error);
    program_terminate(&play->program, deadline_in(PLAY_SETTLE_MS));
    if (!finally_run(play, &error)) {
        if (result != PLAY_FAILED)
            report_failure(play, play->failed, &error);
        else
            fprintf(stderr, "  and in the end: %s\n", error.message);
        result = PLAY_FAILED;
    }
    return result;
}

void play_finish(struct play *play)
{
    program_terminate(&play->program, deadline_in(PLAY_SETTLE_MS));
    program_finish(&play->program);
    helpers_finish(&play->helpers);
    clock_finish(&play->clock);
    variables_finish(&play->variables);
    font_destroy(play->font);
    film_finish(&play->film);
    shot_free(play->live_shot);
    for (int i = 0; i < play->region_count; i++)
        free(play->regions[i].name);
    play->region_count = 0;
    free(play->command);
    free(play->detail);
    play->detail = NULL;
}
