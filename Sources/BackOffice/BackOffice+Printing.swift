import Catalog
import Documents
import HTTPServer
import Locales
import SQL
import Templates
import Tenancy
import Threads
import Values
import Vouchers

extension BackOffice {
    /// The unused vouchers of a batch as cards: a PDF, made while it is sent.
    func cards(_ request: Request) throws -> Response {
        guard let choice = designs[try request.query("preset") ?? designs.choices.first?.preset.name ?? ""] else {
            throw PrintRefusal.unknownPreset(known: designs.choices.map(\.preset.name))
        }
        let (job, unused) = try printJob(request)
        guard unused > 0 else { throw PrintRefusal.nothingLeft }
        guard let seat = presses.take() else { throw OfficeRefusal.busy }
        let printer = printer
        return .later { resumption in
            // Once the first byte is out there is no way to tell what is wrong.
            let thread = OwnThread(named: "office-card") {
                let trial = Result { try printer.tryOut(job, design: choice.design, format: choice.preset.format) }
                resumption.finish {
                    do { try trial.get() } catch let error as DocumentError where error.kind == .content {
                        throw PrintRefusal.doesNotFit
                    }
                    return .stream(
                        type: "application/pdf", filename: "\(job.tenant.slug)-\(job.batch.number).pdf"
                    ) { writer in
                        defer { withExtendedLifetime(seat) {} }
                        _ = try printer.writeCards(
                            job, design: choice.design, format: choice.preset.format,
                            to: .chunks { try writer.write($0.array) })
                    }
                }
            }
            if thread == nil { resumption.finish { throw OfficeRefusal.busy } }
        }
    }

    /// Every voucher of a batch as a table for spreadsheets; codes of unused ones only.
    func table(_ request: Request) throws -> Response {
        let (job, _) = try printJob(request)
        guard let seat = presses.take() else { throw OfficeRefusal.busy }
        let printer = printer
        return .stream(type: "text/csv; charset=utf-8", filename: "\(job.tenant.slug)-\(job.batch.number).csv") {
            writer in
            defer { withExtendedLifetime(seat) {} }
            try printer.writeTable(job, to: .chunks { try writer.write($0.array) })
        }
    }

    private func printJob(_ request: Request) throws -> (job: VoucherPrinter.Job, unused: Int) {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let number = try batchNumber(request)
        let language =
            try request.query("language").flatMap { locales.language($0) }
            ?? locales.language(visit.tenant.language) ?? .english
        let tenant = visit.tenant
        return try store.read(.tenant(tenant.id)) { transaction in
            guard let batch = try transaction.batch(number: number, of: tenant.id), batch.isComplete,
                let offer = try transaction.package(batch.package, of: tenant.id)
            else { throw RequestRefusal.notFound }
            let job = VoucherPrinter.Job(
                tenant: tenant, batch: batch, offer: offer, sites: try transaction.sites(of: tenant.id),
                language: language)
            return (job, try transaction.count(batch).unused)
        }
    }

    /// The ways to print, for the batch's page.
    func presets() -> [TemplateValues] {
        designs.choices.map { ["value": .text($0.preset.name), "label": .text($0.preset.title)] }
    }

    /// The languages that cards can be printed in, the tenant's own chosen.
    func printLanguages(_ desk: Desk) -> [TemplateValues] {
        let own = desk.visit.flatMap { locales.language($0.tenant.language) } ?? .english
        return locales.languages.map { info in
            [
                "value": .text(info.language.tag), "label": .text(info.nativeName),
                "selected": .flag(info.language == own),
            ]
        }
    }
}
