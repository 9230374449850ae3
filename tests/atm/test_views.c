/* SPDX-License-Identifier: MIT */
/*
 * Every view the terminal makes, in every language, painted at 80×24 on /dev/null: in UTF-8 with
 * colours, without colours, and in ASCII. Nothing is cut, nothing is missing, and what a terminal
 * cannot do is not asked of it.
 */
#include "tests/atm/scenes/scenes.h"
#include "tests/atm/terminal_kit.h"
#include "tests/atm/views_golden.h"

#include "atm/frontend/plain_text.h"
#include "atm/texts/columns.h"
#include "atm/tui/paint.h"
#include "atm/tui/paint_bidi.h"
#include "atm/tui/paint_text.h"
#include "atm/tui/paint_words.h"
#include "atm/tui/tui_curses.h"
#include "shared/text.h"

#include <limits.h>
#include <locale.h>
#include <wchar.h>

enum { ROWS = 24, COLUMNS = 80, WALL_S = 1795974752 };

/* ---- the screen, read back ------------------------------------------------------- */

static struct {
    char text[ROWS * (COLUMNS * 4 + 1) + 1]; /* rows as UTF-8, with newlines */
    bool ascii, coloured;
} screen_now;

static void screen_read(void)
{
    char *at = screen_now.text;
    screen_now.ascii = true;
    screen_now.coloured = false;
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            cchar_t cell;
            wchar_t characters[CCHARW_MAX] = L" ";
            attr_t attributes;
            short pair = 0;
            mvin_wch(row, column, &cell);
            getcchar(&cell, characters, &attributes, &pair, NULL);
            screen_now.coloured = screen_now.coloured || pair != 0;
            screen_now.ascii = screen_now.ascii && characters[0] < 0x80;
            char bytes[MB_LEN_MAX];
            int length = wctomb(bytes, characters[0]);
            memcpy(at, bytes, length > 0 ? (size_t)length : 0);
            at += length > 0 ? length : 0;
            column += wcwidth(characters[0]) == 2; /* its other half says nothing */
        }
        *at++ = '\n';
    }
    *at = '\0';
}

static struct theme theme;

static void paint(const struct view *view)
{
    static struct hits hits;
    struct moment moment = { .age_ms = 60000, .tick_ms = 60000, .left_ms = view->countdown_ms };
    paint_view(view, &(const struct around){ 0 }, &theme, &moment, ROWS, COLUMNS, &hits);
    screen_read();
}

/* ---- what has to be true of a painted view ------------------------------------------ */

/* Where a word ends that stands on the screen behind `at`; NULL: it does not. Wide characters may
 * have been wrapped anywhere: two of them at least stay together. */
static const char *word_find(const char *at, const char *word)
{
    const char *found = strstr(at, word);
    if (found != NULL)
        return found + strlen(word);
    if (columns_of(word) == (int)mbstowcs(NULL, word, 0))
        return NULL;
    char piece[VIEW_TEXT_LENGTH];
    for (int columns = columns_of(word) - 1; columns >= 4; columns--) {
        const size_t length = paint_text_fit(word, columns);
        snprintf(piece, sizeof piece, "%.*s", (int)length, word);
        if ((found = strstr(at, piece)) != NULL)
            return word_find(found + length, word + length);
    }
    return NULL;
}

/* Copies the words, with '<' and '>' as words of their own in place of the marks that hold a piece
 * together. */
static void words_part(const char *words, char *parted)
{
    static const char *const marks[] = { "\u2066", "\u2069" };
    while (*words != '\0') {
        bool mark = false;
        for (int i = 0; i < 2 && !mark; i++)
            if ((mark = strncmp(words, marks[i], 3) == 0))
                parted += sprintf(parted, " %c ", "<>"[i]);
        if (!mark)
            *parted++ = *words;
        words += mark ? 3 : 1;
    }
    *parted = '\0';
}

/* Whether the words stand on the screen, wherever they were wrapped: in this order, or, where they
 * run from right to left, in that of their columns. */
static bool screen_says(bool turned, const char *words)
{
    char wanted[VIEW_TEXT_LENGTH * 2], word[VIEW_TEXT_LENGTH * 2];
    if (theme.glyphs == GLYPHS_ASCII)
        paint_text_ascii(words, wanted, sizeof wanted);
    else
        words_part(words, wanted);
    const char *at = screen_now.text;
    char *save = NULL;
    bool held = false;
    for (char *next = strtok_r(wanted, " ", &save); next != NULL;
         next = strtok_r(NULL, " ", &save)) {
        if (strcmp(next, "<") == 0 || strcmp(next, ">") == 0)
            held = next[0] == '<';
        if (strchr("<>+", next[0]) != NULL) /* + stands between notes; chips have none */
            continue;
        paint_bidi(next, turned && !held, word, sizeof word);
        at = word_find(turned ? screen_now.text : at, word);
        if (at == NULL)
            return false;
    }
    return true;
}

static bool turns(const struct view *view, const char *words)
{
    return view->right_to_left && text_has_right_to_left(words);
}

static void expect_whole(const struct view *view, const char *scene, const char *code)
{
    static const char *const cut[] = { "…", ".." };
    bool ascii = theme.glyphs == GLYPHS_ASCII;
    if (strstr(screen_now.text, cut[ascii]) != NULL)
        check_fail("%s, %s: something is cut:\n%s", scene, code, screen_now.text);
    const char *texts[] = { view->heading, view->detail, view->error, view->hint, view->reference };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!screen_says(turns(view, texts[i]), texts[i]))
            check_fail("%s, %s: \"%s\" is not on the screen:\n%s", scene, code, texts[i],
                       screen_now.text);
    for (int i = 0; i < VIEW_FDKS; i++)
        if (!screen_says(turns(view, view->fdk[i].label), view->fdk[i].label))
            check_fail("%s, %s: \"%s\" is not on the screen:\n%s", scene, code, view->fdk[i].label,
                       screen_now.text);
    bool list = false; /* its lines run the same way, all of them */
    for (int i = 0; i < view->line_count; i++)
        list = list || turns(view, view->line[i]);
    for (int i = 0; i < view->line_count; i++)
        if (!screen_says(list, view->line[i]))
            check_fail("%s, %s: line \"%s\" is not on the screen:\n%s", scene, code, view->line[i],
                       screen_now.text);
}

/* As the frontend sets the frame's words. */
static void frame_speaks(int language)
{
    for (int i = 0; i < WORD_COUNT; i++)
        paint_word_set((enum word)i, text_get(language, text_find(paint_word_name((enum word)i))));
}

static void paint_scene(int scene, const char *code, const struct tui_options *options,
                        const char *mode)
{
    struct kit kit;
    struct view view;
    kit_language = text_language_find(code);
    scenes[scene].play(&kit);
    kit_language = 0;
    if (options->ascii) /* as the program does; anew, for a kit loads the texts */
        texts_keep_latin();
    strcpy(kit.terminal.settings.teller, "1c915dd1");
    kit.terminal.facts.wall_s = WALL_S;
    kit.terminal.facts.owed = 2;
    kit.terminal.language = text_language_find(code);
    frame_speaks(kit.terminal.language);
    terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
    paint(&view);
    expect_whole(&view, scenes[scene].name, code);
    if (options->ascii && !screen_now.ascii)
        check_fail("%s: not all of it is ASCII:\n%s", scenes[scene].name, screen_now.text);
    if (mode != NULL)
        views_add(scenes[scene].name, screen_now.text, views_colors(ROWS, COLUMNS));
}

/* With a mode, the views are those that were agreed on: golden/LANGUAGE.MODE.txt. */
static void paint_all(const struct tui_options *options, const char *mode, bool *coloured)
{
    struct error error;
    char codes[TEXT_LANGUAGES_MAX][16], name[64];
    theme = theme_choose(options, options->mono ? 0 : 256, "xterm-256color");
    theme_start(&theme);
    *coloured = false;
    check_worked(texts_load(NULL, &error), &error);
    if (options->ascii)
        texts_keep_latin();
    const int count = text_language_count();
    for (int language = 0; language < count; language++)
        strcpy(codes[language], text_language_code(language));
    for (int language = 0; language < count; language++) {
        for (int i = 0; i < SCENES; i++) {
            paint_scene(i, codes[language], options, mode);
            *coloured = *coloured || screen_now.coloured;
        }
        snprintf(name, sizeof name, "%.15s.%s", codes[language], mode != NULL ? mode : "");
        if (mode != NULL)
            views_check(name, language == 0);
    }
}

static void test_every_view_fits_80x24_in_every_language(void **state)
{
    (void)state;
    bool coloured;
    paint_all(&(struct tui_options){ 0 }, "color", &coloured);
    assert_true(coloured);
}

/* One that was added without a scene would be in no golden view. */
static void test_every_state_with_a_view_of_its_own_has_a_scene(void **state)
{
    (void)state;
    bool shown[STATE_COUNT] = { [STATE_OFF] = true }; /* it has no screen */
    for (int i = 0; i < SCENES; i++) {
        struct kit kit;
        scenes[i].play(&kit);
        shown[kit.terminal.state] = true;
    }
    for (int i = 0; i < STATE_COUNT; i++)
        if (!shown[i] && terminal_screen_of((enum terminal_state)i) != SCREEN_PLEASE_WAIT)
            check_fail("no scene ends in %s: add one to tests/atm/scenes",
                       terminal_state_name((enum terminal_state)i));
}

static void test_every_view_fits_in_ascii_and_needs_nothing_else(void **state)
{
    (void)state;
    bool coloured;
    paint_all(&(struct tui_options){ .ascii = true }, NULL, &coloured);
}

static void test_every_view_does_without_colours(void **state)
{
    (void)state;
    bool coloured;
    paint_all(&(struct tui_options){ .mono = true }, NULL, &coloured);
    assert_false(coloured);
    paint_all(&(struct tui_options){ .mono = true, .ascii = true }, "ascii", &coloured);
    assert_false(coloured);
}

/* Whole, in the order they are read, and well-formed. */
static void test_plain_lines_say_all_of_it_in_every_language(void **state)
{
    (void)state;
    for (int language = 0; language < text_language_count(); language++)
        for (int i = 0; i < SCENES; i++) {
            static char text[PLAIN_TEXT_SIZE];
            struct kit kit;
            struct view view;
            kit_language = language;
            scenes[i].play(&kit);
            kit_language = 0;
            terminal_view(&kit.terminal, kit.event.facts.now_ms, &view);
            plain_text(&view, language, text);
            enum { TEXTS = 4 };
            const char *said[TEXTS + VIEW_LINES] = { view.heading, view.detail, view.error,
                                                     view.qr };
            for (int line = 0; line < view.line_count; line++)
                said[TEXTS + line] = view.line[line];
            for (int at = 0; at < TEXTS + view.line_count; at++)
                if (strstr(text, said[at]) == NULL)
                    check_fail("%s, %s: \"%s\" is not in\n%s", scenes[i].name,
                               text_language_code(language), said[at], text);
            for (int key = 0; key < VIEW_FDKS && view.entry == ENTRY_NONE; key++)
                if (strstr(text, view.fdk[key].label) == NULL)
                    check_fail("%s, %s: \"%s\" is not in\n%s", scenes[i].name,
                               text_language_code(language), view.fdk[key].label, text);
            assert_true(mbstowcs(NULL, text, 0) != (size_t)-1);
        }
}

/* What the screen says, and what is typed there. */
static const char *said_now(const struct kit *kit, struct view *view,
                            char text[static PLAIN_TEXT_SIZE])
{
    terminal_view(&kit->terminal, kit->event.facts.now_ms, view);
    plain_text(view, 0, text);
    strncat(text, view->typed, PLAIN_TEXT_SIZE - 1 - strlen(text));
    return text;
}

/* A label and the key that the terminal listens to are in different files. */
static void test_every_key_with_a_label_does_something(void **state)
{
    (void)state;
    for (int i = 0; i < SCENES; i++)
        for (int key = 0; key < VIEW_FDKS; key++) {
            static char before[PLAIN_TEXT_SIZE], after[PLAIN_TEXT_SIZE];
            struct kit kit;
            struct view view;
            scenes[i].play(&kit);
            kit_press(&kit, INPUT_CLEAR, 0); /* what a key types may be there already */
            said_now(&kit, &view, before);
            if (view.fdk[key].label[0] == '\0' || view.fdk[key].disabled)
                continue;
            const enum terminal_state from = kit.terminal.state;
            kit_key(&kit, key + 1);
            if (kit.terminal.state == from && kit.effects.count == 0 &&
                strcmp(before, said_now(&kit, &view, after)) == 0)
                check_fail("%s: the key of \"%s\" does nothing", scenes[i].name,
                           view.fdk[key].label);
        }
}

/* Every sentence a message can have, with long fillings. */
static void test_every_message_fits_in_every_language(void **state)
{
    (void)state;
    static const struct {
        enum text heading, detail;
    } messages[] = {
        { TEXT_MESSAGE_SORRY, TEXT_CARD_JAM },
        { TEXT_MESSAGE_SORRY, TEXT_CARD_UNREADABLE },
        { TEXT_CARD_RETAINED, TEXT_CARD_RETAINED_DETAIL },
        { TEXT_CARD_RETAINED, TEXT_CARD_RETAINED_CASH },
        { TEXT_WRONG_PIN, TEXT_WRONG_PIN_DETAIL },
        { TEXT_WRONG_PIN, TEXT_WRONG_PIN_LAST },
        { TEXT_NOT_PAYABLE, TEXT_NOT_PAYABLE_DETAIL },
        { TEXT_NOT_PAYABLE, TEXT_NO_CASH_DETAIL },
        { TEXT_OFFLINE, TEXT_OFFLINE_DETAIL },
        { TEXT_NO_REPLY, TEXT_NO_REPLY_DETAIL },
        { TEXT_NO_REPLY, TEXT_NEW_PIN_UNKNOWN },
        { TEXT_NEW_PIN_DIFFERS, TEXT_NEW_PIN_DIFFERS_DETAIL },
        { TEXT_NEW_PIN_WEAK, TEXT_REFUSAL_WEAK_PIN },
        { TEXT_NEW_PIN_CHANGED, TEXT_NEW_PIN_CHANGED_DETAIL },
        { TEXT_NEW_PIN_DIFFERS, TEXT_CODE_PIN_DIFFERS },
        { TEXT_NEW_PIN_WEAK, TEXT_CODE_PIN_WEAK },
        { TEXT_WRONG_PIN, TEXT_CODE_WRONG_PIN_LAST },
        { TEXT_DECLINED, TEXT_CODE_NONE },
        { TEXT_DECLINED, TEXT_CODE_ENDED },
        { TEXT_DECLINED, TEXT_CODE_NOT_NOW },
        { TEXT_GOODBYE, TEXT_CODE_USED },
        { TEXT_MESSAGE_SORRY, TEXT_TROUBLE_DETAIL },
        { TEXT_MESSAGE_SORRY, TEXT_NOT_DISPENSED_DETAIL },
        { TEXT_MESSAGE_SORRY, TEXT_UNKNOWN_DETAIL },
        { TEXT_MESSAGE_SORRY, TEXT_RETRACTED_DETAIL },
    };
    enum { MESSAGES = sizeof messages / sizeof messages[0] };
    theme = theme_choose(&(struct tui_options){ 0 }, 256, "xterm-256color");
    theme_start(&theme);
    for (int language = 0; language < text_language_count(); language++)
        for (int i = 0; i < MESSAGES + REFUSAL_COUNT; i++) {
            struct kit kit;
            struct view view;
            enum text heading = i < MESSAGES ? messages[i].heading : TEXT_DECLINED;
            enum text detail =
                i < MESSAGES ? messages[i].detail : text_refusal((enum refusal)(i - MESSAGES));
            kit_ask(&kit);
            kit_hears(&kit, EVENT_NO_REPLY);
            kit.terminal.language = language;
            frame_speaks(language);
            kit.terminal.message.heading = heading;
            text_fill(kit.terminal.message.detail, sizeof kit.terminal.message.detail, language,
                      detail, "123456.00", "EUR");
            terminal_view(&kit.terminal, 0, &view);
            paint(&view);
            expect_whole(&view, text_key(detail), text_language_code(language));
        }
}

static void test_a_screen_that_is_too_small_says_what_it_needs(void **state)
{
    (void)state;
    static struct hits hits;
    struct kit kit;
    struct view view;
    struct moment moment = { 0 };
    kit_menu(&kit);
    frame_speaks(0);
    terminal_view(&kit.terminal, 0, &view);
    theme = theme_choose(&(struct tui_options){ 0 }, 256, "xterm-256color");
    paint_view(&view, &(const struct around){ 0 }, &theme, &moment, ROWS - 1, COLUMNS, &hits);
    screen_read();
    assert_non_null(strstr(screen_now.text, "80×24"));
    assert_null(strstr(screen_now.text, "20.00"));
    assert_int_equal(hits.count, 0);
}

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    assert_true(text_language_count() > 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_view_fits_80x24_in_every_language),
        cmocka_unit_test(test_every_state_with_a_view_of_its_own_has_a_scene),
        cmocka_unit_test(test_every_view_fits_in_ascii_and_needs_nothing_else),
        cmocka_unit_test(test_every_view_does_without_colours),
        cmocka_unit_test(test_plain_lines_say_all_of_it_in_every_language),
        cmocka_unit_test(test_every_key_with_a_label_does_something),
        cmocka_unit_test(test_every_message_fits_in_every_language),
        cmocka_unit_test(test_a_screen_that_is_too_small_says_what_it_needs),
    };
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    setenv("LINES", "24", 1);
    setenv("COLUMNS", "80", 1);
    FILE *nowhere = fopen("/dev/null", "r+");
    SCREEN *curses = nowhere == NULL ? NULL : newterm("xterm-256color", nowhere, nowhere);
    if (curses == NULL) {
        fputs("test_views: the terminal type xterm-256color is not known here\n", stderr);
        return EXIT_FAILURE;
    }
    int failed = cmocka_run_group_tests_name("views", tests, load, NULL);
    endwin();
    delscreen(curses);
    fclose(nowhere);
    return failed;
}
