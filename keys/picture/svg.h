/* SPDX-License-Identifier: MIT */
/*
 * Screens as SVG: one as a picture, several as a film that plays for ever.
 *
 * Text stays text, one element a line of the file; block elements and lines
 * become rectangles, because fonts leave seams between them. The same screens
 * give the same bytes.
 */
#ifndef KEYS_SVG_H
#define KEYS_SVG_H

#include "keys/picture/shot.h"

/* The caller frees what is returned. */
char *svg_picture(const struct shot *shot, const char *title);

struct film {
    struct shot **shots;
    int *ms; /* how long each is shown */
    int count;
};

/* Takes the shot; one that is as the one before adds its time to it. */
void film_add(struct film *film, struct shot *shot, int ms);
char *film_draw(const struct film *film, const char *title);
void film_finish(struct film *film);

/*
 * What a drawing shows, apart from what differs from run to run: a mark for each
 * shot, in a comment at the end. So a drawing keeps its dates and times, and can
 * still be told to be stale.
 */
unsigned long long svg_mark(const struct shot *shot, struct area without, const char *masks);
/* Takes the drawing; the marks are put into it. */
char *svg_with_marks(char *drawing, const unsigned long long *marks, int count);
/* The marks of a drawing, a line each; the caller frees it. */
char *svg_marks(const char *drawing);

/* Reads back the texts of a drawing's frame, from 1, as rows of a screen: for people, who see in
 * words what differs. The caller frees it; "" where there is no such frame. */
char *svg_words(const char *drawing, int frame);

/* A copy in which each text of the SVG went through `change`, which returns a string of its own. */
char *svg_map_texts(const char *svg, char *(*change)(const void *context, const char *text),
                    const void *context);

#endif
