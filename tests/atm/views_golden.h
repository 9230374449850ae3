/* SPDX-License-Identifier: MIT */
/*
 * Golden views: every scene of tests/atm/scenes in every language, as it was when a
 * person looked at it and agreed. One file a language and mode, tests/atm/golden;
 * a scene's heading has a number for its colors. English has whole screens, the
 * other languages only their rows that differ from it, by number. After a change
 *
 *     UPDATE_VIEWS=1 build/tests/atm/test_views
 *
 * writes them anew; git shows what has become of them.
 */
#ifndef TESTS_ATM_VIEWS_GOLDEN_H
#define TESTS_ATM_VIEWS_GOLDEN_H

#include "atm/tui/tui_curses.h"
#include "tests/support/check.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The colors and attributes of the whole screen in one number. */
static uint32_t views_colors(int rows, int columns)
{
    uint32_t hash = 2166136261u;
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            cchar_t cell;
            wchar_t characters[CCHARW_MAX] = L" ";
            attr_t attributes = 0;
            short pair = 0, front = -1, back = -1;
            mvin_wch(row, column, &cell);
            getcchar(&cell, characters, &attributes, &pair, NULL);
            pair_content(pair, &front, &back);
            const uint32_t parts[] = { (uint32_t)front, (uint32_t)back,
                                       (uint32_t)(attributes & ~(attr_t)A_COLOR) };
            for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
                hash = (hash ^ parts[i]) * 16777619u;
        }
    }
    return hash;
}

/* What was added since the last comparison. */
static struct {
    FILE *out;
    char *text;
    size_t length;
} views;

static void views_add(const char *scene, const char *text, uint32_t colors)
{
    if (views.out == NULL)
        views.out = open_memstream(&views.text, &views.length);
    assert_non_null(views.out);
    fprintf(views.out, "==== %s (colors %08x)\n", scene, colors);
    while (*text != '\0') { /* without the blanks at the ends of lines */
        size_t line = strcspn(text, "\n"), used = line;
        while (used > 0 && text[used - 1] == ' ')
            used--;
        fprintf(views.out, "%.*s\n", (int)used, text);
        text += line + (text[line] == '\n');
    }
}

static char *views_read(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return strdup("");
    if (getdelim(&text, &size, '\0', file) < 0 && text != NULL)
        text[0] = '\0';
    fclose(file);
    return text;
}

static void views_write(const char *path)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(views.text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Names the first line that differs, and the scene it stands in. */
static void views_compare(const char *path, const char *golden)
{
    const char *old = golden, *new = views.text;
    char scene[120] = "";
    for (int line = 1; *old != '\0' || *new != '\0'; line++) {
        int old_length = (int)strcspn(old, "\n"), new_length = (int)strcspn(new, "\n");
        if (strncmp(new, "==== ", 5) == 0)
            snprintf(scene, sizeof scene, "%.*s", new_length - 5, new + 5);
        if (old_length != new_length || strncmp(old, new, (size_t)old_length) != 0)
            check_fail("%s:%d, %s:\n  agreed: %.*s\n  now:    %.*s\nif this is right: "
                       "UPDATE_VIEWS=1 build/tests/atm/test_views, and look at git diff",
                       path, line, scene, old_length, old, new_length, new);
        old += old_length + (old[old_length] == '\n');
        new += new_length + (new[new_length] == '\n');
    }
}

/* Of the screens of a language, the headings and the rows that are not as in English. */
static char *views_differing(const char *english, const char *text)
{
    char *differing = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&differing, &size);
    assert_non_null(out);
    for (int row = 0; *text != '\0'; row++) {
        const int length = (int)strcspn(text, "\n"), there = (int)strcspn(english, "\n");
        if (strncmp(text, "==== ", 5) == 0) {
            row = -1;
            fprintf(out, "%.*s\n", length, text);
        } else if (length != there || strncmp(text, english, (size_t)length) != 0) {
            fprintf(out, "%02d|%.*s\n", row, length, text);
        }
        text += length + (text[length] == '\n');
        english += there + (english[there] == '\n');
    }
    fclose(out);
    return differing;
}

/* Compares what was added with tests/atm/golden/NAME, or writes it, and begins anew. What is added
 * first in a mode is English. */
static void views_check(const char *name, bool first)
{
    static char *english;
    char path[200];
    snprintf(path, sizeof path, "tests/atm/golden/%s.txt", name);
    fclose(views.out);
    views.out = NULL;
    if (first) {
        free(english);
        english = strdup(views.text);
    } else {
        char *differing = views_differing(english, views.text);
        free(views.text);
        views.text = differing;
    }
    char *golden = views_read(path);
    if (getenv("UPDATE_VIEWS") != NULL)
        views_write(path);
    else
        views_compare(path, golden);
    free(golden);
    free(views.text);
    views.text = NULL;
}

#endif
