/* SPDX-License-Identifier: MIT */
#include "bank/cli/owner.h"

#include <stdio.h>
#include <string.h>

struct vault *owner_vault(const struct arguments *arguments)
{
    struct home home;
    struct error ignored;
    vault_harden_process();
    return home_locate(arguments->home, &home, &ignored) ? vault_open_to_read(&home, &ignored)
                                                         : NULL;
}

static const char *unseal(struct vault *vault, const struct data_key *key, const char *text,
                          char name[static OWNER_NAME_LENGTH])
{
    switch (vault_unseal_owner(vault, key, text, name)) {
    case UNSEALED:
        return "known";
    case UNSEAL_NO_KEY:
        return "sealed";
    case UNSEAL_DAMAGED:
        break;
    }
    return "damaged";
}

struct owner owner_read(struct vault *vault, const struct uuid *account_id, const char *text,
                        const struct rows *rows, size_t row, unsigned column)
{
    struct owner owner = { .state = "known" };
    struct data_key key = { .account_id = *account_id };
    if (text != NULL && !seal_is_sealed(text))
        snprintf(owner.name, sizeof owner.name, "%s", text);
    if (text == NULL || !seal_is_sealed(text))
        return owner;
    bool there = row < rows_count(rows);
    const char *shredded = there ? rows_text(rows, row, column + 1) : NULL;
    if (shredded != NULL && shredded[0] == 't')
        owner.state = "erased";
    else if (!there || vault == NULL ||
             rows_bytes(rows, row, column, key.wrapped, sizeof key.wrapped) != sizeof key.wrapped)
        owner.state = "sealed";
    else
        owner.state = unseal(vault, &key, text, owner.name);
    return owner;
}

const char *owner_text(const struct owner *owner, char buffer[static OWNER_TEXT_SIZE])
{
    const bool known = strcmp(owner->state, "known") == 0;
    if (known && !seal_name_misleads(owner->name))
        return owner->name;
    snprintf(buffer, OWNER_TEXT_SIZE, known ? "\"%s\"" : "(%s)",
             known ? owner->name : owner->state);
    return buffer;
}

void owner_cells(struct table *table, const struct owner *owner, bool json)
{
    char buffer[OWNER_TEXT_SIZE];
    bool known = strcmp(owner->state, "known") == 0;
    table_text(table, !json ? owner_text(owner, buffer) : known ? owner->name : NULL);
    snprintf(buffer, sizeof buffer, "\"%s\"", owner->state);
    table_text(table, buffer);
}
