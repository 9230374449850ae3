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
    operators_record_note(reload->operators_record, operators);
    log_event("operators-reloaded", "operators=%d", operators_count(operators));
}

/* True with NULL where there are none. */
static bool context_read(bool wanted, const struct tls_files *files, struct tls_context **context)
{
    struct error error;
    *context = wanted ? tls_context_create(TLS_BANK, files, &error) : NULL;
    if (wanted && *context == NULL)
        log_event("not-reloaded", "why=\"%s; the certificates that were read before stay\"",
                  error.message);
    return !wanted || *context != NULL;
}

/* Both doors' or neither's: they show the same certificate. */
static void reload_certificates(const struct reload *reload)
{
    const struct serve_options *options = reload->options;
    struct tls_context *terminals, *of_operators = NULL;
    if (!options->listens && !options->operators_listen) {
        log_event("reloaded", "certificates=0");
        return;
    }
    if (!context_read(options->listens, &options->tls, &terminals) ||
        !context_read(options->operators_listen, &options->operator_tls, &of_operators)) {
        tls_context_destroy(terminals);
        return;
    }
    int closed = server_renew_tls(reload->server, terminals, of_operators);
    tls_context_destroy(*reload->tls);
    tls_context_destroy(*reload->operator_tls);
    *reload->tls = terminals;
    *reload->operator_tls = of_operators;
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
