/* SPDX-License-Identifier: MIT */
#include "shared/uuid.h"

#include "shared/error.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <time.h>

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

static bool has_dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

bool uuid_parse(const char *text, size_t length, struct uuid *uuid)
{
    if (length != UUID_TEXT_LENGTH - 1)
        return false;
    struct uuid result;
    for (size_t i = 0; i < sizeof result.bytes; i++) {
        if (has_dash_before(i) && *text++ != '-')
            return false;
        int high = hex_value(text[0]), low = hex_value(text[1]);
        if (high < 0 || low < 0)
            return false;
        result.bytes[i] = (unsigned char)(high << 4 | low);
        text += 2;
    }
    *uuid = result;
    return true;
}

char *uuid_format(const struct uuid *uuid, char buffer[static UUID_TEXT_LENGTH])
{
    static const char digits[] = "0123456789abcdef";
    char *at = buffer;
    for (size_t i = 0; i < sizeof uuid->bytes; i++) {
        if (has_dash_before(i))
            *at++ = '-';
        *at++ = digits[uuid->bytes[i] >> 4];
        *at++ = digits[uuid->bytes[i] & 15];
    }
    *at = '\0';
    return buffer;
}

struct uuid uuid_from_time(int64_t time_us, const unsigned char random[static 10])
{
    struct uuid uuid;
    uint64_t ms = (uint64_t)time_us / 1000;
    for (int i = 5; i >= 0; i--, ms >>= 8)
        uuid.bytes[i] = (unsigned char)ms;
    memcpy(uuid.bytes + 6, random, 10);
    uuid.bytes[6] = (unsigned char)(0x70 | (uuid.bytes[6] & 0x0f));
    uuid.bytes[8] = (unsigned char)(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

/* Randomness is fetched by the page: one call of the library costs more than all the rest here. */
static unsigned char pool[4000];
static size_t pool_used = sizeof pool;

/* A child that went on with its parent's page would make its parent's ids. */
static void pool_forget(void)
{
    pool_used = sizeof pool;
}

struct uuid uuid_generate(void)
{
    if (pool_used + 10 > sizeof pool) {
        static bool watching;
        if (!watching)
            watching = pthread_atfork(NULL, NULL, pool_forget) == 0;
        if (RAND_bytes(pool, sizeof pool) != 1)
            panic("the operating system gives no random bytes, and ids made without would collide");
        pool_used = 0;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct uuid uuid = uuid_from_time(now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000, pool + pool_used);
    pool_used += 10;
    return uuid;
}
