/* SPDX-License-Identifier: MIT */
/* "Did you mean …": the word that was likely meant by one that there is not. */
#ifndef BANK_CLI_SUGGEST_H
#define BANK_CLI_SUGGEST_H

/* The nearest of these words, or NULL when none is near: a third of its letters may be wrong,
 * missing, too many, or exchanged with the next one. */
const char *suggest(const char *word, const char *const *candidate, int count);

#endif
