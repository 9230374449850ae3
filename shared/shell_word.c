/* SPDX-License-Identifier: MIT */
#include "shared/shell_word.h"

#include <stdbool.h>
#include <string.h>

void shell_word_write(FILE *out, const char *word)
{
    const bool plain = word[0] != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                            "_-./:=,+@%")] == '\0';
    fputs(plain ? "" : "'", out);
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    }
    fputs(plain ? "" : "'", out);
}
