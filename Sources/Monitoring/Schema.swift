package import SQL

/// The tables of this room.
///
/// `router_watch` holds what each router showed last, counters included, in one row that a reading replaces;
/// `router_session` a row a session, written when it begins and when it ends; `router_traffic` the history, a row a
/// router and page.
package let monitoringMigrations = [
    Migration(
        40, "create-monitoring",
        """
        CREATE TABLE main.router_watch (
            router {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            revision {int} NOT NULL,
            read_at {int},
            trouble TEXT NOT NULL,
            holder TEXT NOT NULL,
            held_until {int} NOT NULL,
            content {bytes}
        ) {clustered};
        CREATE INDEX router_watch_tenant ON router_watch (tenant);
        CREATE TABLE main.router_session (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            router {id} NOT NULL,
            service TEXT NOT NULL,
            name TEXT NOT NULL,
            mac {int},
            address {int},
            entitlement {id},
            started_at {int} NOT NULL,
            seen_at {int} NOT NULL,
            ended_at {int},
            bytes_up {int} NOT NULL,
            bytes_down {int} NOT NULL
        ) {clustered};
        CREATE INDEX router_session_open ON router_session (router) WHERE ended_at IS NULL;
        CREATE INDEX router_session_of_router ON router_session (tenant, router, id);
        CREATE TABLE main.router_traffic (
            router {id} NOT NULL,
            grain {int} NOT NULL,
            starts_at {int} NOT NULL,
            tenant {id} NOT NULL,
            content {bytes} NOT NULL,
            PRIMARY KEY (router, grain, starts_at)
        ) {strict};
        CREATE INDEX router_traffic_age ON router_traffic (grain, starts_at);
        """)
]
