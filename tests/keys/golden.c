/* SPDX-License-Identifier: MIT */
/* Masks are rows of a table; the comparison is line by line, as screens never shift by a line. */
#include "tests/keys/golden.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    const char *regex;
    const char *help;
} MASKS[] = {
    { "ref",
      "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\\<[0-9A-Z]{4}(-[0-9A-Z]{4})+\\>|\\<[0-"
      "9a-fA-F]{6,}"
      "\\>",
      "a UUID, six or more hexadecimal digits, or ABCD-1234" },
    { "time", "[0-9]{4}-[0-9]{2}-[0-9]{2}|\\<[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?\\>",
      "2026-11-24, 12:34, 12:34:56" },
    { "date",
      "[0-9]{4}-[0-9]{2}-[0-9]{2}|\\<[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\\>|\\<[0-9]{1,2} "
      "[A-Z][a-z]{2} "
      "[0-9]{4}\\>",
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

bool golden_masks_check(const char *masks, struct error *error)
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

void golden_masks_help(FILE *out)
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

static char *text_masked(const char *text, const char *masks)
{
    char *copy = strdup(text);
    if (copy == NULL)
        panic("out of memory");
    for (size_t i = 0; masks != NULL && i < MASK_COUNT; i++)
        if (mask_listed(masks, MASKS[i].name))
            mask_apply(copy, MASKS[i].regex);
    return copy;
}

/* The file's text, or NULL with errno. */
static char *file_text(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    char *text = NULL;
    size_t size = 0;
    if (getdelim(&text, &size, '\0', file) < 0 && text != NULL)
        text[0] = '\0';
    fclose(file);
    return text;
}

static void difference_write(FILE *out, const char *golden, const char *screen)
{
    for (int line = 1; *golden != '\0' || *screen != '\0'; line++) {
        size_t old = strcspn(golden, "\n"), new = strcspn(screen, "\n");
        if (old != new || strncmp(golden, screen, old) != 0) {
            fprintf(out, "    %3d - %.*s\n", line, (int)old, golden);
            fprintf(out, "    %3d + %.*s\n", line, (int)new, screen);
        }
        golden += old + (golden[old] != '\0');
        screen += new + (screen[new] != '\0');
    }
}

static bool golden_write(const char *path, const char *text, struct error *error)
{
    char folder[1024];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) : 0, path);
    if (folder[0] != '\0' && mkdir(folder, 0777) < 0 && errno != EEXIST)
        return error_set_errno(error, "cannot make the folder %s", folder);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return error_set_errno(error, "cannot write the golden screen %s", path);
    bool good = fputs(text, file) >= 0;
    good = fclose(file) == 0 && good;
    return good || error_set_errno(error, "cannot write the golden screen %s", path);
}

bool golden_compare(const char *path, const char *screen, const char *masks, bool update,
                    char **difference, struct error *error)
{
    *difference = NULL;
    char *raw = file_text(path);
    if (raw == NULL && !update)
        return error_set_errno(error, "cannot read the golden screen %s (--update writes it)",
                               path);
    char *golden = text_masked(raw != NULL ? raw : "", masks);
    char *masked = text_masked(screen, masks);
    bool same = raw != NULL && strcmp(golden, masked) == 0;
    if (!same && update) {
        printf("%s %s\n", raw != NULL ? "rewritten:" : "written:", path);
        difference_write(stdout, golden, masked);
        same = golden_write(path, masked, error);
    } else if (!same) {
        size_t length;
        FILE *out = open_memstream(difference, &length);
        if (out == NULL)
            panic("out of memory");
        difference_write(out, golden, masked);
        fclose(out);
        error_set(error, ERROR_FORMAT,
                  "the screen differs from %s (- golden, + screen; --update rewrites it)", path);
    }
    free(raw);
    free(golden);
    free(masked);
    return same;
}
