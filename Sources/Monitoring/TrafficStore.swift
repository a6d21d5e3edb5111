package import SQL
package import Tenancy
package import Values

extension Transaction {
    /// One page of the history, empty where there is none.
    borrowing func trafficPage(
        _ grain: TrafficPage.Grain, at start: Instant, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) -> TrafficPage {
        let packed: [UInt8]? = try first(
            "SELECT content FROM router_traffic WHERE router = $1 AND grain = $2 AND starts_at = $3 AND tenant = $4",
            router, grain.rawValue, start, tenant
        ) { (row: borrowing Row) throws(SQLError) in try row[0] }
        return packed.flatMap { TrafficPage(grain, startsAt: start, packed: $0) }
            ?? TrafficPage(grain, containing: start)
    }

    borrowing func keep(_ page: TrafficPage, of router: ID<Router>, of tenant: ID<Tenant>) throws(SQLError) {
        try run(
            """
            INSERT INTO main.router_traffic (router, grain, starts_at, tenant, content) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (router, grain, starts_at) DO UPDATE SET content = excluded.content
            """, router, page.grain.rawValue, page.startsAt, tenant, page.packed)
    }

    /// The pages of a router that reach into a stretch of time, oldest first.
    package borrowing func trafficPages(
        _ grain: TrafficPage.Grain, from start: Instant, until end: Instant, of router: ID<Router>,
        of tenant: ID<Tenant>
    ) throws(SQLError) -> [TrafficPage] {
        try all(
            """
            SELECT starts_at, content FROM router_traffic
            WHERE router = $1 AND grain = $2 AND starts_at > $3 AND starts_at < $4 AND tenant = $5 ORDER BY starts_at
            """, router, grain.rawValue, start - grain.page, end, tenant
        ) { (row: borrowing Row) throws(SQLError) -> TrafficPage? in
            TrafficPage(grain, startsAt: try row[0], packed: try row[1])
        }.compactMap(\.self)
    }

    /// The fine pages whose time to be kept is over; platform's scope.
    borrowing func agedTraffic(
        before instant: Instant, atMost limit: Int
    ) throws(SQLError) -> [(router: ID<Router>, tenant: ID<Tenant>, startsAt: Instant)] {
        try all(
            """
            SELECT router, tenant, starts_at FROM main.router_traffic WHERE grain = 0 AND starts_at < $1
            ORDER BY starts_at LIMIT $2
            """, instant, limit
        ) { (row: borrowing Row) throws(SQLError) in (router: try row[0], tenant: try row[1], startsAt: try row[2]) }
    }

    /// Lets an hour's page go on as one slot of its day's; once, since the page goes with it.
    borrowing func fold(
        _ startsAt: Instant, of router: ID<Router>, of tenant: ID<Tenant>
    ) throws(SQLError) {
        try lockWatch(of: router, of: tenant)
        let page = try trafficPage(.fine, at: startsAt, of: router, of: tenant)
        let day = TrafficPage.Grain.coarse.start(containing: startsAt)
        var coarse = try trafficPage(.coarse, at: day, of: router, of: tenant)
        let (slot, flows) = page.sum
        coarse.add(slot, flows, at: startsAt)
        try keep(coarse, of: router, of: tenant)
        try run(
            """
            DELETE FROM main.router_traffic WHERE router = $1 AND grain = 0 AND starts_at = $2 AND tenant = $3
            """, router, startsAt, tenant)
    }

    /// Forgets a bounded number of days of history from before a moment, and of sessions that ended before it;
    /// platform's scope.
    ///
    /// - Returns: How many rows went.
    borrowing func forgetTraffic(before instant: Instant, atMost limit: Int) throws(SQLError) -> Int {
        let pages = try run(
            """
            DELETE FROM main.router_traffic WHERE grain = 1 AND starts_at < $1 AND (router, starts_at) IN
                (SELECT t.router, t.starts_at FROM main.router_traffic AS t
                WHERE t.grain = 1 AND t.starts_at < $1 ORDER BY t.starts_at LIMIT $2)
            """, instant - TrafficPage.Grain.coarse.page, limit)
        let sessions = try run(
            """
            DELETE FROM main.router_session WHERE id IN
                (SELECT s.id FROM main.router_session AS s WHERE s.id < $1 AND s.ended_at < $2 ORDER BY s.id LIMIT $3)
            """, ID<LiveSession>(firstAt: instant), instant, limit)
        return pages + sessions
    }
}
