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
        bool known = false;
        for (size_t i = 0; i < MASK_COUNT; i++)
            known = known ||
                    (strlen(MASKS[i].name) == length && strncmp(MASKS[i].name, at, length) == 0);
        if (!known)
            return error_set(error, ERROR_USAGE,
                             "unknown mask '%.*s': use ref, time, date or number", (int)length, at);
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

static void mask_apply(char *text, const char *expression)
{
    regex_t regex;
    regmatch_t match;
    if (regcomp(&regex, expression, REG_EXTENDED | REG_NEWLINE) != 0)
        panic("the mask %s does not compile", expression);
    while (regexec(&regex, text, 1, &match, 0) == 0) {
        for (regoff_t i = match.rm_so; i < match.rm_eo; i++)
            if (isalnum((unsigned char)text[i]))
                text[i] = '#';
        text += match.rm_eo;
    }
    regfree(&regex);
}

char *masks_apply(const char *masks, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        panic("out of memory");
    for (size_t i = 0; masks != NULL && i < MASK_COUNT; i++)
        if (mask_listed(masks, MASKS[i].name))
            mask_apply(copy, MASKS[i].regex);
    return copy;
}
