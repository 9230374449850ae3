/* SPDX-License-Identifier: MIT */
#include "keys/play/moment.h"
#include "keys/picture/png.h"
#include "keys/play/dispatch.h"
#include "keys/play/expect.h"
#include "keys/play/golden.h"
#include "keys/play/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The step's [mask MASKS]; NULL where it has none. */
static bool masks_read(const struct step *step, const char **masks, struct error *error)
{
    *masks = play_optional(step, "MASKS");
    return *masks == NULL || masks_check(*masks, error);
}

bool moment_golden(struct play *play, const struct step *step, struct error *error)
{
    const char *masks;
    play_settle(play);
    if (!play_area(play, step, &play->area, error) || !masks_read(step, &masks, error))
        return false;
    char *text = terminal_text_in(play->program.terminal, play->area);
    bool same = golden_compare(play, GOLDEN_TEXT, play_value(step, 0), text, masks, error);
    free(text);
    return same;
}

bool moment_screen_or_golden(struct play *play, const struct step *step, struct error *error)
{
    if (strchr(play_value(step, 0), '/') != NULL)
        return moment_golden(play, step, error);
    if (play_value(step, 1) != NULL)
        return error_set(error, ERROR_USAGE,
                         "a mask belongs to a golden file, whose path has a slash");
    return expect_now(play, step, error);
}

static char *secrets_hide(const void *variables, const char *text)
{
    return variables_redact(variables, text, true);
}

/* Takes the drawing and returns one without secrets. */
static char *redacted(const struct play *play, char *drawing)
{
    char *shown = svg_map_texts(drawing, secrets_hide, &play->variables);
    free(drawing);
    return shown;
}

static const char *drawing_title(const struct play *play)
{
    return play->script->title != NULL ? play->script->title : "A screen";
}

/* The step's [without REGION]; an empty area where it has none. */
static bool without_read(struct play *play, const struct step *step, struct area *without,
                         struct error *error)
{
    struct area none = { 0 };
    *without = none;
    return play_optional(step, "REGION") == NULL || play_area(play, step, without, error);
}

bool moment_picture(struct play *play, const struct step *step, struct error *error)
{
    const char *path = play_value(step, 0), *ending = strrchr(path, '.');
    bool png = ending != NULL && strcmp(ending, ".png") == 0;
    if (!png && (ending == NULL || strcmp(ending, ".svg") != 0))
        return error_set(error, ERROR_USAGE, "a picture is a .svg or a .png, not %.200s", path);
    play_settle(play);
    const char *masks;
    struct area without = { 0 };
    if (!without_read(play, step, &without, error) || !masks_read(step, &masks, error))
        return false;
    struct shot *shot = shot_take(play->program.terminal);
    unsigned long long mark = svg_mark(shot, without, masks);
    char *drawing = redacted(play, svg_picture(shot, drawing_title(play)));
    drawing = svg_with_marks(drawing, &mark, 1);
    shot_free(shot);
    bool good = png ? png_write(path, drawing, error)
                    : golden_compare(play, GOLDEN_DRAWING, path, drawing, masks, error);
    free(drawing);
    return good;
}

bool moment_film(struct play *play, const struct step *step, struct error *error)
{
    const char *masks;
    if (!masks_read(step, &masks, error))
        return false;
    if (play->film_path[0] != '\0')
        return error_set(error, ERROR_USAGE, "a script makes one film; %s has begun",
                         play->film_path);
    snprintf(play->film_path, sizeof play->film_path, "%s", play_value(step, 0));
    snprintf(play->film_masks, sizeof play->film_masks, "%s", masks != NULL ? masks : "");
    return without_read(play, step, &play->film_without, error);
}

bool moment_frame(struct play *play, const struct step *step, struct error *error)
{
    int ms = play_timeout_ms(play, step);
    if (play->film_path[0] == '\0')
        return error_set(error, ERROR_USAGE, "no film has begun; write first: film PATH");
    if (ms < 1)
        return error_set(error, ERROR_USAGE, "a frame is shown for some time: write 500ms");
    play_settle(play);
    film_add(&play->film, shot_take(play->program.terminal), ms);
    return true;
}

bool dispatch_film(struct play *play, struct error *error)
{
    if (play->film_path[0] == '\0')
        return true;
    if (play->film.count == 0)
        return error_set(error, ERROR_USAGE, "the film %s has no frames; write: frame 500ms",
                         play->film_path);
    unsigned long long *marks = calloc((size_t)play->film.count, sizeof *marks);
    if (marks == NULL)
        panic("out of memory");
    for (int i = 0; i < play->film.count; i++)
        marks[i] = svg_mark(play->film.shots[i], play->film_without,
                            play->film_masks[0] != '\0' ? play->film_masks : NULL);
    char *drawing = redacted(play, film_draw(&play->film, drawing_title(play)));
    drawing = svg_with_marks(drawing, marks, play->film.count);
    bool good = golden_compare(play, GOLDEN_DRAWING, play->film_path, drawing,
                               play->film_masks[0] != '\0' ? play->film_masks : NULL, error);
    free(drawing);
    free(marks);
    return good;
}

bool moment_animation(struct play *play, const char *path, struct error *error)
{
    if (play->live == NULL || play->live->count == 0)
        return error_set(error, ERROR_FORMAT, "the program has shown nothing, so %s is not made",
                         path);
    char *drawing = redacted(play, film_draw(play->live, drawing_title(play)));
    bool good = golden_write(path, drawing, error);
    free(drawing);
    return good;
}
