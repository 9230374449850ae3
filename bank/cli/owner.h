/* SPDX-License-Identifier: MIT */
/*
 * Owners of accounts, for people: what is sealed in the log and the read model
 * is opened here with the key beside it, if both it and the vault's are there.
 *
 *   name         the name, of one that was sealed or of an older one that was not
 *   "(erased)"   its key was shredded: none can read it again
 *   "(sealed)"   its key or keys/data.key of this home is not at hand, or is another one
 *   "(damaged)"  not the text that was sealed for this account
 */
#ifndef BANK_CLI_OWNER_H
#define BANK_CLI_OWNER_H

#include "bank/cli/arguments.h"
#include "bank/cli/table.h"
#include "bank/postgres/query.h"
#include "bank/vault/vault.h"

/* What a query selects, with `LEFT JOIN esbank.data_keys k`, for owner_read. */
#define OWNER_KEY_COLUMNS "k.wrapped, k.shredded_at IS NOT NULL"

/* The columns that owner_cells fills: for programs the name is null unless the state is "known". */
#define OWNER_COLUMNS(title)                                                                       \
    { title, "owner", CELL_TEXT },                                                                 \
    {                                                                                              \
        "", "owner_state", CELL_RAW                                                                \
    }

struct owner {
    const char *state; /* known, erased, sealed, damaged */
    char name[OWNER_NAME_LENGTH];
};

/* The vault of the home that the arguments name, for reading; NULL when its data key is not at
 * hand. */
struct vault *owner_vault(const struct arguments *arguments);

/* text: as the log has it. OWNER_KEY_COLUMNS stand in that row of rows from that column on. */
struct owner owner_read(struct vault *vault, const struct uuid *account_id, const char *text,
                        const struct rows *rows, size_t row, unsigned column);

/* What people read. A name of an older account that reads like a state stands in quotes. */
#define OWNER_TEXT_SIZE (OWNER_NAME_LENGTH + 2)
const char *owner_text(const struct owner *owner, char buffer[static OWNER_TEXT_SIZE]);

void owner_cells(struct table *table, const struct owner *owner, bool json);

#endif
