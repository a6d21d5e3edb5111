package import SQL

/// The tables of this room: the links by which routers come and go.
///
/// Of a link's token only a keyed hash is kept; `secret_sealed` holds the RADIUS secret under the install's key.
package let adoptionMigrations = [
    Migration(
        30, "create-adoptions",
        """
        CREATE TABLE main.adoption (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL REFERENCES tenant (id),
            router {id} NOT NULL REFERENCES router (id),
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            options TEXT NOT NULL,
            secret_sealed {bytes},
            token_hash {bytes} NOT NULL UNIQUE,
            made_by TEXT NOT NULL,
            made_at {int} NOT NULL,
            expires_at {int} NOT NULL,
            fetched_at {int},
            fetched_from TEXT,
            settled_at {int},
            tunnel_key TEXT
        ) {strict};
        CREATE INDEX adoption_router ON adoption (tenant, router, id);
        """)
]
