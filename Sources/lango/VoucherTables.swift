import Arguments
import Catalog
import SQL
import Tenancy
import Values
import Vouchers

/// What the voucher commands list: a heading and a line each, with tabs between.
enum VoucherTables {
    private static let mostBatches = 1_000

    /// The batches, newest first; one that is being made, or whose making was cut short, is none yet.
    static func list(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let tenant = desk.tenant.id
        let (batches, packages, sites) = try desk.install.store.read(.tenant(tenant)) {
            (try $0.batches(of: tenant, atMost: mostBatches), try $0.packages(of: tenant), try $0.sites(of: tenant))
        }
        let packageNames = Dictionary(uniqueKeysWithValues: packages.map { ($0.id, $0.name) })
        let siteNames = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.name) })
        Console.show("batch\tvouchers\tpackage\tsite\tmade\tgood until\tmade by\tnote")
        for batch in batches where batch.isComplete {
            let words = [
                String(batch.number), String(batch.size), packageNames[batch.package] ?? "",
                batch.site.map { siteNames[$0] ?? "" } ?? "all", desk.time(batch.madeAt),
                batch.validUntil.map { desk.time($0) } ?? "for ever", batch.madeBy, batch.note,
            ]
            Console.show(words.joined(separator: "\t"))
        }
    }

    /// How many vouchers of each batch are in which state.
    static func stats(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (tenant, now) = (desk.tenant.id, SystemClock.now())
        Console.show("batch\tunused\texpired\tused\tvoid")
        try desk.install.store.read(.tenant(tenant)) { transaction in
            for batch in try transaction.batches(of: tenant, atMost: mostBatches) where batch.isComplete {
                let count = try transaction.count(batch)
                let (unused, expired) = batch.isOver(at: now) ? (0, count.unused) : (count.unused, 0)
                Console.show("\(batch.number)\t\(unused)\t\(expired)\t\(count.used)\t\(count.void)")
            }
        }
    }
}
