package import SQL

/// The tables of this room.
///
/// `router_table` holds what each table of a router held at its last reading, counters included; `router_table_past`
/// its settings as a survey found them, a row only where they differ from the survey before.
package let inventoryMigrations = [
    Migration(
        6, "create-inventory",
        """
        CREATE TABLE main.router_inventory (
            router {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            survey {id},
            surveyed_at {int},
            changed_at {int},
            tried_at {int},
            trouble TEXT NOT NULL,
            failures {int} NOT NULL,
            due_at {int} NOT NULL,
            busy_until {int} NOT NULL,
            capabilities TEXT NOT NULL
        ) {clustered};
        CREATE INDEX router_inventory_tenant ON router_inventory (tenant);
        CREATE INDEX router_inventory_due ON router_inventory (due_at);
        CREATE TABLE main.router_survey (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            began_at {int} NOT NULL,
            ended_at {int} NOT NULL,
            tables_read {int} NOT NULL,
            tables_failed {int} NOT NULL,
            change_count {int} NOT NULL,
            changes {bytes}
        ) {strict};
        CREATE INDEX router_survey_router ON router_survey (tenant, router, id);
        CREATE TABLE main.router_table (
            router {id} NOT NULL,
            path TEXT NOT NULL,
            tenant {id} NOT NULL,
            standing TEXT NOT NULL,
            note TEXT NOT NULL,
            row_count {int} NOT NULL,
            read_at {int} NOT NULL,
            changed_at {int},
            content {bytes},
            PRIMARY KEY (router, path)
        ) {strict};
        CREATE TABLE main.router_table_past (
            router {id} NOT NULL,
            path TEXT NOT NULL,
            survey {id} NOT NULL,
            tenant {id} NOT NULL,
            row_count {int} NOT NULL,
            content {bytes} NOT NULL,
            PRIMARY KEY (router, path, survey)
        ) {strict};
        """)
]
