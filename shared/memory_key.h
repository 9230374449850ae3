/* SPDX-License-Identifier: MIT */
/*
 * The key under which a machine keeps what it has in its folder, and the MACs
 * that it makes. The machine writes them (atm/files/memory.h has the whole
 * story); the bank checks them, given the folder and the terminal key.
 *
 * A MAC is AES-CMAC over the kind of file, the teller's id and the content. The
 * key lies in the file memory-key, wrapped (RFC 3394) under AES-CMAC with the
 * terminal key over "EsBank memory":
 *
 *   version 1
 *   terminal CHECKVALUE      of the terminal key that it lies under
 *   key HEX
 *   adopting yes|no          whether what is there without MACs counts as well
 *   mac HEX                  of this file, under the key itself
 */
#ifndef SHARED_MEMORY_KEY_H
#define SHARED_MEMORY_KEY_H

#include "shared/pin_block.h"
#include "shared/uuid.h"

#define MEMORY_KEY_FILE   "memory-key"
#define MEMORY_KEY_SIZE   512  /* bytes of the file's text with its NUL */
#define MEMORY_MAC_LENGTH 33   /* 32 hexadecimal digits and the NUL */
#define MEMORY_TEXT_MAX   8192 /* bytes that a MAC can be made of */

struct memory_key {
    struct pin_key key;
    struct uuid teller;
};

void memory_key_mac(const struct memory_key *key, const char *kind, const char *text, size_t length,
                    char mac[static MEMORY_MAC_LENGTH]);

/* Equal, in a time that does not tell where they differ. */
bool memory_mac_equal(const char *a, const char *b);

enum memory_key_found {
    MEMORY_KEY_GOOD,
    MEMORY_KEY_DAMAGED,
    MEMORY_KEY_OTHER, /* it lies under another terminal key; check is that one's */
};

/* Reads the file's text; key->teller is set by the caller. */
enum memory_key_found memory_key_read(const char *text, const struct pin_key *terminal,
                                      struct memory_key *key, bool *adopting, char check[static 7]);

/* Writes the file's text; its length. */
size_t memory_key_write(const struct memory_key *key, const struct pin_key *terminal, bool adopting,
                        char text[static MEMORY_KEY_SIZE]);

#endif
