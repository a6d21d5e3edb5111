package import Catalog
import Crypto
package import Documents
package import Locales
package import SQL
package import Tenancy
import Threads
package import Values

/// Prints a batch: as cards in a PDF, or as a table for spreadsheets.
package struct VoucherPrinter: Sendable {
    /// Vouchers a look into the store.
    private static let chunk = 2_000
    /// Cards that are handed to drawing at a time.
    private static let handful = 40
    /// How many characters of networks' names fit on the narrowest card that tells them.
    private static let roomForNetworks = 36

    private let store: Store
    private let keys: CodeKeys
    private let locales: Locales
    /// Where phones find this gateway, for the QR code; without a slash at the end.
    private let publicURL: String

    package init(store: Store, keys: CodeKeys, locales: Locales, publicURL: String) {
        self.store = store
        self.keys = keys
        self.locales = locales
        self.publicURL = publicURL
    }

    /// What all cards of a batch share.
    package struct Job: Sendable {
        package let tenant: Tenant
        package let batch: Batch
        package let offer: Package
        package let language: Language
        /// Where the cards are used: the batch's own site alone, or all of the tenant's.
        fileprivate let sites: [Site]

        /// `sites` are all of the tenant's.
        package init(tenant: Tenant, batch: Batch, offer: Package, sites: [Site], language: Language) {
            self.tenant = tenant
            self.batch = batch
            self.offer = offer
            self.language = language
            self.sites = batch.site == nil ? sites : sites.filter { $0.id == batch.site }
        }

        /// The one site where the batch holds; nil where it holds at all.
        fileprivate var site: Site? { batch.site == nil ? nil : sites.first }
    }

    /// Sets one card of an order that is not made yet, and keeps nothing: what would fail later fails now.
    ///
    /// - Throws: `DocumentError`, such as for codes that are too long for the design.
    package func tryOut(
        _ order: BatchOrder, of tenant: Tenant, at sites: [Site], language: Language, design: CardDesign,
        format: SheetFormat
    ) throws {
        let batch = Batch(
            id: ID(at: order.validFrom), tenant: tenant.id, package: order.offer.id, site: order.site, number: 1,
            size: order.size, format: order.format, note: order.note, validFrom: order.validFrom,
            validUntil: order.validUntil, madeBy: order.madeBy, madeAt: order.validFrom, isComplete: false)
        let job = Job(tenant: tenant, batch: batch, offer: order.offer, sites: sites, language: language)
        try tryOut(job, design: design, format: format)
    }

    /// Sets one card as those of a batch will be, and keeps nothing.
    ///
    /// - Throws: `DocumentError`, such as for codes that are too long for the design.
    package func tryOut(_ job: Job, design: CardDesign, format: SheetFormat) throws {
        let writer = try sheet(job, design, format, cards: 1, to: .chunks { _ in })
        var picker = RandomPicker(alphabet: job.batch.format.alphabet.symbols)
        let code = job.batch.format.makeCode(&picker)
        try writer.add(card(job, commonFields(job), serial: job.batch.size, code))
        _ = try writer.finish()
    }

    /// Writes the unused vouchers of a batch as cards.
    ///
    /// - Throws: `DocumentError`, `SQLError`, and `PrintRefusal.nothingLeft` where every voucher is used or void.
    /// - Returns: the number of pages.
    package func writeCards(
        _ job: Job, design: CardDesign, format: SheetFormat, to output: DocumentOutput
    ) throws -> Int {
        let count = try store.read(.tenant(job.tenant.id)) { try $0.count(job.batch).unused }
        guard count > 0 else { throw PrintRefusal.nothingLeft }
        defer { DocumentMemory.giveBack() }
        return try writeSheet(job, count, design, format, to: output)
    }

    private func writeSheet(
        _ job: Job, _ count: Int, _ design: CardDesign, _ format: SheetFormat, to output: DocumentOutput
    ) throws -> Int {
        let writer = try sheet(job, design, format, cards: count, to: output)
        let belt = Conveyor<[Card]>(room: 4)
        // Opening codes and making symbols takes as long as drawing them.
        let thread = OwnThread.needed(named: "lango-cards") { [self] in
            do {
                try prepare(job, count, onto: belt)
                belt.end()
            } catch {
                belt.end(error)
            }
        }
        defer {
            belt.abandon()
            thread.join()
        }
        while let cards = try belt.take() {
            for card in cards { try writer.add(card) }
        }
        return try writer.finish()
    }

    private func prepare(_ job: Job, _ count: Int, onto belt: Conveyor<[Card]>) throws {
        let common = commonFields(job)
        var cards: [Card] = []
        try forEachUnused(job.batch, atMost: count) { voucher, code in
            cards.append(card(job, common, serial: voucher.serial, code).prepared)
            guard cards.count == Self.handful else { return }
            guard belt.put(cards) else { throw CancellationError() }
            cards = []
        }
        _ = belt.put(cards)
    }

    private func sheet(
        _ job: Job, _ design: CardDesign, _ format: SheetFormat, cards: Int, to output: DocumentOutput
    ) throws -> VoucherSheetWriter {
        let colour = CardColour(job.tenant.brand.colour.description) ?? .black
        return try VoucherSheetWriter(
            design: design, format: format,
            brand: CardBrand(name: job.tenant.name, colour: colour, logo: job.tenant.brand.logo?.bytes),
            cards: cards, labels: labels(job), title: "\(job.tenant.name) \(job.batch.number)",
            footer: footer(job), to: output)
    }

    private func card(_ job: Job, _ common: [CardField: String], serial: Int, _ code: VoucherCode) -> Card {
        var fields = common
        fields[.code] = job.batch.format.printed(code)
        fields[.serial] = "\(job.batch.number)-\(serial)"
        return Card(fields: fields, qr: link(job, code))
    }

    /// Writes every voucher of a batch as a row, codes of unused ones only.
    ///
    /// Batch and serial number stand apart, and codes in groups that a spreadsheet takes for text: `5-1` would become
    /// a date there.
    ///
    /// - Throws: `DocumentError`, `SQLError`.
    package func writeTable(_ job: Job, to output: DocumentOutput) throws {
        let exponent = job.offer.price.currency.exponent
        let writer = try CSVWriter(
            columns: [
                "batch", "serial", "code", "package", "price", "currency", "state", "valid_until", "site", "link",
            ], to: output)
        try forEachVoucher(job.batch) { voucher in
            let code = voucher.state == .unused ? try voucher.code(keys) : nil
            try writer.row([
                .number(Int64(job.batch.number)), .number(Int64(voucher.serial)),
                code.map { .text(job.batch.format.tabulated($0)) } ?? .empty, .text(job.offer.name),
                .decimal(job.offer.price.minorUnits, places: exponent), .text(job.offer.price.currency.code),
                .text("\(voucher.state)"), job.batch.validUntil.map { .text($0.iso8601) } ?? .empty,
                job.site.map { .text($0.name) } ?? .empty, code.map { .text(link(job, $0)) } ?? .empty,
            ])
        }
        try writer.finish()
    }

    private func forEachVoucher(_ batch: Batch, _ body: (Voucher) throws -> Void) throws {
        var serial = 0
        while true {
            let page = try store.read(.tenant(batch.tenant)) {
                try $0.vouchers(of: batch, after: serial, atMost: Self.chunk)
            }
            for voucher in page { try body(voucher) }
            guard let last = page.last, page.count == Self.chunk else { return }
            serial = last.serial
        }
    }

    private func forEachUnused(
        _ batch: Batch, atMost limit: Int, _ body: (Voucher, VoucherCode) throws -> Void
    ) throws {
        // A voucher that is used while the sheet is written would leave a gap in the announced number.
        var left = limit
        try forEachVoucher(batch) { voucher in
            guard voucher.state == .unused, left > 0 else { return }
            left -= 1
            try body(voucher, try voucher.code(keys))
        }
    }

    /// The address behind the QR code: the site's where the batch holds at one only.
    private func link(_ job: Job, _ code: VoucherCode) -> String {
        let site = job.site.map { "/\($0.slug)" } ?? ""
        return "\(publicURL)/hotspot/\(job.tenant.slug)\(site)/v/\(code.text)"
    }

    private func labels(_ job: Job) -> [String: String] {
        func words(_ key: String, _ facts: [(String, Fact)] = []) -> String {
            locales.format(key, job.language, facts)
        }
        return [
            "code": words("print.code"), "scan": words("print.scan"),
            "validity": words("print.expires", [("date", .text("{}"))]),
            "how": words("print.how"), "step1": firstStep(job), "step2": words("print.step.open"),
            "step3": words("print.step.enter"),
        ]
    }

    /// Which Wi-Fi to join: the name or the few names of the sites where the batch holds.
    private func firstStep(_ job: Job) -> String {
        var names: [String] = []
        for site in job.sites where !names.contains(site.networkName) { names.append(site.networkName) }
        let text = names.joined(separator: " · ")
        guard (1...Self.roomForNetworks).contains(text.count) else {
            return locales.format("print.step.join.any", job.language, [])
        }
        return locales.format("print.step.join", job.language, [("ssid", .text(text))])
    }

    private func footer(_ job: Job) -> SheetFooter {
        let (price, language, locales) = (job.offer.price, job.language, locales)
        let title = locales.format(
            "print.batch", language, [("number", .number(Int64(job.batch.number))), ("package", .text(job.offer.name))])
        return SheetFooter(title: title) { page in
            let onSheet = Int64(page.lastCard - page.firstCard + 1)
            return locales.format(
                "print.sheet", language,
                [
                    ("page", .number(Int64(page.number))), ("pages", .number(Int64(page.count))),
                    ("first", .number(Int64(page.firstCard))), ("last", .number(Int64(page.lastCard))),
                    ("cards", .number(Int64(page.cards))), ("sum", .money(price * onSheet)),
                    ("total", .money(price * Int64(page.cards))),
                ])
        }
    }

    private func commonFields(_ job: Job) -> [CardField: String] {
        let (offer, language) = (job.offer, job.language)
        var fields: [CardField: String] = [
            .package: offer.name, .price: unbroken(.money(offer.price), language), .brand: job.tenant.name,
            .url: publicURL.split(separator: "/").last.map(String.init) ?? publicURL,
        ]
        if let span = offer.duration { fields[.duration] = unbroken(.span(span), language) }
        if let data = offer.data.limit { fields[.data] = unbroken(.volume(data), language) }
        if let rate = offer.rateLimit { fields[.speed] = "\(rate.rate.download.text)bit/s" }
        if offer.deviceLimit > 1 {
            fields[.devices] = locales.format(
                "package.devices", language, [("count", .number(Int64(offer.deviceLimit)))])
        }
        if let until = job.batch.validUntil {
            let zone = TimeZoneID(validating: job.tenant.timeZone) ?? .utc
            fields[.validity] = locales.date(until, language, skeleton: "yMMMd", zone: zone)
        }
        if let site = job.site { fields[.site] = site.name }
        if !job.batch.note.isEmpty { fields[.note] = job.batch.note }
        return fields
    }

    /// A figure with its unit, which no end of a line parts.
    private func unbroken(_ fact: Fact, _ language: Language) -> String {
        locales.words(fact, language).split(separator: " ").joined(separator: "\u{A0}")
    }
}

/// Why nothing is printed.
package enum PrintRefusal: Refusal, Hashable {
    case nothingLeft
    /// A code or a text does not go into the design.
    case doesNotFit
    /// There is no preset of this name; these there are.
    case unknownPreset(known: [String])

    package var kind: RefusalKind {
        switch self {
        case .nothingLeft, .doesNotFit: .conflict
        case .unknownPreset: .invalid
        }
    }

    package var code: String {
        switch self {
        case .nothingLeft: "print.nothing-left"
        case .doesNotFit: "print.does-not-fit"
        case .unknownPreset: "print.unknown-preset"
        }
    }

    package var facts: [String: Fact] {
        switch self {
        case .nothingLeft, .doesNotFit: [:]
        case .unknownPreset(let known): ["presets": .text(known.joined(separator: ", "))]
        }
    }
}
