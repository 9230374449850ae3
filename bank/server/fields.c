/* SPDX-License-Identifier: MIT */
/* A reader for each shape that a field can have. */
#include "bank/server/fields.h"

#include "bank/vault/seal.h"
#include "shared/cash_code.h"
#include "shared/currency.h"
#include "shared/hex.h"
#include "shared/pin_block.h"
#include "shared/text.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#define DAILY_COUNT_MAX 1000000

static bool read_uuid(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    return json_uuid(value, to) && !uuid_is_nil(to);
}

/* The card's token takes the number's place; the PIN block is of the command's own card. */
static bool read_card(struct parsing *parsing, const struct json *value, void *to)
{
    const char *pan;
    if (!json_string(value, &pan) || !pan_valid(pan))
        return false;
    vault_card_token(parsing->vault, pan, to);
    if (to == parsing->request->command.card)
        parsing->pan = pan;
    return true;
}

/* No card's number begins so, so the two are told apart before anything is looked up. */
static bool read_cash_code(struct parsing *parsing, const struct json *value, void *to)
{
    const char *number;
    if (!json_string(value, &number) || !cash_code_is(number))
        return false;
    vault_card_token(parsing->vault, number, to);
    parsing->code = number;
    return true;
}

static bool read_hex(const struct json *value, unsigned char bytes[static 16])
{
    const char *text;
    return json_string(value, &text) && strlen(text) == 32 && hex_decode(text, 32, bytes);
}

static bool read_pin_block(struct parsing *parsing, const struct json *value, void *to)
{
    (void)to;
    return read_hex(value, parsing->request->pin_block);
}

static bool read_new_pin_block(struct parsing *parsing, const struct json *value, void *to)
{
    (void)to;
    return read_hex(value, parsing->request->new_pin_block);
}

/* A number outside the range is an amount that cannot be meant; anything else is no amount at all.
 */
static bool read_money(struct parsing *parsing, const struct json *value, money least, money *to)
{
    if (json_type_of(value) != JSON_NUMBER)
        return false;
    if (!json_integer(value, to) || *to < least || !money_in_range(*to))
        parsing->refusal->refusal = REFUSED_INVALID_AMOUNT;
    return parsing->refusal->refusal == NOT_REFUSED;
}

static bool read_amount(struct parsing *parsing, const struct json *value, void *to)
{
    return read_money(parsing, value, 1, to);
}

static bool read_limit(struct parsing *parsing, const struct json *value, void *to)
{
    return read_money(parsing, value, 0, to);
}

static bool read_count(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    int64_t number;
    if (!json_integer(value, &number) || number < 0 || number > DAILY_COUNT_MAX)
        return false;
    *(int32_t *)to = (int32_t)number;
    return true;
}

static bool read_capacity(struct parsing *parsing, const struct json *value, void *to)
{
    return read_count(parsing, value, to) && *(int32_t *)to > 0;
}

static bool read_notes(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    struct notes notes;
    if (!json_notes(value, &notes) || !currency_has_all(currency_own(), &notes))
        return false;
    *(struct notes *)to = notes;
    return true;
}

static bool text_fits(const char *text, size_t least, size_t size)
{
    return strlen(text) >= least && strlen(text) < size && text_plain(text);
}

bool owner_name_fits(const char *name)
{
    return text_fits(name, 1, OWNER_NAME_LENGTH) && !seal_name_misleads(name);
}

static bool read_owner(struct parsing *parsing, const struct json *value, void *to)
{
    (void)to;
    return json_string(value, &parsing->owner) && owner_name_fits(parsing->owner);
}

/* It stands in events for ever. A machine's is never refused for its digits: an advice is always
 * booked. */
static bool read_reason(struct parsing *parsing, const struct json *value, void *to)
{
    const char *text;
    if (!json_string(value, &text) || !text_fits(text, 0, REASON_LENGTH) ||
        (parsing->request->sender == BY_OPERATOR && pan_within(text)))
        return false;
    memcpy(to, text, strlen(text) + 1);
    return true;
}

/* A machine counts, cancels or does not know; an operator credits or returns. */
static bool read_deposit_outcome(struct command *command, const char *text)
{
    static const enum deposit_outcome machine[] = { OUTCOME_COUNTED, OUTCOME_CANCELLED,
                                                    OUTCOME_LOST },
                                      operator[] = { OUTCOME_CREDITED, OUTCOME_RETURNED };
    const bool resolves = command->kind == TELLER_RESOLVE_DEPOSIT;
    const enum deposit_outcome *outcomes = resolves ? operator: machine;
    const size_t count =
        resolves ? sizeof operator/ sizeof operator[0] : sizeof machine / sizeof machine[0];
    for (size_t i = 0; i < count; i++) {
        command->deposit_outcome = outcomes[i];
        if (strcmp(deposit_outcome_name(outcomes[i]), text) == 0)
            return true;
    }
    return false;
}

static bool read_outcome(struct parsing *parsing, const struct json *value, void *to)
{
    struct command *command = &parsing->request->command;
    const char *text;
    if (!json_string(value, &text))
        return false;
    if (command->kind == TELLER_CONFIRM_DEPOSIT || command->kind == TELLER_RESOLVE_DEPOSIT)
        return read_deposit_outcome(command, text);
    /* A count leaves nothing unknown. */
    const int last =
        command->kind == TELLER_RESOLVE_WITHDRAWAL ? OUTCOME_NOT_DISPENSED : OUTCOME_UNKNOWN;
    for (int outcome = 0; outcome <= last; outcome++) {
        *(enum dispense_outcome *)to = (enum dispense_outcome)outcome;
        if (strcmp(dispense_outcome_name((enum dispense_outcome)outcome), text) == 0)
            return true;
    }
    return false;
}

/* "1234:0123456789abcdef" */
static bool read_journal(struct parsing *parsing, const struct json *value, void *to)
{
    static const char digits[] = "0123456789", hex[] = "0123456789abcdef";
    const char *text;
    (void)parsing;
    if (!json_string(value, &text))
        return false;
    const size_t number = strspn(text, digits);
    if (number == 0 || number > 20 || text[number] != ':' || strspn(text + number + 1, hex) != 16 ||
        text[number + 17] != '\0')
        return false;
    memcpy(to, text, number + 18);
    return true;
}

static bool read_cassette(struct parsing *parsing, const struct json *value, void *to)
{
    return read_count(parsing, value, to) && *(int32_t *)to >= 1 && *(int32_t *)to <= CASSETTES_MAX;
}

static bool read_box(struct parsing *parsing, const struct json *value, void *to)
{
    const char *text;
    (void)parsing;
    if (!json_string(value, &text) || !text_fits(text, 1, BOX_LENGTH))
        return false;
    memcpy(to, text, strlen(text) + 1);
    return true;
}

static bool read_bin(struct parsing *parsing, const struct json *value, void *to)
{
    const char *text;
    (void)parsing;
    if (!json_string(value, &text) || cash_bin_find(text) == BIN_COUNT)
        return false;
    *(enum cash_bin *)to = cash_bin_find(text);
    return true;
}

static bool read_incident(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    const char *text;
    if (!json_string(value, &text) || incident_find(text) == INCIDENT_COUNT)
        return false;
    *(enum incident *)to = incident_find(text);
    return true;
}

static bool read_act(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    const char *text;
    if (!json_string(value, &text) || act_role(act_find(text)) == ROLE_NONE)
        return false;
    *(enum act *)to = act_find(text);
    return true;
}

static_assert(CARD_TOKEN_LENGTH == sizeof(struct uuid),
              "a card's id is its token, written as a uuid");

#define MONEY_SHAPE "a whole number of minor units, written in digits alone,"

/* Days since 1970. */
static bool read_date(struct parsing *parsing, const struct json *value, void *to)
{
    const char *text;
    char same[16];
    int year, month, day;
    (void)parsing;
    if (!json_string(value, &text) || strlen(text) != 10 ||
        sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return false;
    struct tm date = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
    const time_t at_s = timegm(&date);
    strftime(same, sizeof same, "%Y-%m-%d", &date);
    *(int32_t *)to = (int32_t)(at_s / 86400);
    return at_s > 0 && strcmp(same, text) == 0;
}

/* A shape: its enumerator, its reader, and what a value of it has to be; NULL: notes_shape's. */
#define SHAPE_TABLE(X)                                                                             \
    X(UUID, read_uuid, "a uuid of 36 characters, not the nil one")                                 \
    X(CARD, read_card, "text of 8 to 19 digits with a right check digit")                          \
    X(CASH_CODE, read_cash_code, "text of 10 digits, the first a 0, with a right check digit")     \
    X(PIN_BLOCK, read_pin_block, "text of 32 hexadecimal digits")                                  \
    X(NEW_PIN_BLOCK, read_new_pin_block, "text of 32 hexadecimal digits")                          \
    X(AMOUNT, read_amount, MONEY_SHAPE " above 0 and below 10^15")                                 \
    X(LIMIT, read_limit, MONEY_SHAPE " from 0 to below 10^15")                                     \
    X(NOTES, read_notes, NULL)                                                                     \
    X(OUTCOME, read_outcome, "one of the outcomes this command has")                               \
    X(REASON, read_reason,                                                                         \
      "text of up to 60 bytes " TEXT_PLAIN_SHAPE ", an operator's without a card's number")        \
    X(OWNER, read_owner,                                                                           \
      "text of 1 to 120 bytes " TEXT_PLAIN_SHAPE ", not in parentheses, not sealed:")              \
    X(INCIDENT, read_incident, "one of the incidents there are")                                   \
    X(ACT, read_act, "one of the acts there are")                                                  \
    X(COUNT, read_count, "a whole number from 0 to 1000000")                                       \
    X(CASSETTE, read_cassette, "the number of a cassette, from 1 to 8")                            \
    X(BOX, read_box, "text of 1 to 23 bytes " TEXT_PLAIN_SHAPE)                                    \
    X(BIN, read_bin, "reject, retract or deposit")                                                 \
    X(CAPACITY, read_capacity, "a whole number from 1 to 1000000")                                 \
    X(DATE, read_date, "a date such as 2026-11-30")                                                \
    X(JOURNAL, read_journal,                                                                       \
      "the number of the journal's last entry, a colon and 16 hexadecimal digits of its MAC")

enum shape {
#define X(enumerator, read, text) SHAPE_##enumerator,
    SHAPE_TABLE(X)
#undef X
};

static const struct {
    bool (*read)(struct parsing *parsing, const struct json *value, void *to);
    const char *text;
} shapes[] = {
#define X(enumerator, read, text) { read, text },
    SHAPE_TABLE(X)
#undef X
};

static const struct {
    enum shape shape;
    size_t at; /* in the command; a PIN block is kept in the request instead */
} fields[COMMAND_FIELD_COUNT] = {
#define X(enumerator, name, shape, member) { SHAPE_##shape, offsetof(struct command, member) },
    COMMAND_FIELD_TABLE(X)
#undef X
};

static const char *notes_shape(void)
{
    static char shape[CURRENCY_LIST_LENGTH + 80];
    char list[CURRENCY_LIST_LENGTH];
    if (shape[0] == '\0')
        snprintf(shape, sizeof shape,
                 "an array of %s notes of %s minor units, each once, with their counts", CURRENCY,
                 currency_list(currency_own(), 1, list));
    return shape;
}

const char *field_shape(enum command_field field)
{
    const char *text = shapes[fields[field].shape].text;
    return text != NULL ? text : notes_shape();
}

bool field_read(enum command_field field, struct parsing *parsing, const struct json *value)
{
    return shapes[fields[field].shape].read(parsing, value,
                                            (char *)&parsing->request->command + fields[field].at);
}
