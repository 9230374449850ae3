/* SPDX-License-Identifier: MIT */
/*
 * Two tables: `fields`, what a field of a request looks like and where it
 * goes; `rows`, which fields a command must and may have. The code is a walk
 * over the members of the object, which finds unknown fields, and one over the
 * row, which finds missing ones.
 *
 * Whatever needs two fields at once (a PIN block and its card, a MAC and its
 * teller) is done after the walk, when all of them are there.
 */
#include "bank/request_parse.h"

#include "bank/core/account.h"
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/wire.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#define DAILY_COUNT_MAX 1000000

struct parsing {
    struct vault *vault;
    struct request *request;
    struct parse_refusal *refusal;
    unsigned given; /* fields, as bits */
    const char *pan;
    unsigned char pin_block[PIN_BLOCK_LENGTH], mac[WIRE_MAC_LENGTH];
};

static bool refuse(struct parsing *parsing, enum refusal refusal, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(struct parsing *parsing, enum refusal refusal, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    parsing->refusal->refusal = refusal;
    vsnprintf(parsing->refusal->message, sizeof parsing->refusal->message, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- the fields ------------------------------------------------------------- */

enum field {
    FIELD_TELLER_ID,
    FIELD_ACCOUNT_ID,
    FIELD_WITHDRAWAL_ID,
    FIELD_CARD,
    FIELD_PIN_BLOCK,
    FIELD_MAC,
    FIELD_AMOUNT,
    FIELD_NOTES,
    FIELD_CASSETTES,
    FIELD_OUTCOME,
    FIELD_TAKEN,
    FIELD_REJECTED,
    FIELD_RETRACTED,
    FIELD_REASON,
    FIELD_OWNER,
    FIELD_DAILY_LIMIT,
    FIELD_DAILY_COUNT,
    FIELD_COUNT
};

static bool read_uuid(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    return json_uuid(value, to) && !uuid_is_nil(to);
}

static bool read_card(struct parsing *parsing, const struct json *value, void *to)
{
    (void)to;
    return json_string(value, &parsing->pan) && pan_valid(parsing->pan);
}

static bool read_hex(const struct json *value, unsigned char bytes[static 16])
{
    const char *text;
    return json_string(value, &text) && strlen(text) == 32 && hex_decode(text, 32, bytes);
}

static bool read_pin_block(struct parsing *parsing, const struct json *value, void *to)
{
    (void)to;
    return read_hex(value, parsing->pin_block);
}

static bool read_mac(struct parsing *parsing, const struct json *value, void *to)
{
    (void)to;
    return read_hex(value, parsing->mac);
}

/* A number outside the range is an amount nobody can mean; anything else is no amount at all. */
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

static bool read_notes(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    return json_notes(value, to);
}

/* Text that may be printed on a terminal: no control characters, those of ISO 8859-1 included. */
static bool printable(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        if (*at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0))
            return false;
    return true;
}

static bool read_text(const struct json *value, size_t least, size_t size, char *to)
{
    const char *text;
    if (!json_string(value, &text) || strlen(text) < least || strlen(text) >= size || !printable(text))
        return false;
    memcpy(to, text, strlen(text) + 1);
    return true;
}

static bool read_owner(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    return read_text(value, 1, OWNER_LENGTH, to);
}

static bool read_reason(struct parsing *parsing, const struct json *value, void *to)
{
    (void)parsing;
    return read_text(value, 0, REASON_LENGTH, to);
}

static bool read_outcome(struct parsing *parsing, const struct json *value, void *to)
{
    static const char *const names[] = { [OUTCOME_DISPENSED] = "dispensed",
                                         [OUTCOME_NOT_DISPENSED] = "not_dispensed",
                                         [OUTCOME_RETRACTED] = "retracted",
                                         [OUTCOME_UNKNOWN] = "unknown" };
    /* A person who counts the machine knows. */
    int most =
        parsing->request->command.kind == TELLER_RESOLVE_WITHDRAWAL ? OUTCOME_NOT_DISPENSED : OUTCOME_UNKNOWN;
    const char *text;
    if (!json_string(value, &text))
        return false;
    for (int outcome = 0; outcome <= most; outcome++)
        if (strcmp(names[outcome], text) == 0) {
            *(enum dispense_outcome *)to = (enum dispense_outcome)outcome;
            return true;
        }
    return false;
}

#define UUID_SHAPE  "a uuid of 36 characters, not the nil one"
#define MONEY_SHAPE "a whole number of minor units"
#define NOTES_SHAPE "an array of denominations, each once, with their counts"
#define HEX_SHAPE   "text of 32 hexadecimal digits"
#define AT(member)  offsetof(struct command, member)

static const struct {
    const char *name;
    bool (*read)(struct parsing *parsing, const struct json *value, void *to);
    size_t at; /* in the command; 0 where the reader keeps it in the parsing */
    const char *shape;
} fields[FIELD_COUNT] = {
    [FIELD_TELLER_ID] = { "teller_id", read_uuid, AT(teller_id), UUID_SHAPE },
    [FIELD_ACCOUNT_ID] = { "account_id", read_uuid, AT(account_id), UUID_SHAPE },
    [FIELD_WITHDRAWAL_ID] = { "withdrawal_id", read_uuid, AT(withdrawal_id), UUID_SHAPE },
    [FIELD_CARD] = { "card", read_card, 0, "text of 8 to 19 digits with a right check digit" },
    [FIELD_PIN_BLOCK] = { "pin_block", read_pin_block, 0, HEX_SHAPE },
    [FIELD_MAC] = { "mac", read_mac, 0, HEX_SHAPE },
    [FIELD_AMOUNT] = { "amount", read_amount, AT(amount), MONEY_SHAPE " above 0 and below 10^15" },
    [FIELD_NOTES] = { "notes", read_notes, AT(notes), NOTES_SHAPE },
    [FIELD_CASSETTES] = { "cassettes", read_notes, AT(notes), NOTES_SHAPE },
    [FIELD_OUTCOME] = { "outcome", read_outcome, AT(outcome), "one of the outcomes this command has" },
    [FIELD_TAKEN] = { "taken", read_notes, AT(taken), NOTES_SHAPE },
    [FIELD_REJECTED] = { "rejected", read_notes, AT(rejected), NOTES_SHAPE },
    [FIELD_RETRACTED] = { "retracted", read_notes, AT(retracted), NOTES_SHAPE },
    [FIELD_REASON] = { "reason", read_reason, AT(reason),
                       "text of up to 60 bytes without control characters" },
    [FIELD_OWNER] = { "owner", read_owner, AT(owner), "text of 1 to 120 bytes without control characters" },
    [FIELD_DAILY_LIMIT] = { "daily_limit", read_limit, AT(daily_limit),
                            MONEY_SHAPE " from 0 to below 10^15" },
    [FIELD_DAILY_COUNT] = { "daily_count", read_count, AT(daily_count), "a whole number from 0 to 1000000" },
};

/* ---- the commands ----------------------------------------------------------- */

#define BIT(field) (1u << FIELD_##field)
#define WITH_CARD  (BIT(TELLER_ID) | BIT(CARD) | BIT(PIN_BLOCK))
#define WHERE_TO   (BIT(TAKEN) | BIT(REJECTED) | BIT(RETRACTED) | BIT(REASON))

/* Columns: the command; the fields it must have; those it may have. */
static const struct row {
    enum command_kind kind;
    unsigned required, optional;
} rows[] = {
    { TELLER_SIGN_ON, BIT(TELLER_ID) | BIT(MAC), BIT(CASSETTES) },
    { ACCOUNTS_ENQUIRE_BALANCE, WITH_CARD, 0 },
    { TELLER_INITIATE_WITHDRAWAL, WITH_CARD | BIT(AMOUNT), BIT(NOTES) },
    { TELLER_CONFIRM_DISPENSE, BIT(TELLER_ID) | BIT(WITHDRAWAL_ID) | BIT(OUTCOME), WHERE_TO },
    { TELLER_REPLENISH_CASSETTES, BIT(TELLER_ID) | BIT(NOTES), 0 },
    { TELLER_CUT_OVER, BIT(TELLER_ID), 0 },
    { ACCOUNTS_OPEN_ACCOUNT, BIT(OWNER), BIT(ACCOUNT_ID) | BIT(DAILY_LIMIT) | BIT(DAILY_COUNT) },
    { ACCOUNTS_DEPOSIT_MONEY, BIT(ACCOUNT_ID) | BIT(AMOUNT), 0 },
    { ACCOUNTS_WITHDRAW_MONEY, BIT(ACCOUNT_ID) | BIT(AMOUNT), 0 },
    { ACCOUNTS_SET_LIMITS, BIT(ACCOUNT_ID) | BIT(DAILY_LIMIT) | BIT(DAILY_COUNT), 0 },
    { ACCOUNTS_CLOSE_ACCOUNT, BIT(ACCOUNT_ID), 0 },
    { ACCOUNTS_ISSUE_CARD, BIT(ACCOUNT_ID) | BIT(CARD) | BIT(PIN_BLOCK), 0 },
    { ACCOUNTS_BLOCK_CARD, 0, BIT(CARD) | BIT(ACCOUNT_ID) },
    { ACCOUNTS_UNBLOCK_CARD, 0, BIT(CARD) | BIT(ACCOUNT_ID) },
    { TELLER_PROVISION, BIT(CASSETTES), BIT(TELLER_ID) },
    { TELLER_RESOLVE_WITHDRAWAL, BIT(WITHDRAWAL_ID) | BIT(OUTCOME), WHERE_TO },
};

static const struct row *row_find(enum command_kind kind)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind)
            return &rows[i];
    panic("the command %s may be sent but has no row", command_name(kind));
}

/* ---- the walk --------------------------------------------------------------- */

static bool is_common(const char *name)
{
    static const char *const common[] = { "v", "id", "command", "consistency", "repeat" };
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (strcmp(common[i], name) == 0)
            return true;
    return false;
}

static bool read_member(struct parsing *parsing, const struct row *row, const struct json *member)
{
    const char *name = json_name(member);
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(fields[i].name, name) != 0 || ((row->required | row->optional) & 1u << i) == 0)
            continue;
        parsing->given |= 1u << i;
        if (fields[i].read(parsing, member, (char *)&parsing->request->command + fields[i].at))
            return true;
        enum refusal refusal = parsing->refusal->refusal;
        return refuse(parsing, refusal == NOT_REFUSED ? REFUSED_INVALID_REQUEST : refusal,
                      "The field \"%s\" has to be %s.", name, fields[i].shape);
    }
    return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"%.40s\" is none of this command.", name);
}

static bool read_members(struct parsing *parsing, const struct row *row, const struct json *json)
{
    for (const struct json *member = json_first(json); member != NULL; member = json_next(member))
        if (!is_common(json_name(member)) && !read_member(parsing, row, member))
            return false;
    unsigned missing = row->required & ~parsing->given;
    for (unsigned i = 0; missing != 0 && i < FIELD_COUNT; i++)
        if ((missing & 1u << i) != 0)
            return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"%s\" is missing.", fields[i].name);
    return true;
}

static bool read_common(struct parsing *parsing, const struct json *json)
{
    const char *consistency = "eventual";
    const struct json *value;
    int64_t version;
    if (json_type_of(json) != JSON_OBJECT)
        return refuse(parsing, REFUSED_INVALID_REQUEST, "A request has to be one JSON object.");
    struct uuid id;
    bool has_id = json_uuid(json_get(json, "id"), &id) && !uuid_is_nil(&id);
    if (has_id)
        parsing->request->command.id = id;
    if (!json_integer(json_get(json, "v"), &version) || version != WIRE_VERSION)
        return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"v\" has to be %d.", WIRE_VERSION);
    if (!has_id)
        return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"id\" has to be " UUID_SHAPE ".");
    /* Read models are written with the events, so both words mean the same. */
    if ((value = json_get(json, "consistency")) != NULL &&
        (!json_string(value, &consistency) ||
         (strcmp(consistency, "eventual") != 0 && strcmp(consistency, "strong") != 0)))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"consistency\" has to be \"eventual\" or \"strong\".");
    if ((value = json_get(json, "repeat")) != NULL && !json_boolean(value, &parsing->request->repeat))
        return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"repeat\" has to be true or false.");
    return true;
}

/* ---- after the walk --------------------------------------------------------- */

/* A terminal speaks for the teller it signed on; a sign-on proves that it may. */
static bool check_teller(struct parsing *parsing)
{
    const struct request *request = parsing->request;
    const struct command *command = &request->command;
    if (request->sender != BY_TERMINAL)
        return true;
    if (command->kind != TELLER_SIGN_ON) {
        if (uuid_is_nil(&request->signed_on))
            return refuse(parsing, REFUSED_NOT_SIGNED_ON, "%s", "");
        return uuid_equal(&request->signed_on, &command->teller_id) ||
               refuse(parsing, REFUSED_OTHER_TELLER, "%s", "");
    }
    const struct pin_key *key = vault_terminal_key(parsing->vault, &command->teller_id);
    if (key == NULL)
        return refuse(parsing, REFUSED_NO_SUCH_TELLER, "%s", "");
    unsigned char mac[WIRE_MAC_LENGTH];
    wire_sign_on_mac(key, &command->id, &command->teller_id, mac);
    return CRYPTO_memcmp(mac, parsing->mac, sizeof mac) == 0 ||
           refuse(parsing, REFUSED_NOT_SIGNED_ON, "The mac is not the one that this terminal's key makes.");
}

static bool seal_card(struct parsing *parsing)
{
    struct command *command = &parsing->request->command;
    if (parsing->pan == NULL)
        return true;
    vault_card_token(parsing->vault, parsing->pan, command->card);
    pan_mask(parsing->pan, command->masked);
    if ((parsing->given & BIT(PIN_BLOCK)) == 0)
        return true;
    const struct pin_key *key = parsing->request->sender == BY_TERMINAL
                                    ? vault_terminal_key(parsing->vault, &command->teller_id)
                                    : vault_pin_entry_key(parsing->vault);
    if (key == NULL)
        return refuse(parsing, REFUSED_NOT_SIGNED_ON, "%s", "");
    bool well_formed = vault_pin_reference(parsing->vault, key, parsing->pan, command->card,
                                           parsing->pin_block, command->pin_reference);
    /* At a terminal that is a wrong PIN, and counts as one; but a card must not be issued with it. */
    return well_formed || command->kind != ACCOUNTS_ISSUE_CARD ||
           refuse(parsing, REFUSED_INVALID_REQUEST,
                  "The field \"pin_block\" has to be a format 4 block of this card under pin-entry.key.");
}

/* What follows from the fields, or from their absence. */
static bool derive(struct parsing *parsing)
{
    struct command *command = &parsing->request->command;
    bool one_of_two = command->kind == ACCOUNTS_BLOCK_CARD || command->kind == ACCOUNTS_UNBLOCK_CARD;
    if (one_of_two && (parsing->given == 0 || parsing->given == (BIT(CARD) | BIT(ACCOUNT_ID))))
        return refuse(parsing, REFUSED_INVALID_REQUEST, "Give either the field \"card\" or \"account_id\".");
    command->notes_given =
        command->kind == TELLER_SIGN_ON ? (parsing->given & BIT(CASSETTES)) != 0 : command->notes.length > 0;
    /* The command's own id, so that a retry has the same content. */
    if (command->kind == ACCOUNTS_OPEN_ACCOUNT && uuid_is_nil(&command->account_id))
        command->account_id = command->id;
    if (command->kind == ACCOUNTS_OPEN_ACCOUNT && (parsing->given & BIT(DAILY_LIMIT)) == 0)
        command->daily_limit = DAILY_LIMIT_DEFAULT;
    if (command->kind == TELLER_PROVISION && uuid_is_nil(&command->teller_id))
        command->teller_id = command->id;
    if (command->kind == TELLER_INITIATE_WITHDRAWAL)
        command->withdrawal_id = command->id;
    return true;
}

void request_complete(struct request *request)
{
    struct command *command = &request->command;
    char teller[UUID_TEXT_LENGTH];
    command->correlation_id = uuid_is_nil(&command->withdrawal_id) ? command->id : command->withdrawal_id;
    if (request->sender == BY_TERMINAL)
        snprintf(request->actor, sizeof request->actor, "terminal %s",
                 uuid_format(&command->teller_id, teller));
    else
        snprintf(request->actor, sizeof request->actor, "%s",
                 request->sender == BY_OPERATOR ? "operator" : "bank");
    request_hash_content(request);
}

/* EchoTest and GetStatus have no fields of their own. */
static enum parse_outcome parse_question(struct parsing *parsing, const struct json *json,
                                         enum parse_outcome outcome)
{
    static const struct row no_fields = { .kind = NO_COMMAND };
    return read_members(parsing, &no_fields, json) ? outcome : PARSED_REFUSED;
}

static enum parse_outcome parse_object(struct parsing *parsing, const struct json *json)
{
    const char *name;
    struct request *request = parsing->request;
    if (!read_common(parsing, json))
        return PARSED_REFUSED;
    if (!json_string(json_get(json, "command"), &name)) {
        refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"command\" has to be the name of a command.");
        return PARSED_REFUSED;
    }
    if (strcmp(name, "EchoTest") == 0)
        return parse_question(parsing, json, PARSED_ECHO);
    bool status = strcmp(name, "GetStatus") == 0;
    enum command_kind kind = command_kind_find(name);
    if (!status && kind == NO_COMMAND) {
        refuse(parsing, REFUSED_UNKNOWN_COMMAND, "%s", "");
        return PARSED_REFUSED;
    }
    if (((status ? BY_OPERATOR : command_senders(kind)) & request->sender) == 0) {
        refuse(parsing, REFUSED_NOT_PERMITTED, "%s", "");
        return PARSED_REFUSED;
    }
    if (status)
        return parse_question(parsing, json, PARSED_STATUS);
    request->command.kind = kind;
    if (!read_members(parsing, row_find(kind), json) || !check_teller(parsing) || !derive(parsing) ||
        !seal_card(parsing))
        return PARSED_REFUSED;
    request_complete(request);
    return PARSED_COMMAND;
}

enum parse_outcome request_parse(struct vault *vault, const char *line, size_t length,
                                 struct request *request, struct parse_refusal *refusal)
{
    struct parsing parsing = { .vault = vault, .request = request, .refusal = refusal };
    struct error error;
    *refusal = (struct parse_refusal){ .refusal = NOT_REFUSED };
    struct json *json = json_parse(line, length, &error);
    if (json == NULL) {
        refuse(&parsing, REFUSED_INVALID_REQUEST, "The line is no request: %.120s.", error.message);
        return PARSED_REFUSED;
    }
    enum parse_outcome outcome = parse_object(&parsing, json);
    json_destroy(json);
    return outcome;
}
