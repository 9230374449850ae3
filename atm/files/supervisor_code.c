/* SPDX-License-Identifier: MIT */
/*
 * scrypt with 16 MiB: a guess at a stolen file costs some 50 ms, and the
 * machine as much once a try. Time is the wall clock's, because it has to go on
 * while the machine is off; a clock that was set back begins the wait anew.
 */
#include "atm/files/supervisor_code.h"

#include "atm/files/durable.h"
#include "atm/files/log.h"
#include "shared/hex.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#define CODE_FILE    "supervisor-code"
#define TRIES_FILE   "supervisor-tries"
#define SCRYPT_N     16384
#define SCRYPT_R     8
#define SCRYPT_BYTES (64 * 1024 * 1024)
#define LOCKED_MS    (5 * 60 * 1000)
#define LOCKED_MOST  (60 * 60 * 1000)

int64_t supervisor_code_delay_ms(int wrong)
{
    if (wrong <= 0)
        return 0;
    if (wrong < SUPERVISOR_LOCKED_AT)
        return INT64_C(1000) << (wrong - 1);
    int doublings = wrong - SUPERVISOR_LOCKED_AT;
    int64_t delay = doublings > 4 ? LOCKED_MOST : (int64_t)LOCKED_MS << doublings;
    return delay > LOCKED_MOST ? LOCKED_MOST : delay;
}

/* ---- the code ---- */

static bool code_well_formed(const char *digits)
{
    size_t length = strlen(digits);
    return length >= SUPERVISOR_CODE_MIN && length <= SUPERVISOR_CODE_MAX &&
           strspn(digits, "0123456789") == length;
}

static void code_hash(const struct supervisor_code *code, const char *digits,
                      unsigned char hash[static 32])
{
    if (EVP_PBE_scrypt(digits, strlen(digits), code->salt, sizeof code->salt, SCRYPT_N, SCRYPT_R, 1,
                       SCRYPT_BYTES, hash, sizeof code->hash) != 1)
        panic("the crypto library has no scrypt");
}

static bool code_write(const struct supervisor_code *code, struct error *error)
{
    char salt[2 * sizeof code->salt + 1], hash[2 * sizeof code->hash + 1], text[256];
    hex_encode(code->salt, sizeof code->salt, salt);
    hex_encode(code->hash, sizeof code->hash, hash);
    snprintf(text, sizeof text, "scrypt %d %d 1\nsalt %s\nhash %s\n", SCRYPT_N, SCRYPT_R, salt,
             hash);
    return memory_write(code->memory, code->folder, CODE_FILE, text, error);
}

static bool code_save(struct supervisor_code *code, const char *digits, struct error *error)
{
    if (RAND_bytes(code->salt, sizeof code->salt) != 1)
        return error_set(error, ERROR_SYSTEM, "the operating system gives no random bytes");
    code_hash(code, digits, code->hash);
    code->set = code_write(code, error);
    return code->set;
}

/* Digits that a person wrote into the file. */
static bool code_take_over(struct supervisor_code *code, char *text, struct error *error)
{
    text[strcspn(text, "\r\n")] = '\0';
    if (!code_well_formed(text))
        return error_set(error, ERROR_USAGE,
                         "%.300s/" CODE_FILE
                         " holds no supervisor's code of %d to %d digits: remove it, then "
                         "set one with atm --set-supervisor-code",
                         code->folder, SUPERVISOR_CODE_MIN, SUPERVISOR_CODE_MAX);
    bool saved = code_save(code, text, error);
    pin_wipe(text, strlen(text));
    return saved;
}

static bool code_read(struct supervisor_code *code, struct error *error)
{
    char text[512], salt[2 * sizeof code->salt + 1], hash[2 * sizeof code->hash + 1], rest;
    int n, r;
    switch (memory_read(code->memory, code->folder, CODE_FILE, text, sizeof text, error)) {
    case MEMORY_FAILED:
        return false;
    case MEMORY_ABSENT:
        return true;
    case MEMORY_FORGED:
        log_line("%.300s/" CODE_FILE
                 " is not as this machine wrote it: the supervisor stays out until a code "
                 "is set with atm --set-supervisor-code",
                 code->folder);
        return true;
    case MEMORY_GOOD:
        break;
    }
    if (sscanf(text, "scrypt %d %d 1\nsalt %32s\nhash %64s\n%c", &n, &r, salt, hash, &rest) != 4)
        return code_take_over(code, text, error);
    code->set = n == SCRYPT_N && r == SCRYPT_R &&
                hex_decode(salt, 2 * sizeof code->salt, code->salt) &&
                hex_decode(hash, 2 * sizeof code->hash, code->hash);
    return true;
}

/* ---- the tries ---- */

static bool tries_save(struct supervisor_code *code, int64_t wall_s, struct error *error)
{
    char text[160];
    snprintf(text, sizeof text, "version 1\nwrong %d\nreported %d\nlast %" PRId64 "\n", code->wrong,
             code->reported, wall_s);
    return memory_write(code->memory, code->folder, TRIES_FILE, text, error);
}

static bool tries_read(struct supervisor_code *code, int wrong_in_journal, int64_t wall_s,
                       struct error *error)
{
    char text[256], rest;
    int64_t last_s = wall_s;
    switch (memory_read(code->memory, code->folder, TRIES_FILE, text, sizeof text, error)) {
    case MEMORY_FAILED:
        return false;
    case MEMORY_ABSENT:
        break;
    case MEMORY_GOOD:
        if (sscanf(text, "version 1\nwrong %d\nreported %d\nlast %" SCNd64 "\n%c", &code->wrong,
                   &code->reported, &last_s, &rest) == 3 &&
            code->wrong >= 0)
            break;
        /* fall through */
    case MEMORY_FORGED:
        log_line("%.300s/" TRIES_FILE
                 " is not as this machine wrote it: the supervisor is locked out",
                 code->folder);
        code->wrong = SUPERVISOR_LOCKED_AT;
        code->reported = 0;
        last_s = wall_s;
        break;
    }
    if (code->wrong < wrong_in_journal)
        code->wrong = wrong_in_journal;
    int64_t since_ms = (wall_s - last_s) * 1000, delay_ms = supervisor_code_delay_ms(code->wrong);
    code->left_ms = since_ms < 0 ? delay_ms : since_ms < delay_ms ? delay_ms - since_ms : 0;
    return true;
}

bool supervisor_code_open(struct supervisor_code *code, const char *folder, struct memory *memory,
                          int wrong_in_journal, int64_t wall_s, struct error *error)
{
    *code = (struct supervisor_code){ .memory = memory };
    snprintf(code->folder, sizeof code->folder, "%s", folder);
    return code_read(code, error) && tries_read(code, wrong_in_journal, wall_s, error);
}

bool supervisor_code_try(struct supervisor_code *code, const char *digits, int64_t wall_s,
                         bool *right, struct error *error)
{
    unsigned char hash[sizeof code->hash];
    code->wrong++;
    if (!tries_save(code, wall_s, error)) {
        code->wrong--;
        return false;
    }
    code_hash(code, digits, hash);
    *right = code->set && CRYPTO_memcmp(hash, code->hash, sizeof hash) == 0;
    pin_wipe(hash, sizeof hash);
    if (!*right)
        return true;
    code->wrong = code->reported = 0;
    return tries_save(code, wall_s, error);
}

bool supervisor_code_owes_report(const struct supervisor_code *code)
{
    return code->wrong >= SUPERVISOR_LOCKED_AT && code->reported < code->wrong;
}

bool supervisor_code_reported(struct supervisor_code *code, int64_t wall_s, struct error *error)
{
    code->reported = code->wrong;
    return tries_save(code, wall_s, error);
}

bool supervisor_code_seal(struct supervisor_code *code, int64_t wall_s, struct error *error)
{
    return (!code->set || code_write(code, error)) && tries_save(code, wall_s, error);
}

bool supervisor_code_set(struct supervisor_code *code, const char *digits, struct error *error)
{
    if (!code_well_formed(digits))
        return error_set(error, ERROR_USAGE, "a supervisor's code has %d to %d digits",
                         SUPERVISOR_CODE_MIN, SUPERVISOR_CODE_MAX);
    code->wrong = code->reported = 0;
    return code_save(code, digits, error) && tries_save(code, 0, error);
}
