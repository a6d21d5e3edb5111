package import SQL

/// The tables of this room.
///
/// `router_backup` holds the versions of a router's settings, numbered from 1 in the order in which they were taken;
/// `content_sealed` is packed, then sealed under the install's key, and the digest is keyed, so that a stolen database
/// tells nothing of a router. `router_backup_state` says when a router's turn is and what stood against the last
/// attempt, `router_restore` what became of each restore.
package let backupMigrations = [
    Migration(
        50, "create-router-backups",
        """
        CREATE TABLE main.router_backup (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            version {int} NOT NULL,
            kind TEXT NOT NULL,
            export_version {int} NOT NULL,
            taken_at {int} NOT NULL,
            seen_at {int} NOT NULL,
            reason TEXT NOT NULL,
            taken_by TEXT NOT NULL,
            routeros TEXT NOT NULL,
            note TEXT NOT NULL,
            size {int} NOT NULL,
            digest {bytes} NOT NULL,
            password_sealed {bytes},
            content_sealed {bytes} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX router_backup_version ON router_backup (tenant, router, version);
        CREATE TABLE main.router_backup_state (
            router {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            tried_at {int},
            taken_at {int},
            trouble TEXT NOT NULL,
            note TEXT NOT NULL,
            failures {int} NOT NULL,
            due_at {int} NOT NULL,
            busy_until {int} NOT NULL
        ) {clustered};
        CREATE INDEX router_backup_state_tenant ON router_backup_state (tenant);
        CREATE INDEX router_backup_state_due ON router_backup_state (due_at);
        CREATE TABLE main.router_restore (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            version {int} NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            asked_by TEXT NOT NULL,
            began_at {int} NOT NULL,
            sent_at {int},
            ended_at {int},
            busy_until {int} NOT NULL
        ) {strict};
        CREATE INDEX router_restore_router ON router_restore (tenant, router, id);
        """)
]
