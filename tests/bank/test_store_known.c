/* SPDX-License-Identifier: MIT */
/* The log that a store knew: an older copy of it, or another one, is refused. */
#include "tests/bank/store_kit.h"

#include "bank/store/known.h"
#include "tests/support/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#define KILL_SESSIONS                                                                              \
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"    \
    " AND pid <> pg_backend_pid()"

/* An older copy of the log, taken, and put back under whoever uses it. */
#define COPY_TAKE                                                                                  \
    "CREATE SCHEMA IF NOT EXISTS copy; DROP TABLE IF EXISTS copy.head;"                            \
    " CREATE TABLE copy.head AS SELECT * FROM esbank.log_head"
#define COPY_PUT_BACK                                                                              \
    "SET session_replication_role = replica; BEGIN; DELETE FROM esbank.events WHERE position >"    \
    " (SELECT position FROM copy.head); DELETE FROM esbank.commands WHERE position >"              \
    " (SELECT position FROM copy.head); UPDATE esbank.log_head h SET position = c.position,"       \
    " hash = c.hash, seal = c.seal, epoch = c.epoch FROM copy.head c; COMMIT; " KILL_SESSIONS

static char known_path[SCRATCH_SIZE + 16];

static int begin(void **state)
{
    snprintf(known_path, sizeof known_path, "%s/log.known", scratch_create());
    kit_manner.known_path = known_path;
    kit_manner.refuses = true;
    kit_manner.accept_loss = kit_manner.sealed_before = false;
    return kit_begin(state);
}

static void restart(void)
{
    kit_stop(&kit);
    kit_start(&kit, &database);
}

static void await_refusal(void)
{
    kit_wait(&kit, kit.refusals == 1, "the log is refused");
    assert_false(kit.active);
}

/* Two events that are in the copy, and two that are not. */
static void rewind_it(void)
{
    struct kit_batch room[2];
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[0], &account_id, 0, 2)), APPEND_COMMITTED);
    database_run(&database, COPY_TAKE);
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[1], &account_id, 2, 2)), APPEND_COMMITTED);
    database_run(&database, COPY_PUT_BACK);
}

static void test_an_older_copy_under_a_running_store_is_refused(void **state)
{
    (void)state;
    rewind_it();
    await_refusal();
    check_contains(kit.why, "ends at position 2");
    check_contains(kit.why, "acknowledged everything up to position 4");
    check_contains(kit.why, "--accept-log-loss");
    assert_int_equal(kit.deactivations, 1);
}

static void test_an_older_copy_is_refused_after_a_restart(void **state)
{
    (void)state;
    rewind_it();
    restart();
    await_refusal();
    check_contains(kit.why, "ends at position 2");
    check_contains(kit.why, "up to position 4");
    restart();
    await_refusal();
}

static void test_a_copy_that_grew_again_is_refused(void **state)
{
    (void)state;
    struct kit other;
    struct kit_batch room;
    rewind_it();
    await_refusal();
    kit_manner.known_path = NULL; /* another bank, which never knew */
    kit_start(&other, &database);
    kit_wait(&other, other.active, "the other store is active");
    assert_int_equal(kit_commit(&other, kit_deposits(&room, &account_id, 2, 4)), APPEND_COMMITTED);
    kit_stop(&other);
    kit_manner.known_path = known_path;
    restart();
    await_refusal();
    check_contains(kit.why, "ends at position 6 with other events");
}

/* A refused command has no event, so no hash tells. */
static void test_a_copy_that_lacks_only_a_refusal_is_refused(void **state)
{
    (void)state;
    struct kit_batch room[2];
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[0], &account_id, 0, 2)), APPEND_COMMITTED);
    database_run(&database, COPY_TAKE);
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[1], &account_id, 2, 0)), APPEND_COMMITTED);
    database_run(&database, COPY_PUT_BACK);
    await_refusal();
    check_contains(kit.why, "ends at position 2 with an older seal");
}

static void test_a_loss_that_is_accepted_is_an_event(void **state)
{
    (void)state;
    struct kit_batch room;
    char *hash = NULL;
    rewind_it();
    await_refusal();
    hash = database_ask(&database, "SELECT encode(hash, 'hex') FROM copy.head");
    kit_manner.accept_loss = true;
    restart();
    kit_wait(&kit, kit.active, "the store is active");
    kit_wait(&kit, database_is(&database, "SELECT count(*) = 3 FROM esbank.events"), "the event");
    database_check(&database,
                   "SELECT concat_ws(' ', stream_id, stream_version, data->>'known_position',"
                   " data->>'found_position', metadata->>'command') FROM esbank.events"
                   " WHERE event_type = 'Bank.LogLossAccepted'",
                   "bank 1 4 2 Bank.AcceptLogLoss");
    database_check(&database,
                   "SELECT data->>'found_hash' FROM esbank.events WHERE stream_id = 'bank'", hash);
    free(hash);
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &account_id, 2, 1)), APPEND_COMMITTED);
    kit_check_chain(&database);

    /* Once: the next log that lacks something is refused again, and this one is known. */
    database_run(&database, COPY_PUT_BACK);
    await_refusal();
    check_contains(kit.why, "up to position 4");
}

static void test_what_is_known_stays_known_through_a_restart(void **state)
{
    (void)state;
    struct kit_batch room[2];
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[0], &account_id, 0, 2)), APPEND_COMMITTED);
    restart();
    kit_wait(&kit, kit.active, "the store is active");
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[1], &account_id, 2, 1)), APPEND_COMMITTED);
    database_run(&database, KILL_SESSIONS);
    kit_wait(&kit, kit.activations == 2, "the store is active again");
    assert_int_equal(kit.refusals, 0);
}

static void test_an_append_compares_the_hash_it_continues_from(void **state)
{
    (void)state;
    struct kit_batch room[2];
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[0], &account_id, 0, 1)), APPEND_COMMITTED);
    database_run(&database, "UPDATE esbank.log_head SET hash = sha256('another')");
    assert_int_equal(kit_commit(&kit, kit_deposits(&room[1], &account_id, 1, 1)), APPEND_LOST);
    database_check(&database, "SELECT count(*) FROM esbank.events", "1");
}

static void test_a_log_that_was_emptied_is_not_sealed_anew(void **state)
{
    (void)state;
    struct kit_batch room;
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &account_id, 0, 1)), APPEND_COMMITTED);
    kit_stop(&kit);
    database_run(&database, "SET session_replication_role = replica; DELETE FROM esbank.events;"
                            " DELETE FROM esbank.commands; UPDATE esbank.log_head SET position = 0,"
                            " hash = decode(repeat('00', 32), 'hex'), epoch = 0, seal = NULL");
    kit_manner.known_path = NULL; /* a home that has lost what it knew */
    kit_manner.sealed_before = true;
    kit_start(&kit, &database);
    await_refusal();
    check_contains(kit.why, "is empty and has no seal");
    kit_manner.accept_loss = true;
    restart();
    kit_wait(&kit, kit.active, "the store is active");
    kit_wait(&kit,
             database_is(&database, "SELECT count(*) = 1 FROM esbank.events WHERE stream_id ="
                                    " 'bank'"),
             "the event");
}

/* ---- the file ---- */

static void slot_spoil(off_t at)
{
    unsigned char byte;
    int file = open(known_path, O_RDWR | O_CLOEXEC);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static struct log_end end_at(struct log_sealer *sealer, int64_t position, int64_t sequence)
{
    struct log_end end = { .position = position, .epoch = 3 };
    const struct log_seal seal = { .epoch = 3, .sequence = sequence };
    memset(end.hash, (int)position, sizeof end.hash);
    log_seal_write(sealer, SEAL_HEAD, position, end.hash, &seal, end.seal);
    return end;
}

static void test_a_torn_slot_leaves_the_one_before(void **state)
{
    (void)state;
    struct known known;
    struct error error;
    struct log_sealer *sealer = log_sealer_create(test_log_key);
    snprintf(known_path, sizeof known_path, "%s/log.known", scratch_create());
    check_worked(known_open(&known, known_path, sealer, &error), &error);
    assert_false(known.any);
    for (int64_t n = 1; n <= 3; n++) {
        const struct log_end end = end_at(sealer, 10 * n, n);
        known_set(&known, &end, n);
    }
    known_close(&known);
    check_worked(known_open(&known, known_path, sealer, &error), &error);
    assert_int_equal(known.end.position, 30);
    assert_int_equal(known.end.epoch, 3);
    known_close(&known);
    slot_spoil(20); /* the third is in the first slot */
    check_worked(known_open(&known, known_path, sealer, &error), &error);
    assert_int_equal(known.end.position, 20);
    const struct log_end end = end_at(sealer, 40, 4); /* goes into the torn one */
    known_set(&known, &end, 4);
    known_close(&known);
    slot_spoil(512 + 20);
    check_worked(known_open(&known, known_path, sealer, &error), &error);
    assert_int_equal(known.end.position, 40);
    known_close(&known);
    slot_spoil(20);
    assert_false(known_open(&known, known_path, sealer, &error));
    check_contains(error.message, "does not bear this bank's seals");
    log_sealer_destroy(sealer);
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_an_older_copy_under_a_running_store_is_refused),
        case_of(test_an_older_copy_is_refused_after_a_restart),
        case_of(test_a_copy_that_grew_again_is_refused),
        case_of(test_a_copy_that_lacks_only_a_refusal_is_refused),
        case_of(test_a_loss_that_is_accepted_is_an_event),
        case_of(test_what_is_known_stays_known_through_a_restart),
        case_of(test_an_append_compares_the_hash_it_continues_from),
        case_of(test_a_log_that_was_emptied_is_not_sealed_anew),
        cmocka_unit_test(test_a_torn_slot_leaves_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
