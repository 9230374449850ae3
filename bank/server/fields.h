/* SPDX-License-Identifier: MIT */
/*
 * The fields a request can have: what each looks like and where it goes. A
 * part of parse.c; besides, PROTOCOL.md's tables are made of it.
 */
#ifndef BANK_SERVER_FIELDS_H
#define BANK_SERVER_FIELDS_H

#include "bank/server/parse.h"
#include "shared/json.h"
#include "shared/wire.h"

enum field {
    FIELD_TELLER_ID,
    FIELD_ACCOUNT_ID,
    FIELD_WITHDRAWAL_ID,
    FIELD_DEPOSIT_ID,
    FIELD_CARD,
    FIELD_CARD_ID,
    FIELD_PIN_BLOCK,
    FIELD_AMOUNT,
    FIELD_NOTES,
    FIELD_CASSETTES,
    FIELD_OUTCOME,
    FIELD_TAKEN,
    FIELD_REJECTED,
    FIELD_RETRACTED,
    FIELD_REASON,
    FIELD_OWNER,
    FIELD_INCIDENT,
    FIELD_COUNT_OF_IT,
    FIELD_DAILY_LIMIT,
    FIELD_DAILY_COUNT,
    FIELD_DEPOSIT_LIMIT,
    FIELD_DEPOSIT_DAILY,
    FIELD_DEPOSIT_CAPACITY,
    FIELD_COUNT
};

/* A request on its way in. */
struct parsing {
    struct vault *vault;
    struct request *request;
    struct parse_refusal *refusal;
    const char *line; /* as it came, without its newline */
    size_t length;
    unsigned given;          /* fields, as bits */
    const char *pan, *owner; /* clear, and the JSON's */
};

const char *field_name(enum field field);

/* What is wanted of it, to be put after "has to be ". */
const char *field_shape(enum field field);

/* Takes the value; false when it is not of its shape, with parsing->refusal->refusal set where that
 * has a name of its own (invalid_amount). */
bool field_read(enum field field, struct parsing *parsing, const struct json *value);

#endif
