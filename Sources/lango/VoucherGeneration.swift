import Arguments
import Catalog
import SQL
import Tenancy
import Values
import Vouchers

/// `lango vouchers generate`: what can go wrong is found before anything is stored, and told with what was stored after.
enum VoucherGeneration {
    /// Why the command ended early, and what there is of the batch.
    struct CutShort: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let now = SystemClock.now()
        let order = try order(invocation, desk, at: now)
        guard invocation.has("no-file") != (invocation["out"] != nil) else { throw Misuse("give --out or --no-file") }
        let target = invocation.has("no-file") ? nil : try desk.target(invocation)
        if case .cards(_, let design, let format)? = target { try desk.tryOut(order, design, format) }
        guard let batch = try make(order, desk, at: now) else { return }
        guard let target else {
            Console.show("batch \(batch.number): \(counted(batch.size, "voucher"))")
            return
        }
        do {
            try desk.write(batch, order.offer, to: target)
        } catch {
            throw CutShort(
                description:
                    "\(Sentence.about(error)); batch \(batch.number) is stored, do not make it again, write it "
                    + "with: \(printing(batch, invocation))")
        }
    }

    private static func order(_ invocation: Invocation, _ desk: VoucherDesk, at now: Instant) throws -> BatchOrder {
        let count = try invocation.number("count", in: 1...BatchOrder.largestSize) ?? 0
        let offer = try desk.package(named: invocation.required("package"))
        let site = try invocation["site"].map { try desk.site(named: $0) }
        let validFor = try invocation["valid-for"].map { text in
            guard let span = Span(text) else { throw Misuse("--valid-for takes a span such as 90d") }
            return span
        }
        return try BatchOrder(
            offer: offer, site: site?.id, size: count, format: try format(invocation),
            note: try invocation["note"].map { try CleanText.line($0, maximum: 120) } ?? "", validFrom: now,
            validUntil: validFor.map { now + $0 }, madeBy: "command line")
    }

    private static func format(_ invocation: Invocation) throws -> CodeFormat {
        let alphabet: Alphabet =
            switch invocation["alphabet"] ?? "standard" {
            case "standard": .standard
            case "digits": .digits
            case let characters: try Alphabet(characters)
            }
        return try CodeFormat(
            alphabet: alphabet, length: try invocation.number("length", in: 6...24) ?? 10,
            prefix: invocation["prefix"] ?? "", grouping: try invocation.number("grouping", in: 0...8) ?? 5)
    }

    private static func make(_ order: BatchOrder, _ desk: VoucherDesk, at now: Instant) throws -> Batch? {
        let (id, tenant) = (ID<Batch>(at: now), desk.tenant.id)
        do {
            return try BatchMaker(store: desk.install.store, keys: desk.keys).make(order, as: id, at: now)
        } catch {
            let left = try? desk.install.store.read(.tenant(tenant)) { try $0.batch(id, of: tenant) }
            let rest =
                left.map { "nobody can use what there is of batch \($0.number), and the gateway clears it away" }
                ?? "no batch was made"
            throw CutShort(description: "\(Sentence.about(error)); \(rest)")
        }
    }

    /// The command that writes a batch which is stored.
    private static func printing(_ batch: Batch, _ invocation: Invocation) -> String {
        var words = ["lango vouchers print --batch \(batch.number)"]
        for option in ["tenant", "out", "preset", "language", "config", "data"] {
            if let value = invocation[option] { words.append("--\(option) \(quoted(value))") }
        }
        if invocation.has("force") { words.append("--force") }
        return words.joined(separator: " ")
    }

    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-".utf8)

    /// A word as a shell takes it.
    private static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.utf8.allSatisfy({ plain.contains($0) }) { return word }
        let parts = word.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
