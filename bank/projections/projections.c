/* SPDX-License-Identifier: MIT */
/* Every read model of the bank. To add one: its file here, its table in sql/, its line below. */
#include "bank/projections/read_models.h"

const struct projection *const projections[] = {
    &projection_accounts, &projection_statement, &projection_withdrawals, &projection_teller_days,
    &projection_cards,    &projection_deposits,  &projection_tellers,     NULL,
};
