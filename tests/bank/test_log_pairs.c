/* SPDX-License-Identifier: MIT */
/* The pairs of a log line, read back whatever the text in them says. */
#include "bank/log/pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* As name=value; with <> around a value that was quoted, each on a line. */
static void check(const char *text, const char *wanted)
{
    struct pair pairs[PAIRS_MAX];
    char told[1000] = "";
    const size_t count = pairs_read(text, pairs);
    for (size_t i = 0; i < count; i++) {
        const struct pair *pair = &pairs[i];
        snprintf(told + strlen(told), sizeof told - strlen(told),
                 pair->quoted ? "%.*s=<%.*s>\n" : "%.*s=%.*s\n", (int)pair->name_length, pair->name,
                 (int)pair->value_length, pair->value);
    }
    assert_string_equal(told, wanted);
}

static void test_pairs_are_read(void **state)
{
    (void)state;
    check("", "");
    check("position=4711", "position=4711\n");
    check("home=\"/a b\" position=1", "home=</a b>\nposition=1\n");
    check("why=\"\" n=2", "why=<>\nn=2\n");
}

static void test_quotes_in_text_do_not_end_it(void **state)
{
    (void)state;
    check("why=\"relation \"x\" is not there\" retry_ms=5",
          "why=<relation \"x\" is not there>\nretry_ms=5\n");
    check("why=\"a=b \"c\"\"", "why=<a=b \"c\">\n");
}

static void test_text_cannot_pass_for_a_pair_that_is_there(void **state)
{
    (void)state;
    check("teller=1 why=\"x\" teller=2\"", "teller=1\nwhy=<x\" teller=2>\n");
    check("why=\"x\" level=error\"", "why=<x\" level=error>\n");
    check("level=error", "message=level=error\n");
}

static void test_what_is_cut_off_or_no_pair_stays_text(void **state)
{
    (void)state;
    check("why=\"the line ends he", "why=<the line ends he>\n");
    check("why=\"", "why=<>\n");
    check("two words", "message=two words\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_are_read),
        cmocka_unit_test(test_quotes_in_text_do_not_end_it),
        cmocka_unit_test(test_text_cannot_pass_for_a_pair_that_is_there),
        cmocka_unit_test(test_what_is_cut_off_or_no_pair_stays_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
