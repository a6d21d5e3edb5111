package import SQL

/// The tables of this room.
package let subscriberMigrations = [
    Migration(
        87, "create-lines",
        """
        CREATE TABLE main.line (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            kind TEXT NOT NULL CHECK (kind IN ('pppoe', 'static')),
            name TEXT NOT NULL,
            password_sealed {bytes},
            password_at {int} NOT NULL,
            package {id} NOT NULL,
            entitlement {id} NOT NULL,
            router {id} NOT NULL,
            address {int},
            mac {int},
            state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'closed')),
            state_at {int} NOT NULL,
            created_at {int} NOT NULL,
            changed_at {int} NOT NULL
        ) {clustered};
        CREATE UNIQUE INDEX line_name ON line (tenant, name) WHERE state <> 'closed';
        CREATE UNIQUE INDEX line_address ON line (router, address) WHERE state <> 'closed' AND address IS NOT NULL;
        CREATE INDEX line_listed ON line (tenant, name, id);
        CREATE INDEX line_behind ON line (router, id);
        CREATE INDEX line_holding ON line (entitlement);
        """),
    Migration(
        97, "count-lines",
        """
        CREATE TABLE main.line_counter (
            line {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            router {id} NOT NULL,
            bytes_up {int} NOT NULL,
            bytes_down {int} NOT NULL,
            seen_at {int} NOT NULL
        ) {clustered};
        """),
    Migration(115, "count-sessions-of-lines", "ALTER TABLE main.line_counter ADD COLUMN session TEXT;"),
]
