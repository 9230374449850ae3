/* SPDX-License-Identifier: MIT */
#include "atm/texts/assets.h"

#include "atm/files/durable.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASSET_SIZE 65536
#define FALLBACK   "en"
#define FOLDER     "languages"
#define THEMES     "themes/"

/* A generated list; long texts are fine with every compiler this is built with. */
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const struct {
    const char *name, *text;
} table[] = {
#include "asset_files.inc"
};
#define ASSETS (sizeof table / sizeof table[0])

char *asset_path(char buffer[static ASSET_PATH_LENGTH], const char *directory, const char *code,
                 const char *name)
{
    snprintf(buffer, ASSET_PATH_LENGTH, "%.800s/" FOLDER "/%.20s/%.40s",
             directory != NULL ? directory : "assets", code, name);
    return buffer;
}

static char *built_in(const char *code, const char *name)
{
    char path[80];
    snprintf(path, sizeof path, FOLDER "/%.20s/%.40s", code, name);
    for (size_t i = 0; i < ASSETS; i++)
        if (strcmp(table[i].name, path) == 0)
            return strdup(table[i].text);
    return NULL;
}

/* As some editors write a file: with a mark at its beginning, and CR LF at the ends of its lines.
 */
static void lines_mend(char *text)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const char *from = strncmp(text, mark, strlen(mark)) == 0 ? text + strlen(mark) : text;
    char *to = text;
    for (; *from != '\0'; from++)
        if (from[0] != '\r' || (from[1] != '\n' && from[1] != '\0'))
            *to++ = *from;
    *to = '\0';
}

/* A file of the directory, for the caller to free. NULL: it is not there (then error has no text),
 * or it cannot be read. */
static char *file_read(const char *directory, const char *path, struct error *error)
{
    bool there = false;
    char *text = malloc(ASSET_SIZE);
    if (text == NULL)
        panic("out of memory");
    error->message[0] = '\0';
    if (durable_read(directory, path, text, ASSET_SIZE, &there, error) && there) {
        lines_mend(text);
        return text;
    }
    free(text);
    return NULL;
}

char *asset_load(const char *directory, const char *code, const char *name, struct error *error)
{
    char path[80];
    error->message[0] = '\0';
    if (directory == NULL)
        return built_in(code, name);
    snprintf(path, sizeof path, FOLDER "/%.20s/%.40s", code, name);
    return file_read(directory, path, error);
}

char *asset_text(const char *directory, const char *code, const char *name)
{
    struct error error;
    char *text = directory != NULL ? asset_load(directory, code, name, &error) : NULL;
    if (text == NULL)
        text = built_in(code, name);
    if (text == NULL && strcmp(code, FALLBACK) != 0)
        return asset_text(directory, FALLBACK, name);
    if (text == NULL)
        panic("there is no asset \"%s\"", name);
    return text;
}

static bool name_fits(const char *name)
{
    return name[0] != '\0' && strlen(name) <= 40 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* "amber, phosphor": those of the program. */
static const char *theme_names(char *names, size_t size)
{
    size_t length = 0;
    names[0] = '\0';
    for (size_t i = 0; i < ASSETS && length < size; i++)
        if (strncmp(table[i].name, THEMES, strlen(THEMES)) == 0)
            length += (size_t)snprintf(names + length, size - length, "%s%s",
                                       length > 0 ? ", " : "", table[i].name + strlen(THEMES));
    return names;
}

char *asset_theme(const char *directory, const char *name, struct error *error)
{
    char path[80], names[200];
    snprintf(path, sizeof path, THEMES "%.40s", name);
    error->message[0] = '\0';
    char *text = name_fits(name) && directory != NULL ? file_read(directory, path, error) : NULL;
    for (size_t i = 0; text == NULL && error->message[0] == '\0' && i < ASSETS; i++)
        if (strcmp(table[i].name, path) == 0)
            text = strdup(table[i].text);
    if (text == NULL && error->message[0] == '\0')
        error_set(error, ERROR_USAGE,
                  "there is no theme \"%.40s\": --theme takes %s, or a file of themes/ after "
                  "--assets",
                  name, theme_names(names, sizeof names));
    return text;
}

static bool code_add(char (*codes)[ASSET_CODE_LENGTH], int *count, int most, const char *code,
                     int length, struct error *error)
{
    for (int i = 0; i < *count; i++)
        if (strncmp(codes[i], code, (size_t)length) == 0 && codes[i][length] == '\0')
            return true;
    if (*count == most)
        return error_set(error, ERROR_USAGE,
                         "there are more than %d languages: take some of their folders away", most);
    snprintf(codes[(*count)++], ASSET_CODE_LENGTH, "%.*s", length, code);
    return true;
}

/* "es", "pt-BR". */
static bool code_fits(const char *name)
{
    const size_t first = strspn(name, "abcdefghijklmnopqrstuvwxyz");
    return (first == 2 || first == 3) && strlen(name) < ASSET_CODE_LENGTH &&
           (name[first] == '\0' || name[first] == '-') &&
           strspn(name + first,
                  "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
               strlen(name + first);
}

/* Files that would be passed over in silence because a language has a folder of its own now. */
static bool layout_check(const char *directory, struct error *error)
{
    DIR *open = opendir(directory);
    bool good = true;
    for (struct dirent *entry; good && open != NULL && (entry = readdir(open)) != NULL;) {
        const bool texts = strncmp(entry->d_name, "texts.", 6) == 0;
        const char *dot = strchr(entry->d_name, '.'), *code = dot != NULL ? dot + 1 : FALLBACK;
        if (!texts && strncmp(entry->d_name, "receipt", 7) != 0)
            continue;
        good = error_set(error, ERROR_USAGE,
                         "%.300s/%.40s belongs into its language's folder: move it to "
                         "%.300s/" FOLDER "/%.20s/%.*s",
                         directory, entry->d_name, directory, code,
                         (int)strcspn(entry->d_name, "."), entry->d_name);
    }
    if (open != NULL)
        closedir(open);
    return good;
}

static bool folders_add(const char *directory, char (*codes)[ASSET_CODE_LENGTH], int *count,
                        int most, struct error *error)
{
    char path[ASSET_PATH_LENGTH];
    snprintf(path, sizeof path, "%.800s/" FOLDER, directory);
    DIR *open = opendir(path);
    if (open == NULL)
        return errno == ENOENT ? true : error_set_errno(error, "cannot read %s", path);
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        good = code_fits(entry->d_name)
                   ? code_add(codes, count, most, entry->d_name, (int)strlen(entry->d_name), error)
                   : error_set(error, ERROR_USAGE,
                               "%.300s/%.60s is named as no language's folder: name it by a code, "
                               "as es or pt-BR",
                               path, entry->d_name);
    }
    closedir(open);
    return good;
}

int assets_languages(const char *directory, char (*codes)[ASSET_CODE_LENGTH], int most,
                     struct error *error)
{
    int count = 0;
    for (size_t i = 0; i < ASSETS; i++) {
        const char *code = table[i].name + strlen(FOLDER "/");
        if (strncmp(table[i].name, FOLDER "/", strlen(FOLDER "/")) == 0 &&
            !code_add(codes, &count, most, code, (int)strcspn(code, "/"), error))
            return -1;
    }
    if (directory != NULL &&
        (!layout_check(directory, error) || !folders_add(directory, codes, &count, most, error)))
        return -1;
    return count;
}
