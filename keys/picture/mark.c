/* SPDX-License-Identifier: MIT */
/* A mark is the FNV-1a hash of a shot's own drawing, texts masked and a part of it left blank. */
#include "keys/picture/svg.h"
#include "keys/script/mask.h"
#include "shared/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MARK[] = "<!-- shown: ";

static char *mask_one(const void *masks, const char *text)
{
    return masks_apply(masks, text);
}

unsigned long long svg_mark(const struct shot *shot, struct area without, const char *masks)
{
    unsigned long long hash = 0xcbf29ce484222325;
    struct shot copy = *shot;
    size_t size = (size_t)(shot->columns * shot->rows) * sizeof *shot->cells;
    copy.cells = malloc(size);
    if (copy.cells == NULL)
        panic("out of memory");
    memcpy(copy.cells, shot->cells, size);
    for (int row = without.top; row >= 1 && row <= without.bottom && row <= shot->rows; row++)
        for (int column = without.left; column <= without.right && column <= shot->columns;
             column++)
            copy.cells[(row - 1) * shot->columns + column - 1] = (struct cell){ .text = " " };
    char *drawing = svg_picture(&copy, "");
    char *masked = svg_map_texts(drawing, mask_one, masks);
    for (const char *at = masked; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
    free(copy.cells);
    free(drawing);
    free(masked);
    return hash;
}

char *svg_with_marks(char *drawing, const unsigned long long *marks, int count)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    fprintf(out, "%.*s", (int)(strlen(drawing) - strlen("</svg>\n")), drawing);
    for (int i = 0; i < count; i++)
        fprintf(out, "%s%016llx -->\n", MARK, marks[i]);
    fputs("</svg>\n", out);
    fclose(out);
    free(drawing);
    return text;
}

char *svg_marks(const char *drawing)
{
    char *text = NULL;
    size_t length = 0;
    int count = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        panic("out of memory");
    for (const char *at = drawing; (at = strstr(at, MARK)) != NULL; at += strlen(MARK))
        fprintf(out, "frame %d shows %.16s\n", ++count, at + strlen(MARK));
    fclose(out);
    return text;
}
