/* SPDX-License-Identifier: MIT */
/* Proposals on a store that loses batches, and goes away: what was decided is decided once. */
#include "tests/bank/server_kit.h"

#include <stdlib.h>
#include <sys/stat.h>

#define PROPOSAL "0192f0c1-0000-7000-8000-0000000000b1"
#define APPROVE(n)                                                                                 \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000c" n "\",\"command\":"                    \
    "\"ApproveProposal\",\"proposal_id\":\"" PROPOSAL "\"}\n"
#define DEPOSIT                                                                                    \
    "{\"v\":1,\"id\":\"" PROPOSAL "\",\"command\":\"DepositMoney\",\"account_id\":\"" ACCOUNT      \
    "\",\"amount\":700}\n"

/* The process of the test is that operator, from the next request on. */
static void become(const char *name)
{
    char path[HOME_PATH_SIZE];
    home_path(&home, path, sizeof path, OPERATORS_FILE);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "%s supervisor uid=%u\ntwo-persons money 5.00\ntwo-persons within 60\n", name,
            (unsigned)geteuid());
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
    struct operators *next = operators_load(&home, &error);
    check_worked(next != NULL, &error);
    server_renew_operators(server, next);
    operators_free(operators);
    operators = next;
}

static int client;

static int begin(void **state)
{
    set_up(state);
    become("anna");
    client = dial("operator.sock");
    say(client, OPEN);
    turns(3, true);
    check_contains(heard(client), "\"ok\":true");
    return 0;
}

static int end(void **state)
{
    close(client);
    return tear_down(state);
}

static int count(enum event_kind kind)
{
    int found = 0;
    for (size_t i = 0; i < sim.event_count; i++)
        found += sim.event[i].event.kind == kind;
    return found;
}

static void check_versions(void)
{
    int64_t version = 0;
    for (size_t i = 0; i < sim.event_count; i++)
        if (event_stream(sim.event[i].event.kind) == STREAM_BANK)
            assert_int_equal(sim.event[i].stream_version, ++version);
}

/* The batch in flight is lost, and decided again. */
static void lose(void)
{
    turns(3, false);
    assert_int_equal(sim.pending_count, 1);
    sim_lose_all(&sim);
    turns(8, true);
}

static void test_what_is_lost_is_decided_again_and_once(void **state)
{
    (void)state;
    say(client, DEPOSIT);
    lose();
    check_contains(heard(client), "\"state\":\"proposed\"");
    assert_int_equal(count(BANK_COMMAND_PROPOSED), 1);
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 0);
    become("bert");
    say(client, APPROVE("1"));
    lose();
    check_contains(heard(client), "\"state\":\"approved\"");
    assert_int_equal(count(BANK_PROPOSAL_APPROVED), 1);
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 1);
    check_versions();
}

static void test_two_approvals_in_one_batch_do_it_once(void **state)
{
    (void)state;
    say(client, DEPOSIT);
    turns(3, true);
    assert_non_null(heard(client));
    become("bert");
    say(client, APPROVE("1") APPROVE("2"));
    turns(5, true);
    const char *replies = heard(client);
    assert_int_equal(count_of(replies, "\"state\":\"approved\""), 1);
    assert_int_equal(count_of(replies, "proposal_ended"), 1);
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 1);
}

static void test_a_bank_that_begins_anew_knows_the_proposal(void **state)
{
    (void)state;
    say(client, DEPOSIT);
    turns(3, true);
    assert_non_null(heard(client));
    sim_go_away(&sim);
    turns(2, true);
    sim_activate(&sim);
    become("bert");
    say(client, APPROVE("1"));
    turns(6, true);
    check_contains(heard(client), "\"state\":\"approved\"");
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 1);
    check_versions();
}

static void test_its_time_is_over(void **state)
{
    (void)state;
    say(client, DEPOSIT);
    turns(3, true);
    assert_non_null(heard(client));
    become("bert");
    sim.now_us += 61 * INT64_C(1000000);
    say(client, APPROVE("1"));
    turns(6, true);
    check_contains(heard(client), "proposal_ended");
    assert_int_equal(count(BANK_PROPOSAL_EXPIRED), 1);
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 0);
}

static void test_the_proposer_does_not_approve_and_leaves_no_trace_of_it(void **state)
{
    (void)state;
    say(client, DEPOSIT);
    turns(3, true);
    assert_non_null(heard(client));
    say(client, APPROVE("1"));
    turns(3, true);
    check_contains(heard(client), "same_person");
    become("bert"); /* under the same id: nothing was decided */
    say(client, APPROVE("1"));
    turns(3, true);
    check_contains(heard(client), "\"state\":\"approved\"");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_is_lost_is_decided_again_and_once),
        CASE(test_two_approvals_in_one_batch_do_it_once),
        CASE(test_a_bank_that_begins_anew_knows_the_proposal),
        CASE(test_its_time_is_over),
        CASE(test_the_proposer_does_not_approve_and_leaves_no_trace_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
