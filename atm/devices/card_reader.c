/* SPDX-License-Identifier: MIT */
#include "atm/devices/card_reader.h"

#include "atm/devices/faults.h"
#include "shared/cash_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *wallet_card(const struct card_reader *reader, const char *number)
{
    const long place = strtol(number + 1, NULL, 10);
    return place >= 1 && place <= DEMO_WALLET_MAX ? reader->wallet[place - 1] : "";
}

enum card_result card_reader_insert(struct card_reader *reader, const char *number)
{
    if (strcmp(number, "=") == 0)
        return CARD_READ; /* it never left */
    const char *from = number[0] == '\0'          ? reader->at_hand
                       : number[0] == '#'         ? wallet_card(reader, number)
                       : strcmp(number, "*") == 0 ? reader->pan
                                                  : number;
    char pan[64];
    snprintf(pan, sizeof pan, "%s", from);
    if (!pan_valid(pan))
        return CARD_INVALID;
    const bool typed_only = cash_code_is(pan); /* nothing moves */
    if (!typed_only && faults_strike(FAULT_CARD_JAM, NULL, NULL))
        return CARD_JAMMED;
    if (!typed_only && faults_strike(FAULT_CARD_UNREADABLE, NULL, NULL))
        return CARD_UNREADABLE;
    snprintf(reader->pan, sizeof reader->pan, "%.*s", PAN_DIGITS_MAX, pan);
    return CARD_READ;
}

bool card_reader_eject(struct card_reader *reader)
{
    if (!faults_strike(FAULT_CARD_RETAIN, NULL, NULL))
        return true;
    card_reader_forget(reader);
    return false;
}

void card_reader_forget(struct card_reader *reader)
{
    pin_wipe(reader->pan, sizeof reader->pan);
}
