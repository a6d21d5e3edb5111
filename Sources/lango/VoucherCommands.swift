import Arguments
import Provisioning
import SQL
import Tenancy
import Vouchers

/// Commands that make, print and look after vouchers.
enum VoucherCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)
    private static let batchOption = Command.Option.value("batch", "N", "the batch's number", isRequired: true)
    private static let outWords =
        "where to write: .pdf for cards, .csv for a table whose codes spreadsheets keep as text"
    private static let printOptions: [Command.Option] = [
        .flag("force", "replace the file where there is one already"),
        .value("preset", "NAME", "how cards are laid out, from vouchers/presets.ini [classic-a4]"),
        .value("language", "TAG", "language of the cards [the tenant's]"),
    ]

    static let boostOptions: [Command.Option] = [
        .value("rate", "RATE", "RouterOS rate-limit, upload/download: 5M/10M"),
        .value("for", "SPAN", "how long it has that speed: 2h, 1d12h"),
        .value("more-data", "VOLUME", "data on top: 500MB, 1.5GB"),
    ]

    static let all: [Command] = [
        Command(
            "vouchers generate", "Makes a batch of vouchers and writes it to a file.",
            options: [
                tenantOption, .value("package", "NAME", "what they are worth", isRequired: true),
                .value("count", "N", "how many, up to 1000000", isRequired: true),
                .value("out", "FILE", outWords),
                .flag("no-file", "only store them; print them later"),
                .value("site", "SLUG", "the one site where they hold [all]"),
                .value("alphabet", "CHARS", "standard, digits, or the characters themselves [standard]"),
                .value("length", "N", "characters to type, 6 to 24 [10]"),
                .value("prefix", "TEXT", "printed before each code"),
                .value("grouping", "N", "a hyphen after so many characters, 0 for none [5]"),
                .value("valid-for", "SPAN", "how long an unused voucher is good [the package's]"),
                .value("note", "TEXT", "a remark, printed on some designs"),
            ] + printOptions + OperationCommands.common
        ) { try VoucherGeneration.run($0) },
        Command("vouchers list", "Lists the batches of a tenant.", options: [tenantOption] + OperationCommands.common) {
            try VoucherTables.list($0)
        },
        Command(
            "vouchers show", "Shows one voucher by its code, as a person types it.", operands: ["CODE"],
            options: [tenantOption] + OperationCommands.common
        ) { try show($0) },
        Command(
            "vouchers print", "Prints the unused vouchers of a batch again.",
            options: [tenantOption, batchOption, .value("out", "FILE", outWords, isRequired: true)] + printOptions
                + OperationCommands.common
        ) { try printAgain($0) },
        Command(
            "vouchers void", "Voids one voucher by its code, or the unused ones of a batch.",
            options: [
                tenantOption, .value("code", "CODE", "one voucher"), .value("batch", "N", "the unused ones of a batch"),
            ] + OperationCommands.common
        ) { try void($0) },
        Command(
            "vouchers boost", "Gives a voucher that is in use another speed for a while, or more data.",
            operands: ["CODE"],
            options: [tenantOption] + boostOptions + OperationCommands.common
        ) { try boost($0) },
        Command(
            "vouchers stats", "Counts unused, expired, used and void vouchers of each batch.",
            options: [tenantOption] + OperationCommands.common
        ) { try VoucherTables.stats($0) },
    ]

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
        try desk.write(batch, try desk.package(batch.package), to: desk.target(invocation))
    }

    /// - Throws: `Misuse` where what is to be given cannot be read.
    static func boostOrder(_ invocation: Invocation) throws -> BoostOrder {
        guard
            let order = BoostOrder(
                rate: invocation["rate"] ?? "", span: invocation["for"] ?? "", volume: invocation["more-data"] ?? "")
        else { throw Misuse("give --rate such as 5M/10M with --for such as 2h, or --more-data such as 1GB, or both") }
        return order
    }

    private static func boost(_ invocation: Invocation) throws {
        let order = try boostOrder(invocation)
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let voucher = try desk.find(invocation.operand("CODE")).voucher
        let (tenant, now) = (desk.tenant.id, SystemClock.now())
        let work = try desk.install.store.writeNow(.tenant(tenant)) { transaction in
            try voucher.entitlement.flatMap { id throws(SQLError) in
                try transaction.boost(id, order, of: tenant, at: now)
            }
        }
        guard work != nil else { throw Declined("the voucher is not in use") }
        Console.show("given; devices that are online get it at once")
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
            Console.show("voided \(counted(count, "voucher")) of batch \(batch.number)")
        default: throw Misuse("give --code or --batch")
        }
    }
}

/// `1 page`, `2 pages`.
func counted(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
