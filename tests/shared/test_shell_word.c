/* SPDX-License-Identifier: MIT */
/* A shell reads a word that was written for it as what it was. */
#include "shared/shell_word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_a_shell_reads_the_word_as_it_was(void **state)
{
    (void)state;
    static const char *const words[] = { "--ascii",
                                         "/home/a b/x",
                                         "power cut before stack",
                                         "it's",
                                         "'",
                                         "$HOME;`id`\"&\\",
                                         "--fault=\ta",
                                         "",
                                         "*" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char *command = NULL, read[100];
        size_t length = 0;
        FILE *out = open_memstream(&command, &length);
        assert_non_null(out);
        fputs("printf '<%s>' ", out);
        shell_word_write(out, words[i]);
        fclose(out);
        FILE *shell = popen(command, "r");
        assert_non_null(shell);
        length = fread(read, 1, sizeof read - 1, shell);
        read[length] = '\0';
        assert_int_equal(pclose(shell), 0);
        assert_int_equal(length, strlen(words[i]) + 2);
        assert_memory_equal(read + 1, words[i], strlen(words[i]));
        free(command);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_shell_reads_the_word_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
