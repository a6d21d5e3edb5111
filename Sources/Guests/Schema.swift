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
        """)
]
