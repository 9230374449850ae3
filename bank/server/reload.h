/* SPDX-License-Identifier: MIT */
/*
 * SIGHUP: the log's file is opened anew, and the files of operators and of
 * certificates are read again. A file that is wrong changes nothing, and the log
 * says so.
 */
#ifndef BANK_SERVER_RELOAD_H
#define BANK_SERVER_RELOAD_H

#include "bank/server/operators_record.h"
#include "bank/server/serve.h"
#include "bank/server/server.h"
#include "shared/tls.h"

struct reload {
    const struct home *home;
    const struct serve_options *options; /* the files of certificates */
    struct server *server;
    struct tls_context **tls, **operator_tls; /* here and next: the new takes the old one's place */
    struct operators **operators;
    struct operators_record *operators_record;
};

void reload_all(const struct reload *reload);

#endif
