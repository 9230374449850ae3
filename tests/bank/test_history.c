/* SPDX-License-Identifier: MIT */
/* The last ten minutes, made from counters: second by second, refusals by the minute. */
#include "bank/server/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START 1800000000

static struct history history;
static struct engine_metrics metrics;
static char line[HISTORY_REPLY_MAX];

static int begin(void **state)
{
    (void)state;
    memset(&history, 0, sizeof history);
    memset(&metrics, 0, sizeof metrics);
    history_tick(&history, &metrics, START);
    return 0;
}

static void withdraw(int count, int64_t took_us)
{
    metrics.outcome[TELLER_INITIATE_WITHDRAWAL][NOT_REFUSED] += count;
    metrics.commands += count;
    for (int i = 0; i < count; i++)
        histogram_record(&metrics.latency[TELLER_INITIATE_WITHDRAWAL], took_us);
}

static const char *reply(int64_t seconds)
{
    const struct uuid id = { { 1 } };
    line[history_write(&history, line, sizeof line - 1, &id, seconds)] = '\0';
    return line;
}

static void says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s is not in %s", part, text);
}

static void test_each_second_has_what_came_in_it(void **state)
{
    (void)state;
    withdraw(3, 200);
    history_tick(&history, &metrics, START + 1);
    withdraw(5, 3000);
    history_tick(&history, &metrics, START + 2);
    says(reply(600), "\"seconds\":2,\"withdrawals\":[3,5],\"commands\":[3,5]");
    says(line, "\"p50_us\":[200,3072]");
    says(reply(1), "\"withdrawals\":[5]");
}

static void test_a_tick_that_comes_late_is_spread_and_one_too_early_is_none(void **state)
{
    (void)state;
    withdraw(9, 100);
    history_tick(&history, &metrics, START);
    says(reply(600), "\"seconds\":0");
    history_tick(&history, &metrics, START + 3);
    says(reply(600), "\"withdrawals\":[3,3,3]");
    history_tick(&history, &metrics, START + 1); /* the clock was put back */
    says(reply(600), "\"seconds\":3");
}

static void test_ten_minutes_are_kept_and_no_more(void **state)
{
    (void)state;
    for (int second = 1; second <= 700; second++) {
        withdraw(second == 700 ? 7 : 1, 100);
        history_tick(&history, &metrics, START + second);
    }
    says(reply(600), "\"seconds\":600,\"withdrawals\":[1,1,");
    says(line, ",1,7],\"commands\"");
    history_tick(&history, &metrics, START + 100000); /* it stood still */
    says(reply(600), "\"withdrawals\":[0,0,0");
    assert_true(strlen(line) < HISTORY_REPLY_MAX);
}

static void test_refusals_are_of_the_last_ten_minutes_the_most_frequent_first(void **state)
{
    (void)state;
    metrics.outcome[TELLER_INITIATE_WITHDRAWAL][REFUSED_INSUFFICIENT_FUNDS] += 2;
    metrics.outcome[ACCOUNTS_ENQUIRE_BALANCE][REFUSED_WRONG_PIN] += 3;
    history_tick(&history, &metrics, START + 1);
    says(reply(600), "\"refusals\":{\"wrong_pin\":3,\"insufficient_funds\":2}");
    metrics.outcome[TELLER_INITIATE_WITHDRAWAL][REFUSED_INSUFFICIENT_FUNDS] += 1;
    for (int second = 2; second <= 700; second++)
        history_tick(&history, &metrics, START + second);
    says(reply(600), "\"refusals\":{}");
}

static void test_the_largest_figures_fit(void **state)
{
    (void)state;
    for (int second = 1; second <= 600; second++) {
        metrics.commands += 999999;
        metrics.refused += 999999;
        metrics.events += 9999999;
        metrics.batches += 99999;
        withdraw(1, INT64_MAX);
        history_tick(&history, &metrics, START + second);
    }
    for (int refusal = 0; refusal < REFUSAL_COUNT; refusal++)
        metrics.outcome[TELLER_INITIATE_WITHDRAWAL][refusal] += INT32_MAX;
    history_tick(&history, &metrics, START + 601);
    const struct uuid id = { { 1 } };
    assert_int_not_equal(history_write(&history, line, sizeof line, &id, 600), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_second_has_what_came_in_it, begin),
        cmocka_unit_test_setup(test_a_tick_that_comes_late_is_spread_and_one_too_early_is_none,
                               begin),
        cmocka_unit_test_setup(test_ten_minutes_are_kept_and_no_more, begin),
        cmocka_unit_test_setup(test_refusals_are_of_the_last_ten_minutes_the_most_frequent_first,
                               begin),
        cmocka_unit_test_setup(test_the_largest_figures_fit, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
