/* SPDX-License-Identifier: MIT */
/*
 * Which PINs a card's holder may not choose: those that are tried first. How
 * long a PIN is its block says already.
 */
#ifndef BANK_VAULT_PIN_POLICY_H
#define BANK_VAULT_PIN_POLICY_H

#include <stdbool.h>

/* One digit over and over, or each digit the one after (or before) its neighbour, with 0 next to
 * 9. The time depends on the PIN's length alone. */
bool pin_is_weak(const char *pin);

#endif
