package import SQL

/// The tables of this room.
package let tenancyMigrations = [
    Migration(
        1, "create-tenancy",
        """
        CREATE TABLE main.tenant (
            id {id} NOT NULL PRIMARY KEY,
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            time_zone TEXT NOT NULL,
            currency TEXT NOT NULL,
            language TEXT NOT NULL,
            colour TEXT NOT NULL,
            logo {bytes},
            logo_type TEXT,
            welcome TEXT NOT NULL,
            support TEXT NOT NULL,
            created_at {int} NOT NULL
        ) {clustered};
        CREATE TABLE main.directory (
            tenant {id} NOT NULL PRIMARY KEY,
            version {int} NOT NULL
        ) {clustered};
        CREATE TABLE main.site (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            slug TEXT NOT NULL,
            name TEXT NOT NULL,
            network_name TEXT NOT NULL,
            hotspot_url TEXT NOT NULL,
            created_at {int} NOT NULL,
            UNIQUE (tenant, slug)
        ) {clustered};
        CREATE TABLE main.router (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            site {id} NOT NULL REFERENCES site (id),
            name TEXT NOT NULL,
            address TEXT NOT NULL,
            username TEXT NOT NULL,
            password_sealed {bytes} NOT NULL,
            hotspot_server TEXT NOT NULL,
            certificate_pin TEXT,
            certificate_seen TEXT,
            version TEXT,
            state TEXT NOT NULL,
            state_note TEXT NOT NULL,
            state_at {int} NOT NULL,
            lane_holder TEXT,
            lane_until {int} NOT NULL,
            created_at {int} NOT NULL,
            UNIQUE (tenant, name)
        ) {clustered};
        CREATE TABLE main.staff (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            login TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            role TEXT NOT NULL,
            session_epoch {int} NOT NULL,
            failures {int} NOT NULL,
            locked_until {int} NOT NULL,
            created_at {int} NOT NULL
        ) {clustered};
        CREATE INDEX staff_tenant ON staff (tenant);
        CREATE INDEX router_site ON router (tenant, site);
        """),
    keyMarkMigration,
    // Until then one identity stood for a router: of SSH where its address names that, else of TLS.
    Migration(
        80, "add-router-host-keys",
        """
        ALTER TABLE main.router ADD COLUMN host_key_pin TEXT;
        ALTER TABLE main.router ADD COLUMN host_key_seen TEXT;
        ALTER TABLE main.router ADD COLUMN ssh_key_sealed {bytes};
        UPDATE main.router SET host_key_pin = certificate_pin, host_key_seen = certificate_seen,
            certificate_pin = NULL, certificate_seen = NULL WHERE address LIKE '%ssh://%';
        """),
    Migration(83, "tell-boards-apart", "ALTER TABLE main.router ADD COLUMN serial TEXT"),
]
