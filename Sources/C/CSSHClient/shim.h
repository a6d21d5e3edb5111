#pragma once
#include <libssh2.h>

// Macros, which Swift does not see; see libssh2.h.

static inline LIBSSH2_SESSION *lango_ssh_session(void) { return libssh2_session_init_ex(0, 0, 0, 0); }

static inline LIBSSH2_CHANNEL *lango_ssh_open(LIBSSH2_SESSION *session) {
    return libssh2_channel_open_ex(
        session, "session", sizeof("session") - 1, LIBSSH2_CHANNEL_WINDOW_DEFAULT, LIBSSH2_CHANNEL_PACKET_DEFAULT, 0, 0);
}

static inline int lango_ssh_exec(LIBSSH2_CHANNEL *channel, const char *line, unsigned int length) {
    return libssh2_channel_process_startup(channel, "exec", sizeof("exec") - 1, line, length);
}

static inline int lango_ssh_password(
    LIBSSH2_SESSION *session, const char *user, unsigned int user_length, const char *password,
    unsigned int password_length) {
    return libssh2_userauth_password_ex(session, user, user_length, password, password_length, 0);
}

static inline int lango_ssh_wants_write(LIBSSH2_SESSION *session) {
    return libssh2_session_block_directions(session) & LIBSSH2_SESSION_BLOCK_OUTBOUND;
}
