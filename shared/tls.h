/* SPDX-License-Identifier: MIT */
/*
 * TLS between a client and the bank: both show a certificate. The bank's names its host; a
 * terminal's names its teller: the common name of its subject is the teller id. An operator's is
 * of a CA of its own, and its common name stands in the file of operators.
 *
 * A context (tls_context.c) is made from three PEM files and serves any number of connections. A
 * connection (tls.c) works on a non-blocking socket that stays the caller's: tls_handshake until it
 * is done, then tls_receive and tls_send, which are recv and send. A record is deciphered whole, so
 * bytes may be waiting that no poll tells of: tls_waiting. At least TLS 1.2, and of its suites only
 * those with a key of each connection's own (ECDHE) and authenticated encryption, as all of
 * TLS 1.3's are; no renegotiation and no resumption, so that each connection has been checked in
 * full.
 *
 * Files are not watched: to renew them make a new context, and ask tls_peer_holds about the
 * connections of the old one, which stay whole when it is destroyed.
 */
#ifndef SHARED_TLS_H
#define SHARED_TLS_H

#include "shared/error.h"
#include "shared/uuid.h"

#include <stddef.h>
#include <sys/types.h>

#define TLS_WHY_SIZE  200
#define TLS_NAME_SIZE 41 /* bytes of a common name with its NUL */

/* ---- context ---- */

struct ssl_ctx_st;
struct tls_context;

enum tls_side { TLS_BANK, TLS_TERMINAL };

/* What the files are called in errors. */
struct tls_words {
    const char *certificate, *key, *authority, *revoked;
};

struct tls_files {
    const char *certificate, *key,
        *authority;                /* --tls-cert, --tls-key, --tls-ca; NULL: not given */
    const char *revoked;           /* --tls-crl: the CAs' lists; NULL: nothing is revoked */
    const struct tls_words *words; /* static; NULL: these options */
};

/* Reads the files, whole: they are not looked at again. NULL (ERROR_USAGE, ERROR_SYSTEM) names the
 * option whose file is wrong. */
struct tls_context *tls_context_create(enum tls_side side, const struct tls_files *files,
                                       struct error *error);
void tls_context_destroy(struct tls_context *context); /* takes NULL */

/* Of the context's own certificate. */
bool tls_context_expired(const struct tls_context *context);

/* A list of revoked certificates should have been followed by a newer one. What it revokes stays
 * revoked, and it revokes nothing else. */
bool tls_context_list_late(const struct tls_context *context);

/* When these two begin to be so, in seconds since 1970; of the lists 0: never. */
int64_t tls_context_until(const struct tls_context *context);
int64_t tls_context_lists_until(const struct tls_context *context);

bool tls_context_teller(const struct tls_context *context,
                        struct uuid *teller); /* false: it names none */

/* ---- connection ---- */

struct tls;

enum tls_progress { TLS_DONE, TLS_WANTS_READ, TLS_WANTS_WRITE, TLS_FAILED };

/* host: whom the bank's certificate has to name, in a terminal; NULL in the bank. */
struct tls *tls_create(const struct tls_context *context, int file, const char *host);

/* Says goodbye where it still can. The socket stays open. Takes NULL. */
void tls_destroy(struct tls *tls);

enum tls_progress tls_handshake(struct tls *tls);

/* As recv and send: 0 at the end of what comes, -1 with EAGAIN when the socket has to be waited
 * for, -1 with another errno when it is over. A send that got EAGAIN is to be repeated with the
 * same bytes first, wherever they stand by then. */
ssize_t tls_receive(struct tls *tls, void *bytes, size_t size);
ssize_t tls_send(struct tls *tls, const void *bytes, size_t size);

/* Bytes are waiting that the socket will not tell of. */
bool tls_waiting(const struct tls *tls);

/* After EAGAIN from tls_receive: the socket has to take something before more can come. */
bool tls_receive_blocked(const struct tls *tls);

/* Why it failed, one sentence without a full stop. */
const char *tls_why(const struct tls *tls);

/* Whether a common name is one that an operator's certificate may have, in full: 1 to 40 printable
 * characters of ASCII, without blanks, quotes and backslashes. */
bool tls_name_fits(const char *name, size_t length);

/* After the handshake: the one common name of the other side's certificate. False: it has none,
 * several, or one that does not fit. */
bool tls_peer_name(const struct tls *tls, char name[static TLS_NAME_SIZE]);
/* And whom it names. False: no teller. */
bool tls_peer_teller(const struct tls *tls, struct uuid *teller);

/* After the handshake: the last second, since 1970, of the other side's certificate, or of one that
 * it rests on; 0: it shows none. */
int64_t tls_peer_until(const struct tls *tls);

/* Whether the other side's certificate would be let in by this context now; tls_why says why not.
 */
bool tls_peer_holds(struct tls *tls, const struct tls_context *context);

/* ---- the context's part, for tls.c ---- */

struct x509_st;
struct ssl_ctx_st *tls_context_ssl(const struct tls_context *context);
const struct tls_words *tls_context_words(const struct tls_context *context);
bool tls_certificate_name(const struct x509_st *certificate, char name[static TLS_NAME_SIZE]);
bool tls_certificate_teller(const struct x509_st *certificate, struct uuid *teller);
int64_t tls_certificate_until(const struct x509_st *certificate); /* 0: its time is unreadable */

#endif
