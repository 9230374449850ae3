/* SPDX-License-Identifier: MIT */
/*
 * A box is nonce, ciphertext and tag of AES-256-GCM, with the account's id as
 * associated data. Both kinds, wrapped key and sealed name, are boxes; they are
 * under different keys, so one is never taken for the other.
 *
 * Invariants:
 *  1. A nonce is fresh and random. A data key seals one name, so under it none
 *     can repeat; the wrapping key has one box an account, far from 2^32.
 *  2. What does not authenticate gives nothing: no part of a name or key.
 *  3. No clear name, padded name or data key stays in memory here.
 */
#include "bank/vault/seal.h"

#include "shared/error.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define SEALED "sealed:" /* in any version */
#define PREFIX SEALED "v1:"

enum {
    PREFIX_LENGTH = sizeof PREFIX - 1,
    NONCE_LENGTH = 12,
    TAG_LENGTH = 16,
    BOX_EXTRA = NONCE_LENGTH + TAG_LENGTH,
    PADDED_TO = 32,
    PADDED_MAX = ((OWNER_NAME_LENGTH - 1) / PADDED_TO + 1) * PADDED_TO,
    SEALED_MAX = PADDED_MAX + BOX_EXTRA,
    BASE64_MAX = (SEALED_MAX + 2) / 3 * 4,
};
_Static_assert(PREFIX_LENGTH + BASE64_MAX < OWNER_LENGTH, "every sealed name fits into an owner");
_Static_assert(DATA_KEY_WRAPPED_LENGTH == SEAL_KEY_LENGTH + BOX_EXTRA, "a wrapped key is a box");

static void random_fill(unsigned char *bytes, int length)
{
    if (RAND_priv_bytes(bytes, length) != 1)
        panic("the operating system gives no random bytes");
}

/* ---- boxes ------------------------------------------------------------------ */

/* Begins one direction; 1 seals, 0 opens. */
static EVP_CIPHER_CTX *box_begin(int seals, const struct seal_key *key,
                                 const struct uuid *account_id, const unsigned char *nonce)
{
    int ignored;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL ||
        !EVP_CipherInit_ex2(context, EVP_aes_256_gcm(), key->bytes, nonce, seals, NULL) ||
        !EVP_CipherUpdate(context, NULL, &ignored, account_id->bytes, sizeof account_id->bytes))
        panic("the crypto library has no AES-256-GCM");
    return context;
}

/* box has length + BOX_EXTRA bytes. */
static void box_seal(const struct seal_key *key, const struct uuid *account_id,
                     const unsigned char *clear, int length, unsigned char *box)
{
    int written, rest;
    random_fill(box, NONCE_LENGTH);
    EVP_CIPHER_CTX *context = box_begin(1, key, account_id, box);
    if (!EVP_CipherUpdate(context, box + NONCE_LENGTH, &written, clear, length) ||
        written != length || !EVP_CipherFinal_ex(context, box + NONCE_LENGTH + written, &rest) ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_LENGTH,
                            box + NONCE_LENGTH + length) != 1)
        panic("the crypto library did not seal with AES-256-GCM");
    EVP_CIPHER_CTX_free(context);
}

/* clear gets box_length - BOX_EXTRA bytes, or zeros when the box is not of this key and account. */
static bool box_open(const struct seal_key *key, const struct uuid *account_id,
                     const unsigned char *box, int box_length, unsigned char *clear)
{
    int length = box_length - BOX_EXTRA, written, rest;
    unsigned char tag[TAG_LENGTH];
    memcpy(tag, box + NONCE_LENGTH + length, TAG_LENGTH);
    EVP_CIPHER_CTX *context = box_begin(0, key, account_id, box);
    bool opened = EVP_CipherUpdate(context, clear, &written, box + NONCE_LENGTH, length) == 1 &&
                  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH, tag) == 1 &&
                  EVP_CipherFinal_ex(context, clear + written, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!opened)
        OPENSSL_cleanse(clear, (size_t)length);
    return opened;
}

/* ---- owners ----------------------------------------------------------------- */

void seal_owner(const struct seal_key *wrapping, const struct uuid *account_id, const char *name,
                char sealed[static OWNER_LENGTH], struct data_key *key)
{
    struct seal_key data_key;
    unsigned char padded[PADDED_MAX] = { 0 }, box[SEALED_MAX];
    size_t length = strlen(name);
    if (length >= OWNER_NAME_LENGTH)
        panic("a name that is to be sealed has %zu bytes", length);
    memcpy(padded, name, length);
    int padded_length = ((int)length / PADDED_TO + 1) * PADDED_TO; /* one zero at least */
    random_fill(data_key.bytes, SEAL_KEY_LENGTH);
    key->account_id = *account_id;
    box_seal(wrapping, account_id, data_key.bytes, SEAL_KEY_LENGTH, key->wrapped);
    box_seal(&data_key, account_id, padded, padded_length, box);
    memcpy(sealed, PREFIX, PREFIX_LENGTH);
    EVP_EncodeBlock((unsigned char *)sealed + PREFIX_LENGTH, box,
                    padded_length + BOX_EXTRA); /* and a NUL */
    OPENSSL_cleanse(&data_key, sizeof data_key);
    OPENSSL_cleanse(padded, sizeof padded);
}

bool seal_is_sealed(const char *text)
{
    return strncmp(text, PREFIX, PREFIX_LENGTH) == 0;
}

bool seal_name_misleads(const char *name)
{
    const size_t length = strlen(name);
    return (length > 0 && name[0] == '(' && name[length - 1] == ')') ||
           strncmp(name, SEALED, strlen(SEALED)) == 0;
}

/* The box in a sealed text; its length, or 0 when there is none. */
static int box_read(const char *sealed, unsigned char box[static SEALED_MAX + 2])
{
    const char *text = sealed + PREFIX_LENGTH;
    size_t digits = strlen(text), padding = 0;
    if (digits == 0 || digits > BASE64_MAX || digits % 4 != 0)
        return 0;
    /* Decoded, the '=' at the end are bytes too. */
    while (padding < 2 && text[digits - 1 - padding] == '=')
        padding++;
    int length = EVP_DecodeBlock(box, (const unsigned char *)text, (int)digits) - (int)padding;
    return length > BOX_EXTRA && length <= SEALED_MAX ? length : 0;
}

enum unsealing unseal_owner(const struct seal_key *wrapping, const struct data_key *key,
                            const char *sealed, char name[static OWNER_NAME_LENGTH])
{
    struct seal_key data_key;
    unsigned char box[SEALED_MAX + 2], padded[PADDED_MAX + 1] = { 0 };
    name[0] = '\0';
    if (!box_open(wrapping, &key->account_id, key->wrapped, DATA_KEY_WRAPPED_LENGTH,
                  data_key.bytes))
        return UNSEAL_NO_KEY;
    int length = seal_is_sealed(sealed) ? box_read(sealed, box) : 0;
    bool opened = length > 0 && box_open(&data_key, &key->account_id, box, length, padded) &&
                  strlen((char *)padded) < OWNER_NAME_LENGTH;
    if (opened)
        memcpy(name, padded, strlen((char *)padded) + 1);
    OPENSSL_cleanse(&data_key, sizeof data_key);
    OPENSSL_cleanse(padded, sizeof padded);
    return opened ? UNSEALED : UNSEAL_DAMAGED;
}
