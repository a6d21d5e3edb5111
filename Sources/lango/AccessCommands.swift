import Arguments
import Entitlements
import Provisioning
import SQL
import Support
import Tenancy
import Values

/// Commands for what vouchers, payments and trials gave; the running gateway carries each change to the routers.
enum AccessCommands {
    private static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common
    private static let names = "NAME is what `lango why` takes: a code, a phone number, a receipt, a device's address."

    static let all: [Command] = [
        Command(
            "access suspend",
            """
            Keeps an access from being used until it is restored; its devices are cut at once. Connected time and data \
            are kept, an end by the clock still comes. \(names)
            """,
            operands: ["NAME"],
            options: [
                .value("reason", "TEXT", "why; for staff, customers are not told", isRequired: true),
                PaymentCommands.person,
            ] + common
        ) { try suspend($0) },
        Command(
            "access restore",
            "Lets a suspended access be used again, and its devices in that were connected. \(names)",
            operands: ["NAME"], options: [PaymentCommands.person] + common
        ) { try restore($0) },
        Command(
            "access speed",
            """
            Gives an access another speed in place of its package's, at once; a boost and fair use stand above it. \
            \(names)
            """,
            operands: ["NAME"],
            options: [
                .value("rate", "RATE", "RouterOS rate-limit, upload/download: 5M/10M"),
                .flag("as-package", "the package's speed again"),
            ] + common
        ) { try setSpeed($0) },
        Command(
            "access remove-device",
            """
            Sends a device away: it is cut and its place is free; what it has used stays counted, and it may come back \
            while there is a place. \(names)
            """,
            operands: ["NAME"], options: [.value("device", "MAC", "the device [the one named]")] + common
        ) { try removeDevice($0) },
    ]

    private static func suspend(_ invocation: Invocation) throws {
        let (reason, person) = (try invocation.line("reason", maximum: 200), try invocation.line("by", maximum: 80))
        try order(invocation, "suspended; its devices are being cut") { transaction, id, desk in
            _ = try transaction.suspend(id, because: reason, by: person, of: desk.tenant.id, at: SystemClock.now())
        }
    }

    private static func restore(_ invocation: Invocation) throws {
        let person = try invocation.line("by", maximum: 80)
        try order(invocation, "restored; its devices are let in where they wait") { transaction, id, desk in
            _ = try transaction.restore(id, by: person, of: desk.tenant.id, at: SystemClock.now())
        }
    }

    private static func setSpeed(_ invocation: Invocation) throws {
        let rate = try invocation["rate"].map { text in
            guard let rate = RateLimit(text) else { throw AccessRefusal.rateUnfit }
            return rate
        }
        guard (rate == nil) == invocation.has("as-package") else { throw Misuse("give --rate or --as-package") }
        try order(invocation, "set; devices that are online get it at once") { transaction, id, desk in
            _ = try transaction.setSpeed(rate, of: id, of: desk.tenant.id, at: SystemClock.now())
        }
    }

    private static func removeDevice(_ invocation: Invocation) throws {
        let text = invocation["device"] ?? invocation.operand("NAME")
        guard let mac = MACAddress(text) else { throw Misuse("--device takes a hardware address: 02:00:00:00:00:01") }
        try order(invocation, "\(mac) is removed and is being cut") { transaction, id, desk in
            _ = try transaction.sendAway(mac, from: id, of: desk.tenant.id, at: SystemClock.now())
        }
    }

    /// Finds the access that is meant and carries out an order in the same write.
    private static func order(
        _ invocation: Invocation, _ words: String,
        _ deed: @escaping @Sendable (borrowing Transaction, ID<Entitlement>, VoucherDesk) throws -> Void
    ) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let name = invocation.operand("NAME")
        try desk.install.store.writeNow(.tenant(desk.tenant.id)) { transaction in
            let facts = try transaction.accessFacts(
                about: name, of: desk.tenant.id, keys: desk.keys, andLines: true, at: SystemClock.now())
            guard facts.line == nil else { throw AccessRefusal.isLine }
            guard let id = facts.entitlement?.id else { throw AccessRefusal.none }
            try deed(transaction, id, desk)
        }
        Console.show(words)
    }
}
