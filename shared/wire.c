/* SPDX-License-Identifier: MIT */
#include "shared/wire.h"

#include "shared/hex.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <string.h>

static const char mark[] = ",\"mac\":\"", end[] = "\"}";

enum { MARK_LENGTH = sizeof mark - 1, END_LENGTH = sizeof end - 1, DIGITS = 2 * WIRE_MAC_LENGTH };

static_assert(MARK_LENGTH + DIGITS + END_LENGTH == WIRE_SIGNATURE_LENGTH,
              "the signature's parts are it");

static void derive(const struct pin_key *key, const char *label, const struct uuid *context,
                   struct pin_key *derived)
{
    unsigned char input[64] = { 1 };
    size_t length = strlen(label);
    memcpy(input + 1, label, length);
    length += 2;
    memcpy(input + length, context->bytes, sizeof context->bytes);
    length += sizeof context->bytes;
    input[length + 1] = 8 * PIN_KEY_LENGTH;
    pin_key_mac(key, input, length + 2, derived->bytes);
}

void wire_keys_derive(const struct pin_key *terminal, const struct uuid *teller_id,
                      struct wire_keys *keys)
{
    derive(terminal, "EsBank request", teller_id, &keys->request);
    derive(terminal, "EsBank reply", teller_id, &keys->reply);
}

void wire_keys_forget(struct wire_keys *keys)
{
    pin_key_forget(&keys->request);
    pin_key_forget(&keys->reply);
    pin_wipe(keys, sizeof *keys);
}

void wire_pin_key(const struct pin_key *terminal, const struct uuid *request_id,
                  struct pin_key *key)
{
    derive(terminal, "EsBank PIN", request_id, key);
}

/* Two blocks under one key would be sound as long as their fill differs, but each could stand for
 * the other, and with one fill equal PINs would show as equal blocks. */
void wire_new_pin_key(const struct pin_key *terminal, const struct uuid *request_id,
                      struct pin_key *key)
{
    derive(terminal, "EsBank new PIN", request_id, key);
}

/* The object without its closing brace is what both ends compute the mac over. */
static void put_signature(const struct pin_key *key, const char *line, size_t length, char *at)
{
    unsigned char mac[WIRE_MAC_LENGTH];
    pin_key_mac(key, line, length, mac);
    memcpy(at, mark, MARK_LENGTH);
    hex_encode(mac, sizeof mac, at + MARK_LENGTH);
    memcpy(at + MARK_LENGTH + DIGITS, end, END_LENGTH);
}

size_t wire_sign(const struct pin_key *key, char *line, size_t length)
{
    if (length < 2 || line[length - 1] != '}')
        panic("only a whole object can be signed");
    put_signature(key, line, length - 1, line + length - 1);
    return length - 1 + WIRE_SIGNATURE_LENGTH;
}

bool wire_signed(const struct pin_key *key, const char *line, size_t length)
{
    char right[WIRE_SIGNATURE_LENGTH];
    if (length <= sizeof right)
        return false;
    length -= sizeof right;
    if (memcmp(line + length, mark, MARK_LENGTH) != 0)
        return false;
    put_signature(key, line, length, right);
    return CRYPTO_memcmp(right, line + length, sizeof right) == 0;
}
