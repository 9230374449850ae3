/* SPDX-License-Identifier: MIT */
/*
 * Notes as text, for the journal and the dispenser's own file:
 * "5000x2,2000x1" is two of 50.00 and one of 20.00; "-" is none.
 */
#ifndef SHARED_NOTES_TEXT_H
#define SHARED_NOTES_TEXT_H

#include "shared/notes.h"

#define NOTES_TEXT_LENGTH (NOTES_MAX * 20) /* room for any notes and the NUL */

/* Counts of 0 are left out. Returns buffer. */
char *notes_text_format(const struct notes *notes, char buffer[static NOTES_TEXT_LENGTH]);
/* They are not: an empty cassette is one that can be filled. */
char *notes_text_format_all(const struct notes *notes, char buffer[static NOTES_TEXT_LENGTH]);

/* False unless the whole text is notes. */
bool notes_text_parse(const char *text, struct notes *notes);

#endif
