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
        """),
    Migration(
        118, "prove-numbers",
        """
        CREATE TABLE main.trial_proof (
            tenant {id} NOT NULL,
            phone {bytes} NOT NULL,
            device {bytes} NOT NULL,
            expires_at {int} NOT NULL,
            tries {int} NOT NULL,
            sends {int} NOT NULL,
            began_at {int} NOT NULL,
            sent_at {int} NOT NULL,
            PRIMARY KEY (tenant, phone)
        ) {clustered};
        CREATE INDEX trial_proof_device ON trial_proof (tenant, device, sent_at);
        """),
]
