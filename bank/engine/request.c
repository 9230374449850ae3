/* SPDX-License-Identifier: MIT */
/*
 * The content of a command as one run of bytes, and its hash. The form is
 * stored for ever in the command memory, so it only ever grows at its end:
 *
 *   kind's name, 0; account, teller, withdrawal; amount; card token; PIN
 *   block as sent and 16 zero bytes; whether notes were given; notes, taken, rejected, retracted;
 *   outcome; owner (a keyed reference of the name), 0; reason, 0; daily limit;
 *   daily count; and of a deposit at a machine its id and outcome, of an
 *   incident its name and count; then, by name and value, each field from
 *   deposit_limit on in COMMAND_FIELD_TABLE that was given; metadata that was given
 *
 * Numbers are big-endian. Notes are told by denomination, the smallest first
 * and none of which there are no pieces, since their order is not content.
 */
#include "bank/engine/request.h"

#include "shared/error.h"

#include <openssl/evp.h>

struct form {
    size_t length;
    unsigned char bytes[1280]; /* the longest content has under 1,150 */
};

static void put(struct form *form, const void *bytes, size_t length)
{
    if (length > sizeof form->bytes - form->length)
        panic("a command's content is longer than it can be");
    memcpy(form->bytes + form->length, bytes, length);
    form->length += length;
}

static void put_number(struct form *form, int64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    put(form, bytes, sizeof bytes);
}

static void put_text(struct form *form, const char *text)
{
    put(form, text, strlen(text) + 1);
}

static void put_notes(struct form *form, const struct notes *notes)
{
    int32_t last = 0, count = 0;
    for (uint32_t i = 0; i < notes->length; i++)
        count += notes->item[i].count > 0;
    put_number(form, count);
    for (int32_t n = 0; n < count; n++) {
        const struct note_count *next = NULL;
        for (uint32_t i = 0; i < notes->length; i++)
            if (notes->item[i].count > 0 && notes->item[i].denomination > last &&
                (next == NULL || notes->item[i].denomination < next->denomination))
                next = &notes->item[i];
        if (next == NULL)
            panic("a denomination stands twice in a command's notes");
        last = next->denomination;
        put_number(form, next->denomination);
        put_number(form, next->count);
    }
}

static void hash(const struct form *form, unsigned char content[static CONTENT_HASH_LENGTH])
{
    /* Kept: fetching the algorithm costs more than this hash. */
    static EVP_MD *sha256;
    static EVP_MD_CTX *context;
    if (context == NULL) {
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        context = EVP_MD_CTX_new();
    }
    unsigned char whole[32];
    if (context == NULL || !EVP_DigestInit_ex2(context, sha256, NULL) ||
        !EVP_DigestUpdate(context, form->bytes, form->length) ||
        !EVP_DigestFinal_ex(context, whole, NULL))
        panic("the crypto library has no SHA-256");
    memcpy(content, whole, CONTENT_HASH_LENGTH);
}

void request_reversed_content(enum command_kind kind, const struct uuid *teller_id,
                              const struct uuid *id,
                              unsigned char content[static CONTENT_HASH_LENGTH])
{
    struct form form = { 0 };
    put_text(&form, "reversed before"); /* no command has that name */
    put_text(&form, command_name(kind));
    put(&form, teller_id->bytes, sizeof teller_id->bytes);
    put(&form, id->bytes, sizeof id->bytes);
    hash(&form, content);
}

/* A field's value, unless it was not said. Of the shapes that fields beyond the form have. */
static void put_field(struct form *form, const char *name, const char *shape, const void *value,
                      size_t size, const struct request *request)
{
    static const unsigned char none[sizeof(struct uuid)];
    int64_t number = 0;
    if (strcmp(shape, "JOURNAL") == 0 || strcmp(shape, "BOX") == 0 ||
        strcmp(shape, "REASON") == 0) {
        if (*(const char *)value != '\0') {
            put_text(form, name);
            put_text(form, value);
        }
        return;
    }
    if (strcmp(shape, "NOTES") == 0) {
        if (((const struct notes *)value)->length > 0) {
            put_text(form, name);
            put_notes(form, value);
        }
        return;
    }
    if (strcmp(shape, "NEW_PIN_BLOCK") == 0) {
        put_text(form, name);
        put(form, request->new_pin_block, sizeof request->new_pin_block);
        return;
    }
    if (strcmp(shape, "UUID") == 0 || strcmp(shape, "CARD") == 0 ||
        strcmp(shape, "CASH_CODE") == 0) {
        if (memcmp(value, none, sizeof none) != 0) {
            put_text(form, name);
            put(form, value, sizeof none);
        }
        return;
    }
    if (size == sizeof(int32_t))
        number = *(const int32_t *)value;
    else if (size == sizeof(int64_t))
        number = *(const int64_t *)value;
    else
        panic("the field %s is of a shape, %s, that no content was made of yet", name, shape);
    const bool limit = strcmp(shape, "LIMIT") == 0;
    if (number == (limit ? LIMIT_UNSAID : 0))
        return;
    put_text(form, name);
    put_number(form, number);
}

static void put_later_fields(struct form *form, const struct request *request)
{
    const struct command *command = &request->command;
    const struct command_traits *traits = command_traits(command->kind);
    const uint64_t has = traits->required | traits->optional;
#define X(enumerator, name, shape, member)                                                         \
    if (GIVEN_##enumerator >= GIVEN_DEPOSIT_LIMIT && (has & WITH(enumerator)) != 0)                \
        put_field(form, name, #shape, &command->member, sizeof command->member, request);
    COMMAND_FIELD_TABLE(X)
#undef X
}

void request_hash_content(struct request *request)
{
    const struct command *command = &request->command;
    /* A keyed reference of the PIN stood here once; without a PIN the bytes are the same. */
    static const unsigned char zeros[PIN_REFERENCE_LENGTH - PIN_BLOCK_LENGTH];
    struct form form = { 0 };
    put_text(&form, command_name(command->kind));
    put(&form, command->account_id.bytes, sizeof command->account_id.bytes);
    put(&form, command->teller_id.bytes, sizeof command->teller_id.bytes);
    put(&form, command->withdrawal_id.bytes, sizeof command->withdrawal_id.bytes);
    put_number(&form, command->amount);
    put(&form, command->card, sizeof command->card);
    put(&form, request->pin_block, sizeof request->pin_block);
    put(&form, zeros, sizeof zeros);
    put_number(&form, command->notes_given);
    put_notes(&form, &command->notes);
    put_notes(&form, &command->taken);
    put_notes(&form, &command->rejected);
    put_notes(&form, &command->retracted);
    put_number(&form, command->outcome);
    put_text(&form, command->owner);
    put_text(&form, command->reason);
    put_number(&form, command->daily_limit);
    put_number(&form, command->daily_count);
    if (!uuid_is_nil(&command->deposit_id)) {
        put(&form, command->deposit_id.bytes, sizeof command->deposit_id.bytes);
        put_number(&form, command->deposit_outcome);
    }
    if (command->kind == TELLER_REPORT_INCIDENT) {
        put_text(&form, incident_name(command->incident));
        put_number(&form, command->incident_count);
    }
    put_later_fields(&form, request);
    if (request->given[0] != '\0') {
        put_text(&form, "metadata");
        put_text(&form, request->given);
    }
    hash(&form, request->content);
}
