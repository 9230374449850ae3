/* SPDX-License-Identifier: MIT */
/* `bank serve`: its options, of which bank/server/serve.h makes the bank. */
#include "bank/server/serve.h"

#include "bank/cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TLS_FILES "--listen, --tls-cert, --tls-key and --tls-ca"

/* The port and the files of its certificate: all or none. */
static bool listen_read(struct serve_options *options, const char *listen)
{
    struct error error;
    const struct tls_files *tls = &options->tls;
    const int files = (tls->certificate != NULL) + (tls->key != NULL) + (tls->authority != NULL);
    options->listens = listen != NULL;
    if (listen == NULL && files == 0 && tls->revoked == NULL)
        return true;
    if (listen == NULL && files == 0)
        return complain_usage("--tls-crl goes with " TLS_FILES), false;
    if (listen == NULL || files < 3)
        return complain_usage(TLS_FILES " go together: give all four"), false;
    return address_parse(&options->listen, listen, "--listen", &error) ||
           (complain_error(&error), false);
}

/* A client can read how much cash the machines hold, so without a host the address is loopback. */
static bool metrics_read(struct serve_options *options, const char *metrics)
{
    struct error error;
    struct address *address = &options->metrics;
    char text[sizeof address->host];
    options->watched = metrics != NULL;
    if (metrics == NULL)
        return true;
    snprintf(text, sizeof text, "%s%s", strchr(metrics, ':') == NULL ? ":" : "", metrics);
    if (!address_parse(address, text, "--metrics", &error))
        return complain_error(&error), false;
    if (address->host[0] == '\0' && metrics[0] != '*')
        strcpy(address->host, "127.0.0.1");
    return true;
}

/* The number of an option; where it is not given, what the engine takes for "as ever". */
static int64_t number(const struct arguments *arguments, const char *name, int64_t unsaid)
{
    const struct value *value = argument_value(arguments, name);
    return value != NULL ? value->number : unsaid;
}

static int run(struct arguments *arguments)
{
    const char *format = argument_text(arguments, "log-format");
    struct serve_options options = {
        .home = arguments->home,
        .db = arguments->db,
        .user = argument_text(arguments, "user"),
        .accept_log_loss = argument_flag(arguments, "accept-log-loss"),
        .log = { .file = argument_text(arguments, "log-file"),
                 .json = strcmp(format, "json") == 0,
                 .least = log_level_find(argument_text(arguments, "log-level")) },
        .log_commands = argument_flag(arguments, "log"),
        .confirm_within_s = number(arguments, "confirm-within", 0),
        .sign_on_within_s = number(arguments, "sign-on-within", 0),
        .line_within_s = number(arguments, "line-within", 0),
        .batch_max = number(arguments, "batch", 0),
        .snapshot_every = number(arguments, "snapshot-every", -1),
        .old_snapshot_s = number(arguments, "old-snapshot", 0),
        .rate = number(arguments, "rate", 0),
        .failed_auth_limit = number(arguments, "failed-auth-limit", -1),
        .lab = argument_flag(arguments, "lab"),
        .strict_counts = argument_flag(arguments, "strict-counts"),
        .tls = { .certificate = argument_text(arguments, "tls-cert"),
                 .key = argument_text(arguments, "tls-key"),
                 .authority = argument_text(arguments, "tls-ca"),
                 .revoked = argument_text(arguments, "tls-crl") },
        .atm_group = argument_text(arguments, "atm-group"),
        .operator_group = argument_text(arguments, "operator-group"),
        .alert_command = argument_text(arguments, "alert-command"),
    };
    return listen_read(&options, argument_text(arguments, "listen")) &&
                   metrics_read(&options, argument_text(arguments, "metrics"))
               ? serve(&options)
               : EXIT_USAGE;
}

#define SECONDS(name, about, from, most_s, ...)                                                    \
    OPTION(name, about, COUNT, .as = "SECONDS", .least = from, .most = most_s, __VA_ARGS__)

const struct bank_command command_serve = {
    .name = "serve",
    .help = "run the bank, until a signal ends it",
    .detail = "Serves terminals on HOME/atm.sock and operators on HOME/operator.sock until SIGTERM "
              "or SIGINT.\n"
              "SIGHUP has it read the files after --tls-... and HOME/operators again.",
    .options = WORDS(
        OPTION("user",
               "whom root's bank runs as (else the home's owner, else esbank, else postgres)",
               USER),
        OPTION("log", "a line for every command, not only for the events of the bank's life",
               CHOICE, .choices = "commands"),
        OPTION("log-file", "where the log goes (stderr); SIGHUP opens it anew", FILE),
        OPTION("log-format", "logfmt, or json: one object a line", CHOICE, .choices = "logfmt|json",
               .otherwise = "logfmt"),
        OPTION("log-level", "events of that level and above (info)", CHOICE,
               .choices = "info|warn|error", .otherwise = "info"),
        OPTION("accept-log-loss",
               "go on with a log that lacks what this bank has acknowledged, and record that as an "
               "event",
               FLAG),
        SECONDS("confirm-within",
                "how long a dispense may stay unconfirmed before it is suspect (120)", 1, 86400,
                .otherwise = "120"),
        OPTION("batch", "commands decided and committed together at most (1024)", COUNT, .least = 1,
               .most = 65536),
        OPTION("snapshot-every",
               "events of an account or teller between two snapshots, 0 for none (200)", COUNT,
               .most = 1000000),
        OPTION("rate",
               "commands a second from one terminal, or from all operators together; more are told "
               "to wait (any)",
               COUNT, .least = 1, .most = 1000000),
        OPTION("failed-auth-limit",
               "unknown cards and wrong PINs a minute at one terminal (six times as many an hour) "
               "before it authenticates no card for five minutes, 0 for any number (10)",
               COUNT, .most = 1000000),
        OPTION("lab",
               "a bank for tests of other programs, whose answers operators can force (`bank lab`); "
               "its machines say so",
               FLAG),
        OPTION("strict-counts",
               "keep a machine out of service that signs on with other notes than the bank counts, "
               "until they were counted",
               FLAG),
        SECONDS("old-snapshot",
                "log a session of the database whose snapshot is older, 0 for none (300)", 0, 86400,
                .otherwise = "300"),
        SECONDS("sign-on-within", "how long a terminal's connection may take to sign on (30)", 1,
                3600, .otherwise = "30"),
        SECONDS("line-within", "how long a line may take from its first byte to its end (30)", 1,
                3600, .otherwise = "30"),
        OPTION("listen", "serve terminals on this TCP port too, by TLS; *:PORT is every address",
               ADDRESS),
        OPTION("tls-cert", "the bank's certificate, with what is between it and the CA", FILE),
        OPTION("tls-key", "its private key, without a pass phrase", FILE),
        OPTION("tls-ca", "the CA that signs the terminals' certificates; each names its teller",
               FILE),
        OPTION("tls-crl", "that CA's list of certificates that are revoked", FILE),
        OPTION("atm-group", "let members of that group connect to atm.sock (the owner alone)",
               GROUP),
        OPTION("operator-group",
               "let members of that group connect to operator.sock; what they may do is in "
               "HOME/operators",
               GROUP),
        OPTION("metrics",
               "answer GET /metrics and /healthz there by HTTP, on 127.0.0.1 when no host is "
               "named; *:PORT is every address",
               ADDRESS, .as = "[HOST:]PORT"),
        OPTION("alert-command",
               "started for every alert raised or cleared, with it as JSON on stdin", FILE,
               .as = "PROGRAM")),
    .effect = ACTS,
    .run = run,
};
