/* SPDX-License-Identifier: MIT */
/*
 * What an operator gives with a command for the record, such as a ticket's
 * number: up to METADATA_MEMBERS texts under names, which stand in the metadata
 * of each event that the command makes.
 */
#ifndef BANK_SERVER_METADATA_H
#define BANK_SERVER_METADATA_H

#include "bank/engine/request.h"
#include "shared/json.h"

#define METADATA_MEMBERS 8
#define METADATA_SHAPE                                                                             \
    "an object of up to 8 texts of 1 to 60 plain bytes, named in a-z, 0-9 and _, of 200 bytes in " \
    "all, and without a card's number"

/* The object as it is kept; false when it is not of that shape. */
bool metadata_read(const struct json *json, char given[static GIVEN_SIZE]);

#endif
