package import SQL

/// The tables of this room.
///
/// A voucher's key begins with its batch's, so that the vouchers of a batch lie side by side; redeeming touches no index.
package let voucherMigrations = [
    Migration(
        4, "create-vouchers",
        """
        CREATE TABLE main.batch (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            package {id} NOT NULL REFERENCES package (id),
            site {id},
            number {int} NOT NULL,
            size {int} NOT NULL,
            alphabet TEXT NOT NULL,
            length {int} NOT NULL,
            prefix TEXT NOT NULL,
            grouping_size {int} NOT NULL,
            note TEXT NOT NULL,
            valid_from {int} NOT NULL,
            valid_until {int},
            made_by TEXT NOT NULL,
            made_at {int} NOT NULL,
            is_complete {int} NOT NULL,
            UNIQUE (tenant, number)
        ) {clustered};
        CREATE TABLE main.voucher (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            batch {id} NOT NULL,
            serial {int} NOT NULL,
            code_hash {bytes} NOT NULL,
            code_sealed {bytes} NOT NULL,
            state {int} NOT NULL,
            entitlement {id},
            changed_at {int}
        ) {clustered};
        CREATE UNIQUE INDEX voucher_code ON voucher (tenant, code_hash);
        CREATE TABLE main.guess (
            tenant {id} NOT NULL,
            subject TEXT NOT NULL,
            failures {int} NOT NULL,
            last_at {int} NOT NULL,
            locked_until {int} NOT NULL,
            PRIMARY KEY (tenant, subject)
        ) {clustered};
        """)
]
