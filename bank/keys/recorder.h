/* SPDX-License-Identifier: MIT */
/*
 * Makes the check values of keys that are made while the bank runs known to
 * the database. It has a session only while there is something to write, and
 * tries until that is written.
 */
#ifndef BANK_KEYS_RECORDER_H
#define BANK_KEYS_RECORDER_H

#include "bank/vault/keys.h"

struct event_base;
struct key_recorder;

struct key_recorder *key_recorder_create(struct event_base *loop, const char *conninfo);
/* What is not written by now is when the bank starts again. Takes NULL. */
void key_recorder_destroy(struct key_recorder *recorder);

/* The key's check value replaces what the database knows. Copies nothing but that. */
void key_recorder_add(void *recorder, const struct key *key);

#endif
