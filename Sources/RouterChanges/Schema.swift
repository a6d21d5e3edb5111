package import SQL

/// The tables of this room: who changed what on which router, and how it is undone.
///
/// `steps_sealed` holds the steps with the values before and after, secrets among them, under the install's key.
package let routerChangeMigrations = [
    Migration(
        20, "create-router-changes",
        """
        CREATE TABLE main.router_change (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            title TEXT NOT NULL,
            subject TEXT NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            steps_sealed {bytes} NOT NULL,
            made_by TEXT NOT NULL,
            made_at {int} NOT NULL,
            busy_until {int} NOT NULL,
            ended_at {int},
            undone_by TEXT,
            undone_at {int}
        ) {strict};
        CREATE INDEX router_change_router ON router_change (tenant, router, id);
        """),
    Migration(
        82, "find-open-router-changes",
        """
        CREATE INDEX router_change_open ON router_change (busy_until) WHERE state IN ('running', 'undoing');
        """),
]
