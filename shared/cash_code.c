/* SPDX-License-Identifier: MIT */
#include "shared/cash_code.h"

#include "shared/pin_block.h"

#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#define DRAWN 100000000u /* of the digits between the 0 and the check digit */

bool cash_code_is(const char *number)
{
    return number[0] == '0' && strlen(number) == CASH_CODE_DIGITS && pan_valid(number);
}

bool cash_code_gap(size_t digits)
{
    return digits == 4 || digits == 7;
}

char *cash_code_show(const char *number, char shown[static CASH_CODE_SHOWN])
{
    char *to = shown;
    for (size_t i = 0; i < CASH_CODE_DIGITS && number[i] != '\0'; i++) {
        if (cash_code_gap(i))
            *to++ = ' ';
        *to++ = number[i];
    }
    *to = '\0';
    return shown;
}

/* What is above the last whole multiple is drawn again, or some numbers were likelier. */
bool cash_code_draw(char number[static CASH_CODE_LENGTH])
{
    uint32_t drawn;
    do {
        if (RAND_bytes((unsigned char *)&drawn, sizeof drawn) != 1)
            return false;
    } while (drawn >= UINT32_MAX / DRAWN * DRAWN);
    snprintf(number, CASH_CODE_LENGTH, "0%08" PRIu32, drawn % DRAWN);
    number[CASH_CODE_DIGITS - 1] = pan_check_digit(number);
    number[CASH_CODE_DIGITS] = '\0';
    return true;
}
