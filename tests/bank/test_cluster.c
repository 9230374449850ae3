/* SPDX-License-Identifier: MIT */
/*
 * The private cluster against a real Postgres. Making one takes a second or
 * two, so the tests share a home, and each leaves a stopped, whole cluster.
 * The settings are the program's own, but for memory.
 */
#include "bank/cluster/cluster.h"

#include "tests/support/check.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000 };

static struct home home;
static struct error error;

static struct cluster *start(void)
{
    struct cluster *cluster = cluster_start(&(struct cluster_options){ .home = &home }, &error);
    check_worked(cluster != NULL, &error);
    return cluster;
}

/* The first value of a query, in a buffer that the next call overwrites; "" when it fails. */
static const char *ask(const char *conninfo, const char *sql)
{
    static char value[200];
    PGconn *connection = PQconnectdb(conninfo);
    PGresult *result = PQexec(connection, sql);
    bool found = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
    snprintf(value, sizeof value, "%s", found ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(connection);
    return value;
}

/* Ended; whether its new parent has waited for it yet is not our business. */
static bool is_gone(void *arg)
{
    char path[60];
    snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)*(pid_t *)arg);
    FILE *file = fopen(path, "r");
    bool gone = file == NULL || fgetc(file) == EOF;
    if (file != NULL)
        fclose(file);
    return gone;
}

static bool has_died(void *arg)
{
    return cluster_pid(arg) == 0;
}

/* As the bank's loop does: revive, then try to connect. */
static bool is_revived(void *arg)
{
    check_worked(cluster_revive(arg, &error), &error);
    return cluster_pid(arg) != 0 && PQping(cluster_conninfo(arg)) == PQPING_OK;
}

/* Starts a cluster in another process that is then killed as a bank might be. Returns the orphan's
 * pid. */
static pid_t orphan(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t bank = fork();
    if (bank == 0) {
        struct cluster *cluster = cluster_start(&(struct cluster_options){ .home = &home }, &error);
        pid_t pid = cluster != NULL ? cluster_pid(cluster) : 0;
        if (write(ends[1], &pid, sizeof pid) == (ssize_t)sizeof pid)
            raise(SIGKILL);
        _exit(1);
    }
    pid_t pid = 0;
    assert_int_equal(read(ends[0], &pid, sizeof pid), sizeof pid);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(waitpid(bank, NULL, 0), bank);
    assert_true(pid > 0);
    return pid;
}

static void test_a_fresh_cluster_answers_with_its_settings(void **state)
{
    (void)state;
    struct cluster *cluster = start();
    const char *conninfo = cluster_conninfo(cluster);
    assert_string_equal(ask(conninfo, "SELECT current_database() || ' ' || current_user"),
                        "esbank esbank");
    assert_string_equal(ask(conninfo, "SHOW listen_addresses"), "");
    assert_string_equal(ask(conninfo, "SHOW fsync"), "on");
    assert_string_equal(ask(conninfo, "SHOW idle_in_transaction_session_timeout"), "10min");
    assert_string_equal(ask(conninfo, "SHOW synchronous_commit"), "on");
    assert_string_equal(ask(conninfo, "SHOW data_checksums"), "on");
    assert_string_equal(ask(conninfo, "SHOW server_encoding"), "UTF8");
    assert_string_equal(ask(conninfo, "SHOW timezone"), "UTC");
    assert_string_equal(ask(conninfo, "SHOW shared_buffers"),
                        "32MB"); /* ours is overridden by main() */
    char found[CLUSTER_CONNINFO_SIZE];
    check_worked(cluster_running_conninfo(&home, found, sizeof found, &error), &error);
    assert_string_equal(found, conninfo);
    assert_string_equal(ask(conninfo, "CREATE TABLE kept AS SELECT 42 AS n; SELECT n FROM kept"),
                        "42");
    cluster_stop(cluster);
}

static void test_its_directory_is_closed_to_others_and_not_roots(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    struct stat status;
    home_path(&home, path, sizeof path, "pg");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    const struct passwd *postgres = getpwnam("postgres");
    assert_int_equal(status.st_uid,
                     geteuid() == 0 && postgres != NULL ? postgres->pw_uid : geteuid());
}

static void test_a_stopped_cluster_is_gone_and_keeps_its_data(void **state)
{
    (void)state;
    struct cluster *cluster = start();
    pid_t pid = cluster_pid(cluster);
    assert_string_equal(ask(cluster_conninfo(cluster), "SELECT n FROM kept"), "42");
    cluster_stop(cluster);
    assert_true(is_gone(&pid));
    char found[CLUSTER_CONNINFO_SIZE];
    assert_false(cluster_running_conninfo(&home, found, sizeof found, &error));
    check_contains(error.message, "the bank is not running: start it with `bank serve`");
    assert_int_equal(error.kind, ERROR_ABSENT);
}

static void test_the_server_has_its_own_session_and_none_of_our_descriptors(void **state)
{
    (void)state;
    int ours = open("/dev/null", O_RDONLY); /* not close-on-exec, on purpose */
    assert_true(ours > 2);
    int high = fcntl(ours, F_DUPFD, 200);
    struct cluster *cluster = start();
    pid_t pid = cluster_pid(cluster);
    assert_int_equal(getsid(pid), pid);
    char path[60];
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, high);
    struct stat status;
    assert_int_equal(lstat(path, &status), -1);
    assert_int_equal(errno, ENOENT);
    close(high);
    close(ours);
    cluster_stop(cluster);
}

static void test_a_killed_postmaster_is_revived_without_waiting(void **state)
{
    (void)state;
    struct cluster *cluster = start();
    char conninfo[CLUSTER_CONNINFO_SIZE];
    snprintf(conninfo, sizeof conninfo, "%s", cluster_conninfo(cluster));
    pid_t pid = cluster_pid(cluster);
    check_worked(cluster_revive(cluster, &error), &error);
    assert_int_equal(cluster_pid(cluster), pid); /* nothing to revive */
    assert_int_equal(kill(pid, SIGKILL), 0);
    wait_until(has_died, cluster, DEADLINE_MS, "the killed server has ended");
    wait_until(is_revived, cluster, DEADLINE_MS, "the revived one answers");
    assert_int_not_equal(cluster_pid(cluster), pid);
    assert_string_equal(ask(conninfo, "SELECT n FROM kept"), "42");
    cluster_stop(cluster);
}

static void test_a_dead_cluster_is_restarted_with_its_data(void **state)
{
    (void)state;
    struct cluster *cluster = start();
    assert_int_equal(kill(cluster_pid(cluster), SIGKILL), 0);
    wait_until(has_died, cluster, DEADLINE_MS, "the killed server has ended");
    check_worked(cluster_restart_if_dead(cluster, &error), &error);
    assert_string_equal(ask(cluster_conninfo(cluster), "SELECT n FROM kept"), "42");
    cluster_stop(cluster);
}

static void test_a_killed_bank_leaves_a_cluster_that_is_adopted(void **state)
{
    (void)state;
    pid_t pid = orphan();
    assert_false(is_gone(&pid));
    struct cluster *cluster = start();
    assert_int_equal(cluster_pid(cluster), pid);
    cluster_stop(cluster);
    assert_true(is_gone(&pid));
}

static void test_an_orphan_that_was_killed_too_is_replaced(void **state)
{
    (void)state;
    pid_t pid = orphan();
    assert_int_equal(kill(pid, SIGKILL), 0);
    struct cluster *cluster = start(); /* perhaps while its backends are still ending */
    assert_int_not_equal(cluster_pid(cluster), pid);
    assert_string_equal(ask(cluster_conninfo(cluster), "SELECT n FROM kept"), "42");
    cluster_stop(cluster);
}

static void test_an_orphan_that_is_shutting_down_is_replaced(void **state)
{
    (void)state;
    pid_t pid = orphan();
    assert_int_equal(kill(pid, SIGINT), 0);
    struct cluster *cluster = start();
    assert_string_equal(ask(cluster_conninfo(cluster), "SELECT n FROM kept"), "42");
    cluster_stop(cluster);
}

static void test_a_pid_file_that_names_another_program_is_stale(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    static const char *const names[] = { "pg/data/postmaster.pid", "pg/.s.PGSQL.5432.lock", NULL };
    for (size_t i = 0; names[i] != NULL; i++) {
        home_path(&home, path, sizeof path, "%s", names[i]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "%ld\n/nowhere\n1\n5432\n/nowhere\n\n  1 1\nready\n", (long)getpid());
        fclose(file);
        const struct passwd *owner = geteuid() == 0 ? getpwnam("postgres") : NULL;
        if (owner != NULL)
            assert_int_equal(chown(path, owner->pw_uid, owner->pw_gid), 0);
    }
    char found[CLUSTER_CONNINFO_SIZE];
    assert_false(cluster_running_conninfo(&home, found, sizeof found, &error));
    cluster_stop(start());
}

static void test_a_server_that_ends_at_once_is_quoted(void **state)
{
    (void)state;
    char *before = strdup(getenv("ESBANK_PG_OPTIONS"));
    setenv("ESBANK_PG_OPTIONS", "-c no_such_setting=1", 1);
    struct cluster *cluster = cluster_start(&(struct cluster_options){ .home = &home }, &error);
    assert_null(cluster);
    check_contains(error.message, "no_such_setting");
    check_contains(error.message, "/pg/log");
    setenv("ESBANK_PG_OPTIONS", "-D /elsewhere", 1);
    cluster = cluster_start(&(struct cluster_options){ .home = &home }, &error);
    assert_null(cluster);
    check_contains(error.message, "'-D' is not");
    setenv("ESBANK_PG_OPTIONS", before, 1);
    free(before);
}

static void test_a_cluster_of_another_version_is_refused(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    home_path(&home, path, sizeof path, "pg/data/PG_VERSION");
    char *before = process_read_file(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("9\n", file);
    fclose(file);
    struct cluster *cluster = cluster_start(&(struct cluster_options){ .home = &home }, &error);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(before, file);
    fclose(file);
    assert_null(cluster);
    check_contains(error.message, "was made by Postgres 9");
    before[strcspn(before, "\n")] = '\0';
    check_contains(error.message, before); /* what is installed */
    check_contains(error.message, "install postgresql-9");
    free(before);
}

static void test_an_overlong_home_is_refused_before_anything_is_made(void **state)
{
    (void)state;
    struct home deep = { .path = "" };
    snprintf(deep.path, sizeof deep.path, "%.200s/%0100d", home.path, 0);
    assert_int_equal(mkdir(deep.path, 0711), 0);
    assert_null(cluster_start(&(struct cluster_options){ .home = &deep }, &error));
    check_contains(error.message, "--home DIR");
    assert_int_equal(rmdir(deep.path), 0);
}

static void test_a_directory_that_keeps_postgres_out_is_named(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    const char *scratch = scratch_create();
    struct home hidden = { .path = "" };
    snprintf(hidden.path, sizeof hidden.path, "%s/closed/home", scratch);
    char closed[SCRATCH_SIZE + 20];
    snprintf(closed, sizeof closed, "chmod o+x %s/closed)", scratch);
    check_worked(home_create(&hidden, &error), &error);
    char *slash = strrchr(hidden.path, '/');
    *slash = '\0';
    assert_int_equal(chmod(hidden.path, 0700), 0);
    *slash = '/';
    assert_null(cluster_start(&(struct cluster_options){ .home = &hidden }, &error));
    check_contains(error.message, closed);
}

int main(void)
{
    setenv("ESBANK_PG_OPTIONS", "-c shared_buffers=32MB -c min_wal_size=80MB", 1);
    struct error trouble;
    char path[SCRATCH_SIZE + 20];
    snprintf(path, sizeof path, "%s/o'ne home",
             scratch_create()); /* a blank and a quote must not matter */
    if (!home_locate(path, &home, &trouble) || !home_create(&home, &trouble)) {
        fprintf(stderr, "%s\n", trouble.message);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fresh_cluster_answers_with_its_settings),
        cmocka_unit_test(test_its_directory_is_closed_to_others_and_not_roots),
        cmocka_unit_test(test_a_stopped_cluster_is_gone_and_keeps_its_data),
        cmocka_unit_test(test_the_server_has_its_own_session_and_none_of_our_descriptors),
        cmocka_unit_test(test_a_killed_postmaster_is_revived_without_waiting),
        cmocka_unit_test(test_a_dead_cluster_is_restarted_with_its_data),
        cmocka_unit_test(test_a_killed_bank_leaves_a_cluster_that_is_adopted),
        cmocka_unit_test(test_an_orphan_that_was_killed_too_is_replaced),
        cmocka_unit_test(test_an_orphan_that_is_shutting_down_is_replaced),
        cmocka_unit_test(test_a_pid_file_that_names_another_program_is_stale),
        cmocka_unit_test(test_a_server_that_ends_at_once_is_quoted),
        cmocka_unit_test(test_a_cluster_of_another_version_is_refused),
        cmocka_unit_test(test_an_overlong_home_is_refused_before_anything_is_made),
        cmocka_unit_test(test_a_directory_that_keeps_postgres_out_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
