/* SPDX-License-Identifier: MIT */
/*
 * `bank keys export` and `bank keys import`: all keys in one sealed file.
 *
 * The passphrase is typed, unseen, or comes from a file or standard input,
 * never from the command line, which every user of the machine can read.
 */
#include "bank/cli/act.h"
#include "bank/cli/ask.h"
#include "bank/commands/keys.h"
#include "shared/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the passphrase --------------------------------------------------------- */

/* Unbuffered: no other copy of it stays in memory. */
static bool phrase_line(FILE *file, char phrase[static PASSPHRASE_SIZE])
{
    if (file == NULL)
        return false;
    setvbuf(file, NULL, _IONBF, 0);
    return fgets(phrase, PASSPHRASE_SIZE, file) != NULL;
}

static bool phrase_from_file(const char *path, char phrase[static PASSPHRASE_SIZE])
{
    const bool named = path != NULL && strcmp(path, "-") != 0;
    FILE *opened = named ? fopen(path, "re") : NULL;
    const bool read = phrase_line(named ? opened : stdin, phrase);
    if (opened != NULL)
        fclose(opened);
    if (!read)
        return complain("the passphrase cannot be read from %s: check --passphrase-file",
                        named ? path : "standard input"),
               false;
    if (strchr(phrase, '\n') == NULL && strlen(phrase) + 1 == PASSPHRASE_SIZE)
        return complain_usage("a passphrase has at most %d bytes", PASSPHRASE_SIZE - 2), false;
    phrase[strcspn(phrase, "\r\n")] = '\0';
    return true;
}

static bool phrase_from_terminal(bool twice, char phrase[static PASSPHRASE_SIZE])
{
    char again[PASSPHRASE_SIZE];
    if (!line_ask("Passphrase", true, phrase, PASSPHRASE_SIZE))
        return phrase_from_file("-", phrase);
    bool same = !twice || (line_ask("The same again", true, again, sizeof again) &&
                           strcmp(phrase, again) == 0);
    if (twice)
        pin_wipe(again, sizeof again);
    return same || (complain("the two passphrases differ: nothing was done"), false);
}

/* The caller's to wipe; false after saying why. */
static bool phrase_read(const struct arguments *arguments, bool makes,
                        char phrase[static PASSPHRASE_SIZE])
{
    const char *path = argument_text(arguments, "passphrase-file");
    if (path != NULL ? !phrase_from_file(path, phrase) : !phrase_from_terminal(makes, phrase))
        return false;
    if (phrase[0] == '\0')
        return complain_usage("the passphrase is empty"), false;
    return !makes || strlen(phrase) >= PASSPHRASE_MIN ||
           (complain_usage("a passphrase that protects all keys has %d bytes or more",
                           PASSPHRASE_MIN),
            false);
}

#define PASSPHRASE_OPTION                                                                          \
    OPTION("passphrase-file", "a file whose first line is the passphrase; - is standard input",    \
           FILE)
#define PASSPHRASE_DETAIL                                                                          \
    "Without --passphrase-file the passphrase is asked for, unseen, at the terminal; where "       \
    "standard input\n"                                                                             \
    "is none, its first line is the passphrase. It is never taken from the command line."

/* Without the folders that lead to it, as much as an event takes. */
static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* ---- export ----------------------------------------------------------------- */

static int run_export(struct arguments *arguments)
{
    struct home home;
    struct error error;
    struct key_set set = { 0 };
    char phrase[PASSPHRASE_SIZE] = "";
    const int elsewhere = keys_home(arguments, &home);
    if (elsewhere != EXIT_SUCCESS)
        return elsewhere;
    vault_harden_process();
    int status = EXIT_FAILURE;
    if (!key_set_read(&set, &home, &error))
        status = complain_error(&error);
    else if (!phrase_read(arguments, true, phrase))
        status = EXIT_USAGE;
    else if (!act_record(arguments, ACT_KEYS_EXPORT, file_name(argument_text(arguments, "FILE"))))
        status = EXIT_FAILURE;
    else if (!key_archive_write(argument_text(arguments, "FILE"), &set, phrase, &error))
        status = complain_error(&error);
    else
        status = EXIT_SUCCESS;
    pin_wipe(phrase, sizeof phrase);
    if (status == EXIT_SUCCESS && arguments->json)
        printf("{\"exported\":%zu}\n", set.count);
    else if (status == EXIT_SUCCESS)
        printf("%zu keys are sealed in %s; without the passphrase it is of no use\n", set.count,
               argument_text(arguments, "FILE"));
    key_set_finish(&set);
    return status;
}

const struct bank_command command_keys_export = {
    .name = "keys export",
    .help = "seal a copy of all keys under a passphrase",
    .detail = "Writes a new file (scrypt and AES-256-GCM), which `bank keys import` reads; keep "
              "it, and apart "
              "from\n"
              "it the passphrase, where the database's backups are not. Keys of terminals that are "
              "made later\n"
              "are not in it: export again.\n" PASSPHRASE_DETAIL,
    .words = WORDS(WORD("FILE", FILE)),
    .options = WORDS(PASSPHRASE_OPTION),
    .effect = ACTS,
    .run = run_export,
};

/* ---- import ----------------------------------------------------------------- */

/* Compares with a database that is named: the home's own cluster does not run now. */
static int check_after(const struct arguments *arguments, const struct home *home)
{
    struct error error;
    const char *db = arguments->db != NULL ? arguments->db : getenv("ESBANK_DB");
    if (db == NULL || db[0] == '\0')
        return EXIT_SUCCESS;
    struct query *query = query_open(db, home, &error);
    int status = query != NULL ? keys_check(home, query,
                                            arguments->json ? KEYS_PRINT_NOTHING : KEYS_PRINT_TABLE)
                               : complain_error(&error);
    query_close(query);
    return status;
}

static int install(const struct arguments *arguments, const struct home *home,
                   const struct key_set *set, uid_t uid)
{
    struct error error;
    size_t written;
    int lock = home_create(home, &error) ? home_lock(home, &error) : -1;
    if (lock < 0)
        return complain_error(&error);
    if (!act_note(home, ACT_KEYS_IMPORT, file_name(argument_text(arguments, "FILE")), uid)) {
        home_unlock(lock);
        return EXIT_FAILURE;
    }
    bool worked = key_set_install(set, home, argument_flag(arguments, "replace"), &written, &error);
    home_unlock(lock);
    if (!worked)
        return complain_error(&error);
    if (!arguments->json)
        printf("%zu of the %zu keys were put into %s/keys; the bank compares them with its "
               "database when it "
               "starts\n",
               written, set->count, home->path);
    int status = check_after(arguments, home);
    if (arguments->json && status == EXIT_SUCCESS)
        printf("{\"imported\":%zu}\n", written);
    return status;
}

static int run_import(struct arguments *arguments)
{
    const uid_t uid = getuid();
    struct home home;
    struct error error;
    struct key_set set = { 0 };
    char phrase[PASSPHRASE_SIZE] = "";
    const int elsewhere = keys_home(arguments, &home);
    if (elsewhere != EXIT_SUCCESS)
        return elsewhere;
    vault_harden_process();
    int status;
    if (!phrase_read(arguments, false, phrase))
        status = EXIT_USAGE;
    else if (!key_archive_read(argument_text(arguments, "FILE"), phrase, &set, &error) ||
             !user_follow(&home, "keys", &error))
        status = complain_error(&error);
    else
        status = install(arguments, &home, &set, uid);
    pin_wipe(phrase, sizeof phrase);
    key_set_finish(&set);
    return status;
}

const struct bank_command command_keys_import = {
    .name = "keys import",
    .help = "put the keys of a sealed copy into a home that lacks them",
    .detail =
        "All or none, while no bank serves the home. Keys that are there and the same stay; others "
        "are "
        "refused\n"
        "unless --replace is said, and then kept beside as NAME.replaced.\n" PASSPHRASE_DETAIL,
    .words = WORDS(WORD("FILE", FILE)),
    .options = WORDS(PASSPHRASE_OPTION, OPTION("replace", "in the place of other keys too", FLAG)),
    .effect = ACTS,
    .run = run_import,
};
