/* SPDX-License-Identifier: MIT */
/*
 * Events as the JSON that is stored, and back.
 *
 * data holds the event's own fields, named as in struct event; a field that is
 * empty, nil or zero is left out, except amounts and balances of money that
 * moved. Ids are uuid text, card tokens and references hexadecimal, times
 * microseconds since 1970, notes [{"denomination":5000,"count":2},…].
 *
 * metadata says where the event came from:
 *   {"command":"Accounts.WithdrawMoney","parent":UUID,"actor":"bank","schema":1,"software":"1.0"}
 * parent, the command that caused the command, is left out when it came from outside.
 *
 * One table of fields serves both directions, so what is written is what is read.
 * Nothing here allocates while writing.
 */
#ifndef BANK_CODEC_EVENT_JSON_H
#define BANK_CODEC_EVENT_JSON_H

#include "bank/codec/batch.h"
#include "shared/error.h"

#define EVENT_DATA_MAX     16384 /* bytes; every event's data fits, with its NUL */
#define EVENT_METADATA_MAX 768

/* Of the data written today of that kind; upcast.h brings older ones up to it. */
int event_schema(enum event_kind kind);

/* Each writes text with a NUL and gives its length. */
size_t event_json_write_data(const struct event *event, char buffer[static EVENT_DATA_MAX]);
size_t event_json_write_metadata(const struct event_origin *origin, int schema,
                                 char buffer[static EVENT_METADATA_MAX]);

/* Fills in the event's kind and content; its ids and time are the caller's. Names it does not know
 * are passed over. Fails (ERROR_FORMAT) on an unknown type and on values that do not fit. */
bool event_json_read_data(const char *type, const char *data, size_t length, struct event *event,
                          struct error *error);

/* Also tells the schema; 0 when none is written. An unknown command is NO_COMMAND. */
bool event_json_read_metadata(const char *metadata, size_t length, struct event_origin *origin,
                              int *schema, struct error *error);

/* What was given with the command for the record, as the JSON that struct event points to; false
 * where nothing was, or not what it should. */
bool event_json_read_given(const char *metadata, size_t length, char given[static GIVEN_SIZE]);

#endif
