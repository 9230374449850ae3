/* SPDX-License-Identifier: MIT */
/*
 * The rows beside the log that its seals cover: the memory of commands, and an
 * older bank's events. In whatever order they come, in a bounded memory, each
 * table read once; within a transaction.
 */
#ifndef BANK_VERIFY_LOG_ROWS_H
#define BANK_VERIFY_LOG_ROWS_H

#include "bank/codec/log_seal.h"
#include "bank/postgres/query.h"

/* `content`: whether that of the command is sealed with the log, see log_sum_command. */
typedef void log_command_step(void *context, const struct command_record *command, int64_t position,
                              bool content);
typedef void log_kept_step(void *context, const struct kept_event *kept, int64_t log_position);

/* A data key, and the event that has the name sealed under it. */
struct log_data_key {
    struct data_key key;
    bool wrapped, sealed; /* false: it was shredded; its row bears no seal */
    unsigned char seal[DATA_KEY_SEAL_LENGTH];
    int64_t position; /* of that event; 0: there is none */
    unsigned char
        content[CONTENT_HASH_LENGTH]; /* that command's; zeros when it is not remembered */
};
typedef void log_data_key_step(void *context, const struct log_data_key *row);

/* False when the database failed. What the steps get is valid during the call. */
bool log_rows_commands(struct query *query, log_command_step *step, void *context,
                       struct error *error);
bool log_rows_kept(struct query *query, log_kept_step *step, void *context, struct error *error);
bool log_rows_data_keys(struct query *query, log_data_key_step *step, void *context,
                        struct error *error);

#endif
