#pragma once
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

// Twins of the variadic functions, which Swift does not import.

struct mhd_callbacks {
    MHD_AcceptPolicyCallback admit;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    MHD_LogCallback log;
    void *(*target)(void *worker, const char *text, struct MHD_Connection *connection);
};

/// Leaves escapes as they are: paths and arguments are decoded when they are asked for, and strictly.
static inline size_t mhd_leave_escaped(void *worker, struct MHD_Connection *connection, char *text)
{
    (void)worker;
    (void)connection;
    return strlen(text);
}

static inline struct MHD_Daemon *mhd_start(
    unsigned int flags, void *worker, const struct mhd_callbacks *call, struct MHD_OptionItem *options)
{
    return MHD_start_daemon(
        flags, 0, call->admit, worker, call->handle, worker,
        MHD_OPTION_EXTERNAL_LOGGER, call->log, worker,
        MHD_OPTION_NOTIFY_COMPLETED, call->completed, worker,
        MHD_OPTION_NOTIFY_CONNECTION, call->connection, worker,
        MHD_OPTION_UNESCAPE_CALLBACK, mhd_leave_escaped, worker,
        MHD_OPTION_URI_LOG_CALLBACK, call->target, worker,
        MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static inline int mhd_descriptor(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static inline const struct sockaddr *mhd_peer(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
}

/// Sends bytes past the library, in clear or by the connection's TLS; what the socket does not take at once is lost.
static inline void mhd_send_past(struct MHD_Connection *connection, const void *bytes, size_t count)
{
    const union MHD_ConnectionInfo *tls = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (tls && tls->tls_session)
        gnutls_record_send((gnutls_session_t)tls->tls_session, bytes, count);
    else
        send(mhd_descriptor(connection), bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// What the notification of a new connection left in its socket context.
static inline void *mhd_context(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/// Bytes from the first of the method to the end of the empty line.
static inline size_t mhd_head_size(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
}

/// Headers, cookies and arguments of the request.
static inline int mhd_record_count(struct MHD_Connection *connection)
{
    int kinds = MHD_HEADER_KIND | MHD_COOKIE_KIND | MHD_GET_ARGUMENT_KIND;
    return MHD_get_connection_values_n(connection, (enum MHD_ValueKind)kinds, NULL, NULL);
}

// Arguments of the query, so many at a time: the library's iterator can take no closure along.

struct mhd_argument {
    const char *name, *value;
    size_t name_count, value_count;
};

struct mhd_found {
    struct mhd_argument *room;
    size_t skip, limit, count;
};

static inline enum MHD_Result mhd_note_argument(
    void *own, enum MHD_ValueKind kind, const char *name, size_t name_count, const char *value, size_t value_count)
{
    struct mhd_found *found = (struct mhd_found *)own;
    (void)kind;
    if (found->skip > 0) {
        found->skip--;
        return MHD_YES;
    }
    if (found->count == found->limit) return MHD_NO;
    found->room[found->count++] = (struct mhd_argument){name, value, name_count, value_count};
    return MHD_YES;
}

/// Notes up to `limit` arguments after the first `skip`; how many.
static inline long mhd_arguments(
    struct MHD_Connection *connection, size_t skip, struct mhd_argument *room, size_t limit)
{
    struct mhd_found found = {room, skip, limit, 0};
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, mhd_note_argument, &found);
    return (long)found.count;
}

static inline unsigned int mhd_connections(struct MHD_Daemon *daemon)
{
    return MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

static inline unsigned long long mhd_nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (unsigned long long)now.tv_sec * 1000000000ull + (unsigned long long)now.tv_nsec;
}

// TLS: certificate and key as the library's callback hands them to GnuTLS.

struct mhd_certificate {
    gnutls_pcert_st chain[8];
    unsigned int count;
    gnutls_privkey_t key;
};

/// GnuTLS's own check that both files can be read and belong together; 0 or its error code.
static inline int mhd_check_certificate(const char *chain_path, const char *key_path)
{
    gnutls_certificate_credentials_t trial;
    int code = gnutls_certificate_allocate_credentials(&trial);
    if (code < 0) return code;
    code = gnutls_certificate_set_x509_key_file(trial, chain_path, key_path, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(trial);
    return code < 0 ? code : 0;
}

/// Reads a key; 0 or GnuTLS's error code.
static inline int mhd_load_key(gnutls_privkey_t *key, const char *path)
{
    gnutls_datum_t text;
    int code = gnutls_privkey_init(key);
    if (code < 0) return code;
    if ((code = gnutls_load_file(path, &text)) >= 0) {
        code = gnutls_privkey_import_x509_raw(*key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
        gnutls_memset(text.data, 0, text.size);
        gnutls_free(text.data);
    }
    if (code < 0) gnutls_privkey_deinit(*key);
    return code < 0 ? code : 0;
}

/// Reads the chain alone and forgets it, to tell which of two files is the bad one; 0 or GnuTLS's error code.
static inline int mhd_try_chain(const char *path)
{
    gnutls_pcert_st chain[8];
    unsigned int count = sizeof chain / sizeof *chain;
    int code = gnutls_pcert_list_import_x509_file(chain, &count, path, GNUTLS_X509_FMT_PEM, NULL, NULL, 0);
    if (code < 0) return code;
    for (unsigned int index = 0; index < count; index++) gnutls_pcert_deinit(&chain[index]);
    return 0;
}

/// The same for the key.
static inline int mhd_try_key(const char *path)
{
    gnutls_privkey_t key;
    int code = mhd_load_key(&key, path);
    if (code == 0) gnutls_privkey_deinit(key);
    return code;
}

/// Reads both files; 0 or GnuTLS's error code. On success the structure lives until `mhd_forget_certificate`.
static inline int mhd_read_certificate(struct mhd_certificate *made, const char *chain_path, const char *key_path)
{
    made->count = sizeof made->chain / sizeof *made->chain;
    int code = gnutls_pcert_list_import_x509_file(
        made->chain, &made->count, chain_path, GNUTLS_X509_FMT_PEM, NULL, NULL, 0);
    if (code < 0) return code;
    code = mhd_load_key(&made->key, key_path);
    if (code < 0)
        for (unsigned int index = 0; index < made->count; index++) gnutls_pcert_deinit(&made->chain[index]);
    return code;
}

static inline void mhd_forget_certificate(struct mhd_certificate *made)
{
    for (unsigned int index = 0; index < made->count; index++) gnutls_pcert_deinit(&made->chain[index]);
    gnutls_privkey_deinit(made->key);
}

/// Starts with a certificate callback, which is set among the options by name, because it is a function.
static inline struct MHD_Daemon *mhd_start_tls(
    unsigned int flags, void *worker, const struct mhd_callbacks *call,
    gnutls_certificate_retrieve_function2 *certificate, struct MHD_OptionItem *options)
{
    return MHD_start_daemon(
        flags | MHD_USE_TLS, 0, call->admit, worker, call->handle, worker,
        MHD_OPTION_EXTERNAL_LOGGER, call->log, worker,
        MHD_OPTION_NOTIFY_COMPLETED, call->completed, worker,
        MHD_OPTION_NOTIFY_CONNECTION, call->connection, worker,
        MHD_OPTION_UNESCAPE_CALLBACK, mhd_leave_escaped, worker,
        MHD_OPTION_URI_LOG_CALLBACK, call->target, worker,
        MHD_OPTION_HTTPS_CERT_CALLBACK, certificate,
        MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
        MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

// What Glibc's module leaves out, or has as an enum.

static const int both_ways = SHUT_RDWR;
static const short poll_read_hang_up = 0x2000;

