import Arguments
import Catalog
import Documents
import Entitlements
import Locales
import Provisioning
import SQL
import Tenancy
import Values
import Vouchers

/// What the voucher commands share: a tenant's store, keys and printer.
struct VoucherDesk {
    let install: Install
    let tenant: Tenant
    let keys: CodeKeys
    let language: Language
    private let printer: VoucherPrinter

    init(_ invocation: Invocation) throws {
        install = try Install(OperationCommands.settings(invocation))
        tenant = try SetupCommands.tenant(invocation, install)
        keys = CodeKeys(install.masterKey)
        let tag = invocation["language"] ?? tenant.language
        language = try install.locales.language(named: tag)
        printer = VoucherPrinter(
            store: install.store, keys: keys, locales: install.locales, publicURL: install.publicURL)
    }

    // MARK: Printing

    /// Where a batch is written, checked before anything is made.
    enum Target {
        case cards(path: String, CardDesign, SheetFormat)
        case table(path: String)
    }

    func target(_ invocation: Invocation) throws -> Target {
        let path = invocation.required("out")
        // Told before a batch is made that nobody could be given.
        guard TextFile.canWrite(path) else { throw Misuse("--out \(path) cannot be written") }
        guard invocation.has("force") || !TextFile.exists(path) else {
            throw Misuse("--out \(path) is there already; choose another name, or replace it with --force")
        }
        if path.hasSuffix(".csv") { return .table(path: path) }
        guard path.hasSuffix(".pdf") else { throw Misuse("--out takes a file that ends in .pdf or .csv") }
        let folder = install.settings.assets + "/vouchers"
        let presets = try SheetPreset.load(directory: folder)
        let name = invocation["preset"] ?? "classic-a4"
        guard let preset = presets.first(where: { $0.name == name }) else {
            throw Misuse("there is no preset \(name); there are: \(presets.map(\.name).joined(separator: ", "))")
        }
        return .cards(path: path, try CardDesign(directory: folder, name: preset.design), preset.format)
    }

    /// Sets a card of an order that is not made yet: a code that is too long for the design is told now.
    func tryOut(_ order: BatchOrder, _ design: CardDesign, _ format: SheetFormat) throws {
        try printer.tryOut(order, of: tenant, at: sites(), language: language, design: design, format: format)
    }

    func write(_ batch: Batch, _ offer: Package, to target: Target) throws {
        let job = VoucherPrinter.Job(tenant: tenant, batch: batch, offer: offer, sites: try sites(), language: language)
        switch target {
        case .cards(let path, let design, let format):
            let pages = try printer.writeCards(job, design: design, format: format, to: .file(path: path))
            if let advice = install.publicURLAdvice { Console.complain(advice) }
            Console.show(
                "batch \(batch.number): \(counted(batch.size, "voucher")), \(counted(pages, "page")) in \(path)")
        case .table(let path):
            try printer.writeTable(job, to: .file(path: path))
            Console.show("batch \(batch.number): \(counted(batch.size, "voucher")) in \(path)")
        }
    }

    // MARK: Finding

    private func sites() throws -> [Site] {
        try install.store.read(.tenant(tenant.id)) { try $0.sites(of: tenant.id) }
    }

    /// An instant on the tenant's clocks: `2026-11-20T12:00:00+03:00`.
    func time(_ instant: Instant) -> String { tenant.time(instant) }

    func package(named name: String) throws -> Package {
        let packages = try install.store.read(.tenant(tenant.id)) { try $0.packages(of: tenant.id) }
        if let found = packages.first(where: { $0.name.lowercased() == name.lowercased() }) { return found }
        throw Misuse("there is no package \(name); there are: \(packages.map(\.name).joined(separator: ", "))")
    }

    func package(_ id: ID<Package>) throws -> Package {
        let found = try install.store.read(.tenant(tenant.id)) { try $0.package(id, of: tenant.id) }
        guard let found else { throw Misuse("the package of this batch is gone") }
        return found
    }

    func site(named name: String) throws -> Site {
        let sites = try sites()
        if let found = sites.first(where: { $0.slug.description == name }) { return found }
        throw Misuse("there is no site \(name); there are: \(sites.map(\.slug.description).joined(separator: ", "))")
    }

    func batch(_ number: String) throws -> Batch {
        guard let wanted = Int(number) else { throw Misuse("--batch takes a batch's number") }
        let found = try install.store.read(.tenant(tenant.id)) { try $0.batch(number: wanted, of: tenant.id) }
        guard let found, found.isComplete else { throw Misuse("there is no batch \(wanted)") }
        return found
    }

    func find(_ typed: String) throws -> VoucherTerms {
        let tenant = tenant.id
        let code = try code(typed)
        for candidate in code.candidates {
            let hash = keys.hash(candidate, of: tenant)
            // Looking locks the row, which a reading connection of PostgreSQL may not.
            let terms = try install.store.writeNow(.tenant(tenant)) { try $0.voucher(hashed: hash, of: tenant) }
            if let terms { return terms }
        }
        throw Misuse("no voucher has this code")
    }

    /// What a person typed as one of the tenant's codes.
    ///
    /// - Throws: `Misuse` where it cannot be one.
    func code(_ typed: String) throws -> TypedCode {
        let formats = try install.store.read(.tenant(tenant.id)) { try $0.codeFormats(of: tenant.id) }
        do throws(TypedCode.Flaw) {
            return try TypedCode(typed, formats: formats)
        } catch {
            throw Misuse(error == .mistyped ? "one character of the code is wrong" : "that is no voucher code")
        }
    }

    func description(of terms: VoucherTerms) throws -> String {
        let voucher = terms.voucher
        let batch = try install.store.read(.tenant(tenant.id)) { try $0.batch(voucher.batch, of: tenant.id) }
        let isOver = voucher.state == .unused && batch?.isOver(at: SystemClock.now()) == true
        let site = try terms.site.map { id in try sites().first { $0.id == id }?.name ?? "" }
        var lines = [
            "voucher\t\(batch?.number ?? 0)-\(voucher.serial)", "package\t\(terms.offer.name)",
            "site\t\(site ?? "all")", "state\t\(isOver ? "expired" : "\(voucher.state)")",
        ]
        if let until = terms.validUntil { lines.append("good until\t\(time(until))") }
        if let changed = voucher.changedAt {
            lines.append("\(voucher.state == .void ? "voided at" : "used at")\t\(time(changed))")
        }
        guard let id = voucher.entitlement else { return lines.joined(separator: "\n") }
        let (entitlement, devices) = try install.store.read(.tenant(tenant.id)) {
            (try $0.entitlement(id, of: tenant.id), try $0.devices(of: id, of: tenant.id))
        }
        if let entitlement { lines += describe(entitlement) }
        lines += devices.map { "device\t\($0.mac)\tonline \($0.usage.online.text)\t\($0.usage.bytes) bytes" }
        return lines.joined(separator: "\n")
    }

    private func describe(_ entitlement: Entitlement) -> [String] {
        switch entitlement.balance(at: SystemClock.now()) {
        case .ended(let reason, let instant): return ["ended\t\(time(instant)) (\(reason.rawValue))"]
        case .paused(let pause):
            return ["paused until\t\(time(pause.until)) (\(pause.reason == .hours ? "hours" : "fair use"))"]
        case .suspended(let since): return ["suspended since\t\(time(since))"]
        case .live(let remainder):
            return [
                remainder.time.limit.map { "time left\t\($0.text)" },
                remainder.data.limit.map { "data left\t\($0.text)" },
                entitlement.speed.map { "speed\t\($0.text)" },
                entitlement.pacing.boost.map { "boost until\t\(time($0.until))" },
                entitlement.pacing.isBeyondFairUse ? "fair share\tused" : nil,
            ].compactMap(\.self)
        }
    }

    /// Voids a voucher; one that is in use is withdrawn, and the gateway cuts its devices.
    func void(_ voucher: Voucher, at now: Instant) throws -> String {
        let tenant = tenant.id
        return try install.store.writeNow(.tenant(tenant)) { transaction in
            if try transaction.void(voucher.id, of: tenant, at: now) { return "voided" }
            guard let entitlement = voucher.entitlement,
                try !transaction.withdraw(entitlement, .withdrawn, of: tenant, at: now).isEmpty
            else { return "it was void or over already" }
            return "it was in use: withdrawn, its devices are being cut"
        }
    }
}
