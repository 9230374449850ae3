/* SPDX-License-Identifier: MIT */
/* Store and forward: for ever, once, and one that the bank refuses holds up no other. */
#include "atm/link/saf.h"

#include "atm/files/durable.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static const struct uuid teller = { { 0x1c } };
static const char *folder;
static struct memory memory = { .keyed = true, .key = { { { 0x11, 0x22 } }, { { 0x1c } } } };
static struct saf saf;

static void reopen(void)
{
    struct error error;
    saf_close(&saf);
    check_worked(saf_open(&saf, folder, &memory, &error), &error);
}

static int fresh(void **state)
{
    (void)state;
    folder = scratch_create();
    reopen();
    return 0;
}

static struct uuid withdrawal(unsigned char number)
{
    return (struct uuid){ { number } };
}

static struct uuid message(unsigned char number)
{
    return (struct uuid){ { 0xee, number } };
}

static void store(unsigned char number, enum advice_outcome outcome)
{
    struct error error;
    char line[MESSAGE_SIZE];
    struct advice advice = { .withdrawal = withdrawal(number), .outcome = outcome };
    struct uuid id = message(number);
    size_t length = message_advice(line, &id, &teller, &advice);
    check_worked(saf_store(&saf, &advice.withdrawal, line, length, &error), &error);
}

static enum saf_answer answer(unsigned char number, enum refusal refusal, int64_t now_ms,
                              struct saf_entry **entry)
{
    struct reply reply = { .id = message(number),
                           .ok = refusal == REFUSED_NONE,
                           .refusal = refusal };
    return saf_answer(&saf, &reply, now_ms, entry);
}

static void finish(struct saf_entry *entry, bool refused)
{
    struct error error;
    check_worked(saf_finish(&saf, entry, refused, &error), &error);
}

/* Everything due now, sent. */
static int send_due(int64_t now_ms)
{
    int count = 0;
    while (saf_due(&saf, now_ms) != NULL)
        count++;
    return count;
}

static void test_messages_leave_in_the_order_of_their_withdrawals(void **state)
{
    (void)state;
    store(3, ADVICE_DISPENSED);
    store(1, ADVICE_DISPENSED);
    store(2, ADVICE_NOT_DISPENSED);
    for (unsigned char number = 1; number <= 3; number++) {
        const struct saf_entry *entry = saf_due(&saf, 0);
        struct uuid expected = withdrawal(number);
        assert_true(uuid_equal(&entry->stored.withdrawal, &expected));
    }
    assert_null(saf_due(&saf, 0));
}

static void test_what_is_stored_survives_a_restart_word_for_word(void **state)
{
    (void)state;
    char line[MESSAGE_SIZE];
    store(1, ADVICE_RETRACTED);
    strcpy(line, saf.entry[0].line);
    reopen();
    assert_int_equal(saf.count, 1);
    assert_string_equal(saf.entry[0].line, line);
    assert_string_equal(saf.entry[0].stored.outcome, "retracted");
    struct uuid id = message(1);
    assert_true(uuid_equal(&saf.entry[0].stored.id, &id));
}

static void test_a_withdrawal_never_has_two_advices(void **state)
{
    (void)state;
    store(1, ADVICE_DISPENSED);
    store(1, ADVICE_NOT_DISPENSED);
    assert_int_equal(saf.count, 1);
    reopen();
    assert_int_equal(saf.count, 1);
    assert_string_equal(saf.entry[0].stored.outcome, "dispensed");
    struct uuid id = withdrawal(1), other = withdrawal(2);
    assert_true(saf_has(&saf, &id));
    assert_false(saf_has(&saf, &other));
}

static void test_an_acknowledged_message_is_gone_for_good(void **state)
{
    (void)state;
    struct saf_entry *entry;
    store(1, ADVICE_DISPENSED);
    send_due(0);
    assert_int_equal(answer(1, REFUSED_NONE, 5, &entry), SAF_ACKNOWLEDGED);
    finish(entry, false);
    reopen();
    assert_int_equal(saf.count, 0);
}

static void test_one_that_is_refused_is_filed_and_holds_up_no_other(void **state)
{
    (void)state;
    struct saf_entry *entry;
    char path[200];
    store(1, ADVICE_DISPENSED);
    store(2, ADVICE_DISPENSED);
    assert_int_equal(send_due(0), 2); /* the second does not wait for the first's answer */
    assert_int_equal(answer(1, REFUSED_WITHDRAWAL_ENDED, 5, &entry), SAF_REFUSED);
    finish(entry, true);
    assert_int_equal(saf.count, 1);
    snprintf(path, sizeof path, "%s/refused/01000000-0000-0000-0000-000000000000.json", folder);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(answer(2, REFUSED_NONE, 5, &entry), SAF_ACKNOWLEDGED);
}

static void test_one_that_is_stuck_is_tried_ever_more_slowly_and_holds_up_no_other(void **state)
{
    (void)state;
    struct saf_entry *entry;
    int64_t now_ms = 0, before_ms = 0;
    store(1, ADVICE_DISPENSED);
    store(2, ADVICE_DISPENSED);
    for (int i = 0; i < 12; i++) {
        send_due(now_ms);
        assert_int_equal(answer(1, REFUSED_SYSTEM_ERROR, now_ms, &entry), SAF_LATER);
        int64_t wait_ms = entry->next_ms - now_ms;
        assert_true(wait_ms >= before_ms && wait_ms <= 60000);
        before_ms = wait_ms;
        now_ms = entry->next_ms;
    }
    assert_int_equal(before_ms, 60000);
    assert_int_equal(answer(2, REFUSED_NONE, now_ms, &entry), SAF_ACKNOWLEDGED);
    assert_int_equal(saf.count, 2);
}

static void test_the_bank_may_say_when_to_come_again(void **state)
{
    (void)state;
    struct saf_entry *entry;
    store(1, ADVICE_DISPENSED);
    send_due(0);
    struct reply reply = { .id = message(1),
                           .refusal = REFUSED_BANK_UNAVAILABLE,
                           .retry_after_ms = 7000 };
    assert_int_equal(saf_answer(&saf, &reply, 100, &entry), SAF_LATER);
    assert_null(saf_due(&saf, 7099));
    assert_non_null(saf_due(&saf, 7100));
    /* But not so late that an advice would be lost by it. */
    reply.retry_after_ms = INT32_MAX;
    assert_int_equal(saf_answer(&saf, &reply, 8000, &entry), SAF_LATER);
    assert_int_equal(entry->next_ms, 8000 + 60000);
    assert_int_equal(saf_deadline(&saf), 8000 + 60000);
    assert_non_null(saf_due(&saf, 8000 + 60000));
}

static void test_a_lost_connection_sends_it_again_under_the_same_id_marked_as_a_repeat(void **state)
{
    (void)state;
    store(1, ADVICE_DISPENSED);
    const struct saf_entry *entry = saf_due(&saf, 0);
    assert_null(strstr(entry->line, "repeat"));
    assert_null(saf_due(&saf, 10));
    saf_disconnected(&saf, 20);
    entry = saf_due(&saf, 20);
    assert_non_null(entry);
    check_contains(entry->line, "\"repeat\":true");
    check_contains(entry->line, "ee010000-");
    assert_int_equal(entry->length, strlen(entry->line));
}

static void test_an_unanswered_message_is_sent_again(void **state)
{
    (void)state;
    store(1, ADVICE_DISPENSED);
    send_due(0);
    assert_int_equal(saf_deadline(&saf), 10000);
    assert_int_equal(send_due(10000), 1);
}

static void test_a_reply_to_something_else_changes_nothing(void **state)
{
    (void)state;
    struct saf_entry *entry = NULL;
    store(1, ADVICE_DISPENSED);
    assert_int_equal(answer(9, REFUSED_NONE, 0, &entry), SAF_NOT_MINE);
    assert_null(entry);
    assert_int_equal(saf.count, 1);
}

static void test_a_full_disk_stores_nothing_and_says_so(void **state)
{
    (void)state;
    struct error error;
    struct rlimit before, full;
    char line[MESSAGE_SIZE];
    struct advice advice = { .withdrawal = withdrawal(1) };
    struct uuid id = message(1);
    size_t length = message_advice(line, &id, &teller, &advice);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = before;
    full.rlim_cur = 10;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    bool stored = saf_store(&saf, &advice.withdrawal, line, length, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(stored);
    assert_int_equal(saf.count, 0);
    reopen();
    assert_int_equal(saf.count, 0);
}

static void test_a_damaged_message_is_set_aside_and_the_others_go_on(void **state)
{
    (void)state;
    struct error error;
    store(1, ADVICE_DISPENSED);
    check_worked(durable_write(saf.stored_in, "00000000-0000-0000-0000-000000000001.json",
                               "{\"v\":1,", 7, &error),
                 &error);
    reopen();
    assert_int_equal(saf.count, 1);
    char path[200];
    snprintf(path, sizeof path, "%s/refused/00000000-0000-0000-0000-000000000001.json", folder);
    assert_int_equal(access(path, R_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_messages_leave_in_the_order_of_their_withdrawals, fresh),
        cmocka_unit_test_setup(test_what_is_stored_survives_a_restart_word_for_word, fresh),
        cmocka_unit_test_setup(test_a_withdrawal_never_has_two_advices, fresh),
        cmocka_unit_test_setup(test_an_acknowledged_message_is_gone_for_good, fresh),
        cmocka_unit_test_setup(test_one_that_is_refused_is_filed_and_holds_up_no_other, fresh),
        cmocka_unit_test_setup(
            test_one_that_is_stuck_is_tried_ever_more_slowly_and_holds_up_no_other, fresh),
        cmocka_unit_test_setup(test_the_bank_may_say_when_to_come_again, fresh),
        cmocka_unit_test_setup(
            test_a_lost_connection_sends_it_again_under_the_same_id_marked_as_a_repeat, fresh),
        cmocka_unit_test_setup(test_an_unanswered_message_is_sent_again, fresh),
        cmocka_unit_test_setup(test_a_reply_to_something_else_changes_nothing, fresh),
        cmocka_unit_test_setup(test_a_full_disk_stores_nothing_and_says_so, fresh),
        cmocka_unit_test_setup(test_a_damaged_message_is_set_aside_and_the_others_go_on, fresh),
    };
    return cmocka_run_group_tests_name("saf", tests, NULL, NULL);
}
