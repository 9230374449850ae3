/* SPDX-License-Identifier: MIT */
#include "keys/suite/one.h"
#include "keys/picture/cast.h"
#include "keys/play/moment.h"
#include "keys/suite/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool one_load(const struct options *options, const char *path, struct script *script,
              struct error *error)
{
    for (int i = 0; i < options->include_count; i++)
        if (!script_load(script, options->includes[i], error))
            return false;
    return script_load_suite(script, path, error) && script_load(script, path, error);
}

/* Whether a step from `from` up to `to` starts the program, macros only where they are called. */
static bool steps_start(const struct script *script, size_t from, size_t to, int depth)
{
    for (size_t i = from; i < to; i++) {
        const struct step *step = &script->steps[i];
        const struct step *macro = &script->steps[step->macro];
        enum directive_name name = step->directive->name;
        if ((step->directive->traits & STARTS) != 0 ||
            (name == DO_CALL && depth < PLAY_CALLS &&
             steps_start(script, step->macro + 1, macro->block_end, depth + 1)))
            return true;
        if (name == DO_MACRO || name == DO_AFTER || name == DO_FINALLY)
            i = step->block_end;
    }
    return false;
}

static bool names_program(const struct script *script)
{
    for (size_t i = 0; i < script->count; i++)
        if (script->steps[i].directive->name == DO_PROGRAM)
            return true;
    return false;
}

/* The script's own name, for its commands. */
static void names_set(struct play *play, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    char *name = strndup(base, dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base));
    if (name == NULL)
        panic("out of memory");
    variables_set(&play->variables, "KEYS_SCRIPT", path, true);
    variables_set(&play->variables, "KEYS_NAME", name, true);
    free(name);
}

static bool play_prepare(struct play *play, const struct options *options, const char *path,
                         struct error *error)
{
    if (!one_load(options, path, play->script, error))
        return false;
    if (options->argv == NULL && !names_program(play->script))
        return error_set(error, ERROR_USAGE,
                         "name the program to play against, after -- on the "
                         "command line or in the script: program COMMAND");
    if (!steps_start(play->script, 0, play->script->count, 0))
        return error_set(error, ERROR_USAGE,
                         "%s never starts the program; wait for, press or expect something", path);
    if (options->asciicast != NULL) {
        play->cast = cast_create(options->asciicast, error);
        if (play->cast == NULL)
            return false;
    }
    names_set(play, path);
    return true;
}

enum play_result one_play(const struct options *options, const char *path)
{
    struct error error;
    struct script script = { 0 };
    struct film live = { 0 };
    char *again = options_again(options, path);
    struct play *play = calloc(1, sizeof *play);
    struct sandbox sandbox = { 0 };
    if (play == NULL)
        panic("out of memory");
    *play = (struct play){ .script = &script,
                           .argv = options->argv,
                           .again = again,
                           .columns = options->columns,
                           .rows = options->rows,
                           .timeout_ms = options->timeout_ms,
                           .slow = options->slow,
                           .update = options->update,
                           .live = options->animate != NULL ? &live : NULL };
    enum play_result result = PLAY_NOT_TRIED;
    if ((!options->sandbox || sandbox_enter(&sandbox, &error)) &&
        play_prepare(play, options, path, &error)) {
        result = play_run(play);
        if (result != PLAY_SKIPPED && options->animate != NULL &&
            !moment_animation(play, options->animate, &error)) {
            fprintf(stderr, "keys: %s\n", error.message);
            result = PLAY_FAILED;
        }
    } else {
        fprintf(stderr, "keys: %s\n", error.message);
    }
    if (result == PLAY_SKIPPED)
        printf("skipped: %s\n", play->skip);
    play_finish(play);
    cast_destroy(play->cast);
    script_finish(&script);
    film_finish(&live);
    sandbox_leave(&sandbox);
    free(again);
    free(play);
    return result;
}

char *one_title(const char *path)
{
    char line[400] = "";
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fgets(line, sizeof line, file) == NULL)
            line[0] = '\0';
        fclose(file);
    }
    line[strcspn(line, "\r\n")] = '\0';
    return strdup(line[0] == '#' ? line + 1 + strspn(line + 1, " ") : "");
}
