/* SPDX-License-Identifier: MIT */
/* The file `operators`: who is one, and what is wrong with a file, by its line. */
#include "bank/server/operators.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct home home;
static struct error error;
static char path[HOME_PATH_SIZE];

static int set_up(void **state)
{
    (void)state;
    snprintf(home.path, sizeof home.path, "%s", scratch_create());
    home_path(&home, path, sizeof path, OPERATORS_FILE);
    return 0;
}

static void put(const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
}

static struct operators *load(const char *text)
{
    put(text);
    struct operators *operators = operators_load(&home, &error);
    check_worked(operators != NULL, &error);
    return operators;
}

static void check_user(const struct operators *operators, uid_t uid, const char *name,
                       enum operator_role role)
{
    const struct actor who = operators_of_user(operators, uid);
    assert_string_equal(who.name, name);
    assert_int_equal(who.role, role);
}

static void test_a_name_has_its_role_by_each_of_its_identities(void **state)
{
    (void)state;
    struct operators *operators = load("# who may what\n"
                                       "\n"
                                       "anna supervisor\tuid=4001 cert=anna@branch-7 # the boss\n"
                                       "bert.b clerk uid=4002 uid=4003\n"
                                       "  eva viewer user=daemon");
    assert_int_equal(operators_count(operators), 3);
    check_user(operators, 4001, "anna", ROLE_SUPERVISOR);
    check_user(operators, 4002, "bert.b", ROLE_CLERK);
    check_user(operators, 4003, "bert.b", ROLE_CLERK);
    check_user(operators, 1, "eva", ROLE_VIEWER);
    check_user(operators, 4004, "", ROLE_NONE);
    check_user(operators, (uid_t)-1, "", ROLE_NONE); /* of a peer that has gone */
    check_user(operators, 0, "", ROLE_NONE);         /* root is named or is none */
    struct actor anna = operators_of_certificate(operators, "anna@branch-7");
    assert_string_equal(anna.name, "anna");
    assert_string_equal(anna.from, "certificate anna@branch-7");
    assert_int_equal(operators_of_certificate(operators, "").role, ROLE_NONE);
    assert_int_equal(operators_of_certificate(operators, "anna").role, ROLE_NONE);
    assert_string_equal(operators_of_user(operators, 4001).from, "uid 4001");
    operators_free(operators);
}

static void test_without_a_file_the_owner_and_root_are_supervisors(void **state)
{
    (void)state;
    struct operators *operators = operators_load(&home, &error);
    check_worked(operators != NULL, &error);
    assert_int_equal(operators_of_user(operators, geteuid()).role, ROLE_SUPERVISOR);
    check_user(operators, 0, "root", ROLE_SUPERVISOR);
    check_user(operators, 4001, "", ROLE_NONE);
    operators_free(operators);
}

static void test_an_empty_file_names_no_operator(void **state)
{
    (void)state;
    struct operators *operators = load("# none\n");
    check_user(operators, geteuid(), "", ROLE_NONE);
    operators_free(operators);
}

static void test_what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } wrong[] = {
        { "\nAnna clerk uid=1\n", "line 2: a name is 1 to 24 of" },
        { "abcdefghijklmnopqrstuvwxy clerk uid=1", "line 1: a name is" },
        { "anna boss uid=1", "line 1: after the name comes viewer, clerk" },
        { "anna", "line 1: after the name comes" },
        { "anna clerk", "line 1: after the role comes uid=NUMBER" },
        { "anna clerk uid=-1", "uid= wants the number of a user, not '-1'" },
        { "anna clerk uid=4294967295", "uid= wants the number" },
        { "anna clerk uid=1x", "uid= wants the number" },
        { "anna clerk user=nobody-by-that-name", "this machine has no user" },
        { "anna clerk cert=", "cert= wants a common name" },
        { "anna clerk group=x", "an identity is uid=NUMBER, user=LOGIN or cert=CN, not" },
        { "anna clerk uid=1\nbert clerk uid=1", "line 2: uid=1 is anna's already" },
        { "anna clerk uid=1 user=daemon", "line 1: user=daemon is anna's already" },
        { "anna clerk uid=1\n\nanna viewer uid=2", "line 3: all identities of a name" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        put(wrong[i].text);
        assert_null(operators_load(&home, &error));
        check_contains(error.message, wrong[i].message);
        assert_int_equal(error.kind, ERROR_USAGE);
    }
}

static void test_a_file_that_others_can_write_is_refused(void **state)
{
    (void)state;
    put("anna clerk uid=1\n");
    for (mode_t mode = 020; mode >= 002; mode /= 8) {
        assert_int_equal(chmod(path, 0644 | mode), 0);
        assert_null(operators_load(&home, &error));
        check_contains(error.message, "can be written by other users");
    }
    if (geteuid() == 0) {
        assert_int_equal(chmod(path, 0644), 0);
        assert_int_equal(chown(path, 4001, 4001), 0);
        assert_null(operators_load(&home, &error));
        check_contains(error.message, "belongs to user 4001");
    }
    char other[HOME_PATH_SIZE + 10];
    snprintf(other, sizeof other, "%s.other", path);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(symlink(other, path), 0);
    assert_null(operators_load(&home, &error));
    unlink(path);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_null(operators_load(&home, &error));
    check_contains(error.message, "is not a file");
}

static void test_a_file_without_end_is_refused(void **state)
{
    (void)state;
    char *text = malloc(70000);
    assert_non_null(text);
    memset(text, '#', 69999);
    text[69999] = '\0';
    put(text);
    free(text);
    assert_null(operators_load(&home, &error));
    check_contains(error.message, "longer than");
    char many[20000] = "";
    for (int i = 0; i < 600; i++)
        sprintf(many + strlen(many), "n%d clerk uid=%d\n", i, 5000 + i);
    put(many);
    assert_null(operators_load(&home, &error));
    check_contains(error.message, "line 513: there are more than 512");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_name_has_its_role_by_each_of_its_identities, set_up),
        cmocka_unit_test_setup(test_without_a_file_the_owner_and_root_are_supervisors, set_up),
        cmocka_unit_test_setup(test_an_empty_file_names_no_operator, set_up),
        cmocka_unit_test_setup(test_what_is_wrong_is_said_with_its_line, set_up),
        cmocka_unit_test_setup(test_a_file_that_others_can_write_is_refused, set_up),
        cmocka_unit_test_setup(test_a_file_without_end_is_refused, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
