/* SPDX-License-Identifier: MIT */
/*
 * What the machine keeps in its folder, and how it knows it again. The form of the
 * MACs and of the key's file is in shared/memory_key.h, since the bank checks them.
 *
 * Journal, stored messages and the devices' memories carry a MAC: AES-CMAC with
 * the memory key over the kind of file, the teller id and the content. The
 * memory key is random, made once, and lies in <folder>/memory-key wrapped
 * (RFC 3394) under AES-CMAC with the terminal key over "EsBank memory", beside
 * the terminal key's check value. So a new terminal key leaves every memory as
 * it is: the key is only wrapped anew (`--previous-key`).
 *
 *   without a terminal key       nothing is keyed: the machine cannot reach its bank either
 *   the first start with one     a memory key is made; the folder is being adopted
 *   memory_adopted               what was there without MACs carries them now
 *   any other start              without the right terminal key it is refused
 *
 * A device's memory also says how long the journal was when it was written, so
 * that a journal whose end was cut off is found.
 */
#ifndef ATM_FILES_MEMORY_H
#define ATM_FILES_MEMORY_H

#include "shared/error.h"
#include "shared/memory_key.h"

#include <stdint.h>

struct memory {
    bool keyed;
    bool adopting; /* what has no MAC yet is read too */
    struct memory_key key;
    char under[7];      /* the check value of the terminal key that it lies under */
    uint64_t journal;   /* the last entry written, as far as the journal has said */
    uint64_t witnessed; /* the last entry that some memory read here knows of */
};

/* Keys the memory, making the key where there is none. A terminal key that is not there leaves it
 * unkeyed, unless the folder has a memory key. previous_key (NULL: none) is the file of the
 * terminal key before; one that the bank has left beside the new one is found without it. */
bool memory_open(struct memory *memory, const char *folder, const struct uuid *teller,
                 const char *key_path, const char *previous_key, struct error *error);

/* The folder carries MACs from now on. */
bool memory_adopted(struct memory *memory, const char *folder, const char *key_path,
                    struct error *error);

/* The bank has taken that terminal key: the memory key lies under it from now on. So the next start
 * needs no key before, however often it was replaced while the machine worked. */
bool memory_follow(struct memory *memory, const char *folder, const struct pin_key *terminal,
                   struct error *error);

void memory_close(struct memory *memory);

/* The MAC of a text of that kind. Only of a keyed memory. */
void memory_mac(const struct memory *memory, const char *kind, const char *text, size_t length,
                char mac[static MEMORY_MAC_LENGTH]);

enum memory_found {
    MEMORY_FAILED, /* it could not be read: error */
    MEMORY_ABSENT,
    MEMORY_GOOD,
    MEMORY_FORGED, /* its MAC is wrong, or missing: what it says may be anything */
};

/* A small file <folder>/<name>, whole: durable_write and durable_read with the MAC on its last
 * line. memory may be NULL: unkeyed. Reading leaves the text without that line. */
bool memory_write(const struct memory *memory, const char *folder, const char *name,
                  const char *text, struct error *error);
enum memory_found memory_read(struct memory *memory, const char *folder, const char *name,
                              char *text, size_t size, struct error *error);

/* Sets a forged file aside as <name>.forged, to be examined. */
bool memory_set_aside(const char *folder, const char *name, struct error *error);

#endif
