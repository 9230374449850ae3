/* SPDX-License-Identifier: MIT */
/* `bank serve`: its options, of which bank/server/serve.h makes the bank. */
#include "bank/server/serve.h"

#include "bank/cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A port for others by TLS. The bank shows the same certificate at both. */
struct port {
    const char *listen, *authority, *revoked; /* options */
    bool *opens;
    struct address *address;
    struct tls_files *files;
};

static bool port_together(const struct port *port)
{
    return complain_usage("--%s, --tls-cert, --tls-key and --%s go together: give all four",
                          port->listen, port->authority),
           false;
}

/* The port and the files of its certificate: all or none. */
static bool port_read(const struct arguments *arguments, const struct port *port)
{
    struct error error;
    struct tls_files *files = port->files;
    const char *listen = argument_text(arguments, port->listen);
    *port->opens = listen != NULL;
    files->certificate = argument_text(arguments, "tls-cert");
    files->key = argument_text(arguments, "tls-key");
    files->authority = argument_text(arguments, port->authority);
    files->revoked = argument_text(arguments, port->revoked);
    if (listen != NULL && files->certificate != NULL && files->key != NULL &&
        files->authority != NULL) {
        char option[40];
        snprintf(option, sizeof option, "--%s", port->listen);
        return address_parse(port->address, listen, option, &error) ||
               (complain_error(&error), false);
    }
    if (listen != NULL || files->authority != NULL)
        return port_together(port);
    if (files->revoked == NULL)
        return true;
    complain_usage("--%s goes with --%s, --tls-cert, --tls-key and --%s", port->revoked,
                   port->listen, port->authority);
    return false;
}

static bool ports_read(const struct arguments *arguments, struct serve_options *options)
{
    static const struct tls_words words = { "--tls-cert", "--tls-key", "--operator-ca",
                                            "--operator-crl" };
    const struct port terminals = { "listen",          "tls-ca",         "tls-crl",
                                    &options->listens, &options->listen, &options->tls };
    const struct port operators = { "operator-listen",
                                    "operator-ca",
                                    "operator-crl",
                                    &options->operators_listen,
                                    &options->operator_listen,
                                    &options->operator_tls };
    options->operator_tls.words = &words;
    if (!port_read(arguments, &terminals) || !port_read(arguments, &operators))
        return false;
    const bool shown = options->tls.certificate != NULL || options->tls.key != NULL;
    return !shown || options->listens || options->operators_listen || port_together(&terminals);
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

/* Its commands would go to the other one. */
static bool home_check(const struct arguments *arguments)
{
    struct home home;
    if (!arguments_home(arguments, &home))
        return false;
    if (home_is_remote(&home))
        complain("the file %s in %s names a bank elsewhere: serve another home, or remove it",
                 HOME_REMOTE_FILE, home.path);
    return !home_is_remote(&home);
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
        .atm_group = argument_text(arguments, "atm-group"),
        .operator_group = argument_text(arguments, "operator-group"),
        .alert_command = argument_text(arguments, "alert-command"),
    };
    return ports_read(arguments, &options) &&
                   metrics_read(&options, argument_text(arguments, "metrics"))
               ? home_check(arguments) ? serve(&options) : EXIT_FAILURE
               : EXIT_USAGE;
}

#define SECONDS(name, about, from, most_s, ...)                                                    \
    OPTION(name, about, COUNT, .as = "SECONDS", .least = from, .most = most_s, __VA_ARGS__)

const struct bank_command command_serve = {
    .name = "serve",
    .help = "run the bank, until a signal ends it",
    .detail = "Serves terminals on HOME/atm.sock and operators on HOME/operator.sock until SIGTERM "
              "or SIGINT.\n"
              "SIGHUP has it read the files after --tls-... and --operator-c..., and "
              "HOME/operators, again.",
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
               "commands a second from one terminal or operator; more are told to wait (any)",
               COUNT, .least = 1, .most = 1000000),
        OPTION("failed-auth-limit",
               "unknown cards and wrong PINs a minute at one terminal (six times as many an hour) "
               "before it authenticates no card for five minutes, 0 for any number (10)",
               COUNT, .most = 1000000),
        OPTION(
            "lab",
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
        OPTION(
            "operator-listen",
            "serve operators on this TCP port too, by TLS, with the same certificate of the bank",
            ADDRESS),
        OPTION("operator-ca",
               "the CA that signs the operators' certificates; HOME/operators has their names",
               FILE),
        OPTION("operator-crl", "that CA's list of certificates that are revoked", FILE),
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
