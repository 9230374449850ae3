/* SPDX-License-Identifier: MIT */
/*
 * What a person sees and may restyle: the files of assets/, which travel
 * inside the program. A file of the same name in a directory of the user's
 * choice wins.
 */
#ifndef ATM_TEXTS_ASSETS_H
#define ATM_TEXTS_ASSETS_H

#include "shared/error.h"

#define ASSET_NAME_LENGTH 32

/* The text of an asset, for the caller to free: the directory's, or the program's own where
 * directory is NULL. NULL with an error when there is none. */
char *asset_load(const char *directory, const char *name, struct error *error);

/* As asset_load with the directory, else the program's own; aborts on a name that no asset has. */
char *asset_text(const char *directory, const char *name);

/* The names that begin so, the program's and the directory's (NULL: none); how many. */
int assets_list(const char *directory, const char *prefix, char (*names)[ASSET_NAME_LENGTH],
                int most);

bool asset_built_in(const char *name);
bool asset_there(const char *directory, const char *name);

#endif
