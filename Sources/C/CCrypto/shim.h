#pragma once
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/err.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

// The public key of a PEM text, which holds a certificate or the key alone; NULL for anything else.
static inline EVP_PKEY *lango_public_key(const void *text, int length) {
    BIO *bio = BIO_new_mem_buf(text, length);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    EVP_PKEY *key = certificate ? X509_get_pubkey(certificate) : NULL;
    if (bio && !certificate && BIO_reset(bio) == 1) key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    X509_free(certificate);
    BIO_free(bio);
    ERR_clear_error();
    return key;
}

// Encryption with the padding of PKCS #1 v1.5; the number of bytes, or 0.
static inline size_t lango_rsa_encrypt(
    EVP_PKEY *key, const unsigned char *text, size_t length, unsigned char *output, size_t capacity) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    int done = context && EVP_PKEY_encrypt_init(context) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
               EVP_PKEY_encrypt(context, output, &capacity, text, length) == 1;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return done ? capacity : 0;
}

// Whether a signature over a text holds: RSA, PKCS #1 v1.5, SHA-256.
static inline int lango_rsa_verifies(
    EVP_PKEY *key, const unsigned char *signature, size_t signature_length, const unsigned char *text, size_t length) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int holds = context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, signature, signature_length, text, length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return holds;
}

// Macros of OpenSSL that Swift cannot see: EVP_CTRL_AEAD_* of evp.h.
static inline int lango_gcm_get_tag(EVP_CIPHER_CTX *context, int length, void *tag) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, length, tag);
}

static inline int lango_gcm_set_tag(EVP_CIPHER_CTX *context, int length, const void *tag) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, length, (void *)tag);
}

// A macro of a macro; see evp.h.
static const int lango_ed25519 = EVP_PKEY_ED25519;

// A fresh HMAC-SHA256 context with its key in place, or NULL.
static inline EVP_MAC_CTX *lango_hmac_sha256(const unsigned char *key, size_t length) {
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = algorithm ? EVP_MAC_CTX_new(algorithm) : NULL;
    EVP_MAC_free(algorithm);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    if (context && EVP_MAC_init(context, key, length, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    return context;
}

// HKDF-SHA256 of RFC 5869 with an empty salt; 1 when `output` is filled.
static inline int lango_hkdf_sha256(
    const unsigned char *key, size_t key_length, const unsigned char *label, size_t label_length,
    unsigned char *output, size_t output_length) {
    EVP_KDF *algorithm = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = algorithm ? EVP_KDF_CTX_new(algorithm) : NULL;
    EVP_KDF_free(algorithm);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)label, label_length),
        OSSL_PARAM_construct_end(),
    };
    int done = context ? EVP_KDF_derive(context, output, output_length, parameters) : 0;
    EVP_KDF_CTX_free(context);
    return done;
}
