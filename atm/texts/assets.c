/* SPDX-License-Identifier: MIT */
#include "atm/texts/assets.h"

#include "atm/files/durable.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int name_add(char (*names)[ASSET_NAME_LENGTH], int count, int most, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return count;
    if (count == most)
        return count;
    snprintf(names[count], sizeof names[count], "%s", name);
    return count + 1;
}

/* Only what could be a name of ours: an editor's copies beside it are no languages. */
static bool name_fits(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 && strlen(name) < ASSET_NAME_LENGTH &&
           name[length] != '\0' &&
           strspn(name + length, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") ==
               strlen(name + length);
}

bool asset_there(const char *directory, const char *name)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

int assets_list(const char *directory, const char *prefix, char (*names)[ASSET_NAME_LENGTH],
                int most)
{
    int count = 0;
    for (size_t i = 0; i < ASSETS; i++)
        if (strncmp(table[i].name, prefix, strlen(prefix)) == 0)
            count = name_add(names, count, most, table[i].name);
    DIR *open = directory != NULL ? opendir(directory) : NULL;
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;)
        if (name_fits(entry->d_name, prefix))
            count = name_add(names, count, most, entry->d_name);
    if (open != NULL)
        closedir(open);
    return count;
}

bool asset_built_in(const char *name)
{
    for (size_t i = 0; i < ASSETS; i++)
        if (strcmp(table[i].name, name) == 0)
            return true;
    return false;
}
