/* SPDX-License-Identifier: MIT */
#include "bank/console/page.h"

#include "shared/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 2000

struct page *page_create(void)
{
    struct page *page = calloc(1, sizeof *page);
    if (page == NULL)
        panic("out of memory");
    return page;
}

void page_destroy(struct page *page)
{
    if (page == NULL)
        return;
    for (size_t i = 0; i < page->count; i++) {
        struct page_row *row = &page->row[i];
        free(row->key);
        free(row->sort);
        free(row->id);
        free(row->subject);
        free(row->opens);
        for (size_t column = 0; column < PAGE_COLUMNS_MAX; column++)
            free(row->cell[column]);
    }
    page_destroy(page->head);
    free(page->row);
    free(page);
}

struct page_row *page_add(struct page *page)
{
    if (page->count == page->capacity) {
        page->capacity = page->capacity > 0 ? 2 * page->capacity : 64;
        page->row = realloc(page->row, page->capacity * sizeof *page->row);
        if (page->row == NULL)
            panic("out of memory");
    }
    struct page_row *row = &page->row[page->count++];
    *row = (struct page_row){ 0 };
    return row;
}

char *page_copy(const char *text)
{
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL)
        panic("out of memory");
    return copy;
}

struct page_row *page_line(struct page *page, enum tone tone, const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    struct page_row *row = page_add(page);
    row->tone = tone;
    row->cell[0] = page_copy(text);
    return row;
}

void page_reverse(struct page *page)
{
    for (size_t i = 0; i < page->count / 2; i++) {
        struct page_row other = page->row[i];
        page->row[i] = page->row[page->count - 1 - i];
        page->row[page->count - 1 - i] = other;
    }
    const bool before = page->more_before;
    page->more_before = page->more_after;
    page->more_after = before;
}
