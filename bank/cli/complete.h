/* SPDX-License-Identifier: MIT */
/*
 * What may stand next on a command line that is being typed: from the table of
 * commands, and where a word is an id, from the database of the home. Says
 * nothing where that is not at hand.
 */
#ifndef BANK_CLI_COMPLETE_H
#define BANK_CLI_COMPLETE_H

#define COMPLETE_WORDS_MAX 64

/* Takes a candidate and what is said of it (NULL: nothing). ":files" and ":folders" stand for those
 * that the shell knows. */
typedef void complete_take(void *context, const char *candidate, const char *about);

/* The words after `bank`, of which the last one is being typed and may be empty. */
void complete(int count, char *const *word, complete_take *take, void *context);

#endif
