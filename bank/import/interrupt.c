/* SPDX-License-Identifier: MIT */
/* An import that is asked to end. */
#include "bank/import/parts.h"

#include <signal.h>

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    (void)number;
    asked_to_end = 1;
}

/* The first one lets the batch under way commit and stops the cluster; a second one kills. */
void import_watch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal,
                                .sa_flags = (int)(SA_RESTART | SA_RESETHAND) };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool import_goes_on(struct error *error)
{
    return !asked_to_end ||
           error_set(error, ERROR_SYSTEM,
                     "the import was stopped: run it again, it goes on where it was");
}
