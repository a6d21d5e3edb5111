package import SQL

/// The tables of this room.
///
/// What a report names is an attempt; what people ask about is a message. Raw reports are sealed, since they hold numbers.
package let messageMigrations = [
    Migration(
        101, "create-messages",
        """
        CREATE TABLE main.sender_account (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            kind TEXT NOT NULL,
            channel TEXT NOT NULL,
            name TEXT NOT NULL,
            position {int} NOT NULL,
            credentials_sealed {bytes} NOT NULL,
            road_hash {bytes} NOT NULL UNIQUE,
            trouble TEXT NOT NULL,
            trouble_at {int},
            rests_until {int} NOT NULL,
            created_at {int} NOT NULL,
            UNIQUE (tenant, name)
        ) {clustered};
        CREATE TABLE main.message (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            channel TEXT NOT NULL,
            reader TEXT NOT NULL,
            language TEXT NOT NULL,
            content {bytes} NOT NULL,
            is_sealed {int} NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            created_at {int} NOT NULL,
            expires_at {int} NOT NULL,
            due_at {int},
            ended_at {int},
            forgiven {int} NOT NULL,
            segments {int} NOT NULL,
            held_by TEXT NOT NULL,
            held_until {int} NOT NULL,
            UNIQUE (tenant, key)
        ) {clustered};
        CREATE INDEX message_due ON message (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX message_of_tenant ON message (tenant, id);
        CREATE INDEX message_failed ON message (tenant, id) WHERE state = 'failed';
        CREATE TABLE main.message_attempt (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            message {id} NOT NULL,
            account {id} NOT NULL,
            number {int} NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT,
            began_at {int} NOT NULL,
            ended_at {int},
            UNIQUE (message, number)
        ) {clustered};
        CREATE INDEX message_attempt_named ON message_attempt (account, name) WHERE name IS NOT NULL;
        CREATE TABLE main.message_report (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            account {id} NOT NULL,
            digest {bytes} NOT NULL,
            body_sealed {bytes} NOT NULL,
            received_at {int} NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            attempts {int} NOT NULL,
            due_at {int},
            UNIQUE (account, digest)
        ) {clustered};
        CREATE INDEX message_report_due ON message_report (due_at) WHERE due_at IS NOT NULL;
        CREATE TABLE main.message_template (
            tenant {id} NOT NULL,
            name TEXT NOT NULL,
            language TEXT NOT NULL,
            text TEXT NOT NULL,
            changed_at {int} NOT NULL,
            PRIMARY KEY (tenant, name, language)
        ) {clustered};
        CREATE TABLE main.message_hours (
            tenant {id} NOT NULL PRIMARY KEY,
            quiet_from {int} NOT NULL,
            quiet_until {int} NOT NULL
        ) {clustered};
        """),
    Migration(
        110, "count-unknown-reports",
        "CREATE INDEX message_report_unknown ON message_report (id) WHERE state = 'unknown'"),
    Migration(
        123, "remember-readers",
        """
        CREATE TABLE main.message_reader (
            tenant {id} NOT NULL,
            channel TEXT NOT NULL,
            reader TEXT NOT NULL,
            opted_out {int} NOT NULL,
            dead TEXT NOT NULL,
            changed_at {int} NOT NULL,
            PRIMARY KEY (tenant, channel, reader)
        ) {clustered};
        """),
]
