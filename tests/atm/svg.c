/* SPDX-License-Identifier: MIT */
/*
 * Runs a program on a terminal of its own and writes what the terminal shows as an SVG picture.
 *
 *   svg COLUMNSxROWS TITLE PROGRAM ARGUMENT…  > picture.svg
 *
 * The picture is taken as soon as the program has set that title. Text stays text; block elements
 * become rectangles, because fonts leave seams between them.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

enum { CELL_WIDTH = 9, CELL_HEIGHT = 18, BASELINE = 14, MARGIN = 10, DEADLINE_MS = 10000 };

static char title[256];

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    (void)context;
    if (property == VTERM_PROP_TITLE)
        snprintf(title, sizeof title, "%s", value->string);
    return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Feeds the terminal until the title is there; false when the program ends or takes too long. */
static bool wait_title(VTerm *vterm, int master, const char *wanted)
{
    char bytes[4096];
    int64_t deadline = now_ms() + DEADLINE_MS;
    while (strcmp(title, wanted) != 0) {
        struct pollfd input = { .fd = master, .events = POLLIN };
        int64_t left = deadline - now_ms();
        if (left <= 0 || poll(&input, 1, (int)left) <= 0)
            return false;
        ssize_t length = read(master, bytes, sizeof bytes);
        if (length <= 0)
            return false;
        vterm_input_write(vterm, bytes, (size_t)length);
    }
    return true;
}

struct cell {
    uint32_t character;
    unsigned front, back; /* 0xRRGGBB */
    bool bold;
};

static unsigned color_rgb(VTermScreen *screen, VTermColor color)
{
    vterm_screen_convert_color_to_rgb(screen, &color);
    return (unsigned)color.rgb.red << 16 | (unsigned)color.rgb.green << 8 | color.rgb.blue;
}

static struct cell cell_at(VTermScreen *screen, int row, int column)
{
    VTermScreenCell cell;
    VTermPos position = { .row = row, .col = column };
    if (!vterm_screen_get_cell(screen, position, &cell))
        return (struct cell){ .character = ' ' };
    struct cell result = { cell.chars[0], color_rgb(screen, cell.fg), color_rgb(screen, cell.bg),
                           cell.attrs.bold != 0 };
    if (result.character == 0 || result.character == (uint32_t)-1)
        result.character = ' ';
    if (cell.attrs.reverse) {
        unsigned front = result.front;
        result.front = result.back;
        result.back = front;
    }
    return result;
}

/* The part of a cell that a block element covers, in eighths from the left and the top. */
static bool block_part(uint32_t character, int *left, int *top, int *right, int *bottom)
{
    *left = *top = 0;
    *right = *bottom = 8;
    if (character == 0x2580)
        *bottom = 4;
    else if (character >= 0x2581 && character <= 0x2588)
        *top = 8 - (int)(character - 0x2580);
    else if (character >= 0x2589 && character <= 0x258F)
        *right = (int)(0x2590 - character);
    else
        return false;
    return true;
}

static void write_rectangle(double x, double y, double width, double height, unsigned color)
{
    printf("<path fill=\"#%06x\" d=\"M%g %gh%gv%gh%gz\"/>\n", color, MARGIN + x, MARGIN + y, width,
           height, -width);
}

static void write_backs(VTermScreen *screen, int row, int columns, unsigned ground)
{
    for (int from = 0, to; from < columns; from = to) {
        unsigned back = cell_at(screen, row, from).back;
        for (to = from + 1; to < columns && cell_at(screen, row, to).back == back; to++)
            continue;
        if (back != ground)
            write_rectangle(from * CELL_WIDTH, row * CELL_HEIGHT, (to - from) * CELL_WIDTH,
                            CELL_HEIGHT, back);
    }
}

static void write_blocks(VTermScreen *screen, int row, int columns)
{
    for (int from = 0, to; from < columns; from = to) {
        struct cell cell = cell_at(screen, row, from);
        int left, top, right, bottom;
        to = from + 1;
        if (!block_part(cell.character, &left, &top, &right, &bottom))
            continue;
        for (; to < columns && right == 8; to++) {
            struct cell next = cell_at(screen, row, to);
            if (next.character != cell.character || next.front != cell.front)
                break;
        }
        double width = (to - from - 1) * CELL_WIDTH + right * CELL_WIDTH / 8.0;
        write_rectangle(from * CELL_WIDTH, row * CELL_HEIGHT + top * CELL_HEIGHT / 8.0, width,
                        (bottom - top) * CELL_HEIGHT / 8.0, cell.front);
    }
}

static void write_character(uint32_t code)
{
    if (code == '<' || code == '>' || code == '&' || code >= 0x80)
        printf("&#%u;", code);
    else
        putchar((int)code);
}

static bool is_text(const struct cell *cell)
{
    int edge;
    return cell->character != ' ' && !block_part(cell->character, &edge, &edge, &edge, &edge);
}

/* Words of one look become one element; its width is given, so that any font keeps the columns. */
static void write_texts(VTermScreen *screen, int row, int columns)
{
    for (int from = 0, to; from < columns; from = to) {
        struct cell cell = cell_at(screen, row, from);
        to = from + 1;
        if (!is_text(&cell))
            continue;
        for (; to < columns; to++) {
            struct cell next = cell_at(screen, row, to);
            struct cell after = to + 1 < columns ? cell_at(screen, row, to + 1) : next;
            const struct cell *look =
                next.character == ' ' ? &after : &next; /* over a single blank */
            if (!is_text(look) || look->front != cell.front || look->bold != cell.bold)
                break;
        }
        printf("<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s>",
               MARGIN + from * CELL_WIDTH, MARGIN + row * CELL_HEIGHT + BASELINE,
               (to - from) * CELL_WIDTH, cell.front, cell.bold ? " font-weight=\"bold\"" : "");
        for (int column = from; column < to; column++)
            write_character(cell_at(screen, row, column).character);
        printf("</text>\n");
    }
}

static void write_svg(VTermScreen *screen, int columns, int rows)
{
    int width = columns * CELL_WIDTH + 2 * MARGIN, height = rows * CELL_HEIGHT + 2 * MARGIN;
    unsigned ground = cell_at(screen, rows - 4, 0).back; /* the color most of the screen has */
    printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
           "height=\"%d\"\n"
           " font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\" "
           "xml:space=\"preserve\">\n"
           "<title>The screen of the ATM</title>\n"
           "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\"/>\n"
           "<g shape-rendering=\"crispEdges\">\n",
           width, height, width, height, width, height, ground);
    for (int row = 0; row < rows; row++) {
        write_backs(screen, row, columns, ground);
        write_blocks(screen, row, columns);
    }
    printf("</g>\n");
    for (int row = 0; row < rows; row++)
        write_texts(screen, row, columns);
    printf("</svg>\n");
}

int main(int count, char **argument)
{
    int columns = 0, rows = 0;
    if (count < 4 || sscanf(argument[1], "%dx%d", &columns, &rows) != 2 || columns < 1 ||
        rows < 4) {
        fprintf(stderr, "usage: svg COLUMNSxROWS TITLE PROGRAM [ARGUMENT...] > picture.svg\n");
        return 2;
    }
    VTerm *vterm = vterm_new(rows, columns);
    vterm_set_utf8(vterm, 1);
    VTermScreen *screen = vterm_obtain_screen(vterm);
    vterm_screen_enable_altscreen(screen, 1);
    vterm_screen_set_callbacks(screen, &callbacks, NULL);
    vterm_screen_reset(screen, 1);

    int master;
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    pid_t child = forkpty(&master, NULL, NULL, &size);
    if (child == 0) {
        setenv("TERM", "xterm-256color", 0);
        execvp(argument[3], argument + 3);
        perror(argument[3]);
        _exit(127);
    }
    if (child < 0) {
        perror("svg: no pseudo-terminal");
        return EXIT_FAILURE;
    }
    bool there = wait_title(vterm, master, argument[2]);
    if (there)
        write_svg(screen, columns, rows);
    else
        fprintf(stderr, "svg: %s did not show \"%s\"; the last title was \"%s\".\n", argument[3],
                argument[2], title);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    vterm_free(vterm);
    return there ? EXIT_SUCCESS : EXIT_FAILURE;
}
