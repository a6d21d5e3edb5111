import HTTPServer
import Locales
import MobileMoney
import Payments
import Phones
import Provisioning
import SQL
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    private static let receiptsPerPage = 25

    /// Money that belongs to nobody, oldest first, with what it may be for.
    func unmatched(_ request: Request) throws -> Response {
        try unmatchedPage(desk(request), search: request.query("q") ?? "", after: request.query("after"), problem: nil)
    }

    private func unmatchedPage(
        _ desk: Desk, search: String, after: String?, problem: (any Refusal)?
    ) throws -> Response {
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let place = Self.place(after)
        let (found, sheet, counts) = try store.read(.tenant(tenant)) { transaction in
            let wanted = ReceiptNumber(search)
            let receipts =
                if let wanted {
                    try [transaction.receipt(named: wanted, of: tenant)].compactMap(\.self).filter {
                        $0.standing == .unassigned
                    }
                } else {
                    try transaction.unassigned(of: tenant, after: place, atMost: Self.receiptsPerPage + 1)
                }
            var found: [(PaymentReceipt, [Payment])] = []
            for receipt in receipts { found.append((receipt, try transaction.suggestions(for: receipt))) }
            return (found, try paymentSheet(desk, tenant, transaction), try tabCounts(tenant, transaction))
        }
        let shown = found.prefix(Self.receiptsPerPage)
        let next = found.count > shown.count ? shown.last?.0 : nil
        return desk.page(
            desk.pages.unmatched,
            tabs(Addresses.unmatched, counts, desk).merging([
                "hasReceipts": .flag(!shown.isEmpty), "assignAction": .text(Addresses.unmatched + "/assignments"),
                "receipts": .list(shown.map { entry($0.0, $0.1, sheet) }),
                "previousHref": TemplateValue(after == nil && search.isEmpty ? nil : Addresses.unmatched),
                "nextHref": TemplateValue(
                    next.map {
                        "\(Addresses.unmatched)?after=\($0.seenAt.milliseconds)-"
                            + Addresses.encoded($0.receipt.text)
                    }),
            ]), status: problem.map { Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    private static func place(_ text: String?) -> (seenAt: Instant, receipt: String) {
        let parts = (text ?? "").split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]) else { return (0, "") }
        return (Instant(milliseconds: milliseconds), String(parts[1].prefix(64)))
    }

    private func entry(_ receipt: PaymentReceipt, _ payments: [Payment], _ sheet: PaymentSheet) -> TemplateValues {
        sheet.row(receipt).merging([
            "key": .text("\(receipt.rail.rawValue)/\(receipt.receipt.text)"),
            "hasSuggestions": .flag(!payments.isEmpty),
            "suggestions": .list(
                payments.prefix(5).map { sheet.row($0).merging(["payment": .text($0.id.description)]) }),
        ])
    }

    /// Gives money to a payment or into the wallet of a number.
    func assignReceipt(_ request: Request) throws -> Response {
        let desk = desk(request, at: Addresses.unmatched)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let form = try request.form()
        let (tenant, now) = (visit.tenant.id, now())
        let key = (form["receipt"] ?? "").split(separator: "/", maxSplits: 1)
        guard key.count == 2, let rail = Rail(rawValue: String(key[0])), let number = ReceiptNumber(key[1]),
            let receipt = try store.read(.tenant(tenant), { try $0.receipt(number, on: rail, of: tenant) })
        else { throw RequestRefusal.notFound }
        let payment = form["payment"].flatMap { ID<Payment>($0) }
        let phone: PhoneNumber
        do throws(PhoneFlaw) {
            // Where a payment was chosen the number is not looked at.
            phone =
                payment == nil
                ? try TypedPhone.read(form["phone"] ?? "", region: TypedPhone.region(of: visit.tenant.currency))
                : try TypedPhone.read("+254700000000")
        } catch {
            return try unmatchedPage(desk, search: number.text, after: nil, problem: error)
        }
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction -> Set<ID<Router>> in
                guard let payment else {
                    try transaction.assign(receipt, toWalletOf: phone, at: now)
                    return []
                }
                return try transaction.assign(receipt, to: payment, at: now).work
            } then: { [self] outcome in
                if case .success(let routers) = outcome {
                    for router in routers { provisioner.nudge(router) }
                    log.notice("receipt.assigned", ["staff.id": .id(visit.staff.id)])
                }
                resumption.finish { [self] in
                    do {
                        _ = try outcome.get()
                        return done(
                            .receiptAssigned, at: payment.map { "\(Addresses.payments)/\($0)" } ?? Addresses.unmatched)
                    } catch let refusal as PaymentRefusal {
                        return try unmatchedPage(desk, search: "", after: nil, problem: refusal)
                    }
                }
            }
        }
    }
}
