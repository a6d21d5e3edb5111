#pragma once
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// A macro that Swift cannot see.
static const long lango_auth_basic = CURLAUTH_BASIC;

// The variadic functions of libcurl, one twin for each kind of argument.
static inline CURLcode lango_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode lango_easy_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode lango_easy_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// Copies `length` bytes as the body.
static inline CURLcode lango_easy_set_body(CURL *easy, const void *bytes, curl_off_t length) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, length);
    return code ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
}

typedef size_t (*lango_receive)(char *bytes, size_t size, size_t count, void *context);
typedef int (*lango_before_request)(
    void *context, char *remote_address, char *local_address, int remote_port, int local_port);
typedef CURLcode (*lango_prepare_tls)(CURL *easy, void *tls, void *context);
typedef int (*lango_verify)(X509_STORE_CTX *chain, void *context);

// Sets the callbacks, all with the same context, and where to write what went wrong (CURL_ERROR_SIZE bytes).
static inline void lango_easy_set_callbacks(
    CURL *easy, lango_receive head, lango_receive body, lango_before_request before, char *words,
    void *context) {
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
}

static inline void lango_easy_set_tls(CURL *easy, lango_prepare_tls prepare, void *context) {
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, prepare);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, context);
}

// Replaces the verification of the certificate chain:
// https://docs.openssl.org/3.0/man3/SSL_CTX_set_cert_verify_callback/
static inline void lango_tls_verify(void *tls, lango_verify verify, void *context) {
    SSL_CTX_set_verify((SSL_CTX *)tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback((SSL_CTX *)tls, verify, context);
}

static inline int lango_digest(const X509 *certificate, unsigned char *digest) {
    unsigned int length = 0;
    return certificate && X509_digest(certificate, EVP_sha256(), digest, &length) == 1 && length == 32;
}

// SHA-256 of the leaf certificate that is being verified; 1 when `digest` (32 bytes) is filled.
static inline int lango_chain_digest(X509_STORE_CTX *chain, unsigned char *digest) {
    return lango_digest(X509_STORE_CTX_get0_cert(chain), digest);
}

// SHA-256 of the certificate of the connection in use; 1 when `digest` (32 bytes) is filled.
static inline int lango_connection_digest(CURL *easy, unsigned char *digest) {
    struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session || !session->internals)
        return 0;
    X509 *certificate = SSL_get1_peer_certificate((SSL *)session->internals);
    int filled = lango_digest(certificate, digest);
    X509_free(certificate);
    return filled;
}

static inline void lango_chain_accept(X509_STORE_CTX *chain) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
}

typedef size_t (*lango_supply)(char *room, size_t size, size_t count, void *context);

// What a letter needs: where its bytes come from and where the server's lines go, both with the same context.
static inline void lango_easy_set_letter(
    CURL *easy, lango_supply supply, curl_off_t length, lango_receive lines, void *context) {
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, supply);
    curl_easy_setopt(easy, CURLOPT_READDATA, context);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, length);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, lines);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, lines);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

typedef int (*lango_overhear)(CURL *easy, curl_infotype kind, char *bytes, size_t size, void *context);
typedef int (*lango_go_on)(
    void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up);

// Lets `overhear` see what is said, and `go_on` end the conversation, which is asked about once a second or more often.
static inline void lango_easy_set_watch(CURL *easy, lango_overhear overhear, lango_go_on go_on, void *context) {
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, overhear);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, context);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, go_on);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, context);
}

static inline long lango_easy_get_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline void *lango_easy_get_private(CURL *easy) {
    char *context = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context);
    return context;
}

static inline CURLMcode lango_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// The next finished transfer with its outcome, or NULL.
static inline CURL *lango_multi_finished(CURLM *multi, CURLcode *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)))
        if (message->msg == CURLMSG_DONE) {
            *code = message->data.result;
            return message->easy_handle;
        }
    return NULL;
}
