/* SPDX-License-Identifier: MIT */
/* Words of a command line as values, and values as words. The readers say nothing: false where a
 * word is not what it should be. */
#ifndef BANK_CLI_VALUES_H
#define BANK_CLI_VALUES_H

#include "bank/cli/value.h"

#define ID_SHORTEST 8

bool read_uuid(const char *text, struct uuid *uuid);
/* A uuid, or ID_SHORTEST or more of its first characters: *shortened, and the rest of *uuid is
 * zeros. */
bool read_id(const char *text, struct uuid *uuid, bool *shortened);
bool read_amount(const char *text, bool zero_too, money *amount); /* 12.50 */
bool read_count(const char *text, int64_t least, int64_t most, int64_t *count);
bool read_notes(const char *text, struct notes *notes); /* 50x1000,20x2000; the currency's */

/* Notes as read_notes reads them, "50x2 20x1"; "-" for none. Returns buffer. */
#define ID_SHORTEST 8

#define NOTES_TEXT_SIZE 200
char *notes_text(const struct notes *notes, char buffer[static NOTES_TEXT_SIZE]);

/* Microseconds since 1970, in RFC 3339: for people to the millisecond,
 * "2026-11-24T19:40:16.123Z", for programs all of it, "2026-11-24T19:40:16.123456Z". */
#define TIME_TEXT_SIZE 40
char *time_text(int64_t at_us, char buffer[static TIME_TEXT_SIZE]);
char *time_json(int64_t at_us, char buffer[static TIME_TEXT_SIZE]);

/* And back, shorter forms and those with an offset too: the first and the last microsecond of that
 * second, minute or day. */
bool read_time(const char *text, int64_t *from_us, int64_t *at_us);
bool read_date(const char *text, int64_t *from_us, int64_t *at_us); /* 2026-11-24 */

#endif
