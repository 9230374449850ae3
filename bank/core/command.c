/* SPDX-License-Identifier: MIT */
#include "bank/core/command.h"

#include <stddef.h>

/* The last row is NO_COMMAND's, that of an event whose command this program does not know. */
static const struct command_traits table[COMMAND_KIND_COUNT + 1] = {
#define X(enumerator, name, wire, senders, aggregate, saga, more, required, optional)              \
    { name, wire, senders, aggregate, saga, more, required, optional },
    COMMAND_TABLE(X)
#undef X
        [NO_COMMAND] = { .name = "", .wire = "", .saga = SAGA_NONE }
};

static const char *const field_names[COMMAND_FIELD_COUNT] = {
#define X(enumerator, name, shape, member) name,
    COMMAND_FIELD_TABLE(X)
#undef X
};

static const size_t saga_ids[SAGA_COUNT] = {
#define X(enumerator, name) offsetof(struct command, name##_id),
    SAGA_TABLE(X)
#undef X
};

const struct command_traits *command_traits(enum command_kind kind)
{
    return &table[kind];
}

enum source command_source(enum command_kind kind)
{
    const struct command_traits *traits = &table[kind];
    if ((traits->more & CONTINUES) == 0)
        return SOURCE_UNSAID;
    if ((traits->more & DUE) != 0)
        return SOURCE_DEADLINE;
    return traits->senders == BY_TERMINAL ? SOURCE_MACHINE : SOURCE_OPERATOR;
}

enum command_kind command_kind_find(const char *wire_name)
{
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if (table[kind].senders != 0 && strcmp(table[kind].wire, wire_name) == 0)
            return (enum command_kind)kind;
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if (table[kind].senders != 0 && strcmp(table[kind].name, wire_name) == 0)
            return (enum command_kind)kind;
    return NO_COMMAND;
}

const char *command_field_name(enum command_field field)
{
    return field_names[field];
}

struct uuid *command_id_of(struct command *command, enum saga_kind saga)
{
    return (struct uuid *)(void *)((char *)command + saga_ids[saga]);
}

const struct uuid *command_saga_id(const struct command *command)
{
    const enum saga_kind own = table[command->kind].saga;
    const struct uuid *id = NULL;
    if (own != SAGA_NONE) /* a proposal names the saga that it is about as well */
        id = (const struct uuid *)(const void *)((const char *)command + saga_ids[own]);
    for (unsigned saga = 0; saga < SAGA_COUNT && (id == NULL || uuid_is_nil(id)); saga++)
        id = (const struct uuid *)(const void *)((const char *)command + saga_ids[saga]);
    return id;
}

bool command_id_fits(const struct command *command)
{
    return !uuid_is_nil(&command->id) && (command_is(command->kind, BEGINS) ||
                                          !uuid_equal(&command->id, command_saga_id(command)));
}

const char *dispense_outcome_name(enum dispense_outcome outcome)
{
    static const char *const names[] = { [OUTCOME_DISPENSED] = "dispensed",
                                         [OUTCOME_NOT_DISPENSED] = "not_dispensed",
                                         [OUTCOME_RETRACTED] = "retracted",
                                         [OUTCOME_UNKNOWN] = "unknown" };
    return (size_t)outcome < sizeof names / sizeof names[0] ? names[outcome] : NULL;
}

const char *deposit_outcome_name(enum deposit_outcome outcome)
{
    static const char *const names[] = { [OUTCOME_COUNTED] = "counted",
                                         [OUTCOME_CANCELLED] = "cancelled",
                                         [OUTCOME_CREDITED] = "credited",
                                         [OUTCOME_RETURNED] = "returned",
                                         [OUTCOME_LOST] = "unknown" };
    return (size_t)outcome < sizeof names / sizeof names[0] ? names[outcome] : NULL;
}
