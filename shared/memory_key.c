/* SPDX-License-Identifier: MIT */
#include "shared/memory_key.h"

#include "shared/error.h"
#include "shared/hex.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define WRAPPED_LENGTH (PIN_KEY_LENGTH + 8)

void memory_key_mac(const struct memory_key *key, const char *kind, const char *text, size_t length,
                    char mac[static MEMORY_MAC_LENGTH])
{
    char teller[UUID_TEXT_LENGTH], message[MEMORY_TEXT_MAX + 128];
    unsigned char bytes[16];
    int head = snprintf(message, sizeof message, "EsBank memory\n%s\n%s\n", kind,
                        uuid_write(&key->teller, teller));
    if (head < 0 || (size_t)head + length > sizeof message)
        panic("a memory of %zu bytes is too long for its MAC", length);
    memcpy(message + head, text, length);
    pin_key_mac(&key->key, message, (size_t)head + length, bytes);
    hex_encode(bytes, sizeof bytes, mac);
}

bool memory_mac_equal(const char *a, const char *b)
{
    return strlen(a) == MEMORY_MAC_LENGTH - 1 && strlen(b) == MEMORY_MAC_LENGTH - 1 &&
           CRYPTO_memcmp(a, b, MEMORY_MAC_LENGTH - 1) == 0;
}

static bool key_cipher(const struct pin_key *terminal, bool wrap, const unsigned char *in,
                       int length, unsigned char *out)
{
    static const char purpose[] = "EsBank memory";
    struct pin_key wrapping;
    int written = 0, rest = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL)
        panic("out of memory");
    pin_key_mac(terminal, purpose, sizeof purpose - 1, wrapping.bytes);
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    bool done =
        EVP_CipherInit_ex(context, EVP_aes_128_wrap(), NULL, wrapping.bytes, NULL, wrap) == 1 &&
        EVP_CipherUpdate(context, out, &written, in, length) == 1 &&
        EVP_CipherFinal_ex(context, out + written, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    pin_wipe(&wrapping, sizeof wrapping);
    return done;
}

size_t memory_key_write(const struct memory_key *key, const struct pin_key *terminal, bool adopting,
                        char text[static MEMORY_KEY_SIZE])
{
    unsigned char wrapped[WRAPPED_LENGTH];
    char hex[2 * WRAPPED_LENGTH + 1], check[7], mac[MEMORY_MAC_LENGTH];
    if (!key_cipher(terminal, true, key->key.bytes, PIN_KEY_LENGTH, wrapped))
        panic("the crypto library wraps no key");
    hex_encode(wrapped, sizeof wrapped, hex);
    pin_key_check_value(terminal, check);
    int length = snprintf(text, MEMORY_KEY_SIZE, "version 1\nterminal %s\nkey %s\nadopting %s\n",
                          check, hex, adopting ? "yes" : "no");
    memory_key_mac(key, MEMORY_KEY_FILE, text, (size_t)length, mac);
    length += snprintf(text + length, MEMORY_KEY_SIZE - (size_t)length, "mac %s\n", mac);
    return (size_t)length;
}

enum memory_key_found memory_key_read(const char *text, const struct pin_key *terminal,
                                      struct memory_key *key, bool *adopting, char check[static 7])
{
    char own[7], hex[2 * WRAPPED_LENGTH + 1] = "", yes[4] = "", mac[MEMORY_MAC_LENGTH] = "";
    char wanted[MEMORY_MAC_LENGTH], rest;
    unsigned char wrapped[WRAPPED_LENGTH], bytes[WRAPPED_LENGTH];
    check[0] = '\0';
    if (sscanf(text, "version 1\nterminal %6s\nkey %48s\nadopting %3s\nmac %32s\n%c", check, hex,
               yes, mac, &rest) != 4 ||
        !hex_decode(hex, 2 * sizeof wrapped, wrapped))
        return MEMORY_KEY_DAMAGED;
    pin_key_check_value(terminal, own);
    if (strcmp(check, own) != 0)
        return MEMORY_KEY_OTHER;
    if (!key_cipher(terminal, false, wrapped, sizeof wrapped, bytes))
        return MEMORY_KEY_DAMAGED;
    memcpy(key->key.bytes, bytes, PIN_KEY_LENGTH);
    pin_wipe(bytes, sizeof bytes);
    *adopting = strcmp(yes, "yes") == 0;
    const char *end = strstr(text, "\nmac ");
    memory_key_mac(key, MEMORY_KEY_FILE, text, (size_t)(end + 1 - text), wanted);
    return memory_mac_equal(mac, wanted) ? MEMORY_KEY_GOOD : MEMORY_KEY_DAMAGED;
}
