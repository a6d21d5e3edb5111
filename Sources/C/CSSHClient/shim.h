#pragma once
#include <libssh2.h>
#include <libssh2_sftp.h>

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

static inline int lango_ssh_ask_for_sftp(LIBSSH2_CHANNEL *channel) {
    return libssh2_channel_process_startup(channel, "subsystem", sizeof("subsystem") - 1, "sftp", sizeof("sftp") - 1);
}

static inline LIBSSH2_SFTP_HANDLE *lango_sftp_open(
    LIBSSH2_SFTP *sftp, const char *name, unsigned int length, int is_written) {
    unsigned long flags =
        is_written ? LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC : LIBSSH2_FXF_READ;
    return libssh2_sftp_open_ex(sftp, name, length, flags, 0600, LIBSSH2_SFTP_OPENFILE);
}

static inline int lango_sftp_close(LIBSSH2_SFTP_HANDLE *file) { return libssh2_sftp_close_handle(file); }

static const int lango_fx_no_such_file = LIBSSH2_FX_NO_SUCH_FILE;
static const int lango_fx_denied = LIBSSH2_FX_PERMISSION_DENIED;
