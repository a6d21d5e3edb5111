import Catalog
import Crypto
import HTTPServer
import Locales
import SQL
import Telemetry
import Templates
import Tenancy
import Values
import Vouchers

extension BackOffice {
    /// Batches up to this size are answered when they are made; larger ones by a page that shows how far they are.
    private static let quickBatch = 10_000

    /// The empty form.
    func newBatch(_ request: Request) throws -> Response {
        let desk = desk(request)
        let setting = try batchSetting(desk)
        return try batchForm(BatchForm(), setting, desk, draft: draft(setting.visit, at: desk.now))
    }

    /// Takes the form: makes the batch, or shows it again with what is wrong beside each field.
    func makeBatch(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.newBatch)
        let setting = try batchSetting(desk)
        let sent = try request.form()
        guard let batch = self.batch(drafted: sent["draft"] ?? "", by: setting.visit, at: desk.now) else {
            throw OfficeRefusal.staleForm
        }
        let form = BatchForm(sent)
        let order: BatchOrder
        do throws(Mistakes) {
            order = try form.order(setting)
        } catch {
            return try batchForm(form, setting, desk, draft: sent["draft"] ?? "", mistakes: error)
        }
        return try make(order, as: batch, setting.visit)
    }

    private func make(_ order: BatchOrder, as id: ID<Batch>, _ visit: Visit) throws -> Response {
        let (tenant, page) = (visit.tenant.id, "\(Addresses.makings)/\(id)")
        let now = now()
        // The same form again, here or on another gateway: show what the first one did.
        guard let making = makings.begin(id, of: tenant, size: order.size, at: now),
            try store.read(.tenant(tenant), { try $0.batch(id, of: tenant) }) == nil
        else { return .seeOther(page) }
        guard order.size <= Self.quickBatch else {
            guard makerBench.run({ [self] in _ = carryOut(order, making, visit) }) else {
                makings.drop(id)
                throw OfficeRefusal.busy
            }
            return .seeOther(page)
        }
        return .later { [self] resumption in
            let isRunning = makerBench.run { [self] in
                let outcome = carryOut(order, making, visit)
                resumption.finish { [self] in
                    let batch = try outcome.get()
                    return batch.map { done(.made, $0.size, at: "\(Addresses.batches)/\($0.number)") }
                        ?? .seeOther(page)
                }
            }
            if !isRunning {
                makings.drop(id)
                resumption.finish { throw OfficeRefusal.busy }
            }
        }
    }

    /// Makes the batch on the present thread.
    private func carryOut(_ order: BatchOrder, _ making: Making, _ visit: Visit) -> Result<Batch?, any Error> {
        let outcome = Result {
            try maker.make(order, as: making.id, at: now()) { making.advance(to: $0) }
        }
        figures.forget(visit.tenant.id, making.id)
        switch outcome {
        case .success(let batch?):
            making.end(.done(batch.number))
            log.notice(
                "batch.made",
                [
                    "batch.id": .id(batch.id), "batch.size": .number(batch.size), "staff.id": .id(visit.staff.id),
                    "tenant.id": .id(visit.tenant.id),
                ])
        case .success(nil): making.end(.cancelled)
        case .failure(let error):
            making.end(.failed)
            log.error("batch.failed", ["batch.id": .id(making.id), "error": .text(String(describing: error))])
        }
        return outcome
    }

    // MARK: The form

    private func batchSetting(_ desk: Desk) throws -> BatchForm.Setting {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        return try store.read(.tenant(tenant)) { transaction in
            BatchForm.Setting(
                offers: try transaction.packages(of: tenant), sites: try transaction.sites(of: tenant), visit: visit,
                now: desk.now)
        }
    }

    private func batchForm(
        _ form: BatchForm, _ setting: BatchForm.Setting, _ desk: Desk, draft: String, mistakes: Mistakes = Mistakes()
    ) throws -> Response {
        func options(_ field: BatchForm.Field, _ choices: [(value: String, label: String)]) -> TemplateValue {
            .list(
                choices.map { choice in
                    [
                        "value": .text(choice.value), "label": .text(choice.label),
                        "selected": .flag(choice.value == form[field]),
                    ]
                })
        }
        var values: TemplateValues = [
            "onVouchers": true, "draft": .text(draft), "hasPackages": .flag(!setting.offers.isEmpty),
            "hasMistakes": .flag(!mistakes.isEmpty),
            "packages": options(.package, setting.offers.map { ($0.id.description, desk.describe($0)) }),
            "sites": options(.site, setting.sites.map { ($0.id.description, $0.name) }),
            "alphabets": options(
                .alphabet, BatchAlphabet.allCases.map { ($0.rawValue, desk.words("batch-new.alphabet.\($0.rawValue)")) }
            ),
            "groupings": options(
                .grouping,
                [("0", desk.words("batch-new.grouping.none"))]
                    + [3, 4, 5, 6].map { ("\($0)", desk.words("batch-new.grouping.every", ["count": .number($0)])) }),
            "count": .text(form[.count]), "until": .text(form[.until]), "length": .text(form[.length]),
            "prefix": .text(form[.prefix]), "note": .text(form[.note]),
            "countHint": .text(desk.words("batch-new.count.hint", ["maximum": .number(Int64(BatchOrder.largestSize))])),
            "untilFrom": .text(setting.visit.zone.localDate(of: desk.now + .days(1)).description),
        ]
        for (field, key) in mistakes.keys {
            guard let hole = TemplateKey("\(field.rawValue)Error") else { continue }
            values[hole] = .text(desk.words(key, ["maximum": .number(Int64(BatchOrder.largestSize))]))
        }
        return desk.page(desk.pages.newBatch, values, status: mistakes.isEmpty ? 200 : 422)
    }

    // MARK: The key that a batch will have

    /// The batch's key, chosen when the form is shown and signed, so that a form sent twice makes one batch.
    private func draft(_ visit: Visit, at now: Instant) -> String {
        let id = ID<Batch>(at: now)
        let payload = id.high.bytes + id.low.bytes + visit.tenant.id.high.bytes + visit.tenant.id.low.bytes
        return SignedToken(payload: payload, expires: now + .hours(12)).text(for: "batch-draft", key: tokenKey)
    }

    private func batch(drafted text: String, by visit: Visit, at now: Instant) -> ID<Batch>? {
        guard let token = try? SignedToken(verifying: text, for: "batch-draft", at: now, key: tokenKey),
            token.payload.count == 32,
            token.payload[16...].elementsEqual(visit.tenant.id.high.bytes + visit.tenant.id.low.bytes)
        else { return nil }
        let halves = [0, 8].map { start in token.payload[start..<start + 8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        return ID(high: halves[0], low: halves[1])
    }
}
