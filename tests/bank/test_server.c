/* SPDX-License-Identifier: MIT */
/* The server and clients that behave: questions and answers, signing on, accidents of the store,
 * the end. */
#include "tests/bank/server_kit.h"

#include "shared/hex.h"
#include "shared/wire.h"

#include <fcntl.h>
#include <sys/stat.h>

/* ---- questions and answers ---- */

static void test_an_echo_tells_whether_the_database_is_there(void **state)
{
    (void)state;
    int client = dial("atm.sock");
    say(client, ECHO("1"));
    turns(2, true);
    check_contains(heard(client), "00e001\",\"ok\":true,\"code\":\"00\"}\n");
    sim_go_away(&sim);
    say(client, ECHO("2"));
    turns(2, true);
    check_contains(heard(client), "\"code\":\"91\"");
    close(client);
}

static void test_nothing_is_answered_before_it_is_committed(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    say(client, OPEN);
    turns(5, false);
    assert_string_equal(heard(client), "");
    turns(2, true);
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

static void test_what_cannot_wait_is_not_kept_from_by_many_terminals(void **state)
{
    (void)state;
    enum { CLIENTS = 100 };
    int client[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        client[i] = dial("atm.sock");
    turns(2, true);
    for (int i = 0; i < CLIENTS; i++)
        say(client[i], ECHO("1"));
    meanwhiles = 0;
    turn(true);
    assert_in_range(meanwhiles, CLIENTS / 20, CLIENTS / 10);
    for (int i = 0; i < CLIENTS; i++) {
        check_contains(heard(client[i]), "\"ok\":true");
        close(client[i]);
    }
}

static void test_a_repeated_command_gets_the_same_bytes(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    char first[400];
    say(client, OPEN);
    turns(3, true);
    snprintf(first, sizeof first, "%s", heard(client));
    size_t events = sim.event_count;
    int other = dial("operator.sock");
    say(other, OPEN);
    turns(3, true);
    assert_string_equal(heard(other), first);
    assert_int_equal(sim.event_count, events);
    close(client);
    close(other);
}

static void test_a_strong_command_waits_for_read_models_and_an_eventual_one_does_not(void **state)
{
    (void)state;
    static const char words[][20] = { "strong", "eventual", "strong" };
    int client = dial("operator.sock");
    say(client, OPEN);
    turns(3, true);
    heard(client);
    sim.models_behind = true;
    for (int i = 0; i < 3; i++) {
        char line[300];
        snprintf(line, sizeof line,
                 "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000d000%d\",\"command\":"
                 "\"DepositMoney\","
                 "\"consistency\":\"%s\",\"account_id\":\"" ACCOUNT "\",\"amount\":100}\n",
                 i, words[i]);
        say(client, line);
    }
    turns(3, true);
    const char *text = heard(client);
    assert_int_equal(count_of(text, "\n"), 1);
    check_contains(text, "0d0001\",\"ok\":true");
    sim_models_follow(&sim, sim.event_count - 2);
    turns(1, true);
    text = heard(client);
    check_contains(text, "0d0000\",\"ok\":true");
    assert_int_equal(count_of(text, "consistency"), 0);
    sim.now_us += 5000000;
    turns(1, true);
    text = heard(client);
    check_contains(text, "0d0002\",\"ok\":true");
    check_contains(text, ",\"consistency\":\"eventual\"}\n");
    close(client);
}

static void test_the_status_is_an_object(void **state)
{
    (void)state;
    int client = dial("operator.sock");
    say(client, "{\"v\":1,\"id\":\"" ACCOUNT "\",\"command\":\"GetStatus\"}\n");
    turns(2, true);
    check_contains(heard(client), "\"status\":{\"version\":");
    close(client);
}

static void test_the_history_and_the_machines_are_operators_to_see(void **state)
{
    (void)state;
    int client = dial("operator.sock"), terminal = dial("atm.sock");
    say(client, "{\"v\":1,\"id\":\"" ACCOUNT "\",\"command\":\"GetHistory\",\"count\":5}\n");
    turns(2, true);
    check_contains(heard(client), "\"history\":{\"until_s\":");
    say(client, "{\"v\":1,\"id\":\"" ACCOUNT "\",\"command\":\"GetMachines\"}\n");
    turns(2, true);
    check_contains(heard(client), "\"machines\":[],\"more\":false");
    say(terminal, "{\"v\":1,\"id\":\"" ACCOUNT "\",\"command\":\"GetMachines\"}\n");
    turns(2, true);
    check_contains(heard(terminal), "\"not_permitted\"");
    close(client);
    close(terminal);
}

static void test_sockets_are_their_owners_and_stale_ones_are_replaced(void **state)
{
    (void)state;
    char path[HOME_PATH_SIZE];
    struct stat status;
    home_path(&home, path, sizeof path, "atm.sock");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    server_destroy(server);
    assert_int_not_equal(stat(path, &status), 0);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644); /* what a killed bank leaves */
    close(file);
    server_up();
    int client = dial("atm.sock");
    say(client, ECHO("1"));
    turns(2, true);
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

/* ---- signing on ---- */

static struct uuid teller;

static void provision(void)
{
    uuid_read(DEFAULT_TELLER_ID, UUID_TEXT_LENGTH - 1, &teller);
    int client = dial("operator.sock");
    say(client,
        "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000f0\",\"command\":\"ProvisionTeller\","
        "\"teller_id\":"
        "\"" DEFAULT_TELLER_ID "\",\"cassettes\":[{\"denomination\":5000,\"count\":10}]}\n");
    turns(3, true);
    check_contains(heard(client), "\"ok\":true");
    close(client);
}

/* As a terminal sends it: with its mac and a newline. */
static void signed_line(char line[static 400], const char *object)
{
    size_t length = strlen(object);
    memcpy(line, object, length);
    length = wire_sign(&vault_wire_keys(vault, &teller)->request, line, length);
    memcpy(line + length, "\n", 2);
}

static void sign_on_line(char line[static 400], int number)
{
    char id_text[UUID_TEXT_LENGTH], object[300];
    struct uuid id = sim_id(0x5150, (uint64_t)number);
    snprintf(object, sizeof object,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"SignOn\",\"teller_id\":\"" DEFAULT_TELLER_ID
             "\"}",
             uuid_write(&id, id_text));
    signed_line(line, object);
}

#define CUT_OVER_OF(last)                                                                          \
    "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000" last                                    \
    "\",\"command\":\"CutOver\",\"teller_id\":\"" DEFAULT_TELLER_ID "\"}"
#define CUT_OVER       CUT_OVER_OF("f1")
#define CUT_OVER_AGAIN CUT_OVER_OF("f2")

static void test_no_teller_is_provisioned_without_its_key(void **state)
{
    (void)state;
    char draft[HOME_PATH_SIZE];
    home_path(&home, draft, sizeof draft, "keys/terminal-" DEFAULT_TELLER_ID ".key.new");
    assert_int_equal(mkdir(draft, 0700), 0);
    int client = dial("operator.sock");
    say(client,
        "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000f0\",\"command\":\"ProvisionTeller\","
        "\"teller_id\":\"" DEFAULT_TELLER_ID
        "\",\"cassettes\":[{\"denomination\":5000,\"count\":10}]}\n");
    turns(3, true);
    check_contains(heard(client), "\"code\":\"96\"");
    close(client);
    assert_int_equal(rmdir(draft), 0);
    provision();
    assert_non_null(vault_terminal_key(vault, &teller));
}

static void test_a_terminal_acts_once_it_has_signed_on(void **state)
{
    (void)state;
    char line[400], cut_over[400];
    provision();
    assert_non_null(vault_terminal_key(vault, &teller));
    int client = dial("atm.sock");
    signed_line(cut_over, CUT_OVER);
    say(client, cut_over);
    turns(3, true);
    check_contains(heard(client), "not_signed_on");
    /* In one go: what follows a sign-on waits for it. */
    sign_on_line(line, 1);
    say(client, line);
    say(client, cut_over);
    turns(2, false);
    assert_string_equal(heard(client), "");
    turns(6, true);
    const char *text = heard(client);
    check_contains(text, "\"confirm_within_s\":90,\"agrees\":true");
    check_contains(text, "\"totals\":{");
    signed_line(cut_over, CUT_OVER_AGAIN);
    say(client, cut_over);
    turns(3, true);
    check_contains(heard(client), "\"code\":\"12\",\"error\":\"cut_over_too_early\"");
    close(client);
}

static void test_a_sign_on_is_good_for_one_time(void **state)
{
    (void)state;
    char line[400];
    provision();
    sign_on_line(line, 2);
    int client = dial("atm.sock");
    say(client, line);
    turns(4, true);
    check_contains(heard(client), "\"ok\":true");
    int thief = dial("atm.sock");
    say(thief, line);
    say(thief, CUT_OVER "\n");
    turns(6, true);
    const char *text = heard(thief);
    assert_int_equal(count_of(text, "not_signed_on"), 2);
    close(client);
    close(thief);
}

/* A machine, which says which run of it this is, and what it counts: "" for nothing. */
static int machine_dial(int number, const char *counts)
{
    char line[400], id_text[UUID_TEXT_LENGTH], object[300];
    struct uuid id = sim_id(0x5152, (uint64_t)number);
    snprintf(object, sizeof object,
             "{\"v\":1,\"id\":\"%s\",\"command\":\"SignOn\",\"teller_id\":\"" DEFAULT_TELLER_ID
             "\",\"run\":\"0192f0c1-0000-7000-8000-0000000000c1\"%s}",
             uuid_write(&id, id_text), counts);
    signed_line(line, object);
    int machine = dial("atm.sock");
    say(machine, line);
    turns(4, true);
    return machine;
}

static void test_a_machine_signs_on_anew_when_an_operator_has_counted_it(void **state)
{
    (void)state;
    provision(); /* with 10 notes of 50 */
    int machine = machine_dial(1, ""), operator= dial("operator.sock");
    check_contains(heard(machine), "\"ok\":true");
    say(operator, "{\"v\":1,\"id\":\"0192f0c1-0000-7000-8000-0000000000c2\",\"command\":"
                  "\"CountCassettes\",\"teller_id\":\"" DEFAULT_TELLER_ID
                  "\",\"reason\":\"week\",\"notes\":[{\"denomination\":5000,\"count\":8}]}\n");
    turns(4, true);
    check_contains(heard(operator), "\"difference\":[{\"denomination\":5000,\"count\":-2}]");
    check_contains(heard(machine), "The machine's cash was counted: sign on anew.");
    turns(2, true);
    assert_null(heard(machine));
    close(machine);
    machine = machine_dial(2, ",\"cassettes\":[{\"denomination\":5000,\"count\":10}]");
    const char *text = heard(machine);
    check_contains(text, "\"agrees\":false");
    check_contains(text, "\"count\":{\"id\":\"0192f0c1-0000-7000-8000-0000000000c2\",\"cassettes\":"
                         "[{\"denomination\":5000,\"count\":8}]}");
    close(machine);
    machine = machine_dial(3, ",\"cassettes\":[{\"denomination\":5000,\"count\":8}]");
    text = heard(machine);
    check_contains(text, "\"agrees\":true");
    assert_null(strstr(text, "\"count\":{"));
    close(machine);
    close(operator);
}

/* ---- a store with accidents ---- */

static void test_every_request_is_answered_once_whatever_the_store_does(void **state)
{
    (void)state;
    enum { SENT = 500 };
    int client = dial("operator.sock"), sent = 0, replies = 0;
    say(client, OPEN);
    turns(4, true);
    heard(client);
    sim.lost_percent = 20;
    sim.away_percent = 2;
    for (int i = 0; i < 100000 && replies < SENT; i++) {
        if (sent < SENT) {
            char line[300];
            deposit_line(line, sent++);
            say(client, line);
        }
        event_base_loop(loop, EVLOOP_NONBLOCK);
        sim_step(&sim);
        server_turn(server);
        const char *text = heard(client);
        replies += count_of(text, "\n");
        assert_int_equal(count_of(text, "\n"),
                         count_of(text, "\"ok\":true") + count_of(text, "\"code\":\"91\""));
    }
    assert_int_equal(replies, SENT);
    assert_true(sim.losses > 0 && sim.outages > 0);
    close(client);
}

/* ---- the end ---- */

static void test_stopping_answers_what_is_in_flight(void **state)
{
    (void)state;
    int client = dial("operator.sock"), silent = dial("atm.sock");
    say(client, OPEN);
    turns(3, false);
    server_stop(server);
    say(client, ECHO("1")); /* too late */
    turns(3, false);
    assert_false(server_idle(server));
    assert_null(heard(silent));
    turns(3, true);
    const char *text = heard(client);
    check_contains(text, "\"account_id\":\"" ACCOUNT);
    assert_int_equal(count_of(text, "\n"), 1);
    assert_true(server_idle(server));
    close(client);
    close(silent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_echo_tells_whether_the_database_is_there),
        TEST(test_nothing_is_answered_before_it_is_committed),
        TEST(test_what_cannot_wait_is_not_kept_from_by_many_terminals),
        TEST(test_a_repeated_command_gets_the_same_bytes),
        TEST(test_a_strong_command_waits_for_read_models_and_an_eventual_one_does_not),
        TEST(test_the_status_is_an_object),
        TEST(test_the_history_and_the_machines_are_operators_to_see),
        TEST(test_sockets_are_their_owners_and_stale_ones_are_replaced),
        TEST(test_no_teller_is_provisioned_without_its_key),
        TEST(test_a_terminal_acts_once_it_has_signed_on),
        TEST(test_a_sign_on_is_good_for_one_time),
        TEST(test_a_machine_signs_on_anew_when_an_operator_has_counted_it),
        TEST(test_every_request_is_answered_once_whatever_the_store_does),
        TEST(test_stopping_answers_what_is_in_flight),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
