/* SPDX-License-Identifier: MIT */
#include "keys/play/find.h"
#include "shared/error.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_BYTES = 500 * 32 };

/* A row as text, and for each of its bytes the column that it stands in. */
struct row {
    char text[ROW_BYTES + 1];
    int column[ROW_BYTES + 1];
};

/* Without the blanks at its end, as terminal_text_in has it. */
static void row_read(struct row *row, const struct terminal *terminal, int number, struct area area)
{
    size_t length = 0, end = 0;
    for (int column = area.left; column <= area.right; column++) {
        struct cell cell = terminal_cell(terminal, number, column);
        for (const char *c = cell.text; *c != '\0' && length < ROW_BYTES; c++) {
            row->text[length] = *c;
            row->column[length++] = column;
        }
        end = strcmp(cell.text, " ") == 0 ? end : length;
    }
    row->text[end] = '\0';
}

static bool text_holds(const char *text, const struct value *value, int flags, regmatch_t groups[2])
{
    regex_t regex;
    if (!value->regex)
        return strstr(text, value->text) != NULL;
    if (regcomp(&regex, value->text, REG_EXTENDED | REG_NEWLINE) != 0)
        return false; /* checked before */
    bool found = regexec(&regex, text, groups != NULL ? 2 : 0, groups, flags) == 0;
    regfree(&regex);
    return found;
}

bool find_holds(const char *text, const struct value *value, regmatch_t groups[2])
{
    return text_holds(text, value, 0, groups);
}

/* The first match from the byte `from` on. */
static bool row_find(const struct row *row, size_t from, const struct value *value,
                     struct found *found)
{
    const char *text = row->text + from;
    regmatch_t groups[2];
    size_t start, end;
    if (!text_holds(text, value, from > 0 ? REG_NOTBOL : 0, groups))
        return false;
    if (value->regex) {
        start = from + (size_t)groups[0].rm_so;
        end = from + (size_t)groups[0].rm_eo;
    } else {
        start = (size_t)(strstr(text, value->text) - row->text);
        end = start + strlen(value->text);
    }
    if (end == start)
        return false;
    found->left = row->column[start];
    found->right = row->column[end - 1];
    return true;
}

bool find_text(const struct terminal *terminal, struct area area, const struct value *value,
               struct found *found)
{
    struct row *row = malloc(sizeof *row);
    if (row == NULL)
        panic("out of memory");
    bool there = false;
    for (int number = found->row > 0 ? found->row : area.top; !there && number <= area.bottom;
         number++) {
        size_t from = 0;
        row_read(row, terminal, number, area);
        while (number == found->row && row->text[from] != '\0' && row->column[from] <= found->right)
            from++;
        there = row_find(row, from, value, found);
        if (there)
            found->row = number;
    }
    free(row);
    return there;
}

/* How many pairs of neighbouring bytes of `text` are in `line`. */
static int pairs_common(const char *line, const char *text)
{
    int common = 0;
    for (size_t i = 0; text[i] != '\0' && text[i + 1] != '\0'; i++)
        common += memmem(line, strlen(line), text + i, 2) != NULL;
    return common;
}

char *find_nearest(const char *lines, const char *text)
{
    char *nearest = NULL, *copy = strdup(lines), *rest = copy;
    int most = (int)strlen(text) / 3; /* less is chance */
    if (copy == NULL)
        panic("out of memory");
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        int common = pairs_common(line, text);
        if (common <= most)
            continue;
        most = common;
        free(nearest);
        nearest = strdup(line + strspn(line, " "));
    }
    free(copy);
    return nearest;
}
