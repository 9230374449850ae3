/* SPDX-License-Identifier: MIT */
/* A script may come from anywhere: a control character in it would reach the terminal of who reads
 * the report, and what follows a zero byte would be passed over. */
#include "keys/script/source.h"
#include "shared/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MARK[] = "\xef\xbb\xbf";

/* The sizes of files that are none, such as pipes, are not known before. */
static char *all_read(FILE *file, size_t *length)
{
    char *text = NULL;
    for (size_t size = 0; *length + 1 >= size;) {
        size = size == 0 ? 16384 : size * 2;
        text = realloc(text, size);
        if (text == NULL)
            panic("out of memory");
        *length += fread(text + *length, 1, size - *length - 1, file);
        if (*length > SOURCE_LIMIT)
            break;
    }
    text[*length] = '\0';
    return text;
}

char *source_read(const char *path, struct error *error)
{
    size_t length = 0;
    FILE *file = fopen(path, "re");
    char *text = file != NULL ? all_read(file, &length) : NULL;
    bool good = file != NULL && !ferror(file);
    if (!good) {
        error_set_errno(error, "cannot read %s", path);
        error->kind = ERROR_USAGE;
    } else if (length > SOURCE_LIMIT) {
        good = error_set(error, ERROR_USAGE, "%s has more than %d MiB; that is no script", path,
                         SOURCE_LIMIT >> 20);
    } else if (strlen(text) < length) {
        good = error_set(error, ERROR_USAGE, "%s has a zero byte in it; that is no script", path);
    }
    if (file != NULL)
        fclose(file);
    if (good && strncmp(text, MARK, 3) == 0)
        memmove(text, text + 3, length - 2);
    if (good)
        return text;
    free(text);
    return NULL;
}

bool source_line_sound(const char *line, struct error *error)
{
    for (const char *c = line; *c != '\0'; c++)
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
            return error_set(error, ERROR_USAGE,
                             "there is a control character in this line; write it as \"\\x%02x\"",
                             *c);
    return json_utf8_valid(line, strlen(line)) ||
           error_set(error, ERROR_USAGE,
                     "this line is not UTF-8; save the script as such, and write other bytes as "
                     "\"\\xff\"");
}
