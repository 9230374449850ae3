/* SPDX-License-Identifier: MIT */
/*
 * HOST:PORT, as people write it: bank.example:7443, 192.0.2.7:7443, [2001:db8::7]:7443. Plain
 * values.
 */
#ifndef SHARED_ADDRESS_H
#define SHARED_ADDRESS_H

#include "shared/error.h"

#include <sys/socket.h>

#define ADDRESS_TEXT_SIZE 80 /* of an address in numbers */

struct address {
    char host[256]; /* empty: any address of this machine, to listen on */
    char port[6];
};

/* Reads what came after the option of that name (for the error, which is ERROR_USAGE). */
bool address_parse(struct address *address, const char *text, const char *option,
                   struct error *error);

/* Of a socket, in numbers; returns the buffer. */
char *address_format(const struct sockaddr *socket_address, socklen_t length,
                     char buffer[static ADDRESS_TEXT_SIZE]);

/* What is written to that TCP socket leaves at once, and a peer whose line was cut is noticed
 * within a minute or so, though neither side says anything. */
void address_socket_prepare(int file);

#endif
