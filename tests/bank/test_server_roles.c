/* SPDX-License-Identifier: MIT */
/* Who an operator is decides what it may do, at each request. */
#include "tests/bank/server_kit.h"

#include "bank/codec/event_json.h"
#include "bank/server/question.h"

#include <stdlib.h>
#include <sys/stat.h>

/* The process of the test is the operator: from the next request on with that role. */
static void role(const char *word)
{
    char path[HOME_PATH_SIZE];
    home_path(&home, path, sizeof path, OPERATORS_FILE);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    if (word != NULL)
        fprintf(file, "anna %s uid=%u\n", word, (unsigned)geteuid());
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
    struct operators *next = operators_load(&home, &error);
    check_worked(next != NULL, &error);
    server_renew_operators(server, next);
    operators_free(operators);
    operators = next;
}

/* What the bank answers to that command without its fields, which are looked at after the role. */
static const char *answer(int client, const char *wire)
{
    static int number;
    char line[300];
    snprintf(line, sizeof line,
             "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-00000000%04x\",\"command\":\"%s\"}\n",
             (unsigned)++number, wire);
    say(client, line);
    turns(3, true);
    return heard(client);
}

static void test_each_command_needs_its_role(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    for (enum operator_role has = ROLE_VIEWER; has < ROLE_COUNT; has++) {
        role(operator_role_name(has));
        check_contains(answer(client, "GetStatus"), "\"ok\":true");
        for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
            if ((command_traits(kind)->senders & BY_OPERATOR) == 0)
                continue;
            const bool refused =
                strstr(answer(client, command_traits(kind)->wire), "role_needed") != NULL;
            if (refused != (has < command_role(kind)))
                check_fail("%s as %s", command_name(kind), operator_role_name(has));
        }
    }
    close(client);
}

static void test_the_refusal_says_which_role(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    role("viewer");
    check_contains(answer(client, "OpenAccount"),
                   "\"code\":\"58\",\"error\":\"role_needed\",\"message\":\"OpenAccount needs the "
                   "role clerk, and anna is viewer.\"");
    assert_int_equal(sim.event_count, 0);
    close(client);
}

static void test_each_question_needs_its_role(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    for (enum operator_role has = ROLE_VIEWER; has < ROLE_COUNT; has++) {
        role(operator_role_name(has));
        for (enum question question = 0; question < QUESTION_COUNT; question++) {
            const struct question_traits *traits = &question_traits[question];
            if ((traits->senders & BY_OPERATOR) == 0)
                continue;
            const bool refused = strstr(answer(client, traits->name), "role_needed") != NULL;
            if (refused != (has < senders_role(traits->senders)))
                check_fail("%s as %s", traits->name, operator_role_name(has));
        }
    }
    close(client);
}

/* By whichever name, and whoever asks: a supervisor as one who is no operator. */
static void test_what_is_no_operators_is_refused_to_each(void **state)
{
    (void)state;
    static const char *const roles[] = { "supervisor", "viewer", NULL };
    int client = dial("operator.sock");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        role(roles[i]);
        for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
            const struct command_traits *traits = command_traits(kind);
            if ((traits->senders & BY_OPERATOR) != 0)
                continue;
            check_contains(answer(client, traits->name),
                           traits->senders == 0 ? "unknown_command" : "not_permitted");
            if (traits->wire[0] != '\0')
                check_contains(answer(client, traits->wire), "not_permitted");
        }
        for (enum question question = 0; question < QUESTION_COUNT; question++)
            if ((question_traits[question].senders & BY_OPERATOR) == 0)
                check_contains(answer(client, question_traits[question].name), "not_permitted");
    }
    assert_int_equal(sim.event_count, 0);
    close(client);
}

static void test_a_user_who_is_no_operator_may_nothing(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    role(NULL);
    for (enum command_kind kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if ((command_traits(kind)->senders & BY_OPERATOR) != 0)
            check_contains(answer(client, command_traits(kind)->wire), "\"error\":\"no_operator\"");
    for (enum question question = 0; question < QUESTION_COUNT; question++)
        if ((question_traits[question].senders & BY_OPERATOR) != 0)
            check_contains(answer(client, question_traits[question].name),
                           "\"error\":\"no_operator\"");
    close(client);
}

static void test_a_viewers_pipelined_lines_are_each_refused(void **state)
{
    (void)state;
    char lines[40 * 300] = "", line[300];
    int client = dial("operator.sock");
    role("viewer");
    strcat(lines, OPEN);
    for (int i = 0; i < 30; i++) {
        deposit_line(line, i);
        strcat(lines, line);
    }
    say(client, lines);
    turns(5, true);
    assert_int_equal(count_of(heard(client), "role_needed"), 31);
    assert_int_equal(sim.event_count, 0);
    close(client);
}

static void test_another_role_holds_from_the_next_request_on(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    char line[300];
    role("clerk");
    say(client, OPEN);
    turns(3, true);
    check_contains(heard(client), "\"ok\":true");
    role("viewer");
    deposit_line(line, 1);
    say(client, line);
    turns(3, true);
    check_contains(heard(client), "role_needed");
    role("clerk");
    say(client, line); /* the same id: nothing was decided under it */
    turns(3, true);
    check_contains(heard(client), "\"balance\":100");
    close(client);
}

static void test_the_operator_stands_in_the_metadata_of_its_events(void **state)
{
    (void)state;
    char from[OPERATOR_FROM_LENGTH];
    int client = dial("operator.sock");
    role("clerk");
    say(client, "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-000000000001\",\"command\":"
                "\"OpenAccount\",\"owner\":\"Peter\",\"metadata\":{\"actor\":\"operator eva\","
                "\"role\":\"supervisor\",\"from\":\"uid 0\"}}\n");
    turns(3, true);
    check_contains(heard(client), "\"ok\":true");
    assert_int_equal(sim.event_count, 1);
    const struct event_origin *origin = &sim.event[0].origin;
    snprintf(from, sizeof from, "uid %u", (unsigned)geteuid());
    assert_string_equal(origin->actor, "operator anna");
    assert_int_equal(origin->role, ROLE_CLERK);
    assert_string_equal(origin->from, from);
    close(client);
}

static void test_a_terminals_events_have_no_role(void **state)
{
    (void)state;
    struct event_origin origin = { .command = ACCOUNTS_WITHDRAW_MONEY, .actor = "terminal x" },
                        read;
    char text[EVENT_METADATA_MAX];
    int schema;
    assert_in_range(event_json_write_metadata(&origin, 1, text), 1, EVENT_METADATA_MAX - 1);
    assert_null(strstr(text, "role"));
    assert_null(strstr(text, "from"));
    origin.role = ROLE_CLERK;
    strcpy(origin.from, "uid 7");
    const size_t length = event_json_write_metadata(&origin, 1, text);
    assert_true(event_json_read_metadata(text, length, &read, &schema, &error));
    assert_int_equal(read.role, ROLE_CLERK);
    assert_string_equal(read.from, "uid 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_command_needs_its_role),
        TEST(test_the_refusal_says_which_role),
        TEST(test_each_question_needs_its_role),
        TEST(test_what_is_no_operators_is_refused_to_each),
        TEST(test_a_user_who_is_no_operator_may_nothing),
        TEST(test_a_viewers_pipelined_lines_are_each_refused),
        TEST(test_another_role_holds_from_the_next_request_on),
        TEST(test_the_operator_stands_in_the_metadata_of_its_events),
        TEST(test_a_terminals_events_have_no_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
