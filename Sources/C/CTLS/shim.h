#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL, which Swift does not see.

// A context for connections that we open: TLS 1.2 or later, buffers given back while nothing is under way, no session
// kept. https://docs.openssl.org/3.0/man3/SSL_CTX_set_mode/
static inline SSL_CTX *lango_tls_client(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(
        context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    return context;
}

static inline int lango_tls_name(SSL *session, const char *name) { return SSL_set_tlsext_host_name(session, name); }

// SHA-256 of a certificate; 1 when `digest` (32 bytes) is filled.
static inline int lango_certificate_digest(const X509 *certificate, unsigned char *digest) {
    unsigned int length = 0;
    return certificate && X509_digest(certificate, EVP_sha256(), digest, &length) == 1 && length == 32;
}

// SHA-256 of the other side's leaf certificate; 1 when `digest` (32 bytes) is filled.
static inline int lango_tls_digest(const SSL *session, unsigned char *digest) {
    X509 *certificate = SSL_get1_peer_certificate(session);
    int filled = lango_certificate_digest(certificate, digest);
    X509_free(certificate);
    return filled;
}

// Whether the newest error on this thread says that the other side went away without the closing alert.
static inline int lango_tls_was_cut_off(void) {
    unsigned long code = ERR_peek_last_error();
    return code == 0 || (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
}

static inline EVP_PKEY *lango_tls_new_key(void) { return EVP_EC_gen("P-256"); }
