import MobileMoney
package import Payments
import Phones
package import SQL
package import Subscribers
package import Tenancy
package import Values
package import Vouchers

/// What a person may name to ask about somebody's access: the one place where such texts are told apart.
///
/// A further name is a further case here, with its way to an entitlement in `accessFacts(about:)`. The chain from there on
/// is the same.
package enum AccessName: Hashable, Sendable {
    case device(MACAddress)
    /// The account of a line: the name with which it dials in, or is listed.
    case line(Line)
    case code(TypedCode)
    /// A payment by its own code, or the newest one from a phone.
    case payment(Payment)
    /// What was bought from the wallet of a phone, where that came after its newest payment.
    case purchase(WalletPurchase)
    /// Money by the provider's number of it.
    case receipt(PaymentReceipt)
}

extension Transaction {
    /// What a text names that a person typed; lines and payments only for who may see them.
    ///
    /// - Throws: `TypedCode.Flaw` where it names nothing.
    package borrowing func accessName(
        _ text: String, of tenant: ID<Tenant>, andLines: Bool
    ) throws -> AccessName {
        if let mac = MACAddress(text) { return .device(mac) }
        if andLines {
            if let line = try line(named: text, of: tenant) { return .line(line) }
            if let receipt = try receipt(typed: text, of: tenant) { return .receipt(receipt) }
            if let found = try payment(typed: text, of: tenant) { return found }
        }
        return .code(try TypedCode(text, formats: try codeFormats(of: tenant)))
    }

    private borrowing func receipt(typed text: String, of tenant: ID<Tenant>) throws(SQLError) -> PaymentReceipt? {
        guard let number = ReceiptNumber(text) else { return nil }
        return try receipt(named: number, of: tenant)
    }

    private borrowing func payment(typed text: String, of tenant: ID<Tenant>) throws(SQLError) -> AccessName? {
        if let code = AccountNumber(typed: text), let found = try payment(named: code, of: tenant) {
            return .payment(found)
        }
        // What is no number names something else.
        guard let phone = try? TypedPhone.read(text) else { return nil }
        let payment = try newestPayment(from: phone, of: tenant)
        let purchase = try newestPurchase(from: phone, of: tenant)
        if let purchase, payment.map({ $0.createdAt <= purchase.boughtAt }) ?? true { return .purchase(purchase) }
        return payment.map { .payment($0) }
    }

    /// The voucher of a code as somebody typed it; nil where there is none.
    package borrowing func voucher(
        typed: TypedCode, of tenant: ID<Tenant>, keys: CodeKeys
    ) throws(SQLError) -> Voucher? {
        for code in typed.candidates {
            if let found = try voucher(found: keys.hash(code, of: tenant), of: tenant) { return found }
        }
        return nil
    }
}
