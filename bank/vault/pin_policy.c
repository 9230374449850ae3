/* SPDX-License-Identifier: MIT */
#include "bank/vault/pin_policy.h"

#include <stddef.h>

bool pin_is_weak(const char *pin)
{
    bool equal = true, rising = true, falling = true;
    for (size_t i = 1; pin[0] != '\0' && pin[i] != '\0'; i++) {
        const int step = (pin[i] - pin[i - 1] + 10) % 10;
        equal &= step == 0;
        rising &= step == 1;
        falling &= step == 9;
    }
    return equal | rising | falling;
}
