/* SPDX-License-Identifier: MIT */
/* `bank migrate` and `bank status`. */
#include "bank/cli/commands.h"
#include "bank/cli/order.h"
#include "bank/cli/table.h"
#include "bank/postgres/database.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- migrate ---- */

static int run_migrate(struct arguments *arguments)
{
    char conninfo[CLUSTER_CONNINFO_SIZE];
    struct home home;
    struct error error;
    int applied = 0;
    struct role role;
    const char *db = arguments->db != NULL ? arguments->db : getenv("ESBANK_DB");
    bool own_server = db == NULL || db[0] == '\0';
    if (own_server) {
        if (!arguments_home(arguments, &home))
            return EXIT_USAGE;
        if (!cluster_running_conninfo(&home, conninfo, sizeof conninfo, &error))
            return complain_error(&error);
        db = conninfo;
    }
    if (!bank_database_prepare(db, own_server, NULL, &role, &applied, &error))
        return complain_error(&error);
    if (!role.restricted)
        fprintf(stderr, "bank: %s\n", role.why);
    if (arguments->json)
        printf("{\"applied\":%d}\n", applied);
    else if (applied > 0)
        printf("%d migration%s applied\n", applied, applied == 1 ? "" : "s");
    else
        puts("the schema is up to date");
    return EXIT_SUCCESS;
}

const struct bank_command command_migrate = {
    .name = "migrate",
    .effect = ACTS,
    .help = "bring the database's schema up to this program's; serve does it too",
    .run = run_migrate,
};

/* ---- status ---- */

/* An object's members as lines, those inside it with their names joined by a dot. */
static void members_print(const struct json *object, const char *prefix)
{
    for (const struct json *member = json_first(object); member != NULL;
         member = json_next(member)) {
        char name[80];
        const char *text;
        int64_t number;
        bool truth;
        snprintf(name, sizeof name, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "",
                 json_name(member) != NULL ? json_name(member) : "");
        if (json_type_of(member) == JSON_OBJECT) {
            members_print(member, name);
            continue;
        }
        printf("%-28s ", name);
        if (json_string(member, &text))
            print_safely(text);
        else if (json_integer(member, &number))
            printf("%" PRId64, number);
        else if (json_boolean(member, &truth))
            fputs(truth ? "yes" : "no", stdout);
        else
            fputs("-", stdout);
        putchar('\n');
    }
}

static int run_status(struct arguments *arguments)
{
    struct order order;
    int status;
    order_alone(&order, "GetStatus");
    struct json *reply = order_send(&order, arguments, &status);
    if (reply == NULL)
        return status;
    if (arguments->json)
        puts(order.line);
    else
        members_print(json_get(reply, "status"), "");
    json_destroy(reply);
    return EXIT_SUCCESS;
}

const struct bank_command command_status = {
    .name = "status",
    .effect = READS,
    .help = "what the bank that runs is doing",
    .run = run_status,
};
