/* SPDX-License-Identifier: MIT */
#include "bank/cli/suggest.h"

#include <string.h>

#define LETTERS_MAX 40

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* How many letters have to be put in, left out, changed, or exchanged with the next one (optimal
 * string alignment). */
static int distance(const char *a, const char *b)
{
    int row[LETTERS_MAX + 1][LETTERS_MAX + 1];
    const int rows = (int)strnlen(a, LETTERS_MAX), columns = (int)strnlen(b, LETTERS_MAX);
    for (int i = 0; i <= rows; i++)
        row[i][0] = i;
    for (int j = 0; j <= columns; j++)
        row[0][j] = j;
    for (int i = 1; i <= rows; i++)
        for (int j = 1; j <= columns; j++) {
            int best = row[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = least(best, least(row[i - 1][j], row[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, row[i - 2][j - 2] + 1);
            row[i][j] = best;
        }
    return row[rows][columns];
}

const char *suggest(const char *word, const char *const *candidate, int count)
{
    const char *best = NULL;
    int best_distance = 0;
    for (int i = 0; i < count; i++) {
        const int far = distance(word, candidate[i]);
        const int letters = (int)strlen(candidate[i]);
        if (3 * far <= letters + 2 && far < letters && (best == NULL || far < best_distance)) {
            best = candidate[i];
            best_distance = far;
        }
    }
    return best;
}
