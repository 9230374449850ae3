/* SPDX-License-Identifier: MIT */
/* The accounts, cards and tellers of a load: each follows from its number, so that every command
 * knows them.
 */
#ifndef TESTS_BENCH_PEOPLE_H
#define TESTS_BENCH_PEOPLE_H

#include "shared/pin_block.h"
#include "shared/uuid.h"

#define PEOPLE_PIN "1234"

struct uuid people_account(int64_t number);
struct uuid people_teller(int64_t number);
void people_card(int64_t number, char pan[static PAN_DIGITS_MAX + 1]);
/* The card's PIN block in the request of that id, as text; the random part is the driver's to
 * choose. */
void people_pin_block(const struct pin_key *key, const struct uuid *request_id, const char *pan,
                      char text[static 2 * PIN_BLOCK_LENGTH + 1]);

#endif
