/* SPDX-License-Identifier: MIT */
#include "shared/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

struct tls {
    SSL *ssl;
    const struct tls_words *words;
    bool bank;   /* this side is */
    bool failed; /* nothing more may be said on it */
    bool receive_blocked;
    char why[TLS_WHY_SIZE];
};

struct tls *tls_create(const struct tls_context *context, int file, const char *host)
{
    struct tls *tls = calloc(1, sizeof *tls);
    SSL *ssl = SSL_new(tls_context_ssl(context));
    if (tls == NULL || ssl == NULL || SSL_set_fd(ssl, file) != 1)
        panic("out of memory");
    *tls = (struct tls){ .ssl = ssl, .words = tls_context_words(context), .bank = host == NULL };
    if (tls->bank) {
        SSL_set_accept_state(ssl);
        return tls;
    }
    struct in6_addr numbers;
    bool numeric =
        inet_pton(AF_INET, host, &numbers) == 1 || inet_pton(AF_INET6, host, &numbers) == 1;
    SSL_set_connect_state(ssl);
    if (numeric ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) != 1
                : SSL_set1_host(ssl, host) != 1 || SSL_set_tlsext_host_name(ssl, host) != 1)
        panic("out of memory");
    return tls;
}

void tls_destroy(struct tls *tls)
{
    if (tls == NULL)
        return;
    ERR_clear_error();
    if (!tls->failed && SSL_is_init_finished(tls->ssl))
        SSL_shutdown(tls->ssl);
    SSL_free(tls->ssl);
    free(tls);
}

/* ---- why it failed ---------------------------------------------------------- */

static void certificate_explain(struct tls *tls, long result)
{
    const char *peer = tls->bank ? "the client" : "the bank", *trouble, *file = "";
    switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        trouble = "has expired";
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        trouble = "is not valid yet";
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        trouble = "does not name the host that was connected to";
        break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        trouble = "is not signed by the CA in the file after ";
        file = tls->words->authority;
        break;
    case X509_V_ERR_CERT_REVOKED:
        trouble = "has been revoked";
        break;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
        trouble = "is of a CA that has no list in the file after ";
        file = tls->words->revoked;
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        trouble = "is made for another use";
        break;
    default:
        trouble = X509_verify_cert_error_string(result);
    }
    snprintf(tls->why, sizeof tls->why, "%s's certificate %s%s", peer, trouble, file);
}

static void explain(struct tls *tls, unsigned long code)
{
    const char *peer = tls->bank ? "the client" : "the bank", *text = ERR_reason_error_string(code);
    int reason = ERR_GET_REASON(code);
    long result = SSL_get_verify_result(tls->ssl);
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && result != X509_V_OK)
        certificate_explain(tls, result);
    else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        snprintf(tls->why, sizeof tls->why, "%s shows no certificate", peer);
    else if (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_WRONG_VERSION_NUMBER)
        snprintf(tls->why, sizeof tls->why, "%s does not speak TLS there", peer);
    else if (reason >= SSL_AD_REASON_OFFSET)
        snprintf(tls->why, sizeof tls->why, "%s does not accept this side's certificate or TLS: %s",
                 peer, SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET));
    else
        snprintf(tls->why, sizeof tls->why, "TLS with %s failed: %s", peer,
                 text != NULL ? text : "no reason is known");
}

const char *tls_why(const struct tls *tls)
{
    return tls->why;
}

/* What a call that did not succeed came to; sets errno as recv and send do. */
static enum tls_progress progress(struct tls *tls, int result, const char *ended)
{
    int trouble = errno;
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        errno = EAGAIN;
        return TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        snprintf(tls->why, sizeof tls->why, "%s", ended);
        return TLS_DONE;
    case SSL_ERROR_SYSCALL:
        snprintf(tls->why, sizeof tls->why, "%s", ended);
        errno = trouble != 0 && trouble != EAGAIN ? trouble : ECONNRESET;
        break;
    default:
        explain(tls, ERR_peek_error());
        errno = EPROTO;
    }
    tls->failed = true;
    return TLS_FAILED;
}

/* ---- use -------------------------------------------------------------------- */

enum tls_progress tls_handshake(struct tls *tls)
{
    ERR_clear_error();
    errno = 0;
    int result = SSL_do_handshake(tls->ssl);
    if (result == 1)
        return TLS_DONE;
    enum tls_progress came = progress(tls, result, "the connection ended during the TLS handshake");
    tls->failed |= came == TLS_DONE; /* it said goodbye before it was in */
    return tls->failed ? TLS_FAILED : came;
}

static int bounded(size_t size)
{
    return size > INT_MAX ? INT_MAX : (int)size;
}

ssize_t tls_receive(struct tls *tls, void *bytes, size_t size)
{
    ERR_clear_error();
    errno = 0;
    tls->receive_blocked = false;
    int result = SSL_read(tls->ssl, bytes, bounded(size));
    if (result > 0)
        return result;
    enum tls_progress came = progress(tls, result, "the connection ended");
    tls->receive_blocked = came == TLS_WANTS_WRITE;
    return came == TLS_DONE ? 0 : -1;
}

ssize_t tls_send(struct tls *tls, const void *bytes, size_t size)
{
    ERR_clear_error();
    errno = 0;
    int result = SSL_write(tls->ssl, bytes, bounded(size));
    if (result > 0)
        return result;
    if (progress(tls, result, "the connection ended") == TLS_DONE)
        errno = EPIPE;
    return -1;
}

bool tls_waiting(const struct tls *tls)
{
    return SSL_pending(tls->ssl) > 0;
}

bool tls_receive_blocked(const struct tls *tls)
{
    return tls->receive_blocked;
}

bool tls_peer_name(const struct tls *tls, char name[static TLS_NAME_SIZE])
{
    X509 *certificate = SSL_get1_peer_certificate(tls->ssl);
    bool has = certificate != NULL && tls_certificate_name(certificate, name);
    X509_free(certificate);
    return has;
}

bool tls_peer_teller(const struct tls *tls, struct uuid *teller)
{
    X509 *certificate = SSL_get1_peer_certificate(tls->ssl);
    bool names = certificate != NULL && tls_certificate_teller(certificate, teller);
    X509_free(certificate);
    return names;
}

int64_t tls_peer_until(const struct tls *tls)
{
    const STACK_OF(X509) *chain = SSL_get0_verified_chain(tls->ssl);
    int64_t until = 0;
    for (int i = 0; i < sk_X509_num(chain); i++) {
        const int64_t end = tls_certificate_until(sk_X509_value(chain, i));
        until = i == 0 || end < until ? end : until;
    }
    return until;
}

bool tls_peer_holds(struct tls *tls, const struct tls_context *context)
{
    X509_STORE *store = SSL_CTX_get_cert_store(tls_context_ssl(context));
    X509 *certificate = SSL_get1_peer_certificate(tls->ssl);
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    if (check == NULL ||
        X509_STORE_CTX_init(check, store, certificate, SSL_get_peer_cert_chain(tls->ssl)) != 1 ||
        X509_STORE_CTX_set_default(check, tls->bank ? "ssl_client" : "ssl_server") != 1)
        panic("out of memory");
    bool holds = certificate != NULL && X509_verify_cert(check) == 1;
    if (!holds)
        certificate_explain(tls, X509_STORE_CTX_get_error(check));
    X509_STORE_CTX_free(check);
    X509_free(certificate);
    ERR_clear_error();
    return holds;
}
