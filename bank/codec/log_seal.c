/* SPDX-License-Identifier: MIT */
/*
 * On the hot path, once a command and twice an append. Three keys are made of
 * the one in the file: of seals, of rows, of masks. All that one of them is
 * used for begins with a letter of its own and has one length, or one text at
 * its end: no two different things are the same bytes.
 */
#include "bank/codec/log_seal.h"

#include "shared/error.h"

#include <endian.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_LENGTH = 16, SIGNED_LENGTH = LOG_SEAL_LENGTH - MAC_LENGTH };

struct log_sealer {
    EVP_MAC_CTX *seals, *rows, *masks;
};

/* ---- AES-CMAC ---- */

static EVP_MAC_CTX *cmac_create(const unsigned char key[static LOG_KEY_LENGTH], const char *use)
{
    unsigned char derived[32];
    char cipher[] = "AES-128-CBC";
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    const OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER,
                                                                       cipher, 0),
                                      OSSL_PARAM_construct_end() };
    if (HMAC(EVP_sha256(), key, LOG_KEY_LENGTH, (const unsigned char *)use, strlen(use), derived,
             NULL) == NULL ||
        context == NULL || !EVP_MAC_init(context, derived, 16, parameters))
        panic("the crypto library has no AES-CMAC");
    OPENSSL_cleanse(derived, sizeof derived);
    EVP_MAC_free(mac);
    return context;
}

static void cmac_begin(EVP_MAC_CTX *context)
{
    /* Without a key it starts again under the one it has. */
    if (!EVP_MAC_init(context, NULL, 0, NULL))
        panic("AES-CMAC failed");
}

static void cmac_add(EVP_MAC_CTX *context, const void *bytes, size_t length)
{
    if (length > 0 && !EVP_MAC_update(context, bytes, length))
        panic("AES-CMAC failed");
}

static void cmac_end(EVP_MAC_CTX *context, unsigned char mac[static MAC_LENGTH])
{
    size_t written = 0;
    if (!EVP_MAC_final(context, mac, &written, MAC_LENGTH) || written != MAC_LENGTH)
        panic("AES-CMAC failed");
}

struct log_sealer *log_sealer_create(const unsigned char key[static LOG_KEY_LENGTH])
{
    struct log_sealer *sealer = malloc(sizeof *sealer);
    if (sealer == NULL)
        panic("out of memory");
    sealer->seals = cmac_create(key, "log seals v1");
    sealer->rows = cmac_create(key, "log rows v1");
    sealer->masks = cmac_create(key, "log masks v1");
    return sealer;
}

void log_sealer_destroy(struct log_sealer *sealer)
{
    if (sealer == NULL)
        return;
    EVP_MAC_CTX_free(sealer->seals);
    EVP_MAC_CTX_free(sealer->rows);
    EVP_MAC_CTX_free(sealer->masks);
    free(sealer);
}

/* ---- sums ---- */

static uint64_t number_read(const unsigned char *bytes)
{
    uint64_t number;
    memcpy(&number, bytes, sizeof number);
    return be64toh(number);
}

static unsigned char *number_write(unsigned char *at, uint64_t number)
{
    number = htobe64(number);
    memcpy(at, &number, sizeof number);
    return at + sizeof number;
}

static struct log_sum sum_of(const unsigned char bytes[static MAC_LENGTH])
{
    return (struct log_sum){ number_read(bytes), number_read(bytes + 8) };
}

void log_sum_add(struct log_sum *sum, const struct log_sum *more)
{
    sum->low += more->low;
    sum->high += more->high + (sum->low < more->low);
}

static void sum_subtract(struct log_sum *sum, const struct log_sum *less)
{
    sum->high -= less->high + (sum->low < less->low);
    sum->low -= less->low;
}

bool log_sum_equal(const struct log_sum *a, const struct log_sum *b)
{
    return a->high == b->high && a->low == b->low;
}

/* ---- rows ---- */

static void row_add(struct log_sealer *sealer, struct log_sum *sum)
{
    unsigned char mac[MAC_LENGTH];
    cmac_end(sealer->rows, mac);
    const struct log_sum more = sum_of(mac);
    log_sum_add(sum, &more);
}

void log_sum_command(struct log_sealer *sealer, const struct command_record *command,
                     int64_t position, bool content, struct log_sum *sum)
{
    unsigned char head[1 + 16 + CONTENT_HASH_LENGTH + 8] = "c";
    memcpy(head + 1, command->id.bytes, 16);
    if (content)
        memcpy(head + 17, command->content, CONTENT_HASH_LENGTH);
    number_write(head + 17 + CONTENT_HASH_LENGTH, (uint64_t)position);
    cmac_begin(sealer->rows);
    cmac_add(sealer->rows, head, sizeof head);
    cmac_add(sealer->rows, command->reply, command->reply_length);
    row_add(sealer, sum);
}

static void text_add(struct log_sealer *sealer, const char *text)
{
    unsigned char length[8];
    number_write(length, text != NULL ? strlen(text) : UINT64_MAX);
    cmac_add(sealer->rows, length, sizeof length);
    if (text != NULL)
        cmac_add(sealer->rows, text, strlen(text));
}

void log_sum_kept(struct log_sealer *sealer, const struct kept_event *kept, int64_t log_position,
                  struct log_sum *sum)
{
    unsigned char head[1 + 3 * 16 + 3 * 8] = "k", *at = head + 1 + 3 * 16;
    memcpy(head + 1, kept->event_id.bytes, 16);
    memcpy(head + 17, kept->causation_id.bytes, 16);
    memcpy(head + 33, kept->correlation_id.bytes, 16);
    at = number_write(at, (uint64_t)kept->position);
    at = number_write(at, (uint64_t)kept->created_at_us);
    number_write(at, (uint64_t)log_position);
    cmac_begin(sealer->rows);
    cmac_add(sealer->rows, head, sizeof head);
    text_add(sealer, kept->stream_id);
    text_add(sealer, kept->type);
    text_add(sealer, kept->data);
    text_add(sealer, kept->reason);
    row_add(sealer, sum);
}

void data_key_seal(struct log_sealer *sealer, const struct data_key *key,
                   const struct uuid *command_id,
                   const unsigned char content[static CONTENT_HASH_LENGTH],
                   unsigned char seal[static DATA_KEY_SEAL_LENGTH])
{
    cmac_begin(sealer->rows);
    cmac_add(sealer->rows, "d", 1);
    cmac_add(sealer->rows, key->account_id.bytes, 16);
    cmac_add(sealer->rows, key->wrapped, DATA_KEY_WRAPPED_LENGTH);
    cmac_add(sealer->rows, command_id->bytes, 16);
    cmac_add(sealer->rows, content, CONTENT_HASH_LENGTH);
    cmac_end(sealer->rows, seal);
}

/* ---- seals ---- */

/* One of a seal's masks; no two seals of a log have kind, epoch and sequence in common. */
static struct log_sum mask(struct log_sealer *sealer, enum log_seal_kind kind,
                           const struct log_seal *seal, char of)
{
    unsigned char text[18] = { (unsigned char)kind, (unsigned char)of }, mac[MAC_LENGTH];
    number_write(number_write(text + 2, (uint64_t)seal->epoch), (uint64_t)seal->sequence);
    cmac_begin(sealer->masks);
    cmac_add(sealer->masks, text, sizeof text);
    cmac_end(sealer->masks, mac);
    return sum_of(mac);
}

static void seal_mac(struct log_sealer *sealer, enum log_seal_kind kind, int64_t position,
                     const unsigned char hash[static HASH_LENGTH],
                     const unsigned char bytes[static SIGNED_LENGTH],
                     unsigned char mac[static MAC_LENGTH])
{
    unsigned char text[9 + HASH_LENGTH + SIGNED_LENGTH] = { (unsigned char)kind };
    number_write(text + 1, (uint64_t)position);
    memcpy(text + 9, hash, HASH_LENGTH);
    memcpy(text + 9 + HASH_LENGTH, bytes, SIGNED_LENGTH);
    cmac_begin(sealer->seals);
    cmac_add(sealer->seals, text, sizeof text);
    cmac_end(sealer->seals, mac);
}

void log_seal_write(struct log_sealer *sealer, enum log_seal_kind kind, int64_t position,
                    const unsigned char hash[static HASH_LENGTH], const struct log_seal *seal,
                    unsigned char bytes[static LOG_SEAL_LENGTH])
{
    struct log_sum commands = mask(sealer, kind, seal, 'c'), kept = mask(sealer, kind, seal, 'k');
    unsigned char *at = bytes;
    log_sum_add(&commands, &seal->sums.commands);
    log_sum_add(&kept, &seal->sums.kept);
    at = number_write(at, (uint64_t)seal->epoch);
    at = number_write(at, (uint64_t)seal->sequence);
    at = number_write(at, (uint64_t)seal->from);
    at = number_write(at, commands.high);
    at = number_write(at, commands.low);
    at = number_write(at, kept.high);
    at = number_write(at, kept.low);
    seal_mac(sealer, kind, position, hash, bytes, at);
}

bool log_seal_read(struct log_sealer *sealer, enum log_seal_kind kind, int64_t position,
                   const unsigned char hash[static HASH_LENGTH],
                   const unsigned char bytes[static LOG_SEAL_LENGTH], struct log_seal *seal)
{
    unsigned char mac[MAC_LENGTH];
    seal_mac(sealer, kind, position, hash, bytes, mac);
    if (CRYPTO_memcmp(mac, bytes + SIGNED_LENGTH, MAC_LENGTH) != 0)
        return false;
    seal->epoch = (int64_t)number_read(bytes);
    seal->sequence = (int64_t)number_read(bytes + 8);
    seal->from = (int64_t)number_read(bytes + 16);
    seal->sums = (struct log_sums){ sum_of(bytes + 24), sum_of(bytes + 40) };
    const struct log_sum commands = mask(sealer, kind, seal, 'c'),
                         kept = mask(sealer, kind, seal, 'k');
    sum_subtract(&seal->sums.commands, &commands);
    sum_subtract(&seal->sums.kept, &kept);
    return true;
}

bool log_end_read(struct log_sealer *sealer, const struct log_end *end, struct log_seal *seal)
{
    return log_seal_read(sealer, SEAL_HEAD, end->position, end->hash, end->seal, seal) &&
           seal->epoch == end->epoch;
}
