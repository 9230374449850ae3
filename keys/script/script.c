/* SPDX-License-Identifier: MIT */
/*
 * Files, lines and blocks. Each line is cut into directives by syntax.c; a
 * block's `end` is found while reading, so that the player only has to jump.
 */
#include "keys/script/script.h"
#include "keys/script/near.h"
#include "keys/script/source.h"
#include "keys/script/syntax.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INCLUDE_DEPTH = 8, BLOCK_DEPTH = 16 };

struct reader {
    struct script *script;
    const char *file;
    int line;
    int depth;
    const char *at;             /* the rest of the line */
    size_t blocks[BLOCK_DEPTH]; /* open in this file: their steps */
    int open;
    bool in_rows; /* between `cases` and `do` */
};

const struct directive *directive_of(enum directive_name name)
{
#define X(name, syntax, traits, help) { DO_##name, syntax, traits, help },
    static const struct directive TABLE[] = { DIRECTIVES(X) };
#undef X
    return &TABLE[name];
}

static void step_finish(struct step *step)
{
    for (size_t i = 0; i < step->count; i++)
        free(step->values[i].text);
    for (size_t i = 0; i < step->rows * step->count; i++)
        free(step->cells[i]);
    free(step->cells);
    free(step->file);
    free(step->source);
}

/* ---- macros --------------------------------------------------------------------- */

const char *macro_parameter(const struct step *macro, size_t i, size_t *length, bool *rest)
{
    const char *at = macro->values[1].text;
    for (; at != NULL; i--) {
        at += strspn(at, " \t");
        *length = word_length(at);
        if (*length == 0)
            return NULL;
        if (i == 0)
            break;
        at += *length;
    }
    if (at == NULL)
        return NULL;
    *rest = *length > 3 && strncmp(at + *length - 3, "...", 3) == 0;
    *length -= *rest ? 3 : 0;
    return at;
}

/* The last macro of the name that the line begins with, so that a script can have its own. */
static bool macro_find(const struct script *script, const char *line, size_t *index)
{
    for (size_t i = script->count; i-- > 0;) {
        const struct step *step = &script->steps[i];
        if (step->directive->name != DO_MACRO)
            continue;
        const char *name = step->values[0].text;
        if (strlen(name) == word_length(line) && strncmp(name, line, strlen(name)) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool call_read(struct reader *reader, struct step *step, struct error *error)
{
    const struct step *macro = &reader->script->steps[step->macro];
    size_t length;
    bool rest;
    reader->at += word_length(reader->at);
    while (macro_parameter(macro, step->count, &length, &rest) != NULL) {
        const char *kind = rest ? "WORDS" : "VALUE";
        if (step->count == STEP_VALUES)
            return error_set(error, ERROR_USAGE, "a macro takes at most %d values", STEP_VALUES);
        blanks_skip(&reader->at);
        struct value *value = &step->values[step->count];
        const char *name = macro_parameter(macro, step->count, &length, &rest);
        if (directive_over(reader->at))
            return error_set(error, ERROR_USAGE, "%.*s is missing: %s", (int)length, name,
                             macro->source);
        step->count++;
        if (!syntax_value(&reader->at, value_kind_find(kind, 5), value, error))
            return false;
    }
    return true;
}

/* ---- blocks --------------------------------------------------------------------- */

static bool block_open(struct reader *reader, const struct step *step, struct error *error)
{
    if (reader->open == BLOCK_DEPTH)
        return error_set(error, ERROR_USAGE, "blocks are more than %d deep", BLOCK_DEPTH);
    if (step->directive->name == DO_MACRO && reader->open > 0)
        return error_set(error, ERROR_USAGE, "a macro stands in no other block; end that first");
    if (step->directive->name == DO_MACRO && syntax_begins(step->values[0].text))
        return error_set(error, ERROR_USAGE,
                         "directives begin with '%s'; give the macro another name",
                         step->values[0].text);
    reader->blocks[reader->open++] = reader->script->count;
    reader->in_rows = step->directive->name == DO_CASES;
    return true;
}

static bool block_close(struct reader *reader, struct error *error)
{
    if (reader->open == 0)
        return error_set(error, ERROR_USAGE, "there is no block that this could end");
    reader->script->steps[reader->blocks[--reader->open]].block_end = reader->script->count;
    return true;
}

/* One row of a table of cases, or the `do` after the last. */
static bool row_read(struct reader *reader, struct error *error)
{
    struct step *cases = &reader->script->steps[reader->blocks[reader->open - 1]];
    if (word_length(reader->at) == 2 && strncmp(reader->at, "do", 2) == 0) {
        reader->at += 2;
        reader->in_rows = false;
        return cases->rows > 0 ||
               error_set(error, ERROR_USAGE, "there are no cases between `cases` and `do`");
    }
    size_t cells = cases->rows * cases->count;
    cases->cells = reallocarray(cases->cells, cells + cases->count, sizeof *cases->cells);
    if (cases->cells == NULL)
        panic("out of memory");
    for (size_t i = 0; i < cases->count; i++) {
        struct value value = { 0 };
        blanks_skip(&reader->at);
        bool over = directive_over(reader->at);
        if (over)
            error_set(error, ERROR_USAGE, "this case has no %s; a # in a value stands in quotes",
                      cases->values[i].text);
        if (over || !syntax_value(&reader->at, value_kind_find("VALUE", 5), &value, error)) {
            free(value.text);
            while (i > 0)
                free(cases->cells[cells + --i]);
            return false;
        }
        cases->cells[cells + i] = value.text;
    }
    cases->rows++;
    blanks_skip(&reader->at);
    return directive_over(reader->at) ||
           error_set(error, ERROR_USAGE, "'%.40s' is too much here: a case has %zu values",
                     reader->at, cases->count);
}

/* ---- steps, lines, files --------------------------------------------------------- */

static bool script_read(struct reader *outer, const char *path, struct error *error);

/* The file named by an include, relative to the one that names it. */
static bool include_read(struct reader *reader, const struct step *step, struct error *error)
{
    char path[PATH_MAX];
    const char *name = step->values[0].text, *slash = strrchr(reader->file, '/');
    int folder = name[0] == '/' || slash == NULL ? 0 : (int)(slash - reader->file) + 1;
    snprintf(path, sizeof path, "%.*s%s", folder, reader->file, name);
    if (reader->depth == INCLUDE_DEPTH)
        return error_set(error, ERROR_USAGE, "files include each other more than %d deep",
                         INCLUDE_DEPTH);
    struct reader inner = { .script = reader->script, .depth = reader->depth + 1 };
    return script_read(&inner, path, error);
}

static void step_keep(struct reader *reader, struct step *step, const char *start)
{
    size_t length = (size_t)(reader->at - start);
    while (length > 0 && isspace((unsigned char)start[length - 1]))
        length--;
    step->file = strdup(reader->file);
    step->source = strndup(start, length);
    struct script *script = reader->script;
    script->steps = reallocarray(script->steps, script->count + 1, sizeof *step);
    if (step->file == NULL || step->source == NULL || script->steps == NULL)
        panic("out of memory");
    script->steps[script->count++] = *step;
}

static bool directive_read(struct reader *reader, struct step *step, struct error *error)
{
    const char *start = reader->at;
    step->line = reader->line;
    bool call = macro_find(reader->script, start, &step->macro);
    step->directive = call ? directive_of(DO_CALL) : syntax_match(start);
    if (step->directive == NULL)
        return near_directives(reader->script, start, error);
    if (!(call ? call_read(reader, step, error) : syntax_read(&reader->at, step, error)))
        return false;
    blanks_skip(&reader->at);
    const char *end = reader->at;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    if (!directive_over(reader->at) && end[-1] == ';' && end < reader->at)
        return error_set(
            error, ERROR_USAGE,
            "'%.40s' is too much here: a ; that ends a directive has a blank before it",
            reader->at);
    if (!directive_over(reader->at))
        return error_set(error, ERROR_USAGE, "'%.40s' is too much here: %s", reader->at,
                         call ? reader->script->steps[step->macro].source
                              : step->directive->syntax);
    if (step->directive->name == DO_INCLUDE)
        return true;
    if ((step->directive->traits & BLOCK) != 0 && !block_open(reader, step, error))
        return false;
    return step->directive->name != DO_END || block_close(reader, error);
}

static bool step_read(struct reader *reader, struct error *error)
{
    struct step step = { 0 };
    const char *start = reader->at;
    bool good = directive_read(reader, &step, error);
    if (good && step.directive->name != DO_INCLUDE) {
        step_keep(reader, &step, start);
        return true;
    }
    good = good && include_read(reader, &step, error);
    step_finish(&step);
    return good;
}

static bool line_read(struct reader *reader, struct error *error)
{
    for (;;) {
        blanks_skip(&reader->at);
        if (*reader->at == '\0' || *reader->at == '#')
            return true;
        if (*reader->at == ';')
            reader->at++;
        else if (!(reader->in_rows ? row_read(reader, error) : step_read(reader, error)))
            return false;
    }
}

/* The comment in the first line of a script, not of what it includes. */
static void title_read(struct reader *reader, const char *line)
{
    if (reader->line != 1 || reader->depth != 0 || line[0] != '#')
        return;
    free(reader->script->title);
    reader->script->title = strdup(line + 1 + strspn(line + 1, " "));
}

static bool lines_read(struct reader *reader, char *text, struct error *error)
{
    bool good = true;
    for (char *line; good && (line = strsep(&text, "\n")) != NULL;) {
        reader->line++;
        reader->at = line;
        size_t length = strlen(line);
        if (length > 0 && line[length - 1] == '\r')
            line[length - 1] = '\0';
        title_read(reader, line);
        good = source_line_sound(line, error) && line_read(reader, error);
    }
    if (good && reader->open > 0) {
        reader->line = reader->script->steps[reader->blocks[reader->open - 1]].line;
        good = error_set(error, ERROR_USAGE,
                         "this block has no end; write end after its last directive");
    }
    return good;
}

static bool script_read(struct reader *reader, const char *path, struct error *error)
{
    char *text = source_read(path, error);
    if (text == NULL)
        return false;
    reader->file = path;
    bool good = lines_read(reader, text, error);
    free(text);
    if (!good && error->kind == ERROR_USAGE) {
        struct error inner = *error;
        error_set(error, ERROR_FORMAT, "%s:%d: %.300s", path, reader->line, inner.message);
    }
    return good;
}

bool script_load(struct script *script, const char *path, struct error *error)
{
    free(script->title); /* the last file's is the script's */
    script->title = NULL;
    struct reader reader = { .script = script };
    return script_read(&reader, path, error);
}

bool script_load_suite(struct script *script, const char *path, struct error *error)
{
    char suite[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - path) + 1;
    snprintf(suite, sizeof suite, "%.*s" SUITE_FILE, folder, path);
    return access(suite, F_OK) != 0 || script_load(script, suite, error);
}

void script_finish(struct script *script)
{
    for (size_t i = 0; i < script->count; i++)
        step_finish(&script->steps[i]);
    free(script->steps);
    free(script->title);
    *script = (struct script){ 0 };
}
