import Catalog
import HTTPServer
import Locales
import MobileMoney
import Payments
import Phones
import SQL
import Telemetry
import Templates
import Tenancy
import Values

extension BackOffice {
    private static let paymentsPerPage = 50

    /// The payments, newest first; a code or a receipt leads to its payment, a number to its payments.
    func payments(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let search = String((try request.query("q") ?? "").prefix(40))
        let before = try request.query("before").flatMap { ID<Payment>($0) } ?? ID(high: .max, low: .max)
        if !search.isEmpty, let found = try address(of: search, visit) { return .seeOther(found) }
        let phone = search.isEmpty ? nil : phone(typed: search, visit.tenant)
        let limit = Self.paymentsPerPage + 1
        let (found, sheet, counts) = try store.read(.tenant(tenant)) { transaction in
            let found: [Payment] =
                if let phone {
                    try transaction.payments(from: phone, of: tenant, before: before, atMost: limit)
                } else if search.isEmpty {
                    try transaction.payments(of: tenant, before: before, atMost: limit)
                } else {
                    []
                }
            return (found, try paymentSheet(desk, tenant, transaction), try tabCounts(tenant, transaction))
        }
        let shown = found.prefix(Self.paymentsPerPage)
        let query = search.isEmpty ? "" : "q=\(Addresses.encoded(search))&"
        let next = found.count > shown.count ? shown.last?.id : nil
        return desk.page(
            desk.pages.payments,
            tabs(Addresses.payments, counts, desk).merging([
                "isSearchable": true, "search": .text(search), "hasPayments": .flag(!shown.isEmpty),
                "nothing": .text(desk.words(search.isEmpty ? "payments.empty" : "payments.not-found")),
                "payments": .list(shown.map(sheet.row)),
                "previousHref": TemplateValue(
                    before.high == .max ? nil : "\(Addresses.payments)" + (query.isEmpty ? "" : "?\(query.dropLast())")),
                "nextHref": TemplateValue(next.map { "\(Addresses.payments)?\(query)before=\($0)" }),
            ]))
    }

    /// Payments at which a person must look, oldest first.
    func paymentReviews(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let (found, sheet, counts) = try store.read(.tenant(tenant)) { transaction in
            (
                try transaction.paymentsToReview(of: tenant, atMost: Self.paymentsPerPage),
                try paymentSheet(desk, tenant, transaction), try tabCounts(tenant, transaction)
            )
        }
        return desk.page(
            desk.pages.payments,
            tabs(Addresses.reviews, counts, desk).merging([
                "hasPayments": .flag(!found.isEmpty), "nothing": .text(desk.words("payments.reviews.empty")),
                "payments": .list(found.map(sheet.row)),
            ]))
    }

    /// Where a code or a receipt leads; nil where nothing has that name.
    private func address(of search: String, _ visit: Visit) throws -> String? {
        let tenant = visit.tenant.id
        return try store.read(.tenant(tenant)) { transaction in
            if let code = AccountNumber(typed: search), let payment = try transaction.payment(named: code, of: tenant) {
                return "\(Addresses.payments)/\(payment.id)"
            }
            guard let number = ReceiptNumber(search), let receipt = try transaction.receipt(named: number, of: tenant)
            else { return nil }
            if let payment = receipt.payment { return "\(Addresses.payments)/\(payment)" }
            return receipt.standing == .unassigned
                ? "\(Addresses.unmatched)?q=\(Addresses.encoded(receipt.receipt.text))" : nil
        }
    }

    private func phone(typed text: String, _ tenant: Tenant) -> PhoneNumber? {
        // What is no number finds nothing, and the page says so.
        try? TypedPhone.read(text, region: TypedPhone.region(of: tenant.currency))
    }

    // MARK: What the pages share

    func paymentSheet(
        _ desk: Desk, _ tenant: ID<Tenant>, _ transaction: borrowing Transaction
    ) throws(SQLError) -> PaymentSheet {
        let offers = try transaction.packages(of: tenant).map { ($0.id, $0.name) }
        return PaymentSheet(desk: desk, offers: Dictionary(uniqueKeysWithValues: offers))
    }

    /// How much waits for a person, up to a hundred each.
    struct TabCounts: Sendable {
        let unmatched: Int
        let reviews: Int
    }

    func tabCounts(_ tenant: ID<Tenant>, _ transaction: borrowing Transaction) throws(SQLError) -> TabCounts {
        TabCounts(
            unmatched: try transaction.unassigned(of: tenant, atMost: 100).count,
            reviews: try transaction.paymentsToReview(of: tenant, atMost: 100).count)
    }

    func tabs(_ current: String, _ counts: TabCounts, _ desk: Desk) -> TemplateValues {
        func count(_ number: Int) -> TemplateValue {
            TemplateValue(number == 0 ? nil : desk.count(number) + (number == 100 ? "+" : ""))
        }
        let all: [(String, String, TemplateValue)] = [
            (Addresses.payments, "payments.title", .none),
            (Addresses.unmatched, "unmatched.title", count(counts.unmatched)),
            (Addresses.reviews, "payments.reviews", count(counts.reviews)),
            (Addresses.paymentAccounts, "accounts.title", .none),
        ]
        return [
            "onPayments": true,
            "tabs": .list(
                all.map { href, key, count in
                    [
                        "href": .text(href), "label": .text(desk.words(key)), "count": count,
                        "current": .flag(href == current),
                    ]
                }),
        ]
    }
}
