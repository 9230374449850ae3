/* SPDX-License-Identifier: MIT */
/* The painter's pure parts: widths, lines, large digits, bars, clicks, themes. */
#include "atm/texts/assets.h"
#include "atm/tui/paint.h"
#include "atm/tui/paint_bar.h"
#include "atm/tui/paint_digits.h"
#include "atm/tui/paint_hit.h"
#include "atm/tui/paint_parts.h"
#include "atm/tui/paint_text.h"
#include "atm/tui/paint_words.h"
#include "tests/support/check.h"
#include "tests/support/scratch.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void test_a_width_counts_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(paint_text_width(""), 0);
    assert_int_equal(paint_text_width("Enter"), 5);
    assert_int_equal(paint_text_width("Bestätigen ○"), 12);
    assert_int_equal(paint_text_width("現金"), 4);
    assert_int_equal(paint_text_width("e\xCC\x81"), 1);
}

static void test_bytes_that_are_not_utf8_count_as_one_column_each(void **state)
{
    (void)state;
    uint32_t character = 0;
    assert_int_equal(paint_text_width("a\xFF\xC3z"), 4);
    assert_int_equal(paint_text_decode("\xE2\x80\xAE", &character),
                     3); /* it would turn the rest around */
    assert_int_equal(character, '?');
    assert_int_equal(paint_text_width("a\xE2\x80\xAE"
                                      "b"),
                     3);
    assert_int_equal(paint_text_decode("\xE2\x82", &character), 1);
    assert_int_equal(character, '?');
    assert_int_equal(paint_text_decode("€", &character), 3);
    assert_int_equal(character, 0x20AC);
    assert_int_equal(paint_text_decode("", &character), 0);
}

static void test_a_text_that_does_not_fit_is_cut_with_an_ellipsis(void **state)
{
    (void)state;
    char text[64];
    paint_text_cut("Guthaben", 8, false, text, sizeof text);
    assert_string_equal(text, "Guthaben");
    paint_text_cut("Kontostände", 9, false, text, sizeof text);
    assert_string_equal(text, "Kontostä…");
    paint_text_cut("Kontostand", 6, true, text, sizeof text);
    assert_string_equal(text, "Kont..");
    paint_text_cut("現金", 3, false, text, sizeof text); /* never half a wide character */
    assert_string_equal(text, "現…");
}

static void line_is(const char *text, int columns, const char *first, const char *rest)
{
    const char *next = NULL;
    size_t length = paint_text_line(text, columns, &next);
    char line[128];
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    assert_string_equal(line, first);
    assert_string_equal(next, rest);
}

static void test_lines_break_between_words(void **state)
{
    (void)state;
    line_is("take your card", 9, "take your", "card");
    line_is("take your card", 10, "take your", "card");
    line_is("take your card", 8, "take", "your card");
    line_is("take your card", 14, "take your card", "");
    line_is("größere Beträge", 7, "größere", "Beträge");
    line_is("one\ntwo", 20, "one", "two");
    line_is("one\ntwo", 3, "one", "two");
}

static void test_a_word_longer_than_a_line_is_broken(void **state)
{
    (void)state;
    line_is("Auszahlungsbetrag", 10, "Auszahlung", "sbetrag");
    line_is("現金", 1, "現", "金");
    assert_int_equal(paint_text_lines("Auszahlungsbetrag", 10), 2);
    assert_int_equal(paint_text_lines("", 10), 0);
}

static void test_ascii_keeps_what_a_text_says(void **state)
{
    (void)state;
    char text[64];
    paint_text_ascii("Größe: 2 × 50 · „ja“ – Ende…", text, sizeof text);
    assert_string_equal(text, "Groesse: 2 x 50 . \"ja\" - Ende...");
    paint_text_ascii("\x1b[2J", text, sizeof text);
    assert_string_equal(text, " [2J");
    paint_text_ascii("abcdef", text, 4);
    assert_string_equal(text, "abc");
}

static void test_large_digits_are_laid_out_in_dots(void **state)
{
    (void)state;
    char row[64];
    paint_digits_row("14.", 1, 0, row, sizeof row);
    assert_string_equal(row, "##  # #  ");
    paint_digits_row("14.", 1, 4, row, sizeof row);
    assert_string_equal(row, "###   # #");
    paint_digits_row("7", 2, 0, row, sizeof row);
    assert_string_equal(row, "######");
    paint_digits_row("7", 2, 3, row, sizeof row);
    assert_string_equal(row, "    ##");
    paint_digits_row("888", 2, 0, row, 5); /* cut at the buffer's end */
    assert_string_equal(row, "####");
}

static void test_large_digits_take_the_width_they_say(void **state)
{
    (void)state;
    char row[128];
    for (int scale = 1; scale <= 2; scale++)
        for (int i = 0; i < DIGITS_ROWS; i++) {
            paint_digits_row("9,876.50-", scale, i, row, sizeof row);
            assert_int_equal(strlen(row), paint_digits_width("9,876.50-", scale));
        }
}

static void test_the_largest_digits_that_fit_are_chosen(void **state)
{
    (void)state;
    int large = paint_digits_width("100.00", 2), small = paint_digits_width("100.00", 1);
    assert_int_equal(paint_digits_scale("100.00", large), 2);
    assert_int_equal(paint_digits_scale("100.00", large - 1), 1);
    assert_int_equal(paint_digits_scale("100.00", small - 1), 0);
}

static void test_a_bar_is_exact_to_an_eighth(void **state)
{
    (void)state;
    assert_int_equal(paint_bar_eighths(40, 30000, 30000), 320);
    assert_int_equal(paint_bar_eighths(40, 15000, 30000), 160);
    assert_int_equal(paint_bar_eighths(40, 15001, 30000), 161);
    assert_int_equal(paint_bar_eighths(40, 1, 30000),
                     1); /* something left is never shown as nothing */
    assert_int_equal(paint_bar_eighths(40, 0, 30000), 0);
    assert_int_equal(paint_bar_eighths(40, -5, 30000), 0);
    assert_int_equal(paint_bar_eighths(40, 40000, 30000), 320);
    assert_int_equal(paint_bar_eighths(40, 5, 0), 0);
    assert_int_equal(paint_bar_eighths(0, 5, 10), 0);
}

static void test_seconds_left_are_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(paint_bar_seconds(30000), 30);
    assert_int_equal(paint_bar_seconds(29001), 30);
    assert_int_equal(paint_bar_seconds(1), 1);
    assert_int_equal(paint_bar_seconds(0), 0);
    assert_int_equal(paint_bar_seconds(-1), 0);
    assert_false(paint_bar_late(7501, 30000));
    assert_true(paint_bar_late(7500, 30000)); /* its last quarter */
}

static void test_a_click_means_the_key_it_is_on(void **state)
{
    (void)state;
    struct hits hits = { 0 };
    hits_add(&hits, (struct place){ 7, 0, 3, 20 }, (struct input){ INPUT_FDK, 0 });
    hits_add(&hits, (struct place){ 12, 30, 2, 6 }, (struct input){ INPUT_DIGIT, '5' });
    assert_int_equal(hits_find(&hits, 7, 0).kind, INPUT_FDK);
    assert_int_equal(hits_find(&hits, 9, 19).kind, INPUT_FDK);
    assert_int_equal(hits_find(&hits, 9, 20).kind, INPUT_NONE);
    assert_int_equal(hits_find(&hits, 10, 0).kind, INPUT_NONE);
    assert_int_equal(hits_find(&hits, 6, 0).kind, INPUT_NONE);
    assert_int_equal(hits_find(&hits, 13, 35).value, '5');
    assert_int_equal(hits_find(&hits, 13, 36).kind, INPUT_NONE);
}

static void test_more_places_than_there_is_room_for_are_dropped(void **state)
{
    (void)state;
    struct hits hits = { 0 };
    for (int i = 0; i < HITS_MAX + 5; i++)
        hits_add(&hits, (struct place){ i, 0, 1, 1 }, (struct input){ INPUT_DIGIT, i });
    assert_int_equal(hits.count, HITS_MAX);
    assert_int_equal(hits_find(&hits, HITS_MAX - 1, 0).value, HITS_MAX - 1);
    assert_int_equal(hits_find(&hits, HITS_MAX, 0).kind, INPUT_NONE);
}

static void test_the_body_keeps_to_the_middle_while_that_is_wide_enough(void **state)
{
    (void)state;
    struct view view = { .screen = SCREEN_TAKE_CASH };
    snprintf(view.fdk[0].label, sizeof view.fdk[0].label, "Take the cash");
    struct span beside = paint_keys_span(&view, 18, 7, 9, 30);
    assert_int_equal(beside.column, 23);
    assert_int_equal(beside.width, 34);
    struct span squeezed = paint_keys_span(&view, 18, 7, 9, 40);
    assert_int_equal(squeezed.column, 23);
    assert_int_equal(squeezed.width, 80 - 23 - 5);
    struct span below =
        paint_keys_span(&view, 18, 10, 18, 40); /* the label ends above these rows */
    assert_int_equal(below.column, 5);
    assert_int_equal(below.width, 70);
}

static void test_themes_follow_what_the_terminal_can_do(void **state)
{
    (void)state;
    struct tui_options plain = { 0 };
    struct theme theme = theme_choose(&plain, 256, "xterm-256color");
    assert_int_equal(theme.palette, PALETTE_256);
    assert_int_equal(theme.glyphs, GLYPHS_FULL);
    assert_int_equal(theme_choose(&plain, 8, "linux").glyphs, GLYPHS_CONSOLE);
    assert_int_equal(theme_choose(&plain, 8, "xterm").palette, PALETTE_8);
    assert_int_equal(theme_choose(&plain, -1, "vt100").palette, PALETTE_MONO);
    assert_int_equal(theme_choose(&(struct tui_options){ .mono = true }, 256, "xterm").palette,
                     PALETTE_MONO);
    assert_int_equal(
        theme_choose(&(struct tui_options){ .high_contrast = true }, 256, "xterm").palette,
        PALETTE_CONTRAST);
    assert_int_equal(theme_choose(&(struct tui_options){ .ascii = true }, 8, "linux").glyphs,
                     GLYPHS_ASCII);
}

static void test_every_symbol_has_a_form_in_ascii(void **state)
{
    (void)state;
    struct theme theme = theme_choose(&(struct tui_options){ .ascii = true }, 8, "xterm");
    for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
        const char *text = theme_glyph(&theme, (enum glyph)glyph);
        assert_non_null(text);
        assert_true(text[0] != '\0');
        for (; *text != '\0'; text++)
            assert_in_range((unsigned char)*text, ' ', '~');
    }
}

static void test_no_symbol_is_missing_and_bars_are_one_column_a_cell(void **state)
{
    (void)state;
    for (int glyphs = GLYPHS_FULL; glyphs <= GLYPHS_ASCII; glyphs++) {
        struct theme theme = { .glyphs = (enum glyphs)glyphs };
        for (int glyph = 0; glyph < GLYPH_COUNT; glyph++)
            assert_true(paint_text_width(theme_glyph(&theme, (enum glyph)glyph)) > 0);
        for (int eighths = 0; eighths <= THEME_BAR_STEPS; eighths++)
            assert_int_equal(paint_text_width(theme_bar(&theme, eighths)), 1);
    }
}

static void test_a_screen_settles_once_its_thing_is_out(void **state)
{
    (void)state;
    struct view view = { .screen = SCREEN_TAKE_CASH, .countdown_full_ms = 30000 };
    struct moment young = { .age_ms = 0, .left_ms = 30000 },
                  old = { .age_ms = 1000, .left_ms = 29000 };
    assert_false(paint_settled(&view, &young));
    assert_true(paint_settled(&view, &old));
    view.screen = SCREEN_MENU;
    assert_true(paint_settled(&view, &young));
}

static void test_nothing_is_painted_again_when_nothing_moves(void **state)
{
    (void)state;
    struct view view = { .screen = SCREEN_MENU };
    struct moment moment = { .age_ms = 1000, .tick_ms = 1200, .left_ms = 5000 };
    assert_int_equal(paint_interval_ms(&view, &moment), -1);
    view.card_light = LIGHT_BLINK;
    assert_in_range(paint_interval_ms(&view, &moment), 1, 500);
    view.countdown_full_ms = 30000;
    assert_in_range(paint_interval_ms(&view, &moment), 1, 100);
    view.card_light = LIGHT_OFF;
    moment.left_ms = 0;
    assert_int_equal(paint_interval_ms(&view, &moment), -1);
}

static void test_the_frames_words_can_be_set_and_put_back(void **state)
{
    (void)state;
    assert_string_equal(paint_word(WORD_CANCEL), "Cancel");
    assert_string_equal(paint_word_name(WORD_CANCEL), "frame.cancel");
    paint_word_set(WORD_CANCEL, "Abbruch");
    assert_string_equal(paint_word(WORD_CANCEL), "Abbruch");
    paint_word_set(WORD_CANCEL, NULL);
    assert_string_equal(paint_word(WORD_CANCEL), "Cancel");
}

/* ---- contrast ---------------------------------------------------------------- */

/* As xterm has them: sixteen, a cube of 6 by 6 by 6, and greys. Bold brightens the first eight. */
static void colour_rgb(int colour, bool bold, int rgb[static 3])
{
    static const int first[16][3] = {
        { 0, 0, 0 },       { 205, 0, 0 },   { 0, 205, 0 },   { 205, 205, 0 },
        { 0, 0, 238 },     { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
        { 127, 127, 127 }, { 255, 0, 0 },   { 0, 255, 0 },   { 255, 255, 0 },
        { 92, 92, 255 },   { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
    };
    const int step[6] = { 0, 95, 135, 175, 215, 255 };
    const int brighter = bold && colour < 8 ? colour + 8 : colour;
    for (int i = 0; i < 3; i++)
        rgb[i] = brighter < 16  ? first[brighter][i]
                 : colour < 232 ? step[(colour - 16) /
                                       (i == 0   ? 36
                                        : i == 1 ? 6
                                                 : 1) %
                                       6]
                                : 8 + (colour - 232) * 10;
}

/* The twelfth power's fifth root, by Newton's method. */
static double power_2_4(double base)
{
    const double square = base * base, fourth = square * square, goal = fourth * fourth * fourth;
    double root = 1;
    for (int i = 0; i < 40; i++)
        root -= (root - goal / (root * root * root * root)) / 5;
    return root;
}

/* WCAG's relative luminance. */
static double luminance(int colour, bool bold)
{
    static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
    int rgb[3];
    double sum = 0;
    colour_rgb(colour, bold, rgb);
    for (int i = 0; i < 3; i++) {
        const double part = rgb[i] / 255.0;
        sum += weight[i] * (part <= 0.03928 ? part / 12.92 : power_2_4((part + 0.055) / 1.055));
    }
    return sum;
}

static double contrast(const struct colours *colours)
{
    const double front = luminance(colours->front, colours->bold) + 0.05;
    const double back = luminance(colours->back, false) + 0.05;
    return front > back ? front / back : back / front;
}

/* Surfaces' edges and the countdown's bar hold no text. */
static bool holds_text(enum style style)
{
    static const enum style others[] = {
        STYLE_TITLE_EDGE,
        STYLE_TITLE_GOOD_EDGE,
        STYLE_TITLE_WARNING_EDGE,
        STYLE_TITLE_BAD_EDGE,
        STYLE_TITLE_TOP,
        STYLE_TITLE_GOOD_TOP,
        STYLE_TITLE_WARNING_TOP,
        STYLE_TITLE_BAD_TOP,
        STYLE_BAND_EDGE,
        STYLE_LABEL_EDGE,
        STYLE_LABEL_OFF_EDGE,
        STYLE_CAP_EDGE,
        STYLE_PAD_EDGE,
        STYLE_PAD_CANCEL_EDGE,
        STYLE_PAD_CLEAR_EDGE,
        STYLE_PAD_ENTER_EDGE,
        STYLE_FIELD_EDGE,
        STYLE_BAR,
        STYLE_BAR_LATE,
        STYLE_PAPER_EDGE,
        STYLE_CARD_EDGE,
        STYLE_TRAY,
        STYLE_QR_EDGE,
    };
    if (style >= STYLE_NOTE_EDGE && style <= STYLE_NOTE_EDGE_LAST)
        return false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i] == style)
            return false;
    return true;
}

static struct palette theme_of(const char *name)
{
    struct error error;
    struct palette palette;
    char *text = asset_theme(NULL, name, &error);
    check_worked(text != NULL, &error);
    check_worked(palette_read(&palette, name, text, &error), &error);
    free(text);
    return palette;
}

static void test_a_theme_that_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const char *const wrong[] = { "night = 160d00", "nigth = #160d00", "night #160d00",
                                         "night = #160d0g", "night = #160d00 #160d00" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[80];
        struct error error = { 0 };
        struct palette palette;
        snprintf(text, sizeof text, "# first\n\n%s\n", wrong[i]);
        assert_false(palette_read(&palette, "themes/x", text, &error));
        check_contains(error.message, "line 3 of themes/x");
    }
    struct error error = { 0 };
    struct palette palette;
    char path[200];
    const char *directory = scratch_create();
    snprintf(path, sizeof path, "%s/themes", directory);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/themes/mine", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("\xEF\xBB\xBFnight = #160d00\r\n\r\n", file); /* as some editors write it */
    fclose(file);
    char *text = asset_theme(directory, "mine", &error);
    assert_non_null(text);
    check_worked(palette_read(&palette, path, text, &error), &error);
    free(text);
    assert_null(asset_theme(NULL, "nonesuch", &error));
    check_contains(error.message, "amber, phosphor");
    assert_null(asset_theme("/nowhere", "../passwd", &error));
}

static void test_a_terminal_of_256_colours_gets_the_nearest(void **state)
{
    (void)state;
    struct palette palette = palette_own();
    assert_int_equal(palette_colour(&palette, SKY, false), 75);
    assert_int_equal(palette_colour(&palette, SKY, true), 0x5fafff);
    palette.rgb[SKY] = 0x5fafff;
    assert_int_equal(palette_colour(&palette, SKY, false), 75);
    palette.rgb[SKY] = 0x121312;
    assert_int_equal(palette_colour(&palette, SKY, false), 233);
    assert_int_equal(palette_colour(&palette, SKY, true), 0x121312);
}

static void test_text_stands_out_from_what_is_behind_it(void **state)
{
    (void)state;
    const struct palette amber = theme_of("amber"), phosphor = theme_of("phosphor");
    const struct {
        struct tui_options options;
        int colours;
        double least;
    } themes[] = {
        { { .ascii = false }, 256, 4.5 },        { { .palette = &amber }, 256, 4.5 },
        { { .palette = &phosphor }, 256, 4.5 },  { { .ascii = false }, 8, 4.5 },
        { { .high_contrast = true }, 256, 7.0 },
    };
    for (size_t i = 0; i < sizeof themes / sizeof themes[0]; i++) {
        const struct theme theme = theme_choose(&themes[i].options, themes[i].colours, "xterm");
        for (int style = 0; style < STYLE_COUNT; style++) {
            struct colours colours;
            assert_true(theme_colours(&theme, (enum style)style, &colours));
            if (holds_text((enum style)style) && contrast(&colours) < themes[i].least)
                fail_msg("theme %zu, style %d: %d on %d is %.2f to 1", i, style, colours.front,
                         colours.back, contrast(&colours));
        }
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_stands_out_from_what_is_behind_it),
        cmocka_unit_test(test_a_theme_that_is_wrong_is_told_with_its_line),
        cmocka_unit_test(test_a_terminal_of_256_colours_gets_the_nearest),
        cmocka_unit_test(test_a_width_counts_columns_not_bytes),
        cmocka_unit_test(test_bytes_that_are_not_utf8_count_as_one_column_each),
        cmocka_unit_test(test_a_text_that_does_not_fit_is_cut_with_an_ellipsis),
        cmocka_unit_test(test_lines_break_between_words),
        cmocka_unit_test(test_a_word_longer_than_a_line_is_broken),
        cmocka_unit_test(test_ascii_keeps_what_a_text_says),
        cmocka_unit_test(test_large_digits_are_laid_out_in_dots),
        cmocka_unit_test(test_large_digits_take_the_width_they_say),
        cmocka_unit_test(test_the_largest_digits_that_fit_are_chosen),
        cmocka_unit_test(test_a_bar_is_exact_to_an_eighth),
        cmocka_unit_test(test_seconds_left_are_rounded_up),
        cmocka_unit_test(test_a_click_means_the_key_it_is_on),
        cmocka_unit_test(test_more_places_than_there_is_room_for_are_dropped),
        cmocka_unit_test(test_the_body_keeps_to_the_middle_while_that_is_wide_enough),
        cmocka_unit_test(test_themes_follow_what_the_terminal_can_do),
        cmocka_unit_test(test_every_symbol_has_a_form_in_ascii),
        cmocka_unit_test(test_no_symbol_is_missing_and_bars_are_one_column_a_cell),
        cmocka_unit_test(test_a_screen_settles_once_its_thing_is_out),
        cmocka_unit_test(test_nothing_is_painted_again_when_nothing_moves),
        cmocka_unit_test(test_the_frames_words_can_be_set_and_put_back),
    };
    return cmocka_run_group_tests_name("paint", tests, NULL, NULL);
}
