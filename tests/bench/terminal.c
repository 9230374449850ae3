/* SPDX-License-Identifier: MIT */
#include "tests/bench/terminal.h"

#include "tests/bench/people.h"

#include <stdlib.h>
#include <string.h>

static struct uuid fresh_id(struct terminal *terminal, uint32_t number, uint64_t *state)
{
    unsigned char random[10];
    uint64_t drawn = draw(state);
    memcpy(random, &drawn, 6);
    for (int i = 0; i < 4; i++)
        random[6 + i] = (unsigned char)(number >> (24 - 8 * i));
    struct uuid id = uuid_from_time(wall_us(), random);
    uuid_write(&id, terminal->id);
    return id;
}

static void end_line(struct terminal *terminal, char *at)
{
    *at++ = '}';
    terminal->length =
        wire_sign(&terminal->desk->wire.request, terminal->line, (size_t)(at - terminal->line));
    terminal->line[terminal->length++] = '\n';
    if (terminal->length >= TERMINAL_LINE_MAX)
        panic("a request of %zu bytes", terminal->length);
}

void terminal_ask(struct terminal *terminal, uint32_t number, uint64_t *state)
{
    const struct desk *desk = terminal->desk;
    uint64_t drawn = draw(state);
    const struct desk_card *card = &desk->card[drawn % desk->card_count];
    terminal->amount = (int)(drawn >> 62);
    char block[2 * PIN_BLOCK_LENGTH + 1];
    struct uuid id = fresh_id(terminal, number, state);
    people_pin_block(&desk->key, &id, card->pan, block);
    char *at = stpcpy(terminal->line, "{\"v\":1,\"id\":\"");
    at = stpcpy(at, terminal->id);
    at = stpcpy(at, "\",\"command\":\"InitiateWithdrawal\",\"teller_id\":\"");
    at = stpcpy(at, desk->id_text);
    at = stpcpy(at, "\",\"card\":\"");
    at = stpcpy(at, card->pan);
    at = stpcpy(at, "\",\"pin_block\":\"");
    at = stpcpy(at, block);
    at = stpcpy(at, "\",\"amount\":");
    at = stpcpy(at, desk_amount_text(terminal->amount));
    end_line(terminal, at);
    terminal->phase = TERMINAL_ASKING;
}

void terminal_confirm(struct terminal *terminal, uint32_t number, uint64_t *state,
                      const struct reply *reply)
{
    char withdrawal_id[UUID_TEXT_LENGTH];
    if (reply->notes == NULL || reply->notes_length > 400)
        panic("an approved withdrawal without notes, or with too many of them");
    memcpy(withdrawal_id, terminal->id, sizeof withdrawal_id);
    fresh_id(terminal, number, state);
    char *at = stpcpy(terminal->line, "{\"v\":1,\"id\":\"");
    at = stpcpy(at, terminal->id);
    at = stpcpy(at, "\",\"command\":\"ConfirmDispense\",\"teller_id\":\"");
    at = stpcpy(at, terminal->desk->id_text);
    at = stpcpy(at, "\",\"withdrawal_id\":\"");
    at = stpcpy(at, withdrawal_id);
    at = stpcpy(at, "\",\"outcome\":\"dispensed\",\"taken\":");
    at = (char *)mempcpy(at, reply->notes, reply->notes_length);
    end_line(terminal, at);
    terminal->phase = TERMINAL_CONFIRMING;
}

bool reply_number(const char *line, const char **id, uint32_t *number)
{
    const char *found = strstr(line, "\"id\":\"");
    if (found == NULL || strlen(found) < 6 + 36)
        return false;
    char digits[9] = { 0 };
    memcpy(digits, found + 6 + 28, 8);
    *id = found + 6;
    *number = (uint32_t)strtoul(digits, NULL, 16);
    return true;
}

void reply_read(const char *line, struct reply *reply)
{
    *reply = (struct reply){ .ok = strstr(line, "\"ok\":true") != NULL };
    const char *found = strstr(line, reply->ok ? "\"notes\":[" : "\"retry_after_ms\":");
    if (found == NULL)
        return;
    if (!reply->ok) {
        reply->retry_after_ms = strtol(found + strlen("\"retry_after_ms\":"), NULL, 10);
        return;
    }
    reply->notes = found + strlen("\"notes\":");
    reply->notes_length = strcspn(reply->notes, "]") + 1;
}
