import Catalog
import Ledger
import Messages
import Messaging
import MobileMoney
import SQL
import Tenancy
import Values

/// What payers are told by SMS; written in the transaction that settles, and only where the tenant can send any.
extension Transaction {
    /// Tells what became of a payment: that the service began and how another device comes in, or where the money is.
    borrowing func tell(
        _ payment: Payment, _ disposal: Disposal, _ amount: Money, _ receipt: ReceiptNumber?, offer: Package?,
        _ settling: Settling
    ) throws(SQLError) {
        guard try sends(.sms, of: payment.tenant) else { return }
        var facts: [String: Fact] = ["amount": .money(amount), "number": .text(payment.code.text)]
        if let offer { facts["package"] = .text(offer.name) }
        var template = MessageTemplate.paidWallet
        switch disposal.outcome {
        case .granted:
            template = receipt == nil ? .paidUnnumbered : .paid
            facts["receipt"] = receipt.map { .text($0.text) }
            facts["link"] = .text(try hotspot(of: payment)?.hotspotURL ?? "")
        case .short:
            let missing = payment.price + (try balance(of: payment.wallet, of: payment.tenant)) * -1
            guard missing.minorUnits > 0 else { break }
            template = .paidShort
            facts["price"] = .money(payment.price)
            facts["missing"] = .money(missing)
        case .late: template = .paidLate
        case .toppedUp, .none, .refunded: break
        }
        try ask(template, facts, for: "payment/\(payment.id)", payment, settling)
    }

    /// Tells that money came a second time for the same payment and lies in the wallet.
    borrowing func tellCredit(
        of receipt: PaymentReceipt, to payment: Payment, _ settling: Settling
    ) throws(SQLError) {
        let facts: [String: Fact] = ["amount": .money(receipt.amount), "number": .text(payment.code.text)]
        let key = "receipt/\(receipt.rail.rawValue)/\(receipt.receipt)"
        try ask(.paidWallet, facts, for: key, payment, settling)
    }

    /// Tells a number that a package was bought from its wallet, so that its owner knows if it was somebody else.
    borrowing func tell(_ order: WalletOrder, _ offer: Package) throws(SQLError) {
        let left = try balance(of: .wallet(of: order.phone, in: offer.price.currency), of: order.tenant)
        let facts: [String: Fact] = [
            "amount": .money(offer.price), "package": .text(offer.name), "left": .money(left),
        ]
        try ask(
            for: MessageOrder(
                .spent, facts, as: .receipt, for: "wallet/\(order.id)", to: .phone(order.phone), in: order.language,
                of: order.tenant, at: order.now))
    }

    private borrowing func ask(
        _ template: MessageTemplate, _ facts: [String: Fact], for key: String, _ payment: Payment, _ settling: Settling
    ) throws(SQLError) {
        try ask(
            for: MessageOrder(
                template, facts, as: .receipt, for: key, to: .phone(payment.phone), in: payment.language,
                of: payment.tenant, at: settling.now))
    }

    /// Where the device waited that was paid for.
    private borrowing func hotspot(of payment: Payment) throws(SQLError) -> Site? {
        guard case .package(_, let device) = payment.purchase else { return nil }
        return try sites(of: payment.tenant).first { $0.id == device.site }
    }
}
