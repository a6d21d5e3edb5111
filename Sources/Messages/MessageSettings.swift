package import Locales
package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// A tenant's own words for a template.
    package borrowing func ownWords(
        for template: MessageTemplate, in language: Language, of tenant: ID<Tenant>
    ) throws(SQLError) -> String? {
        try first(
            "SELECT text FROM message_template WHERE tenant = $1 AND name = $2 AND language = $3", tenant,
            template.rawValue, language.tag
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
    }

    /// Gives a template a tenant's own words; nil takes ours again.
    package borrowing func set(
        _ template: MessageTemplate, _ pattern: MessagePattern?, in language: Language, of tenant: ID<Tenant>,
        at now: Instant
    ) throws(SQLError) {
        guard let pattern else {
            try run(
                "DELETE FROM main.message_template WHERE tenant = $1 AND name = $2 AND language = $3", tenant,
                template.rawValue, language.tag)
            return
        }
        try run(
            """
            INSERT INTO main.message_template (tenant, name, language, text, changed_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (tenant, name, language) DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at
            """, tenant, template.rawValue, language.tag, pattern.text, now)
    }

    /// When only what is urgent is sent; nil where a tenant wants no such hours.
    package borrowing func quietHours(of tenant: ID<Tenant>) throws(SQLError) -> QuietHours? {
        let stored = try first(
            "SELECT quiet_from, quiet_until FROM message_hours WHERE tenant = $1", tenant
        ) { (row: borrowing Row) throws(SQLError) in (from: try row[0] as Int, until: try row[1] as Int) }
        guard let stored else { return .usual }
        return QuietHours(minutes: stored.from, until: stored.until)
    }

    /// Sets them; nil for none.
    package borrowing func set(_ hours: QuietHours?, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            INSERT INTO main.message_hours (tenant, quiet_from, quiet_until) VALUES ($1, $2, $3)
            ON CONFLICT (tenant) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until
            """, tenant, hours?.from ?? 0, hours?.until ?? 0)
    }
}
