/* SPDX-License-Identifier: MIT */
/*
 * What a test does to a log by hand, and the head sealed again as a bank with
 * that key would have: for tests of what comes after, not of the seals.
 */
#ifndef TESTS_SUPPORT_LOG_FORGE_H
#define TESTS_SUPPORT_LOG_FORGE_H

#include "bank/codec/log_seal.h"
#include "tests/support/check.h"

#include <endian.h>
#include <libpq-fe.h>
#include <string.h>

/* Of the tests that have no home. */
static const unsigned char test_log_key[LOG_KEY_LENGTH] = "the key of logs of tests, 32 by";

static inline PGresult *forge_ask(PGconn *connection, const char *sql, int count,
                                  const char *const *values, const int *lengths)
{
    const int formats[] = { 1, 1, 1 };
    PGresult *result = PQexecParams(connection, sql, count, NULL, values, lengths, formats, 1);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
        check_fail("%s", PQerrorMessage(connection));
    return result;
}

static inline int64_t forge_number(const PGresult *result, int column)
{
    uint64_t number;
    memcpy(&number, PQgetvalue(result, 0, column), sizeof number);
    return (int64_t)be64toh(number);
}

static inline bool forge_head(PGconn *connection, struct log_end *end)
{
    PGresult *result =
        forge_ask(connection,
                  "SELECT h.position, h.epoch, coalesce(e.hash, h.hash), h.seal FROM"
                  " esbank.log_head h LEFT JOIN esbank.events e USING (position) FOR UPDATE OF h",
                  0, NULL, NULL);
    bool sealed = !PQgetisnull(result, 0, 3);
    end->position = forge_number(result, 0);
    end->epoch = forge_number(result, 1);
    memcpy(end->hash, PQgetvalue(result, 0, 2), HASH_LENGTH);
    if (sealed)
        memcpy(end->seal, PQgetvalue(result, 0, 3), LOG_SEAL_LENGTH);
    PQclear(result);
    return sealed;
}

/* Runs the statements, which move the head along; then head and last event have their seals. In one
 * transaction, which keeps a bank out meanwhile. Nothing happens when the database is away. */
static inline void log_forge(const char *conninfo, const unsigned char *key, const char *sql)
{
    PGconn *connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK) {
        PQfinish(connection);
        return;
    }
    struct log_sealer *sealer = log_sealer_create(key);
    struct log_end end;
    struct log_seal seal;
    unsigned char bytes[LOG_SEAL_LENGTH];
    PQclear(PQexec(connection, "BEGIN; SET LOCAL session_replication_role = replica"));
    if (!forge_head(connection, &end) || !log_end_read(sealer, &end, &seal))
        check_fail("the log is not sealed with that key");
    const int64_t before = end.position;
    PGresult *done = PQexec(connection, sql);
    if (PQresultStatus(done) != PGRES_COMMAND_OK && PQresultStatus(done) != PGRES_TUPLES_OK)
        check_fail("%s", PQerrorMessage(connection));
    PQclear(done);
    forge_head(connection, &end);
    seal.epoch = end.epoch;
    seal.sequence += 1000;
    log_seal_write(sealer, SEAL_HEAD, end.position, end.hash, &seal, end.seal);
    seal.from = before;
    log_seal_write(sealer, SEAL_APPEND, end.position, end.hash, &seal, bytes);
    PQclear(forge_ask(connection, "UPDATE esbank.log_head SET seal = $1::bytea, hash = $2::bytea",
                      2, (const char *[]){ (const char *)end.seal, (const char *)end.hash },
                      (int[]){ LOG_SEAL_LENGTH, HASH_LENGTH }));
    if (end.position > before)
        PQclear(forge_ask(connection,
                          "UPDATE esbank.events SET seal = $1::bytea WHERE position ="
                          " (SELECT position FROM esbank.log_head)",
                          1, (const char *[]){ (const char *)bytes }, (int[]){ LOG_SEAL_LENGTH }));
    PQclear(forge_ask(connection, "COMMIT", 0, NULL, NULL));
    log_sealer_destroy(sealer);
    PQfinish(connection);
}

#define RAISE_EPOCH "UPDATE esbank.log_head SET epoch = epoch + 1"

#endif
