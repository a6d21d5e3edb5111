package import SQL

/// The tables of this room.
package let entitlementMigrations = [
    Migration(
        3, "create-entitlements",
        """
        CREATE TABLE main.entitlement (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            package {id} NOT NULL,
            source TEXT NOT NULL,
            source_id {id} NOT NULL,
            site {id},
            starts_at {int} NOT NULL,
            ends_at {int},
            closes_at {int},
            connected_at {int},
            online_limit {int},
            online_used {int} NOT NULL,
            data_limit {int},
            data_used {int} NOT NULL,
            rate_limit TEXT,
            device_limit {int} NOT NULL,
            ended_at {int},
            end_reason TEXT
        ) {clustered};
        CREATE INDEX entitlement_ending ON entitlement (ends_at)
            WHERE ended_at IS NULL AND ends_at IS NOT NULL AND connected_at IS NOT NULL;
        CREATE TABLE main.device (
            tenant {id} NOT NULL,
            entitlement {id} NOT NULL,
            mac {int} NOT NULL,
            router {id} NOT NULL,
            username TEXT NOT NULL,
            added_at {int} NOT NULL,
            left_at {int},
            counted_online {int} NOT NULL,
            counted_data {int} NOT NULL,
            online_used {int} NOT NULL,
            bytes_up {int} NOT NULL,
            bytes_down {int} NOT NULL,
            PRIMARY KEY (entitlement, mac)
        ) {clustered};
        CREATE INDEX device_by_mac ON device (tenant, mac, entitlement);
        CREATE TABLE main.session (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            entitlement {id} NOT NULL,
            mac {int} NOT NULL,
            router {id} NOT NULL,
            address {int} NOT NULL,
            started_at {int} NOT NULL,
            seen_at {int} NOT NULL,
            online {int} NOT NULL,
            bytes_up {int} NOT NULL,
            bytes_down {int} NOT NULL,
            ended_at {int}
        ) {clustered};
        CREATE INDEX session_open ON session (router, entitlement, mac) WHERE ended_at IS NULL;
        CREATE INDEX session_of_entitlement ON session (tenant, entitlement, started_at);
        """),
    Migration(
        70, "count-by-router",
        """
        CREATE TABLE main.counter (
            tenant {id} NOT NULL,
            entitlement {id} NOT NULL,
            mac {int} NOT NULL,
            router {id} NOT NULL,
            online {int} NOT NULL,
            bytes {int} NOT NULL,
            PRIMARY KEY (entitlement, mac, router)
        ) {clustered};
        INSERT INTO main.counter (tenant, entitlement, mac, router, online, bytes)
            SELECT tenant, entitlement, mac, router, counted_online, counted_data FROM main.device WHERE EXISTS
                (SELECT 1 FROM main.entitlement AS e WHERE e.id = device.entitlement AND e.ended_at IS NULL);
        CREATE INDEX counter_behind ON counter (router, entitlement, mac);
        ALTER TABLE main.device DROP COLUMN counted_online;
        ALTER TABLE main.device DROP COLUMN counted_data;
        """),
    Migration(
        96, "pace-entitlements",
        """
        ALTER TABLE main.entitlement ADD COLUMN schedule TEXT;
        ALTER TABLE main.entitlement ADD COLUMN opens_at {int};
        ALTER TABLE main.entitlement ADD COLUMN fair_use TEXT;
        ALTER TABLE main.entitlement ADD COLUMN fair_used {int} NOT NULL DEFAULT 0;
        ALTER TABLE main.entitlement ADD COLUMN fair_until {int};
        ALTER TABLE main.entitlement ADD COLUMN boost_rate TEXT;
        ALTER TABLE main.entitlement ADD COLUMN boost_until {int};
        ALTER TABLE main.entitlement ADD COLUMN turns_at {int};
        CREATE INDEX entitlement_turning ON entitlement (turns_at) WHERE ended_at IS NULL AND turns_at IS NOT NULL;
        """),
    Migration(
        109, "count-online", "CREATE INDEX session_online ON session (tenant) WHERE ended_at IS NULL"),
    Migration(
        113, "suspend-entitlements",
        """
        ALTER TABLE main.entitlement ADD COLUMN staff_rate TEXT;
        ALTER TABLE main.entitlement ADD COLUMN suspended_at {int};
        CREATE TABLE main.suspension (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            entitlement {id} NOT NULL,
            suspended_at {int} NOT NULL,
            suspended_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            restored_at {int},
            restored_by TEXT
        ) {clustered};
        CREATE INDEX suspension_of ON suspension (tenant, entitlement, suspended_at);
        """),
    Migration(
        114, "tell-fair-use",
        """
        CREATE TABLE main.fair_use_notice (
            entitlement {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            fair_until {int}
        ) {clustered};
        """),
]
