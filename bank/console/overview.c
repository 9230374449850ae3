/* SPDX-License-Identifier: MIT */
#include "bank/console/overview.h"

#include "bank/console/cell.h"
#include "bank/console/paint.h"
#include "bank/console/plot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TABLE_ROWS = 8, TABLE_ROWS_HIGH = 18, SIDE_GAP = 3, AXIS = 9 };

static int64_t newest(const struct figures *figures, enum series series)
{
    return figures->seconds > 0 ? figures->series[series][figures->seconds - 1] : 0;
}

/* "12,345". */
static const char *grouped(int64_t number, char buffer[static CELL_SIZE])
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    size_t used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            buffer[used++] = ',';
        buffer[used++] = digits[i];
    }
    buffer[used] = '\0';
    return buffer;
}

static const char *millis(int64_t us, char buffer[static CELL_SIZE])
{
    if (us == 0)
        return "-";
    snprintf(buffer, CELL_SIZE, us < 10000 ? "%.2f ms" : "%.0f ms", (double)us / 1000);
    return buffer;
}

/* ---- the plots ---- */

static void plot_paint(const struct plot *plot, enum look look, const char *top, int row)
{
    for (int i = 0; i < plot->height; i++) {
        char text[PLOT_SAMPLES_MAX * 4 + 4];
        paint_right(row + i, 0, AXIS - 1, LOOK_DIM,
                    i == 0                  ? top
                    : i == plot->height - 1 ? "0"
                                            : "");
        paint_drawn(row + i, AXIS, look, plot_row(plot, i, text, sizeof text));
    }
}

static void rate_paint(const struct figures *figures, int row, int rows, int columns)
{
    char now[CELL_SIZE], most[CELL_SIZE], top[CELL_SIZE], text[3 * CELL_SIZE];
    const int64_t *series = figures->series[SERIES_withdrawals];
    struct plot plot;
    plot_fill(&plot, columns - AXIS, rows - 1, paint_ascii(), series, figures->seconds,
              SERIES_SECONDS);
    snprintf(text, sizeof text, "now %s   most %s   last 10 min",
             grouped(newest(figures, SERIES_withdrawals), now),
             grouped(plot_greatest(series, figures->seconds), most));
    paint_left(row, 0, columns, LOOK_HEAD, "withdrawals/s");
    paint_right(row, 16, columns - 16, LOOK_PLAIN, text);
    plot_paint(&plot, LOOK_ACCENT, grouped(plot.top, top), row + 1);
}

static void wait_paint(const struct figures *figures, int row, int rows, int columns)
{
    char p50[CELL_SIZE], p99[CELL_SIZE], top[CELL_SIZE], text[3 * CELL_SIZE];
    struct plot plot;
    plot_fill(&plot, columns - AXIS, rows - 1, paint_ascii(), figures->series[SERIES_p99_us],
              figures->seconds, SERIES_SECONDS);
    snprintf(text, sizeof text, "p50 %s   p99 %s   last minute",
             millis(figures->latency_p50_us, p50), millis(figures->latency_p99_us, p99));
    paint_left(row, 0, columns, LOOK_HEAD, "wait for a reply, p99");
    paint_right(row, 24, columns - 24, LOOK_PLAIN, text);
    plot_paint(&plot, LOOK_ACCENT_DIM, millis(plot.top, top), row + 1);
}

/* ---- the tables ---- */

struct area {
    int row, rows, column, columns;
    int used; /* rows */
};

static void line(struct area *area, enum look look, const char *name, const char *value)
{
    if (area->used >= area->rows)
        return;
    const int row = area->row + area->used++, width = paint_width(value);
    const int room = width < area->columns - 8 ? width : area->columns - 8;
    paint_left(row, area->column, area->columns - room - 1, LOOK_DIM, name);
    paint_right(row, area->column + area->columns - room, room, look, value);
}

static void title(struct area *area, const char *text)
{
    if (area->used < area->rows)
        paint_left(area->row + area->used++, area->column, area->columns, LOOK_HEAD, text);
}

static void refusals_paint(const struct figures *figures, struct area area)
{
    title(&area, "refused, last 10 min");
    for (size_t i = 0; i < figures->refusal_count; i++) {
        char count[CELL_SIZE], name[REFUSAL_SIZE];
        snprintf(name, sizeof name, "%s", figures->refusal[i].name);
        for (char *at = name; *at != '\0'; at++)
            *at = *at == '_' ? ' ' : *at;
        line(&area, LOOK_PLAIN, name, grouped(figures->refusal[i].count, count));
    }
    if (figures->refusal_count == 0)
        line(&area, LOOK_DIM, "nothing", "");
}

static const struct page_row *row_named(const struct page *page, const char *what, const char *name)
{
    for (size_t i = 0; page != NULL && i < page->count; i++)
        if (strcmp(page->row[i].cell[0], what) == 0 && strcmp(page->row[i].cell[1], name) == 0)
            return &page->row[i];
    return NULL;
}

static void bank_paint(const struct figures *figures, const struct attention *attention,
                       const struct page *page, struct area area)
{
    char text[CELL_SIZE], batch[CELL_SIZE];
    title(&area, "bank");
    const int64_t batches = newest(figures, SERIES_batches),
                  commands = newest(figures, SERIES_commands);
    line(&area, strcmp(figures->state, "active") == 0 ? LOOK_GOOD : LOOK_WARNING, "state",
         figures->known ? figures->state : "unknown");
    const struct page_row *standing = row_named(page, "bank", "standing by");
    line(&area, LOOK_PLAIN, "banks standing by", standing != NULL ? standing->cell[2] : "unknown");
    line(&area, LOOK_PLAIN, "machines, operators",
         (snprintf(text, sizeof text, "%" PRId64 ", %" PRId64, figures->terminals,
                   figures->operators),
          text));
    snprintf(batch, sizeof batch, "%.1f commands",
             batches > 0 ? (double)commands / (double)batches : 0.0);
    line(&area, LOOK_PLAIN, "a batch", batches > 0 ? batch : "-");
    line(&area, figures->queued > 0 ? LOOK_WARNING : LOOK_PLAIN, "queued",
         grouped(figures->queued, text));
    line(&area, LOOK_PLAIN, "open dispenses", grouped(figures->open_withdrawals, text));
    line(&area, LOOK_PLAIN, "log's end", grouped(attention->position, text));
}

static void rows_paint(const struct page *page, const char *what, const char *name,
                       struct area area)
{
    title(&area, name);
    for (size_t i = 0; page != NULL && i < page->count; i++) {
        const struct page_row *row = &page->row[i];
        if (strcmp(row->cell[0], what) != 0)
            continue;
        const char *shown = strncmp(row->cell[1], "projection ", 11) == 0     ? row->cell[1] + 11
                            : strncmp(row->cell[1], "subscription ", 13) == 0 ? row->cell[1] + 13
                                                                              : row->cell[1];
        line(&area, paint_tone(row->tone), shown, row->cell[2] != NULL ? row->cell[2] : "-");
    }
}

void overview_paint(const struct figures *figures, const struct attention *attention,
                    const struct page *page, int row, int rows, int columns)
{
    const int tables = rows < 18 ? TABLE_ROWS : rows < 34 ? TABLE_ROWS + 1 : TABLE_ROWS_HIGH;
    const int plots = rows - tables > 4 ? rows - tables - 1 : 4;
    const int upper = plots / 2 + plots % 2, lower = plots / 2;
    rate_paint(figures, row, upper, columns);
    wait_paint(figures, row + upper, lower, columns);
    const int sides = columns >= 110 ? 4 : 3;
    const int width = (columns - (sides - 1) * SIDE_GAP) / sides;
    struct area area = { .row = row + upper + lower + 1,
                         .rows = rows - upper - lower - 1,
                         .columns = width };
    refusals_paint(figures, area);
    area.column += width + SIDE_GAP;
    bank_paint(figures, attention, page, area);
    area.column += width + SIDE_GAP;
    if (sides == 4) {
        rows_paint(page, "postgres", "postgres", area);
        area.column += width + SIDE_GAP;
    }
    struct area half = area;
    half.rows = 3;
    rows_paint(page, "sum", "events behind the log", half);
    half.row += half.rows;
    if (sides == 4) {
        half.rows = area.rows - half.rows;
        rows_paint(page, "lag", "of these the most", half);
        return;
    }
    half.rows = area.rows - half.rows;
    rows_paint(page, "postgres", "postgres", half);
}
