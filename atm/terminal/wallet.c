/* SPDX-License-Identifier: MIT */
/*
 * The wallet of the demonstration's machine: which of its cards is put in. The first is the one at
 * hand, which Enter puts in from the welcome, too. Only a machine that was given further cards has
 * this page; their numbers stay with the card reader, which is told which one.
 */
#include "atm/terminal/phases.h"

#include <stdio.h>
#include <string.h>

static bool is_key(const struct terminal *terminal, const struct input *input)
{
    return input->kind == INPUT_FDK && input->value <= terminal->settings.wallet_count;
}

enum signal wallet_signal(struct terminal *terminal, const struct terminal_event *event)
{
    if (event->kind != EVENT_INPUT)
        return session_signal(terminal, event); /* what the reader says */
    const struct input *input = &event->input;
    return is_key(terminal, input) || input->kind == INPUT_ENTER ? SIGNAL_CARD_OFFERED
                                                                 : SIGNAL_NONE;
}

PHASE_ACTION(wallet_offer)
{
    const int key = event->input.kind == INPUT_FDK ? event->input.value : 0;
    struct effect *insert = effects_add(effects, EFFECT_INSERT);
    if (key > 0)
        snprintf(insert->text, sizeof insert->text, "#%d", key);
}

const struct wallet_card *wallet_card_inside(const struct terminal *terminal)
{
    for (int i = 0; i < terminal->settings.wallet_count; i++)
        if (terminal->card_inside && strcmp(terminal->settings.wallet[i].mask, terminal->card) == 0)
            return &terminal->settings.wallet[i];
    return NULL;
}

const char *wallet_card_words(const struct wallet_card *card, int language)
{
    return card->text != TEXT_NONE ? text_get(language, card->text) : card->kind;
}

const struct wallet_card *wallet_receiver(const struct terminal *terminal)
{
    for (int i = 0; i < terminal->settings.wallet_count; i++)
        if (terminal->settings.wallet[i].receiver[0] != '\0' &&
            wallet_card_inside(terminal) != &terminal->settings.wallet[i])
            return &terminal->settings.wallet[i];
    return NULL;
}
