/* SPDX-License-Identifier: MIT */
/* The demonstration's wallet: its file, the reader, the page, the notes. */
#include "tests/atm/terminal_kit.h"

#include "atm/devices/card_reader.h"
#include "atm/files/wallet_file.h"
#include "tests/support/scratch.h"

#include <sys/stat.h>
#include <unistd.h>

/* ---- the file ------------------------------------------------------------------------- */

static char path[300];

static bool load_bytes(const char *text, size_t length, mode_t mode, struct wallet_file *wallet,
                       struct error *error)
{
    snprintf(path, sizeof path, "%s/demo-wallet", scratch_create());
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    *error = (struct error){ 0 };
    return wallet_file_read(path, wallet, error);
}

static bool load(const char *text, mode_t mode, struct wallet_file *wallet, struct error *error)
{
    return load_bytes(text, strlen(text), mode, wallet, error);
}

static void test_the_file_has_a_card_a_line(void **state)
{
    (void)state;
    struct wallet_file wallet;
    struct error error;
    check_worked(load("4000002222000018 1234 plenty\n\n4000003333000020 98765 as it is\n", 0600,
                      &wallet, &error),
                 &error);
    assert_int_equal(wallet.count, 2);
    assert_string_equal(wallet.entry[0].card, "4000002222000018");
    assert_string_equal(wallet.entry[0].pin, "1234");
    assert_string_equal(wallet.entry[0].kind, "plenty");
    assert_string_equal(wallet.entry[1].pin, "98765");
    assert_string_equal(wallet.entry[1].kind, "as it is");
}

static void test_no_file_is_an_empty_wallet(void **state)
{
    (void)state;
    struct wallet_file wallet = { .count = 3 };
    struct error error;
    snprintf(path, sizeof path, "%s/none", scratch_create());
    check_worked(wallet_file_read(path, &wallet, &error), &error);
    assert_int_equal(wallet.count, 0);
}

static void test_a_wrong_line_is_named(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "4000002222000019 1234 plenty\n",   "4000002222000018\n",        "4000002222000018 1234\n",
        "4000002222000018 123 x\n",         "4000002222000018 12a4 x\n", "x\n",
        "4000002222000018 1234 a\x1b[2Jb\n"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[200];
        struct wallet_file wallet;
        struct error error;
        snprintf(text, sizeof text, "4000003333000020 1234 poor\n%s", wrong[i]);
        assert_false(load(text, 0600, &wallet, &error));
        if (strncmp(error.message, "line 2 of ", 10) != 0)
            check_fail("\"%s\": %s", wrong[i], error.message);
        assert_null(strstr(error.message, "4000002222000018"));
    }
}

/* As a power cut can leave a file: of its size, and nothing written. Not an empty wallet. */
static void test_a_file_with_zero_bytes_is_refused(void **state)
{
    (void)state;
    static const char zeros[100], half[] = "4000002222000018 1234 plenty\n\0\0\0\0";
    struct wallet_file wallet;
    struct error error;
    assert_false(load_bytes(zeros, sizeof zeros, 0600, &wallet, &error));
    check_contains(error.message, "zero bytes");
    assert_false(load_bytes(half, sizeof half, 0600, &wallet, &error));
    check_contains(error.message, path);
}

static void test_a_file_of_others_or_with_too_many_cards_is_refused(void **state)
{
    (void)state;
    char text[400] = "";
    struct wallet_file wallet;
    struct error error;
    assert_false(load("4000002222000018 1234 plenty\n", 0644, &wallet, &error));
    assert_non_null(strstr(error.message, "chmod 600"));
    for (int i = 0; i <= DEMO_WALLET_MAX; i++)
        strcat(text, "4000002222000018 1234 plenty\n");
    assert_false(load(text, 0600, &wallet, &error));
    assert_non_null(strstr(error.message, "leave some"));
}

static void test_the_reader_takes_the_card_of_a_place(void **state)
{
    (void)state;
    struct card_reader reader = { .at_hand = "4000001234567899",
                                  .wallet = { "4000002222000018", "4000003333000020" } };
    assert_int_equal(card_reader_insert(&reader, "#2"), CARD_READ);
    assert_string_equal(reader.pan, "4000003333000020");
    assert_int_equal(card_reader_insert(&reader, "*"), CARD_READ); /* again, after it came out */
    assert_string_equal(reader.pan, "4000003333000020");
    assert_int_equal(card_reader_insert(&reader, ""), CARD_READ);
    assert_string_equal(reader.pan, "4000001234567899");
    static const char *const none[] = { "#3", "#0", "#", "#-1", "#8", "#99999999999999999999" };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(card_reader_insert(&reader, none[i]), CARD_INVALID);
}

/* ---- the page -------------------------------------------------------------------------- */

static void wallet_start(struct kit *kit)
{
    kit_start(kit);
    struct terminal_settings *settings = &kit->terminal.settings;
    strcpy(settings->card_owner, "Peter");
    strcpy(settings->card_note, "1234");
    strcpy(settings->card_mask, "400000******7899");
    settings->wallet_count = 2;
    settings->wallet[0] = (struct wallet_card){ .text = TEXT_WALLET_PLENTY,
                                                .note = "5678",
                                                .mask = "400000******0018" };
    settings->wallet[1] = (struct wallet_card){ .text = TEXT_WALLET_SECOND,
                                                .note = "9012",
                                                .mask = "400000******0053",
                                                .receiver = "4000006666000053" };
}

static void card_in(struct kit *kit, const char *mask)
{
    strcpy(kit_event(kit, EVENT_CARD_IN)->text, mask);
    kit_send(kit);
    kit_expect(kit, STATE_PIN_ENTRY);
}

static const char *note(const struct kit *kit)
{
    static struct view view;
    terminal_view(&kit->terminal, 0, &view);
    return view.sticky[0][0] != '\0' ? view.sticky[1] : "";
}

static void test_each_key_puts_its_card_in(void **state)
{
    (void)state;
    static const char *const places[] = { "", "#1", "#2" };
    for (int key = 1; key <= 3; key++) {
        struct kit kit;
        wallet_start(&kit);
        kit_key(&kit, 1);
        kit_expect(&kit, STATE_WALLET);
        assert_int_equal(kit.effects.count, 0);
        kit_key(&kit, key);
        assert_string_equal(kit_effect(&kit, EFFECT_INSERT)->text, places[key - 1]);
        kit_expect(&kit, STATE_WALLET);
    }
    struct kit kit;
    wallet_start(&kit);
    kit_key(&kit, 1);
    kit_key(&kit, 4); /* there is none */
    assert_int_equal(kit.effects.count, 0);
    kit_enter(&kit);
    assert_string_equal(kit_effect(&kit, EFFECT_INSERT)->text, "");
}

static void test_enter_and_a_machine_without_a_wallet_are_as_ever(void **state)
{
    (void)state;
    struct kit kit;
    wallet_start(&kit);
    kit_enter(&kit);
    assert_string_equal(kit_effect(&kit, EFFECT_INSERT)->text, "");
    kit_expect(&kit, STATE_WELCOME);
    kit_start(&kit);
    kit_key(&kit, 1);
    assert_string_equal(kit_effect(&kit, EFFECT_INSERT)->text, "");
    kit_expect(&kit, STATE_WELCOME);
}

static void test_the_page_is_left_without_a_card(void **state)
{
    (void)state;
    struct kit kit;
    wallet_start(&kit);
    kit_key(&kit, 1);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_WELCOME);
    kit_key(&kit, 1);
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_WELCOME);
    kit_key(&kit, 1);
    kit_hears(&kit, EVENT_LINK_DOWN);
    kit_expect(&kit, STATE_OUT_OF_SERVICE);
    wallet_start(&kit);
    kit_key(&kit, 1);
    kit_press(&kit, INPUT_QUIT, 0);
    kit_expect(&kit, STATE_OFF);
}

static void test_the_reader_s_trouble_is_told(void **state)
{
    (void)state;
    struct kit kit;
    wallet_start(&kit);
    kit_key(&kit, 1);
    kit_key(&kit, 2);
    kit_hears(&kit, EVENT_CARD_JAM);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    kit_key(&kit, 1);
    kit_key(&kit, 2);
    kit_hears(&kit, EVENT_CARD_UNREADABLE);
    kit_expect_message(&kit, TEXT_MESSAGE_SORRY);
}

static void test_the_note_is_of_the_card_inside(void **state)
{
    (void)state;
    struct kit kit;
    wallet_start(&kit);
    assert_string_equal(note(&kit), "1234");
    kit_key(&kit, 1);
    assert_string_equal(note(&kit), "");
    kit_key(&kit, 2);
    card_in(&kit, "400000******0018");
    assert_string_equal(note(&kit), "5678");
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_string_equal(note(&kit), "1234");
    terminal_note_is_wrong(&kit.terminal, "400000******0018"); /* its PIN was changed */
    kit_key(&kit, 1);
    kit_key(&kit, 2);
    card_in(&kit, "400000******0018");
    assert_string_equal(note(&kit), "");
    assert_string_equal(kit.terminal.settings.wallet[1].note, "9012");
}

static void test_a_key_types_the_second_account(void **state)
{
    (void)state;
    for (int own = 0; own < 2; own++) {
        struct kit kit;
        wallet_start(&kit);
        kit_enter(&kit);
        card_in(&kit, own ? "400000******0053" : "400000******7899");
        kit_pin(&kit);
        kit_key(&kit, 8);
        kit_key(&kit, 3);
        kit_expect(&kit, STATE_RECEIVER);
        kit_key(&kit, 1);
        assert_string_equal(kit.terminal.typed, own ? "" : "4000006666000053");
        if (own)
            continue; /* there is no other one */
        kit_enter(&kit);
        kit_expect(&kit, STATE_TRANSFER_AMOUNT);
        assert_string_equal(kit.terminal.receiver, "4000006666000053");
    }
}

static void test_every_kind_of_card_has_its_words(void **state)
{
    (void)state;
    static const char *const keys[] = {
#define X(enumerator, word) "wallet." word,
        DEMO_WALLET_TABLE(X)
#undef X
    };
    struct kit kit;
    kit_start(&kit);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (text_find(keys[i]) == TEXT_NONE)
            check_fail("there is no text %s: add it to TEXT_WALLET_TABLE", keys[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_file_has_a_card_a_line),
        cmocka_unit_test(test_no_file_is_an_empty_wallet),
        cmocka_unit_test(test_a_wrong_line_is_named),
        cmocka_unit_test(test_a_file_with_zero_bytes_is_refused),
        cmocka_unit_test(test_a_file_of_others_or_with_too_many_cards_is_refused),
        cmocka_unit_test(test_the_reader_takes_the_card_of_a_place),
        cmocka_unit_test(test_each_key_puts_its_card_in),
        cmocka_unit_test(test_enter_and_a_machine_without_a_wallet_are_as_ever),
        cmocka_unit_test(test_the_page_is_left_without_a_card),
        cmocka_unit_test(test_the_reader_s_trouble_is_told),
        cmocka_unit_test(test_the_note_is_of_the_card_inside),
        cmocka_unit_test(test_a_key_types_the_second_account),
        cmocka_unit_test(test_every_kind_of_card_has_its_words),
    };
    return cmocka_run_group_tests_name("wallet", tests, NULL, NULL);
}
