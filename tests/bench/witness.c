/* SPDX-License-Identifier: MIT */
#include "tests/bench/witness.h"

#include "bank/client.h"
#include "bank/store/query.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define STATUS_WAIT_MS 30000

struct witness {
    struct client *client;
    struct query *query;
    long bank_pid, postmaster_pid;
};

static long postmaster_of(const struct home *home)
{
    char path[HOME_PATH_SIZE];
    long pid = 0;
    home_path(home, path, sizeof path, "pg/data/postmaster.pid");
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0; /* the database is somebody else's */
    if (fscanf(file, "%ld", &pid) != 1)
        pid = 0;
    fclose(file);
    return pid;
}

struct witness *witness_open(const struct bench_options *options)
{
    struct error error;
    struct witness *witness = bench_allocate(1, sizeof *witness);
    witness->bank_pid = (long)options->bank_pid;
    witness->postmaster_pid = postmaster_of(&options->home);
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

/* ---- processes ---- */

/* Its parent, and the seconds of processor time it has had; false when it is gone. */
static bool process_read(long pid, long *parent, double *cpu_s)
{
    char path[64], text[512];
    unsigned long user, system;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const char *rest = strrchr(text, ')'); /* the name before it may hold anything */
    if (rest == NULL ||
        sscanf(rest + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", parent, &user, &system) != 3)
        return false;
    *cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    return true;
}

static double postgres_cpu_s(long postmaster)
{
    double sum = 0, cpu_s;
    long parent;
    struct dirent *entry;
    DIR *directory = opendir("/proc");
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        long pid = isdigit((unsigned char)entry->d_name[0]) ? strtol(entry->d_name, NULL, 10) : 0;
        if (pid > 0 && process_read(pid, &parent, &cpu_s) && (pid == postmaster || parent == postmaster))
            sum += cpu_s;
    }
    if (directory != NULL)
        closedir(directory);
    return postmaster > 0 ? sum : 0;
}

double witness_postgres_cpu_s(const struct home *home)
{
    return postgres_cpu_s(postmaster_of(home));
}

static double own_cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int64_t witness_rss_bytes(const struct witness *witness)
{
    char path[64];
    long size, resident = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", witness->bank_pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return (int64_t)resident * sysconf(_SC_PAGESIZE);
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
    struct uuid uuid = uuid_generate();
    snprintf(request, sizeof request, "{\"v\":1,\"id\":\"%s\",\"command\":\"GetStatus\"}",
             uuid_format(&uuid, id));
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
    struct rows *rows = query_run(witness->query,
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
    long parent;
    *sighting =
        (struct sighting){ .driver_cpu_s = own_cpu_s(), .bank_rss_bytes = witness_rss_bytes(witness) };
    if (!process_read(witness->bank_pid, &parent, &sighting->bank_cpu_s))
        sighting->bank_cpu_s = 0;
    sighting->postgres_cpu_s = postgres_cpu_s(witness->postmaster_pid);
    ask_bank(witness, sighting);
    ask_database(witness, sighting);
}

void witness_figures(const struct sighting *before, const struct sighting *after, int64_t withdrawals)
{
    double each = withdrawals > 0 ? (double)withdrawals : 1;
    int64_t batches = after->batches - before->batches;
    figure("events_per_batch", batches > 0 ? (double)(after->events - before->events) / (double)batches : 0);
    figure("batches", (double)batches);
    figure("conflicts", (double)(after->conflicts - before->conflicts));
    figure("bank_cpu_us_per_withdrawal", (after->bank_cpu_s - before->bank_cpu_s) * 1e6 / each);
    figure("postgres_cpu_us_per_withdrawal", (after->postgres_cpu_s - before->postgres_cpu_s) * 1e6 / each);
    figure("driver_cpu_us_per_withdrawal", (after->driver_cpu_s - before->driver_cpu_s) * 1e6 / each);
    figure("wal_bytes_per_withdrawal", (double)(after->wal_bytes - before->wal_bytes) / each);
    figure("table_bytes_per_withdrawal", (double)(after->table_bytes - before->table_bytes) / each);
    figure("bank_rss_bytes", (double)after->bank_rss_bytes);
}
