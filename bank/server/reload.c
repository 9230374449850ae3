/* SPDX-License-Identifier: MIT */
#include "bank/server/reload.h"

#include "bank/log/limit.h"
#include "bank/log/log.h"

static void reload_operators(const struct reload *reload)
{
    struct error error;
    struct operators *operators = operators_load(reload->home, &error);
    if (operators == NULL) {
        log_event("operators-not-reloaded", "why=\"%s; those that were read before stay\"",
                  error.message);
        return;
    }
    server_renew_operators(reload->server, operators);
    operators_free(*reload->operators);
    *reload->operators = operators;
    log_event("operators-reloaded", "operators=%d", operators_count(operators));
}

static void reload_certificates(const struct reload *reload)
{
    struct error error;
    if (reload->tls_files == NULL) {
        log_event("reloaded", "certificates=0");
        return;
    }
    struct tls_context *tls = tls_context_create(TLS_BANK, reload->tls_files, &error);
    if (tls == NULL) {
        log_event("not-reloaded", "why=\"%s; the certificates that were read before stay\"",
                  error.message);
        return;
    }
    int closed = server_renew_tls(reload->server, tls);
    tls_context_destroy(*reload->tls);
    *reload->tls = tls;
    log_event("reloaded", "certificates=1 closed=%d", closed);
}

void reload_all(const struct reload *reload)
{
    struct error error;
    log_limited_tick(INT64_MAX);
    if (!log_reopen(&error))
        log_event("log-not-reopened", "why=\"%s; the file that was open stays\"", error.message);
    reload_operators(reload);
    reload_certificates(reload);
}
