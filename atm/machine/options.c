/* SPDX-License-Identifier: MIT */
/*
 * One table of options feeds the parser, the help and its errors.
 */
#include "atm/machine/options.h"

#include "atm/devices/faults.h"
#include "atm/files/card_file.h"
#include "atm/texts/texts.h"
#include "shared/user.h"
#include "shared/wire.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct raw {
    const char *home, *teller, *card_file, *bank, *connect, *tls_cert, *tls_key, *tls_ca, *key,
        *previous_key, *language, *idle, *reply, *countdown, *assets, *view, *theme, *trace;
    struct faults {
        int count;
        const char *line[OPTIONS_FAULTS_MAX];
    } fault;
    bool demo_card, adopt_memories, set_supervisor_code, plain, mono, ascii, high_contrast,
        no_animation, help, version;
};

static const struct {
    const char *name, *value; /* value: what is expected; NULL: it is a switch */
    size_t offset;
    const char *help;
} table[] = {
#define TEXT(field) offsetof(struct raw, field)
    { "--home", "DIR", TEXT(home),
      "where bank and terminals keep their things (else $ESBANK_HOME)" },
    { "--teller-id", "UUID", TEXT(teller),
      "which terminal this is (default " DEFAULT_TELLER_ID ")" },
    { "--card-file", "FILE", TEXT(card_file),
      "the card in FILE (-: typed) is at hand: Enter inserts it" },
    { "--demo-card", NULL, TEXT(demo_card),
      "the card in HOME/demo-card is at hand, and with it those in HOME/demo-wallet" },
    { "--bank", "PATH", TEXT(bank), "the bank's socket (default HOME/atm.sock)" },
    { "--connect", "HOST:PORT", TEXT(connect),
      "the bank's TCP port, by TLS, in place of its socket" },
    { "--tls-cert", "FILE", TEXT(tls_cert),
      "this terminal's certificate; its common name is the teller id" },
    { "--tls-key", "FILE", TEXT(tls_key), "its private key, without a pass phrase" },
    { "--tls-ca", "FILE", TEXT(tls_ca),
      "the CA that signed the bank's certificate, which names HOST" },
    { "--key", "FILE", TEXT(key), "the terminal key (default HOME/keys/terminal-UUID.key)" },
    { "--previous-key", "FILE", TEXT(previous_key),
      "the terminal key before it, once after a change" },
    { "--adopt-memories", NULL, TEXT(adopt_memories),
      "once: trust what the folder has without MACs" },
    { "--set-supervisor-code", NULL, TEXT(set_supervisor_code), "read a new code, and end" },
    { "--language", "CODE", TEXT(language),
      "the first language shown (default: the locale's, else en)" },
    { "--idle-timeout", "SECONDS", TEXT(idle), "how long a screen waits for a key (default 30)" },
    { "--reply-timeout", "SECONDS", TEXT(reply), "how long the bank may take (default 10)" },
    { "--countdown", "SECONDS", TEXT(countdown),
      "how long card and cash are held out (default 30)" },
    { "--assets", "DIR", TEXT(assets), "files there replace the program's texts and receipt" },
    { "--plain", NULL, TEXT(plain),
      "numbered lines instead of a screen: for pipes and screen readers" },
    { "--view", "WHAT", TEXT(view), "screen, machine or inside: at most that (else what fits)" },
    { "--theme", "NAME", TEXT(theme), "amber, phosphor, or a file of themes/ in --assets" },
    { "--trace", "FILE", TEXT(trace), "messages, journal and events go there, as JSON lines" },
    { "--mono", NULL, TEXT(mono), "no colours" },
    { "--ascii", NULL, TEXT(ascii), "no characters beyond ASCII" },
    { "--high-contrast", NULL, TEXT(high_contrast), "strong contrasts" },
    { "--no-animation", NULL, TEXT(no_animation), "nothing moves but the countdown's seconds" },
    { "--fault", "LINE", TEXT(fault), "a fault that strikes once, as below; may be given again" },
    { "--help", NULL, TEXT(help), "this" },
    { "--version", NULL, TEXT(version), "the version" },
#undef TEXT
};
#define OPTIONS (sizeof table / sizeof table[0])

void options_help(void)
{
    puts("Usage: atm [OPTION]...\n\nAn automated teller machine in a terminal, for the bank that "
         "serves the "
         "same home.\n");
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[40];
        snprintf(left, sizeof left, "%s %s", table[i].name,
                 table[i].value != NULL ? table[i].value : "");
        printf("  %-26s %s\n", left, table[i].help);
    }
    puts("\nKeys: digits type; where nothing is typed they are the keys beside the screen, "
         "elsewhere "
         "their\nletters are; arrows and Enter, clicks and F1 to F8 do it, too. Backspace clears; "
         "Esc "
         "goes a step\nback, twice it ends the visit. "
         "Ctrl-C switches the machine off. F12 or Ctrl-S on the\nwelcome screen is for the "
         "supervisor, once a code was set with --set-supervisor-code.\n\n"
         "Files in HOME/UUID: journal.log, dispenser, acceptor, saf, refused, preferences, "
         "receipts,\n"
         "supervisor-code, supervisor-tries, memory-key, faults, atm.log.\n"
         "Environment: ESBANK_HOME, ESBANK_SWITCH_ON, NO_COLOR, TERM, and the locale: its language "
         "and\n"
         "character set.\n"
         "Exit status: 0 switched off, 1 could not start or could not serve.\n\n"
         "Faults, each a line of the file faults, or of --fault, that strikes once:");
    for (int i = 0; i < FAULT_COUNT; i++)
        printf("  %-32s %s\n", fault_line((enum fault)i), fault_meaning((enum fault)i));
    puts("\nSee atm(1).");
}

static bool fault_take(struct faults *faults, const char *line, struct error *error)
{
    if (!faults_known(line))
        return error_set(error, ERROR_USAGE,
                         "there is no fault \"%.60s\": atm --help lists them, as in --fault "
                         "\"card jam\"",
                         line);
    if (faults->count == OPTIONS_FAULTS_MAX)
        return error_set(error, ERROR_USAGE, "--fault may be given %d times: leave some out",
                         OPTIONS_FAULTS_MAX);
    faults->line[faults->count++] = line;
    return true;
}

static bool option_take(struct raw *raw, int count, char **argument, int *at, struct error *error)
{
    const char *text = argument[*at], *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : strlen(text);
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(table[i].name) != length || strncmp(table[i].name, text, length) != 0)
            continue;
        void *field = (char *)raw + table[i].offset;
        if (table[i].value == NULL) {
            if (equals != NULL)
                return error_set(error, ERROR_USAGE, "%s takes no value: leave out \"%.40s\"",
                                 table[i].name, equals);
            *(bool *)field = true;
            return true;
        }
        const char *value = equals != NULL ? equals + 1 : *at + 1 < count ? argument[++*at] : NULL;
        if (value == NULL || *value == '\0')
            return error_set(error, ERROR_USAGE, "%s needs a value, as in %s %s", table[i].name,
                             table[i].name, table[i].value);
        if (table[i].offset == offsetof(struct raw, fault))
            return fault_take(&raw->fault, value, error);
        *(const char **)field = value;
        return true;
    }
    if (length == strlen("--card") && strncmp(text, "--card", length) == 0)
        return error_set(
            error, ERROR_USAGE,
            "every user of this machine could read a number given to --card: write it into a "
            "file of mode 0600 for --card-file FILE, or give --card-file - and type it");
    return error_set(error, ERROR_USAGE, "there is no option \"%.60s\": see atm --help", text);
}

static bool seconds_read(const char *name, const char *text, int fallback_s, int *ms,
                         struct error *error)
{
    char *end;
    double value = text == NULL ? fallback_s : strtod(text, &end);
    if (text != NULL && (end == text || *end != '\0' || !(value >= 0.1 && value <= 3600)))
        return error_set(error, ERROR_USAGE, "%s takes seconds from 0.1 to 3600, not \"%.40s\"",
                         name, text);
    *ms = (int)(value * 1000);
    return true;
}

static bool demo_card_read(struct options *options, struct error *error)
{
    char path[HOME_PATH_SIZE];
    home_path(&options->home, path, sizeof path, "demo-card");
    if (access(path, F_OK) != 0)
        return error_set(
            error, ERROR_USAGE,
            "there is no demo card in %s: leave --demo-card out, or write a card's number into "
            "demo-card there",
            options->home.path);
    if (!card_file_read(path, options->card, options->card_owner, error))
        return false;
    /* The demonstration's PIN is no secret, and has to be read somewhere. */
    snprintf(options->card_note, sizeof options->card_note, "%s", DEMO_PIN);
    home_path(&options->home, path, sizeof path, DEMO_WALLET_FILE);
    return wallet_file_read(path, &options->wallet, error);
}

static bool card_read(struct options *options, const struct raw *raw, struct error *error)
{
    if (raw->demo_card)
        return demo_card_read(options, error);
    return raw->card_file == NULL ||
           card_file_read(raw->card_file, options->card, options->card_owner, error);
}

static bool paths_fill(struct options *options, const struct raw *raw, struct error *error)
{
    char teller[UUID_TEXT_LENGTH], path[HOME_PATH_SIZE];
    uuid_write(&options->teller, teller);
    home_path(&options->home, path, sizeof path, "%s", teller);
    snprintf(options->folder, sizeof options->folder, "%.499s", path);
    if (raw->key != NULL)
        snprintf(options->key, sizeof options->key, "%s", raw->key);
    else
        home_path(&options->home, options->key, sizeof options->key, "keys/terminal-%s.key",
                  teller);
    if (raw->key != NULL && access(raw->key, R_OK) != 0)
        return error_set_errno(
            error, "cannot read the key file %.200s: name another one with --key", raw->key);
    if (raw->bank == NULL)
        return home_socket_path(&options->home, options->bank, "atm.sock", error);
    if (strlen(raw->bank) >= sizeof options->bank)
        return error_set(
            error, ERROR_USAGE,
            "the socket's path after --bank is longer than %d bytes: use a shorter one",
            HOME_SOCKET_SIZE - 1);
    strcpy(options->bank, raw->bank);
    return true;
}

/* The files are read again at each connection; here it is told at once what is wrong with them. */
static bool certificate_check(const struct options *options, struct error *error)
{
    struct tls_context *context = tls_context_create(TLS_TERMINAL, &options->tls, error);
    struct uuid teller;
    char text[UUID_TEXT_LENGTH];
    bool good = context != NULL;
    if (good && tls_context_expired(context))
        good = error_set(error, ERROR_USAGE,
                         "the certificate in %.200s has expired: have a new one signed",
                         options->tls.certificate);
    else if (good && !tls_context_teller(context, &teller))
        good = error_set(
            error, ERROR_USAGE,
            "the certificate in %.200s names no teller: its common name has to be the teller id",
            options->tls.certificate);
    else if (good && !uuid_equal(&teller, &options->teller))
        good = error_set(
            error, ERROR_USAGE,
            "the certificate in %.200s is that of the teller %s: give --teller-id %s with it",
            options->tls.certificate, uuid_write(&teller, text), text);
    tls_context_destroy(context);
    return good;
}

static bool connect_fill(struct options *options, const struct raw *raw, struct error *error)
{
    int files = (raw->tls_cert != NULL) + (raw->tls_key != NULL) + (raw->tls_ca != NULL);
    options->tls = (struct tls_files){ .certificate = raw->tls_cert,
                                       .key = raw->tls_key,
                                       .authority = raw->tls_ca };
    options->connects = raw->connect != NULL;
    if (raw->connect == NULL && files == 0)
        return true;
    if (raw->connect == NULL || files < 3)
        return error_set(
            error, ERROR_USAGE,
            "--connect, --tls-cert, --tls-key and --tls-ca go together: give all four");
    if (raw->bank != NULL)
        return error_set(error, ERROR_USAGE, "give either --bank or --connect, not both");
    if (!address_parse(&options->connect, raw->connect, "--connect", error))
        return false;
    if (options->connect.host[0] == '\0' || strcmp(options->connect.port, "0") == 0)
        return error_set(error, ERROR_USAGE,
                         "--connect wants the bank's host and port, not \"%.60s\"", raw->connect);
    return certificate_check(options, error);
}

static bool face_read(const char *word, enum face *face, struct error *error)
{
    static const char *const faces[] = {
        [FACE_SCREEN] = "screen", [FACE_MACHINE] = "machine", [FACE_INSIDE] = "inside"
    };
    *face = FACE_AUTO;
    for (size_t i = FACE_SCREEN; word != NULL && i < sizeof faces / sizeof *faces; i++)
        if (strcmp(word, faces[i]) == 0)
            *face = (enum face)i;
    return word == NULL || *face != FACE_AUTO ||
           error_set(error, ERROR_USAGE, "--view is screen, machine or inside, not \"%.40s\"",
                     word);
}

bool options_read(struct options *options, int count, char **argument, const char **language,
                  struct error *error)
{
    struct raw raw = { 0 };
    *options = (struct options){ 0 };
    for (int i = 1; i < count; i++)
        if (!option_take(&raw, count, argument, &i, error))
            return false;
    options->plain = raw.plain;
    options->mono = raw.mono;
    options->ascii = raw.ascii;
    options->high_contrast = raw.high_contrast;
    options->trace = raw.trace;
    options->theme = raw.theme;
    options->no_animation = raw.no_animation;
    options->fault_count = raw.fault.count;
    memcpy(options->fault, raw.fault.line, sizeof options->fault);
    options->help = raw.help;
    options->version = raw.version;
    options->assets = raw.assets;
    options->previous_key = raw.previous_key;
    options->adopt_memories = raw.adopt_memories;
    options->set_supervisor_code = raw.set_supervisor_code;
    *language = raw.language;
    if (raw.help || raw.version)
        return true;
    if (!face_read(raw.view, &options->face, error))
        return false;
    options->inside = !raw.plain && options->face != FACE_SCREEN && options->face != FACE_MACHINE;
    const char *teller = raw.teller != NULL ? raw.teller : DEFAULT_TELLER_ID;
    if (!uuid_read(teller, strlen(teller), &options->teller))
        return error_set(error, ERROR_USAGE,
                         "\"%.60s\" is no terminal id: --teller-id takes a UUID of 36 characters",
                         teller);
    if (raw.card_file != NULL && raw.demo_card)
        return error_set(error, ERROR_USAGE, "give either --card-file or --demo-card, not both");
    if (raw.assets != NULL && access(raw.assets, R_OK | X_OK) != 0)
        return error_set_errno(error, "cannot read the directory %.200s after --assets",
                               raw.assets);
    return seconds_read("--idle-timeout", raw.idle, 30, &options->idle_ms, error) &&
           seconds_read("--reply-timeout", raw.reply, 10, &options->reply_timeout_ms, error) &&
           seconds_read("--countdown", raw.countdown, 30, &options->countdown_ms, error) &&
           home_locate(raw.home, &options->home, error) && paths_fill(options, &raw, error) &&
           connect_fill(options, &raw, error) && card_read(options, &raw, error);
}

bool options_finish(struct options *options, const char *language, struct error *error)
{
    char teller[UUID_TEXT_LENGTH];
    if (language == NULL)
        options->language = text_language_of_locale();
    else if ((options->language = text_language_find(language)) < 0) {
        char known[80] = "";
        for (int i = 0; i < text_language_count(); i++)
            snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i > 0 ? ", " : "",
                     text_language_code(i));
        return error_set(error, ERROR_USAGE,
                         "there is no language \"%.20s\" that can be shown here: choose one of %s",
                         language, known);
    }
    uuid_write(&options->teller, teller);
    return home_create(&options->home, error) && user_follow(&options->home, teller, error) &&
           home_create_directory(&options->home, teller, 0700, error);
}
