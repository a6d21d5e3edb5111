package import SQL

/// The tables of this room.
package let catalogMigrations = [
    Migration(
        2, "create-catalog",
        """
        CREATE TABLE main.package (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL,
            price {int} NOT NULL,
            currency TEXT NOT NULL,
            time_kind TEXT NOT NULL,
            time_limit {int},
            data_limit {int},
            rate_limit TEXT,
            device_limit {int} NOT NULL,
            voucher_validity {int},
            schedule TEXT,
            is_listed {int} NOT NULL,
            position {int} NOT NULL,
            created_at {int} NOT NULL,
            UNIQUE (tenant, name)
        ) {clustered};
        """),
    Migration(95, "let-packages-be-fair", "ALTER TABLE main.package ADD COLUMN fair_use TEXT;"),
    Migration(107, "let-packages-be-tried", "ALTER TABLE main.package ADD COLUMN trial TEXT;"),
]
