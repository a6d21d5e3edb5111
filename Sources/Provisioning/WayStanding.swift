package import RouterOS
package import SQL
package import Tenancy
package import Values

/// How one way to a router fared when it was last tried.
package struct WayStanding: Hashable, Sendable {
    package let address: String
    package let triedAt: Instant
    /// Why it did not work, in a sentence; empty where it did.
    package let trouble: String

    /// The ways of a router in their order, as they fared; without those that were never tried.
    package static func ordered(_ standings: [WayStanding], of router: Router) -> [WayStanding] {
        let ways = RouterAddresses(router.address)?.ways ?? []
        return ways.compactMap { way in standings.first { $0.address == way.description } }
    }
}

extension Transaction {
    /// How the ways to a router fared when each was last tried.
    package borrowing func wayStandings(
        of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> [WayStanding] {
        try all(
            "SELECT address, tried_at, trouble FROM router_way WHERE router = $1 AND tenant = $2", router, tenant
        ) { (row: borrowing Row) throws(SQLError) in
            WayStanding(address: try row[0], triedAt: try row[1], trouble: try row[2])
        }
    }

    /// Keeps what was tried, what became of it, and which identities were shown on the way.
    package borrowing func keep(_ reports: [RouterWays.Report], of router: Router) throws(SQLError) {
        let current = RouterAddresses(router.address)?.ways.map(\.description) ?? []
        for old in try wayStandings(of: router.id, of: router.tenant) where !current.contains(old.address) {
            try run(
                "DELETE FROM main.router_way WHERE router = $1 AND tenant = $2 AND address = $3", router.id,
                router.tenant, old.address)
        }
        for report in reports {
            try run(
                """
                INSERT INTO main.router_way (tenant, router, address, tried_at, trouble) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (router, address) DO UPDATE SET tried_at = $4, trouble = $5
                """, router.tenant, router.id, report.way.description, report.at, report.sentence ?? "")
        }
        for kind in IdentityKind.allCases {
            let ofKind = reports.filter { $0.way.service.identity == kind }
            if let shown = ofKind.lazy.compactMap({ $0.trouble?.shownIdentity }).first {
                try record(shown, on: router.id, of: router.tenant)
            } else if let pin = router.pin(of: kind), ofKind.contains(where: { $0.trouble == nil }) {
                try recordConfirmed(kind, pin, on: router.id, of: router.tenant)
            }
        }
    }
}
