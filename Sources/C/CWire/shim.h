#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

// Both ways of a connection, and ours; the names themselves are not found where several modules hold this header.
static const int wire_both_ways = SHUT_RDWR;
static const int wire_our_way = SHUT_WR;

// Macros and variadic functions, which Swift does not see.

static inline EVP_PKEY *wire_new_key(void) { return EVP_EC_gen("P-256"); }

static inline EVP_PKEY *wire_new_rsa_key(void) { return EVP_RSA_gen(2048); }

// Takes off the encryption of PKCS #1 v1.5 with the private key of a PEM text; the number of bytes, or 0.
static inline size_t wire_rsa_decrypt(
    const void *pem, int pem_length, const unsigned char *text, size_t length, unsigned char *output, size_t capacity) {
    BIO *bio = BIO_new_mem_buf(pem, pem_length);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, 0, 0, 0) : 0;
    EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, 0) : 0;
    int done = context && EVP_PKEY_decrypt_init(context) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
               EVP_PKEY_decrypt(context, output, &capacity, text, length) == 1;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return done ? capacity : 0;
}

static inline long wire_bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

static inline int wire_require_tls12(SSL_CTX *context) { return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }

// Nothing but anonymous Diffie-Hellman, which TLS 1.3 does not know and every list of defaults leaves out.
static inline int wire_only_anonymous(SSL_CTX *context) {
    return SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_dh_auto(context, 1) == 1 &&
           SSL_CTX_set_cipher_list(context, "ADH:@SECLEVEL=0") == 1;
}

static inline int wire_accept(int listening) {
    int descriptor = accept(listening, 0, 0);
    if (descriptor >= 0) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return descriptor;
}

static inline int wire_pipe(int ends[2]) {
    if (pipe(ends) != 0) return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

// The public half of a Curve25519 key, RFC 7748; 32 bytes each.
static inline int wire_public_key(const unsigned char *secret, unsigned char *half) {
    size_t length = 32;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, 0, secret, 32);
    int done = key && EVP_PKEY_get_raw_public_key(key, half, &length) == 1;
    EVP_PKEY_free(key);
    return done;
}

// A client's side of TLS that believes any certificate, as the router's fetch does unless asked.
static inline SSL *wire_client_session(const char *host) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return 0;
    SSL *session = SSL_new(context);
    SSL_CTX_free(context);
    if (session) SSL_set_tlsext_host_name(session, host);
    return session;
}
