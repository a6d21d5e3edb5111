import Catalog
import Entitlements
import HTTPServer
import Ledger
import Locales
import MobileMoney
import Payments
import Provisioning
import SQL
import Telemetry
import Templates
import Tenancy
import Values

/// A payment with what its page shows, as it was read.
private struct PaymentView {
    let payment: Payment
    let sheet: PaymentSheet
    let account: RailAccount?
    let receipts: [PaymentReceipt]
    let posting: PostingRecord?
    let effect: Effect?
    let wallet: Money
    let accounts: [String: String]
}

extension BackOffice {
    /// One payment: the roads that told of it, where its money is, and what the router was asked for.
    func payment(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Payment>(request.parameter("payment")) else { throw RequestRefusal.notFound }
        let view = try store.read(.tenant(visit.tenant.id)) { try paymentView(id, desk, visit.tenant.id, $0) }
        let (payment, sheet) = (view.payment, view.sheet)
        var values = sheet.row(payment).merging([
            "onPayments": true, "text": .text(sheet.sentence(payment)), "phone": .text(payment.phone.international),
            "account": .text(view.account.map { desk.title(of: $0) } ?? ""),
            "decided": TemplateValue(payment.decidedAt.map { desk.moment($0) }),
            "fromWallet": TemplateValue(payment.fromWallet.minorUnits > 0 ? desk.money(payment.fromWallet) : nil),
            "wallet": .text(desk.money(view.wallet)),
            "whyHref": TemplateValue(payment.entitlement.map { "\(Addresses.why)?access=\($0)" }),
            "hasReceipts": .flag(!view.receipts.isEmpty), "receipts": .list(view.receipts.map(sheet.row)),
            "hasPosting": .flag(view.posting != nil), "lines": .list(lines(view, desk)),
            "reviewAction": TemplateValue(
                payment.needsReview ? "\(Addresses.payments)/\(payment.id)/reviews" : nil),
            "samePhoneHref": .text("\(Addresses.payments)?q=\(Addresses.encoded(payment.phone.international))"),
        ])
        if let effect = view.effect {
            let state =
                switch effect.state {
                case .waiting: "pending"
                case .done: "done"
                case .failed: "failed"
                }
            values["effectClass"] = .text(state)
            values["effectLabel"] = .text(desk.words("effect.state.\(state)"))
            values["effectNote"] = TemplateValue(
                effect.note == .none ? nil : desk.words("effect.note.\(effect.note.rawValue)"))
        }
        return desk.page(desk.pages.payment, values)
    }

    private func paymentView(
        _ id: ID<Payment>, _ desk: Desk, _ tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws -> PaymentView {
        guard let payment = try transaction.payment(id, of: tenant) else { throw RequestRefusal.notFound }
        let accounts = try transaction.railAccounts(of: tenant)
        return PaymentView(
            payment: payment, sheet: try paymentSheet(desk, tenant, transaction),
            account: accounts.first { $0.id == payment.account },
            receipts: try transaction.receipts(of: id, of: tenant),
            posting: try payment.posting.flatMap { try transaction.posting($0, of: tenant) },
            effect: try payment.effect.flatMap { try transaction.effect($0, of: tenant) },
            wallet: try transaction.balance(of: payment.wallet, of: tenant),
            accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.id.description, desk.title(of: $0)) }))
    }

    /// The lines of its posting, in words.
    private func lines(_ view: PaymentView, _ desk: Desk) -> [TemplateValues] {
        (view.posting?.lines ?? []).map { line in
            let subject: String =
                switch line.account.kind {
                case .wallet: view.payment.phone.masked
                case .revenue: view.sheet.what(view.payment)
                case .clearing, .suspense: view.accounts[line.account.subject] ?? ""
                case .receivable, .tax, .commission, .fees: ""
                }
            let isDebit = line.amount.minorUnits > 0
            let amount = desk.money(isDebit ? line.amount : line.amount * -1)
            return [
                "account": .text(desk.words("ledger.account.\(line.account.kind.rawValue)")), "subject": .text(subject),
                "debit": .text(isDebit ? amount : ""), "credit": .text(isDebit ? "" : amount),
            ]
        }
    }

    /// Notes that a person has looked.
    func reviewPayment(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let id = ID<Payment>(request.parameter("payment")),
            try store.read(.tenant(tenant), { try $0.payment(id, of: tenant) }) != nil
        else { throw RequestRefusal.notFound }
        let now = now()
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.review(id, by: visit.staff.login, of: tenant, at: now)
            } then: { [self] outcome in
                log.notice("payment.reviewed", ["payment.id": .id(id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    _ = try outcome.get()
                    return done(.paymentReviewed, at: "\(Addresses.payments)/\(id)")
                }
            }
        }
    }
}

extension Desk {
    /// An account with a provider as staff know it: `Paybill 600100`.
    func title(of account: RailAccount) -> String {
        let name =
            switch account.rail {
            case .mpesa: words("account.kind.\(account.kind.rawValue)")
            case .momo: "MTN MoMo"
            case .kcb: "KCB"
            case .jenga: "Equity"
            case .bank: words("account.kind.bank")
            }
        return "\(name) \(account.shortCode)" + (account.prefix.isEmpty ? "" : " (\(account.prefix))")
    }
}
