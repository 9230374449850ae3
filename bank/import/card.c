/* SPDX-License-Identifier: MIT */
/*
 * Cards for accounts of a bank that had none, and ids that are derived.
 *
 * The digits come from the vault's keyed hash over a text that is no card
 * number, so that whoever knows an account's id does not know its card.
 */
#include "bank/import/parts.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAN_PREFIX "400001"
#define PAN_DIGITS 16

struct uuid import_derive(const char *word, const struct uuid *id)
{
    unsigned char bytes[64], hash[SHA256_DIGEST_LENGTH];
    int length = snprintf((char *)bytes, sizeof bytes - sizeof id->bytes, "esbank import %s", word);
    struct uuid derived;
    memcpy(bytes + length, id->bytes, sizeof id->bytes);
    SHA256(bytes, (size_t)length + sizeof id->bytes, hash);
    memcpy(derived.bytes, hash, sizeof derived.bytes);
    derived.bytes[6] = (unsigned char)((derived.bytes[6] & 0x0f) | 0x80); /* version 8 */
    derived.bytes[8] = (unsigned char)((derived.bytes[8] & 0x3f) | 0x80); /* variant */
    return derived;
}

/* The next number of the account's sequence. */
static void pan_make(struct import *import, struct import_account *account, int turn)
{
    char text[80], id[UUID_TEXT_LENGTH];
    unsigned char keyed[CARD_TOKEN_LENGTH];
    snprintf(text, sizeof text, "imported account %s %d", uuid_write(&account->id, id), turn);
    vault_card_token(import->vault, text, keyed);
    memcpy(account->pan, PAN_PREFIX, sizeof PAN_PREFIX);
    for (size_t at = strlen(PAN_PREFIX), i = 0; at < PAN_DIGITS - 1; at++, i++)
        account->pan[at] = (char)('0' + keyed[i] % 10);
    account->pan[PAN_DIGITS - 1] = '\0';
    account->pan[PAN_DIGITS - 1] = pan_check_digit(account->pan);
    account->pan[PAN_DIGITS] = '\0';
    vault_card_token(import->vault, account->pan, account->card);
}

static void pin_keep(struct import *import, struct import_account *account, const char *pin)
{
    unsigned char random[8], block[PIN_BLOCK_LENGTH];
    const struct pin_key *key = vault_pin_entry_key(import->vault);
    if (getrandom(random, sizeof random, 0) != sizeof random)
        panic("the system has no randomness");
    if (!pin_block_encode(key, account->pan, pin, random, block) ||
        !vault_pin_reference(import->vault, key, account->pan, account->card, block,
                             account->pin_reference))
        panic("a PIN of digits makes no block");
    pin_wipe(block, sizeof block);
}

bool import_card_make(struct import *import, struct import_account *account, const char *pin)
{
    size_t length = strlen(pin);
    if (length < PIN_DIGITS_MIN || length > PIN_DIGITS_MAX || strspn(pin, "0123456789") != length)
        return false;
    account->has_card = true;
    if (import->vault == NULL)
        return true;
    struct uuid token;
    for (int turn = 0;; turn++) { /* two accounts in a thousand million have the same digits */
        pan_make(import, account, turn);
        memcpy(token.bytes, account->card, sizeof token.bytes);
        if (import_index_find(&import->by_card, &token) == IMPORT_NONE)
            break;
    }
    import_index_put(&import->by_card, &token, (uint32_t)(account - import->account));
    pin_keep(import, account, pin);
    return true;
}

/* While this is whoever chose the file. */
bool import_cards_open(struct import *import, struct error *error)
{
    const char *path = import->options->cards;
    if (path == NULL)
        return true;
    import->cards = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return (import->cards >= 0 && fchmod(import->cards, 0600) == 0) ||
           error_set_errno(error, "the cards cannot be written to %s", path);
}

bool import_cards_write(const struct import *import, struct error *error)
{
    const char *path = import->options->cards;
    char id[UUID_TEXT_LENGTH];
    if (path == NULL || import->vault == NULL)
        return true;
    int descriptor = dup(import->cards);
    FILE *file = descriptor >= 0 && ftruncate(descriptor, 0) == 0 ? fdopen(descriptor, "w") : NULL;
    if (file == NULL) {
        error_set_errno(error, "the cards cannot be written to %s", path);
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    for (size_t i = 0; i < import->account_count; i++) {
        const struct import_account *account = &import->account[i];
        if (account->has_card && !account->left_out)
            fprintf(file, "%s %s\n", uuid_write(&account->id, id), account->pan);
    }
    bool worked = fflush(file) == 0 && fsync(descriptor) == 0;
    worked = fclose(file) == 0 && worked;
    return worked || error_set_errno(error, "the cards cannot be written to %s", path);
}
