/* SPDX-License-Identifier: MIT */
#include "atm/frontend/frontend.h"

#include "atm/frontend/plain.h"
#include "atm/texts/texts.h"
#include "atm/tui/paint_words.h"
#include "atm/tui/tui.h"

#include <stddef.h>
#include <unistd.h>

static struct {
    bool plain, ended;
    int language; /* of the words on the frame; -1: none yet */
} face = { .language = -1 };

bool face_possible(const struct options *options, struct error *error)
{
    return options->plain || tui_possible(error);
}

bool face_start(const struct options *options, struct error *error)
{
    struct tui_options chosen;
    face.plain = options->plain;
    if (face.plain) {
        plain_start();
        return true;
    }
    tui_options_from_environment(&chosen);
    chosen.mono = chosen.mono || options->mono;
    chosen.ascii = chosen.ascii || options->ascii;
    chosen.high_contrast = options->high_contrast;
    return tui_start(&chosen, error);
}

void face_stop(void)
{
    if (face.plain)
        plain_stop();
    else
        tui_stop();
}

/* The frame speaks the customer's language as well. */
static void face_words(int language)
{
    if (face.language == language)
        return;
    face.language = language;
    for (int i = 0; i < WORD_COUNT; i++) {
        enum text text = text_find(paint_word_name((enum word)i));
        paint_word_set((enum word)i, text != TEXT_NONE ? text_get(language, text) : NULL);
    }
}

void face_show(const struct view *view, int language)
{
    if (face.plain) {
        plain_show(view, language);
        return;
    }
    face_words(language);
    tui_paint(view);
}

struct input face_read(void)
{
    struct input input = face.plain ? plain_read() : tui_read();
    face.ended = face.ended || (!face.plain && input.kind == INPUT_QUIT);
    return input;
}

void face_discard(void)
{
    if (!face.plain)
        tui_discard();
}

int face_timeout_ms(void)
{
    return face.plain ? plain_timeout_ms() : tui_timeout_ms();
}

/* A terminal that went away stays readable for ever. */
void face_poll(struct pollfd *poll)
{
    bool listens = face.plain ? plain_listens() : !face.ended;
    *poll = (struct pollfd){ .fd = listens ? STDIN_FILENO : -1, .events = POLLIN };
}

const char *face_complaint(void)
{
    if (face.plain && plain_unseen())
        return "what the machine says could not be written: give its output a reader, or room on "
               "the disk";
    if (face.plain && plain_gave_up())
        return "the machine was out of service when the input ended: start the bank, then try "
               "again";
    return NULL;
}
