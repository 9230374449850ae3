/* SPDX-License-Identifier: MIT */
/* The event handlers. Adding one is a file and a row. */
#include "bank/handlers/handlers.h"

const struct handler *const handlers[] = { &handler_low_cash,
                                           &handler_suspects,
                                           &handler_incidents,
                                           &handler_authentication,
                                           &handler_sign_ons,
                                           &handler_log_losses,
                                           NULL };
