/* SPDX-License-Identifier: MIT */
/* Ids: version 7, their text, and that they do not collide. */
#include "shared/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void test_the_example_of_the_standard_comes_out(void **state)
{
    (void)state;
    /* RFC 9562, appendix A.6. */
    static const unsigned char random[10] = { 0xfc, 0xc3, 0x18, 0xc4, 0xdc,
                                              0x0c, 0x0c, 0x07, 0x39, 0x8f };
    char text[UUID_TEXT_LENGTH];
    struct uuid uuid = uuid_from_time(INT64_C(1645557742000000), random);
    assert_string_equal(uuid_write(&uuid, text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

/* RFC 9562, A.4: www.example.com in the namespace of DNS. */
static void test_a_name_has_the_id_of_the_standard(void **state)
{
    (void)state;
    struct uuid space, named;
    char text[UUID_TEXT_LENGTH];
    assert_true(uuid_read("6ba7b810-9dad-11d1-80b4-00c04fd430c8", 36, &space));
    named = uuid_named(&space, "www.example.com");
    assert_string_equal(uuid_write(&named, text), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

static void test_text_and_bytes_go_both_ways(void **state)
{
    (void)state;
    struct uuid uuid;
    char text[UUID_TEXT_LENGTH];
    static const char upper[] = "1C915DD1-8BF0-4662-A2CE-60725B0C7DE2";
    assert_true(uuid_read(upper, 36, &uuid));
    assert_int_equal(uuid.bytes[0], 0x1c);
    assert_int_equal(uuid.bytes[15], 0xe2);
    assert_string_equal(uuid_write(&uuid, text), "1c915dd1-8bf0-4662-a2ce-60725b0c7de2");
}

static void test_what_is_no_uuid_is_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "1c915dd1-8bf0-4662-a2ce-60725b0c7de",
        "1c915dd1-8bf0-4662-a2ce-60725b0c7de22",
        "1c915dd18bf04662a2ce60725b0c7de2",
        "1c915dd1-8bf0-4662-a2ce-60725b0c7dg2",
        "1c915dd1_8bf0_4662_a2ce_60725b0c7de2",
        "1c915dd18-bf0-4662-a2ce-60725b0c7de2",
        "{c915dd1-8bf0-4662-a2ce-60725b0c7de}",
        "1c915dd1-8bf0-4662-a2ce- 0725b0c7de2",
        "-c915dd1-8bf0-4662-a2ce-60725b0c7de2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct uuid uuid, before;
        memset(&uuid, 0x5a, sizeof uuid);
        before = uuid;
        if (uuid_read(texts[i], strlen(texts[i]), &uuid))
            fail_msg("\"%s\" was taken for a uuid", texts[i]);
        assert_memory_equal(&uuid, &before, sizeof uuid);
    }
}

static void test_a_new_id_is_of_version_7_and_of_now(void **state)
{
    (void)state;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t before_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
    struct uuid uuid = uuid_make();
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | uuid.bytes[i];
    assert_true(ms >= before_ms && ms < before_ms + 10000);
    assert_int_equal(uuid.bytes[6] >> 4, 7);
    assert_int_equal(uuid.bytes[8] >> 6, 2);
    assert_false(uuid_is_nil(&uuid));
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

static void test_a_hundred_thousand_ids_are_all_different(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct uuid *ids = malloc(COUNT * sizeof *ids);
    assert_non_null(ids);
    for (int i = 0; i < COUNT; i++)
        ids[i] = uuid_make();
    qsort(ids, COUNT, sizeof *ids, by_bytes);
    for (int i = 1; i < COUNT; i++)
        assert_false(uuid_equal(&ids[i - 1], &ids[i]));
    free(ids);
}

static void test_a_forked_child_makes_other_ids_than_its_parent(void **state)
{
    (void)state;
    int ends[2];
    struct uuid child, parent = uuid_make();
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        child = uuid_make();
        _exit(write(ends[1], &child, sizeof child) == sizeof child ? 0 : 1);
    }
    assert_true(pid > 0);
    parent = uuid_make();
    assert_int_equal(read(ends[0], &child, sizeof child), sizeof child);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_memory_not_equal(child.bytes + 9, parent.bytes + 9, 7); /* not even the random part */
    close(ends[0]);
    close(ends[1]);
}

static void test_later_ids_sort_after_earlier_ones(void **state)
{
    (void)state;
    unsigned char high[10], low[10] = { 0 };
    memset(high, 0xff, sizeof high);
    struct uuid earlier = uuid_from_time(1000000, high), later = uuid_from_time(1001000, low);
    assert_true(memcmp(earlier.bytes, later.bytes, sizeof earlier.bytes) < 0);
}

static void test_only_the_nil_id_is_nil(void **state)
{
    (void)state;
    struct uuid uuid = { 0 };
    assert_true(uuid_is_nil(&uuid));
    uuid.bytes[15] = 1;
    assert_false(uuid_is_nil(&uuid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_example_of_the_standard_comes_out),
        cmocka_unit_test(test_a_name_has_the_id_of_the_standard),
        cmocka_unit_test(test_text_and_bytes_go_both_ways),
        cmocka_unit_test(test_what_is_no_uuid_is_not_read),
        cmocka_unit_test(test_a_new_id_is_of_version_7_and_of_now),
        cmocka_unit_test(test_a_hundred_thousand_ids_are_all_different),
        cmocka_unit_test(test_a_forked_child_makes_other_ids_than_its_parent),
        cmocka_unit_test(test_later_ids_sort_after_earlier_ones),
        cmocka_unit_test(test_only_the_nil_id_is_nil),
    };
    return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
