/* SPDX-License-Identifier: MIT */
#include "bank/server/figures.h"

#include "bank/store/store.h"
#include "shared/tls.h"

const struct figure_traits figure_traits[FIGURE_COUNT] = {
#define X(name, metric, type, unit, where, help) { #name, metric, FIGURE_##type, unit, help },
    FIGURE_TABLE(X)
#undef X
};

static const char *const state_names[BANK_STATE_COUNT] = {
#define X(enumerator, name) name,
    BANK_STATE_TABLE(X)
#undef X
};

const char *bank_state_name(enum bank_state state)
{
    return state_names[state];
}

static int64_t log_position(const struct turn *turn)
{
    return turn_has_log(turn) ? store_end(turn->store).position : FIGURE_NONE;
}

static int64_t log_epoch(const struct turn *turn)
{
    return turn_has_log(turn) ? store_end(turn->store).epoch : FIGURE_NONE;
}

static int64_t certificate_until(const struct turn *turn)
{
    const struct tls_context *any = turn->tls != NULL ? turn->tls : turn->operator_tls;
    return any != NULL ? tls_context_until(any) : FIGURE_NONE;
}

static int64_t lists_until(const struct turn *turn)
{
    const int64_t one = turn->tls != NULL ? tls_context_lists_until(turn->tls) : 0;
    const int64_t other =
        turn->operator_tls != NULL ? tls_context_lists_until(turn->operator_tls) : 0;
    const int64_t until = one == 0 || (other != 0 && other < one) ? other : one;
    return until != 0 ? until : FIGURE_NONE;
}

void figures_gather(const struct turn *turn, int64_t values[static FIGURE_COUNT])
{
    const struct engine_metrics *engine = engine_metrics(turn->engine);
    const struct histogram whole = engine_latency(turn->engine), *recent = &whole;
    int64_t *value = values;
#define X(name, metric, type, unit, where, help) *value++ = where;
    FIGURE_TABLE(X)
#undef X
}
