/* SPDX-License-Identifier: MIT */
#include "bank/cli/topics.h"

#include <stddef.h>
#include <string.h>

const struct help_topic help_topics[] = {
    { "times", "how times are written and read",
      "Times are RFC 3339, in UTC unless an offset stands behind them:\n"
      "\n"
      "  2026-11-24                       the whole day\n"
      "  2026-11-24T19:40                 the whole minute\n"
      "  2026-11-24T19:40:16              the whole second\n"
      "  2026-11-24T19:40:16.123Z         as lists print it\n"
      "  2026-11-24T20:40:16+01:00        the same in another zone\n"
      "\n"
      "--since takes the first moment of it, --before stops short of it, and --at shows what was\n"
      "at its end. --at takes a position of the log as well, a whole number. With --json times\n"
      "have all their microseconds.\n" },
    { "amounts", "how money and notes are written and read",
      "Money reads 500, 12.5 or 12.50. With --json it is a whole number of minor units, 1250, as\n"
      "on the wire and in the events.\n"
      "\n"
      "Notes are denomination x count, each denomination once: 50x1000,20x2000. The denominations\n"
      "are those of the currency.\n" },
    { "ids", "how accounts, cards, machines and withdrawals are named",
      "An id is a uuid. 8 or more of its first characters are enough wherever only one id of that\n"
      "kind begins so, also in account-ID and teller-ID, the names of streams. A card is named by\n"
      "its id, which `bank card list` shows; its number is stored nowhere and never taken from "
      "the\n"
      "command line.\n" },
    { "exit", "exit statuses, and how errors are said",
      "  0  what was asked is done\n"
      "  1  it is not, or what was done could not be written to standard output\n"
      "  2  the words were wrong\n"
      "  3  of `bank alert list --exit-code`: an alert is open\n"
      "  4  the bank of this home stands by: another one has the log\n"
      "  5  it is not done yet: it needs a second person, see `bank approvals`\n"
      "\n"
      "An error is one sentence on standard error that says what to do; with --json an object,\n"
      "{\"error\":\"insufficient_funds\",\"code\":\"51\",\"message\":\"...\"}.\n" },
    { "environment", "the variables that commands heed",
      "  ESBANK_HOME        the home, where --home does not name it\n"
      "  ESBANK_DB          the database, where --db does not name it\n"
      "  ESBANK_PG_BIN      where the programs of Postgres are, for the private cluster\n"
      "  ESBANK_PG_OPTIONS  settings of the private cluster\n"
      "  PAGER              what long lists scroll in on a terminal\n"
      "  COLUMNS            the width of lists there\n"
      "  NO_COLOR           the console without colours\n" },
    { "asking", "which commands ask before they act",
      "A command that moves money or cannot be undone asks at the terminal before it acts, and "
      "goes\n"
      "on at the answer yes; --yes goes on without asking. Where there is no terminal to ask at, "
      "one\n"
      "that moves money goes on, and one that cannot be undone is refused without --yes. On the\n"
      "console's command line a key answers.\n" },
    { "operators", "who may do what, and what needs a second person",
      "The bank knows an operator by the user that runs the command. The file HOME/operators gives "
      "each\n"
      "a name and a role; without it the home's owner and root are supervisors:\n"
      "\n"
      "  viewer             looks\n"
      "  clerk              serves customers and machines at the counter\n"
      "  operator           sets limits, bars machines, settles suspects\n"
      "  supervisor         closes, erases, changes keys, approves\n"
      "\n"
      "Each may do what those before it may; `bank COMMAND --help` names the least role. What its\n"
      "lines `two-persons` name is proposed (exit status 5), and done once a supervisor of "
      "another\n"
      "name approves it: `bank approvals list`, or the console's view 8.\n" },
    { "completion", "commands, options and ids at the Tab key",
      "  bash   source <(bank completion bash)\n"
      "  zsh    source <(bank completion zsh)\n"
      "\n"
      "`make install` puts both where the shells find them. Ids are those of the running bank's\n"
      "database, as far as --home, --db or the environment lead there.\n" },
    { NULL, NULL, NULL },
};

const struct help_topic *help_topic_find(const char *name)
{
    for (const struct help_topic *topic = help_topics; topic->name != NULL; topic++)
        if (strcmp(topic->name, name) == 0)
            return topic;
    return NULL;
}
