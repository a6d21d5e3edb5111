package import SQL

/// The tables of this room.
package let guestMigrations = [
    Migration(
        108, "create-guests",
        """
        CREATE TABLE main.trial_claim (
            tenant {id} NOT NULL,
            subject {bytes} NOT NULL,
            taken_at {int} NOT NULL,
            entitlement {id} NOT NULL,
            PRIMARY KEY (tenant, subject)
        ) {clustered};
        CREATE TABLE main.pairing (
            tenant {id} NOT NULL,
            mac {int} NOT NULL,
            code_hash {bytes} NOT NULL,
            site {id} NOT NULL,
            router {id} NOT NULL,
            address {int} NOT NULL,
            expires_at {int} NOT NULL,
            entitlement {id},
            PRIMARY KEY (tenant, mac)
        ) {clustered};
        CREATE INDEX pairing_code ON pairing (tenant, code_hash);
        """)
]
