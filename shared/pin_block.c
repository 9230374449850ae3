/* SPDX-License-Identifier: MIT */
#include "shared/pin_block.h"

#include "shared/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIN_FILL      0xa
#define CONTROL_VALUE 4

static int luhn_sum(const char *digits, size_t length, bool double_last)
{
    int sum = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digits[length - 1 - i] - '0';
        if ((i % 2 == 0) == double_last)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum;
}

static bool all_digits(const char *text, size_t shortest, size_t longest)
{
    size_t length = strspn(text, "0123456789");
    return text[length] == '\0' && length >= shortest && length <= longest;
}

bool pan_valid(const char *pan)
{
    return all_digits(pan, PAN_DIGITS_MIN, PAN_DIGITS_MAX) &&
           luhn_sum(pan, strlen(pan), false) % 10 == 0;
}

enum { USUAL_MIN = 12 };

/* Runs of digits, whatever of `between` stands in them. One of more digits than a PAN has is none.
 */
static bool runs_have_pan(const char *text, const char *between)
{
    char digits[PAN_DIGITS_MAX + 2];
    size_t count = 0;
    for (;; text++) {
        if (*text >= '0' && *text <= '9') {
            digits[count] = *text;
            count += count <= PAN_DIGITS_MAX;
        } else if (*text == '\0' || strchr(between, *text) == NULL) {
            digits[count] = '\0';
            if (count >= USUAL_MIN && pan_valid(digits))
                return true;
            count = 0;
        }
        if (*text == '\0')
            return false;
    }
}

bool pan_within(const char *text)
{
    return runs_have_pan(text, "") || runs_have_pan(text, " -");
}

char pan_check_digit(const char *digits)
{
    return (char)('0' + (10 - luhn_sum(digits, strlen(digits), true) % 10) % 10);
}

char *pan_mask(const char *pan, char *buffer)
{
    const size_t length = strnlen(pan, PAN_DIGITS_MAX);
    const size_t shown = length > PAN_DIGITS_HIDDEN ? length - PAN_DIGITS_HIDDEN : 0;
    const size_t last = shown < 4 ? shown : 4, first = shown - last < 6 ? shown - last : 6;
    for (size_t i = 0; i < length; i++)
        buffer[i] = i < first || i + last >= length ? pan[i] : '*';
    buffer[length] = '\0';
    return buffer;
}

/* As pan_mask, of `count` digits that others may stand between. */
static void hide(char *text, size_t count)
{
    const size_t shown = count > PAN_DIGITS_HIDDEN ? count - PAN_DIGITS_HIDDEN : 0;
    const size_t last = shown < 4 ? shown : 4, first = shown - last < 6 ? shown - last : 6;
    for (size_t i = 0; i < count; text++)
        if (*text >= '0' && *text <= '9') {
            *text = i < first || i + last >= count ? *text : '*';
            i++;
        }
}

static void hide_runs(char *text, const char *between, bool any)
{
    enum { LONG = 13 };
    char digits[PAN_DIGITS_MAX + 2];
    while (*text != '\0') {
        size_t count = 0, length = 0;
        for (; text[length] != '\0' && ((text[length] >= '0' && text[length] <= '9') ||
                                        (count > 0 && strchr(between, text[length]) != NULL));
             length++)
            if (text[length] >= '0' && text[length] <= '9') {
                if (count <= PAN_DIGITS_MAX)
                    digits[count] = text[length];
                count++;
            }
        digits[count <= PAN_DIGITS_MAX ? count : PAN_DIGITS_MAX + 1] = '\0';
        if (any ? count >= LONG : count >= USUAL_MIN && pan_valid(digits))
            hide(text, count);
        text += length > 0 ? length : 1;
    }
}

char *pan_hide_within(char *text)
{
    hide_runs(text, "", true);
    hide_runs(text, "", false);
    hide_runs(text, " -", false);
    return text;
}

/* Two blocks need one key: a key is of one request. The context is kept: setting one up costs far
 * more. */
static EVP_CIPHER_CTX *aes_begin(const struct pin_key *key, bool encrypt)
{
    static EVP_CIPHER_CTX *context[2];
    if (context[encrypt] == NULL) {
        EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
        context[encrypt] = EVP_CIPHER_CTX_new();
        if (context[encrypt] == NULL ||
            !EVP_CipherInit_ex2(context[encrypt], cipher, NULL, NULL, encrypt, NULL) ||
            !EVP_CIPHER_CTX_set_padding(context[encrypt], 0))
            panic("the crypto library has no AES-128");
        EVP_CIPHER_free(cipher);
    }
    if (!EVP_CipherInit_ex2(context[encrypt], NULL, key->bytes, NULL, encrypt, NULL))
        panic("the crypto library takes no key for AES-128");
    return context[encrypt];
}

static void aes_block(EVP_CIPHER_CTX *context, const unsigned char *in, unsigned char *out)
{
    int length = 0;
    if (!EVP_CipherUpdate(context, out, &length, in, PIN_BLOCK_LENGTH) ||
        length != PIN_BLOCK_LENGTH)
        panic("AES-128 did not give one block for one block");
}

static void set_nibble(unsigned char *field, size_t index, unsigned value)
{
    unsigned char *byte = &field[index / 2];
    *byte = (unsigned char)(index % 2 == 0 ? (*byte & 0x0f) | value << 4 : (*byte & 0xf0) | value);
}

static unsigned get_nibble(const unsigned char *field, size_t index)
{
    return index % 2 == 0 ? field[index / 2] >> 4 : field[index / 2] & 0x0fu;
}

static void pan_field_fill(const char *pan, unsigned char field[static PIN_BLOCK_LENGTH])
{
    memset(field, 0, PIN_BLOCK_LENGTH);
    size_t length = strlen(pan), padding = length < 12 ? 12 - length : 0;
    set_nibble(field, 0, (unsigned)(length + padding - 12));
    for (size_t i = 0; i < length; i++)
        set_nibble(field, 1 + padding + i, (unsigned)(pan[i] - '0'));
}

static void xor_block(unsigned char *block, const unsigned char *with)
{
    for (size_t i = 0; i < PIN_BLOCK_LENGTH; i++)
        block[i] ^= with[i];
}

bool pin_block_encode(const struct pin_key *key, const char *pan, const char *pin,
                      const unsigned char *random, unsigned char block[static PIN_BLOCK_LENGTH])
{
    if (!all_digits(pin, PIN_DIGITS_MIN, PIN_DIGITS_MAX) || !all_digits(pan, 1, PAN_DIGITS_MAX))
        return false;
    unsigned char pin_field[PIN_BLOCK_LENGTH], pan_field[PIN_BLOCK_LENGTH];
    size_t length = strlen(pin);
    memset(pin_field, PIN_FILL << 4 | PIN_FILL, 8);
    memcpy(pin_field + 8, random, 8);
    set_nibble(pin_field, 0, CONTROL_VALUE);
    set_nibble(pin_field, 1, (unsigned)length);
    for (size_t i = 0; i < length; i++)
        set_nibble(pin_field, 2 + i, (unsigned)(pin[i] - '0'));
    pan_field_fill(pan, pan_field);
    EVP_CIPHER_CTX *context = aes_begin(key, true);
    aes_block(context, pin_field, block);
    xor_block(block, pan_field);
    aes_block(context, block, block);
    pin_wipe(pin_field, sizeof pin_field);
    return true;
}

bool pin_block_decode(const struct pin_key *key, const char *pan,
                      const unsigned char block[static PIN_BLOCK_LENGTH], char *pin)
{
    unsigned char field[PIN_BLOCK_LENGTH], pan_field[PIN_BLOCK_LENGTH];
    bool pan_right = all_digits(pan, 1, PAN_DIGITS_MAX);
    pan_field_fill(pan_right ? pan : "0", pan_field);
    EVP_CIPHER_CTX *context = aes_begin(key, false);
    aes_block(context, block, field);
    xor_block(field, pan_field);
    aes_block(context, field, field);

    unsigned length = get_nibble(field, 1), wrong = !pan_right;
    wrong |= get_nibble(field, 0) != CONTROL_VALUE;
    wrong |= length < PIN_DIGITS_MIN;
    wrong |= length > PIN_DIGITS_MAX;
    for (unsigned i = 0; i < 14; i++) {
        unsigned nibble = get_nibble(field, 2 + i), in_pin = i < length;
        wrong |= in_pin & (nibble > 9);
        wrong |= !in_pin & (nibble != PIN_FILL);
        if (i < PIN_DIGITS_MAX)
            pin[i] = (char)('0' + nibble);
    }
    pin[wrong ? 0 : length] = '\0';
    pin_wipe(field, sizeof field);
    return !wrong;
}

/* A key that signs keeps its context, whose key schedule costs more than a message: 0.27 us instead
 * of 0.41 for a line of 250 bytes. Keys are random, so their first bytes are a hash of them. */
enum { MAC_PLACES = 4096 };

static struct mac_place {
    struct pin_key key;
    EVP_MAC_CTX *context; /* NULL: the place is free */
} mac_place[MAC_PLACES];

static struct mac_place *mac_place_of(const struct pin_key *key)
{
    uint16_t first;
    memcpy(&first, key->bytes, sizeof first);
    return &mac_place[first % MAC_PLACES];
}

static bool mac_place_has(const struct mac_place *place, const struct pin_key *key)
{
    return place->context != NULL && CRYPTO_memcmp(&place->key, key, sizeof *key) == 0;
}

static EVP_MAC_CTX *mac_context(void)
{
    EVP_MAC *cmac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *context = cmac != NULL ? EVP_MAC_CTX_new(cmac) : NULL;
    char cipher[] = "AES-128-CBC";
    const OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER,
                                                                       cipher, 0),
                                      OSSL_PARAM_construct_end() };
    if (context == NULL || !EVP_MAC_CTX_set_params(context, parameters))
        panic("the crypto library has no AES-CMAC");
    EVP_MAC_free(cmac);
    return context;
}

void pin_key_mac(const struct pin_key *key, const void *message, size_t length,
                 unsigned char mac[static 16])
{
    struct mac_place *place = mac_place_of(key);
    const bool known = mac_place_has(place, key);
    size_t written = 0;
    if (place->context == NULL)
        place->context = mac_context();
    /* Without a key it starts again under the one it has. */
    if (!EVP_MAC_init(place->context, known ? NULL : key->bytes, known ? 0 : sizeof key->bytes,
                      NULL) ||
        !EVP_MAC_update(place->context, message, length) ||
        !EVP_MAC_final(place->context, mac, &written, 16) || written != 16)
        panic("the crypto library did not compute an AES-CMAC");
    place->key = *key;
}

void pin_key_forget(const struct pin_key *key)
{
    struct mac_place *place = mac_place_of(key);
    if (!mac_place_has(place, key))
        return;
    EVP_MAC_CTX_free(place->context); /* wipes its key */
    pin_wipe(place, sizeof *place);
}

void pin_key_check_value(const struct pin_key *key, char text[static 7])
{
    static const unsigned char zeros[16];
    unsigned char mac[16];
    pin_key_mac(key, zeros, sizeof zeros, mac);
    hex_encode(mac, 3, text);
    for (int i = 0; i < 6; i++)
        if (text[i] >= 'a')
            text[i] = (char)(text[i] - 'a' + 'A');
}

bool pin_key_load(const char *path, struct pin_key *key, struct error *error)
{
    char text[PIN_KEY_LENGTH * 2 + 1] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set_errno(error, "cannot read the key file %s", path);
    struct stat status;
    bool shared_with_others = fstat(file, &status) == 0 && (status.st_mode & 077) != 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (shared_with_others)
        return error_set(error, ERROR_USAGE, "the key file %s can be read by others: chmod 600 it",
                         path);
    bool right =
        length == (ssize_t)sizeof text - 1 && hex_decode(text, sizeof text - 1, key->bytes);
    pin_wipe(text, sizeof text);
    if (!right)
        return error_set(error, ERROR_FORMAT, "the key file %s does not hold 32 hexadecimal digits",
                         path);
    return true;
}

bool pin_key_load_or_create(const char *path, struct pin_key *key, struct error *error)
{
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return pin_key_load(path, key, error);
    char text[PIN_KEY_LENGTH * 2 + 2];
    if (RAND_priv_bytes(key->bytes, sizeof key->bytes) != 1)
        return error_set(error, ERROR_SYSTEM,
                         "the operating system gives no random bytes for a key");
    hex_encode(key->bytes, sizeof key->bytes, text);
    text[sizeof text - 2] = '\n';
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create the key file %s", path);
    bool written =
        write(file, text, sizeof text - 1) == (ssize_t)sizeof text - 1 && fsync(file) == 0;
    if (!written) {
        error_set_errno(error, "cannot write the key file %s", path);
        unlink(path);
    }
    close(file);
    pin_wipe(text, sizeof text);
    return written;
}

void pin_wipe(void *secret, size_t length)
{
    OPENSSL_cleanse(secret, length);
}
