/* SPDX-License-Identifier: MIT */
/*
 * Lines of terminals and operators. The first byte says who sends: a
 * terminal's line is signed here, else none would get past its mac.
 */
#include "tests/fuzz/fuzz.h"

#include "bank/core/account.h"
#include "bank/server/parse.h"

#define TELLER "1c915dd1-8bf0-4662-a2ce-60725b0c7de2"

static struct vault *vault;
static struct uuid teller;

static void set_up(void)
{
    struct home home;
    struct error error;
    snprintf(home.path, sizeof home.path, "%s", fuzz_directory());
    vault = vault_open(&home, &error);
    uuid_read(TELLER, strlen(TELLER), &teller);
    PROMISE(vault != NULL && vault_make_terminal_key(vault, &teller, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char line[WIRE_LINE_MAX + WIRE_SIGNATURE_LENGTH];
    if (vault == NULL)
        set_up();
    if (size == 0 || size > WIRE_LINE_MAX)
        return 0;
    bool terminal = bytes[0] % 2 == 0;
    size_t length = size - 1;
    memcpy(line, bytes + 1, length);
    if (terminal && length > 1 && line[length - 1] == '}')
        length = wire_sign(&vault_wire_keys(vault, &teller)->request, line, length);
    struct request request = { .sender = terminal ? BY_TERMINAL : BY_OPERATOR };
    struct parse_refusal refusal;
    if (terminal)
        request.signed_on = teller;
    else
        request.who = (struct actor){ ROLE_SUPERVISOR, "anna", "uid 1000" };
    enum parse_outcome outcome = request_parse(vault, line, length, &request, &refusal);
    PROMISE((outcome == PARSED_REFUSED) == (refusal.refusal != NOT_REFUSED));
    if (outcome != PARSED_COMMAND)
        return 0;
    const struct command *command = &request.command;
    PROMISE((command_traits(command->kind)->senders & request.sender) != 0);
    PROMISE(!uuid_is_nil(&command->id) && money_in_range(command->amount) && command->amount >= 0);
    PROMISE(command->notes.length <= NOTES_MAX && command->taken.length <= NOTES_MAX);
    PROMISE(!terminal || uuid_equal(&command->teller_id, &teller));
    PROMISE(memchr(command->reason, '\0', sizeof command->reason) != NULL);
    return 0;
}
