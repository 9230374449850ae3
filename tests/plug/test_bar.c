/* SPDX-License-Identifier: MIT */
/*
 * A terminal that is barred, and one whose key is replaced or withdrawn, on a
 * real bank while another terminal goes on: what it may do at once, what it may
 * do no more, and that what had begun is still booked.
 */
#include "tests/plug/wire_kit.h"

#include "shared/hex.h"
#include "shared/wire.h"

#include <sys/stat.h>
#include <unistd.h>

static struct wire operators;

static void order(const char *line, const char *expected)
{
    expect_reply(wire_call(&operators, filled(line), REPLY_MS), expected, line);
}

static void ask(struct wire *to, const char *line, const char *expected)
{
    expect_reply(wire_call(to, filled(line), REPLY_MS), expected, line);
}

#define OF_TELLER "\"teller_id\":\"${teller}\""
#define BAR       REQUEST "\"BarTeller\"," OF_TELLER ",\"reason\":\"stolen\"}"
#define UNBAR     REQUEST "\"UnbarTeller\"," OF_TELLER ",\"reason\":\"found\"}"
#define BALANCE                                                                                    \
    REQUEST "\"BalanceEnquiry\"," OF_TELLER ",\"card\":\"${card}\",\"pin_block\":\"${pin}\"}"
#define DEPOSIT                                                                                    \
    REQUEST "\"InitiateDeposit\"," OF_TELLER ",\"card\":\"${card}\",\"pin_block\":\"${pin}\"}"
#define REPLENISH                                                                                  \
    REQUEST "\"ReplenishCassettes\"," OF_TELLER ",\"notes\":[{\"denomination\":2000,\"count\":1}]" \
            "}"
#define CUT_OVER   REQUEST "\"CutOver\"," OF_TELLER "}"
#define REKEY      REQUEST "\"ReplaceTellerKey\"," OF_TELLER "}"
#define WITHDRAWAL WITHDRAW ",\"amount\":2000}"
#define BARRED     "\"code\":\"58\",\"error\":\"teller_barred\""

#define OTHER_REPLENISH                                                                            \
    REQUEST                                                                                        \
    "\"ReplenishCassettes\",\"teller_id\":\"${other}\",\"notes\":[{\"denomination\":2000,"         \
    "\"count\":1}]}"

static void expect_other_goes_on(void)
{
    open_wire(&second, "atm.sock");
    assert_true(wire_sign_on(&second, &world, &other_teller));
    ask(&second, OTHER_REPLENISH, "\"ok\":true");
    wire_close(&second);
}

/* A withdrawal that was approved: the id to confirm. */
static void begin_withdrawal(char id[static UUID_TEXT_LENGTH])
{
    const char *line = filled(WITHDRAWAL);
    snprintf(id, UUID_TEXT_LENGTH, "%s", strstr(line, "\"id\":\"") + 6);
    expect_reply(wire_call(&wire, line, REPLY_MS), "\"ok\":true", "a withdrawal");
}

static void confirm(const char *withdrawal_id, const char *expected)
{
    char line[400];
    snprintf(line, sizeof line,
             REQUEST "\"ConfirmDispense\"," OF_TELLER
                     ",\"withdrawal_id\":\"%s\",\"outcome\":\"dispensed\","
                     "\"taken\":[{\"denomination\":2000,\"count\":1}]}",
             withdrawal_id);
    ask(&wire, line, expected);
}

static void key_path(char path[static HOME_PATH_SIZE])
{
    home_path(&world.home, path, HOME_PATH_SIZE, "keys/terminal-%s.key", teller_text);
}

static void key_read(char text[static 40])
{
    char path[HOME_PATH_SIZE];
    key_path(path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, 33, file), 33);
    text[32] = '\0';
    fclose(file);
}

/* Signs on with the key of these digits; the wire signs with it from now on. */
static void sign_on_with(const char *key_text, const char *expected)
{
    struct pin_key key;
    assert_true(hex_decode(key_text, 32, key.bytes));
    wire_keys_derive(&key, &teller, &wire.keys);
    wire.signs = true;
    ask(&wire, REQUEST "\"SignOn\"," OF_TELLER "}", expected);
}

static int set_up(void **state)
{
    (void)state;
    open_signed_on();
    open_wire(&operators, "operator.sock");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wire_close(&wire);
    wire_close(&operators);
    return 0;
}

/* ---- barred ---- */

static void test_a_barred_terminal_begins_nothing_and_ends_what_it_began(void **state)
{
    (void)state;
    char before[UUID_TEXT_LENGTH], later[UUID_TEXT_LENGTH], key[40];
    begin_withdrawal(before);
    begin_withdrawal(later);
    order(BAR, "\"ok\":true");
    static const char *const barred[] = { WITHDRAWAL, BALANCE, DEPOSIT, REPLENISH, CUT_OVER };
    for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++)
        ask(&wire, barred[i], BARRED);
    confirm(before, "\"state\":\"completed\"");
    wire_close(&wire);
    open_wire(&wire, "atm.sock");
    ask(&wire, WITHDRAWAL, "\"not_signed_on\"");
    confirm(later, "\"not_signed_on\"");
    key_read(key);
    sign_on_with(key, BARRED);
    ask(&wire, WITHDRAWAL, BARRED);
    confirm(later, "\"state\":\"completed\"");
    expect_other_goes_on();
    order(REPLENISH, "\"ok\":true"); /* an operator may */
    order(BAR, "\"teller_barred\"");
    order(UNBAR, "\"ok\":true");
    order(UNBAR, "\"teller_not_barred\"");
    ask(&wire, WITHDRAWAL, "\"ok\":true"); /* its connection has proved its key */
    database_check(
        &world.database,
        "SELECT string_agg(event_type || ' ' || (data->>'reason'), ',' ORDER BY position)"
        " FROM esbank.events WHERE event_type IN ('Teller.Barred', 'Teller.Unbarred')",
        "Teller.Barred stolen,Teller.Unbarred found");
}

static void test_only_operators_bar(void **state)
{
    (void)state;
    ask(&wire, BAR, "\"not_permitted\"");
    ask(&wire, REKEY, "\"not_permitted\"");
    order(REQUEST "\"BarTeller\",\"teller_id\":\"${id}\"}", "\"no_such_teller\"");
    order(REQUEST "\"BarTeller\"}", "\"teller_id\\\" is missing");
}

/* ---- keys ---- */

static void test_a_replaced_key_is_of_no_use_from_then_on(void **state)
{
    (void)state;
    char old_key[40], new_key[40], path[HOME_PATH_SIZE], check[7], wanted[60];
    struct stat status;
    struct pin_key key;
    key_read(old_key);
    char *reply = wire_call(&operators, filled(REKEY), REPLY_MS);
    key_read(new_key);
    key_path(path);
    assert_string_not_equal(old_key, new_key);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(hex_decode(new_key, 32, key.bytes));
    pin_key_check_value(&key, check);
    snprintf(wanted, sizeof wanted, "\"key_check\":\"%s\"", check);
    expect_reply(reply, wanted, "a rekey");

    ask(&wire, WITHDRAWAL, "\"not_signed_on\""); /* at once */
    sign_on_with(old_key, "\"not_signed_on\"");
    expect_other_goes_on();
    /* Put back by hand it is no better: the log says which one is in force. */
    char away[HOME_PATH_SIZE + 8];
    snprintf(away, sizeof away, "%s.away", path);
    assert_int_equal(rename(path, away), 0);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", old_key);
    fclose(file);
    chmod(path, 0600);
    assert_int_equal(chown(path, status.st_uid, status.st_gid),
                     0); /* root's bank is another user's */
    sign_on_with(old_key, "\"key_replaced\"");
    ask(&wire, WITHDRAWAL, "\"not_signed_on\"");
    assert_int_equal(rename(away, path), 0);
    sign_on_with(new_key, "\"ok\":true");
    ask(&wire, CUT_OVER, "\"ok\":true");
    char sql[300];
    snprintf(
        sql, sizeof sql,
        "SELECT bool_and(data::text NOT LIKE '%%%s%%' AND upper(data->>'key_check') = '%s') FROM"
        " esbank.events WHERE event_type = 'Teller.KeyReplaced'",
        new_key, check);
    database_check(&world.database, sql, "t");
}

/* The same request again, as after an answer that was lost: one key, one event. */
static void test_a_repeated_replacement_makes_no_other_key(void **state)
{
    (void)state;
    char line[400], first[40], again[40];
    snprintf(line, sizeof line, "%s", filled(REKEY));
    char *reply = wire_call(&operators, line, REPLY_MS);
    key_read(first);
    char *repeated = wire_call(&operators, line, REPLY_MS);
    assert_non_null(reply);
    assert_non_null(repeated);
    assert_string_equal(reply, repeated);
    key_read(again);
    assert_string_equal(first, again);
    free(repeated);
    /* A later one, and then the first once more. */
    order(REKEY, "\"ok\":true");
    key_read(first);
    expect_reply(wire_call(&operators, line, REPLY_MS), "\"ok\":true", "the first replacement");
    key_read(again);
    assert_string_equal(first, again);
    free(reply);
    order(REQUEST "\"ReplaceTellerKey\",\"teller_id\":\"${id}\"}", "\"no_such_teller\"");
    char keys[HOME_PATH_SIZE], command[HOME_PATH_SIZE + 80];
    home_path(&world.home, keys, sizeof keys, "keys");
    snprintf(command, sizeof command, "test \"$(ls '%s' | grep -c 'key[.][0-9a-f]*-')\" = 0", keys);
    assert_int_equal(system(command), 0); /* nothing is left of what came to nothing */
}

static void test_without_a_key_nobody_signs_on_until_there_is_a_new_one(void **state)
{
    (void)state;
    char key[40], line[400], path[HOME_PATH_SIZE];
    key_read(key);
    key_path(path);
    snprintf(line, sizeof line, "%s", filled(REQUEST "\"WithdrawTellerKey\"," OF_TELLER "}"));
    snprintf(key_name, sizeof key_name,
             "pin-entry"); /* for PIN blocks that no key of the terminal makes */
    expect_reply(wire_call(&operators, line, REPLY_MS), "\"key_check\":", line);
    assert_int_not_equal(access(path, F_OK), 0);
    ask(&wire, WITHDRAWAL, "\"not_signed_on\"");
    sign_on_with(key, "\"no_such_teller\"");
    expect_other_goes_on();
    order(REQUEST "\"WithdrawTellerKey\"," OF_TELLER "}", "\"no_teller_key\"");
    order(REKEY, "\"ok\":true");
    key_read(key);
    expect_reply(wire_call(&operators, line, REPLY_MS), "\"ok\":true", "the withdrawal, repeated");
    sign_on_with(key, "\"ok\":true");
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(test_a_barred_terminal_begins_nothing_and_ends_what_it_began),
        STORY(test_only_operators_bar),
        STORY(test_a_replaced_key_is_of_no_use_from_then_on),
        STORY(test_a_repeated_replacement_makes_no_other_key),
        STORY(test_without_a_key_nobody_signs_on_until_there_is_a_new_one),
    };
    return cmocka_run_group_tests_name("bar", tests, begin, end);
}
