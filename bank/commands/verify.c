/* SPDX-License-Identifier: MIT */
/* `bank verify`: bank/verify/verify.h does it, this tells. */
#include "bank/verify/verify.h"

#include "bank/cli/commands.h"
#include "bank/cli/progress.h"
#include "bank/cli/reading.h"
#include "bank/cli/table.h"
#include "bank/cli/values.h"
#include "bank/server/serve.h"
#include "bank/vault/keys.h"
#include "bank/vault/vault.h"
#include "shared/hex.h"
#include "shared/json.h"
#include "shared/version.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORT_SIZE 32768

static struct progress progress;

static void step(void *context, int pass, int64_t done, int64_t total)
{
    static const char *const parts[] = { "pass 1 of 3", "pass 2 of 3", "pass 3 of 3" };
    (void)context;
    if (progress.what != parts[pass - 1])
        progress_part(&progress, parts[pass - 1]);
    progress_step(&progress, done, total);
}

/* An anchor's check is told of when an anchor was given. */
static bool is_shown(const struct verify_report *report, int check)
{
    return check != VERIFY_ANCHOR || report->finding[check].checked > 0;
}

/* ---- for people ---- */

static const char *word_of(const struct verify_finding *finding)
{
    return finding->failed > 0 ? "FAILED" : finding->left ? "UNKNOWN" : "ok";
}

static void finding_print(int check, const struct verify_finding *finding)
{
    printf("%-7s %-29s ", word_of(finding), verify_check_name((enum verify_check)check));
    if (finding->failed == 0 && !finding->left) {
        printf("%" PRId64 " %s%s%s\n", finding->checked,
               verify_check_unit((enum verify_check)check), finding->note[0] != '\0' ? "; " : "",
               finding->note);
        return;
    }
    if (finding->position > 0)
        printf("position %" PRId64 ", ", finding->position);
    if (finding->stream[0] != '\0') {
        print_safely(finding->stream);
        fputs(": ", stdout);
    }
    print_safely(finding->detail);
    if (finding->failed > 1)
        printf(" (and %" PRId64 " more)", finding->failed - 1);
    if (finding->note[0] != '\0')
        printf("; %s", finding->note);
    putchar('\n');
}

static void anchor_print(const struct anchor *anchor)
{
    char hash[HASH_LENGTH * 2 + 1], seal[LOG_SEAL_LENGTH * 2 + 1], at[ANCHOR_TIME_SIZE];
    hex_encode(anchor->hash, HASH_LENGTH, hash);
    hex_encode(anchor->seal, LOG_SEAL_LENGTH, seal);
    printf("anchor  position %" PRId64 " hash %s time %s seal %s\n", anchor->position, hash,
           anchor_time(anchor, at), seal);
}

static int64_t events_per_s(const struct verify_report *report)
{
    return report->took_ms > 0 ? report->last * 1000 / report->took_ms : report->last;
}

static void report_print(const struct verify_report *report, bool gentle)
{
    char hash[HASH_LENGTH * 2 + 1], at[TIME_TEXT_SIZE];
    hex_encode(report->end.hash, HASH_LENGTH, hash);
    printf("range   positions 1 to %" PRId64, report->last);
    if (report->sealed_from == 0)
        puts(", all of them sealed");
    else if (report->sealed_from > 0)
        printf(", sealed from %" PRId64 " on\n", report->sealed_from + 1);
    else
        puts(", of which no seal could be told");
    printf("head    position %" PRId64 " hash %s\n", report->end.position, hash);
    printf("time    %s\n", time_text(report->at_us, at));
    puts("program bank " VERSION);
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++)
        if (is_shown(report, check))
            finding_print(check, &report->finding[check]);
    if (report->anchored)
        anchor_print(&report->anchor);
    printf("speed   %" PRId64 " events/s, %d process%s at a time%s\n", events_per_s(report),
           report->processes, report->processes == 1 ? "" : "es",
           gentle ? ", resting half the time for the bank that serves" : "");
}

/* ---- for programs ---- */

static void text_or_null(struct json_writer *writer, const char *name, const char *text)
{
    if (text[0] != '\0')
        json_write_string(writer, name, text);
    else
        json_write_null(writer, name);
}

static void integer_or_null(struct json_writer *writer, const char *name, int64_t number,
                            bool there)
{
    if (there)
        json_write_integer(writer, name, number);
    else
        json_write_null(writer, name);
}

static void finding_write(struct json_writer *writer, int check,
                          const struct verify_finding *finding)
{
    json_open_object(writer, NULL);
    json_write_string(writer, "check", verify_check_name((enum verify_check)check));
    if (finding->failed == 0 && finding->left)
        json_write_null(writer, "ok");
    else
        json_write_boolean(writer, "ok", finding->failed == 0);
    json_write_integer(writer, "checked", finding->checked);
    json_write_integer(writer, "failed", finding->failed);
    integer_or_null(writer, "position", finding->position, finding->position > 0);
    text_or_null(writer, "stream_id", finding->stream);
    text_or_null(writer, "detail", finding->detail);
    text_or_null(writer, "note", finding->note);
    json_close_object(writer);
}

static void report_print_json(const struct verify_report *report)
{
    static char text[REPORT_SIZE];
    char hash[HASH_LENGTH * 2 + 1], at[TIME_TEXT_SIZE], anchor[ANCHOR_TEXT_SIZE];
    struct json_writer writer;
    hex_encode(report->end.hash, HASH_LENGTH, hash);
    json_writer_init(&writer, text, sizeof text);
    json_open_object(&writer, NULL);
    json_write_boolean(&writer, "clean", report->clean);
    json_write_integer(&writer, "from", 1);
    json_write_integer(&writer, "to", report->last);
    integer_or_null(&writer, "sealed_from", report->sealed_from + 1, report->sealed_from >= 0);
    json_open_object(&writer, "head");
    json_write_integer(&writer, "position", report->end.position);
    json_write_string(&writer, "hash", hash);
    json_close_object(&writer);
    json_write_string(&writer, "time", time_json(report->at_us, at));
    json_write_string(&writer, "software", VERSION);
    json_open_array(&writer, "checks");
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++)
        if (is_shown(report, check))
            finding_write(&writer, check, &report->finding[check]);
    json_close_array(&writer);
    if (report->anchored) {
        anchor_format(&report->anchor, anchor);
        json_write_raw(&writer, "anchor", anchor, strlen(anchor));
    } else {
        json_write_null(&writer, "anchor");
    }
    json_write_integer(&writer, "took_ms", report->took_ms);
    json_write_integer(&writer, "processes", report->processes);
    json_close_object(&writer);
    if (json_finish(&writer) == 0)
        panic("a report of verify is longer than it can be");
    puts(text);
}

/* ---- the command ---- */

/* keys/log.key of the home; without one its bytes stay NULL. False: it is there, but of no use. */
static bool log_key_read(const struct arguments *arguments, struct key *key,
                         const unsigned char **bytes, struct error *error)
{
    struct home home;
    struct error missing;
    *key = key_named(KEY_LOG, NULL);
    if (!home_locate(arguments->home, &home, &missing) ||
        key_look(&home, key, &missing) == KEY_FILE_MISSING)
        return true;
    if (!key_read(&home, key, error))
        return false;
    *bytes = key->bytes;
    return true;
}

static int outcome(const struct arguments *arguments, const struct verify_report *report)
{
    const char *path = argument_text(arguments, "anchor");
    struct error error;
    int failed = 0, left = 0;
    for (int check = 0; check < VERIFY_CHECK_COUNT; check++) {
        failed += report->finding[check].failed > 0;
        left += report->finding[check].failed == 0 && report->finding[check].left;
    }
    if (failed > 0)
        return complain("%d checks failed: keep the database as it is and look at what is named%s",
                        failed, path != NULL ? "; no anchor was written" : "");
    if (left > 0)
        return complain("%d checks could not be carried out%s", left,
                        path != NULL ? ": no anchor was written" : "");
    if (path == NULL)
        return EXIT_SUCCESS;
    if (!report->anchored)
        return complain("no anchor was written: the log bears no seal yet, start the bank once");
    return anchor_save(&report->anchor, path, &error) ? EXIT_SUCCESS : complain_error(&error);
}

static struct query *connect_again(void *context, struct error *error)
{
    return query_of(context, error);
}

/* A process for each processor, up to VERIFY_PROCESSES_MAX, or where a bank serves the database
 * one, half the time. */
static bool pace_choose(struct arguments *arguments, struct query *query,
                        struct verify_options *options, struct error *error)
{
    bool serves = false;
    if (!argument_flag(arguments, "full-speed") && !query_bank_serves(query, &serves, error))
        return false;
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    options->gentle = serves;
    options->processes = serves || processors < 1            ? 1
                         : processors < VERIFY_PROCESSES_MAX ? (int)processors
                                                             : VERIFY_PROCESSES_MAX;
    options->connect = connect_again;
    options->context = arguments;
    if (serves && nice(10) < 0)
        options->gentle = true; /* it rests all the same */
    return true;
}

static int verify_with(struct arguments *arguments, struct verify_options *options)
{
    static struct verify_report report;
    struct error error;
    struct query *query = query_of_models(arguments, &error);
    if (query == NULL)
        return complain_error(&error);
    progress_begin(&progress, arguments, "");
    options->progress = step;
    bool worked =
        pace_choose(arguments, query, options, &error) && verify(query, options, &report, &error);
    query_close(query);
    progress_end(&progress);
    if (!worked)
        return complain_error(&error);
    if (arguments->json)
        report_print_json(&report);
    else
        report_print(&report, options->gentle);
    return outcome(arguments, &report);
}

static int run(struct arguments *arguments)
{
    struct key key;
    struct anchor against;
    struct verify_options options = { 0 };
    struct error error;
    const char *path = argument_text(arguments, "against");
    vault_harden_process();
    if (path != NULL && !anchor_load(path, &against, &error))
        return complain_error(&error);
    if (path != NULL)
        options.against = &against;
    if (!log_key_read(arguments, &key, &options.log_key, &error))
        return complain_error(&error);
    int status = verify_with(arguments, &options);
    key_wipe(&key);
    return status;
}

const struct bank_command command_verify = {
    .name = "verify",
    .help = "recompute the whole log and say what does not fit",
    .detail = "The hash chain, positions, stream versions, the head and the seals; that money and "
              "notes are "
              "conserved;\n"
              "that every withdrawal has one end; that commands, read models, checkpoints, data "
              "keys and what "
              "event\n"
              "handlers wrote are what the log gives; that tables, triggers and functions are the "
              "bank's. The "
              "first\n"
              "of each that does not fit is named. Seals take keys/log.key of the home. The bank "
              "may go on "
              "meanwhile:\n"
              "then one process works half the time, else one for each processor, up to four.",
    .options =
        WORDS(OPTION("anchor",
                     "write where the log ends, and its proof, to keep outside the database", FILE),
              OPTION("against", "prove that the log continues what --anchor wrote", FILE),
              OPTION("full-speed", "do not spare the bank that serves this database", FLAG)),
    .effect = READS,
    .run = run,
};
