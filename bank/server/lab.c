/* SPDX-License-Identifier: MIT */
#include "bank/server/lab.h"

#include "bank/log/log.h"
#include "bank/server/question.h"
#include "shared/json.h"
#include "shared/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lab {
    int count, coming; /* coming: rules that are being recorded */
    struct lab_rule rule[LAB_RULES_MAX];
};

static const char *const effect_names[LAB_EFFECT_COUNT] = { [LAB_NONE] = "",
#define X(enumerator, name, about) [LAB_##enumerator] = name,
                                                            LAB_EFFECT_TABLE(X)
#undef X
};

struct lab *lab_create(void)
{
    struct lab *lab = calloc(1, sizeof *lab);
    if (lab == NULL)
        panic("out of memory");
    return lab;
}

void lab_destroy(struct lab *lab)
{
    free(lab);
}

/* ---- a rule of an act ------------------------------------------------------- */

static bool read_number(const char *text, int64_t most, int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number <= most;
}

static bool is_on_the_wire(const char *name)
{
    if (question_find(name) != QUESTION_COUNT)
        return true;
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        const struct command_traits *traits = command_traits((enum command_kind)kind);
        if ((traits->senders & BY_TERMINAL) != 0 && strcmp(traits->wire, name) == 0)
            return true;
    }
    return false;
}

static const char *read_error(struct lab_rule *rule, const char *text)
{
    rule->refusal = refusal_find(text);
    return rule->refusal != REFUSAL_COUNT && rule->refusal != NOT_REFUSED
               ? NULL
               : "A rule's \"error\" has to be the name of an error, such as daily_limit.";
}

static const char *read_delay(struct lab_rule *rule, const char *text)
{
    int64_t number;
    if (!read_number(text, LAB_DELAY_MAX_MS, &number))
        return "A rule's \"delay_ms\" has to be a whole number of milliseconds up to 600000.";
    rule->delay_ms = (int)number;
    return NULL;
}

static const char *read_id(struct uuid *id, const char *text)
{
    return uuid_read(text, strlen(text), id) ? NULL
                                             : "A rule's \"teller\" and \"card\" have to be ids.";
}

static const char *read_teller(struct lab_rule *rule, const char *text)
{
    return read_id(&rule->teller, text);
}

static const char *read_card(struct lab_rule *rule, const char *text)
{
    return read_id(&rule->card, text);
}

static const char *read_amount(struct lab_rule *rule, const char *text)
{
    return read_number(text, INT64_C(1000000000000000), &rule->amount)
               ? NULL
               : "A rule's \"amount\" has to be a whole number of minor units.";
}

static const char *read_command(struct lab_rule *rule, const char *text)
{
    if (strlen(text) >= sizeof rule->command || !is_on_the_wire(text))
        return "A rule's \"command\" has to be one of a terminal's, such as InitiateWithdrawal.";
    snprintf(rule->command, sizeof rule->command, "%s", text);
    return NULL;
}

static const char *read_times(struct lab_rule *rule, const char *text)
{
    return read_number(text, LAB_TIMES_MAX, &rule->left)
               ? NULL
               : "A rule's \"times\" has to be a whole number up to 1000000, 0 for without end.";
}

static const struct {
    const char *name;
    const char *(*read)(struct lab_rule *rule, const char *text);
} members[] = { { "error", read_error }, { "delay_ms", read_delay }, { "teller", read_teller },
                { "card", read_card },   { "amount", read_amount },  { "command", read_command },
                { "times", read_times } };

static const char *read_member(struct lab_rule *rule, const struct json *member)
{
    const char *text = "";
    json_string(member, &text);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].name, json_name(member)) == 0)
            return members[i].read(rule, text);
    return "A rule has error, delay_ms, teller, card, amount, command and times, and nothing else.";
}

/* NULL: the rule is right; else a sentence that says what is not. */
static const char *rule_read(const char *subject, const char *given, struct lab_rule *rule)
{
    struct error ignored;
    const char *wrong = NULL;
    *rule = (struct lab_rule){ .left = 1 };
    for (enum lab_effect effect = LAB_NONE + 1; effect < LAB_EFFECT_COUNT; effect++)
        if (strcmp(effect_names[effect], subject) == 0)
            rule->effect = effect;
    if (rule->effect == LAB_NONE)
        return "A rule's subject has to be decline, delay, drop, repeat or garbage.";
    struct json *json = given[0] != '\0' ? json_parse(given, strlen(given), &ignored) : NULL;
    for (const struct json *member = json != NULL ? json_first(json) : NULL;
         member != NULL && wrong == NULL; member = json_next(member))
        wrong = read_member(rule, member);
    json_destroy(json);
    if (wrong == NULL && (rule->effect == LAB_DECLINE) != (rule->refusal != NOT_REFUSED))
        return "A decline needs \"error\", the name of an error, and no other rule has one.";
    if (wrong == NULL && (rule->effect == LAB_DELAY) != (rule->delay_ms > 0))
        return "A delay needs \"delay_ms\" above 0, and no other rule has it.";
    return wrong;
}

/* ---- the rules -------------------------------------------------------------- */

static enum act act_of(const struct request *request)
{
    return request->command.kind == BANK_RECORD_ACT ? request->command.act : ACT_NONE;
}

const char *lab_act_wrong(struct lab *lab, const struct request *request)
{
    const enum act act = act_of(request);
    struct lab_rule rule;
    const char *wrong;
    if (act != ACT_LAB_RULE && act != ACT_LAB_CLEAR)
        return NULL;
    if (lab == NULL)
        return "This bank is no lab, so its answers cannot be forced: start one with --lab.";
    if (act == ACT_LAB_CLEAR)
        return NULL;
    if (lab->count + lab->coming >= LAB_RULES_MAX)
        return "The lab has as many rules as it can have: clear them first.";
    wrong = rule_read(request->command.subject, request->given, &rule);
    lab->coming += wrong == NULL;
    return wrong;
}

void lab_act_done(struct lab *lab, const struct request *request, bool recorded)
{
    const enum act act = act_of(request);
    struct lab_rule rule;
    if (lab == NULL)
        return;
    lab->coming -= act == ACT_LAB_RULE;
    if (!recorded)
        return;
    if (act == ACT_LAB_CLEAR)
        lab->count = 0;
    else if (act == ACT_LAB_RULE && lab->count < LAB_RULES_MAX &&
             rule_read(request->command.subject, request->given, &rule) == NULL)
        lab->rule[lab->count++] = rule;
}

int lab_count(const struct lab *lab)
{
    return lab != NULL ? lab->count : 0;
}

static void write_rule(struct json_writer *writer, const struct lab_rule *rule)
{
    json_open_object(writer, NULL);
    json_write_string(writer, "effect", effect_names[rule->effect]);
    if (rule->refusal != NOT_REFUSED)
        json_write_string(writer, "error", refusal_name(rule->refusal));
    if (rule->delay_ms > 0)
        json_write_integer(writer, "delay_ms", rule->delay_ms);
    if (!uuid_is_nil(&rule->teller))
        json_write_uuid(writer, "teller_id", &rule->teller);
    if (!uuid_is_nil(&rule->card))
        json_write_uuid(writer, "card_id", &rule->card);
    if (rule->amount > 0)
        json_write_integer(writer, "amount", rule->amount);
    if (rule->command[0] != '\0')
        json_write_string(writer, "command", rule->command);
    if (rule->left > 0)
        json_write_integer(writer, "left", rule->left);
    json_close_object(writer);
}

size_t lab_write(const struct lab *lab, char *buffer, size_t size, const struct uuid *id)
{
    struct json_writer writer;
    json_writer_init(&writer, buffer, size);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "v", WIRE_VERSION);
    json_write_uuid(&writer, "id", id);
    json_write_boolean(&writer, "ok", true);
    json_write_string(&writer, "code", refusal_code(NOT_REFUSED));
    json_write_boolean(&writer, "lab", lab != NULL);
    json_open_array(&writer, "rules");
    for (int i = 0; i < lab_count(lab); i++)
        write_rule(&writer, &lab->rule[i]);
    json_close_array(&writer);
    json_close_object(&writer);
    return json_finish(&writer);
}

static bool matches(const struct lab_rule *rule, const struct request *request, const char *name)
{
    const struct command *command = &request->command;
    return (rule->command[0] == '\0' || strcmp(rule->command, name) == 0) &&
           (rule->amount == 0 || rule->amount == command->amount) &&
           (uuid_is_nil(&rule->teller) || uuid_equal(&rule->teller, &request->signed_on) ||
            uuid_equal(&rule->teller, &command->teller_id)) &&
           (uuid_is_nil(&rule->card) ||
            memcmp(rule->card.bytes, command->card, sizeof rule->card.bytes) == 0);
}

/* One that has answered as often as it was to is gone; the others keep their order. */
static void spend(struct lab *lab, struct lab_rule *rule)
{
    if (rule->left == 0 || --rule->left > 0)
        return;
    const size_t after = (size_t)(&lab->rule[lab->count] - rule) - 1;
    memmove(rule, rule + 1, after * sizeof *rule);
    lab->count--;
}

struct lab_answer lab_take(struct lab *lab, const struct request *request, const char *name,
                           bool decides)
{
    char id[UUID_TEXT_LENGTH];
    for (int i = 0; i < lab_count(lab) && request->sender == BY_TERMINAL; i++) {
        struct lab_rule *rule = &lab->rule[i];
        if (!matches(rule, request, name) || (rule->effect == LAB_DECLINE && !decides))
            continue;
        const struct lab_answer answer = { rule->effect, rule->refusal, rule->delay_ms };
        log_event("lab-answer", "effect=%s command=%s id=%s", effect_names[rule->effect], name,
                  uuid_write(&request->command.id, id));
        spend(lab, rule);
        return answer;
    }
    return (struct lab_answer){ .effect = LAB_NONE };
}
