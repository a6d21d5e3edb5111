import Adoption
import HTTPServer
import Inventory
import Provisioning
import SQL
import Tenancy
import Values

/// A part of a router's page.
enum RouterTab: Hashable, Sendable {
    case section(Section)
    /// Who is online.
    case sessions
    /// What passes, and how the board fares.
    case traffic
    /// Where it was not as the database says.
    case drift
    /// What changed from reading to reading.
    case changes

    static let all =
        [.section(.overview), .sessions, .traffic, .drift]
        + Section.allCases.filter { $0 != .overview }.map { .section($0) } + [RouterTab.changes]

    init?(_ word: String) {
        if let plain = [RouterTab.sessions, .traffic, .drift, .changes].first(where: { $0.word == word }) {
            self = plain
        } else if let section = Section(rawValue: word) {
            self = .section(section)
        } else {
            return nil
        }
    }

    /// The end of its address and of its message's key.
    var word: String {
        switch self {
        case .section(let section): section.rawValue
        case .sessions: "sessions"
        case .traffic: "traffic"
        case .drift: "drift"
        case .changes: "changes"
        }
    }
}

/// One part of what is known of a router, as it was read from the store.
struct RouterView: Sendable {
    static let mostSurveys = 30

    let router: Router
    let siteName: String
    let tab: RouterTab
    /// Whether it came by a line, so that a line can undo it.
    let isAdopted: Bool
    /// How the ways to it fared when they were tried last; on the first page only.
    let ways: [WayStanding]
    let inventory: RouterInventory?
    /// How each table's reading went, by path; without rows.
    let standings: [String: StoredTable]
    /// The tables of the part, in the order of the plan; without those that the router does not have.
    let tables: [(plan: SurveyedTable, stored: StoredTable)]
    /// The last surveys that found something new.
    let surveys: [PastSurvey]

    /// - Throws: `RequestRefusal.notFound` for a router of nobody or somebody else.
    init(
        _ id: ID<Router>, of tenant: ID<Tenant>, _ tab: RouterTab, only path: String?,
        _ transaction: borrowing Transaction
    ) throws {
        guard let router = try transaction.router(id, of: tenant) else { throw RequestRefusal.notFound }
        self.router = router
        self.tab = tab
        siteName = try transaction.sites(of: tenant).first { $0.id == router.site }?.name ?? ""
        isAdopted = try transaction.adoption(of: id, .adopt, of: tenant) != nil && router.state.isServed
        ways = tab == .section(.overview) ? try transaction.wayStandings(of: id, of: tenant) : []
        inventory = try transaction.inventory(of: id, of: tenant)
        let counts = try transaction.tableCounts(of: id, of: tenant)
        standings = Dictionary(counts.map { ($0.path, $0) }) { first, _ in first }
        var tables: [(plan: SurveyedTable, stored: StoredTable)] = []
        for plan in SurveyPlan.tables where tab == .section(plan.section) && (path == nil || path == plan.path) {
            guard let stored = try transaction.storedTable(plan.path, of: id, of: tenant), stored.standing != .absent
            else { continue }
            tables.append((plan, stored))
        }
        self.tables = tables
        let count = tab == .changes ? Self.mostSurveys : tab == .section(.overview) ? 3 : 0
        surveys =
            count == 0
            ? [] : try transaction.surveys(of: id, of: tenant, changedOnly: true, atMost: count)
    }

    /// The parts that have something to show.
    var tabs: [RouterTab] {
        RouterTab.all.filter { tab in
            guard case .section(let section) = tab, section != .overview, !standings.isEmpty else { return true }
            return SurveyPlan.tables.contains {
                $0.section == section && standings[$0.path].map { $0.standing != .absent } ?? false
            }
        }
    }

    /// The row of a record of this part.
    func record(_ path: String) -> InventoryRow? { tables.first { $0.plan.path == path }?.stored.rows.first }
}
