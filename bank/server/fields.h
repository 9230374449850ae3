/* SPDX-License-Identifier: MIT */
/*
 * Readers for the fields of COMMAND_FIELD_TABLE, one for each shape. A part of
 * parse.c; besides, PROTOCOL.md's tables are made of it.
 */
#ifndef BANK_SERVER_FIELDS_H
#define BANK_SERVER_FIELDS_H

#include "bank/server/parse.h"
#include "shared/json.h"
#include "shared/wire.h"

/* A request on its way in. */
struct parsing {
    struct vault *vault;
    struct request *request;
    struct parse_refusal *refusal;
    const char *line; /* as it came, without its newline */
    size_t length;
    uint64_t given;                 /* fields, as bits */
    const char *pan, *code, *owner; /* clear, and the JSON's */
};

/* What is wanted of it, to be put after "has to be ". */
const char *field_shape(enum command_field field);

/* Takes the value; false when it is not of its shape, with parsing->refusal->refusal set where that
 * has a name of its own (invalid_amount). */
bool field_read(enum command_field field, struct parsing *parsing, const struct json *value);

#endif
