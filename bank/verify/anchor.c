/* SPDX-License-Identifier: MIT */
#include "bank/verify/anchor.h"

#include "shared/hex.h"
#include "shared/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TIME_FORMAT "%Y-%m-%dT%H:%M:%SZ"
#define SECOND_US   INT64_C(1000000)

struct anchor anchor_make(struct log_sealer *sealer, const struct log_end *end,
                          const struct log_seal *seal, int64_t at_us)
{
    struct anchor anchor = { .position = end->position, .at_us = at_us - at_us % SECOND_US };
    struct log_seal own = *seal;
    own.from = anchor.at_us;
    memcpy(anchor.hash, end->hash, HASH_LENGTH);
    log_seal_write(sealer, SEAL_ANCHOR, anchor.position, anchor.hash, &own, anchor.seal);
    return anchor;
}

bool anchor_holds(struct log_sealer *sealer, const struct anchor *anchor)
{
    struct log_seal seal;
    return log_seal_read(sealer, SEAL_ANCHOR, anchor->position, anchor->hash, anchor->seal,
                         &seal) &&
           seal.from == anchor->at_us;
}

char *anchor_time(const struct anchor *anchor, char text[static ANCHOR_TIME_SIZE])
{
    time_t seconds = (time_t)(anchor->at_us / SECOND_US);
    struct tm utc;
    strftime(text, ANCHOR_TIME_SIZE, TIME_FORMAT, gmtime_r(&seconds, &utc));
    return text;
}

void anchor_format(const struct anchor *anchor, char text[static ANCHOR_TEXT_SIZE])
{
    char hash[HASH_LENGTH * 2 + 1], seal[LOG_SEAL_LENGTH * 2 + 1], at[ANCHOR_TIME_SIZE];
    struct json_writer writer;
    hex_encode(anchor->hash, HASH_LENGTH, hash);
    hex_encode(anchor->seal, LOG_SEAL_LENGTH, seal);
    json_writer_init(&writer, text, ANCHOR_TEXT_SIZE);
    json_open_object(&writer, NULL);
    json_write_integer(&writer, "position", anchor->position);
    json_write_string(&writer, "hash", hash);
    json_write_string(&writer, "time", anchor_time(anchor, at));
    json_write_string(&writer, "seal", seal);
    json_close_object(&writer);
    if (json_finish(&writer) == 0)
        panic("an anchor is longer than it can be");
}

bool anchor_save(const struct anchor *anchor, const char *path, struct error *error)
{
    char draft[4096], text[ANCHOR_TEXT_SIZE + 1];
    if ((size_t)snprintf(draft, sizeof draft, "%s.new", path) >= sizeof draft)
        return error_set(error, ERROR_USAGE, "the anchor's path is too long");
    anchor_format(anchor, text);
    strcat(text, "\n");
    int file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        return error_set_errno(error, "cannot create the anchor %s", draft);
    bool written = write(file, text, strlen(text)) == (ssize_t)strlen(text) && fsync(file) == 0;
    written = (close(file) == 0 && written && rename(draft, path) == 0) ||
              error_set_errno(error, "cannot write the anchor %s", path);
    if (!written)
        unlink(draft);
    return written;
}

static bool hex_member(const struct json *json, const char *name, unsigned char *bytes,
                       size_t length)
{
    const char *digits;
    return json_string(json_get(json, name), &digits) && strlen(digits) == length * 2 &&
           hex_decode(digits, length * 2, bytes);
}

static bool time_member(const struct json *json, int64_t *at_us)
{
    const char *text;
    struct tm utc = { 0 };
    if (!json_string(json_get(json, "time"), &text))
        return false;
    const char *end = strptime(text, TIME_FORMAT, &utc);
    *at_us = (int64_t)timegm(&utc) * SECOND_US;
    return end != NULL && *end == '\0';
}

bool anchor_load(const char *path, struct anchor *anchor, struct error *error)
{
    char text[2 * ANCHOR_TEXT_SIZE];
    struct error ignored;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set_errno(error, "cannot read the anchor %s", path);
    ssize_t length = read(file, text, sizeof text);
    close(file);
    struct json *json = length > 0 ? json_parse(text, (size_t)length, &ignored) : NULL;
    bool right = json_integer(json_get(json, "position"), &anchor->position) &&
                 anchor->position >= 0 && hex_member(json, "hash", anchor->hash, HASH_LENGTH) &&
                 time_member(json, &anchor->at_us) &&
                 hex_member(json, "seal", anchor->seal, LOG_SEAL_LENGTH);
    json_destroy(json);
    return right ||
           error_set(error, ERROR_USAGE,
                     "%s is no anchor: it holds the one line that `bank verify --anchor` wrote",
                     path);
}
