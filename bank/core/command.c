/* SPDX-License-Identifier: MIT */
#include "bank/core/command.h"

static const struct {
    const char *name, *wire;
    unsigned senders;
} table[COMMAND_KIND_COUNT] = {
#define X(enumerator, name, wire, senders) { name, wire, senders },
    COMMAND_TABLE(X)
#undef X
};

const struct uuid *command_process_id(const struct command *command)
{
    return uuid_is_nil(&command->withdrawal_id) ? &command->deposit_id : &command->withdrawal_id;
}

bool command_id_fits(const struct command *command)
{
    bool begins =
        command->kind == TELLER_INITIATE_WITHDRAWAL || command->kind == TELLER_INITIATE_DEPOSIT;
    return !uuid_is_nil(&command->id) &&
           (begins || !uuid_equal(&command->id, command_process_id(command)));
}

bool command_authenticates(enum command_kind kind)
{
    return kind == TELLER_INITIATE_WITHDRAWAL || kind == TELLER_INITIATE_DEPOSIT ||
           kind == ACCOUNTS_ENQUIRE_BALANCE;
}

const char *command_name(enum command_kind kind)
{
    return table[kind].name;
}

const char *command_wire_name(enum command_kind kind)
{
    return table[kind].wire;
}

unsigned command_senders(enum command_kind kind)
{
    return table[kind].senders;
}

enum command_kind command_kind_find(const char *wire_name)
{
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++)
        if (table[kind].senders != 0 && strcmp(table[kind].wire, wire_name) == 0)
            return (enum command_kind)kind;
    return NO_COMMAND;
}

enum source command_source(enum command_kind kind)
{
    if (kind == TELLER_CONFIRM_DISPENSE || kind == TELLER_CONFIRM_DEPOSIT)
        return SOURCE_MACHINE;
    if (kind == TELLER_RESOLVE_WITHDRAWAL || kind == TELLER_RESOLVE_DEPOSIT)
        return SOURCE_OPERATOR;
    return kind == TELLER_SUSPECT_WITHDRAWAL ? SOURCE_DEADLINE : SOURCE_UNSAID;
}
