import Ledger
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

/// A provider's books in a store of their own.
struct Books: Sendable {
    static let today = BookDay(at: World.noon, offset: World.offset)
    let world: World
    var tenant: ID<Tenant> { world.tenant.id }
    var store: Store { world.store }

    init(_ engine: Engine) throws { world = try World(engine) }

    static func shillings(_ count: Int64) -> Money { Money(minorUnits: count * 100, in: .kes) }

    static let clearing = Account(.clearing, "till", in: .kes)
    static func revenue(_ name: String) -> Account { Account(.revenue, name, in: .kes) }
    static func wallet(_ payer: Int) -> Account { Account(.wallet, "2547\(10_000_000 + payer)", in: .kes) }

    /// Money that goes from one account into another.
    static func move(
        _ shillings: Int64, from credit: Account, to debit: Account, for source: String, on day: BookDay = today
    ) throws -> Posting {
        try Posting(
            id: ID(at: World.noon), for: Posting.Source("test", source), on: day,
            [.debit(debit, Self.shillings(shillings)), .credit(credit, Self.shillings(shillings))])
    }

    /// Enters a posting in a transaction of its own.
    @discardableResult
    func post(_ posting: Posting) throws -> Entry {
        let tenant = tenant
        return try store.writeNow(.tenant(tenant)) { try $0.post(posting, of: tenant, at: World.noon) }
    }

    func balance(_ account: Account) throws -> Int64 {
        let tenant = tenant
        return try store.read(.tenant(tenant)) { try $0.balance(of: account, of: tenant) }.minorUnits / 100
    }

    /// The trial balance is zero, no line is missing or changed, no posting is lopsided.
    func expectSound(_ words: String = "") throws {
        let tenant = tenant
        let (balances, flaws) = try store.read(.tenant(tenant)) {
            (try $0.trialBalances(of: tenant), try $0.ledgerFlaws(of: tenant))
        }
        #expect(balances.allSatisfy { $0.isBalanced }, "\(words): \(balances)")
        #expect(flaws.accounts == 0 && flaws.postings == 0, "\(words): \(flaws)")
    }

    /// How a statement that is not part of the program ends.
    func refusal(_ query: Query, in scope: Scope? = nil) -> SQLError? {
        do {
            try store.writeNow(scope ?? .tenant(tenant)) { _ = try $0.run(query) }
            return nil
        } catch {
            return error as? SQLError
        }
    }
}
