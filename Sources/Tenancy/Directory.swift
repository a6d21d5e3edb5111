package import SQL
package import Values

extension Transaction {
    /// Tells every gateway that what it keeps in memory of a tenant (sites, packages, looks of codes) is out of date.
    package borrowing func touchDirectory(of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            INSERT INTO main.directory (tenant, version) VALUES ($1, 1)
            ON CONFLICT (tenant) DO UPDATE SET version = directory.version + 1
            """, tenant)
    }

    /// A number that grows with every touch of any tenant; platform's scope.
    package borrowing func directoryVersion() throws(SQLError) -> Int64 {
        try value("SELECT COALESCE(sum(version), 0) + count(*) FROM main.directory")
    }
}
