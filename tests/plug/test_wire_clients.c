/* SPDX-License-Identifier: MIT */
/*
 * Rude clients of a real bank: lines without end, garbage, half a line, a byte
 * at a time, no ear for replies. Whatever one does, everybody else is served.
 */
#include "tests/plug/wire_kit.h"

#include <sys/socket.h>

enum { LINE = 65536 };

static void test_a_line_may_have_64_kib_and_not_a_byte_more(void **state)
{
    (void)state;
    static char line[LINE + 10];
    open_wire(&wire, "atm.sock");
    memset(line, ' ', sizeof line);
    const char *echo = filled(REQUEST "\"EchoTest\"}");
    memcpy(line, echo, strlen(echo));
    line[LINE - 1] = '\n';
    assert_true(wire_send(&wire, line, LINE));
    expect_reply(wire_line(&wire, REPLY_MS), "\"ok\":true", "65,536 bytes");
    line[LINE - 1] = ' ';
    line[LINE] = '\n';
    wire_send(&wire, line, LINE + 1);
    expect_reply(wire_line(&wire, REPLY_MS), "\"invalid_request\"", "65,537 bytes");
    assert_null(wire_line(&wire, REPLY_MS));
    assert_int_equal(wire.file, -1); /* and closed */
    expect_others_served();
}

static void test_a_client_that_sends_garbage_hurts_only_itself(void **state)
{
    (void)state;
    static char garbage[LINE * 4];
    uint32_t random = 12345;
    open_wire(&wire, "atm.sock");
    for (size_t i = 0; i < sizeof garbage; i++) {
        random = random * 1664525 + 1013904223;
        garbage[i] = (char)(random >> 24);
    }
    /* The bank may stop reading until its complaints are read, or close: both sides go on
     * meanwhile. */
    size_t sent = 0;
    int replies = 0;
    while (sent < sizeof garbage && wire.file >= 0) {
        ssize_t step =
            send(wire.file, garbage + sent, sizeof garbage - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (step > 0) {
            sent += (size_t)step;
            continue;
        }
        char *reply = wire_line(&wire, REPLY_MS);
        if (reply == NULL)
            break;
        assert_true(reply_has(reply, "\"invalid_request\""));
        free(reply);
        replies++;
    }
    expect_others_served();
    if (wire.file >= 0)
        shutdown(wire.file, SHUT_WR);
    for (char *reply; (reply = wire_line(&wire, REPLY_MS)) != NULL; replies++) {
        assert_true(reply_has(reply, "\"invalid_request\""));
        free(reply);
    }
    assert_int_equal(wire.file, -1); /* the bank has closed it, at the end or before */
    assert_true(replies > 0);
    printf("# %zu bytes of garbage, %d complaints\n", sent, replies);
    wire_close(&wire);
}

static void test_a_client_that_has_nothing_more_to_say_still_gets_its_replies(void **state)
{
    (void)state;
    open_signed_on();
    for (int i = 0; i < 20; i++) {
        const char *line =
            filled(i % 2 == 0 ? REQUEST "\"EchoTest\"}" : WITHDRAW ",\"amount\":1000}");
        assert_true(wire_say(&wire, line));
    }
    assert_int_equal(shutdown(wire.file, SHUT_WR), 0);
    for (int i = 0; i < 20; i++)
        expect_reply(wire_line(&wire, REPLY_MS), "\"ok\":true", "a request before the half-close");
    assert_null(wire_line(&wire, REPLY_MS));
    assert_int_equal(wire.file, -1);
}

static void test_a_client_that_ends_in_the_middle_of_a_line_is_forgotten(void **state)
{
    (void)state;
    open_signed_on();
    int64_t before = last_position();
    const char *line = filled(WITHDRAW ",\"amount\":2000}");
    assert_true(wire_send(&wire, line, strlen(line) / 2));
    wire_close(&wire);
    open_signed_on();
    line = filled(WITHDRAW ",\"amount\":2000}"); /* whole, but its newline never comes */
    assert_true(wire_send(&wire, line, strlen(line)));
    wire_close(&wire);
    expect_others_served();
    assert_int_equal(last_position(), before + 1); /* the second sign-on */
}

static void test_a_slow_client_holds_up_nobody(void **state)
{
    (void)state;
    open_wire(&wire, "atm.sock");
    char line[200];
    snprintf(line, sizeof line, "%s\n", filled(REQUEST "\"EchoTest\"}"));
    for (size_t i = 0; line[i] != '\0'; i++) {
        assert_true(wire_send(&wire, &line[i], 1));
        if (i % 8 == 0)
            expect_others_served();
    }
    expect_reply(wire_line(&wire, REPLY_MS), "\"ok\":true", "a byte at a time");
    wire_close(&wire);
}

static void test_a_client_that_does_not_read_holds_up_nobody(void **state)
{
    (void)state;
    static char lines[1 << 20];
    size_t filled_bytes = 0, sent = 0, whole = 0;
    open_wire(&wire, "atm.sock");
    while (filled_bytes < sizeof lines - 200)
        filled_bytes +=
            (size_t)snprintf(lines + filled_bytes, 200, "%s\n", filled(REQUEST "\"EchoTest\"}"));
    for (ssize_t step; sent < filled_bytes; sent += (size_t)step)
        if ((step = send(wire.file, lines + sent, filled_bytes - sent,
                         MSG_DONTWAIT | MSG_NOSIGNAL)) <= 0)
            break;
    expect_others_served();
    for (size_t i = 0; i < sent; i++)
        whole += lines[i] == '\n';
    assert_true(whole > 64);
    size_t replies = 0;
    for (char *reply; replies < whole && (reply = wire_line(&wire, REPLY_MS)) != NULL; replies++)
        free(reply);
    /* Every whole line is answered, once it reads; the bank may also have lost patience and closed.
     */
    assert_true(replies == whole || wire.file == -1);
    printf("# %zu requests before the first reply was read, %zu answered\n", whole, replies);
    wire_close(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_may_have_64_kib_and_not_a_byte_more),
        cmocka_unit_test(test_a_client_that_sends_garbage_hurts_only_itself),
        cmocka_unit_test(test_a_client_that_has_nothing_more_to_say_still_gets_its_replies),
        cmocka_unit_test(test_a_client_that_ends_in_the_middle_of_a_line_is_forgotten),
        cmocka_unit_test(test_a_slow_client_holds_up_nobody),
        cmocka_unit_test(test_a_client_that_does_not_read_holds_up_nobody),
    };
    return cmocka_run_group_tests_name("wire clients", tests, begin, end);
}
