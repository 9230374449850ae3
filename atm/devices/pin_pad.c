/* SPDX-License-Identifier: MIT */
#include "atm/devices/pin_pad.h"

#include "atm/files/log.h"

#include <openssl/rand.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static struct {
    char digits[PIN_DIGITS_MAX + 1];
    int count;
    bool entered; /* a block was made of the digits: the next digit begins another PIN */
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

void pin_pad_digit(int digit)
{
    if (pad->entered)
        pin_pad_wipe();
    if (pad->count < PIN_DIGITS_MAX && digit >= '0' && digit <= '9')
        pad->digits[pad->count++] = (char)digit;
}

void pin_pad_clear(void)
{
    if (!pad->entered)
        pin_pad_wipe();
}

bool pin_pad_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                   unsigned char block[static PIN_BLOCK_LENGTH])
{
    unsigned char random[8];
    struct pin_key once;
    if (pad->count == 0 || RAND_bytes(random, sizeof random) != 1)
        return false;
    wire_pin_key(key, request_id, &once);
    pad->entered = pin_block_encode(&once, pan, pad->digits, random, block);
    pin_wipe(&once, sizeof once);
    return pad->entered;
}
