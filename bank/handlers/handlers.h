/* SPDX-License-Identifier: MIT */
/* The rows of the table of event handlers, one file each; handler.h says what a handler is. */
#ifndef BANK_HANDLERS_HANDLERS_H
#define BANK_HANDLERS_HANDLERS_H

#include "bank/subscriptions/handler.h"

extern const struct handler handler_low_cash, handler_suspects, handler_incidents,
    handler_authentication, handler_sign_ons, handler_log_losses;

#endif
