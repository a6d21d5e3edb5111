package import SQL

/// The tables of this room.
package let provisioningMigrations = [
    Migration(
        5, "create-effects",
        """
        CREATE TABLE main.effect (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            kind TEXT NOT NULL,
            entitlement {id} NOT NULL,
            mac {int} NOT NULL,
            address {int} NOT NULL,
            state {int} NOT NULL,
            attempts {int} NOT NULL,
            due_at {int} NOT NULL,
            note TEXT NOT NULL,
            answer_sealed {bytes},
            settled_at {int}
        ) {clustered};
        CREATE INDEX effect_waiting ON effect (router, id) WHERE state = 0;
        CREATE INDEX effect_of_entitlement ON effect (tenant, entitlement, id);
        """),
    sweepMigration,
    Migration(
        81, "create-router-ways",
        """
        CREATE TABLE main.router_way (
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            address TEXT NOT NULL,
            tried_at {int} NOT NULL,
            trouble TEXT NOT NULL,
            PRIMARY KEY (router, address)
        ) {clustered};
        """),
    Migration(
        88, "let-effects-bring-lines",
        """
        ALTER TABLE main.effect ADD COLUMN line {id};
        CREATE INDEX effect_of_line ON effect (tenant, line, id) WHERE line IS NOT NULL;
        """),
]
