/* SPDX-License-Identifier: MIT */
#include "keys/play/keyboard.h"
#include "keys/play/play.h"
#include "keys/terminal/sequence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool keyboard_press(struct play *play, const struct step *step, struct error *error)
{
    for (size_t i = 0; i < step->count; i++)
        if (!play_press(play, play_value(step, i), NULL, error))
            return false;
    return true;
}

/* One character at a time; with `shown`, only the first is noted, under that name. */
static bool type_text(struct play *play, const char *text, const char *shown, struct error *error)
{
    while (*text != '\0') {
        char character[8] = { *text++ };
        for (size_t i = 1; i < 4 && ((unsigned char)*text & 0xC0) == 0x80; i++)
            character[i] = *text++;
        const char *name = character[0] == ' '                            ? "Space"
                           : character[0] == '\n' || character[0] == '\r' ? "Enter"
                           : character[0] == '\t'                         ? "Tab"
                           : character[0] == '\033'                       ? "Esc"
                                                                          : character;
        unsigned noted = play->key_count;
        bool good = play_press(play, name, shown, error);
        explicit_bzero(character, sizeof character);
        if (!good)
            return false;
        if (shown != NULL && noted > 0 &&
            strcmp(play->keys[(noted - 1) % PLAY_KEYS_KEPT], shown) == 0)
            play->key_count = noted; /* not even how many there were */
    }
    return true;
}

bool keyboard_type(struct play *play, const struct step *step, struct error *error)
{
    return type_text(play, play_value(step, 0), NULL, error);
}

bool keyboard_secret(struct play *play, const struct step *step, struct error *error)
{
    if (!variables_secret(&play->variables, play_value(step, 1), error))
        return false;
    const char *secret = variables_get(&play->variables, play_value(step, 1));
    return type_text(play, secret, SECRET_SHOWN, error);
}

static bool bytes_send(struct play *play, const char *bytes, const char *shown, struct error *error)
{
    if (!program_send(&play->program, bytes, strlen(bytes), deadline_in(play->timeout_ms), error))
        return false;
    play_note(play, shown);
    return true;
}

bool keyboard_paste(struct play *play, const struct step *step, struct error *error)
{
    play_settle(play); /* it may be about to ask for brackets */
    bool brackets = (terminal_modes(play->program.terminal) & MODE_PASTE) != 0;
    char *text = NULL;
    if (asprintf(&text, "%s%s%s", brackets ? "\033[200~" : "", play_value(step, 0),
                 brackets ? "\033[201~" : "") < 0)
        panic("out of memory");
    bool good = bytes_send(play, text, "paste", error);
    free(text);
    return good;
}

bool keyboard_send(struct play *play, const struct step *step, struct error *error)
{
    return bytes_send(play, play_value(step, 0), "send", error);
}
