/* SPDX-License-Identifier: MIT */
/*
 * A bank elsewhere: the file `remote` in an operator's home.
 *
 *   # a comment, to the end of its line
 *   connect  bank.example:7444
 *   tls-cert anna.crt
 *   tls-key  anna.key
 *   tls-ca   ca.crt
 *
 * Names of files count from the home. With it the commands of operators go there
 * and not to a socket, by TLS, with a certificate that the file of operators over
 * there knows (bank/server/operators.h). The file belongs to its reader or to
 * root, and no other user may write it.
 */
#ifndef BANK_CLI_REMOTE_H
#define BANK_CLI_REMOTE_H

#include "shared/address.h"
#include "shared/home.h"
#include "shared/tls.h"

struct remote {
    struct address address;
    char certificate[HOME_PATH_SIZE], key[HOME_PATH_SIZE], authority[HOME_PATH_SIZE];
};

/* False (ERROR_SYSTEM) names the file and the line. */
bool remote_load(struct remote *remote, const struct home *home, struct error *error);

/* The files, with their names in errors; they are the remote's. */
struct tls_files remote_files(const struct remote *remote);

#endif
