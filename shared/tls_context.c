/* SPDX-License-Identifier: MIT */
/*
 * What a connection is checked against, from three files or four. The key is read by hand rather
 * than by SSL_CTX_use_PrivateKey_file: that asks at the terminal for a pass phrase, and puts a key
 * of another kind than the certificate's beside it without a word.
 */
#include "shared/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of TLS 1.2: a key of each connection's own and authenticated encryption. TLS 1.3 has nothing
 * else. */
#define SUITES "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK"

static const struct tls_words of_options = { "--tls-cert", "--tls-key", "--tls-ca", "--tls-crl" };

struct tls_context {
    SSL_CTX *ssl;
    const struct tls_words *words;
    time_t lists_until; /* when the first of them should be followed by a newer one; 0: never */
};

SSL_CTX *tls_context_ssl(const struct tls_context *context)
{
    return context->ssl;
}

const struct tls_words *tls_context_words(const struct tls_context *context)
{
    return context->words;
}

static bool readable(const char *option, const char *path, struct error *error)
{
    if (access(path, R_OK) != 0)
        return error_set_errno(error, "cannot read %.200s, the file after %s", path, option);
    return true;
}

static bool not_pem(const char *option, const char *path, const char *what, struct error *error)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return error_set(error, ERROR_USAGE,
                     "there is no %s in PEM form in %.200s, the file after %s (%s)", what, path,
                     option, reason != NULL ? reason : "unknown reason");
}

/* There may be no one to type it. */
static int no_pass_phrase(char *buffer, int size, int for_writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)for_writing;
    *(bool *)context = true;
    return -1;
}

static bool key_private(const char *option, const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) == 0 && (status.st_mode & S_IRWXO) != 0)
        return error_set(
            error, ERROR_USAGE,
            "anybody may open %.200s, the file after %s: take that away with chmod 600", path,
            option);
    return true;
}

static EVP_PKEY *key_read(const char *option, const char *path, struct error *error)
{
    bool locked = false;
    BIO *file = BIO_new_file(path, "r");
    EVP_PKEY *key =
        file != NULL ? PEM_read_bio_PrivateKey(file, NULL, no_pass_phrase, &locked) : NULL;
    BIO_free(file);
    if (key == NULL && locked)
        error_set(error, ERROR_USAGE,
                  "the key in %.200s, the file after %s, has a pass phrase: use one without", path,
                  option);
    else if (key == NULL)
        not_pem(option, path, "private key", error);
    return key;
}

static bool key_use(const struct tls_context *context, const struct tls_files *files,
                    struct error *error)
{
    SSL_CTX *ssl = context->ssl;
    const char *option = context->words->key;
    EVP_PKEY *key =
        key_private(option, files->key, error) ? key_read(option, files->key, error) : NULL;
    if (key == NULL)
        return false;
    bool fits = X509_check_private_key(SSL_CTX_get0_certificate(ssl), key) == 1 &&
                SSL_CTX_use_PrivateKey(ssl, key) == 1;
    EVP_PKEY_free(key);
    if (!fits)
        return error_set(
            error, ERROR_USAGE,
            "the key in %.150s does not fit the certificate in %.150s: name the two that were "
            "made together",
            files->key, files->certificate);
    return true;
}

/* ---- what is revoked --------------------------------------------------------- */

/* Late is not wrong. What a late list lacks are the certificates revoked since, and such a machine
 * is kept out by other means too (its terminal key, `bank teller bar`). To refuse all machines
 * until a newer list is signed would be the greater harm: an alert says that one is missing.
 */
static int on_verified(int good, X509_STORE_CTX *check)
{
    if (good || X509_STORE_CTX_get_error(check) != X509_V_ERR_CRL_HAS_EXPIRED)
        return good;
    X509_STORE_CTX_set_error(check, X509_V_OK);
    return 1;
}

static STACK_OF(X509_CRL) * lists_read(const char *option, const char *path, struct error *error)
{
    STACK_OF(X509_CRL) *lists = sk_X509_CRL_new_null();
    BIO *file = BIO_new_file(path, "r");
    X509_CRL *list;
    if (lists == NULL)
        panic("out of memory");
    while (file != NULL && (list = PEM_read_bio_X509_CRL(file, NULL, NULL, NULL)) != NULL)
        if (sk_X509_CRL_push(lists, list) == 0)
            panic("out of memory");
    unsigned long end = ERR_peek_last_error(); /* of the file, or a list that is none */
    BIO_free(file);
    if (sk_X509_CRL_num(lists) > 0 && ERR_GET_REASON(end) == PEM_R_NO_START_LINE) {
        ERR_clear_error();
        return lists;
    }
    sk_X509_CRL_pop_free(lists, X509_CRL_free);
    not_pem(option, path, "list of revoked certificates", error);
    return NULL;
}

static const X509_CRL *list_of(STACK_OF(X509_CRL) * lists, X509 *authority)
{
    for (int i = 0; i < sk_X509_CRL_num(lists); i++) {
        X509_CRL *list = sk_X509_CRL_value(lists, i);
        if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0 &&
            X509_CRL_verify(list, X509_get0_pubkey(authority)) == 1)
            return list;
    }
    return NULL;
}

/* Without its list a CA's machines would all be refused, so each has to have one. */
static bool lists_complete(const struct tls_context *context, STACK_OF(X509_CRL) * lists,
                           const char *path, struct error *error)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context->ssl);
    STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        char name[100] = "";
        if (authority == NULL || list_of(lists, authority) != NULL)
            continue;
        X509_NAME_oneline(X509_get_subject_name(authority), name, sizeof name);
        ERR_clear_error();
        return error_set(error, ERROR_USAGE,
                         "no list in %.150s, the file after %s, is signed by the CA %s in the file "
                         "after %s: add "
                         "the list of that CA",
                         path, context->words->revoked, name, context->words->authority);
    }
    return true;
}

static bool lists_use(struct tls_context *context, const char *path, struct error *error)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context->ssl);
    const char *option = context->words->revoked;
    STACK_OF(X509_CRL) *lists =
        readable(option, path, error) ? lists_read(option, path, error) : NULL;
    if (lists == NULL)
        return false;
    bool whole = lists_complete(context, lists, path, error);
    for (int i = 0; whole && i < sk_X509_CRL_num(lists); i++) {
        X509_CRL *list = sk_X509_CRL_value(lists, i);
        const ASN1_TIME *next = X509_CRL_get0_nextUpdate(list);
        struct tm until;
        if (next != NULL && ASN1_TIME_to_tm(next, &until) == 1) {
            const time_t at = timegm(&until);
            if (context->lists_until == 0 || at < context->lists_until)
                context->lists_until = at;
        }
        if (X509_STORE_add_crl(store, list) != 1)
            panic("out of memory");
    }
    sk_X509_CRL_pop_free(lists, X509_CRL_free);
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    X509_STORE_set_verify_cb(store, on_verified);
    return whole;
}

/* ---- all of it ---------------------------------------------------------------- */

static bool files_use(const struct tls_context *context, const struct tls_files *files,
                      struct error *error)
{
    SSL_CTX *ssl = context->ssl;
    const struct tls_words *words = context->words;
    if (files->certificate == NULL || files->key == NULL || files->authority == NULL)
        return error_set(error, ERROR_USAGE, "TLS needs all three of %s, %s and %s",
                         words->certificate, words->key, words->authority);
    if (!readable(words->authority, files->authority, error) ||
        !readable(words->certificate, files->certificate, error) ||
        !readable(words->key, files->key, error))
        return false;
    if (SSL_CTX_load_verify_file(ssl, files->authority) != 1)
        return not_pem(words->authority, files->authority, "certificate", error);
    if (SSL_CTX_use_certificate_chain_file(ssl, files->certificate) != 1)
        return not_pem(words->certificate, files->certificate, "certificate", error);
    return key_use(context, files, error);
}

struct tls_context *tls_context_create(enum tls_side side, const struct tls_files *files,
                                       struct error *error)
{
    struct tls_context *context = calloc(1, sizeof *context);
    SSL_CTX *ssl = SSL_CTX_new(side == TLS_BANK ? TLS_server_method() : TLS_client_method());
    if (context == NULL || ssl == NULL)
        panic("out of memory");
    ERR_clear_error();
    context->ssl = ssl;
    context->words = files->words != NULL ? files->words : &of_options;
    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    if (SSL_CTX_set_cipher_list(ssl, SUITES) != 1)
        panic("the crypto library has none of the suites " SUITES);
    /* A line ends with a newline, so an end without goodbye cuts nothing off unseen. */
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, 0);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    if (files_use(context, files, error) &&
        (files->revoked == NULL || lists_use(context, files->revoked, error)))
        return context;
    tls_context_destroy(context);
    return NULL;
}

void tls_context_destroy(struct tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ssl);
    free(context);
}

bool tls_context_expired(const struct tls_context *context)
{
    const X509 *certificate = SSL_CTX_get0_certificate(context->ssl);
    return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

int64_t tls_certificate_until(const X509 *certificate)
{
    struct tm until;
    return ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) == 1 ? timegm(&until) : 0;
}

int64_t tls_context_until(const struct tls_context *context)
{
    return tls_certificate_until(SSL_CTX_get0_certificate(context->ssl));
}

int64_t tls_context_lists_until(const struct tls_context *context)
{
    return context->lists_until;
}

bool tls_context_list_late(const struct tls_context *context)
{
    return context->lists_until != 0 && context->lists_until < time(NULL);
}

bool tls_context_teller(const struct tls_context *context, struct uuid *teller)
{
    return tls_certificate_teller(SSL_CTX_get0_certificate(context->ssl), teller);
}

bool tls_name_fits(const char *name, size_t length)
{
    bool fits = length > 0 && length < TLS_NAME_SIZE;
    for (size_t i = 0; fits && i < length; i++)
        fits = name[i] > ' ' && name[i] <= '~' && name[i] != '"' && name[i] != '\\';
    return fits;
}

/* Just one common name: of two, another reader might believe the other. */
bool tls_certificate_name(const X509 *certificate, char name[static TLS_NAME_SIZE])
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
        return false;
    unsigned char *text = NULL;
    int length =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    bool fits = length >= 0 && tls_name_fits((const char *)text, (size_t)length);
    if (fits) {
        memcpy(name, text, (size_t)length);
        name[length] = '\0';
    }
    OPENSSL_free(text);
    return fits;
}

bool tls_certificate_teller(const X509 *certificate, struct uuid *teller)
{
    char name[TLS_NAME_SIZE];
    return tls_certificate_name(certificate, name) && uuid_read(name, strlen(name), teller);
}
