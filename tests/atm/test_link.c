/* SPDX-License-Identifier: MIT */
/* The link: up again whatever happens, the same request under the same id, nothing dispensed late.
 */
#include "atm/link/link.h"

#include "tests/atm/fake_bank.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { REPLY_TIMEOUT_MS = 60000 };

static const struct uuid asked = { { 0xab } };
static struct uuid teller;
static struct link link_;
static struct fake_bank bank;
static struct link_event last[LINK_OTHER_REPLY + 1]; /* the last event of each kind */
static int seen[LINK_OTHER_REPLY + 1];
static int64_t skew_ms; /* added to the clock: nobody waits for a time-out here */

static void pump(void)
{
    struct pollfd polled;
    struct link_event event;
    link_poll(&link_, &polled);
    poll(&polled, 1, 0);
    link_step(&link_, fake_now_ms() + skew_ms, polled.revents);
    do {
        link_next(&link_, fake_now_ms() + skew_ms, &event);
        last[event.kind] = event;
        seen[event.kind]++;
    } while (event.kind != LINK_NOTHING);
}

static int fresh(void **state)
{
    char path[200];
    const char *home = scratch_create();
    (void)state;
    memset(seen, 0, sizeof seen);
    skew_ms = 0;
    uuid_read(DEFAULT_TELLER_ID, UUID_TEXT_LENGTH - 1, &teller);
    bank_key(home);
    bank_open(&bank, home, pump);
    snprintf(path, sizeof path, "%s/key", home);
    link_init(&link_, bank.path, path, &teller, REPLY_TIMEOUT_MS);
    return 0;
}

static int done(void **state)
{
    (void)state;
    link_finish(&link_);
    bank_close(&bank);
    return 0;
}

static bool is_up(void)
{
    return link_.state == LINK_UP;
}

static bool is_down(void)
{
    return seen[LINK_WENT_DOWN] > 0;
}

static bool has_answer(void)
{
    return seen[LINK_ANSWER] > 0;
}

static bool has_given_up(void)
{
    return seen[LINK_GAVE_UP] > 0;
}

static bool has_other(void)
{
    return seen[LINK_OTHER_REPLY] > 0;
}

static void ask(void)
{
    char line[MESSAGE_SIZE], id[UUID_TEXT_LENGTH];
    int length =
        snprintf(line, sizeof line, "{\"v\":1,\"id\":\"%s\",\"command\":\"InitiateWithdrawal\"}\n",
                 uuid_write(&asked, id));
    link_ask(&link_, &asked, line, (size_t)length, fake_now_ms() + skew_ms);
}

static void up(void)
{
    bank_until(&bank, is_up, "the link is up");
}

static void test_a_sign_on_proves_the_key(void **state)
{
    (void)state;
    up();
    assert_int_equal(seen[LINK_WENT_UP], 1);
    assert_int_equal(last[LINK_WENT_UP].reply.note_limit, 40);
    assert_string_equal(last[LINK_WENT_UP].reply.currency, "EUR");
    char *mac = strstr(bank.line, "\"mac\":\"");
    assert_non_null(mac);
    assert_int_equal(strspn(mac + 7, "0123456789abcdef"), 32);
}

static void test_a_request_without_a_reply_is_sent_again_under_its_id(void **state)
{
    (void)state;
    char first[sizeof bank.line];
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    strcpy(first, bank.line);
    assert_null(strstr(first, "repeat"));
    skew_ms += 3000;
    bank_request(&bank, "InitiateWithdrawal");
    assert_non_null(strstr(bank.line, "\"repeat\":true"));
    /* All of it but the mac, which is of each line. */
    assert_memory_equal(bank.line, first, strlen(first) - WIRE_SIGNATURE_LENGTH);
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, has_answer, "the answer comes");
}

static void test_a_broken_connection_comes_back_and_asks_again(void **state)
{
    (void)state;
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    bank_drop(&bank);
    bank_request(&bank, "InitiateWithdrawal");
    assert_int_equal(bank.sign_ons, 2);
    assert_int_equal(seen[LINK_WENT_DOWN], 1);
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, has_answer, "the answer comes");
    assert_true(last[LINK_ANSWER].reply.ok);
}

static void test_a_reply_after_giving_up_is_nobodys_answer(void **state)
{
    (void)state;
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    char id[UUID_TEXT_LENGTH];
    strcpy(id, bank.id);
    skew_ms += REPLY_TIMEOUT_MS;
    bank_until(&bank, has_given_up, "the link gives up");
    bank_say(&bank, id, true, "");
    bank_until(&bank, has_other, "the late reply is seen");
    assert_int_equal(seen[LINK_ANSWER], 0);
}

static void test_a_bank_without_its_database_is_asked_again_until_it_decides(void **state)
{
    (void)state;
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    bank_say(&bank, NULL, false, ",\"error\":\"bank_unavailable\",\"retry_after_ms\":1");
    bank_request(&bank, "InitiateWithdrawal");
    assert_int_equal(seen[LINK_ANSWER], 0);
    bank_say(&bank, NULL, false, ",\"error\":\"wrong_pin\",\"tries_left\":2");
    bank_until(&bank, has_answer, "the answer comes");
    assert_int_equal(last[LINK_ANSWER].reply.refusal, REFUSED_WRONG_PIN);
    assert_int_equal(last[LINK_ANSWER].reply.tries_left, 2);
}

static void test_replies_in_another_order_find_their_requests(void **state)
{
    (void)state;
    static const char post[] = "{\"v\":1,\"id\":\"cc000000-0000-0000-0000-000000000000\","
                               "\"command\":\"ReportIncident\"}\n";
    up();
    ask();
    assert_true(link_post(&link_, post, sizeof post - 1));
    bank_request(&bank, "InitiateWithdrawal");
    char id[UUID_TEXT_LENGTH];
    strcpy(id, bank.id);
    bank_request(&bank, "ReportIncident");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, has_other, "the second one's reply is seen");
    assert_int_equal(seen[LINK_ANSWER], 0);
    bank_say(&bank, id, true, "");
    bank_until(&bank, has_answer, "the first one's reply is seen");
}

static void test_a_reply_that_came_while_sending_is_not_left_waiting(void **state)
{
    (void)state;
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    assert_true(link_deadline(&link_) > fake_now_ms());
    bank_say(&bank, NULL, true, "");
    link_step(&link_, fake_now_ms(), 0);
    assert_int_equal(link_deadline(&link_), 0);
    pump();
    assert_int_equal(seen[LINK_ANSWER], 1);
    assert_true(link_deadline(&link_) > fake_now_ms()); /* an echo test's */
}

static void test_what_is_no_reply_ends_the_connection(void **state)
{
    (void)state;
    up();
    assert_int_equal(write(bank.client, "hello\n", 6), 6);
    bank_until(&bank, is_down, "the link goes down");
    up();
    assert_int_equal(bank.sign_ons, 2);
}

static void test_a_line_without_an_end_is_not_read_for_ever(void **state)
{
    (void)state;
    static char long_line[WIRE_LINE_MAX];
    up();
    memset(long_line, 'x', sizeof long_line);
    for (size_t sent = 0; sent < sizeof long_line;) {
        ssize_t step = write(bank.client, long_line + sent, sizeof long_line - sent);
        sent += step > 0 ? (size_t)step : 0;
        pump();
    }
    bank_until(&bank, is_down, "the link goes down");
}

static void test_a_refused_sign_on_is_not_up(void **state)
{
    (void)state;
    int64_t deadline = fake_now_ms() + FAKE_DEADLINE_MS;
    while (pump(), !bank_read_line(&bank))
        assert_true(fake_now_ms() < deadline);
    bank_say(&bank, NULL, false, ",\"error\":\"not_signed_on\"");
    while (pump(), link_.state != LINK_DOWN)
        assert_true(fake_now_ms() < deadline);
    assert_int_equal(seen[LINK_WENT_UP], 0);
    check_contains(link_.why, "refused the sign-on");
}

/* An approval that only looks like one, a refusal likewise: neither is an answer, and the link is
 * made anew.
 */
static void test_a_reply_without_the_banks_mac_decides_nothing(void **state)
{
    (void)state;
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    bank.forges = true;
    bank_say(&bank, NULL, true, ",\"notes\":[{\"denomination\":5000,\"count\":1}]");
    bank_until(&bank, is_down, "the link is dropped");
    assert_int_equal(seen[LINK_ANSWER], 0);
    check_contains(link_.why, "does not have the bank's mac");
    bank.forges = false;
    bank_request(&bank, "InitiateWithdrawal");
    bank.forges = true;
    bank_say(&bank, NULL, false, ",\"error\":\"insufficient_funds\"");
    seen[LINK_WENT_DOWN] = 0;
    bank_until(&bank, is_down, "the link is dropped again");
    assert_int_equal(seen[LINK_ANSWER], 0);
    /* What decides nothing may come without: it costs a repetition. */
    bank.forges = false;
    bank_request(&bank, "InitiateWithdrawal");
    bank.forges = true;
    bank_say(&bank, NULL, false, ",\"error\":\"bank_unavailable\",\"retry_after_ms\":1");
    bank.forges = false;
    bank_request(&bank, "InitiateWithdrawal");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, has_answer, "the answer comes");
}

/* It is not in service, but what it owes to the bank still goes there; and it asks again whether
 * that is over. */
static void test_a_barred_machine_only_sends_advices(void **state)
{
    (void)state;
    static const char advice[] = "{\"v\":1,\"command\":\"ConfirmDispense\"}\n";
    int64_t deadline = fake_now_ms() + FAKE_DEADLINE_MS;
    while (pump(), !bank_read_line(&bank))
        assert_true(fake_now_ms() < deadline);
    bank_say(&bank, NULL, false, ",\"error\":\"teller_barred\"");
    while (pump(), link_.state != LINK_BARRED)
        assert_true(fake_now_ms() < deadline);
    assert_int_equal(seen[LINK_WENT_UP], 0);
    check_contains(link_.why, "barred");
    assert_true(link_post(&link_, advice, sizeof advice - 1));
    while (pump(), !bank_read_line(&bank))
        assert_true(fake_now_ms() < deadline);
    check_contains(bank.line, "ConfirmDispense");
    skew_ms += 11000;
    up();
    assert_true(link_takes_advices(&link_));
}

/* While it signs on, a line without a mac speaks of the sign-on only: of a withdrawal or an advice
 * it says nothing. */
static void test_nothing_else_is_settled_while_it_signs_on(void **state)
{
    (void)state;
    int64_t deadline = fake_now_ms() + FAKE_DEADLINE_MS;
    ask();
    while (pump(), !bank_read_line(&bank))
        assert_true(fake_now_ms() < deadline);
    bank.forges = true;
    char id[UUID_TEXT_LENGTH];
    bank_say(&bank, uuid_write(&asked, id), false, ",\"error\":\"insufficient_funds\"");
    bank_say(&bank, "0192f0c1-0000-7000-8000-000000000001", false,
             ",\"error\":\"withdrawal_ended\"");
    while (pump(), link_.state != LINK_DOWN)
        assert_true(fake_now_ms() < deadline);
    assert_int_equal(seen[LINK_ANSWER] + seen[LINK_OTHER_REPLY], 0);
    check_contains(link_.why, "does not have the bank's mac");
}

/* Nor does a refusal that only the bank may give, in a line that anyone could have written. */
static void test_a_refusal_without_a_mac_settles_nothing(void **state)
{
    (void)state;
    static const char *const forged[] = { "authentication_limit", "no_such_card", "id_conflict",
                                          "system_error", "wrong_pin" };
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        char fields[80];
        up();
        if (i == 0)
            ask();
        bank_request(&bank, "InitiateWithdrawal");
        bank.forges = true;
        snprintf(fields, sizeof fields, ",\"error\":\"%s\"", forged[i]);
        seen[LINK_WENT_DOWN] = 0;
        bank_say(&bank, NULL, false, fields);
        bank_until(&bank, is_down, "the link is dropped");
        bank.forges = false;
        assert_int_equal(seen[LINK_ANSWER], 0);
    }
}

static void test_a_request_that_is_over_leaves_no_pin_block_behind(void **state)
{
    (void)state;
    up();
    ask();
    bank_request(&bank, "InitiateWithdrawal");
    bank_say(&bank, NULL, true, "");
    bank_until(&bank, has_answer, "the answer comes");
    for (size_t i = 0; i < sizeof link_.ask; i++)
        assert_int_equal(link_.ask[i], 0);
    assert_int_equal(link_.out_length, 0);
    assert_null(memmem(link_.out, LINK_OUT_SIZE, "InitiateWithdrawal", 18));
}

static bool echoed(void)
{
    return bank.echoes > 0;
}

static bool down_or_signing(void)
{
    return link_.state != LINK_UP;
}

static void test_an_idle_link_asks_whether_the_bank_is_there(void **state)
{
    (void)state;
    up();
    for (int i = 0; i < 3; i++) {
        bank.echoes = 0;
        skew_ms += 5000;
        bank_until(&bank, echoed, "the bank is asked for an echo");
    }
    skew_ms += 4000; /* the echo was heard: the next one is not due */
    pump();
    assert_true(is_up());
    assert_int_equal(seen[LINK_WENT_DOWN], 0);
}

static void test_a_late_answer_to_an_earlier_echo_test_is_one(void **state)
{
    (void)state;
    char first[UUID_TEXT_LENGTH];
    up();
    bank.stands = true;
    skew_ms += 5000;
    bank_until(&bank, echoed, "the bank is asked for an echo");
    snprintf(first, sizeof first, "%.36s", strstr(bank.line, "\"id\":\"") + 6);
    bank.echoes = 0;
    skew_ms += 1000;
    bank_until(&bank, echoed, "the bank is asked once more");
    bank.forges = true; /* an echo has no mac */
    bank_say(&bank, first, true, "");
    pump();
    skew_ms += 4500; /* more than the patience since the first one was sent */
    pump();
    assert_int_equal(seen[LINK_WENT_DOWN], 0);
    assert_true(is_up());
}

static void test_a_bank_that_stands_still_is_away_and_comes_back_by_itself(void **state)
{
    (void)state;
    up();
    bank.stands = true;
    skew_ms += 5000;
    bank_until(&bank, echoed, "the bank is asked for an echo");
    assert_true(is_up());
    skew_ms += 5000;
    bank_until(&bank, down_or_signing, "the link is down");
    bank_until(&bank, is_down, "and the machine hears of it");
    bank.stands = false;
    bank_until(&bank, is_up, "the link is up again");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_idle_link_asks_whether_the_bank_is_there, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_late_answer_to_an_earlier_echo_test_is_one, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(
            test_a_bank_that_stands_still_is_away_and_comes_back_by_itself, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_sign_on_proves_the_key, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_reply_without_the_banks_mac_decides_nothing, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_nothing_else_is_settled_while_it_signs_on, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_refusal_without_a_mac_settles_nothing, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_request_without_a_reply_is_sent_again_under_its_id,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_a_broken_connection_comes_back_and_asks_again, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_reply_after_giving_up_is_nobodys_answer, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(
            test_a_bank_without_its_database_is_asked_again_until_it_decides, fresh, done),
        cmocka_unit_test_setup_teardown(test_replies_in_another_order_find_their_requests, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_reply_that_came_while_sending_is_not_left_waiting,
                                        fresh, done),
        cmocka_unit_test_setup_teardown(test_what_is_no_reply_ends_the_connection, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_line_without_an_end_is_not_read_for_ever, fresh,
                                        done),
        cmocka_unit_test_setup_teardown(test_a_refused_sign_on_is_not_up, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_barred_machine_only_sends_advices, fresh, done),
        cmocka_unit_test_setup_teardown(test_a_request_that_is_over_leaves_no_pin_block_behind,
                                        fresh, done),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
