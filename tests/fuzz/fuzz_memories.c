/* SPDX-License-Identifier: MIT */
/*
 * What a machine finds in its folder: the journal, the dispenser's and the
 * acceptor's memories, a stored advice, and what it remembers of a card. The
 * first byte picks the file. Nothing is keyed here, else hardly an input would
 * get past its MAC; but for the last, which a folder that is being adopted may
 * have without one.
 */
#include "tests/fuzz/fuzz.h"

#include "atm/devices/acceptor.h"
#include "atm/devices/dispenser.h"
#include "atm/devices/journal.h"
#include "atm/files/preferences.h"
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

#define CARD "4000001234567899"

/* Under a key of zeros that card lies in the drawer of the last name below. */
static void open_preferences(const char *folder)
{
    struct memory memory = { .keyed = true, .adopting = true };
    const struct preference now = { .language = "de", .amount = 1000 };
    const struct preference found = preferences_find(&memory, folder, CARD);
    PROMISE(memchr(found.language, '\0', sizeof found.language) != NULL);
    PROMISE(found.amount >= 0 && found.amount < MONEY_CAP);
    preferences_keep(&memory, folder, CARD, &now);
    const struct preference kept = preferences_find(&memory, folder, CARD);
    PROMISE(strcmp(kept.language, "de") == 0 && kept.amount == 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = { "journal.log", "dispenser", "acceptor",
                                         "saf/0192f0c1-0000-7000-8000-000000000001.json",
                                         "preferences/cards-2f" };
    char path[500];
    if (size == 0)
        return 0;
    const char *folder = fuzz_directory();
    snprintf(path, sizeof path, "%s/saf", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/preferences", folder);
    mkdir(path, 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    unsigned which = bytes[0] % 5;
    fuzz_file(names[which], bytes + 1, size - 1);
    if (which == 0)
        open_journal(folder);
    else if (which == 3)
        open_stored(folder);
    else if (which == 4)
        open_preferences(folder);
    else
        open_devices(folder);
    return 0;
}
