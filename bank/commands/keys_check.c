/* SPDX-License-Identifier: MIT */
/* `bank keys check`: whether each key is there, its owner's only, and the one that the database was
 * made with. */
#include "bank/cli/table.h"
#include "bank/commands/keys.h"
#include "bank/commands/outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checking {
    struct table table;
    size_t wrong;
};

static void add(void *context, const struct key_status *status)
{
    static const char *const states[] = {
        [KEY_RIGHT] = "right",           [KEY_NEW] = "new",
        [KEY_NOT_MADE] = "not made",     [KEY_MISSING] = "missing",
        [KEY_ANOTHER] = "another",       [KEY_EXPOSED] = "exposed",
        [KEY_UNREADABLE] = "unreadable", [KEY_UNCOMPARED] = "not compared",
        [KEY_REPLACED] = "replaced",     [KEY_WITHDRAWN] = "withdrawn",
    };
    struct checking *checking = context;
    const char *help = NULL;
    switch (status->state) {
    case KEY_RIGHT:
    case KEY_NEW:
    case KEY_NOT_MADE:
    case KEY_REPLACED:
    case KEY_WITHDRAWN:
    case KEY_UNCOMPARED:
        break;
    case KEY_MISSING:
    case KEY_ANOTHER:
        help = "put the right one back from a copy (bank keys import FILE)";
        break;
    case KEY_EXPOSED:
    case KEY_UNREADABLE:
        help = status->reason.message;
        break;
    }
    checking->wrong += help != NULL;
    table_text(&checking->table, status->name);
    table_text(&checking->table, states[status->state]);
    table_text(&checking->table, status->since);
    table_text(&checking->table, help);
}

static const struct table_column columns[] = {
    { "Key", "name", CELL_TEXT },
    { "State", "state", CELL_TEXT },
    { "Since", "since", CELL_TIME | CELL_MAYBE },
    { "To do", "problem", CELL_TEXT | CELL_MAYBE },
    { NULL, NULL, CELL_TEXT },
};

const struct output output_keys_check = {
    .name = "keys-check",
    .command = "keys check",
    .is_array = true,
    .columns = columns,
};

int keys_check(const struct home *home, struct query *query, enum keys_print print)
{
    struct error error;
    struct checking checking = { 0 };
    table_init(&checking.table, columns);
    bool looked = key_checks_look(home, query, add, &checking, &error);
    if (looked && print != KEYS_PRINT_NOTHING)
        table_print(&checking.table, print == KEYS_PRINT_JSON);
    table_finish(&checking.table);
    if (!looked)
        return complain_error(&error);
    return checking.wrong == 0 ? EXIT_SUCCESS
                               : complain("%zu of the keys %s not as they have to be: the list "
                                          "says which and what to do",
                                          checking.wrong, checking.wrong == 1 ? "is" : "are");
}

int keys_home(const struct arguments *arguments, struct home *home)
{
    if (!arguments_home(arguments, home))
        return EXIT_USAGE;
    return home_is_remote(home) ? complain("the bank of %s is elsewhere, and so are its keys: say "
                                           "`bank %s` at its host",
                                           home->path, arguments->command->name)
                                : EXIT_SUCCESS;
}

static int run(struct arguments *arguments)
{
    struct home home;
    struct error unasked = { 0 };
    const int elsewhere = keys_home(arguments, &home);
    if (elsewhere != EXIT_SUCCESS)
        return elsewhere;
    vault_harden_process();
    struct query *query =
        query_open_seated(arguments->db, &home, arguments->command->name, &unasked);
    int status = keys_check(&home, query, arguments->json ? KEYS_PRINT_JSON : KEYS_PRINT_TABLE);
    if (query == NULL && status == EXIT_SUCCESS)
        status = complain("the keys were not compared with the database: %s", unasked.message);
    query_close(query);
    return status;
}

const struct bank_command command_keys_check = {
    .name = "keys check",
    .effect = READS,
    .help = "whether the bank's keys are there and those of its database",
    .detail =
        "States: right; new (no bank has started with it on this database yet); not made (the bank "
        "will);\n"
        "replaced and withdrawn (a terminal's, as the log says);\n"
        "missing; another (than the database was made with); exposed (others can read the file);\n"
        "unreadable. Exit status 1 when one of the last four is there, or the database was not "
        "asked.",
    .run = run,
};
