/* SPDX-License-Identifier: MIT */
/* What `bank help TOPIC` says of things that many commands have. */
#ifndef BANK_CLI_TOPICS_H
#define BANK_CLI_TOPICS_H

struct help_topic {
    const char *name, *about, *text;
};

/* Ends with a NULL name. */
extern const struct help_topic help_topics[];

const struct help_topic *help_topic_find(const char *name);

#endif
