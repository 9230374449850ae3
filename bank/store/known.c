/* SPDX-License-Identifier: MIT */
/*
 * A slot, numbers big-endian; each is within one sector:
 *
 *   position   8
 *   hash      32
 *   seal      72   SEAL_HEAD, with epoch and sequence (bank/codec/log_seal.h)
 *
 * The newer one is that with the higher sequence: it grows with every seal of a
 * log, and a bank that accepts a loss goes on above the one it knew.
 */
#include "bank/store/known.h"

#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 2, SLOT_STRIDE = 512, FILE_SIZE = SLOTS * SLOT_STRIDE };
enum { SLOT_LENGTH = 8 + HASH_LENGTH + LOG_SEAL_LENGTH };

static bool slot_is_empty(const unsigned char *slot)
{
    static const unsigned char nothing[SLOT_LENGTH];
    return memcmp(slot, nothing, SLOT_LENGTH) == 0;
}

static bool slot_read(struct log_sealer *sealer, const unsigned char *slot, struct log_end *end,
                      int64_t *sequence)
{
    struct log_seal seal;
    uint64_t position;
    memcpy(&position, slot, sizeof position);
    memcpy(end->hash, slot + 8, HASH_LENGTH);
    memcpy(end->seal, slot + 8 + HASH_LENGTH, LOG_SEAL_LENGTH);
    end->position = (int64_t)be64toh(position);
    if (!log_seal_read(sealer, SEAL_HEAD, end->position, end->hash, end->seal, &seal))
        return false;
    end->epoch = seal.epoch;
    *sequence = seal.sequence;
    return true;
}

/* A kill leaves one slot torn at most, and the other one whole unless it is the first. */
static bool slots_read(struct known *known, struct log_sealer *sealer)
{
    bool empty = false;
    for (unsigned i = 0; i < SLOTS; i++) {
        const unsigned char *slot = known->mapped + i * SLOT_STRIDE;
        struct log_end end;
        int64_t sequence;
        empty = empty || slot_is_empty(slot);
        if (!slot_read(sealer, slot, &end, &sequence) || (known->any && sequence < known->sequence))
            continue;
        known->any = true;
        known->end = end;
        known->sequence = sequence;
        known->turn = (i + 1) % SLOTS;
    }
    return known->any || empty;
}

static bool file_open(struct known *known, const char *path, struct error *error)
{
    struct stat status;
    known->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (known->file < 0 || fstat(known->file, &status) != 0)
        return error_set_errno(error, "cannot open %s", path);
    if (status.st_size != 0 && status.st_size != FILE_SIZE)
        return error_set(error, ERROR_FORMAT,
                         "%s is not what this bank knows of its log: put it back from a copy, or "
                         "take it away to go on without",
                         path);
    const int failed = posix_fallocate(known->file, 0, FILE_SIZE);
    if (failed != 0)
        return error_set(error, ERROR_SYSTEM, "cannot make room for %s: %s", path,
                         strerror(failed));
    void *mapped = mmap(NULL, FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, known->file, 0);
    if (mapped == MAP_FAILED)
        return error_set_errno(error, "cannot map %s", path);
    known->mapped = mapped;
    return true;
}

bool known_open(struct known *known, const char *path, struct log_sealer *sealer,
                struct error *error)
{
    *known = (struct known){ .file = -1 };
    if (path == NULL)
        return true;
    if (file_open(known, path, error) && slots_read(known, sealer))
        return true;
    if (known->mapped != NULL)
        error_set(error, ERROR_FORMAT,
                  "%s does not bear this bank's seals: it was changed, or keys/log.key is not the "
                  "one it was made with; put both back from one copy, or take it away to go on "
                  "without what the bank knew of its log",
                  path);
    known_close(known);
    return false;
}

void known_set(struct known *known, const struct log_end *end, int64_t sequence)
{
    if (known->any && sequence <= known->sequence)
        return;
    known->any = true;
    known->end = *end;
    known->sequence = sequence;
    if (known->mapped == NULL)
        return;
    unsigned char *slot = known->mapped + (size_t)known->turn * SLOT_STRIDE;
    const uint64_t position = htobe64((uint64_t)end->position);
    memcpy(slot, &position, sizeof position);
    memcpy(slot + 8, end->hash, HASH_LENGTH);
    memcpy(slot + 8 + HASH_LENGTH, end->seal, LOG_SEAL_LENGTH);
    known->turn = (known->turn + 1) % SLOTS;
    known->dirty = true;
}

void known_flush(struct known *known)
{
    if (known->mapped == NULL || !known->dirty)
        return;
    known->dirty = false;
    /* A file system without it writes the page in its own time. */
    (void)sync_file_range(known->file, 0, FILE_SIZE, SYNC_FILE_RANGE_WRITE);
}

void known_close(struct known *known)
{
    if (known->mapped != NULL) {
        (void)msync(known->mapped, FILE_SIZE, MS_SYNC);
        munmap(known->mapped, FILE_SIZE);
    }
    if (known->file >= 0) {
        (void)fsync(known->file);
        close(known->file);
    }
    known->mapped = NULL;
    known->file = -1;
}
