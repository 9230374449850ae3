/* SPDX-License-Identifier: MIT */
#include "atm/texts/assets.h"

#include "atm/files/durable.h"

#include <stdlib.h>
#include <string.h>

#define ASSET_SIZE 65536

/* A generated list; long texts are fine with every compiler this is built with. */
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const struct {
    const char *name, *text;
} table[] = {
#include "asset_files.inc"
};
#define ASSETS (sizeof table / sizeof table[0])

char *asset_load(const char *directory, const char *name, struct error *error)
{
    if (directory == NULL) {
        for (size_t i = 0; i < ASSETS; i++)
            if (strcmp(table[i].name, name) == 0)
                return strdup(table[i].text);
        error_set(error, ERROR_USAGE, "there is no asset \"%.60s\"", name);
        return NULL;
    }
    char *text = malloc(ASSET_SIZE);
    bool there = false;
    if (text == NULL)
        panic("out of memory");
    if (!durable_read(directory, name, text, ASSET_SIZE, &there, error) || !there) {
        if (!there)
            error_set(error, ERROR_USAGE, "there is no %.60s in that directory", name);
        free(text);
        return NULL;
    }
    return text;
}

char *asset_text(const char *directory, const char *name)
{
    struct error error;
    char *text = directory != NULL ? asset_load(directory, name, &error) : NULL;
    if (text == NULL)
        text = asset_load(NULL, name, &error);
    if (text == NULL)
        panic("%s", error.message);
    return text;
}

int assets_list(const char *prefix, const char **names, int most)
{
    int count = 0;
    for (size_t i = 0; i < ASSETS && count < most; i++)
        if (strncmp(table[i].name, prefix, strlen(prefix)) == 0)
            names[count++] = table[i].name;
    return count;
}
