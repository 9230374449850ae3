/* SPDX-License-Identifier: MIT */
/*
 * What a machine finds in its folder: the journal, the dispenser's and the
 * acceptor's memories, and a stored advice. The first byte picks the file.
 * Nothing is keyed here, else hardly an input would get past its MAC.
 */
#include "tests/fuzz/fuzz.h"

#include "atm/devices/acceptor.h"
#include "atm/devices/dispenser.h"
#include "atm/devices/journal.h"
#include "atm/link/saf.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void read_entry(void *context, const struct journal_entry *entry)
{
    uint64_t *last = context;
    PROMISE(entry->sequence > *last);
    PROMISE(memchr(entry->detail, '\0', sizeof entry->detail) != NULL);
    *last = entry->sequence;
}

static void open_journal(const char *folder)
{
    struct journal journal;
    struct error error;
    uint64_t last = 0;
    if (!journal_open(&journal, folder, NULL, read_entry, &last, &error))
        return;
    PROMISE(journal.sequence >= last);
    PROMISE(journal_write(&journal, JOURNAL_STARTED, NULL, "", &error));
    journal_close(&journal);
    /* What it has added to is read again. */
    last = 0;
    PROMISE(journal_open(&journal, folder, NULL, read_entry, &last, &error) &&
            journal.sequence == last);
    journal_close(&journal);
}

static void open_devices(const char *folder)
{
    static struct dispenser dispenser;
    static struct acceptor acceptor;
    struct error error;
    if (dispenser_open(&dispenser, folder, NULL, &error))
        PROMISE(dispenser.state.cassettes.length <= NOTES_MAX);
    if (acceptor_open(&acceptor, folder, NULL, &error))
        PROMISE(acceptor.state.escrow.length <= NOTES_MAX);
}

static void open_stored(const char *folder)
{
    struct saf saf;
    struct error error;
    if (!saf_open(&saf, folder, NULL, &error))
        return;
    PROMISE(saf.count <= 1);
    saf_close(&saf);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = { "journal.log", "dispenser", "acceptor",
                                         "saf/0192f0c1-0000-7000-8000-000000000001.json" };
    char path[500];
    if (size == 0)
        return 0;
    const char *folder = fuzz_directory();
    snprintf(path, sizeof path, "%s/saf", folder);
    mkdir(path, 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    unsigned which = bytes[0] % 4;
    fuzz_file(names[which], bytes + 1, size - 1);
    if (which == 0)
        open_journal(folder);
    else if (which == 3)
        open_stored(folder);
    else
        open_devices(folder);
    return 0;
}
