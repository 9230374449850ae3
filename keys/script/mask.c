/* SPDX-License-Identifier: MIT */
/* Masks are rows of a table, each a regular expression. */
#include "keys/script/mask.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *regex;
    const char *help;
} MASKS[] = {
    { "ref",
      "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|"
      "\\<[0-9A-Z]{4}(-[0-9A-Z]{4})+\\>|\\<[0-9a-fA-F]{6,}\\>",
      "a UUID, six or more hexadecimal digits, or ABCD-1234" },
    { "time", "[0-9]{4}-[0-9]{2}-[0-9]{2}|\\<[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?\\>",
      "2026-11-24, 12:34, 12:34:56" },
    { "date",
      "[0-9]{4}-[0-9]{2}-[0-9]{2}|\\<[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\\>|"
      "\\<[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}\\>",
      "2026-11-24, 24.11.2026, 24 Nov 2026" },
    { "number", "[0-9]+", "every digit" },
};

#define MASK_COUNT (sizeof MASKS / sizeof MASKS[0])

enum { OWN_MASKS = 16 };

static struct {
    char *name;
    char *expression;
} own[OWN_MASKS];
static size_t own_count;

bool masks_own(const char *name, const char *expression, struct error *error)
{
    size_t at = 0;
    while (at < own_count && strcmp(own[at].name, name) != 0)
        at++;
    for (size_t i = 0; i < MASK_COUNT; i++)
        if (strcmp(MASKS[i].name, name) == 0)
            return error_set(error, ERROR_USAGE, "there is a mask %s already; take another name",
                             name);
    if (at == OWN_MASKS)
        return error_set(error, ERROR_USAGE, "a script has at most %d masks", OWN_MASKS);
    char *copy = strdup(expression);
    if (at == own_count)
        own[own_count++].name = strdup(name);
    free(own[at].expression);
    own[at].expression = copy;
    if (copy == NULL || own[at].name == NULL)
        panic("out of memory");
    return true;
}

static bool mask_known(const char *name, size_t length)
{
    for (size_t i = 0; i < MASK_COUNT; i++)
        if (strlen(MASKS[i].name) == length && strncmp(MASKS[i].name, name, length) == 0)
            return true;
    for (size_t i = 0; i < own_count; i++)
        if (strlen(own[i].name) == length && strncmp(own[i].name, name, length) == 0)
            return true;
    return false;
}

static bool mask_listed(const char *masks, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = masks; at != NULL;
         at = strchr(at, ',') != NULL ? strchr(at, ',') + 1 : NULL)
        if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
            return true;
    return false;
}

bool masks_check(const char *masks, struct error *error)
{
    for (const char *at = masks;; at++) {
        size_t length = strcspn(at, ",");
        if (!mask_known(at, length))
            return error_set(error, ERROR_USAGE,
                             "unknown mask '%.*s': use ref, time, date or number, or write first: "
                             "mask %.*s /expression/",
                             (int)length, at, (int)length, at);
        at += length;
        if (*at == '\0')
            return true;
    }
}

void masks_help(FILE *out)
{
    for (size_t i = 0; i < MASK_COUNT; i++)
        fprintf(out, "  %-12s %s\n", MASKS[i].name, MASKS[i].help);
}

static void mask_apply(char *text, const char *expression, bool whole)
{
    regex_t regex;
    regmatch_t match;
    if (regcomp(&regex, expression, REG_EXTENDED | REG_NEWLINE) != 0)
        panic("the mask %s does not compile", expression);
    while (*text != '\0' && regexec(&regex, text, 1, &match, 0) == 0) {
        for (regoff_t i = match.rm_so; i < match.rm_eo; i++)
            if (isalnum((unsigned char)text[i]) || (whole && text[i] != '\n'))
                text[i] = '#';
        text += match.rm_eo > 0 ? match.rm_eo : 1; /* an expression may match nothing at all */
    }
    regfree(&regex);
}

char *masks_apply(const char *masks, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        panic("out of memory");
    /* The script's own first: they are written for the text as it is. */
    for (size_t i = 0; masks != NULL && i < own_count; i++)
        if (mask_listed(masks, own[i].name))
            mask_apply(copy, own[i].expression, true);
    for (size_t i = 0; masks != NULL && i < MASK_COUNT; i++)
        if (mask_listed(masks, MASKS[i].name))
            mask_apply(copy, MASKS[i].regex, false);
    return copy;
}
