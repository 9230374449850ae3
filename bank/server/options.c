/* SPDX-License-Identifier: MIT */
/* The words after `bank serve`. */
#include "bank/server/serve.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIRM_WITHIN_S     120
#define CONFIRM_WITHIN_MAX_S 86400
#define PATIENCE_S           30 /* with those who have to sign on, and with half a line */
#define PATIENCE_MAX_S       3600
#define BATCH_MOST           65536
#define SNAPSHOT_EVERY_MOST  1000000
#define OLD_SNAPSHOT_S       300
#define OLD_SNAPSHOT_MAX_S   86400
#define RATE_MOST            1000000
#define FAILED_AUTH_MOST     1000000

static const char help[] =
    "Usage: bank serve [--home DIR] [--user NAME] [--db CONNINFO] [--log commands]\n"
    "                  [--log-file FILE] [--log-format logfmt|json] [--log-level info|warn|error]\n"
    "                  [--accept-log-loss] [--confirm-within SECONDS] [--batch N]\n"
    "                  [--snapshot-every N] [--rate N] [--failed-auth-limit N]\n"
    "                  [--old-snapshot SECONDS]\n"
    "                  [--sign-on-within SECONDS] [--line-within SECONDS]\n"
    "                  [--atm-group GROUP] [--operator-group GROUP]\n"
    "                  [--metrics [HOST:]PORT] [--alert-command PROGRAM]\n"
    "                  [--listen HOST:PORT --tls-cert FILE --tls-key FILE --tls-ca FILE [--tls-crl "
    "FILE]]\n"
    "\n"
    "Serves terminals on HOME/atm.sock and operators on HOME/operator.sock until SIGTERM or "
    "SIGINT.\n"
    "SIGHUP has it read the files after --tls-... and HOME/operators again.\n"
    "\n"
    "  --home DIR                where the bank keeps its things (else $ESBANK_HOME)\n"
    "  --user NAME               whom root's bank runs as (else the home's owner, else esbank, "
    "else "
    "postgres)\n"
    "  --db CONNINFO             the Postgres to use (else $ESBANK_DB, else a private cluster in "
    "the home)\n"
    "  --accept-log-loss         go on with a log that lacks what this bank has acknowledged, "
    "and record\n"
    "                            that as an event\n"
    "  --log commands            a line on stderr for every command, not only for the events of "
    "the bank's "
    "life\n"
    "  --log-file FILE           where the log goes (stderr); SIGHUP opens it anew\n"
    "  --log-format FORMAT       logfmt, or json: one object a line\n"
    "  --log-level LEVEL         info, warn or error: events of that level and above (info)\n"
    "  --confirm-within SECONDS  how long a dispense may stay unconfirmed before it is suspect "
    "(120)\n"
    "  --batch N                 commands decided and committed together at most (1024)\n"
    "  --snapshot-every N        events of an account or teller between two snapshots, 0 for none "
    "(200)\n"
    "  --rate N                  commands a second from one terminal, or from all operators "
    "together;\n"
    "                            more are told to wait (any)\n"
    "  --failed-auth-limit N     unknown cards and wrong PINs a minute at one terminal (six times "
    "as many an "
    "hour)\n"
    "                            before it authenticates no card for five minutes, 0 for any "
    "number (10)\n"
    "  --old-snapshot SECONDS    log a session of the database whose snapshot is older, 0 for none "
    "(300)\n"
    "  --sign-on-within SECONDS  how long a terminal's connection may take to sign on (30)\n"
    "  --line-within SECONDS     how long a line may take from its first byte to its end (30)\n"
    "  --listen HOST:PORT        serve terminals on this TCP port too, by TLS; *:PORT is every "
    "address\n"
    "  --tls-cert FILE           the bank's certificate, with what is between it and the CA\n"
    "  --tls-key FILE            its private key, without a pass phrase\n"
    "  --tls-ca FILE             the CA that signs the terminals' certificates; each names its "
    "teller\n"
    "  --tls-crl FILE            that CA's list of certificates that are revoked\n"
    "  --atm-group GROUP         let members of that group connect to atm.sock (the owner alone)\n"
    "  --operator-group GROUP    let members of that group connect to operator.sock; what they may "
    "do is in\n"
    "                            HOME/operators\n"
    "  --metrics [HOST:]PORT     answer GET /metrics and /healthz there by HTTP, on 127.0.0.1 when "
    "no host is\n"
    "                            named; *:PORT is every address\n"
    "  --alert-command PROGRAM   started for every alert raised or cleared, with it as JSON on "
    "stdin\n"
    "  --help                    this text\n";

static bool number_read(const char *text, int64_t least, int64_t most, int64_t *number)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < least || value > most)
        return false;
    *number = value;
    return true;
}

static int wrong(const char *what, const char *value)
{
    fprintf(stderr, "bank: %s \"%.60s\": see `bank serve --help`\n", what, value);
    return 2;
}

/* The port and the files of its certificate: all or none. */
static bool listen_read(struct serve_options *options, const char *listen)
{
    struct error error = { 0 };
    const struct tls_files *tls = &options->tls;
    int files = (tls->certificate != NULL) + (tls->key != NULL) + (tls->authority != NULL);
    bool list = tls->revoked != NULL;
    options->listens = listen != NULL;
    if (listen == NULL && files == 0 && !list)
        return true;
    if (listen == NULL && files == 0)
        error_set(&error, ERROR_USAGE,
                  "--tls-crl goes with --listen, --tls-cert, --tls-key and --tls-ca");
    else if (listen == NULL || files < 3)
        error_set(&error, ERROR_USAGE,
                  "--listen, --tls-cert, --tls-key and --tls-ca go together: give all four");
    else if (address_parse(&options->listen, listen, "--listen", &error))
        return true;
    fprintf(stderr, "bank: %s\n", error.message);
    return false;
}

/* A client can read how much cash the machines hold, so without a host the address is loopback. */
static bool metrics_read(struct serve_options *options, const char *metrics)
{
    struct error error = { 0 };
    struct address *address = &options->metrics;
    char text[sizeof address->host];
    options->watched = metrics != NULL;
    if (metrics == NULL)
        return true;
    snprintf(text, sizeof text, "%s%s", strchr(metrics, ':') == NULL ? ":" : "", metrics);
    if (!address_parse(address, text, "--metrics", &error)) {
        fprintf(stderr, "bank: %s\n", error.message);
        return false;
    }
    if (address->host[0] == '\0' && metrics[0] != '*')
        strcpy(address->host, "127.0.0.1");
    return true;
}

int serve_command(int argc, char **argv)
{
    static const struct option names[] = { { "home", required_argument, NULL, 'h' },
                                           { "user", required_argument, NULL, 'u' },
                                           { "db", required_argument, NULL, 'd' },
                                           { "log", required_argument, NULL, 'l' },
                                           { "log-file", required_argument, NULL, 'F' },
                                           { "log-format", required_argument, NULL, 'T' },
                                           { "log-level", required_argument, NULL, 'E' },
                                           { "accept-log-loss", no_argument, NULL, 'a' },
                                           { "confirm-within", required_argument, NULL, 'c' },
                                           { "batch", required_argument, NULL, 'b' },
                                           { "snapshot-every", required_argument, NULL, 's' },
                                           { "rate", required_argument, NULL, 'r' },
                                           { "failed-auth-limit", required_argument, NULL, 'f' },
                                           { "old-snapshot", required_argument, NULL, 'o' },
                                           { "sign-on-within", required_argument, NULL, 'S' },
                                           { "line-within", required_argument, NULL, 'W' },
                                           { "listen", required_argument, NULL, 'L' },
                                           { "atm-group", required_argument, NULL, 'G' },
                                           { "operator-group", required_argument, NULL, 'O' },
                                           { "metrics", required_argument, NULL, 'M' },
                                           { "alert-command", required_argument, NULL, 'X' },
                                           { "tls-cert", required_argument, NULL, 'C' },
                                           { "tls-key", required_argument, NULL, 'K' },
                                           { "tls-ca", required_argument, NULL, 'A' },
                                           { "tls-crl", required_argument, NULL, 'R' },
                                           { "help", no_argument, NULL, '?' },
                                           { 0 } };
    struct serve_options options = { .confirm_within_s = CONFIRM_WITHIN_S,
                                     .snapshot_every = -1,
                                     .failed_auth_limit = -1,
                                     .old_snapshot_s = OLD_SNAPSHOT_S,
                                     .sign_on_within_s = PATIENCE_S,
                                     .line_within_s = PATIENCE_S };
    const char *listen = NULL, *metrics = NULL;
    opterr = 0;
    optind = 1;
    for (int name, at = 0; (name = getopt_long(argc, argv, "+:", names, &at)) != -1;) {
        switch (name) {
        case 'h':
            options.home = optarg;
            break;
        case 'u':
            options.user = optarg;
            break;
        case 'd':
            options.db = optarg;
            break;
        case 'l':
            if (strcmp(optarg, "commands") != 0)
                return wrong("--log knows only the word commands, not", optarg);
            options.log_commands = true;
            break;
        case 'F':
            options.log.file = optarg;
            break;
        case 'T':
            options.log.json = strcmp(optarg, "json") == 0;
            if (!options.log.json && strcmp(optarg, "logfmt") != 0)
                return wrong("--log-format wants logfmt or json, not", optarg);
            break;
        case 'E':
            options.log.least = log_level_find(optarg);
            if (options.log.least == LOG_LEVEL_COUNT)
                return wrong("--log-level wants info, warn or error, not", optarg);
            break;
        case 'a':
            options.accept_log_loss = true;
            break;
        case 'c':
            if (!number_read(optarg, 1, CONFIRM_WITHIN_MAX_S, &options.confirm_within_s))
                return wrong("--confirm-within wants seconds from 1 to 86400, not", optarg);
            break;
        case 'b':
            if (!number_read(optarg, 1, BATCH_MOST, &options.batch_max))
                return wrong("--batch wants a number from 1 to 65536, not", optarg);
            break;
        case 's':
            if (!number_read(optarg, 0, SNAPSHOT_EVERY_MOST, &options.snapshot_every))
                return wrong("--snapshot-every wants a number from 0 to 1000000, not", optarg);
            break;
        case 'r':
            if (!number_read(optarg, 1, RATE_MOST, &options.rate))
                return wrong("--rate wants a number from 1 to 1000000, not", optarg);
            break;
        case 'f':
            if (!number_read(optarg, 0, FAILED_AUTH_MOST, &options.failed_auth_limit))
                return wrong("--failed-auth-limit wants a number from 0 to 1000000, not", optarg);
            break;
        case 'o':
            if (!number_read(optarg, 0, OLD_SNAPSHOT_MAX_S, &options.old_snapshot_s))
                return wrong("--old-snapshot wants seconds from 0 to 86400, not", optarg);
            break;
        case 'S':
            if (!number_read(optarg, 1, PATIENCE_MAX_S, &options.sign_on_within_s))
                return wrong("--sign-on-within wants seconds from 1 to 3600, not", optarg);
            break;
        case 'W':
            if (!number_read(optarg, 1, PATIENCE_MAX_S, &options.line_within_s))
                return wrong("--line-within wants seconds from 1 to 3600, not", optarg);
            break;
        case 'L':
            listen = optarg;
            break;
        case 'X':
            options.alert_command = optarg;
            break;
        case 'G':
            options.atm_group = optarg;
            break;
        case 'O':
            options.operator_group = optarg;
            break;
        case 'M':
            metrics = optarg;
            break;
        case 'C':
            options.tls.certificate = optarg;
            break;
        case 'K':
            options.tls.key = optarg;
            break;
        case 'A':
            options.tls.authority = optarg;
            break;
        case 'R':
            options.tls.revoked = optarg;
            break;
        case ':':
            return wrong("a value is missing after", argv[optind - 1]);
        default:
            if (optopt != 0 || strcmp(argv[optind - 1], "--help") != 0)
                return wrong("there is no option", argv[optind - 1]);
            fputs(help, stdout);
            return EXIT_SUCCESS;
        }
    }
    if (optind < argc)
        return wrong("there is a word too many,", argv[optind]);
    if (!listen_read(&options, listen) || !metrics_read(&options, metrics))
        return 2;
    return serve(&options);
}
