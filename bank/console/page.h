/* SPDX-License-Identifier: MIT */
/*
 * Rows of text that were fetched for a view: a window on what may be much more.
 *
 * A page is made by one thread and then given to another; it owns all its texts.
 */
#ifndef BANK_CONSOLE_PAGE_H
#define BANK_CONSOLE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE_COLUMNS_MAX 16

enum tone { TONE_PLAIN, TONE_DIM, TONE_STRONG, TONE_GOOD, TONE_WARNING, TONE_BAD, TONE_HEAD };

struct page_row {
    char *key, *sort;      /* its place: see select.h; NULL in a page that has all rows */
    char *id;              /* what `y` copies; NULL: nothing */
    char *subject, *opens; /* what Enter asks which view about; NULL: nothing */
    enum tone tone;
    char *cell[PAGE_COLUMNS_MAX]; /* NULL: no value */
};

struct page {
    size_t count, capacity;
    struct page_row *row;
    bool more_before, more_after; /* there are rows beyond its ends */
    struct page *head;            /* lines above the rows; NULL: none */
};

struct page *page_create(void);
void page_destroy(struct page *page); /* takes NULL */

/* A further row, empty. It stays where it is until the next one is added. */
struct page_row *page_add(struct page *page);
/* Copies of a text, for a row's members; NULL of NULL. */
char *page_copy(const char *text);
/* A row with one cell, for pages that are read like a text. */
struct page_row *page_line(struct page *page, enum tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void page_reverse(struct page *page);

#endif
