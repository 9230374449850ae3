/* SPDX-License-Identifier: MIT */
#include "atm/frontend/frontend.h"

#include "atm/frontend/plain.h"
#include "atm/texts/assets.h"
#include "atm/texts/texts.h"
#include "atm/tui/paint_words.h"
#include "atm/tui/palette.h"
#include "atm/tui/tui.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    bool plain, ended;
    int language; /* of the words on the frame; -1: none yet */
    const char *command;
    struct palette palette; /* of the theme, where one was asked for */
} frontend = { .language = -1 };

bool frontend_possible(const struct options *options, struct error *error)
{
    return options->plain || tui_possible(error);
}

bool frontend_theme(const struct options *options, struct error *error)
{
    char path[ASSET_PATH_LENGTH];
    if (options->theme == NULL)
        return true;
    char *text = asset_theme(options->assets, options->theme, error);
    if (text == NULL)
        return false;
    snprintf(path, sizeof path, "%.800s/themes/%.40s",
             options->assets != NULL ? options->assets : "assets", options->theme);
    const bool good = palette_read(&frontend.palette, path, text, error);
    free(text);
    return good;
}

bool frontend_ascii(const struct options *options)
{
    struct tui_options environment;
    tui_options_from_environment(&environment);
    return !options->plain && (options->ascii || environment.ascii);
}

bool frontend_start(const struct options *options, const char *command, struct error *error)
{
    frontend.command = command;
    struct tui_options chosen;
    frontend.plain = options->plain;
    if (frontend.plain) {
        plain_start();
        return true;
    }
    tui_options_from_environment(&chosen);
    chosen.mono = chosen.mono || options->mono;
    chosen.ascii = chosen.ascii || options->ascii;
    chosen.high_contrast = options->high_contrast;
    chosen.face = options->face;
    chosen.palette = options->theme != NULL ? &frontend.palette : NULL;
    chosen.still = options->no_animation;
    return tui_start(&chosen, error);
}

void frontend_stop(void)
{
    if (frontend.plain)
        plain_stop();
    else
        tui_stop();
}

void frontend_power_cut(void)
{
    const int language = frontend.language > 0 ? frontend.language : 0;
    frontend_stop();
    if (!frontend.plain)
        tui_clear();
    printf("%s\n\n%s\n\n    %s\n\n", text_get(language, TEXT_POWER_OUT),
           text_get(language, TEXT_POWER_ON_AGAIN), frontend.command);
    fflush(stdout);
}

/* The frame speaks the customer's language as well. */
static void frontend_words(int language)
{
    if (frontend.language == language)
        return;
    frontend.language = language;
    for (int i = 0; i < WORD_COUNT; i++) {
        enum text text = text_find(paint_word_name((enum word)i));
        paint_word_set((enum word)i, text != TEXT_NONE ? text_get(language, text) : NULL);
    }
}

void frontend_show(const struct view *view, const struct inside *inside, int language)
{
    frontend_words(language);
    if (frontend.plain) {
        plain_show(view, language);
        return;
    }
    tui_paint(view, inside);
}

struct input frontend_read(void)
{
    struct input input = frontend.plain ? plain_read() : tui_read();
    frontend.ended = frontend.ended || (!frontend.plain && input.kind == INPUT_QUIT);
    return input;
}

void frontend_discard(void)
{
    if (!frontend.plain)
        tui_discard();
}

int frontend_timeout_ms(void)
{
    return frontend.plain ? plain_timeout_ms() : tui_timeout_ms();
}

/* A terminal that went away stays readable for ever. */
void frontend_poll(struct pollfd *poll)
{
    bool listens = frontend.plain ? plain_listens() : !frontend.ended;
    *poll = (struct pollfd){ .fd = listens ? STDIN_FILENO : -1, .events = POLLIN };
}

const char *frontend_complaint(void)
{
    if (frontend.plain && plain_unseen())
        return "what the machine says could not be written: give its output a reader, or room on "
               "the disk";
    if (frontend.plain && plain_gave_up())
        return "the machine was out of service when the input ended: start the bank, then try "
               "again";
    return NULL;
}
