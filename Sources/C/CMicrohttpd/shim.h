#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

// Twins of the variadic functions, which Swift does not import.

struct mhd_callbacks {
    MHD_AcceptPolicyCallback admit;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    MHD_LogCallback log;
    size_t (*unescape)(void *worker, struct MHD_Connection *connection, char *text);
};

static inline struct MHD_Daemon *mhd_start(
    unsigned int flags, void *worker, const struct mhd_callbacks *call, struct MHD_OptionItem *options)
{
    return MHD_start_daemon(
        flags, 0, call->admit, worker, call->handle, worker,
        MHD_OPTION_EXTERNAL_LOGGER, call->log, worker,
        MHD_OPTION_NOTIFY_COMPLETED, call->completed, worker,
        MHD_OPTION_NOTIFY_CONNECTION, call->connection, worker,
        MHD_OPTION_UNESCAPE_CALLBACK, call->unescape, worker,
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

// What Glibc's module leaves out, or has as an enum.

static const int both_ways = SHUT_RDWR;
static const short poll_read_hang_up = 0x2000;

static inline void name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
