/* SPDX-License-Identifier: MIT */
/*
 * A receipt's QR code: what it says, when it can be asked for, and that it stands on the screen
 * whole and dark on light, in every language, size and theme. The screen is read back cell by cell
 * and searched for the code that libqrencode makes of the same text; where zbarimg is installed it
 * reads the picture, too.
 */
#include "tests/atm/terminal_kit.h"

#include "atm/devices/printer.h"
#include "atm/texts/assets.h"
#include "atm/tui/paint.h"
#include "atm/tui/paint_words.h"
#include "atm/tui/tui_curses.h"
#include "tests/support/scratch.h"

#include <locale.h>
#include <qrencode.h>
#include <unistd.h>
#include <wchar.h>

enum { ROWS = 60, COLUMNS = 200, QUIET = 4, MODULES = 29, SIZE = MODULES + 2 * QUIET };

#define SAYS "1C915DD1 2026-11-29 17:52 60.00 EUR 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10"

/* ---- the screen as points ------------------------------------------------------------ */

enum shade { DARK, LIGHT, NEITHER };

static struct {
    int high, wide;
    enum shade point[2 * ROWS][COLUMNS];
} seen;

/* Of the 256 colours; of the terminal's own eight, black and white. */
static enum shade shade_of(int colour)
{
    static const int levels[] = { 0, 95, 135, 175, 215, 255 };
    int sum = 0;
    if (colour >= 0 && colour < 16)
        return colour == COLOR_BLACK ? DARK : colour == COLOR_WHITE ? LIGHT : NEITHER;
    if (colour >= 232)
        sum = 3 * (8 + 10 * (colour - 232));
    else
        for (int i = 0, cube = colour - 16; i < 3; i++, cube /= 6)
            sum += levels[cube % 6];
    return sum < 3 * 40 ? DARK : sum > 3 * 215 ? LIGHT : NEITHER;
}

/* What is in front and behind in that cell; a terminal without colours writes light on dark. */
static void cell_read(int row, int column, wchar_t *character, enum shade *front, enum shade *back)
{
    cchar_t cell;
    wchar_t characters[CCHARW_MAX] = L" ";
    attr_t attributes = 0;
    short pair = 0, pair_front = -1, pair_back = -1;
    mvin_wch(row, column, &cell);
    getcchar(&cell, characters, &attributes, &pair, NULL);
    *front = LIGHT;
    *back = DARK;
    if (pair != 0) {
        pair_content(pair, &pair_front, &pair_back);
        *front = shade_of(pair_front);
        *back = shade_of(pair_back);
    }
    if ((attributes & A_REVERSE) != 0) {
        const enum shade was = *front;
        *front = *back;
        *back = was;
    }
    *character = characters[0];
}

/* In half blocks a cell is two points, one above the other; in whole cells two cells are one. */
static void screen_read(int rows, int columns, bool halves)
{
    seen.high = halves ? 2 * rows : rows;
    seen.wide = halves ? columns : columns / 2;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            wchar_t character;
            enum shade front, back;
            cell_read(row, column, &character, &front, &back);
            const bool upper = character == L'▀' || character == L'█',
                       lower = character == L'▄' || character == L'█';
            const bool plain = character == L' ' || upper || lower;
            if (halves) {
                seen.point[2 * row][column] = plain ? (upper ? front : back) : NEITHER;
                seen.point[2 * row + 1][column] = plain ? (lower ? front : back) : NEITHER;
            } else if (column % 2 == columns / 2 % 2) {
                seen.point[row][column / 2] = plain ? back : NEITHER;
            }
        }
}

static bool code_at(const QRcode *code, int top, int left)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            const int y = row - QUIET, x = column - QUIET;
            const bool inside = y >= 0 && y < MODULES && x >= 0 && x < MODULES;
            const bool dark = inside && (code->data[y * MODULES + x] & 1) != 0;
            if (seen.point[top + row][left + column] != (dark ? DARK : LIGHT))
                return false;
        }
    return true;
}

/* Where the code stands with its quiet zone. */
static bool code_find(const char *text, int *top, int *left)
{
    bool found = false;
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    assert_non_null(code);
    assert_int_equal(code->width, MODULES);
    for (*top = 0; !found && *top + SIZE <= seen.high; ++*top)
        for (*left = 0; !found && *left + SIZE <= seen.wide; ++*left)
            found = code_at(code, *top, *left);
    QRcode_free(code);
    --*top; /* past it */
    --*left;
    return found;
}

/* As a camera sees it: what is around the code is there, too. */
static void expect_zbar_reads(const char *text)
{
    enum { SCALE = 4 };
    char path[200], command[300], said[200] = "";
    if (system("command -v zbarimg >/dev/null 2>&1") != 0)
        return;
    snprintf(path, sizeof path, "%s/code.pgm", scratch_create());
    FILE *picture = fopen(path, "we");
    assert_non_null(picture);
    fprintf(picture, "P5 %d %d 255\n", SCALE * seen.wide, SCALE * seen.high);
    for (int y = 0; y < SCALE * seen.high; y++)
        for (int x = 0; x < SCALE * seen.wide; x++)
            fputc((const int[]){ 0, 255, 100 }[seen.point[y / SCALE][x / SCALE]], picture);
    assert_int_equal(fclose(picture), 0);
    snprintf(command, sizeof command, "zbarimg -q --raw -Sdisable -Sqrcode.enable %s 2>/dev/null",
             path);
    FILE *reader = popen(command, "r");
    assert_non_null(reader);
    if (fgets(said, sizeof said, reader) != NULL)
        said[strcspn(said, "\n")] = '\0';
    pclose(reader);
    assert_string_equal(said, text);
}

/* ---- the page ------------------------------------------------------------------------ */

static void page_view(struct kit *kit, int language, struct view *view)
{
    kit_presented(kit);
    kit_enter(kit);
    strcpy(kit_event(kit, EVENT_RECEIPT)->text, SAYS);
    kit_send(kit);
    kit_key(kit, 8);
    kit_expect(kit, STATE_QR_CODE);
    kit->terminal.language = language;
    for (int i = 0; i < WORD_COUNT; i++)
        paint_word_set((enum word)i, text_get(language, text_find(paint_word_name((enum word)i))));
    terminal_view(&kit->terminal, kit->event.facts.now_ms, view);
}

static struct hits hits;

static void page_paint(const struct view *view, const struct theme *theme, int rows, int columns)
{
    const struct moment moment = { .age_ms = 60000 };
    theme_start(theme);
    paint_view(view, &(const struct around){ 0 }, theme, &moment, rows, columns, &hits);
    screen_read(rows, columns, theme->glyphs != GLYPHS_ASCII);
}

static const struct {
    const char *name;
    struct tui_options options;
    int colours;
    const char *term;
} modes[] = {
    { "256 colours", { 0 }, 256, "xterm-256color" },
    { "8 colours", { 0 }, 8, "xterm" },
    { "the console", { 0 }, 8, "linux" },
    { "high contrast", { .high_contrast = true }, 256, "xterm-256color" },
    { "no colours", { .mono = true }, 256, "xterm-256color" },
    { "ASCII", { .ascii = true }, 256, "xterm-256color" },
    { "ASCII without colours", { .ascii = true, .mono = true }, 256, "xterm-256color" },
};
static const int sizes[][2] = { { 24, 80 }, { 30, 100 }, { 39, 80 }, { 45, 120 }, { 60, 200 } };

enum { MODES = sizeof modes / sizeof modes[0], SIZES = sizeof sizes / sizeof sizes[0] };

static void expect_code(const struct view *view, const struct tui_options *options, int mode,
                        const char *theme_name, const char *language)
{
    const struct theme theme = theme_choose(options, modes[mode].colours, modes[mode].term);
    for (int i = 0; i < SIZES; i++) {
        int top, left;
        const int rows = sizes[i][0], columns = sizes[i][1];
        const bool fits = !options->ascii || rows >= SIZE + 2;
        page_paint(view, &theme, rows, columns);
        if (code_find(SAYS, &top, &left) != fits)
            check_fail("%s, %s, %s, %d by %d: the code is %s", modes[mode].name, theme_name,
                       language, columns, rows, fits ? "not there" : "there, where it is cut");
        if (i == 0 || i == SIZES - 1)
            if (fits && strcmp(language, "en") == 0)
                expect_zbar_reads(SAYS);
        if (!fits)
            continue;
        /* What cannot be seen cannot be clicked; what can be seen leads on. */
        assert_true(hits.count > 0);
    }
}

static void test_the_code_is_whole_and_dark_on_light_everywhere(void **state)
{
    (void)state;
    static const char *const themes[] = { NULL, "amber", "phosphor" };
    for (int language = 0; language < text_language_count(); language++)
        for (int mode = 0; mode < MODES; mode++)
            for (int i = 0; i < 3; i++) {
                struct kit kit;
                struct view view;
                struct error error;
                struct palette palette;
                struct tui_options options = modes[mode].options;
                page_view(&kit, language, &view);
                if (themes[i] != NULL) {
                    char *text = asset_theme(NULL, themes[i], &error);
                    check_worked(text != NULL, &error);
                    check_worked(palette_read(&palette, themes[i], text, &error), &error);
                    free(text);
                    options.palette = &palette;
                }
                expect_code(&view, &options, mode, themes[i] != NULL ? themes[i] : "no theme",
                            text_language_code(language));
            }
}

static bool screen_says(int rows, const char *words)
{
    for (int row = 0; row < rows; row++) {
        wchar_t line[COLUMNS + 1] = L"";
        char bytes[4 * COLUMNS + 1] = "";
        mvinnwstr(row, 0, line, COLUMNS);
        wcstombs(bytes, line, sizeof bytes - 1);
        if (strstr(bytes, words) != NULL)
            return true;
    }
    return false;
}

static void test_a_window_too_low_for_whole_cells_gets_the_words(void **state)
{
    (void)state;
    struct kit kit;
    struct view view;
    page_view(&kit, 0, &view);
    const struct theme theme =
        theme_choose(&(struct tui_options){ .ascii = true }, 256, "xterm-256color");
    page_paint(&view, &theme, 24, 80);
    assert_true(screen_says(24, "80x39"));
    assert_true(screen_says(24, "019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10"));
}

/* ---- when ------------------------------------------------------------------------------ */

static void at_the_end(struct kit *kit, bool receipt)
{
    kit_presented(kit);
    kit_enter(kit);
    kit_expect(kit, STATE_ANOTHER);
    if (!receipt)
        return;
    strcpy(kit_event(kit, EVENT_RECEIPT)->text, SAYS);
    kit->event.flag = true;
    kit_send(kit);
}

static void test_there_is_no_code_before_card_and_cash_are_taken_or_without_a_receipt(void **state)
{
    (void)state;
    struct kit kit;
    kit_presented(&kit);
    kit_key(&kit, 8);
    kit_expect(&kit, STATE_TAKING_CASH);
    at_the_end(&kit, false);
    kit_key(&kit, 8);
    kit_expect(&kit, STATE_ANOTHER);
}

static void test_the_code_leads_back_to_the_question(void **state)
{
    (void)state;
    struct kit kit;
    at_the_end(&kit, true);
    kit_key(&kit, 8);
    kit_expect(&kit, STATE_QR_CODE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_ANOTHER);
    kit_key(&kit, 8);
    kit_press(&kit, INPUT_CANCEL, 0);
    kit_expect(&kit, STATE_ANOTHER);
    kit_press(&kit, INPUT_CANCEL, 0); /* twice: the end; no card is inside to be taken */
    kit_expect(&kit, STATE_GOODBYE);
    kit_enter(&kit);
    kit_expect(&kit, STATE_WELCOME);
    assert_int_equal(kit.terminal.receipt_qr[0], '\0');
}

static void test_a_customer_who_left_at_the_code_is_asked_and_seen_off(void **state)
{
    (void)state;
    struct kit kit;
    at_the_end(&kit, true);
    kit_key(&kit, 8);
    kit_wait(&kit, IDLE_MS);
    kit_expect(&kit, STATE_MORE_TIME);
    kit_enter(&kit);
    kit_expect(&kit, STATE_QR_CODE);
    kit_wait(&kit, IDLE_MS);
    kit_wait(&kit, COUNTDOWN_MS);
    kit_expect(&kit, STATE_GOODBYE);
}

static void test_the_next_customer_has_no_code_of_this_one(void **state)
{
    (void)state;
    struct kit kit;
    at_the_end(&kit, true);
    kit_key(&kit, 1);
    strcpy(kit_event(&kit, EVENT_CARD_IN)->text, "400000******7899");
    kit_send(&kit);
    kit_expect(&kit, STATE_PIN_ENTRY);
    assert_int_equal(kit.terminal.receipt_qr[0], '\0');
}

/* ---- what ------------------------------------------------------------------------------- */

static struct receipt receipt_of(money amount)
{
    struct receipt receipt = { .teller = "1c915dd1",
                               .card = "400000******7899",
                               .currency = "EUR",
                               .language = "en",
                               .receiver = "",
                               .amount = amount,
                               .balance = 48000,
                               .balance_known = true,
                               .wall_s = 1795974752 };
    const char *id = "019ab3f2-77c1-7d02-9a51-0c4f6f2e8b10";
    assert_true(uuid_read(id, strlen(id), &receipt.withdrawal));
    return receipt;
}

static void test_the_code_says_what_is_needed_and_nothing_of_the_card(void **state)
{
    (void)state;
    struct lines lines;
    char qr[VIEW_QR_SIZE];
    const char *folder = scratch_create();
    struct receipt receipt = receipt_of(6000);
    assert_true(printer_print(folder, NULL, &receipt, &lines, qr));
    assert_string_equal(qr, SAYS);
    receipt = receipt_of(0); /* a statement */
    assert_true(printer_print(folder, NULL, &receipt, &lines, qr));
    assert_string_equal(qr, "1C915DD1 2026-11-29 17:52 019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10");
    receipt = receipt_of(MONEY_CAP - 1);
    assert_true(printer_print(folder, NULL, &receipt, &lines, qr));
    assert_null(strstr(qr, "1C915DD1")); /* it would be too long */
    assert_non_null(strstr(qr, "019AB3F2-77C1-7D02-9A51-0C4F6F2E8B10"));
    QRcode *code = QRcode_encodeString(qr, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    assert_int_equal(code->width, MODULES);
    QRcode_free(code);
}

static int load(void **state)
{
    struct error error;
    (void)state;
    check_worked(texts_load(NULL, &error), &error);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_code_is_whole_and_dark_on_light_everywhere),
        cmocka_unit_test(test_a_window_too_low_for_whole_cells_gets_the_words),
        cmocka_unit_test(test_there_is_no_code_before_card_and_cash_are_taken_or_without_a_receipt),
        cmocka_unit_test(test_the_code_leads_back_to_the_question),
        cmocka_unit_test(test_a_customer_who_left_at_the_code_is_asked_and_seen_off),
        cmocka_unit_test(test_the_next_customer_has_no_code_of_this_one),
        cmocka_unit_test(test_the_code_says_what_is_needed_and_nothing_of_the_card),
    };
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    setenv("LINES", "60", 1);
    setenv("COLUMNS", "200", 1);
    FILE *nowhere = fopen("/dev/null", "r+");
    SCREEN *curses = nowhere == NULL ? NULL : newterm("xterm-256color", nowhere, nowhere);
    if (curses == NULL) {
        fputs("test_qr: the terminal type xterm-256color is not known here\n", stderr);
        return EXIT_FAILURE;
    }
    int failed = cmocka_run_group_tests_name("qr", tests, load, NULL);
    endwin();
    delscreen(curses);
    fclose(nowhere);
    return failed;
}
