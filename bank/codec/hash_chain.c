/* SPDX-License-Identifier: MIT */
/*
 * On the hot path, once an event: the algorithm is fetched once, and the many
 * small fields are gathered before they are hashed, since each call into the
 * library costs as much as the bytes.
 */
#include "bank/codec/hash_chain.h"

#include "shared/error.h"

#include <endian.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct hash_chain {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
    unsigned char gathered[2048];
    size_t length;
};

struct hash_chain *hash_chain_create(void)
{
    struct hash_chain *chain = calloc(1, sizeof *chain);
    if (chain == NULL)
        panic("out of memory");
    chain->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    chain->context = EVP_MD_CTX_new();
    if (chain->algorithm == NULL || chain->context == NULL)
        panic("OpenSSL has no SHA-256: mend its configuration");
    return chain;
}

void hash_chain_destroy(struct hash_chain *chain)
{
    if (chain == NULL)
        return;
    EVP_MD_CTX_free(chain->context);
    EVP_MD_free(chain->algorithm);
    free(chain);
}

static void hash_update(struct hash_chain *chain, const void *bytes, size_t length)
{
    if (EVP_DigestUpdate(chain->context, bytes, length) != 1)
        panic("SHA-256 failed");
}

static void gather(struct hash_chain *chain, const void *bytes, size_t length)
{
    if (length > sizeof chain->gathered - chain->length) {
        hash_update(chain, chain->gathered, chain->length);
        chain->length = 0;
        if (length > sizeof chain->gathered) {
            hash_update(chain, bytes, length);
            return;
        }
    }
    if (length > 0)
        memcpy(chain->gathered + chain->length, bytes, length);
    chain->length += length;
}

static void gather_int64(struct hash_chain *chain, int64_t value)
{
    uint64_t bytes = htobe64((uint64_t)value);
    gather(chain, &bytes, sizeof bytes);
}

static void gather_text(struct hash_chain *chain, const char *text, size_t length)
{
    uint32_t bytes = htobe32((uint32_t)length);
    gather(chain, &bytes, sizeof bytes);
    gather(chain, text, length);
}

void hash_chain_next(struct hash_chain *chain, const unsigned char before[static HASH_LENGTH],
                     struct stored_event *event)
{
    if (EVP_DigestInit_ex2(chain->context, chain->algorithm, NULL) != 1)
        panic("SHA-256 failed");
    chain->length = 0;
    gather(chain, before, HASH_LENGTH);
    gather_int64(chain, event->position);
    gather_text(chain, event->stream_id, event->stream_id_length);
    gather_int64(chain, event->stream_version);
    gather(chain, event->event_id.bytes, sizeof event->event_id.bytes);
    gather_text(chain, event->type, event->type_length);
    gather(chain, event->causation_id.bytes, sizeof event->causation_id.bytes);
    gather(chain, event->correlation_id.bytes, sizeof event->correlation_id.bytes);
    gather_text(chain, event->data, event->data_length);
    gather_text(chain, event->metadata, event->metadata_length);
    gather_int64(chain, event->created_at_us);
    hash_update(chain, chain->gathered, chain->length);
    if (EVP_DigestFinal_ex(chain->context, event->hash, NULL) != 1)
        panic("SHA-256 failed");
}
