/* SPDX-License-Identifier: MIT */
/*
 * What a person sees and may restyle: the files of assets/, which travel
 * inside the program. A directory of the user's choice is laid out as assets/
 * is, and a file of the same name there wins. A language is a folder,
 * languages/<code>: nothing lists them.
 */
#ifndef ATM_TEXTS_ASSETS_H
#define ATM_TEXTS_ASSETS_H

#include "shared/error.h"

#define ASSET_CODE_LENGTH 12  /* bytes of a language's code with its NUL */
#define ASSET_PATH_LENGTH 900 /* of a file as errors name it */

/* "languages/de/texts" in the directory, or in the program where directory is NULL, for the caller
 * to free. NULL: it is not there (then error has no text), or it cannot be read. */
char *asset_load(const char *directory, const char *code, const char *name, struct error *error);

/* "themes/amber", the directory's, else the program's own, for the caller to free. NULL: there is
 * none of that name (ERROR_USAGE), or it cannot be read. */
char *asset_theme(const char *directory, const char *name, struct error *error);

/* The directory's, else the program's own; where the language has none of that name, English's. */
char *asset_text(const char *directory, const char *code, const char *name);

/* Where a file of a language stands, for errors: "DIR/languages/de/texts". Returns buffer. */
char *asset_path(char buffer[static ASSET_PATH_LENGTH], const char *directory, const char *code,
                 const char *name);

/* The languages' codes, the program's and the directory's (NULL: none), each once; how many, or -1
 * with an error: a folder that is none, too many of them, or files as they were laid out before. */
int assets_languages(const char *directory, char (*codes)[ASSET_CODE_LENGTH], int most,
                     struct error *error);

#endif
