#pragma once
// The server's half of SFTP.
#define WITH_SERVER 1
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <libssh/sftp.h>
#include <stdbool.h>
#include <string.h>

// The other side has closed its half; https://man7.org/linux/man-pages/man2/poll.2.html.
static const short door_hang_up = 0x2000;

// What a message asks for, as one number; the enumerations of libssh overlap.

static inline int door_is_password(ssh_message message) {
    return ssh_message_type(message) == SSH_REQUEST_AUTH && ssh_message_subtype(message) == SSH_AUTH_METHOD_PASSWORD;
}

static inline int door_is_key(ssh_message message) {
    return ssh_message_type(message) == SSH_REQUEST_AUTH && ssh_message_subtype(message) == SSH_AUTH_METHOD_PUBLICKEY;
}

static inline int door_is_service(ssh_message message) { return ssh_message_type(message) == SSH_REQUEST_SERVICE; }

static inline int door_is_session(ssh_message message) {
    return ssh_message_type(message) == SSH_REQUEST_CHANNEL_OPEN && ssh_message_subtype(message) == SSH_CHANNEL_SESSION;
}

static inline int door_is_exec(ssh_message message) {
    return ssh_message_type(message) == SSH_REQUEST_CHANNEL
        && ssh_message_subtype(message) == SSH_CHANNEL_REQUEST_EXEC;
}

static inline int door_is_terminal(ssh_message message) {
    return ssh_message_type(message) == SSH_REQUEST_CHANNEL && ssh_message_subtype(message) == SSH_CHANNEL_REQUEST_PTY;
}

// libssh wants callbacks instead of these; messages read as a dialogue.

static inline const char *door_password(ssh_message message) { return ssh_message_auth_password(message); }

static inline ssh_key door_key(ssh_message message) { return ssh_message_auth_pubkey(message); }

// Whether the client has proved that it holds the key; it may first ask whether the key would do.
static inline int door_key_is_proved(ssh_message message) {
    return ssh_message_auth_publickey_state(message) == SSH_PUBLICKEY_STATE_VALID;
}

static inline int door_key_is_asked(ssh_message message) {
    return ssh_message_auth_publickey_state(message) == SSH_PUBLICKEY_STATE_NONE;
}

static inline int door_methods(void) { return SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY; }

static inline int door_is_over(ssh_session session) {
    return (ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0 || !ssh_is_connected(session);
}

static inline void door_set_timeout(ssh_session session, long seconds) {
    ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
}

// The configuration of the computer's own SSH server is none of the simulator's.
static inline int door_take_key(ssh_bind door, ssh_key key) {
    bool process = false;
    ssh_bind_options_set(door, SSH_BIND_OPTIONS_PROCESS_CONFIG, &process);
    return ssh_bind_options_set(door, SSH_BIND_OPTIONS_IMPORT_KEY, key);
}

static inline int door_set_algorithms(ssh_bind door, const char *host_keys, const char *user_keys) {
    return ssh_bind_options_set(door, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, host_keys)
        | ssh_bind_options_set(door, SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, user_keys);
}

static inline int door_is_sftp(ssh_message message) {
    return ssh_message_type(message) == SSH_REQUEST_CHANNEL
        && ssh_message_subtype(message) == SSH_CHANNEL_REQUEST_SUBSYSTEM
        && ssh_message_channel_request_subsystem(message)
        && !strcmp(ssh_message_channel_request_subsystem(message), "sftp");
}

static inline struct sftp_attributes_struct door_attributes(unsigned long size, int is_folder) {
    struct sftp_attributes_struct attributes = {0};
    attributes.flags = SSH_FILEXFER_ATTR_SIZE | SSH_FILEXFER_ATTR_PERMISSIONS;
    attributes.size = size;
    attributes.permissions = is_folder ? 040700 : 0100600;
    return attributes;
}
