/* SPDX-License-Identifier: MIT */
/* cmocka's own fail() leaves the test by a jump; the abort below is for helpers called outside of
 * one. */
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void check_fail_at(const char *file, int line, const char *format, ...)
{
    char message[2500];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    print_error("%s\n", message);
    _fail(file, line);
    abort();
}

void check_contains_at(const char *file, int line, const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        check_fail_at(file, line, "expected '%s' in '%s'", part, text);
}
