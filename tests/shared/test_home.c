/* SPDX-License-Identifier: MIT */
/* The home directory: where it is, how it is made, and that one bank has it. */
#include "shared/home.h"

#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct error error;

static int setup(void **state)
{
    (void)state;
    memset(&error, 0, sizeof error);
    return unsetenv("ESBANK_HOME") != 0 || unsetenv("XDG_STATE_HOME") != 0;
}

static struct home located(const char *option)
{
    struct home home;
    check_worked(home_locate(option, &home, &error), &error);
    return home;
}

static void test_the_option_wins_over_every_variable(void **state)
{
    (void)state;
    setenv("ESBANK_HOME", "/e", 1);
    setenv("XDG_STATE_HOME", "/x", 1);
    assert_string_equal(located("/option//").path, "/option");
    assert_string_equal(located(NULL).path, "/e");
    unsetenv("ESBANK_HOME");
    assert_string_equal(located(NULL).path, "/x/esbank");
}

static void test_without_variables_root_and_others_have_their_usual_place(void **state)
{
    (void)state;
    char *before = strdup(getenv("HOME") != NULL ? getenv("HOME") : "/");
    setenv("HOME", "/somewhere", 1);
    setenv("XDG_STATE_HOME", "relative/is/ignored", 1);
    assert_string_equal(located(NULL).path,
                        geteuid() == 0 ? "/var/lib/esbank" : "/somewhere/.local/state/esbank");
    setenv("HOME", before, 1);
    free(before);
}

static void test_a_relative_home_counts_from_the_current_directory(void **state)
{
    (void)state;
    char here[300], expected[320];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(expected, sizeof expected, "%s/sub", here);
    assert_string_equal(located("sub/").path, expected);
}

static void test_an_empty_or_overlong_home_is_refused(void **state)
{
    (void)state;
    struct home home;
    assert_false(home_locate("", &home, &error));
    check_contains(error.message, "--home is empty");
    char name[HOME_SIZE + 10];
    memset(name, 'a', sizeof name);
    name[0] = '/';
    name[sizeof name - 1] = '\0';
    assert_false(home_locate(name, &home, &error));
    check_contains(error.message, "--home");
    assert_int_equal(error.kind, ERROR_USAGE);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void test_a_home_is_made_with_what_leads_to_it(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/a/b/home", scratch_create());
    struct home home = located(path);
    mode_t before = umask(0077);
    check_worked(home_create(&home, &error), &error);
    umask(before);
    assert_int_equal(mode_of(path), geteuid() == 0 ? 0711 : 0700);
    check_worked(home_create(&home, &error), &error);
    check_worked(home_create_directory(&home, "keys", 0700, &error), &error);
    check_worked(home_create_directory(&home, "keys", 0700, &error), &error);
    home_path(&home, path, sizeof path, "%s", "keys");
    assert_int_equal(mode_of(path), 0700);
}

static void test_a_file_in_the_way_is_named(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/file", scratch_create());
    close(open(path, O_WRONLY | O_CREAT, 0600));
    struct home home = located(path);
    assert_false(home_create(&home, &error));
    check_contains(error.message, path);
    check_contains(error.message, "--home");
}

static void test_a_socket_path_ends_at_107_bytes(void **state)
{
    (void)state;
    char name[200] = "/";
    size_t longest = 107 - strlen("/atm.sock");
    memset(name + 1, 'h', longest - 1);
    name[longest] = '\0';
    struct home home = located(name);
    char socket[HOME_SOCKET_SIZE];
    check_worked(home_socket_path(&home, socket, "atm.sock", &error), &error);
    assert_int_equal(strlen(socket), 107);
    assert_false(home_socket_path(&home, socket, "atm1.sock", &error));
    check_contains(error.message, "108 bytes long");
    check_contains(error.message, "at least 1 bytes shorter with --home DIR");
}

static void test_a_second_bank_is_refused_with_the_pid_of_the_first(void **state)
{
    (void)state;
    struct home home = located(scratch_create());
    int lock = home_lock(&home, &error);
    check_worked(lock >= 0, &error);
    char pid[40];
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_int_equal(home_lock(&home, &error), -1);
    check_contains(error.message, pid);
    assert_true(fcntl(lock, F_GETFD) & FD_CLOEXEC);
    home_unlock(lock);
    lock = home_lock(&home, &error);
    check_worked(lock >= 0, &error);
    home_unlock(lock);
}

static void test_a_killed_bank_does_not_keep_the_home(void **state)
{
    (void)state;
    struct home home = located(scratch_create());
    pid_t child = fork();
    if (child == 0) {
        struct error mishap;
        if (home_lock(&home, &mishap) < 0)
            _exit(1);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    int lock = home_lock(&home, &error);
    check_worked(lock >= 0, &error);
    home_unlock(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_option_wins_over_every_variable, setup),
        cmocka_unit_test_setup(test_without_variables_root_and_others_have_their_usual_place,
                               setup),
        cmocka_unit_test_setup(test_a_relative_home_counts_from_the_current_directory, setup),
        cmocka_unit_test_setup(test_an_empty_or_overlong_home_is_refused, setup),
        cmocka_unit_test_setup(test_a_home_is_made_with_what_leads_to_it, setup),
        cmocka_unit_test_setup(test_a_file_in_the_way_is_named, setup),
        cmocka_unit_test_setup(test_a_socket_path_ends_at_107_bytes, setup),
        cmocka_unit_test_setup(test_a_second_bank_is_refused_with_the_pid_of_the_first, setup),
        cmocka_unit_test_setup(test_a_killed_bank_does_not_keep_the_home, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
