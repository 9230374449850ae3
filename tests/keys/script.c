/* SPDX-License-Identifier: MIT */
/*
 * Reads scripts by the directives' own syntax, so that table, help and parser
 * cannot disagree. A syntax is made of
 *
 *     word        must be written so
 *     KIND        a value of that kind (value.c)
 *     KIND...     one or more of them, last
 *     [word KIND] may be left out; the word tells whether it is there
 *
 * The directive is the one with the longest run of leading words in common with
 * the line: "wait no text" wins over nothing else, "exit signal" over "exit".
 */
#include "tests/keys/script.h"
#include "tests/keys/directive.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INCLUDE_DEPTH 8

struct reader {
    struct script *script;
    const char *file;
    int line;
    int depth;
    const char *at; /* the rest of the line */
};

static void blanks_skip(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

/* The line is over, or a " ; " or a comment comes. */
static bool directive_over(const char *at)
{
    return *at == '\0' || *at == '#' ||
           (*at == ';' && (at[1] == '\0' || isspace((unsigned char)at[1])));
}

static size_t word_length(const char *at)
{
    return strcspn(at, " \t\r\n");
}

/* "…" or /…/ from just after the opening mark; the mark itself is written \" or \/. */
static char *quoted_read(const char **at, char mark, struct error *error)
{
    char *text = calloc(1, strlen(*at) + 1);
    if (text == NULL)
        panic("out of memory");
    size_t length = 0;
    for (const char *c = *at; *c != '\0'; c++) {
        if (*c == mark) {
            *at = c + 1;
            return text;
        }
        if (*c == '\\' && c[1] != '\0') {
            c++;
            if (mark == '/' && *c != '/')
                text[length++] = '\\'; /* the regular expression's own */
            text[length++] = mark == '/' ? *c : *c == 'n' ? '\n' : *c == 't' ? '\t' : *c;
        } else {
            text[length++] = *c;
        }
    }
    free(text);
    error_set(error, ERROR_USAGE, "no closing %c on this line", mark);
    return NULL;
}

static char *words_read(const char **at, enum value_form form)
{
    const char *start = *at, *end = start;
    while (*end != '\0' &&
           (form == VALUE_LINE || !(isspace((unsigned char)*end) && directive_over(end + 1))))
        end++;
    *at = end;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    return strndup(start, (size_t)(end - start));
}

static bool value_read(struct reader *reader, const struct value_kind *kind, struct value *value,
                       struct error *error)
{
    blanks_skip(&reader->at);
    const char mark = *reader->at;
    if (kind->form != VALUE_LINE && directive_over(reader->at))
        return error_set(error, ERROR_USAGE, "%s is missing: %s", kind->name, kind->help);
    *value = (struct value){ .kind = kind };
    if (kind->form == VALUE_WORDS || kind->form == VALUE_LINE) {
        value->text = words_read(&reader->at, kind->form);
    } else if (mark == '"' || (mark == '/' && kind->form == VALUE_TEXT)) {
        reader->at++;
        value->regex = mark == '/';
        value->text = quoted_read(&reader->at, mark, error);
    } else {
        value->text = strndup(reader->at, word_length(reader->at));
        reader->at += word_length(reader->at);
    }
    if (value->text == NULL)
        return false;
    if (*reader->at != '\0' && !isspace((unsigned char)*reader->at))
        return error_set(error, ERROR_USAGE, "put a blank after %s", value->text);
    if (kind->check == NULL || strstr(value->text, "${") != NULL)
        return true; /* one with variables is checked when they are filled in */
    return kind->check(value, error);
}

/* How many characters of the line the syntax's leading words take; 0 when they differ. */
static size_t prefix_match(const char *syntax, const char *line)
{
    const char *at = line;
    while (islower((unsigned char)*syntax)) {
        size_t length = word_length(syntax);
        blanks_skip(&at);
        if (word_length(at) != length || strncmp(at, syntax, length) != 0)
            return 0;
        at += length;
        syntax += length;
        syntax += strspn(syntax, " ");
    }
    return (size_t)(at - line);
}

static const struct directive *directive_match(const char *line, size_t *used, struct error *error)
{
    size_t count;
    const struct directive *directives = directive_table(&count), *best = NULL;
    char near[300] = "";
    *used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = prefix_match(directives[i].syntax, line);
        if (length > *used) {
            *used = length;
            best = &directives[i];
        }
        size_t first = word_length(directives[i].syntax);
        if (word_length(line) == first && strncmp(directives[i].syntax, line, first) == 0) {
            size_t end = strlen(near);
            snprintf(near + end, sizeof near - end, "%s%s", end > 0 ? " | " : "",
                     directives[i].syntax);
        }
    }
    if (best == NULL && near[0] != '\0')
        error_set(error, ERROR_USAGE, "write one of: %s", near);
    else if (best == NULL)
        error_set(error, ERROR_USAGE, "unknown directive '%.*s'; --help lists them",
                  (int)word_length(line), line);
    return best;
}

/* Follows the syntax after its leading words. */
static bool values_read(struct reader *reader, struct step *step, struct error *error)
{
    const char *syntax = step->directive->syntax;
    bool skipping = false; /* inside brackets whose word is not there */
    while (*syntax != '\0') {
        bool optional = *syntax == '[';
        syntax += optional;
        size_t length = strcspn(syntax, " ].");
        bool repeated = strncmp(syntax + length, "...", 3) == 0;
        if (islower((unsigned char)*syntax)) {
            blanks_skip(&reader->at);
            bool there =
                word_length(reader->at) == length && strncmp(reader->at, syntax, length) == 0;
            skipping = optional && !there;
            if (!there && !skipping && step->count > 0)
                return error_set(error, ERROR_USAGE, "write '%.*s' here: %s", (int)length, syntax,
                                 step->directive->syntax);
            reader->at += there ? length : 0;
        } else {
            const struct value_kind *kind = value_kind_find(syntax, length);
            do {
                if (step->count == STEP_VALUES)
                    return error_set(error, ERROR_USAGE, "more than %d values; go on in a new line",
                                     STEP_VALUES);
                if (!skipping && !value_read(reader, kind, &step->values[step->count], error)) {
                    step->count++;
                    return false;
                }
                step->count++;
                blanks_skip(&reader->at);
            } while (repeated && !directive_over(reader->at));
        }
        syntax += length + (repeated ? 3 : 0);
        syntax += strspn(syntax, " ]");
    }
    return true;
}

static void step_finish(struct step *step)
{
    for (size_t i = 0; i < step->count; i++)
        free(step->values[i].text);
    free(step->file);
    free(step->source);
}

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

static bool step_read(struct reader *reader, struct error *error)
{
    size_t used;
    const char *start = reader->at;
    struct step step = { .line = reader->line };
    step.directive = directive_match(start, &used, error);
    if (step.directive == NULL)
        return false;
    /* values_read walks the leading words again, so that each is skipped in one place */
    if (!values_read(reader, &step, error)) {
        step_finish(&step);
        return false;
    }
    blanks_skip(&reader->at);
    if (!directive_over(reader->at)) {
        error_set(error, ERROR_USAGE, "'%.40s' is too much here: %s", reader->at,
                  step.directive->syntax);
        step_finish(&step);
        return false;
    }
    if (step.directive->run == NULL) { /* include */
        bool good = include_read(reader, &step, error);
        step_finish(&step);
        return good;
    }
    size_t length = (size_t)(reader->at - start);
    while (length > 0 && isspace((unsigned char)start[length - 1]))
        length--;
    step.file = strdup(reader->file);
    step.source = strndup(start, length);
    struct script *script = reader->script;
    script->steps = reallocarray(script->steps, script->count + 1, sizeof step);
    if (step.file == NULL || step.source == NULL || script->steps == NULL)
        panic("out of memory");
    script->steps[script->count++] = step;
    return true;
}

static bool line_read(struct reader *reader, struct error *error)
{
    for (;;) {
        blanks_skip(&reader->at);
        if (*reader->at == '\0' || *reader->at == '#')
            return true;
        if (*reader->at == ';')
            reader->at++;
        else if (!step_read(reader, error))
            return false;
    }
}

static bool script_read(struct reader *reader, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        error_set_errno(error, "cannot read %s", path);
        error->kind = ERROR_USAGE;
        return false;
    }
    char *line = NULL;
    size_t size = 0;
    bool good = true;
    reader->file = path;
    while (good && getline(&line, &size, file) > 0) {
        reader->line++;
        reader->at = line;
        line[strcspn(line, "\r\n")] = '\0';
        good = line_read(reader, error);
        if (!good && error->kind == ERROR_USAGE) {
            struct error inner = *error;
            error_set(error, ERROR_FORMAT, "%s:%d: %.300s", path, reader->line, inner.message);
        }
    }
    free(line);
    fclose(file);
    return good;
}

bool script_load(struct script *script, const char *path, struct error *error)
{
    struct reader reader = { .script = script };
    return script_read(&reader, path, error);
}

void script_finish(struct script *script)
{
    for (size_t i = 0; i < script->count; i++)
        step_finish(&script->steps[i]);
    free(script->steps);
    *script = (struct script){ 0 };
}
