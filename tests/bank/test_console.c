/* SPDX-License-Identifier: MIT */
/* The console's parts that need no terminal: its table, words, lines, plots and windows. */
#include "bank/console/cell.h"
#include "bank/console/grid.h"
#include "bank/console/line.h"
#include "bank/console/plot.h"
#include "bank/console/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GAP  2
#define HOME 80

/* ---- the table ---- */

static void test_what_is_always_shown_fits_eighty_columns(void **state)
{
    (void)state;
    for (const struct view *view = views; view->name != NULL; view++) {
        int width = -GAP;
        for (size_t i = 0; i < view_columns(view); i++)
            width += view->column[i].rank == 0 ? view->column[i].width + GAP : 0;
        if (width > HOME)
            fail_msg("the columns of %s take %d", view->name, width);
        assert_true(view_columns(view) <= PAGE_COLUMNS_MAX);
    }
}

static void test_every_view_has_its_name_its_help_and_where_it_comes_from(void **state)
{
    (void)state;
    for (int key = '1'; key <= '7'; key++)
        assert_non_null(view_of_key(key));
    for (const struct view *view = views; view->name != NULL; view++) {
        assert_ptr_equal(view_find(view->name), view);
        assert_non_null(view->help);
        assert_non_null(view->title);
        assert_true((view->fetch != NULL) != (view->from != NULL));
        assert_true(view->from == NULL || (view->row_key != NULL && view_sorts(view) > 0));
        assert_true(view->filter == NULL || view->filter_help != NULL);
    }
}

/* ---- words ---- */

static void test_a_line_is_parted_as_a_shell_does(void **state)
{
    (void)state;
    struct words words;
    assert_null(
        words_split(&words, "  withdrawal resolve  ID --reason \"it's \\\"so\\\"\" 'a  b' # c"));
    assert_int_equal(words.count, 6);
    assert_string_equal(words.word[1], "resolve");
    assert_string_equal(words.word[4], "it's \"so\"");
    assert_string_equal(words.word[5], "a  b");
    assert_null(words.word[6]);
    assert_null(words_split(&words, ""));
    assert_int_equal(words.count, 0);
    assert_string_equal(words_split(&words, "a 'b"), "a quotation mark is not closed");
}

/* ---- the line ---- */

static void type(struct line *line, const char *text)
{
    for (; *text != '\0'; text++)
        line_key(line, (unsigned char)*text);
}

static void test_a_line_is_edited_in_whole_characters(void **state)
{
    (void)state;
    struct line line = { .length = 0 };
    type(&line, "aé");
    line_key(&line, 'B' & 0x1F);
    type(&line, "x");
    assert_string_equal(line.text, "axé");
    line_key(&line, 'E' & 0x1F);
    line_key(&line, '\b');
    assert_string_equal(line.text, "ax");
    type(&line, " two words");
    line_key(&line, 'W' & 0x1F);
    assert_string_equal(line.text, "ax two ");
    line_key(&line, 'U' & 0x1F);
    assert_string_equal(line.text, "");
    assert_int_equal(line_key(&line, '\b'), LINE_LEFT);
}

static void test_the_history_gives_back_what_was_typed(void **state)
{
    (void)state;
    struct line line = { .length = 0 };
    type(&line, "one");
    line_keep(&line);
    line_set(&line, "");
    type(&line, "new");
    line_key(&line, 'P' & 0x1F);
    assert_string_equal(line.text, "one");
    line_key(&line, 'N' & 0x1F);
    assert_string_equal(line.text, "new");
    line_finish(&line);
}

/* ---- plots ---- */

static void test_a_plot_shows_its_greatest_value_at_its_top(void **state)
{
    (void)state;
    struct plot plot;
    char text[200];
    const int64_t series[] = { 0, 0, 100, 50, 1 };
    plot_fill(&plot, 5, 2, true, series, 5, 5);
    assert_int_equal(plot.top, 100);
    assert_string_equal(plot_row(&plot, 0, text, sizeof text), "  #  ");
    assert_string_equal(plot_row(&plot, 1, text, sizeof text), "..##.");
    plot_fill(&plot, 6, 1, false, series, 5, 6);
    assert_string_equal(plot_row(&plot, 0, text, sizeof text), " \u2581\u2581\u2588\u2584\u2581");
}

static void test_the_upper_edge_is_a_round_number(void **state)
{
    (void)state;
    assert_int_equal(plot_round(0), 1);
    assert_int_equal(plot_round(1), 1);
    assert_int_equal(plot_round(9), 10);
    assert_int_equal(plot_round(11), 20);
    assert_int_equal(plot_round(501), 600);
}

/* ---- windows ---- */

/* Rows from..to of a table whose keys are numbers. */
static struct page *rows(int from, int to, int last)
{
    struct page *page = page_create();
    for (int i = from; i <= to; i++) {
        char key[16];
        struct page_row *row = page_add(page);
        snprintf(key, sizeof key, "%d", i);
        row->key = page_copy(key);
        row->sort = page_copy(key);
        row->id = page_copy(key);
    }
    page->more_before = from > 0;
    page->more_after = to < last;
    return page;
}

static int at(const struct grid *grid)
{
    int number = -1;
    sscanf(grid_row(grid)->key, "%d", &number);
    return number;
}

static void test_moving_beyond_a_window_asks_for_the_next_and_goes_on_there(void **state)
{
    (void)state;
    struct grid grid;
    struct ask ask = { 0 };
    grid_init(&grid, view_find("withdrawals"), "");
    grid_fit(&grid, 20);
    assert_false(grid_take(&grid, rows(0, 59, 999)));
    assert_false(grid_move(&grid, 55));
    assert_true(grid_move(&grid, 20)); /* to 75 */
    grid_ask(&grid, &ask);
    assert_int_equal(ask.from, ASK_AT);
    assert_string_equal(ask.at_key, "39");
    assert_false(grid_take(&grid, rows(39, 98, 999)));
    assert_int_equal(at(&grid), 75);
    assert_true(grid_move(&grid, -40)); /* to 35 */
    grid_ask(&grid, &ask);
    assert_int_equal(ask.from, ASK_BEFORE);
    assert_false(grid_take(&grid, rows(0, 59, 999)));
    assert_int_equal(at(&grid), 35);
    assert_true(grid_end(&grid));
    assert_false(grid_take(&grid, rows(940, 999, 999)));
    assert_int_equal(at(&grid), 999);
    assert_true(grid_home(&grid));
    assert_false(grid_take(&grid, rows(0, 59, 999)));
    assert_int_equal(at(&grid), 0);
    grid_finish(&grid);
}

static void test_the_cursor_stays_on_its_row_when_others_come_before_it(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, view_find("suspects"), "");
    grid_fit(&grid, 20);
    grid_take(&grid, rows(10, 40, 40));
    grid_move(&grid, 5);
    assert_int_equal(at(&grid), 15);
    grid_take(&grid, rows(3, 40, 40));
    assert_int_equal(at(&grid), 15);
    grid_take(&grid, rows(16, 40, 40)); /* it is gone */
    assert_non_null(grid_row(&grid));
    grid_take(&grid, rows(0, -1, -1));
    assert_null(grid_row(&grid));
    grid_finish(&grid);
}

static void test_a_view_that_follows_its_end_stays_there(void **state)
{
    (void)state;
    struct grid grid;
    struct ask ask = { 0 };
    grid_init(&grid, view_find("events"), "");
    grid_fit(&grid, 20);
    grid_take(&grid, rows(40, 99, 99));
    assert_int_equal(at(&grid), 99);
    grid_take(&grid, rows(50, 109, 109));
    assert_int_equal(at(&grid), 109);
    grid_move(&grid, -3); /* it stands still where one looks */
    grid_take(&grid, rows(60, 119, 119));
    assert_int_equal(at(&grid), 106);
    grid_ask(&grid, &ask);
    assert_int_equal(ask.from, ASK_AT);
    grid_finish(&grid);
}

static void test_cells_read_as_people_say_them(void **state)
{
    (void)state;
    char buffer[CELL_SIZE];
    assert_string_equal(cell_text(VIEW_AGE, "119", 6, buffer), "119 s");
    assert_string_equal(cell_text(VIEW_AGE, "7199", 6, buffer), "119 min");
    assert_string_equal(cell_text(VIEW_AGE, "172800", 6, buffer), "2 d");
    assert_string_equal(cell_text(VIEW_LEFT, "-1", 6, buffer), "due");
    assert_string_equal(cell_text(VIEW_MONEY, "7000", 9, buffer), "70.00");
    assert_string_equal(cell_text(VIEW_ID, "01a22e4b-e0bf-733b", 13, buffer), "01a22e4b-e0bf");
    assert_string_equal(cell_text(VIEW_CASH, "5000:99:100,2000:500:100", 40, buffer),
                        "50x99! 20x500");
    assert_string_equal(cell_text(VIEW_MONEY, NULL, 9, buffer), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_always_shown_fits_eighty_columns),
        cmocka_unit_test(test_every_view_has_its_name_its_help_and_where_it_comes_from),
        cmocka_unit_test(test_a_line_is_parted_as_a_shell_does),
        cmocka_unit_test(test_a_line_is_edited_in_whole_characters),
        cmocka_unit_test(test_the_history_gives_back_what_was_typed),
        cmocka_unit_test(test_a_plot_shows_its_greatest_value_at_its_top),
        cmocka_unit_test(test_the_upper_edge_is_a_round_number),
        cmocka_unit_test(test_moving_beyond_a_window_asks_for_the_next_and_goes_on_there),
        cmocka_unit_test(test_the_cursor_stays_on_its_row_when_others_come_before_it),
        cmocka_unit_test(test_a_view_that_follows_its_end_stays_there),
        cmocka_unit_test(test_cells_read_as_people_say_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
