/* SPDX-License-Identifier: MIT */
/* What a tested program writes: the terminal behind it, and what is read and drawn of its screen.
 */
#include "tests/fuzz/fuzz.h"

#include "keys/picture/svg.h"
#include "shared/json.h"

#include <locale.h>
#include <string.h>

/* Pieces as they may come from a line: each as long as its own first byte says. */
static void fed(struct terminal *terminal, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t piece = 1 + bytes[0] % 32u;
        piece = piece < size ? piece : size;
        terminal_feed(terminal, (const char *)bytes, piece);
        bytes += piece;
        size -= piece;
    }
}

static void drawn(const struct terminal *terminal)
{
    struct shot *shot = shot_take(terminal);
    char *drawing = svg_picture(shot, "a title");
    PROMISE(json_utf8_valid(drawing, strlen(drawing)));
    for (const char *c = drawing; *c != '\0'; c++)
        PROMISE((unsigned char)*c >= ' ' || *c == '\n' || *c == '\t'); /* no XML otherwise */
    free(drawing);
    shot_free(shot);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char taken[256];
    setlocale(LC_CTYPE, "C.UTF-8"); /* as the runner does, for widths */
    struct terminal *terminal = terminal_create(40, 6, size % 2 == 0);
    fed(terminal, bytes, size / 2);
    terminal_resize(terminal, 1 + (int)(size % 60), 1 + (int)(size % 9));
    fed(terminal, bytes + size / 2, size - size / 2);
    char *text = terminal_text(terminal);
    PROMISE(json_utf8_valid(text, strlen(text)));
    int rows = 0;
    for (const char *c = text; *c != '\0'; c++)
        rows += *c == '\n';
    PROMISE(rows == terminal_rows(terminal));
    free(text);
    drawn(terminal);
    while (terminal_take(terminal, taken, sizeof taken) > 0)
        continue;
    terminal_destroy(terminal);
    return 0;
}
