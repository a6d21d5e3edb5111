import Arguments
import Catalog
import Documents
import Locales
import SQL
import Tenancy
import Values
import Vouchers

/// Commands that make, print and look after vouchers.
enum VoucherCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)
    private static let batchOption = Command.Option.value("batch", "N", "the batch's number", isRequired: true)
    private static let outOption = Command.Option.value("out", "FILE", "where to write: .pdf or .csv", isRequired: true)
    private static let printOptions: [Command.Option] = [
        .value("preset", "NAME", "how cards are laid out, from vouchers/presets.ini [classic-a4]"),
        .value("language", "TAG", "language of the cards [the tenant's]"),
    ]

    static let all: [Command] = [
        Command(
            "vouchers generate", "Makes a batch of vouchers and writes it to a file.",
            options: [
                tenantOption, .value("package", "NAME", "what they are worth", isRequired: true),
                .value("count", "N", "how many, up to 1000000", isRequired: true),
                .value("out", "FILE", "where to write: .pdf or .csv"),
                .flag("no-file", "only store them; print them later"),
                .value("site", "SLUG", "the one site where they hold [all]"),
                .value("alphabet", "CHARS", "standard, digits, or the characters themselves [standard]"),
                .value("length", "N", "characters to type, 6 to 24 [10]"),
                .value("prefix", "TEXT", "printed before each code"),
                .value("grouping", "N", "a hyphen after so many characters, 0 for none [5]"),
                .value("valid-for", "SPAN", "how long an unused voucher is good [the package's]"),
                .value("note", "TEXT", "a remark, printed on some designs"),
            ] + printOptions + OperationCommands.common
        ) { try generate($0) },
        Command("vouchers list", "Lists the batches of a tenant.", options: [tenantOption] + OperationCommands.common) {
            try list($0)
        },
        Command(
            "vouchers show", "Shows one voucher by its code, as a person types it.", operands: ["CODE"],
            options: [tenantOption] + OperationCommands.common
        ) { try show($0) },
        Command(
            "vouchers print", "Prints the unused vouchers of a batch again.",
            options: [tenantOption, batchOption, outOption] + printOptions + OperationCommands.common
        ) { try printAgain($0) },
        Command(
            "vouchers void", "Voids one voucher by its code, or the unused ones of a batch.",
            options: [
                tenantOption, .value("code", "CODE", "one voucher"), .value("batch", "N", "the unused ones of a batch"),
            ] + OperationCommands.common
        ) { try void($0) },
        Command(
            "vouchers stats", "Counts unused, used and void vouchers of each batch.",
            options: [tenantOption] + OperationCommands.common
        ) { try stats($0) },
    ]

    private static func generate(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        guard let count = try invocation.number("count", in: 1...BatchOrder.largestSize) else { return }
        let offer = try desk.package(named: invocation.required("package"))
        let site = try invocation["site"].map { try desk.site(named: $0) }
        guard invocation.has("no-file") != (invocation["out"] != nil) else { throw Misuse("give --out or --no-file") }
        let target = invocation.has("no-file") ? nil : try desk.target(invocation)
        let now = SystemClock.now()
        let validFor = try invocation["valid-for"].map { text in
            guard let span = Span(text) else { throw Misuse("--valid-for takes a span such as 90d") }
            return span
        }
        let order = try BatchOrder(
            offer: offer, site: site?.id, size: count, format: try format(invocation),
            note: try invocation.optionalLine("note", maximum: 120) ?? "", validFrom: now,
            validUntil: validFor.map { now + $0 }, madeBy: "command line")
        let maker = BatchMaker(store: desk.install.store, keys: desk.keys)
        guard let batch = try maker.make(order, at: now) else { return }
        if let target {
            try desk.write(batch, offer, to: target)
        } else {
            Console.show("batch \(batch.number): \(batch.size) vouchers")
        }
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

    private static func list(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let (batches, packages) = try desk.install.store.read(.tenant(tenant)) {
            (try $0.batches(of: tenant, atMost: 1_000), try $0.packages(of: tenant))
        }
        let names = Dictionary(uniqueKeysWithValues: packages.map { ($0.id, $0.name) })
        for batch in batches {
            let until = batch.validUntil.map { "until \($0.iso8601)" } ?? "for ever"
            let state = batch.isComplete ? "" : "\tnot finished"
            Console.show(
                "\(batch.number)\t\(batch.size)\t\(names[batch.package] ?? "")\t\(batch.madeAt.iso8601)\t\(until)"
                    + "\t\(batch.madeBy)\(state)")
        }
    }

    private static func show(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let found = try desk.find(invocation.operand("CODE"))
        Console.show(try desk.description(of: found))
    }

    private static func printAgain(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let batch = try desk.batch(invocation.required("batch"))
        let offer = try desk.package(batch.package)
        try desk.write(batch, offer, to: desk.target(invocation))
    }

    private static func void(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let now = SystemClock.now()
        switch (invocation["code"], invocation["batch"]) {
        case (let code?, nil):
            let found = try desk.find(code)
            Console.show(try desk.void(found.voucher, at: now))
        case (nil, let number?):
            let batch = try desk.batch(number)
            let count = try desk.install.store.writeNow(.tenant(tenant)) { try $0.voidUnused(of: batch, at: now) }
            Console.show("voided \(count) vouchers of batch \(batch.number)")
        default: throw Misuse("give --code or --batch")
        }
    }

    private static func stats(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        Console.show("batch\tunused\tused\tvoid")
        try desk.install.store.read(.tenant(tenant)) { transaction in
            for batch in try transaction.batches(of: tenant, atMost: 1_000) {
                let count = try transaction.count(batch)
                Console.show("\(batch.number)\t\(count.unused)\t\(count.used)\t\(count.void)")
            }
        }
    }
}
