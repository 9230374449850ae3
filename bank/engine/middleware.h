/* SPDX-License-Identifier: MIT */
/*
 * Middleware: what every command passes, in the order of one table.
 *
 * `before` may stop a command with a refusal that decides nothing; `after` is
 * called once its reply is due, committed or replayed; `failed` when it was
 * turned away. Adding one is a file and a row.
 */
#ifndef BANK_ENGINE_MIDDLEWARE_H
#define BANK_ENGINE_MIDDLEWARE_H

#include "bank/engine/engine.h"

struct middleware {
    const char *name;
    enum refusal (*before)(struct engine *engine, const struct request *request);
    void (*after)(struct engine *engine, const struct request *request, bool replayed);
    void (*failed)(struct engine *engine, const struct request *request, enum refusal refusal);
};

enum refusal middleware_before(struct engine *engine, const struct request *request);
void middleware_after(struct engine *engine, const struct request *request, bool replayed);
void middleware_failed(struct engine *engine, const struct request *request, enum refusal refusal);

extern const struct middleware middleware_validation, middleware_authorisation, middleware_overload,
    middleware_rate, middleware_metrics, middleware_log;

#endif
