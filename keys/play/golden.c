/* SPDX-License-Identifier: MIT */
#include "keys/play/golden.h"
#include "keys/play/play.h"
#include "keys/play/side.h"
#include "keys/script/mask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool golden_write(const char *path, const char *text, struct error *error)
{
    char folder[1024];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            return error_set_errno(error, "cannot make the folder %s", folder);
    }
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return error_set_errno(error, "cannot write %s", path);
    bool good = fputs(text, file) >= 0;
    good = fclose(file) == 0 && good;
    return good || error_set_errno(error, "cannot write %s", path);
}

static char *masked(enum golden_kind kind, const char *masks, const char *text)
{
    return kind == GOLDEN_TEXT ? masks_apply(masks, text) : svg_marks(text);
}

/* Whether the person at the terminal takes the new one. */
static bool accepted(struct play *play, const char *path, struct error *error)
{
    char answer[16];
    if (play->update == UPDATE_ALL)
        return true;
    printf("%s: take it? [y]es, [n]o, [a]ll from here on, [q]uit: ", path);
    fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) == NULL || answer[0] == 'q') {
        play_interrupt(1);
        return error_set(error, ERROR_USAGE, "%s differs and you have quit", path);
    }
    if (answer[0] == 'a')
        play->update = UPDATE_ALL;
    return answer[0] == 'a' || answer[0] == 'y' ||
           error_set(error, ERROR_FORMAT, "%s differs and was left as it is", path);
}

/* The frames whose marks differ, in words. */
static void drawing_difference(FILE *out, const char *golden, const char *now, const char *masks)
{
    char *old_marks = svg_marks(golden), *new_marks = svg_marks(now);
    char *old_rest = old_marks, *new_rest = new_marks;
    bool film = strchr(new_marks, '\n') != strrchr(new_marks, '\n');
    for (int frame = 1; *new_rest != '\0' || *old_rest != '\0'; frame++) {
        size_t old_length = strcspn(old_rest, "\n"), new_length = strcspn(new_rest, "\n");
        bool same = old_length == new_length && strncmp(old_rest, new_rest, new_length) == 0;
        old_rest += old_length + (old_rest[old_length] != '\0');
        new_rest += new_length + (new_rest[new_length] != '\0');
        if (same)
            continue;
        char *old_words = svg_words(golden, frame), *new_words = svg_words(now, frame);
        char *expected = masks_apply(masks, old_words), *actual = masks_apply(masks, new_words);
        if (film)
            fprintf(out, "    frame %d:\n", frame);
        if (strcmp(expected, actual) != 0)
            side_write(out, expected, actual);
        else
            fputs("    the words are the same; a color, an attribute, a line or block, or the "
                  "cursor is not\n",
                  out);
        free(old_words);
        free(new_words);
        free(expected);
        free(actual);
    }
    free(old_marks);
    free(new_marks);
}

/* In words: rows of both that differ. `golden` and `now` are masked, the drawings whole. */
static char *difference(enum golden_kind kind, const char *golden, const char *now,
                        const char *masks)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    if (kind == GOLDEN_TEXT)
        side_write(out, golden, now);
    else
        drawing_difference(out, golden, now, masks);
    fclose(out);
    return text;
}

bool golden_compare(struct play *play, enum golden_kind kind, const char *path, const char *text,
                    const char *masks, struct error *error)
{
    char *raw = file_text(path);
    if (raw == NULL && play->update == UPDATE_NONE)
        return error_set_errno(error, "cannot read %s (--update writes it)", path);
    char *golden = masked(kind, masks, raw != NULL ? raw : "");
    char *now = masked(kind, masks, text);
    bool same = raw != NULL && strcmp(golden, now) == 0;
    if (!same) {
        char *shown = kind == GOLDEN_TEXT ? difference(kind, golden, now, masks)
                                          : difference(kind, raw != NULL ? raw : "", text, masks);
        if (play->update == UPDATE_NONE) {
            free(play->detail);
            play->detail = shown;
            error_set(error, ERROR_FORMAT, "%s differs (--update shows both and asks)", path);
        } else {
            printf("%s %s\n%s", raw != NULL ? "differs:" : "new:", path, shown);
            same = accepted(play, path, error) &&
                   golden_write(path, kind == GOLDEN_TEXT ? now : text, error);
            if (same)
                printf("%s %s\n", raw != NULL ? "rewritten:" : "written:", path);
            free(shown);
        }
    }
    free(raw);
    free(golden);
    free(now);
    return same;
}
