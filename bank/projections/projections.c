/* SPDX-License-Identifier: MIT */
/* Every read model of the bank, for the store. */
#include "bank/projections/read_models.h"

const struct projection *const projections[] = {
#define X(name) &projection_##name,
    READ_MODELS(X)
#undef X
        NULL,
};
