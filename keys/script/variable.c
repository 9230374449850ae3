/* SPDX-License-Identifier: MIT */
/* A short list searched from front to back: scripts have a handful of variables. */
#include "keys/script/variable.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPANDED_LIMIT = 1 << 20 }; /* a value made of itself, again and again, has an end */

static struct variable *variable_find(const struct variables *variables, const char *name)
{
    for (size_t i = 0; i < variables->count; i++)
        if (strcmp(variables->items[i].name, name) == 0)
            return &variables->items[i];
    return NULL;
}

static char *copied(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        panic("out of memory");
    return copy;
}

static FILE *memory_open(char **text, size_t *length)
{
    FILE *out = open_memstream(text, length);
    if (out == NULL)
        panic("out of memory");
    return out;
}

void variables_finish(struct variables *variables)
{
    for (size_t i = 0; i < variables->count; i++) {
        free(variables->items[i].name);
        explicit_bzero(variables->items[i].value, strlen(variables->items[i].value));
        free(variables->items[i].value);
    }
    free(variables->items);
    *variables = (struct variables){ 0 };
}

static struct variable *variable_put(struct variables *variables, const char *name,
                                     const char *value)
{
    struct variable *variable = variable_find(variables, name);
    if (variable == NULL) {
        variables->items =
            reallocarray(variables->items, variables->count + 1, sizeof *variables->items);
        if (variables->items == NULL)
            panic("out of memory");
        variable = &variables->items[variables->count++];
        *variable = (struct variable){ .name = copied(name) };
    }
    char *copy = copied(value); /* first: the new value may be the old one */
    free(variable->value);
    variable->value = copy;
    return variable;
}

void variables_set(struct variables *variables, const char *name, const char *value, bool exported)
{
    struct variable *variable = variable_put(variables, name, value);
    variable->exported = exported || variable->exported;
}

bool variables_secret(struct variables *variables, const char *name, struct error *error)
{
    const char *value = variables_get(variables, name);
    if (value == NULL || value[0] == '\0')
        return error_set(error, ERROR_USAGE,
                         "the secret %s is not set; export it before running the script", name);
    variable_put(variables, name, value)->secret = true;
    return true;
}

void variables_unset(struct variables *variables, const char *name)
{
    struct variable *variable = variable_find(variables, name);
    if (variable == NULL)
        return;
    free(variable->name);
    free(variable->value);
    *variable = variables->items[--variables->count];
}

const char *variables_get(const struct variables *variables, const char *name)
{
    const struct variable *variable = variable_find(variables, name);
    return variable != NULL ? variable->value : getenv(name);
}

/* The length of a name that begins here, 0 when none does. */
static size_t name_length(const char *text)
{
    size_t length = 0;
    while (text[length] == '_' || isalpha((unsigned char)text[length]) ||
           (length > 0 && isdigit((unsigned char)text[length])))
        length++;
    return length;
}

static bool expand_one(const struct variables *variables, const char *name,
                       enum expansion expansion, FILE *out, struct error *error)
{
    const struct variable *variable = variable_find(variables, name);
    if (variable != NULL && variable->secret)
        return error_set(error, ERROR_USAGE,
                         "${%s} is a secret, which is only ever typed: write secret %s from env %s",
                         name, name, name);
    const char *value = variables_get(variables, name);
    if (value == NULL)
        return error_set(error, ERROR_USAGE,
                         "${%s} is not set; use set, capture or the environment", name);
    if ((size_t)ftello(out) + strlen(value) > EXPANDED_LIMIT)
        return error_set(error, ERROR_USAGE, "with ${%s} this has more than %d bytes", name,
                         EXPANDED_LIMIT);
    for (; *value != '\0'; value++) {
        if (expansion == EXPAND_REGEX && strchr(".[]{}()*+?|^$\\", *value) != NULL)
            fputc('\\', out);
        fputc(*value, out);
    }
    return true;
}

char *variables_expand(const struct variables *variables, const char *text,
                       enum expansion expansion, struct error *error)
{
    char *expanded = NULL;
    size_t length = 0;
    bool good = true;
    FILE *out = memory_open(&expanded, &length);
    while (good && *text != '\0') {
        size_t name = strncmp(text, "${", 2) == 0 ? name_length(text + 2) : 0;
        if (name > 0 && text[2 + name] == '}') {
            char *copy = strndup(text + 2, name);
            good = copy != NULL && expand_one(variables, copy, expansion, out, error);
            free(copy);
            text += name + 3;
        } else if (strncmp(text, "${", 2) == 0 && expansion != EXPAND_SHELL) {
            good = error_set(error, ERROR_USAGE, "'%.40s' is not a variable: write ${NAME}", text);
        } else {
            fputc(*text++, out);
        }
    }
    fclose(out);
    if (good)
        return expanded;
    free(expanded);
    return NULL;
}

static const struct variable *secret_at(const struct variables *variables, const char *text)
{
    for (size_t i = 0; i < variables->count; i++) {
        const struct variable *variable = &variables->items[i];
        if (variable->secret && strncmp(text, variable->value, strlen(variable->value)) == 0)
            return variable;
    }
    return NULL;
}

char *variables_redact(const struct variables *variables, const char *text, bool keep_width)
{
    char *redacted = NULL;
    size_t length = 0;
    FILE *out = memory_open(&redacted, &length);
    while (*text != '\0') {
        const struct variable *secret = secret_at(variables, text);
        if (secret == NULL) {
            fputc(*text++, out);
            continue;
        }
        for (size_t i = 0; keep_width && secret->value[i] != '\0'; i++)
            fputs("•", out);
        if (!keep_width)
            fputs(SECRET_SHOWN, out);
        text += strlen(secret->value);
    }
    fclose(out);
    return redacted;
}

char **variables_environment(const struct variables *variables)
{
    char **environment = calloc(variables->count + 1, sizeof *environment);
    if (environment == NULL)
        panic("out of memory");
    size_t count = 0;
    for (size_t i = 0; i < variables->count; i++) {
        const struct variable *variable = &variables->items[i];
        if (variable->exported &&
            asprintf(&environment[count++], "%s=%s", variable->name, variable->value) < 0)
            panic("out of memory");
    }
    return environment;
}

void variables_environment_free(char **environment)
{
    for (char **entry = environment; entry != NULL && *entry != NULL; entry++)
        free(*entry);
    free(environment);
}
