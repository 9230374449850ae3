/* SPDX-License-Identifier: MIT */
#include "atm/devices/pin_pad.h"

#include "atm/log.h"

#include <openssl/rand.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static struct {
    char digits[PIN_DIGITS_MAX + 1];
    int count;
    unsigned char block[PIN_BLOCK_LENGTH];
    bool has_block;
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

void pin_pad_digit(int digit)
{
    if (pad->count < PIN_DIGITS_MAX && digit >= '0' && digit <= '9')
        pad->digits[pad->count++] = (char)digit;
}

void pin_pad_clear(void)
{
    pin_wipe(pad->digits, sizeof pad->digits);
    pad->count = 0;
}

void pin_pad_wipe(void)
{
    pin_wipe(pad, sizeof *pad);
}

bool pin_pad_block(const struct pin_key *key, const char *pan, unsigned char block[static PIN_BLOCK_LENGTH])
{
    unsigned char random[8];
    if (pad->count > 0) {
        if (RAND_bytes(random, sizeof random) != 1)
            return false;
        pad->has_block = pin_block_encode(key, pan, pad->digits, random, pad->block);
        pin_pad_clear();
    }
    if (pad->has_block)
        memcpy(block, pad->block, PIN_BLOCK_LENGTH);
    return pad->has_block;
}
