/* SPDX-License-Identifier: MIT */
#include "bank/cli/progress.h"

#include "shared/clock.h"
#include "shared/tty.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAR_MOST = 30, BAR_LEAST = 5, WIDTH_UNSAID = 80, DRAW_EVERY_MS = 100 };

/* "0:12 left", "2:03:04 left". */
static void left_text(int64_t seconds, char text[static 40])
{
    const int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;
    if (hours > 0)
        snprintf(text, 40, "  %" PRId64 ":%02d:%02d left", hours, (int)minutes,
                 (int)(seconds % 60));
    else
        snprintf(text, 40, "  %d:%02d left", (int)minutes, (int)(seconds % 60));
}

/* The parts in the order of their weight: what does not fit is left out, the bar first. */
char *progress_line(const char *what, int64_t done, int64_t total, int64_t fresh, int64_t ms,
                    size_t width, char line[static PROGRESS_LINE_SIZE])
{
    char share[24], rate[40], left[40] = "", bar[BAR_MOST + 4] = "";
    const int64_t whole = total > 0 ? total : 1, shown = done < whole ? done : whole,
                  a_second = ms > 0 ? fresh * 1000 / ms : 0;
    snprintf(share, sizeof share, " %3d%%", (int)(shown * 100 / whole));
    snprintf(rate, sizeof rate, "  %" PRId64 " events/s", a_second);
    if (a_second > 0 && shown < whole)
        left_text((whole - shown + a_second - 1) / a_second, left);
    const size_t text = strlen(what) + strlen(share) + strlen(rate) + strlen(left);
    const size_t room = width > text + 3 ? width - text - 3 : 0;
    const int columns = room > BAR_MOST ? BAR_MOST : (int)room;
    if (columns >= BAR_LEAST) {
        memcpy(bar, " [", 2);
        memset(bar + 2, '.', (size_t)columns);
        memset(bar + 2, '#', (size_t)(shown * columns / whole));
        memcpy(bar + 2 + columns, "]", 2);
    }
    snprintf(line, PROGRESS_LINE_SIZE, "%s%s%s%s%s", what, bar, share, rate, left);
    if (width < PROGRESS_LINE_SIZE)
        line[width] = '\0';
    return line;
}

static size_t width_of_terminal(void)
{
    int rows, columns;
    const char *said = getenv("COLUMNS");
    const long wanted = said != NULL ? strtol(said, NULL, 10) : 0;
    if (tty_size(STDERR_FILENO, &rows, &columns))
        return (size_t)columns;
    return wanted > 1 && wanted <= TTY_SIDE_MAX ? (size_t)wanted : WIDTH_UNSAID;
}

void progress_begin(struct progress *progress, const struct arguments *arguments, const char *what)
{
    *progress = (struct progress){ .shown = isatty(STDERR_FILENO) && !arguments->json };
    progress_part(progress, what);
}

void progress_part(struct progress *progress, const char *what)
{
    progress->what = what;
    progress->began_ms = clock_now_ms();
    progress->drawn_ms = 0;
    progress->from = 0;
}

void progress_step(struct progress *progress, int64_t done, int64_t total)
{
    char line[PROGRESS_LINE_SIZE];
    const int64_t now_ms = clock_now_ms();
    if (!progress->shown || (now_ms - progress->drawn_ms < DRAW_EVERY_MS && done < total))
        return;
    progress->drawn_ms = now_ms;
    /* A line that reached the edge would be one more each time. */
    fprintf(stderr, "\r%s\033[K",
            progress_line(progress->what, done, total, done - progress->from,
                          now_ms - progress->began_ms, width_of_terminal() - 1, line));
}

void progress_end(struct progress *progress)
{
    if (progress->shown && progress->drawn_ms > 0)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
