#pragma once
#include <libssh/libssh.h>
#include <libssh/server.h>

// The message interface suits one thread a connection; libssh calls parts of it old, so they stay behind this header.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static inline const char *wire_ssh_password(ssh_message message) { return ssh_message_auth_password(message); }

static inline ssh_key wire_ssh_offered_key(ssh_message message) { return ssh_message_auth_pubkey(message); }

// Whether the client has proved that it holds the key, or only asks if the key would do.
static inline int wire_ssh_is_key_proved(ssh_message message) {
    return ssh_message_auth_publickey_state(message) == SSH_PUBLICKEY_STATE_VALID;
}

static inline int wire_ssh_is_key_asked(ssh_message message) {
    return ssh_message_auth_publickey_state(message) == SSH_PUBLICKEY_STATE_NONE;
}
#pragma GCC diagnostic pop

// The key itself is passed where C is not asked about the type; ssh_bind_free releases it.
static inline int wire_ssh_set_key(ssh_bind bind, ssh_key key) {
    return ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key);
}
