/* SPDX-License-Identifier: MIT */
/*
 * ${NAME} in a script: variables the script sets, then the environment.
 *
 * The set owns its entries; init is zeroing, finish frees. A name marked secret
 * can not be expanded: a secret is typed, never written. Its value is known
 * here so that variables_redact can keep it out of every message.
 */
#ifndef KEYS_VARIABLE_H
#define KEYS_VARIABLE_H

#include "shared/error.h"

#include <stdbool.h>
#include <stddef.h>

#define SECRET_SHOWN "•••"

struct variable {
    char *name;
    char *value;
    bool exported; /* in the environment of the program and of sh */
    bool secret;
};

struct variables {
    struct variable *items;
    size_t count;
};

void variables_finish(struct variables *variables);
void variables_set(struct variables *variables, const char *name, const char *value, bool exported);

/* Takes the value from the variables or the environment; false when it is missing. */
bool variables_secret(struct variables *variables, const char *name, struct error *error);
void variables_unset(struct variables *variables, const char *name);
const char *variables_get(const struct variables *variables, const char *name);

enum expansion {
    EXPAND_TEXT,
    EXPAND_REGEX, /* what is filled in stands for itself */
    EXPAND_SHELL, /* what is no plain ${NAME} is left to the shell */
};

/* A copy of the text with its variables filled in, which the caller frees; NULL and *error when one
 * is not set or is a secret. */
char *variables_expand(const struct variables *variables, const char *text,
                       enum expansion expansion, struct error *error);

/* A copy of the text with every secret replaced, by SECRET_SHOWN or, to keep columns, by as many
 * dots as it has characters. The caller frees it. */
char *variables_redact(const struct variables *variables, const char *text, bool keep_width);

/* The exported ones as NAME=VALUE, NULL-ended, in one allocation after another: free with
 * variables_environment_free. */
char **variables_environment(const struct variables *variables);
void variables_environment_free(char **environment);

#endif
