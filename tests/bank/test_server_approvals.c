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
static void become_as(const char *name, const char *role)
{
    char path[HOME_PATH_SIZE];
    home_path(&home, path, sizeof path, OPERATORS_FILE);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "%s %s uid=%u\ntwo-persons money 5.00\ntwo-persons within 60\n", name, role,
            (unsigned)geteuid());
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
    struct operators *next = operators_load(&home, &error);
    check_worked(next != NULL, &error);
    server_renew_operators(server, next);
    operators_free(operators);
    operators = next;
}

static void become(const char *name)
{
    become_as(name, "supervisor");
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

/* ---- attacks ---- */

/* Sends it, and what is answered. */
static const char *told(const char *line)
{
    say(client, line);
    turns(6, true);
    return heard(client);
}

static void propose(void)
{
    become_as("anna", "clerk");
    check_contains(told(DEPOSIT), "\"state\":\"proposed\"");
}

static void test_what_was_proposed_does_not_change(void **state)
{
    (void)state;
    propose();
    static const char other[] =
        "{\"v\":1,\"id\":\"" PROPOSAL "\",\"command\":\"DepositMoney\",\"account_id\":\"" ACCOUNT
        "\",\"amount\":70000}\n";
    check_contains(told(other), "id_conflict");
    become("bert");
    check_contains(told(other), "id_conflict");
    check_contains(told("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000c9\",\"command\":"
                        "\"ApproveProposal\",\"proposal_id\":\"" PROPOSAL "\",\"amount\":70000}\n"),
                   "invalid_request");
    check_contains(told(APPROVE("1")), "\"state\":\"approved\"");
    assert_int_equal(sim.event[sim.event_count - 1].event.money_moved.amount, 700);
}

/* Neither by the id of the approval nor by that of the proposal is it done again, or told. */
static void test_a_viewer_that_repeats_an_approval_hears_nothing(void **state)
{
    (void)state;
    propose();
    become("bert");
    check_contains(told(APPROVE("1")), "\"state\":\"approved\"");
    const size_t events = sim.event_count;
    become_as("eve", "viewer");
    check_contains(told(APPROVE("1")), "role_needed");
    check_contains(told(DEPOSIT), "role_needed");
    become_as("eve", "clerk");
    check_contains(told(APPROVE("1")), "role_needed");
    check_contains(told(DEPOSIT), "\"state\":\"proposed\""); /* its first reply, and no more */
    become("carl");
    check_contains(told(APPROVE("3")), "proposal_ended");
    check_contains(told(APPROVE("1")), "\"state\":\"approved\"");
    assert_int_equal(sim.event_count, events);
}

static void test_who_says_in_the_request_who_it_is_is_not_believed(void **state)
{
    (void)state;
    propose();
    become_as("anna", "supervisor");
    check_contains(told("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000c9\",\"command\":"
                        "\"ApproveProposal\",\"proposal_id\":\"" PROPOSAL
                        "\",\"metadata\":{\"actor\":\"operator bert\",\"from\":\"uid 0\"}}\n"),
                   "same_person");
    check_contains(told("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000ca\",\"command\":"
                        "\"ApproveProposal\",\"proposal_id\":\"" PROPOSAL
                        "\",\"actor\":\"operator bert\"}\n"),
                   "invalid_request");
    assert_int_equal(count(BANK_PROPOSAL_APPROVED), 0);
}

static void test_an_approval_and_a_rejection_at_once_do_one_of_them(void **state)
{
    (void)state;
    propose();
    become("bert");
    const char *replies =
        told("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000d1\",\"command\":"
             "\"RejectProposal\",\"proposal_id\":\"" PROPOSAL "\"}\n" APPROVE("1"));
    assert_int_equal(count_of(replies, "\"state\":\"rejected\""), 1);
    assert_int_equal(count_of(replies, "proposal_ended"), 1);
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 0);
}

static void test_what_the_world_refuses_by_then_has_failed(void **state)
{
    (void)state;
    propose();
    become("bert");
    check_contains(told("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000d2\",\"command\":"
                        "\"CloseAccount\",\"account_id\":\"" ACCOUNT "\"}\n"),
                   "\"ok\":true");
    check_contains(told(APPROVE("1")), "account_closed");
    assert_int_equal(count(BANK_PROPOSAL_FAILED), 1);
    assert_int_equal(count(ACCOUNTS_MONEY_DEPOSITED), 0);
    check_contains(told(APPROVE("2")), "proposal_ended");
}

static void large_deposit_line(char line[static 300], int number)
{
    snprintf(
        line, 300,
        "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000e%04x\",\"command\":\"DepositMoney\","
        "\"account_id\":\"" ACCOUNT "\",\"amount\":900}\n",
        (unsigned)number);
}

/* The rest is for the others, also in a bank that has just taken over. */
static void test_one_operators_flood_leaves_room_for_the_others(void **state)
{
    (void)state;
    int number = 0, proposed = 0;
    char line[300];
    become_as("eve", "clerk");
    for (; number < 2 * PROPOSALS_OF_ONE_MAX; number++) {
        large_deposit_line(line, number);
        proposed += strstr(told(line), "\"state\":\"proposed\"") != NULL;
    }
    assert_int_equal(proposed, PROPOSALS_OF_ONE_MAX);
    check_contains(told(line), "too_many_proposals");
    propose();
    sim_go_away(&sim);
    turns(2, true);
    sim_activate(&sim);
    become_as("eve", "clerk");
    large_deposit_line(line, number++);
    check_contains(told(line), "too_many_proposals");
    become("bert");
    check_contains(told("{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000d3\",\"command\":"
                        "\"RejectProposal\",\"proposal_id\":"
                        "\"0192f0c1-0000-7000-8000-0000000e0000\"}\n"),
                   "\"state\":\"rejected\"");
    become_as("eve", "clerk");
    large_deposit_line(line, number++);
    check_contains(told(line), "\"state\":\"proposed\"");
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
        CASE(test_what_was_proposed_does_not_change),
        CASE(test_a_viewer_that_repeats_an_approval_hears_nothing),
        CASE(test_who_says_in_the_request_who_it_is_is_not_believed),
        CASE(test_an_approval_and_a_rejection_at_once_do_one_of_them),
        CASE(test_what_the_world_refuses_by_then_has_failed),
        CASE(test_one_operators_flood_leaves_room_for_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
