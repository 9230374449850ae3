/* SPDX-License-Identifier: MIT */
#include "atm/devices/pin_pad.h"

#include "atm/files/log.h"

#include <openssl/rand.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct typed {
    char digits[PIN_DIGITS_MAX + 1];
    int count;
    bool entered; /* a block was made of the digits: the next digit begins another PIN */
};

static struct {
    struct typed typed[PIN_ENTRY_COUNT];
} * pad;

void pin_pad_init(void)
{
    static const struct rlimit none;
    if (pad != NULL)
        return;
    pad = mmap(NULL, sizeof *pad, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pad == MAP_FAILED)
        panic("there is no memory for the PIN pad");
    if (mlock(pad, sizeof *pad) != 0)
        log_line("the PIN pad's memory could not be locked and might be swapped out");
    madvise(pad, sizeof *pad, MADV_DONTDUMP);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        log_line("core files could not be forbidden");
}

void pin_pad_wipe(void)
{
    pin_wipe(pad, sizeof *pad);
}

void pin_pad_forget(enum pin_entry entry)
{
    pin_wipe(&pad->typed[entry], sizeof pad->typed[entry]);
}

void pin_pad_digit(enum pin_entry entry, int digit)
{
    struct typed *typed = &pad->typed[entry];
    if (typed->entered)
        pin_pad_forget(entry);
    if (typed->count < PIN_DIGITS_MAX && digit >= '0' && digit <= '9')
        typed->digits[typed->count++] = (char)digit;
}

void pin_pad_clear(enum pin_entry entry)
{
    if (!pad->typed[entry].entered)
        pin_pad_forget(entry);
}

typedef void derive_key(const struct pin_key *terminal, const struct uuid *request_id,
                        struct pin_key *key);

static bool block_of(struct typed *typed, derive_key *derive, const struct pin_key *key,
                     const struct uuid *request_id, const char *pan, unsigned char *block)
{
    unsigned char random[8];
    struct pin_key once;
    if (typed->count == 0 || RAND_bytes(random, sizeof random) != 1)
        return false;
    derive(key, request_id, &once);
    typed->entered = pin_block_encode(&once, pan, typed->digits, random, block);
    pin_wipe(&once, sizeof once);
    return typed->entered;
}

bool pin_pad_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                   unsigned char block[static PIN_BLOCK_LENGTH])
{
    return block_of(&pad->typed[PIN_OF_CARD], wire_pin_key, key, request_id, pan, block);
}

bool pin_pad_repeated(void)
{
    const struct typed *new = &pad->typed[PIN_NEW], *again = &pad->typed[PIN_REPEATED];
    unsigned different = (unsigned)(new->count ^ again->count);
    for (int i = 0; i < PIN_DIGITS_MAX; i++)
        different |= (unsigned)(new->digits[i] ^ again->digits[i]);
    return different == 0 && new->count > 0;
}

bool pin_pad_new_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                       unsigned char block[static PIN_BLOCK_LENGTH])
{
    return pin_pad_repeated() &&
           block_of(&pad->typed[PIN_NEW], wire_new_pin_key, key, request_id, pan, block);
}
