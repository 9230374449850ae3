/* SPDX-License-Identifier: MIT */
/* What bytes of the terminal's line mean, in one piece and in several, and a key that is held. */
#include "atm/tui/choose.h"
#include "atm/tui/held.h"
#include "atm/tui/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char said[400]; /* "F1 Cancel 7 click5,3 " */

static void say(const struct key *key)
{
    char word[32] = "";
    const int value = key->input.value;
    if (key->kind == KEYS_CLICK) {
        snprintf(word, sizeof word, "click%d,%d ", key->row, key->column);
    } else if (key->kind == KEYS_REPAINT) {
        snprintf(word, sizeof word, "repaint ");
    } else if (key->kind == KEYS_INPUT) {
        static const char *const names[] = {
            [INPUT_ENTER] = "Enter", [INPUT_CLEAR] = "Clear",           [INPUT_CANCEL] = "Cancel",
            [INPUT_QUIT] = "Quit",   [INPUT_SUPERVISOR] = "Supervisor",
        };
        static const char *const moves[] = { "up", "down", "right", "left" };
        if (key->input.kind == INPUT_DIGIT || key->input.kind == INPUT_TEXT)
            snprintf(word, sizeof word, "%c ", value);
        else if (key->input.kind == INPUT_MOVE)
            snprintf(word, sizeof word, "%s ", moves[value]);
        else if (key->input.kind == INPUT_FDK)
            snprintf(word, sizeof word, "F%d ", value + 1);
        else
            snprintf(word, sizeof word, "%s ", names[key->input.kind]);
    }
    strncat(said, word, sizeof said - strlen(said) - 1);
}

static void expire(struct keys *keys, int64_t now)
{
    for (struct key key; (key = keys_expire(keys, now)).kind != KEYS_NOTHING;)
        say(&key);
}

/* Each piece comes so many milliseconds after the one before; NULL ends them. */
static const char *typed_in_pieces(struct keys *keys, int pause_ms, const char *const *piece)
{
    int64_t now = 1000;
    said[0] = '\0';
    for (; *piece != NULL; piece++, now += pause_ms) {
        expire(keys, now);
        for (const char *byte = *piece; *byte != '\0'; byte++) {
            const struct key key = keys_feed(keys, (unsigned char)*byte, now);
            say(&key);
        }
    }
    expire(keys, now + KEYS_SEQUENCE_MS);
    assert_int_equal(keys_deadline(keys), -1);
    return said;
}

static const char *typed(const char *bytes)
{
    struct keys keys = { .state = KEYS_GROUND };
    return typed_in_pieces(&keys, 1, (const char *const[]){ bytes, NULL });
}

static void test_keys_of_every_kind_of_terminal_are_known(void **state)
{
    (void)state;
    assert_string_equal(typed("7q\r\n\b\177\023\003"),
                        "7 q Enter Enter Clear Clear Supervisor Quit ");
    assert_string_equal(typed("\f"), "repaint ");
    assert_string_equal(typed("\033"), "Cancel ");
    assert_string_equal(typed("\033OP\033OS\033[11~\033[[A\033[[E\033[15~\033[19~\033[24~"),
                        "F1 F4 F1 F1 F5 F5 F8 Supervisor ");
    assert_string_equal(typed("\033Op\033Oy\033OM"), "0 9 Enter ");
    assert_string_equal(typed("\033[A\033OB\033[C\033OD"), "up down right left ");
    assert_string_equal(typed("\033[13u\033[49u\033[57400u\033[27u"), "Enter 1 1 Cancel ");
    assert_string_equal(typed("\033[<0;79;18M\033[<0;79;18m"), "click17,78 ");
    assert_string_equal(typed("\033[<16;1;1M"), "click0,0 "); /* with Ctrl */
    assert_string_equal(typed("\033[M !\"\033[M#!\""), "click1,0 ");
}

static void test_what_no_key_here_sends_is_ignored_whole(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "\0332",
        "\033a",
        "\033\r",
        "\033[1;5A",
        "\033[E",
        "\033[I",
        "\033[O",
        "\033[97;5u",
        "\033[27;5u",
        "\033[1;5P",
        "\033[1;2R",
        "\033[3~",
        "\033[25~",
        "\033[200~",
        "\033[15;5~",
        "\033O5P",
        "\033Oj",
        "\033\033[A",
        "\033\033OP",
        "\033[>0;276;0c",
        "\033[?62;9;c",
        "\033[1$y",
        "\033[<64;1;1M",
        "\033[<0;M",
        "\033[<0;0;0M",
        "\033[M@!!",
        "\033[<35;20;20M",
        "\303\244\342\202\254",
        "\033[999999999999999999~",
        "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1P",
        "\033]11;rgb:1c1c/1c1c/1c1c\033\\",
        "\033]11;rgb:1c1c/1c1c/1c1c\a",
        "\033P1$r0m\033\\",
        "\033_Gi=31;OK\033\\",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        char then_seven[160];
        snprintf(then_seven, sizeof then_seven, "%s7", unknown[i]);
        assert_string_equal(typed(then_seven), "7 ");
    }
}

static void test_a_sequence_may_come_in_pieces(void **state)
{
    (void)state;
    struct keys keys = { .state = KEYS_GROUND };
    const int slow = 30;
    assert_string_equal(
        typed_in_pieces(&keys, slow, (const char *const[]){ "\033", "O", "P", NULL }), "F1 ");
    assert_string_equal(
        typed_in_pieces(&keys, slow, (const char *const[]){ "\033[", "1", "5", "~", NULL }), "F5 ");
    assert_string_equal(
        typed_in_pieces(&keys, 100, (const char *const[]){ "\033[<0;7", "9;18", "M", NULL }),
        "click17,78 ");
}

/* Nor may a line that breaks off hold what is typed afterwards. */
static void test_what_breaks_off_is_nothing(void **state)
{
    (void)state;
    static const char *const begun[] = { "\033[",  "\033[<",     "\033[<0;79", "\033O",
                                         "\033[M", "\033[M  ",   "\033[[",     "\033]0;title",
                                         "\033P",  "\033[<;;;;", "\033_more",  "\033[1;1;1;1" };
    for (size_t i = 0; i < sizeof begun / sizeof begun[0]; i++) {
        struct keys keys = { .state = KEYS_GROUND };
        assert_string_equal(
            typed_in_pieces(&keys, KEYS_SEQUENCE_MS, (const char *const[]){ begun[i], "8", NULL }),
            "8 ");
        snprintf(said, sizeof said, "%s\003", begun[i]);
    }
    assert_string_equal(typed("\033[1\0038"), "Quit 8 "); /* a control byte ends what it is in */
}

static void test_each_esc_is_a_key_and_two_may_be_alt(void **state)
{
    (void)state;
    struct keys keys = { .state = KEYS_GROUND };
    assert_string_equal(typed("\033\033\033\033"), "Cancel Cancel Cancel Cancel ");
    assert_string_equal(
        typed_in_pieces(&keys, KEYS_ESCAPE_MS, (const char *const[]){ "\033", "\033", "5", NULL }),
        "Cancel Cancel 5 ");
}

static void test_a_terminals_own_keys_are_known(void **state)
{
    (void)state;
    struct keys keys = { .state = KEYS_GROUND };
    keys_add(&keys, "\033[224z", (struct input){ INPUT_FDK, 0 });
    keys_add(&keys, "\033Ot", (struct input){ INPUT_FDK, 4 });
    keys_add(&keys, NULL, (struct input){ INPUT_FDK, 5 });
    assert_string_equal(
        typed_in_pieces(&keys, 1, (const char *const[]){ "\033[224z\033Ot\033Ou", NULL }),
        "F1 F5 5 ");
}

static void test_what_is_forgotten_takes_its_rest_along(void **state)
{
    (void)state;
    static const char *const begun[] = { "\033", "\033[", "\033[<0;7", "\033O" };
    static const char *const rest[] = { "", "15~", "9;18M", "P" };
    for (size_t i = 0; i < sizeof begun / sizeof begun[0]; i++) {
        struct keys keys = { .state = KEYS_GROUND };
        said[0] = '\0';
        for (const char *byte = begun[i]; *byte != '\0'; byte++)
            keys_feed(&keys, (unsigned char)*byte, 1000);
        keys_forget(&keys);
        assert_string_equal(typed_in_pieces(&keys, 1, (const char *const[]){ rest[i], NULL }), "");
    }
}

/* ---- a key that is held ---- */

static struct held held;
static unsigned screen;

/* What is taken of a key at a time: each one taken brings another screen where `travels`. */
static int taken(const struct input *input, const int *at_ms, int count, bool travels)
{
    int number = 0;
    held = (struct held){ .last = { .kind = INPUT_NONE } };
    screen = 1;
    for (int i = 0; i < count; i++) {
        for (int now = i > 0 ? at_ms[i - 1] : 0; now < at_ms[i]; now++)
            if (held_release(&held, screen, now).kind != INPUT_NONE) {
                number++;
                screen += travels;
            }
        if (held_press(&held, *input, screen, at_ms[i]).kind != INPUT_NONE) {
            number++;
            screen += travels;
        }
    }
    const int64_t later = at_ms[count - 1] + HELD_WAIT_MS;
    return number + (held_release(&held, screen, later).kind != INPUT_NONE);
}

static void test_a_held_key_answers_one_question(void **state)
{
    (void)state;
    const struct input f1 = { INPUT_FDK, 0 };
    static const int delays[] = { 200, 250, 400, 500, 660 }, pauses[] = { 10, 30, 40, 100 };
    for (size_t d = 0; d < sizeof delays / sizeof delays[0]; d++)
        for (size_t p = 0; p < sizeof pauses / sizeof pauses[0]; p++) {
            int at_ms[60] = { 10000 };
            for (int i = 1; i < 60; i++)
                at_ms[i] = 10000 + delays[d] + (i - 1) * pauses[p];
            assert_int_equal(taken(&f1, at_ms, 60, true), 1);
            assert_int_equal(taken(&f1, at_ms, 60, false), 60); /* where it stays it repeats */
        }
}

static void test_a_key_pressed_again_counts_again(void **state)
{
    (void)state;
    const struct input enter = { INPUT_ENTER, 0 };
    static const int quick[] = { 10000, 10200, 10500, 10800 }, at_once[] = { 10000, 10005 },
                     slow[] = { 10000, 11500, 13000 };
    assert_int_equal(taken(&enter, quick, 4, true), 4);
    assert_int_equal(taken(&enter, at_once, 2, true), 2);
    assert_int_equal(taken(&enter, slow, 3, true), 3);
}

static void test_another_key_lets_the_one_before_go_first(void **state)
{
    (void)state;
    const struct input five = { INPUT_DIGIT, '5' }, zero = { INPUT_DIGIT, '0' };
    held = (struct held){ .last = { .kind = INPUT_NONE } };
    assert_int_equal(held_press(&held, five, 1, 10000).value, '5');
    assert_int_equal(held_press(&held, five, 2, 10300).kind, INPUT_NONE); /* perhaps it is held */
    assert_int_equal(held_deadline(&held), 10300 + HELD_WAIT_MS);
    assert_int_equal(held_press(&held, zero, 2, 10320).value, '5');
    assert_int_equal(held_deadline(&held), 10320);
    assert_int_equal(held_after(&held, 2, 10320).value, '0');
    assert_int_equal(held_deadline(&held), -1);
}

/* ---- a screen answered without function keys ---- */

static struct view shown;
static int focus;

static struct input chosen(enum input_kind kind, int value)
{
    return choose(&shown, (struct input){ kind, value }, &focus);
}

static void labels(const char *live) /* "15": F1 and F5 */
{
    memset(&shown, 0, sizeof shown);
    focus = CHOOSE_NONE;
    for (; *live != '\0'; live++)
        strcpy(shown.fdk[*live - '1'].label, "Yes");
}

static void expect_key(struct input input, int key)
{
    assert_int_equal(input.kind, key == 0 ? INPUT_NONE : INPUT_FDK);
    assert_int_equal(input.value, key == 0 ? 0 : key - 1);
}

static void test_digits_are_the_keys_where_nothing_is_typed(void **state)
{
    (void)state;
    labels("158");
    for (int digit = '0'; digit <= '9'; digit++)
        expect_key(chosen(INPUT_DIGIT, digit), strchr("158", digit) != NULL ? digit - '0' : 0);
    shown.entry = ENTRY_PIN;
    assert_int_equal(chosen(INPUT_DIGIT, '1').kind, INPUT_DIGIT);
    shown.entry = ENTRY_NONE;
    shown.digits_type = true;
    assert_int_equal(chosen(INPUT_DIGIT, '1').kind, INPUT_DIGIT);
}

static void test_letters_are_those_of_machines(void **state)
{
    (void)state;
    labels("12345678");
    const char *letters = "ihgfABCD";
    for (int i = 0; i < VIEW_FDKS; i++)
        expect_key(chosen(INPUT_TEXT, letters[i]), i + 1);
    expect_key(chosen(INPUT_TEXT, 'e'), 0);
    expect_key(chosen(INPUT_TEXT, 'z'), 0);
    expect_key(chosen(INPUT_TEXT, '-'), 0);
    shown.entry = ENTRY_TEXT;
    assert_int_equal(chosen(INPUT_TEXT, 'a').kind, INPUT_TEXT);
}

static void test_a_key_is_named_by_what_answers_it(void **state)
{
    (void)state;
    static const struct {
        enum view_entry entry;
        bool digits_type;
        const char *names;
    } cases[] = {
        { ENTRY_NONE, false, "1 2 3 4 5 6 7 8 " },
        { ENTRY_AMOUNT, false, "I H G F A B C D " },
        { ENTRY_NONE, true, "I H G F A B C D " },
        { ENTRY_TEXT, false, "F1 F2 F3 F4 F5 F6 F7 F8 " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char names[64] = "", name[CHOOSE_NAME_SIZE];
        labels("12345678");
        shown.entry = cases[i].entry;
        shown.digits_type = cases[i].digits_type;
        for (int key = 0; key < VIEW_FDKS; key++) {
            choose_name(&shown, key, name);
            strcat(strcat(names, name), " ");
            if (name[0] != 'F' || name[1] == '\0')
                expect_key(chosen(name[0] >= 'A' ? INPUT_TEXT : INPUT_DIGIT, name[0]), key + 1);
        }
        assert_string_equal(names, cases[i].names);
    }
}

static void test_arrows_move_a_focus_that_enter_presses(void **state)
{
    (void)state;
    labels("1358");
    assert_int_equal(chosen(INPUT_ENTER, 0).kind, INPUT_ENTER); /* nothing has the focus */
    static const struct {
        enum move move;
        int key;
    } steps[] = {
        { MOVE_DOWN, 1 },  { MOVE_DOWN, 3 }, { MOVE_DOWN, 1 },  { MOVE_UP, 3 },   { MOVE_LEFT, 3 },
        { MOVE_RIGHT, 8 }, { MOVE_UP, 5 },   { MOVE_RIGHT, 5 }, { MOVE_LEFT, 1 }, { MOVE_RIGHT, 5 },
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        expect_key(chosen(INPUT_MOVE, steps[i].move), 0);
        assert_int_equal(focus, steps[i].key - 1);
    }
    expect_key(chosen(INPUT_ENTER, 0), 5);
    assert_int_equal(focus, CHOOSE_NONE);
    chosen(INPUT_MOVE, MOVE_UP);
    shown.entry = ENTRY_AMOUNT;
    chosen(INPUT_DIGIT, '5'); /* what is typed takes it away: Enter is the field's again */
    assert_int_equal(chosen(INPUT_ENTER, 0).kind, INPUT_ENTER);
    labels("8");
    expect_key(chosen(INPUT_MOVE, MOVE_PAGE_DOWN), 0);
    assert_int_equal(focus, CHOOSE_NONE);
    shown.scrolls = true; /* up and down are the lines' there */
    assert_int_equal(chosen(INPUT_MOVE, MOVE_PAGE_DOWN).kind, INPUT_MOVE);
    assert_int_equal(chosen(INPUT_MOVE, MOVE_UP).kind, INPUT_MOVE);
    expect_key(chosen(INPUT_MOVE, MOVE_RIGHT), 0);
    expect_key(chosen(INPUT_ENTER, 0), 8);
    labels("");
    expect_key(chosen(INPUT_MOVE, MOVE_DOWN), 0);
    assert_int_equal(focus, CHOOSE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_of_every_kind_of_terminal_are_known),
        cmocka_unit_test(test_what_no_key_here_sends_is_ignored_whole),
        cmocka_unit_test(test_a_sequence_may_come_in_pieces),
        cmocka_unit_test(test_what_breaks_off_is_nothing),
        cmocka_unit_test(test_each_esc_is_a_key_and_two_may_be_alt),
        cmocka_unit_test(test_a_terminals_own_keys_are_known),
        cmocka_unit_test(test_what_is_forgotten_takes_its_rest_along),
        cmocka_unit_test(test_digits_are_the_keys_where_nothing_is_typed),
        cmocka_unit_test(test_letters_are_those_of_machines),
        cmocka_unit_test(test_a_key_is_named_by_what_answers_it),
        cmocka_unit_test(test_arrows_move_a_focus_that_enter_presses),
        cmocka_unit_test(test_a_held_key_answers_one_question),
        cmocka_unit_test(test_a_key_pressed_again_counts_again),
        cmocka_unit_test(test_another_key_lets_the_one_before_go_first),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
