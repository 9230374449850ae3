/* SPDX-License-Identifier: MIT */
#include "tests/bench/witness.h"

#include "bank/cli/client.h"
#include "bank/postgres/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_WAIT_MS 30000

struct witness {
    struct client *client;
    struct query *query;
    const struct bench_options *options;
};

struct witness *witness_open(const struct bench_options *options)
{
    struct error error;
    struct witness *witness = bench_allocate(1, sizeof *witness);
    witness->options = options;
    witness->client = client_open(&options->home, "operator.sock", &error);
    if (witness->client == NULL)
        give_up("%s", error.message);
    witness->query = query_open(options->db, &options->home, &error);
    if (witness->query == NULL)
        give_up("%s", error.message);
    return witness;
}

void witness_close(struct witness *witness)
{
    client_close(witness->client);
    query_close(witness->query);
    free(witness);
}

int64_t witness_rss_bytes(const struct witness *witness)
{
    return process_rss_bytes((long)witness->options->bank_pid);
}

/* ---- the bank and the database ---- */

/* The number after "name": in the status; 0 when there is none. */
static int64_t status_number(const char *status, const char *name)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\":", name);
    const char *found = strstr(status, wanted);
    return found == NULL ? 0 : strtoll(found + strlen(wanted), NULL, 10);
}

static void ask_bank(struct witness *witness, struct sighting *sighting)
{
    struct error error;
    char request[120], id[UUID_TEXT_LENGTH];
    struct uuid uuid = uuid_make();
    snprintf(request, sizeof request, "{\"v\":1,\"id\":\"%s\",\"command\":\"GetStatus\"}",
             uuid_write(&uuid, id));
    char *reply = client_call(witness->client, request, STATUS_WAIT_MS, &error);
    if (reply == NULL)
        give_up("%s", error.message);
    sighting->events = status_number(reply, "events");
    sighting->batches = status_number(reply, "batches");
    sighting->commands = status_number(reply, "commands");
    sighting->turned_away = status_number(reply, "turned_away");
    sighting->conflicts = status_number(reply, "conflicts");
    free(reply);
}

static void ask_database(struct witness *witness, struct sighting *sighting)
{
    struct error error;
    struct rows *rows =
        query_run(witness->query,
                  "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint, "
                  "(SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c "
                  "WHERE c.relnamespace = 'esbank'::regnamespace AND c.relkind = 'r')",
                  0, NULL, &error);
    if (rows == NULL)
        give_up("%s", error.message);
    sighting->wal_bytes = rows_integer(rows, 0, 0);
    sighting->table_bytes = rows_integer(rows, 0, 1);
    rows_free(rows);
}

void witness_look(struct witness *witness, struct sighting *sighting)
{
    *sighting = (struct sighting){ .driver_cpu_s = process_own_cpu_s(),
                                   .bank_cpu_s = process_cpu_s((long)witness->options->bank_pid),
                                   .bank_rss_bytes = witness_rss_bytes(witness) };
    cluster_cpu_read(&witness->options->home, &sighting->cluster);
    ask_bank(witness, sighting);
    ask_database(witness, sighting);
}

void witness_figures(const struct sighting *before, const struct sighting *after,
                     int64_t withdrawals)
{
    double each = withdrawals > 0 ? (double)withdrawals : 1;
    int64_t batches = after->batches - before->batches;
    figure("events_per_batch",
           batches > 0 ? (double)(after->events - before->events) / (double)batches : 0);
    figure("batches", (double)batches);
    figure("conflicts", (double)(after->conflicts - before->conflicts));
    figure("bank_cpu_us_per_withdrawal", (after->bank_cpu_s - before->bank_cpu_s) * 1e6 / each);
    figure("postgres_cpu_us_per_withdrawal",
           cluster_cpu_between(&before->cluster, &after->cluster) * 1e6 / each);
    figure("driver_cpu_us_per_withdrawal",
           (after->driver_cpu_s - before->driver_cpu_s) * 1e6 / each);
    figure("wal_bytes_per_withdrawal", (double)(after->wal_bytes - before->wal_bytes) / each);
    figure("table_bytes_per_withdrawal", (double)(after->table_bytes - before->table_bytes) / each);
    figure("bank_rss_bytes", (double)after->bank_rss_bytes);
}
