/* SPDX-License-Identifier: MIT */
#include "shared/wire.h"

#include <stdio.h>

void wire_sign_on_mac(const struct pin_key *key, const struct uuid *request_id, const struct uuid *teller_id,
                      unsigned char mac[static WIRE_MAC_LENGTH])
{
    /* A key has one use: the one that enciphers PINs only ever derives the one that signs. */
    static const char purpose[] = "EsBank sign-on";
    struct pin_key signing;
    pin_key_mac(key, purpose, sizeof purpose - 1, signing.bytes);
    char id[UUID_TEXT_LENGTH], teller[UUID_TEXT_LENGTH], message[128];
    int length = snprintf(message, sizeof message, "SignOn\n%s\n%s\n", uuid_format(request_id, id),
                          uuid_format(teller_id, teller));
    pin_key_mac(&signing, message, (size_t)length, mac);
    pin_wipe(&signing, sizeof signing);
}
