/* SPDX-License-Identifier: MIT */
/* What happened how often on the last days: codes, days, and what is no news. */
#include "atm/machine/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tally tally;

static void add(const char *time, enum journal_step step, const char *detail)
{
    struct journal_entry entry = { .step = step };
    snprintf(entry.time, sizeof entry.time, "%s", time);
    snprintf(entry.detail, sizeof entry.detail, "%s", detail);
    tally_add(&tally, &entry);
}

/* In a zone, at a moment of UTC. */
static void begin(const char *zone, int64_t now_s)
{
    setenv("TZ", zone, 1);
    tzset();
    tally_begin(&tally, now_s);
}

#define NOON 1764504000 /* 2025-11-30T12:00:00Z */

static void test_a_code_is_a_step_and_its_reason(void **state)
{
    (void)state;
    begin("UTC", NOON);
    add("2025-11-30T08:00:00.000Z", JOURNAL_PAPER_OUT, "");
    add("2025-11-30T08:00:00.000Z", JOURNAL_DECLINED, "reason=insufficient_funds");
    add("2025-11-30T08:01:00.000Z", JOURNAL_DECLINED, "reason=daily_limit");
    add("2025-11-30T08:02:00.000Z", JOURNAL_DECLINED, "reason=insufficient_funds");
    add("2025-11-30T08:03:00.000Z", JOURNAL_SUPERVISOR, "code=wrong in_a_row=1 next_in_s=1");
    add("2025-11-30T08:04:00.000Z", JOURNAL_CARD_IN, "card=400000******7899");
    static const struct {
        const char *code;
        int count;
    } expected[] = { { "card_in", 1 },
                     { "declined daily_limit", 1 },
                     { "declined insufficient_funds", 2 },
                     { "paper_out", 1 },
                     { "supervisor wrong", 1 } };
    assert_int_equal(tally.count, sizeof expected / sizeof expected[0]);
    for (int i = 0; i < tally.count; i++) {
        assert_string_equal(tally.item[i].code, expected[i].code);
        assert_int_equal(tally.item[i].count[0], expected[i].count);
    }
}

static void test_steps_that_only_lead_on_are_none(void **state)
{
    (void)state;
    begin("UTC", NOON);
    add("2025-11-30T08:00:00.000Z", JOURNAL_STACK, "notes=5000x1");
    add("2025-11-30T08:00:00.000Z", JOURNAL_STEP_COUNT, "");
    add("not a time", JOURNAL_CARD_IN, "");
    assert_int_equal(tally.count, 0);
}

static void test_days_are_the_machines_own(void **state)
{
    (void)state;
    begin("UTC+5", NOON);                                 /* seven in the morning there */
    add("2025-11-30T05:00:00.000Z", JOURNAL_CARD_IN, ""); /* its midnight */
    add("2025-11-30T04:59:59.999Z", JOURNAL_CARD_IN, "");
    add("2025-11-26T05:00:00.000Z", JOURNAL_CARD_IN, "");
    add("2025-11-26T04:59:59.999Z", JOURNAL_CARD_IN, ""); /* too long ago */
    add("2025-12-01T05:00:00.000Z", JOURNAL_CARD_IN, ""); /* the clock was put back since */
    static const int counts[TALLY_DAYS] = { 1, 1, 0, 0, 1 };
    assert_int_equal(tally.count, 1);
    assert_memory_equal(tally.item[0].count, counts, sizeof counts);
}

/* Twenty-three and twenty-five hours are a day, too. */
static void test_a_change_of_the_clock_leaves_no_day_out(void **state)
{
    (void)state;
    static const int64_t changes[] = { 1743368400, 1761512400 }; /* soon after the nights of both */
    for (size_t i = 0; i < 2; i++) {
        setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
        tzset();
        for (int ago = 0; ago < TALLY_DAYS; ago++) {
            const struct tm later = tally_date(changes[i], ago);
            const struct tm earlier = tally_date(changes[i], ago + 1);
            assert_int_equal((later.tm_yday - earlier.tm_yday + 365) % 365, 1);
        }
    }
}

static void test_more_codes_than_there_is_room_for_are_left_out(void **state)
{
    (void)state;
    begin("UTC", NOON);
    for (int i = 0; i < TALLY_CODES + 9; i++) {
        char detail[32];
        snprintf(detail, sizeof detail, "reason=r%02d", i);
        add("2025-11-30T08:00:00.000Z", JOURNAL_DECLINED, detail);
    }
    assert_int_equal(tally.count, TALLY_CODES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_code_is_a_step_and_its_reason),
        cmocka_unit_test(test_steps_that_only_lead_on_are_none),
        cmocka_unit_test(test_days_are_the_machines_own),
        cmocka_unit_test(test_a_change_of_the_clock_leaves_no_day_out),
        cmocka_unit_test(test_more_codes_than_there_is_room_for_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
