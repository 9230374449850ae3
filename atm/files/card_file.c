/* SPDX-License-Identifier: MIT */
#include "atm/files/card_file.h"

#include "atm/files/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CARD_FILE_SIZE 200

bool card_file_load(const char *path, char *text, size_t size, struct error *error)
{
    struct stat status;
    size_t length = 0;
    ssize_t step = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set_errno(error, "cannot read the card's file %.200s", path);
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0) {
        close(file);
        return error_set(error, ERROR_USAGE,
                         "the card's file %.200s can be read by others: chmod 600 it", path);
    }
    while (length < size - 1 && ((step = read(file, text + length, size - 1 - length)) > 0 ||
                                 (step < 0 && errno == EINTR)))
        length += step > 0 ? (size_t)step : 0;
    if (step < 0)
        error_set_errno(error, "cannot read the card's file %.200s", path);
    close(file);
    text[length] = '\0';
    if (step >= 0 && strlen(text) != length)
        return error_set(error, ERROR_USAGE,
                         "the card's file %.200s has zero bytes in it, as after a power cut: write "
                         "it anew",
                         path);
    return step >= 0;
}

bool card_file_read(const char *path, char card[static PAN_DIGITS_MAX + 1],
                    char owner[static CARD_OWNER_SIZE], struct error *error)
{
    char text[CARD_FILE_SIZE] = "";
    bool typed = strcmp(path, "-") == 0;
    if (typed ? !prompt_line("Card number", text, sizeof text)
              : !card_file_load(path, text, sizeof text, error))
        return typed ? error_set(error, ERROR_USAGE,
                                 "no card number came on standard input: give one line with it")
                     : false;
    char *second = strchr(text, '\n');
    if (second != NULL) {
        *second++ = '\0';
        second[strcspn(second, "\n")] = '\0';
        snprintf(owner, CARD_OWNER_SIZE, "%.47s", second);
    }
    bool valid = pan_valid(text);
    if (valid)
        snprintf(card, PAN_DIGITS_MAX + 1, "%.*s", PAN_DIGITS_MAX, text);
    pin_wipe(text, sizeof text);
    if (valid)
        return true;
    return typed ? error_set(
                       error, ERROR_USAGE,
                       "what came on standard input is no card number: it has 8 to 19 digits and a "
                       "right check digit")
                 : error_set(error, ERROR_USAGE,
                             "%.200s does not begin with a card number of 8 to 19 digits with a "
                             "right check "
                             "digit: write one into it",
                             path);
}
