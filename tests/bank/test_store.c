/* SPDX-License-Identifier: MIT */
/* The store against a real Postgres: what is appended is what is loaded. */
#include "tests/bank/store_kit.h"

static const struct uuid teller_id = { { 0x22, 1, 2, 3, 4, 5, 0x70, 7, 0x88, 9, 10, 11, 12, 13, 14,
                                         15 } };

static void test_a_new_database_is_activated_at_position_0(void **state)
{
    (void)state;
    assert_int_equal(kit.head, 0);
    assert_int_equal(kit.open_count, 0);
    assert_true(store_active(kit.store));
    database_check(&database, "SELECT epoch FROM esbank.log_head", "1");
}

static void test_every_kind_of_event_comes_back_as_it_was(void **state)
{
    (void)state;
    struct event_record records[EVENT_KIND_COUNT];
    int64_t versions[STREAM_KIND_COUNT] = { 0 };
    static const struct uuid nil;
    const struct uuid *const id_of[STREAM_KIND_COUNT] = { &account_id, &teller_id, &nil };
    int loaded = 0;
    memset(records, 0, sizeof records);
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        enum stream_kind stream = event_stream((enum event_kind)kind);
        struct event_record *record = &records[kind];
        record->event = kit_event((enum event_kind)kind, id_of[stream]);
        record->event_id = uuid_make();
        record->stream_version = ++versions[stream];
        record->origin.command = TELLER_WITHDRAW_MONEY;
        record->origin.parent_id = uuid_make();
        snprintf(record->origin.actor, sizeof record->origin.actor, "terminal 1c915dd1");
    }
    struct batch batch = { .event_count = EVENT_KIND_COUNT, .event = records };
    assert_int_equal(kit_commit(&kit, &batch), APPEND_COMMITTED);
    kit_check_chain(&database);

    kit_load(&kit, &(struct load){ .account_count = 1,
                                   .teller_count = 1,
                                   .withdrawal_count = 1,
                                   .account = &account_id,
                                   .teller = &teller_id,
                                   .withdrawal = &records[0].event.correlation_id });
    assert_true(kit.worked);
    assert_int_equal(kit.event_count, EVENT_KIND_COUNT - versions[STREAM_BANK]);
    assert_int_equal(kit.withdrawal_event_count, EVENT_KIND_COUNT);
    assert_int_equal(kit.snapshot_count, 0);
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        const struct event_record *expected = &records[i];
        const struct event_record *found = &kit.withdrawal_event[i];
        assert_int_equal(found->position, i + 1);
        assert_int_equal(found->stream_version, expected->stream_version);
        assert_true(uuid_equal(&found->event_id, &expected->event_id));
        assert_int_equal(found->origin.command, expected->origin.command);
        assert_true(uuid_equal(&found->origin.parent_id, &expected->origin.parent_id));
        assert_string_equal(found->origin.actor, expected->origin.actor);
        assert_memory_equal(&found->event, &expected->event, sizeof found->event);
        if (event_stream(expected->event.kind) != STREAM_BANK)
            assert_memory_equal(&kit.event[loaded++].event, &expected->event, sizeof found->event);
    }
}

static void test_a_command_is_remembered_with_its_reply(void **state)
{
    (void)state;
    struct kit_batch room;
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &account_id, 0, 0)), APPEND_COMMITTED);
    struct uuid wanted[2] = { room.command.id, uuid_make() };
    kit_load(&kit, &(struct load){ .command_count = 2, .command = wanted });
    assert_true(kit.worked);
    assert_int_equal(kit.command_count, 1);
    assert_true(uuid_equal(&kit.command[0].id, &room.command.id));
    assert_memory_equal(kit.command[0].content, room.command.content, CONTENT_HASH_LENGTH);
    assert_string_equal(kit.reply[0], room.reply);
}

static void test_a_conflict_writes_nothing_and_loses_those_after_it(void **state)
{
    (void)state;
    struct kit_batch first, again, after, later;
    assert_int_equal(kit_commit(&kit, kit_deposits(&first, &account_id, 0, 2)), APPEND_COMMITTED);
    kit_deposits(&again, &account_id, 2, 2)->command[0].id = first.command.id;
    kit_append(&kit, &again.batch);
    kit_append(&kit, kit_deposits(&after, &account_id, 4, 3));
    kit_wait(&kit, kit.outcomes == 3, "both have their outcome");
    assert_int_equal(kit.outcome[1], APPEND_CONFLICT);
    assert_int_equal(kit.outcome[2], APPEND_LOST);
    database_check(&database, "SELECT count(*) FROM esbank.events", "2");
    assert_int_equal(kit_commit(&kit, kit_deposits(&later, &account_id, 2, 1)), APPEND_COMMITTED);
    assert_int_equal(later.event[0].position, 3);
    kit_check_chain(&database);
}

/* Such a batch moves no head that the next could be held to. */
static void test_what_follows_a_failed_batch_without_events_is_lost_too(void **state)
{
    (void)state;
    struct kit_batch first, again, after, later;
    assert_int_equal(kit_commit(&kit, kit_deposits(&first, &account_id, 0, 2)), APPEND_COMMITTED);
    kit_deposits(&again, &account_id, 2, 0)->command[0].id = first.command.id;
    kit_append(&kit, &again.batch);
    kit_append(&kit, kit_deposits(&after, &account_id, 2, 3));
    kit_wait(&kit, kit.outcomes == 3, "both have their outcome");
    assert_int_equal(kit.outcome[1], APPEND_CONFLICT);
    assert_int_equal(kit.outcome[2], APPEND_LOST);
    database_check(&database, "SELECT count(*) FROM esbank.events", "2");
    database_check(&database, "SELECT count(*) FROM esbank.commands", "1");
    assert_int_equal(kit_commit(&kit, kit_deposits(&later, &account_id, 2, 1)), APPEND_COMMITTED);
    assert_int_equal(later.event[0].position, 3);
    assert_int_equal(kit.deactivations, 0);
    kit_check_chain(&database);
}

static void test_batches_with_and_without_events_commit_in_order(void **state)
{
    (void)state;
    static struct kit_batch room[STORAGE_APPENDS_MAX];
    static const int64_t before[STORAGE_APPENDS_MAX] = { 0, 0, 2, 2 };
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++)
        kit_append(&kit, kit_deposits(&room[i], &account_id, before[i], i % 2 == 0 ? 0 : 2));
    kit_wait(&kit, kit.outcomes == STORAGE_APPENDS_MAX, "all have their outcome");
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++) {
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
        assert_ptr_equal(kit.told[i], &room[i].batch);
    }
    database_check(
        &database,
        "SELECT string_agg(stream_version::text, ',' ORDER BY position) FROM esbank.events",
        "1,2,3,4");
    database_check(&database, "SELECT count(*) FROM esbank.commands", "4");
    kit_check_chain(&database);
}

static void test_four_batches_in_flight_commit_in_order(void **state)
{
    (void)state;
    static struct kit_batch room[STORAGE_APPENDS_MAX];
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++)
        kit_append(&kit, kit_deposits(&room[i], &account_id, i * 3, 3));
    kit_wait(&kit, kit.outcomes == STORAGE_APPENDS_MAX, "all have their outcome");
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++) {
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
        assert_ptr_equal(kit.told[i], &room[i].batch);
    }
    database_check(
        &database,
        "SELECT string_agg(stream_version::text, ',' ORDER BY position) FROM esbank.events",
        "1,2,3,4,5,6,7,8,9,10,11,12");
    kit_check_chain(&database);
}

static void test_outcomes_are_taken_while_the_loop_is_kept_busy(void **state)
{
    (void)state;
    static struct kit_batch room[STORAGE_APPENDS_MAX];
    const int64_t until_ms = clock_now_ms() + KIT_DEADLINE_MS;
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++)
        kit_append(&kit, kit_deposits(&room[i], &account_id, i * 3, 3));
    while (kit.outcomes < STORAGE_APPENDS_MAX && clock_now_ms() < until_ms)
        store_look(kit.store);
    assert_int_equal(kit.outcomes, STORAGE_APPENDS_MAX);
    for (int i = 0; i < STORAGE_APPENDS_MAX; i++)
        assert_int_equal(kit.outcome[i], APPEND_COMMITTED);
    kit_check_chain(&database);
}

static void test_a_snapshot_spares_the_events_before_it(void **state)
{
    (void)state;
    struct kit_batch room;
    struct account account = {
        .id = account_id, .version = 2, .status = ACCOUNT_OPEN, .balance = 4200
    };
    struct snapshot_record snapshot = { STREAM_ACCOUNT, account_id, 2, &account };
    struct load load = { .account_count = 1, .account = &account_id };
    struct batch *batch = kit_deposits(&room, &account_id, 0, 3);
    batch->snapshot = &snapshot;
    batch->snapshot_count = 1;
    assert_int_equal(kit_commit(&kit, batch), APPEND_COMMITTED);

    kit_load(&kit, &load);
    assert_int_equal(kit.snapshot_count, 1);
    assert_int_equal(kit.snapshot[0].version, 2);
    assert_memory_equal(&kit.account_state, &account, sizeof account);
    assert_int_equal(kit.event_count, 1);
    assert_int_equal(kit.event[0].stream_version, 3);

    database_run(&database, "UPDATE esbank.snapshots SET layout = layout + 65536");
    kit_load(&kit, &load);
    assert_int_equal(kit.snapshot_count, 0);
    assert_int_equal(kit.event_count, 3);
}

static void test_a_card_is_found_without_its_read_model(void **state)
{
    (void)state;
    struct event_record record = { .event = kit_event(ACCOUNTS_CARD_ISSUED, &account_id),
                                   .event_id = uuid_make(),
                                   .stream_version = 1 };
    struct batch batch = { .event_count = 1, .event = &record };
    assert_int_equal(kit_commit(&kit, &batch), APPEND_COMMITTED);
    const unsigned char(*card)[CARD_TOKEN_LENGTH] = (void *)&record.event.card_issued.card;
    const struct load load = { .card_count = 1, .card = card };
    struct kit_batch room;
    const struct uuid other_id = { { 0x33, 1 } };
    kit_load(&kit, &load);
    assert_int_equal(kit.card_count, 1);
    assert_true(uuid_equal(&kit.card_account, &account_id));

    /* Not only as the log's last event, and by a bank that has not issued it itself, be the log
     * its own already or not. */
    assert_int_equal(kit_commit(&kit, kit_deposits(&room, &other_id, 0, 3)), APPEND_COMMITTED);
    kit_load(&kit, &load);
    assert_int_equal(kit.card_count, 1);
    kit_stop(&kit);
    kit_start(&kit, &database);
    kit_load(&kit, &load);
    assert_int_equal(kit.card_count, 1);
    kit_wait(&kit, kit.active, "the log is this store's");
    kit_load(&kit, &load);
    assert_int_equal(kit.card_count, 1);
    assert_true(uuid_equal(&kit.card_account, &account_id));
}

/* By the read model, and while that has not seen it yet. */
static void test_a_cash_code_is_found_and_is_no_card(void **state)
{
    (void)state;
    struct event_record record = { .event = kit_event(ACCOUNTS_CASH_CODE_ISSUED, &account_id),
                                   .event_id = uuid_make(),
                                   .stream_version = 1 };
    struct batch batch = { .event_count = 1, .event = &record };
    assert_int_equal(kit_commit(&kit, &batch), APPEND_COMMITTED);
    const unsigned char(*card)[CARD_TOKEN_LENGTH] = (void *)&record.event.cash_code_issued.card;
    const struct load load = { .card_count = 1, .card = card };
    for (int i = 0; i < 2; i++) {
        kit_load(&kit, &load);
        assert_int_equal(kit.card_count, 1);
        assert_true(kit.card_is_code);
        assert_true(uuid_equal(&kit.card_account, &account_id));
        if (i > 0)
            break;
        database_run(&database,
                     "INSERT INTO esbank.cash_codes (account_id, card, until_at, position) SELECT"
                     " substr(stream_id, 9)::uuid, decode(data->>'card', 'hex'), now(), position"
                     " FROM esbank.events WHERE event_type = 'Accounts.CashCodeIssued';"
                     "INSERT INTO esbank.projections (name, version, position, state) VALUES"
                     " ('cards', 1, 1, 'following'), ('cash_codes', 1, 1, 'following')");
    }
    static const char *const ended[] = { "ended_at = now()",
                                         "ended_at = NULL, until_at = now() - interval '2 h'" };
    for (int i = 0; i < 2; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "UPDATE esbank.cash_codes SET %s", ended[i]);
        database_run(&database, sql);
        kit_load(&kit, &load);
        assert_int_equal(kit.card_count, 0);
    }
}

/* A number that was drawn again, while the read model does not know whose it is. */
static void test_a_number_is_the_code_of_whom_it_was_issued_to_last(void **state)
{
    (void)state;
    const struct uuid ids[] = { uuid_make(), account_id, uuid_make(), account_id };
    struct event_record record[4];
    struct batch batch = { .event_count = 4, .event = record };
    for (int i = 0; i < 4; i++) {
        record[i] = (struct event_record){ .event = kit_event(ACCOUNTS_CASH_CODE_ISSUED, &ids[i]),
                                           .event_id = uuid_make(),
                                           .stream_version = i < 3 ? 1 : 2 };
        memset(record[i].event.cash_code_issued.card, i < 2 ? 1 : 2, CARD_TOKEN_LENGTH);
    }
    assert_int_equal(kit_commit(&kit, &batch), APPEND_COMMITTED);
    for (int i = 1; i < 4; i += 2) {
        const unsigned char(*card)[CARD_TOKEN_LENGTH] =
            (void *)&record[i].event.cash_code_issued.card;
        kit_load(&kit, &(struct load){ .card_count = 1, .card = card });
        assert_int_equal(kit.card_count, 2);
        assert_true(uuid_equal(&kit.card_account, &ids[i]));
    }
}

static void test_events_cannot_be_changed_or_removed(void **state)
{
    (void)state;
    struct kit_batch room;
    kit_commit(&kit, kit_deposits(&room, &account_id, 0, 2));
    static const char attempt[] =
        "CREATE FUNCTION pg_temp.attempt(sql text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
        "EXECUTE sql;"
        " RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN 'refused'; END $$;";
    static const char *const attempts[] = { "UPDATE esbank.events SET data = ''{}''",
                                            "DELETE FROM esbank.events",
                                            "TRUNCATE esbank.events CASCADE" };
    for (size_t i = 0; i < 3; i++) {
        char sql[600];
        snprintf(sql, sizeof sql, "%s SELECT pg_temp.attempt('%s')", attempt, attempts[i]);
        database_check(&database, sql, "refused");
    }
    database_check(&database, "SELECT count(*) FROM esbank.events", "2");
}

static void test_open_withdrawals_are_told_at_activation(void **state)
{
    (void)state;
    struct event_record records[3];
    memset(records, 0, sizeof records);
    for (int i = 0; i < 3; i++) {
        records[i].event =
            kit_event(i == 2 ? TELLER_CASH_DISPENSED : TELLER_MONEY_WITHDRAWN, &teller_id);
        records[i].event_id = uuid_make();
        records[i].stream_version = i + 1;
        records[i].event.correlation_id.bytes[15] = (unsigned char)(i == 1 ? 1 : 0);
    }
    struct batch batch = { .event_count = 3, .event = records };
    assert_int_equal(kit_commit(&kit, &batch), APPEND_COMMITTED);
    kit_stop(&kit);
    kit_start(&kit, &database);
    kit_wait(&kit, kit.active, "the store is active");
    assert_int_equal(kit.head, 3);
    assert_int_equal(kit.open_count, 1);
    assert_true(uuid_equal(&kit.open[0], &records[1].event.correlation_id));
    assert_int_equal(kit.open_due[0], records[1].event.withdrawal.confirm_by_us);
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(test_a_new_database_is_activated_at_position_0),
        case_of(test_every_kind_of_event_comes_back_as_it_was),
        case_of(test_a_command_is_remembered_with_its_reply),
        case_of(test_a_conflict_writes_nothing_and_loses_those_after_it),
        case_of(test_what_follows_a_failed_batch_without_events_is_lost_too),
        case_of(test_batches_with_and_without_events_commit_in_order),
        case_of(test_four_batches_in_flight_commit_in_order),
        case_of(test_outcomes_are_taken_while_the_loop_is_kept_busy),
        case_of(test_a_snapshot_spares_the_events_before_it),
        case_of(test_a_card_is_found_without_its_read_model),
        case_of(test_a_cash_code_is_found_and_is_no_card),
        case_of(test_a_number_is_the_code_of_whom_it_was_issued_to_last),
        case_of(test_events_cannot_be_changed_or_removed),
        case_of(test_open_withdrawals_are_told_at_activation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
