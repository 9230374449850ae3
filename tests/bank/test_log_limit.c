/* SPDX-License-Identifier: MIT */
/* A flood of strangers' lines becomes a few lines and a sum, and hides no other reason. */
#include "bank/log/limit.h"

#include "shared/clock.h"
#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[SCRATCH_SIZE + 10];
static int screen = -1;

/* stderr goes to a file until it is read. */
static void log_begin(void)
{
    snprintf(path, sizeof path, "%s/log", scratch_create());
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    screen = dup(STDERR_FILENO);
    assert_true(file >= 0 && screen >= 0 && dup2(file, STDERR_FILENO) >= 0);
    close(file);
}

static char *log_end(void)
{
    assert_true(dup2(screen, STDERR_FILENO) >= 0);
    close(screen);
    return process_read_file(path);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void test_a_flood_is_summed_up(void **state)
{
    (void)state;
    log_begin();
    for (int i = 0; i < LOG_LIMIT_LINES + 512; i++)
        log_limited("tls-refused", "the client speaks no TLS", "peer=203.0.113.7:4000");
    log_limited("tls-refused", "the client's certificate has expired", "peer=198.51.100.9:5000");
    log_limited_tick(clock_now_ms() + LOG_LIMIT_MS);
    log_limited_tick(clock_now_ms() + 3 * LOG_LIMIT_MS);
    log_limited("tls-refused", "the client speaks no TLS", NULL);
    log_limited_tick(INT64_MAX);
    char *text = log_end();
    assert_int_equal(count_of(text, "peer=203.0.113.7:4000 why=\"the client speaks no TLS\"\n"),
                     LOG_LIMIT_LINES);
    assert_int_equal(
        count_of(text, "peer=198.51.100.9:5000 why=\"the client's certificate has expired\"\n"), 1);
    assert_int_equal(
        count_of(
            text,
            " why=\"the client speaks no TLS\" more=\"and 512 more like it in the last 10 s\"\n"),
        1);
    assert_int_equal(count_of(text, " level=warn why=\"the client speaks no TLS\"\n"), 1);
    assert_int_equal(count_of(text, "\n"), LOG_LIMIT_LINES + 3);
    free(text);
}

static void test_reasons_without_end_are_no_lines_without_end(void **state)
{
    (void)state;
    log_begin();
    for (int i = 0; i < 10000; i++) {
        char why[40];
        snprintf(why, sizeof why, "reason %d", i);
        log_limited("tls-refused", why, NULL);
    }
    log_limited_tick(INT64_MAX);
    char *text = log_end();
    assert_in_range(count_of(text, "\n"), 10, 60);
    check_contains(text, "why=\"many reasons\" more=\"and 99");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_flood_is_summed_up),
        cmocka_unit_test(test_reasons_without_end_are_no_lines_without_end),
    };
    return cmocka_run_group_tests_name("log limit", tests, NULL, NULL);
}
