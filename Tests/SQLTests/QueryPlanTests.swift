import Foundation
import TestKit
import TestWorld
import Testing

@testable import SQL

/// No statement of the product reads a whole table, or all rows of a provider, where it wants a few.
///
/// Reads the statements from the sources and asks SQLite how it would go about each; plans are those of a large install
/// (`SQLiteStatistics`). PostgreSQL counts its rows itself.
@Suite struct QueryPlanTests {
    /// Tables that have a few rows for each provider, or that lists show whole.
    private static let small: Set = [
        "tenant", "site", "router", "package", "batch", "rail_account", "sender_account", "message_hours", "directory",
        "ledger_book", "ledger_closing", "router_inventory", "router_watch", "router_sweep", "guess",
    ]

    /// Walks that are meant: where, over what, and why.
    private static let meant: [(place: String, table: String, reason: String)] = [
        ("Ledger/TrialBalance.swift", "ledger_account", "a trial balance names every account"),
        ("Ledger/TrialBalance.swift", "ledger_line", "the proof of the books adds all lines; a command runs it"),
        ("Ledger/TrialBalance.swift", "ledger_posting", "the proof of the books looks at all postings"),
        ("Entitlements/Session.swift", "session", "counts what is online, in an index of just that"),
        ("Entitlements/FairUseNotice.swift", "fair_use_notice", "what is told within seconds"),
        ("Entitlements/EntitlementQueries.swift", "device", "a start reads the devices that hold"),
        ("Guests/Pairing.swift", "pairing", "codes that a television shows live for minutes"),
        ("Messages/Message+Store.swift", "message", "a page of failed messages, in an index of just those"),
        ("Inventory/RouterInventory.swift", "router_table_past", "settings of routers as they were, once a day"),
        ("Messages/MessageCounts.swift", "message_report", "an index of the unknown ones"),
        ("Payments/PaymentCounts.swift", "payment", "indexes of the open ones and of those to be looked at"),
        ("Payments/PaymentCounts.swift", "payment_notice", "an index of the unknown ones"),
        ("Payments/PaymentCounts.swift", "payment_receipt", "an index of the unassigned ones"),
        ("Payments/Review.swift", "payment", "an index of those to be looked at"),
        ("Payments/Refund.swift", "payment_refund", "two persons make each: there are few"),
        ("Provisioning/Effect.swift", "effect", "an index of the waiting ones"),
        ("Subscribers/LineQueries.swift", "line", "a page of a provider's lines by name, or all of them for a list"),
    ]

    @Test("What is looked for is found by an index that knows it")
    func plans() throws {
        let store = try Engine.sqlite.freshStore(World.migrations)
        defer { store.close() }
        var explained = 0
        try store.read(.platform) { transaction in
            for (place, text) in try Self.statements() {
                guard let steps = try? Self.plan(of: text, in: transaction.session) else { continue }
                explained += 1
                for step in steps {
                    guard let table = Self.walked(step, in: text) else { continue }
                    let isMeant =
                        Self.small.contains(table)
                        || Self.meant.contains { place.hasSuffix($0.place) && $0.table == table }
                    #expect(isMeant, "\(place): \(step)\n\(text)")
                }
            }
        }
        #expect(explained > 340, "\(explained) statements were found")
    }

    /// The table of a step that reads all of it, or all rows of one provider; nil for any other step.
    private static func walked(_ step: String, in text: String) -> String? {
        let words = step.split(separator: " ")
        guard words.count > 1, !words[1].hasPrefix("(subquery") else { return nil }
        guard words[0] == "SCAN" && words[1] != "CONSTANT" || step.hasSuffix("(tenant=?)") else { return nil }
        let name = String(words[1].split(separator: ".").last ?? "")
        guard let alias = try? Regex("(\\w+|\\)) AS \(name)\\b"), let named = text.firstMatch(of: alias) else {
            return name
        }
        // What a subquery found is as short as that made it.
        return named[1].substring == ")" ? nil : named[1].substring.map(String.init)
    }

    private static func plan(of text: String, in session: any Session) throws -> [String] {
        var steps: [String] = []
        // A value that the planner does not know either.
        let text = text.replacing(/\$[0-9]+/, with: "lango_tenant()")
        try session.unchecked("EXPLAIN QUERY PLAN \(text)", lexically: false) { (row: borrowing Row) throws(SQLError) in
            steps.append(try row[3])
        }
        return steps
    }

    /// Every text in the sources that begins as a statement does, and where it stands.
    private static func statements() throws -> [(place: String, text: String)] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter {
            $0.hasSuffix(".swift") && !$0.hasPrefix("SQL/")
        }
        return try files.sorted().flatMap { file in
            let lines = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            let long = lines.matches(of: /"""\n((?s).*?)\n\s*"""/).map { String($0.1) }
            let short = lines.matches(of: /"((?:SELECT|UPDATE|DELETE|INSERT|WITH) [^"\n]*)"/).map { String($0.1) }
            return (long + short).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                .filter { $0.prefixMatch(of: /SELECT|UPDATE|DELETE|INSERT|WITH/) != nil }.map { (file, $0) }
        }
    }
}
