import Catalog
import Entitlements
import Messages
import Messaging
import SQL
import Values

extension PaymentKeeper {
    private static let batch = 200

    /// Has those told by SMS who have used their fair share, once a period, where the payer's number is known.
    func tellFairUse() async throws {
        let now = now()
        for notice in try await store.fetch(.platform, { try $0.fairUseNotices(atMost: Self.batch) }) {
            try await store.write(.tenant(notice.tenant)) { try $0.tell(notice, at: now) }
        }
    }
}

extension Transaction {
    /// Vouchers, trials and lines know no number, so nobody is told there.
    fileprivate borrowing func tell(_ notice: FairUseNotice, at now: Instant) throws(SQLError) {
        let tenant = notice.tenant
        guard try take(notice), let access = try entitlement(notice.entitlement, of: tenant),
            let fairUse = access.pacing.fairUse, !access.balance(at: now).isOver, let payer = try payer(of: access)
        else { return }
        let facts: [String: Fact] = [
            "volume": .volume(fairUse.volume), "package": .text(try package(access.package, of: tenant)?.name ?? ""),
        ]
        try ask(
            for: MessageOrder(
                .fairUse, facts, as: .notice, for: "fair-use/\(access.id)/\(notice.until?.milliseconds ?? 0)",
                to: .phone(payer.phone), in: payer.language, of: tenant, at: now))
    }

    private borrowing func payer(of access: Entitlement) throws(SQLError) -> (phone: PhoneNumber, language: String)? {
        switch access.source {
        case .payment:
            try payment(access.sourceID.rebound(to: Payment.self), of: access.tenant).map { ($0.phone, $0.language) }
        case .wallet:
            try walletPurchase(access.sourceID.rebound(to: WalletPurchase.self), of: access.tenant).map {
                ($0.phone, $0.language)
            }
        case .voucher, .trial, .staff, .subscription: nil
        }
    }
}
