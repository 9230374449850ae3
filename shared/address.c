/* SPDX-License-Identifier: MIT */
#include "shared/address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEPALIVE_S 30 /* silent for so long: asked whether it is still there, three times */

static bool port_valid(const char *port)
{
    size_t length = strlen(port);
    return length > 0 && length <= 5 && strspn(port, "0123456789") == length && atoi(port) <= 65535;
}

bool address_parse(struct address *address, const char *text, const char *option,
                   struct error *error)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : 0;
    bool bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
    if (colon == NULL || !port_valid(colon + 1) || length >= sizeof address->host ||
        (!bracketed && memchr(text, ':', length) != NULL))
        return error_set(error, ERROR_USAGE,
                         "%s wants HOST:PORT, as in bank.example:7443 or [::1]:7443, not \"%.60s\"",
                         option, text);
    if (bracketed) {
        text++;
        length -= 2;
    } else if (length == 1 && text[0] == '*') {
        length = 0;
    }
    snprintf(address->host, sizeof address->host, "%.*s", (int)length, text);
    snprintf(address->port, sizeof address->port, "%s", colon + 1);
    return true;
}

char *address_format(const struct sockaddr *socket_address, socklen_t length,
                     char buffer[static ADDRESS_TEXT_SIZE])
{
    char host[ADDRESS_TEXT_SIZE - 10], port[6];
    if (getnameinfo(socket_address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        strcpy(buffer, "an unknown address");
    else
        snprintf(buffer, ADDRESS_TEXT_SIZE, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host,
                 port);
    return buffer;
}

void address_socket_prepare(int file)
{
    static const struct {
        int level, name, value;
    } options[] = { { IPPROTO_TCP, TCP_NODELAY, 1 },
                    { SOL_SOCKET, SO_KEEPALIVE, 1 },
                    { IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_S },
                    { IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_S / 3 },
                    { IPPROTO_TCP, TCP_KEEPCNT, 3 },
                    { IPPROTO_TCP, TCP_USER_TIMEOUT, 2 * KEEPALIVE_S * 1000 } };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        setsockopt(file, options[i].level, options[i].name, &options[i].value,
                   sizeof options[i].value);
}
