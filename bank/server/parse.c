/* SPDX-License-Identifier: MIT */
/*
 * COMMAND_TABLE says which fields a command must and may have. The code is a walk
 * over the members of the object, which finds unknown fields, and one over the
 * command's row, which finds missing ones.
 *
 * Whatever needs two fields at once (a PIN block and its card, a MAC and its
 * teller) is done after the walk, when all of them are there.
 */
#include "bank/server/parse.h"

#include "bank/core/account.h"
#include "bank/server/fields.h"
#include "bank/server/metadata.h"
#include "bank/server/question.h"
#include "shared/cash_code.h"

#include <stdarg.h>
#include <stdio.h>

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

/* ---- the walk --------------------------------------------------------------- */

/* The mac is looked at where it stands in the line (wire.h); whose it has to be is known only at
 * the end. */
static bool is_common(const struct parsing *parsing, const char *name)
{
    if (strcmp(name, "mac") == 0)
        return parsing->request->sender == BY_TERMINAL;
    if (strcmp(name, "expected_version") == 0 || strcmp(name, "metadata") == 0)
        return parsing->request->sender == BY_OPERATOR;
    static const char *const common[] = { "v", "id", "command", "consistency", "repeat" };
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (strcmp(common[i], name) == 0)
            return true;
    return false;
}

static bool read_member(struct parsing *parsing, const struct command_traits *traits,
                        const struct json *member)
{
    const char *name = json_name(member);
    for (enum command_field i = 0; i < COMMAND_FIELD_COUNT; i++) {
        if (((traits->required | traits->optional) & BIT(i)) == 0 ||
            strcmp(command_field_name(i), name) != 0)
            continue;
        parsing->given |= BIT(i);
        if (field_read(i, parsing, member))
            return true;
        enum refusal refusal = parsing->refusal->refusal;
        return refuse(parsing, refusal == NOT_REFUSED ? REFUSED_INVALID_REQUEST : refusal,
                      "The field \"%s\" has to be %s.", name, field_shape(i));
    }
    return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"%.40s\" is none of this command.",
                  name);
}

static bool read_members(struct parsing *parsing, const struct command_traits *traits,
                         const struct json *json)
{
    for (const struct json *member = json_first(json); member != NULL; member = json_next(member))
        if (!is_common(parsing, json_name(member)) && !read_member(parsing, traits, member))
            return false;
    uint64_t missing = traits->required & ~parsing->given;
    for (enum command_field i = 0; missing != 0 && i < COMMAND_FIELD_COUNT; i++)
        if ((missing & BIT(i)) != 0)
            return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"%s\" is missing.",
                          command_field_name(i));
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
        return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"v\" has to be %d.",
                      WIRE_VERSION);
    if (!has_id)
        return refuse(parsing, REFUSED_INVALID_REQUEST, "The field \"id\" has to be %s.",
                      field_shape(GIVEN_TELLER_ID));
    if ((value = json_get(json, "consistency")) != NULL &&
        (!json_string(value, &consistency) ||
         (strcmp(consistency, "eventual") != 0 && strcmp(consistency, "strong") != 0)))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"consistency\" has to be \"eventual\" or \"strong\".");
    parsing->request->strong = strcmp(consistency, "strong") == 0;
    value = parsing->request->sender == BY_OPERATOR ? json_get(json, "expected_version") : NULL;
    parsing->request->versioned = value != NULL;
    if (value != NULL && (!json_integer(value, &parsing->request->expected_version) ||
                          parsing->request->expected_version < 0))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"expected_version\" has to be a whole number, 0 for none yet.");
    value = parsing->request->sender == BY_OPERATOR ? json_get(json, "metadata") : NULL;
    if (value != NULL && !metadata_read(value, parsing->request->given))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"metadata\" has to be " METADATA_SHAPE ".");
    if ((value = json_get(json, "repeat")) != NULL &&
        !json_boolean(value, &parsing->request->repeat))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"repeat\" has to be true or false.");
    return true;
}

/* ---- after the walk --------------------------------------------------------- */

/* A terminal speaks for the teller it signed on, and each of its lines proves that it has that
 * teller's key.
 */
static bool check_teller(struct parsing *parsing)
{
    const struct request *request = parsing->request;
    const struct command *command = &request->command;
    if (request->sender != BY_TERMINAL)
        return true;
    if (!uuid_is_nil(&request->certified) && !uuid_equal(&request->certified, &command->teller_id))
        return refuse(parsing, REFUSED_OTHER_TELLER, "%s", "");
    if (command->kind != TELLER_SIGN_ON) {
        if (uuid_is_nil(&request->signed_on))
            return refuse(parsing, REFUSED_NOT_SIGNED_ON, "%s", "");
        if (!uuid_equal(&request->signed_on, &command->teller_id))
            return refuse(parsing, REFUSED_OTHER_TELLER, "%s", "");
    }
    /* A file may have been replaced since its keys were derived. */
    const struct wire_keys *keys = vault_wire_keys(parsing->vault, &command->teller_id);
    if (command->kind == TELLER_SIGN_ON && keys != NULL &&
        !wire_signed(&keys->request, parsing->line, parsing->length)) {
        vault_forget_terminal_key(parsing->vault, &command->teller_id);
        keys = vault_wire_keys(parsing->vault, &command->teller_id);
    }
    if (keys == NULL)
        return refuse(parsing, REFUSED_NO_SUCH_TELLER, "%s", "");
    if (!wire_signed(&keys->request, parsing->line, parsing->length))
        return refuse(parsing,
                      command->kind == TELLER_SIGN_ON ? REFUSED_NOT_SIGNED_ON : REFUSED_BAD_MAC,
                      "The line does not end with the mac that this terminal's key makes.");
    if (command->kind == TELLER_SIGN_ON)
        pin_key_check(vault_terminal_key(parsing->vault, &command->teller_id),
                      parsing->request->command.key_check);
    return true;
}

/* The PIN is chosen by the card's holder, so its block is the machine's to make well. That is said
 * without a look at the card, and tells nothing of the old one. A cash code's is in a block of its
 * number. */
static bool seal_new_pin(struct parsing *parsing, const struct pin_key *key)
{
    struct command *command = &parsing->request->command;
    const unsigned char *block = parsing->request->new_pin_block;
    struct vault *vault = parsing->vault;
    bool *weak = &command->new_pin_weak, well_formed;
    struct pin_key once;
    wire_new_pin_key(key, &command->id, &once);
    if (parsing->code != NULL) {
        pan_mask(parsing->code, command->code_masked);
        vault_new_pin_reference(vault, &once, parsing->code, command->card, block,
                                command->card_new_pin, weak);
        well_formed = vault_new_pin_reference(vault, &once, parsing->code, command->cash_code,
                                              block, command->new_pin_reference, weak);
    } else {
        well_formed = vault_new_pin_reference(vault, &once, parsing->pan, command->card, block,
                                              command->new_pin_reference, weak);
    }
    pin_wipe(&once, sizeof once);
    return well_formed ||
           refuse(parsing, REFUSED_INVALID_REQUEST,
                  "The field \"new_pin_block\" has to be a format 4 block of this %s and request "
                  "under the new PIN's key.",
                  parsing->code != NULL ? "cash code" : "card");
}

static bool seal_card(struct parsing *parsing)
{
    struct command *command = &parsing->request->command;
    if (parsing->pan == NULL)
        return true;
    if (command->kind == ACCOUNTS_ISSUE_CARD && cash_code_is(parsing->pan))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"card\" has a number of the range of cash codes: issue the card "
                      "with another one.");
    pan_mask(parsing->pan, command->masked);
    if ((parsing->given & WITH(PIN_BLOCK)) == 0)
        return true;
    const struct pin_key *key = parsing->request->sender == BY_TERMINAL
                                    ? vault_terminal_key(parsing->vault, &command->teller_id)
                                    : vault_pin_entry_key(parsing->vault);
    if (key == NULL)
        return refuse(parsing, REFUSED_NOT_SIGNED_ON, "%s", "");
    struct pin_key once;
    wire_pin_key(key, &command->id, &once);
    bool well_formed = vault_pin_reference(parsing->vault, &once, parsing->pan, command->card,
                                           parsing->request->pin_block, command->pin_reference);
    pin_wipe(&once, sizeof once);
    if ((parsing->given & WITH(NEW_PIN_BLOCK)) != 0 && !seal_new_pin(parsing, key))
        return false;
    /* At a terminal that is a wrong PIN, and counts as one; but a card must not be issued with it.
     */
    return well_formed || command->kind != ACCOUNTS_ISSUE_CARD ||
           refuse(
               parsing, REFUSED_INVALID_REQUEST,
               "The field \"pin_block\" has to be a format 4 block of this card and request under "
               "pin-entry.key.");
}

/* Before anything of the command is looked at. */
static bool check_role(struct parsing *parsing, const char *command, enum operator_role least)
{
    const struct actor *who = &parsing->request->who;
    if (parsing->request->sender != BY_OPERATOR || who->role >= least)
        return true;
    if (who->role == ROLE_NONE)
        return refuse(
            parsing, REFUSED_NO_OPERATOR,
            "%s is no operator of this bank: a line of the file operators in its home makes one.",
            who->from);
    return refuse(parsing, REFUSED_ROLE_NEEDED, "%.40s needs the role %s, and %s is %s.", command,
                  operator_role_name(least), who->name, operator_role_name(who->role));
}

/* The command is one, its acts are many. */
static bool check_act(struct parsing *parsing)
{
    const enum act act = parsing->request->command.act;
    return act == ACT_NONE || check_role(parsing, act_name(act), act_role(act));
}

/* What follows from the fields, or from their absence. */
static bool derive(struct parsing *parsing)
{
    struct command *command = &parsing->request->command;
    bool which = command->kind == ACCOUNTS_BLOCK_CARD || command->kind == ACCOUNTS_UNBLOCK_CARD;
    if (which && __builtin_popcountll(parsing->given) != 1)
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "Give either the field \"card_id\", \"card\" or \"account_id\".");
    const bool counts = command->kind == TELLER_SIGN_ON || command->kind == TELLER_CUT_OVER;
    command->notes_given =
        counts ? (parsing->given & WITH(CASSETTES)) != 0 : command->notes.length > 0;
    if (command->kind == TELLER_CUT_OVER && parsing->request->sender == BY_OPERATOR &&
        command->notes_given)
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"cassettes\" is what a machine counts: an operator says it with "
                      "CountCassettes.");
    /* None of a denomination is as if it were not named, of notes that went somewhere. */
    notes_drop_zeros(&command->taken);
    notes_drop_zeros(&command->rejected);
    notes_drop_zeros(&command->retracted);
    /* The command's own id, so that a retry has the same content. */
    if (command->kind == ACCOUNTS_OPEN_ACCOUNT && uuid_is_nil(&command->account_id))
        command->account_id = command->id;
    if (command->kind == ACCOUNTS_OPEN_ACCOUNT && (parsing->given & WITH(DAILY_LIMIT)) == 0)
        command->daily_limit = DAILY_LIMIT_DEFAULT;
    if ((parsing->given & WITH(DEPOSIT_LIMIT)) == 0)
        command->deposit_limit = LIMIT_UNSAID;
    if ((parsing->given & WITH(DEPOSIT_DAILY)) == 0)
        command->deposit_daily = LIMIT_UNSAID;
    command->by_machine =
        command->kind == TELLER_CUT_OVER && parsing->request->sender == BY_TERMINAL;
    if (command->kind == TELLER_PROVISION && uuid_is_nil(&command->teller_id))
        command->teller_id = command->id;
    if (command_is(command->kind, BEGINS))
        *command_id_of(command, command_traits(command->kind)->saga) = command->id;
    if (!command_id_fits(command))
        return refuse(
            parsing, REFUSED_INVALID_REQUEST,
            "The field \"id\" has to be a new one, not the \"%s\" that the command is about.",
            command_field_name((parsing->given & WITH(PROPOSAL_ID)) != 0  ? GIVEN_PROPOSAL_ID
                               : (parsing->given & WITH(DEPOSIT_ID)) != 0 ? GIVEN_DEPOSIT_ID
                                                                          : GIVEN_WITHDRAWAL_ID));
    /* Notes that were counted have to be named, and notes that went back are none of the bank's. */
    if (command->kind == TELLER_CONFIRM_DEPOSIT &&
        command->notes_given != (command->deposit_outcome == OUTCOME_COUNTED))
        return refuse(parsing, REFUSED_INVALID_REQUEST,
                      "The field \"notes\" belongs to the outcome \"counted\", and only there.");
    return true;
}

void request_complete(struct request *request)
{
    struct command *command = &request->command;
    char teller[UUID_TEXT_LENGTH];
    const struct uuid *process_id = command_saga_id(command);
    command->correlation_id = uuid_is_nil(process_id) ? command->id : *process_id;
    if (request->sender == BY_TERMINAL)
        snprintf(request->actor, sizeof request->actor, "terminal %s",
                 uuid_write(&command->teller_id, teller));
    else if (request->sender == BY_OPERATOR)
        snprintf(request->actor, sizeof request->actor, "operator %s", request->who.name);
    else
        snprintf(request->actor, sizeof request->actor, "bank");
    request_hash_content(request);
}

/*
 * The hash of the content is of a keyed reference of the name, so that a retry
 * has the same one and nobody with the database can try names; then the sealed
 * name, which is another each time, takes its place.
 */
static void complete(struct parsing *parsing)
{
    struct request *request = parsing->request;
    struct command *command = &request->command;
    if (parsing->owner != NULL)
        vault_owner_reference(parsing->vault, parsing->owner, command->owner);
    request_complete(request);
    if (parsing->owner != NULL)
        vault_seal_owner(parsing->vault, &command->account_id, &command->id, parsing->owner,
                         command->owner, &command->data_key);
}

/* What names a teller proves that it is that teller's machine. */
static enum parse_outcome parse_question(struct parsing *parsing, const struct json *json,
                                         enum question question)
{
    const unsigned required = question_traits[question].required;
    const struct command_traits fields = { .required = required,
                                           .optional = question_traits[question].optional };
    if (!read_members(parsing, &fields, json) ||
        ((required & WITH(TELLER_ID)) != 0 && !check_teller(parsing)))
        return PARSED_REFUSED;
    return PARSED_QUESTION + question;
}

static enum parse_outcome parse_object(struct parsing *parsing, const struct json *json)
{
    const char *name;
    struct request *request = parsing->request;
    if (!read_common(parsing, json))
        return PARSED_REFUSED;
    if (!json_string(json_get(json, "command"), &name)) {
        refuse(parsing, REFUSED_INVALID_REQUEST,
               "The field \"command\" has to be the name of a command.");
        return PARSED_REFUSED;
    }
    const enum question question = question_find(name);
    const enum command_kind kind = command_kind_find(name);
    if (question == QUESTION_COUNT && kind == NO_COMMAND) {
        refuse(parsing, REFUSED_UNKNOWN_COMMAND, "%s", "");
        return PARSED_REFUSED;
    }
    const unsigned senders = question < QUESTION_COUNT ? question_traits[question].senders
                                                       : command_traits(kind)->senders;
    if ((senders & request->sender) == 0) {
        refuse(parsing, REFUSED_NOT_PERMITTED, "%s", "");
        return PARSED_REFUSED;
    }
    if (!check_role(parsing, name, senders_role(senders)))
        return PARSED_REFUSED;
    if (question < QUESTION_COUNT)
        return parse_question(parsing, json, question);
    request->command.kind = kind;
    if (!read_members(parsing, command_traits(kind), json) || !check_act(parsing) ||
        !check_teller(parsing) || !derive(parsing) || !seal_card(parsing))
        return PARSED_REFUSED;
    complete(parsing);
    return PARSED_COMMAND;
}

enum parse_outcome request_parse(struct vault *vault, const char *line, size_t length,
                                 struct request *request, struct parse_refusal *refusal)
{
    struct parsing parsing = {
        .vault = vault, .request = request, .refusal = refusal, .line = line, .length = length
    };
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
