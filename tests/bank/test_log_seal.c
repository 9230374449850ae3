/* SPDX-License-Identifier: MIT */
/* Seals: what each of their parts stands for, and what a digest of rows tells apart. */
#include "bank/codec/log_seal.h"
#include "tests/support/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static const unsigned char key[LOG_KEY_LENGTH] = "one key of the log, 32 bytes ...";
static struct log_sealer *sealer;
static const struct log_seal whole = {
    .epoch = 3, .sequence = 77, .from = 40, .sums = { { 1, 2 }, { UINT64_MAX, UINT64_MAX } }
};
static unsigned char hash[HASH_LENGTH] = { 1, 2, 3 }, bytes[LOG_SEAL_LENGTH];

static int begin(void **state)
{
    (void)state;
    sealer = log_sealer_create(key);
    log_seal_write(sealer, SEAL_APPEND, 44, hash, &whole, bytes);
    return 0;
}

static int end(void **state)
{
    (void)state;
    log_sealer_destroy(sealer);
    return 0;
}

static void test_a_seal_says_what_was_put_into_it(void **state)
{
    (void)state;
    struct log_seal seal;
    assert_true(log_seal_read(sealer, SEAL_APPEND, 44, hash, bytes, &seal));
    assert_int_equal(seal.epoch, 3);
    assert_int_equal(seal.sequence, 77);
    assert_int_equal(seal.from, 40);
    assert_true(log_sum_equal(&seal.sums.commands, &whole.sums.commands));
    assert_true(log_sum_equal(&seal.sums.kept, &whole.sums.kept));
}

static void test_every_bit_of_it_counts(void **state)
{
    (void)state;
    struct log_seal seal;
    for (size_t i = 0; i < sizeof bytes * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
        assert_false(log_seal_read(sealer, SEAL_APPEND, 44, hash, bytes, &seal));
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
    }
    assert_false(log_seal_read(sealer, SEAL_APPEND, 45, hash, bytes, &seal));
    hash[31] ^= 1;
    assert_false(log_seal_read(sealer, SEAL_APPEND, 44, hash, bytes, &seal));
    hash[31] ^= 1;
    assert_true(log_seal_read(sealer, SEAL_APPEND, 44, hash, bytes, &seal));
}

static void test_an_append_s_is_no_head_s(void **state)
{
    (void)state;
    struct log_seal seal;
    assert_false(log_seal_read(sealer, SEAL_HEAD, 44, hash, bytes, &seal));
}

static void test_another_key_makes_another(void **state)
{
    (void)state;
    unsigned char another[LOG_KEY_LENGTH];
    struct log_seal seal;
    memcpy(another, key, sizeof another);
    another[31] ^= 1;
    struct log_sealer *stranger = log_sealer_create(another);
    assert_false(log_seal_read(stranger, SEAL_APPEND, 44, hash, bytes, &seal));
    log_sealer_destroy(stranger);
}

static void test_the_head_s_epoch_is_the_row_s(void **state)
{
    (void)state;
    struct log_end end_of_log = { .position = 44, .epoch = 3 };
    struct log_seal seal;
    memcpy(end_of_log.hash, hash, HASH_LENGTH);
    log_seal_write(sealer, SEAL_HEAD, 44, hash, &whole, end_of_log.seal);
    assert_true(log_end_read(sealer, &end_of_log, &seal));
    end_of_log.epoch++;
    assert_false(log_end_read(sealer, &end_of_log, &seal));
}

/* The same sums in the next seal look like others. */
static void test_digests_are_masked(void **state)
{
    (void)state;
    unsigned char next[LOG_SEAL_LENGTH];
    struct log_seal seal = whole;
    seal.sequence++;
    log_seal_write(sealer, SEAL_APPEND, 44, hash, &seal, next);
    assert_memory_not_equal(bytes + 24, next + 24, 16);
    assert_memory_not_equal(bytes + 40, next + 40, 16);
}

static struct log_sum sum_of_command(const char *reply, unsigned char id, unsigned char content,
                                     int64_t position, bool counts)
{
    struct command_record command = { .reply = reply, .reply_length = strlen(reply) };
    struct log_sum sum = { 0, 0 };
    command.id.bytes[0] = id;
    command.content[15] = content;
    log_sum_command(sealer, &command, position, counts, &sum);
    return sum;
}

static void test_each_part_of_a_command_counts(void **state)
{
    (void)state;
    const struct log_sum sum = sum_of_command("{}", 1, 2, 3, true);
    const struct log_sum others[] = { sum_of_command("{} ", 1, 2, 3, true),
                                      sum_of_command("{}", 2, 2, 3, true),
                                      sum_of_command("{}", 1, 3, 3, true),
                                      sum_of_command("{}", 1, 2, 4, true) };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(log_sum_equal(&sum, &others[i]));
    const struct log_sum again = sum_of_command("{}", 1, 2, 3, true);
    assert_true(log_sum_equal(&sum, &again));
    /* What an erasure blanks. */
    const struct log_sum opening = sum_of_command("{}", 1, 2, 3, false),
                         erased = sum_of_command("{}", 1, 0, 3, true);
    assert_true(log_sum_equal(&opening, &erased));
}

static void test_sums_carry_and_have_no_order(void **state)
{
    (void)state;
    const struct log_sum a = { 1, UINT64_MAX }, b = { UINT64_MAX, 1 };
    struct log_sum one = a, other = b;
    log_sum_add(&one, &b);
    log_sum_add(&other, &a);
    assert_true(log_sum_equal(&one, &other));
    assert_true(one.high == 1 && one.low == 0);
}

static void test_texts_of_a_kept_event_stay_apart(void **state)
{
    (void)state;
    struct kept_event event = { .stream_id = "ab", .type = "c", .data = "", .reason = "" };
    struct log_sum sum = { 0, 0 }, other = { 0, 0 }, nothing = { 0, 0 };
    log_sum_kept(sealer, &event, 7, &sum);
    event.stream_id = "a";
    event.type = "bc";
    log_sum_kept(sealer, &event, 7, &other);
    assert_false(log_sum_equal(&sum, &other));
    event = (struct kept_event){ .stream_id = "ab", .type = "c", .data = NULL, .reason = "" };
    log_sum_kept(sealer, &event, 7, &nothing);
    assert_false(log_sum_equal(&sum, &nothing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_seal_says_what_was_put_into_it),
        cmocka_unit_test(test_every_bit_of_it_counts),
        cmocka_unit_test(test_an_append_s_is_no_head_s),
        cmocka_unit_test(test_another_key_makes_another),
        cmocka_unit_test(test_the_head_s_epoch_is_the_row_s),
        cmocka_unit_test(test_digests_are_masked),
        cmocka_unit_test(test_each_part_of_a_command_counts),
        cmocka_unit_test(test_sums_carry_and_have_no_order),
        cmocka_unit_test(test_texts_of_a_kept_event_stay_apart),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
